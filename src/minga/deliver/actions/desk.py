"""A person takes a case, looks at the evidence, and decides it under their own name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver import queries, rules
from minga.deliver.actions.flags import raise_flag
from minga.deliver.facts import source_value
from minga.deliver.models import Case, Determination, Opened, Stage
from minga.deliver.showing import Withheld, needed_evidence, withheld
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.people.models import Person


def _locked(act: Act, case: Case) -> Case:
    """The case as it is now, held until the transaction ends."""
    found = Case.objects.select_for_update().filter(pk=case.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This case belongs to another project."), do=_("Open it from the desk of its own project."))
    return found


def _refuse_if_off(case: Case) -> None:
    if queries.stage_of(case.release) == Stage.OFF:
        raise Blocked(
            _("This release is switched off, so its cases rest."),
            cause=_("The lead, the overseer or a stop rule stopped it."),
            do=_("Wait until it is in service again; what you recorded is kept."),
        )


@action("case.claimed")
def claim_case(act: Act, case: Case) -> Case:
    """Take an open case. One person holds it; who could not tell before does not read it a second time."""
    case = _locked(act, case)
    _refuse_if_off(case)
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
    case.due = act.now + rules.time_to_decide()
    case.save(update_fields=["state", "claimed_by", "claimed", "due"])
    act.because(case.draw)
    return case


@action("case.returned")
def return_case(act: Act, case: Case) -> Case:
    """Give a claimed case back to the queue. The lead may do so for somebody who is away."""
    case = _locked(act, case)
    if case.state != Case.State.CLAIMED:
        raise Conflict(_("This case is not claimed."), cause=_("It was given back or decided in the meantime."))
    if case.claimed_by_id != act.actor.person_id and not queries.leads(act.actor, act.place):
        raise NotAllowed(_("Somebody else holds this case."), do=_("Ask them, or the lead, to give it back."))
    _free(case)
    act.because(case)
    return case


def _free(case: Case) -> None:
    case.state, case.claimed_by, case.claimed, case.due = Case.State.OPEN, None, None, None
    case.save(update_fields=["state", "claimed_by", "claimed", "due"])


@action("evidence.opened")
def open_evidence(act: Act, case: Case, path: str = "/") -> Opened:
    """Note that this person looked at the source at ``path``; "/" is the source as a whole."""
    case = _locked(act, case)
    there, _value = source_value(case.source, path)
    if not there and path not in needed_evidence(case, act.actor.person_id):
        raise Invalid(_("The source of this case has nothing at this path."), do=_("Follow a link of the case page."))
    opened, _made = Opened.objects.get_or_create(
        case=case, person_id=act.actor.person_id or 0, path=path[:500], defaults={"at": act.now}
    )
    act.because(case)
    return opened


def _decider(act: Act, case: Case, state: str) -> Person:
    """The named person who holds the case in ``state``; Conflict where another tab was faster."""
    _refuse_if_off(case)
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


def _check(case: Case, person: Person, choice: str, reason: str) -> None:
    """Refuse an unknown choice, an empty reason, or an adverse choice while evidence is closed."""
    fields = {}
    if choice not in Determination.Choice.values:
        fields["choice"] = _("Choose one of the answers.")
    if not reason.strip():
        fields["reason"] = _("Write your reason in your own words.")
    if choice in Determination.ADVERSE:
        needed = needed_evidence(case, person.pk)
        closed = len(needed - queries.opened_paths(case, person.pk))
        if closed:
            fields["choice"] = ngettext(
                "Open the evidence first: %(closed)d piece is still closed.",
                "Open the evidence first: %(closed)d pieces are still closed.",
                closed,
            ) % {"closed": closed}
    if fields:
        raise Invalid(
            _("Your determination was not recorded."), do=_("Mend what is marked and send it again."), fields=fields
        )


@action("determination.recorded")
def record_determination(act: Act, case: Case, choice: str, reason: str) -> Determination:
    """Decide a claimed case.

    While the advice is withheld by lot, this is the unaided decision: the advice then opens and the
    person keeps or changes it with ``revise_determination``. Otherwise an adverse decision raises a
    flag, a rejection closes the case, and "cannot tell" sends it to a second reader.
    """
    case = _locked(act, case)
    person = _decider(act, case, Case.State.CLAIMED)
    _check(case, person, choice, reason)
    hidden = withheld(case, person.pk)
    made = Determination.objects.create(
        case=case,
        person=person,
        choice=choice,
        reason=reason.strip(),
        before_advice=hidden is not None,
        difference={} if hidden else _against_advice(case, choice),
        recorded=act.now,
    )
    act.because(case, case.release)
    act.note(choice=choice, before_advice=made.before_advice)
    if hidden == Withheld.FIRST:
        case.state = Case.State.REVEALED
        case.save(update_fields=["state"])
    else:
        _close(act, case, made, counts=hidden is None)
    return made


@action("determination.revised")
def revise_determination(act: Act, case: Case, choice: str, reason: str) -> Determination:
    """Keep or change an unaided decision now that the advice is open. Both stay, with their difference."""
    required(choice=choice)
    case = _locked(act, case)
    person = _decider(act, case, Case.State.REVEALED)
    first = case.determinations.filter(person=person, before_advice=True).latest("pk")
    _check(case, person, choice, reason)
    difference = {"before": first.choice, "after": choice, "changed": first.choice != choice}
    made = Determination.objects.create(
        case=case,
        person=person,
        choice=choice,
        reason=reason.strip(),
        before_advice=False,
        difference={**_against_advice(case, choice), **difference},
        revises=first,
        recorded=act.now,
    )
    act.because(first, case.release)
    act.note(choice=choice, changed=first.choice != choice)
    _close(act, case, made, counts=withheld(case, person.pk) is None)
    return made


def _against_advice(case: Case, choice: str) -> dict[str, Any]:
    """What the tool had proposed beside what the person chose."""
    told = case.told
    agrees = (choice == Determination.Choice.ACCEPT) == (case.drawn == Case.Drawn.FLAGGED)
    return {"advised": [sign.code for sign in told.reasons], "chosen": choice, "agrees": agrees}


def _close(act: Act, case: Case, made: Determination, counts: bool) -> None:
    """End the case, or send it to a second reader. Without consequences (shadow) no flag is raised."""
    if made.choice == Determination.Choice.CANNOT_TELL:
        readers = case.determinations.values("person").distinct().count()
        if readers < 2:
            _free(case)
            return
        case.state = Case.State.UNDECIDED
    else:
        case.state = Case.State.DECIDED
    case.save(update_fields=["state"])
    if made.adverse and counts:
        raise_flag(act, made)
