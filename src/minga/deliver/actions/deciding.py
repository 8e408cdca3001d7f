"""A named person decides a case, having seen the evidence; what was advised stays beside it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver import queries
from minga.deliver.actions.closing import close
from minga.deliver.actions.desk import locked, refuse_if_off
from minga.deliver.differing import against_advice, between
from minga.deliver.models import Access, Case, Determination, Service
from minga.deliver.showing import Withheld, evidence_needed, withheld
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.people.models import Person

Choice = Determination.Choice


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person sends: on a drawn case a ``choice``, on a person's case an ``outcome`` of its service."""

    choice: str
    outcome: str
    reason: str


@action("determination.recorded")
def record_determination(act: Act, case: Case, choice: str, reason: str, outcome: str = "") -> Determination:
    """Decide a claimed case.

    While the advice is withheld by lot, this is the unaided decision: the advice then opens and the
    person keeps or changes it with ``revise_determination``. Otherwise an adverse decision on a drawn case raises a
    flag, a rejection closes it, and "cannot tell" sends it to a second reader. On a case of a service ``outcome`` is
    required (or the choice "cannot_tell") and the choice follows from it.
    """
    case = locked(act, case)
    person = _decider(act, case, Case.State.CLAIMED)
    why = withheld(case, person.pk)
    decision = _checked(case, person, Decision(choice, outcome, reason.strip()), why)
    made = _record(act, case, person, decision, why)
    act.because(case, case.release)
    if case.service is None or why is None or decision.choice == Choice.CANNOT_TELL:
        # Of a person's case the choice tells what was advised, and the ledger is public.
        act.note(choice=decision.choice)
    act.note(before_advice=made.before_advice, practice=case.rehearsal)
    if why == Withheld.FIRST:
        case.state = Case.State.REVEALED
        case.save(update_fields=["state"])
    else:
        close(act, case, made, counts=why is None)
    return made


@action("determination.revised")
def revise_determination(act: Act, case: Case, choice: str, reason: str, outcome: str = "") -> Determination:
    """Keep or change an unaided decision now that the advice is open. Both stay, with their difference."""
    required(choice=choice or outcome)
    case = locked(act, case)
    person = _decider(act, case, Case.State.REVEALED)
    first = case.determinations.filter(person=person, before_advice=True).latest("pk")
    why = withheld(case, person.pk)
    decision = _checked(case, person, Decision(choice, outcome, reason.strip()), why)
    made = _record(act, case, person, decision, why, first)
    act.because(first, case.release)
    act.note(choice=decision.choice, changed=made.difference["changed"])
    close(act, case, made, counts=why is None)
    return made


def _record(
    act: Act, case: Case, person: Person, decision: Decision, why: Withheld | None, first: Determination | None = None
) -> Determination:
    made = Determination(
        case=case,
        person=person,
        choice=decision.choice,
        outcome=decision.outcome,
        reason=decision.reason,
        seconds=max(0, int((act.now - case.claimed).total_seconds())) if case.claimed else None,
        before_advice=why is not None and first is None,
        revises=first,
        recorded=act.now,
    )
    # Stored with the case and never on a page while the advice is withheld.
    if case.service is not None or why is None or first is not None:
        made.difference = against_advice(case, made, why)
    if first is not None:
        made.difference |= between(first, made)
    made.save()
    if case.service is not None:
        Access.objects.create(case=case, person=person, what=Access.What.DECIDED, at=act.now)
    return made


def _decider(act: Act, case: Case, state: str) -> Person:
    """The named person who holds the case in ``state``; Conflict where another tab was faster."""
    refuse_if_off(case)
    if case.state != state:
        raise Conflict(
            _("This case has changed since you opened it, so nothing was recorded."),
            cause=_(
                "A decision was recorded already, perhaps by you in another tab or window, or the case was given back."
            ),
            do=_("Open the case again to see how it stands."),
        )
    if case.claimed_by_id != act.actor.person_id:
        raise NotAllowed(_("Somebody else holds this case."), do=_("Take another case from the queue."))
    person = Person.objects.get(pk=act.actor.person_id or 0)
    if not person.display_name.strip():
        raise Blocked(
            _("A determination carries a name, and your account has none."),
            do=_("Add your name to your account, or ask the lead to."),
        )
    return person


def _checked(case: Case, person: Person, given: Decision, why: Withheld | None) -> Decision:
    """The decision with its choice; refused where it is unknown, unreasoned, or adverse while evidence is closed."""
    fields = {} if given.reason else {"reason": _("Write your reason in your own words.")}
    name = "choice" if case.service is None else "outcome"
    decision = given if case.service is None else _of_service(case, case.service, given)
    if decision is None or decision.choice not in Choice.values or (case.service is None and _made_up(decision)):
        fields[name] = _("Choose one of the answers.")
    elif _adverse(case, decision) and (closed := _closed_pieces(case, person, why)):
        fields[name] = ngettext(
            "Open the evidence first: %(closed)d piece is still closed.",
            "Open the evidence first: %(closed)d pieces are still closed.",
            closed,
        ) % {"closed": closed}
    if fields or decision is None:
        raise Invalid(
            _("Your determination was not recorded."), do=_("Mend what is marked and send it again."), fields=fields
        )
    return decision


def _made_up(decision: Decision) -> bool:
    """A drawn case has no outcomes, and its reader always had a tool that read it."""
    return bool(decision.outcome) or decision.choice == Choice.UNAIDED


def _of_service(case: Case, service: Service, given: Decision) -> Decision | None:
    """The outcome with the choice that follows from it; None where the service has no such outcome."""
    if given.choice == Choice.CANNOT_TELL and not given.outcome:
        return given
    if given.outcome not in {outcome["code"] for outcome in service.outcomes}:
        return None
    advised = case.told.proposal
    if advised is None:
        return Decision(Choice.UNAIDED, given.outcome, given.reason)
    agrees = service.outcome_advised(advised) == given.outcome
    return Decision(Choice.ACCEPT if agrees else Choice.REJECT, given.outcome, given.reason)


def _adverse(case: Case, decision: Decision) -> bool:
    if case.service is not None:
        return decision.outcome in case.service.adverse
    return decision.choice in Determination.ADVERSE


def _closed_pieces(case: Case, person: Person, why: Withheld | None) -> int:
    return len(evidence_needed(case, why) - queries.opened_paths(case, person.pk))
