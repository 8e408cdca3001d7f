"""The queue of a project: what waits, what somebody holds, and the ways to what else waits at the desk."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.deliver import casework, queries, rules
from minga.deliver.models import Case, Draw, Flag
from minga.deliver.views.common import project_of, refuse_strangers
from minga.ledger.action import Actor
from minga.projects.models import Project
from minga.projects.roles import TABLE
from minga.web.format import whole

State = Case.State
PAGE = 25
HELD = [State.CLAIMED, State.REVEALED]


@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The cases in the order in which they are to be read, with filters; what is counted is counted up to a cap."""
    project = project_of(slug)
    actor, roles = refuse_strangers(request, project)
    draws = list(Draw.objects.filter(project=project).values_list("pk", flat=True))
    services = list(casework.open_services(project).select_related("project"))
    plain = not any(request.GET.get(name) for name in ("state", "mine"))
    pages = casework.CappedPaginator(_listed(project, request.GET, actor), PAGE)
    cases = _filtered(_real(project), request.GET)
    held = casework.in_work(cases, actor.person_id) if plain else []
    own = [case for case in held if case.claimed_by_id == actor.person_id]
    context = {
        "project": project,
        "page": pages.get_page(request.GET.get("page")),
        "waiting": _words(pages.count if plain else casework.capped_count(_open(project))),
        "in_work": held,
        "held": len(own) if plain else cases.filter(claimed_by_id=actor.person_id, state__in=HELD).count(),
        "services": services,
        "states": State.choices,
        "given": request.GET,
        "now": timezone.now(),
        "service": bool(services) or bool(queries.in_service(project)),
        "by_lot": bool(draws) and not services,
        **{
            name: not roles.isdisjoint(TABLE[action])
            for name, action in {"may_claim": "case.claimed", "may_open": "service.opened"}.items()
        },
        **(_of_draws(project, draws, roles) if draws else {}),
    }
    return render(request, "deliver/desk.html", context)


def _real(project: Project) -> QuerySet[Case]:
    """Practice has a list of its own."""
    return Case.objects.filter(project=project, rehearsal=False)


def _open(project: Project) -> QuerySet[Case]:
    return _real(project).filter(state=State.OPEN)


def _words(count: int) -> dict[str, Any]:
    """A count for a heading: the number, and how it is written where it was capped."""
    capped = count > queries.COUNTED
    return {
        "count": count,
        "words": _("More than %(most)s") % {"most": whole(queries.COUNTED)} if capped else whole(count),
    }


def _filtered(cases: QuerySet[Case], given: Mapping[str, Any]) -> QuerySet[Case]:
    for name in ("method", "buyer"):
        if given.get(name):
            cases = cases.filter(**{name: given[name]})
    if given.get("service"):
        cases = cases.filter(service__slug=given["service"])
    return cases


def _listed(project: Project, given: Mapping[str, Any], actor: Actor) -> QuerySet[Case]:
    """What waits; with a state, the cases in it; of one's own, those that one holds."""
    cases = _filtered(_real(project), given)
    state = given.get("state", "")
    if given.get("mine"):
        cases = cases.filter(claimed_by_id=actor.person_id or 0)
    if state in State.values:
        cases = cases.filter(state=state)
    elif given.get("mine"):
        cases = cases.filter(state__in=HELD)
    elif state != "all":
        cases = cases.filter(state=State.OPEN)
    rows = casework.waiting_cases(cases, actor.person_id)
    return rows.order_by("number") if state == "all" else rows


def _of_draws(project: Project, draws: list[int], roles: set[str]) -> dict[str, Any]:
    """What the desk shows besides where cases are drawn: filters, letters, contests, how often flags were right."""
    drawn = Case.objects.filter(draw__in=draws)
    overdue, days = queries.lateness(queries.to_answer(project))
    return {
        "methods": drawn.order_by("method").values_list("method", flat=True).distinct(),
        "buyers": drawn.order_by("buyer").values_list("buyer", flat=True).distinct(),
        "untold": Flag.objects.filter(project=project, told=None),
        "unpublished": Flag.objects.filter(project=project, published=None).exclude(told=None),
        "by_buyer": queries.precision_by_buyer(project),
        "enough": rules.enough(),
        "moderates": not roles.isdisjoint(TABLE["contest.moderated"]),
        "answers": not roles.isdisjoint(TABLE["contest.answered"]),
        "to_answer": queries.to_answer(project).count(),
        "late": queries.overdue_words(overdue, days) if overdue else "",
    }
