"""A second person decides the same case blind. Nothing follows from it but a figure."""

from django.utils.translation import gettext as _

from minga.deliver.models import Access, Case, Determination, SecondReading
from minga.deliver.readers import seen_by
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid

Choice = Determination.Choice
OF_DRAWN = (Choice.ACCEPT, Choice.REJECT, Choice.CANNOT_TELL)


def answers_of(case: Case) -> list[str]:
    """What a second reader may answer: the outcomes of the service, or the choices of the desk; or that they cannot."""
    if case.service is None:
        return [str(choice) for choice in OF_DRAWN]
    return [*(str(outcome["code"]) for outcome in case.service.outcomes), str(Choice.CANNOT_TELL)]


@action("second.read")
def read_second(act: Act, reading: SecondReading, answer: str, reason: str) -> SecondReading:
    """Record what a second reader decides of a case. It changes nothing for the person concerned.

    Raises Blocked where this person touched the case, Conflict where another was faster, Invalid where ``answer`` is
    none of ``answers_of`` or the reason is missing.
    """
    rows = SecondReading.objects.select_for_update(of=("self",)).select_related("case__service", "case__project")
    found = rows.filter(pk=reading.pk, case__project=act.place).first()
    if found is None:
        raise Invalid(_("This case belongs to another project."), do=_("Open it from the desk of its own project."))
    if found.given is not None:
        raise Conflict(_("A second reader has read this case already."), do=_("Take another one from the list."))
    if seen_by([found.case_id], act.actor):
        raise Blocked(
            _("You know this case, so you cannot read it blind."),
            cause=_("You decided it, or you have looked at it before."),
            do=_("Leave it to somebody else."),
        )
    fields = {} if reason.strip() else {"reason": _("Write your reason in your own words.")}
    if answer not in answers_of(found.case):
        fields["answer"] = _("Choose one of the answers.")
    if fields:
        raise Invalid(
            _("Your reading was not recorded."), do=_("Mend what is marked and send it again."), fields=fields
        )
    found.reader_id, found.outcome, found.reason, found.given = act.person_id, answer, reason.strip(), act.now
    found.save(update_fields=["reader", "outcome", "reason", "given"])
    if found.case.service is not None:
        Access.objects.create(case=found.case, person_id=act.person_id, what=Access.What.SECOND, at=act.now)
    act.because(found, found.case)
    return found
