"""A person is told about their case: first that a tool helps, then what was decided."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.deliver import notices
from minga.deliver.actions.flags import address_of
from minga.deliver.models import Case, Determination, Notice, Route
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid


@action("notice.made")
def make_notice(act: Act, case: Case, determination: Determination | None = None) -> Notice:
    """Write and freeze the notice of a case, and let it leave by e-mail where there is an address.

    A notice with neither e-mail nor private page waits as a letter to print (``send_notice``). The days to contest
    a determination count from the day the notice leaves.
    """
    contact = notices.holder_of(case)
    if case.project.pk != act.place.pk or case.service is None or contact is None:
        raise Invalid(_("There is nobody to tell about this case."), cause=_("It has no contact, or it was erased."))
    way = notices.first_way(contact, case)
    notice = Notice.objects.create(
        case=case,
        determination=determination,
        kind=Notice.Kind.DETERMINATION if determination else Notice.Kind.FIRST,
        content=notices.decided(determination) if determination else notices.first(case),
        sent_by=way,
        sent=act.now if way else None,
        appeal_by=notices.last_moment(act.now, case.service.appeal_days) if determination else None,
        made=act.now,
    )
    if way == Route.EMAIL:
        _mail(act, notice, contact.email)
    act.because(determination or case)
    act.note(kind=notice.kind, sent_by=way or "letter", language=notice.content["language"])
    return notice


def _mail(act: Act, notice: Notice, to: str) -> None:
    """The first notice as it stands; of a determination only that there is one, because mail is read by others."""
    with override(notice.content["language"]):
        address = address_of(notice.get_absolute_url())
        where = _("Your notice, with your rights: %(address)s") % {"address": address}
        if notice.determination_id:
            subject = _("Your case %(case)s is decided") % {"case": notice.case.label}
            text = _("What was decided, why, and how you can contest it stands on a private page.")
        else:
            subject, text = str(notice.content["title"]), notices.plain(notice.content)
    act.effect("email", to=to, subject=subject, text=f"{text}\n\n{where}\n\n{settings.MINGA_BODY_NAME}")


@action("notice.sent")
def send_notice(act: Act, notice: Notice, route: str = Route.POST) -> Notice:
    """Note that a person sent or said a notice: by letter, at the counter, by telephone. The days count from now."""
    found = Notice.objects.select_for_update().filter(pk=notice.pk, case__project=act.place).first()
    if found is None:
        raise Invalid(_("This notice belongs to another project."))
    if found.sent is not None:
        raise Conflict(_("This notice has been sent already."), do=_("Look at its date on the page of letters."))
    if route not in (Route.POST, Route.PHONE, Route.COUNTER):
        raise Invalid(_("Nothing was noted."), fields={"route": _("Choose how it was sent.")})
    found.appeal_by = notices.until(found, act.now)
    found.sent, found.sent_by = act.now, route
    found.save(update_fields=["sent", "sent_by", "appeal_by"])
    act.because(found.determination or found.case)
    act.note(kind=found.kind, sent_by=route)
    return found
