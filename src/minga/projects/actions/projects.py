"""What happens to a project itself: roles, decision rules, gates, and its end."""

from collections import Counter
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from minga.ledger.action import GROUPS, PHASES, Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.people.models import Group, Person
from minga.projects import queries, requiring, screens
from minga.projects.models import Absence, DecisionRule, GateDecision, Membership, Position, Project, new_chain
from minga.projects.roles import GRANTED_BY_LEAD, Role
from minga.projects.steps import STEPS, Step

# Addresses under /projects/ that are pages of their own.
RESERVED = frozenset({"new"})


@action("project.opened")
def open_project(
    act: Act, title: str, summary: str, demonstration: bool = False, oecd_task: str = "", oecd_function: str = "",
    chain: str = "",
) -> Project:  # fmt: skip
    """Open a project; whoever opens it is its lead. Call with ``BODY`` as the place.

    ``chain`` names its chain in the ledger; it is drawn unless a story must draw the same lots each time.
    """
    required(title=title, summary=summary)
    slug = slugify(title)[:80]
    if not slug or slug in RESERVED:
        raise Invalid(
            _("This title cannot be turned into an address."),
            do=_("Use more words, in letters or digits."),
            fields={"title": _("Use more words, in letters or digits.")},
        )
    if Project.objects.filter(slug=slug).exists():
        raise Conflict(
            _("A project with this title exists already."),
            do=_("Choose another title, or join that project."),
            fields={"title": _("Another project has this title.")},
        )
    project = Project.objects.create(
        title=title,
        summary=summary,
        slug=slug,
        chain=chain or new_chain(),
        opened=act.now,
        demonstration=demonstration,
        oecd_task=oecd_task,
        oecd_function=oecd_function,
    )
    Membership.objects.create(project=project, person_id=act.person_id, role=Role.LEAD, on_board=True)
    act.place = project
    act.note(title=title)
    return project


@action("role.granted")
def grant_role(act: Act, person: Person, role: str, on_board: bool = False) -> Membership:
    """Give ``person`` a role; overseers are appointed by the body instead."""
    if role not in GRANTED_BY_LEAD:
        raise NotAllowed(
            _("The lead cannot appoint an overseer."),
            cause=_("Whoever is watched does not choose who watches."),
            do=_("Ask the body to appoint one."),
        )
    return _grant(act, person, role, on_board)


@action("overseer.appointed")
def appoint_overseer(act: Act, person: Person) -> Membership:
    """The body, not the lead, appoints who may watch and stop this project."""
    held = act.place.memberships.filter(person=person, ended=None).exclude(role=Role.OVERSEER)
    if held.exists():
        raise Blocked(
            _("This person works in the project."),
            cause=_("An overseer stands outside the project that they watch."),
            do=_("Appoint somebody else, or end that role first."),
        )
    return _grant(act, person, Role.OVERSEER, False)


def _grant(act: Act, person: Person, role: str, on_board: bool) -> Membership:
    if act.place.memberships.filter(person=person, role=role, ended=None).exists():
        raise Conflict(_("This person has this role already."))
    if role != Role.OVERSEER and act.place.memberships.filter(person=person, role=Role.OVERSEER, ended=None).exists():
        raise Blocked(_("This person oversees the project."), cause=_("An overseer takes no other part in it."))
    act.note(role=role, on_board=on_board)
    return Membership.objects.create(project=act.place, person=person, role=role, on_board=on_board, since=act.now)


@action("role.ended")
def end_role(act: Act, membership: Membership) -> Membership:
    """Take a role back. A project always keeps one lead, and a lead cannot remove an overseer."""
    if membership.role == Role.OVERSEER:
        raise NotAllowed(_("The lead cannot remove an overseer."), do=_("Ask the body."))
    leads = act.place.memberships.filter(role=Role.LEAD, ended=None)
    if membership.role == Role.LEAD and leads.count() == 1:
        raise Blocked(_("This is the only lead."), do=_("Name another lead first."))
    membership.ended = act.now
    membership.save(update_fields=["ended"])
    act.note(role=membership.role)
    return membership


@action("rule.agreed", level="group")
def agree_rule(act: Act, step: int, rule: str) -> DecisionRule:
    """Agree how the gate of a step is decided, before that gate is decided."""
    if step not in STEPS or rule not in DecisionRule.Rule.values:
        raise Invalid(_("There is no such step or rule."), do=_("Choose one from the list."))
    if act.place.gates.filter(step=step, passed=True).exists():
        raise Blocked(_("This gate has been passed."), cause=_("A rule is agreed before it is used."))
    act.note(step=step, rule=rule)
    return DecisionRule.objects.create(project=act.place, step=step, rule=rule, agreed=act.now)


@action("position.given")
def give_position(act: Act, step: int, stand: str, dissent: str = "") -> Position:
    """A board member agrees, objects (with a reason) or abstains on a gate."""
    seat = act.place.memberships.filter(person_id=act.person_id, on_board=True, ended=None)
    if not seat.exists():
        raise NotAllowed(_("Only members of the joint board give a position on a gate."))
    if stand not in Position.Stand.values:
        raise Invalid(_("There is no such position."), fields={"stand": _("Choose one of the three.")})
    if stand == Position.Stand.OBJECT:
        required(dissent=dissent)
    act.note(step=step, stand=stand)
    return Position.objects.create(
        project=act.place, step=step, stand=stand, dissent=dissent, person_id=act.person_id, given=act.now
    )


