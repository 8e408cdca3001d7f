"""Pages of a project itself: opening it, its people, and its steps with their gates."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minga.learning.taking import draft, used_up
from minga.ledger.action import BODY, PHASES, may
from minga.ledger.models import Entry
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.people.models import Group, Person
from minga.projects import actions, gates, queries
from minga.projects.forms import (
    AgreeRule,
    AppointOverseer,
    DecideGate,
    ExplainAbsence,
    Given,
    GivePosition,
    GrantRole,
    OpenProject,
    acted,
    show,
)
from minga.projects.models import DecisionRule, Membership, Project
from minga.projects.roles import Role
from minga.projects.rooms import page_for
from minga.projects.steps import STEPS, Step

PHASE_NAMES = gates.PHASE_NAMES


def project_of(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


def step_of(number: int) -> Step:
    if number not in STEPS:
        raise Http404(_("There are eight steps, from 1 to 8."))
    return STEPS[number]


def must(request: HttpRequest, project: Project, action: str) -> None:
    """Refuse before a form is shown, so that nobody fills it in for nothing."""
    if not may(actor_of(request), project, action):
        raise NotAllowed(
            _("You may not do this here."),
            cause=_("Your role in this project does not include it, or you are not signed in."),
            do=_("Sign in with the account that has the role, or ask the project's lead."),
        )


@login_required
def open_project(request: HttpRequest) -> HttpResponse:
    form = OpenProject(request.POST or None, initial=draft(request))
    if made := acted(request, form, lambda given: _opened(request, given)):
        used_up(request, "title", "summary")
        messages.success(request, _("The project is open and you are its lead. Begin with the need."))
        return redirect("projects:step", made.slug, made.step)
    return show(request, "projects/open.html", form)


def _opened(request: HttpRequest, given: Given) -> Project:
    """The new project, with what is known of its kind; both or neither."""
    with transaction.atomic():
        made = actions.open_project(by(request), BODY, given["title"], given["summary"])
        kind = {name: given[name] for name in ("task", "function", "impacts") if given[name]}
        if kind:
            actions.classify(by(request).also("kind"), made, **kind)
    return made


def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has which role, since when; overseers with who appointed them."""
    project, actor = project_of(slug), actor_of(request)
    may_end = may(actor, project, "role.ended")
    current = project.memberships.filter(ended=None).select_related("person").order_by("since", "pk")
    context = {
        "project": project,
        "roles": _by_role(current.exclude(role=Role.OVERSEER), may_end),
        "overseers": [(seat, appointed_by(project, seat)) for seat in current.filter(role=Role.OVERSEER)],
        "former": project.memberships.exclude(ended=None).count(),
        "may_grant": may(actor, project, "role.granted"),
        "may_end": may_end,
        "may_appoint": may(actor, project, "overseer.appointed"),
    }
    return render(request, "projects/people.html", context)


def _by_role(memberships: QuerySet[Membership], named: bool) -> list[tuple[str, list[Membership], bool]]:
    """(role, who has it, whether all of them stay unnamed); residents are named to the lead only."""
    every = list(memberships)
    found = [(Role(role).label, [seat for seat in every if seat.role == role]) for role in Role.values]
    return [
        (str(label), seats, not named and all(seat.person.group == Group.RESIDENTS for seat in seats))
        for label, seats in found
        if seats
    ]


def appointed_by(project: Project, membership: Membership) -> Person | None:
    """Who appointed an overseer, from the ledger; None where that person has been erased."""
    entry = Entry.objects.filter(
        chain=project.chain, action="overseer.appointed", subject_id=str(membership.pk)
    ).first()
    return Person.objects.filter(key=entry.actor_key).first() if entry and entry.actor_key else None


def grant(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "role.granted")
    form = GrantRole(request.POST or None)
    if made := acted(request, form, lambda given: actions.grant_role(by(request), project, **given)):
        words = _("%(name)s has the role now.") % {"name": made.person.name}
        messages.success(request, words)
        return redirect("projects:people", slug)
    return show(request, "projects/grant.html", form, project=project)


def appoint(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "overseer.appointed")
    form = AppointOverseer(request.POST or None)
    if acted(request, form, lambda given: actions.appoint_overseer(by(request), project, **given)):
        messages.success(request, _("Appointed. They can read everything here and stop the tool."))
        return redirect("projects:people", slug)
    return show(request, "projects/appoint.html", form, project=project)


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    membership = get_object_or_404(Membership, project=project, pk=pk, ended=None)
    actions.end_role(by(request), project, membership)
    messages.success(request, _("The role has ended. What was done in it stays in the ledger."))
    return redirect("projects:people", slug)


