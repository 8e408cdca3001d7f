"""A person takes a case, looks at the evidence, or gives the case back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from minga.deliver import queries, rules
from minga.deliver.facts import source_value
from minga.deliver.models import RELEASED, Access, Case, Opened
from minga.deliver.showing import needed_evidence, rests
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed


def locked(act: Act, case: Case) -> Case:
    """The case as it is now, held until the transaction ends."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("project", "service", "release__version")
    found = rows.filter(pk=case.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This case belongs to another project."), do=_("Open it from the desk of its own project."))
    return found


def refuse_if_off(case: Case) -> None:
    if rests(case):
        raise Blocked(
            _("This release is switched off, so its cases rest."),
            cause=_("The lead, the overseer or a stop rule stopped it."),
            do=_("Wait until it is in service again; what you recorded is kept."),
        )


@action("case.claimed")
def claim_case(act: Act, case: Case) -> Case:
    """Take an open case. One person holds it; who could not tell before does not read it a second time."""
    case = locked(act, case)
    refuse_if_off(case)
    if case.state == Case.State.CLAIMED and case.claimed_by_id == act.actor.person_id:
        raise Conflict(_("You hold this case already."), do=_("Open it and decide it, or give it back."))
    if case.state != Case.State.OPEN:
        raise Conflict(
            _("This case is no longer free."),
            cause=_("Somebody else claimed it, or it is decided."),
            do=_("Take another case from the queue."),
        )
    if case.determinations.filter(person_id=act.actor.person_id or 0).exists():
        raise Blocked(
            _("You read this case before."), cause=_("A second reader decides it."), do=_("Take another case.")
        )
    case.state, case.claimed_by_id, case.claimed = Case.State.CLAIMED, act.actor.person_id, act.now
    case.due = _due(case, act.now)
    case.save(update_fields=["state", "claimed_by", "claimed", "due"])
    act.because(case.draw or case)
    return case


def _due(case: Case, now: datetime) -> datetime:
    """By when it is to be decided: a drawn case counts from the claim, a person's case from the day it came."""
    if case.service is None:
        return now + rules.time_to_decide()
    return case.received + timedelta(days=case.service.decide_days)


@action("case.returned")
def return_case(act: Act, case: Case) -> Case:
    """Give a claimed case back to the queue. The lead may do so for somebody who is away.

    A case that was decided unaided and waits for its reader's second word only the lead releases: that decision stays
    on record, and the next person decides it for themselves, again before the advice is shown.
    """
    case = locked(act, case)
    if case.state not in {Case.State.CLAIMED, Case.State.REVEALED}:
        raise Conflict(_("This case is not claimed."), cause=_("It was given back or decided in the meantime."))
    unaided, leads = case.state == Case.State.REVEALED, queries.leads(act.actor, act.place)
    if case.claimed_by_id != act.actor.person_id and not leads:
        raise NotAllowed(_("Somebody else holds this case."), do=_("Ask them, or the lead, to give it back."))
    if unaided and not leads:
        raise NotAllowed(
            _("You have decided this case already, so it does not go back to the queue."),
            do=_("Keep your decision or change it. If you cannot, ask the lead to release the case."),
        )
    if unaided:
        _set_aside(act, case)
    free(case)
    act.because(case)
    return case


def _set_aside(act: Act, case: Case) -> None:
    """The unaided decision of whoever left is kept, and ends nothing: figures and exports pass it over."""
    made = case.determinations.filter(person=case.claimed_by_id, before_advice=True).latest("pk")
    made.difference |= {RELEASED: True}
    made.save(update_fields=["difference"])
    act.because(made)
    act.note(after="unaided")


def free(case: Case) -> None:
    case.state, case.claimed_by, case.claimed, case.due = Case.State.OPEN, None, None, None
    case.save(update_fields=["state", "claimed_by", "claimed", "due"])


@action("evidence.opened")
def open_evidence(act: Act, case: Case, path: str = "/") -> Opened:
    """Note that this person looked at the source at ``path``; "/" is the source as a whole."""
    case = locked(act, case)
    there, _value = source_value(case.source, path)
    if not there and path not in needed_evidence(case, act.actor.person_id):
        raise Invalid(_("The source of this case has nothing at this path."), do=_("Follow a link of the case page."))
    opened, _made = Opened.objects.get_or_create(
        case=case, person_id=act.actor.person_id or 0, path=path[:500], defaults={"at": act.now}
    )
    if case.service_id:
        what = Access.What.SOURCE
        Access.objects.create(case=case, person_id=act.actor.person_id, what=what, why=path[:200], at=act.now)
    act.because(case)
    return opened
