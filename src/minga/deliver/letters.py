"""A notice as the data of a letter (see ``minga.web.pdf.shapes.Notice``)."""

from datetime import date

from django.conf import settings
from django.utils import timezone

from minga.deliver import notices
from minga.deliver.actions.flags import address_of
from minga.deliver.models import Notice
from minga.web.pdf import shapes


def letter(notice: Notice, today: date) -> shapes.Notice:
    """The words as they were frozen, with the address that stands for the person now; undated until it was sent."""
    content, contact = notice.content, notices.contact_of(notice.case)
    until = notices.until(notice)
    lines = [contact.name, *contact.address.splitlines()] if contact else []
    return shapes.Notice(
        title=content["title"],
        project=notice.case.project.title,
        body=str(settings.MINGA_BODY_NAME),
        address=address_of(notice.get_absolute_url()),
        created=timezone.localdate(notice.sent) if notice.sent else today,
        recipient=[line.strip() for line in lines if line.strip()],
        service=content["service"],
        case=content["case"],
        lead=content["lead"],
        sections=content["sections"],
        until=timezone.localdate(until) if until else None,
    )
