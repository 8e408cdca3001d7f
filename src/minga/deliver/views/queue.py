"""The queue of a project: what waits, what somebody holds, and the ways to what else waits at the desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.deliver import places, queries, rules, waiting
from minga.deliver.models import Case, Flag
from minga.deliver.queue_rows import QueueRows
from minga.deliver.views.common import project_of, refuse_strangers
from minga.projects.models import Project
from minga.projects.roles import TABLE
from minga.web.format import whole

SELECTED = mark_safe(" selected")
MAY = {"may_claim": "case.claimed", "may_open": "service.opened", "may_second": "second.read"}


@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The cases in the order in which they are to be read, with filters; what is counted is counted up to a cap."""
    project = waiting.project_with(slug) or project_of(slug)
    actor, roles = refuse_strangers(request, project)
    person, placing = actor.person_id or 0, places.of(project)
    services = waiting.services_of(project)
    opened = [service for service in services if service.closed is None]
    plain = not any(request.GET.get(name) for name in ("state", "mine"))
    asked = waiting.chosen(request.GET, person)
    page = waiting.pages(project, asked, person, placing).get_page(request.GET.get("page"))
    held = waiting.in_work(project, asked, person) if plain else []
    may = {name: not roles.isdisjoint(TABLE[action]) for name, action in MAY.items()}
    in_service = bool(opened) or bool(queries.in_service(project))
    rows = QueueRows(request, project, {one.pk: one.name for one in services}, may["may_claim"], in_service)
    context = {
        "project": project,
        "page": page,
        "rows": rows.listed(page.object_list),
        "waiting": _words(page.paginator.count if plain else waiting.count(project, waiting.chosen({}, person))),
        "in_work": rows.held(held[: waiting.IN_WORK]),
        "more_in_work": len(held) > waiting.IN_WORK,
        "held": _held(project, asked, person, held, plain),
        "services": opened,
        "states": _states(request.GET.get("state", "")),
        "given": request.GET,
        "service": in_service,
        "by_lot": placing.drawn and not opened,
        "halted": bool(placing.halted),
        **may,
        **(_of_draws(project, roles) if placing.drawn else {}),
    }
    return render(request, "deliver/desk.html", context)


def _states(given: str) -> SafeString:
    """The states of a case as options, that of the page chosen."""
    options = ((value, SELECTED if value == given else "", label) for value, label in Case.State.choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', options)


def _held(project: Project, asked: waiting.Chosen, person: int, held: list[waiting.Row], plain: bool) -> int:
    """How many cases this person holds: counted among those in work where these are listed."""
    if plain and len(held) <= waiting.IN_WORK:
        return sum(row.claimed_by == person for row in held)
    return waiting.count(project, waiting.Chosen("held", {**asked.given, "claimed_by": person}))


def _words(count: int) -> dict[str, Any]:
    """A count for a heading: the number, and how it is written where it was capped."""
    capped = count > queries.COUNTED
    return {
        "count": count,
        "words": _("More than %(most)s") % {"most": whole(queries.COUNTED)} if capped else whole(count),
    }


def _of_draws(project: Project, roles: set[str]) -> dict[str, Any]:
    """What the desk shows besides where cases are drawn: filters, letters, contests, how often flags were right."""
    drawn = Case.objects.filter(draw__project=project)
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
