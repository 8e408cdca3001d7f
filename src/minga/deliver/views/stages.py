"""How far each release is in service, who moved it and why; the switch that stops it; the draws."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import casework, queries, rules, tasks
from minga.deliver.actions import change_stage, stop
from minga.deliver.forms import DrawCases, MoveStage, Stop
from minga.deliver.models import STAGES, Draw, Drill, Stage, StageChange
from minga.deliver.views.common import permitted, project_of
from minga.design.models import Release
from minga.ledger.action import may
from minga.ledger.thread import knots_of
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted
from minga.web.format import day
from minga.web.svg.types import RolloutBar
from minga.web.svg.types import Stage as Step

DRILLS = 10


def rollout_bar(release: Release) -> RolloutBar:
    """Where a release stands, with the day on which it last reached each stage."""
    here = queries.stage_of(release)
    place = STAGES.index(here)
    changes = queries.lasting(StageChange.objects.filter(release=release))
    reached = {change.stage: change.since for change in changes}
    steps = tuple(
        Step(
            label=stage.label,
            when=day(reached[stage.value], short=True) if stage.value in reached and index <= place else "",
            state="here" if index == place else "done" if index < place else "not_yet",
        )
        for index, stage in enumerate(STAGES)
    )
    return RolloutBar(sentence=_("This release stands at: %(stage)s.") % {"stage": here.label}, stages=steps)


@require_GET
def rollout(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page of all releases of a project and their stages."""
    project = project_of(slug)
    actor = actor_of(request)
    releases = Release.objects.filter(project=project).select_related("version").order_by("-pk")
    rows = [
        {
            "release": release,
            "stage": queries.stage_of(release),
            "bar": rollout_bar(release),
            "changes": queries.lasting(StageChange.objects.filter(release=release)).order_by("-pk"),
            "newer": queries.superseded_by(release),
            "month": queries.flag_share_this_month(release),
            "last_draw": queries.last_draw(release),
            "advised": casework.advised_of(release),
        }
        for release in releases
    ]
    context = {
        "project": project,
        "rows": rows,
        "knots": knots_of(releases[0]) if releases else [],
        "may_move": may(actor, project, "stage.changed"),
        "may_stop": may(actor, project, "stage.stopped"),
        "may_draw": may(actor, project, "cases.drawn"),
        "may_drill": may(actor, project, "stop.drilled"),
        "drills": list(Drill.objects.filter(project=project).select_related("person")[:DRILLS]),
        "services": project.services.exists(),
        "draws": Draw.objects.filter(project=project).select_related("dataset", "release__version"),
        "indicators": [figure for figure in queries.precision_by_indicator(project) if figure.of >= rules.enough()],
        "overall": queries.precision(project),
        "missed": queries.missed_share(project),
        "kept": queries.unaided_agreement(project),
        "withdrawn": queries.withdrawn_share(project),
        "enough": rules.enough(),
        "off": Stage.OFF,
    }
    return render(request, "deliver/stages.html", context)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    permitted(request, project, "stage.changed")
    release = get_object_or_404(Release, project=project, pk=pk)
    form = MoveStage(request.POST or None, here=queries.stage_of(release))
    if acted(request, form, lambda given: change_stage(by(request), project, release, given["stage"], given["reason"])):
        messages.success(request, _("The release is now at: %(stage)s.") % {"stage": queries.stage_of(release).label})
        return redirect("deliver:stages", slug)
    context = {"project": project, "release": release, "form": form, "stage": queries.stage_of(release)}
    return render(request, "deliver/move.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def stop_now(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    permitted(request, project, "stage.stopped")
    release = get_object_or_404(Release, project=project, pk=pk)
    form = Stop(request.POST or None)
    if acted(request, form, lambda given: stop(by(request), project, release, given["reason"])):
        messages.success(request, _("Stopped. Nobody sees this release's advice any more."))
        return redirect("deliver:stages", slug)
    context = {"project": project, "release": release, "form": form}
    return render(request, "deliver/stop.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a draw; the worker runs it."""
    project = project_of(slug)
    permitted(request, project, "cases.drawn")
    releases = [release.pk for release, _stage in queries.in_service(project)]
    form = DrawCases(request.POST or None, project=project, releases=releases)
    if request.method == "POST" and form.is_valid():
        once = request.POST.get("once") or uuid.uuid4().hex
        tasks.draw.enqueue(form.cleaned_data["release"].pk, form.cleaned_data["dataset"].pk, once[:40])
        messages.success(request, _("The draw is in the queue. Its cases appear on the desk when it has run."))
        return redirect("deliver:stages", slug)
    context = {"project": project, "form": form, "releases": releases, "capacity": rules.capacity()}
    return render(request, "deliver/draw.html", context, status=422 if form.errors else 200)