@action("absence.explained")
def explain_absence(act: Act, phase: str, group: str, reason: str) -> Absence:
    """Publish why a group took no part in a phase."""
    required(reason=reason)
    if phase not in PHASES or group not in GROUPS:
        raise Invalid(_("There is no such phase or group."), do=_("Choose one from the list."))
    act.note(phase=phase, group=group, reason=reason)
    absence, _made = Absence.objects.update_or_create(
        project=act.place, phase=phase, group=group, defaults={"reason": reason, "explained": act.now}
    )
    return absence


@action("gate.decided", level="group")
def decide_gate(act: Act, step: int, passed: bool, reason: str) -> GateDecision:
    """Decide the gate of the current step by its rule. Passing needs all evidence; dissent is noted."""
    project: Project = act.place
    if step != project.step or project.outcome != Project.Outcome.OPEN:
        raise Conflict(
            _("This gate is not open."),
            cause=_("The project stands at another step."),
            do=_("Open the project page and decide the gate that is open."),
        )
    required(reason=reason)
    here = STEPS[step]
    if passed:
        _refuse_unless_ready(project, here, act.actor.person_id)
    rule = queries.rule_for(project, here)
    tally, against_ballot = _count(project, here, rule, passed)
    positions = queries.latest_positions(project, here)
    act.because(*positions)
    act.note(step=step, passed=passed, rule=rule, tally=tally, against_ballot=against_ballot)
    decision = GateDecision.objects.create(
        project=project,
        step=step,
        passed=passed,
        rule=rule,
        reason=reason,
        tally=tally,
        dissent=[_unnamed(position) for position in positions if position.dissent],
        against_ballot=against_ballot,
        decided_by_id=act.person_id,
        decided=act.now,
    )
    if passed:
        _move_on(project)
    return decision


def _unnamed(position: Position) -> dict[str, Any]:
    return {"position": position.pk, "group": position.person.group, "text": position.dissent}


def _refuse_unless_ready(project: Project, step: Step, person_id: int | None) -> None:
    screens.refuse_forbidden(project)
    missing = [item.words for item in queries.evidence(project, step) if not item.met]
    missing += [
        _("To be answered to the end: “%(title)s”") % {"title": screens.title_of(name)}
        for name in screens.open_screens(project, step)
    ]
    missing += requiring.missing(project, step, person_id)
    if step.ends_phase:
        missing += [
            _("No recorded contribution of “%(group)s” in this phase, and no published reason")
            % {"group": Group(group).label}
            for group in queries.silent_groups(project, step.phase)
        ]
    if missing:
        raise Blocked(
            _("This gate cannot pass yet."),
            reasons=missing,
            do=_("Add what is missing, or publish the reason why a group took no part."),
        )


def _count(project: Project, step: Step, rule: str, passed: bool) -> tuple[dict[str, Any], bool]:
    """The tally of the rule and whether the decision goes against a ballot; Blocked where the rule says no."""
    outcome = queries.ballot_on(project, step)
    against = outcome is not None and outcome != passed
    if rule == DecisionRule.Rule.LEAD:
        return {}, against
    if rule == DecisionRule.Rule.BALLOT:
        if outcome is None:
            raise Blocked(_("No ballot on this gate has been closed."), do=_("Hold the ballot first."))
        if passed and not outcome:
            raise Blocked(_("The ballot did not pass."), do=_("Send the step back, or hold a new ballot."))
        return {"ballot": outcome}, against
    seats = project.memberships.filter(on_board=True, ended=None).values("person").distinct().count()
    stands = Counter(position.stand for position in queries.latest_positions(project, step))
    tally = {"seats": seats, **{stand: stands[stand] for stand in Position.Stand.values}}
    if passed and rule == DecisionRule.Rule.BOARD_MAJORITY and stands["agree"] * 2 <= seats:
        raise Blocked(
            _("The board has no majority for this."),
            reasons=[_("%(agree)s of %(seats)s seats agree") % {"agree": stands["agree"], "seats": seats}],
            do=_("Ask the board members for their position."),
        )
    if passed and rule == DecisionRule.Rule.BOARD_CONSENT and (stands["object"] or stands["agree"] * 2 <= seats):
        raise Blocked(
            _("The board does not consent yet."),
            reasons=[
                _("%(object)s object, %(agree)s of %(seats)s agree")
                % {"object": stands["object"], "agree": stands["agree"], "seats": seats}
            ],
            cause=_("Consent needs more than half of the seats and no objection."),
            do=_("Answer the objections, or agree on another rule."),
        )
    return tally, against


def _move_on(project: Project) -> None:
    if project.step == max(STEPS):
        return
    project.step += 1
    project.save(update_fields=["step"])


@action("project.ended_without_ai", level="group")
def end_without_ai(act: Act, reason: str) -> Project:
    """Decide not to use AI: a respected outcome, with its reason on the public record."""
    required(reason=reason)
    project: Project = act.place
    if project.outcome != Project.Outcome.OPEN:
        raise Conflict(_("This project has ended already."))
    project.outcome, project.outcome_reason = Project.Outcome.NO_AI, reason
    project.save(update_fields=["outcome", "outcome_reason"])
    act.note(reason=reason)
    return project