def step(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a step asks, what is there, and its gate."""
    project, here, actor = project_of(slug), step_of(number), actor_of(request)
    is_open = number == project.step and project.outcome == Project.Outcome.OPEN
    context = {
        "project": project,
        "step": here,
        "phase": PHASE_NAMES[here.phase],
        "before": STEPS.get(number - 1),
        "after": STEPS.get(number + 1),
        "is_open": is_open,
        "stands": gates.standing(project, here),
        "needs": gates.needs(project, here, actor),
        "sets": gates.sets(project, here),
        "rule": DecisionRule.Rule(queries.rule_for(project, here)).label,
        "by_board": queries.rule_for(project, here).startswith("board"),
        "board": queries.board(project) if is_open else [],
        "positions": queries.latest_positions(project, here),
        "history": gates.history(project, here),
        "silent": [Group(g).label for g in queries.silent_groups(project, here.phase)] if here.ends_phase else [],
        "absences": project.absences.filter(phase=here.phase),
        "may_position": is_open and gates.has_seat(project, actor),
        "may_decide": is_open and may(actor, project, "gate.decided"),
        "may_rule": may(actor, project, "rule.agreed") and number >= project.step,
        "may_explain": may(actor, project, "absence.explained"),
        "may_answer": may(actor, project, "instrument.answered"),
    }
    return render(request, "projects/step.html", context)


def position(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    project, here = project_of(slug), step_of(number)
    must(request, project, "position.given")
    form = GivePosition(request.POST or None)
    if acted(request, form, lambda given: actions.give_position(by(request), project, number, **given)):
        messages.success(request, _("Recorded. You can change it until the gate is decided."))
        return redirect("projects:step", slug, number)
    return show(request, "projects/position.html", form, project=project, step=here)


def decide(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    project, here = project_of(slug), step_of(number)
    must(request, project, "gate.decided")
    form = DecideGate(request.POST or None)

    def perform(given: Any) -> Any:
        return actions.decide_gate(by(request), project, number, given["passed"] == "yes", given["reason"])

    if made := acted(request, form, perform):
        project.refresh_from_db()
        messages.success(request, made.ledger_title)
        return redirect("projects:step", slug, project.step)
    context = {
        "project": project,
        "step": here,
        "needs": gates.needs(project, here, actor_of(request)),
        "rule": DecisionRule.Rule(queries.rule_for(project, here)).label,
        "positions": queries.latest_positions(project, here),
    }
    return show(request, "projects/decide.html", form, **context)


def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """How each gate is decided; the lead records what the partners agreed."""
    project = project_of(slug)
    may_agree = may(actor_of(request), project, "rule.agreed")
    form = AgreeRule(request.POST or None, project=project)
    if acted(request, form, lambda given: actions.agree_rule(by(request), project, **given)):
        messages.success(request, _("Recorded. It holds from now on, until this gate is passed."))
        return redirect("projects:rules", slug)
    agreed = set(project.rules.values_list("step", flat=True))
    rows = [
        (step, DecisionRule.Rule(queries.rule_for(project, step)).label, step.number in agreed)
        for step in STEPS.values()
    ]
    return show(request, "projects/rules.html", form, project=project, rows=rows, may_agree=may_agree)


def absences(request: HttpRequest, slug: str) -> HttpResponse:
    """Groups that took no part in a phase, with the published reason or without."""
    project = project_of(slug)
    silent = queries.silent_groups(project, project.phase)
    may_explain = may(actor_of(request), project, "absence.explained") and bool(silent)
    form = ExplainAbsence(request.POST or None, groups=silent)
    if acted(request, form, lambda given: actions.explain_absence(by(request), project, project.phase, **given)):
        messages.success(request, _("Published."))
        return redirect("projects:absences", slug)
    context = {
        "project": project,
        "silent": [Group(group).label for group in silent],
        "phase": PHASE_NAMES[project.phase],
        "published": [
            (PHASE_NAMES[phase], [(Group(a.group).label, a) for a in project.absences.filter(phase=phase)])
            for phase in PHASES
        ],
        "may_explain": may_explain,
        "contribute": page_for(project, "contribution.submitted"),
    }
    return show(request, "projects/absences.html", form, **context)
