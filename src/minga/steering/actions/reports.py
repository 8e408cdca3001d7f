"""The report of a year is frozen when it is published."""

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid
from minga.steering import yearly
from minga.steering.models import AnnualReport


@action("annual_report.published")
def publish_report(act: Act, year: int, note: str = "") -> AnnualReport:
    """Publish the report on a year that has begun, as the rooms tell it now; a second time as its next version."""
    if not 2000 <= year <= timezone.localdate(act.now).year:
        raise Invalid(_("This year has not begun."), fields={"year": _("Choose this year or an earlier one.")})
    document = yearly.document(year)
    last = AnnualReport.objects.filter(year=year).first()
    if (
        last is not None
        and last.document["figures"] == document["figures"]
        and last.document["rows"] == document["rows"]
    ):
        raise Conflict(_("The published report says the same already."), do=_("Publish again when something changed."))
    if last is not None and not note.strip():
        raise Invalid(_("This is a new version."), fields={"note": _("Say what has changed since the last one.")})
    version = last.version + 1 if last else 1
    act.note(year=year, version=version, projects=len(document["rows"]))
    return AnnualReport.objects.create(
        year=year, version=version, document=document, note=note.strip()[:300], published=act.now
    )
