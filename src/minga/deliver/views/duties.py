"""Duties by risk level, the level itself, and the drill of the stop switch."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import duties, queries
from minga.deliver.actions.rollout import assess_risk, drill
from minga.deliver.models import RiskLevel, Stage
from minga.deliver.quality_forms import SetRisk, TryStop
from minga.deliver.views.common import permitted, project_of
from minga.design.models import Release
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.screens import high_risk


@require_GET
def duties_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Every duty of the project's level: from which stage it is needed, and whether it is met."""
    project = project_of(slug)
    release = Release.objects.filter(project=project).select_related("version").order_by("-pk").first()
    found = duties.standing(project, release)
    levels = list(RiskLevel.objects.filter(project=project).select_related("person").order_by("-pk"))
    context = {
        "project": project,
        "release": release,
        "stage": queries.stage_of(release),
        "rows": found,
        "met": sum(one.met for one in found),
        "level": levels[0] if levels else None,
        "raised": high_risk(project) and (not levels or levels[0].level != duties.HIGH),
        "earlier": levels[1:],
        "may_assess": may(actor_of(request), project, "risk.assessed"),
    }
    return render(request, "deliver/duties.html", context)


@require_http_methods(["GET", "POST"])
def risk(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    permitted(request, project, "risk.assessed")
    form = SetRisk(request.POST or None)
    if acted(request, form, lambda given: assess_risk(by(request), project, given["level"], given["reason"])):
        messages.success(request, _("The risk level is set. These duties follow from it."))
        return redirect("deliver:duties", slug)
    return show(request, "deliver/duties_risk.html", form, project=project, level=duties.level_of(project))


@require_http_methods(["GET", "POST"])
def try_stop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Try the stop switch. A failure is told as loudly as the page can."""
    project = project_of(slug)
    permitted(request, project, "stop.drilled")
    release = get_object_or_404(Release.objects.select_related("version"), project=project, pk=pk)
    form = TryStop(request.POST or None)
    if made := acted(request, form, lambda given: drill(by(request), project, release, given["note"])):
        told = {"hidden": made.hidden, "all": made.looked_at, "ms": made.milliseconds}
        if not made.looked_at:
            words = _(
                "The switch was tried, but no advice was in sight, so it showed nothing. "
                "Try it again before half of the cases."
            )
            messages.warning(request, words)
        elif made.passed:
            words = _("The stop switch works: %(hidden)d of %(all)d cases hid their advice within %(ms)d ms.")
            messages.success(request, words % told)
        else:
            words = _("THE STOP SWITCH FAILED: only %(hidden)d of %(all)d cases hid their advice.")
            messages.error(request, words % told)
        return redirect("deliver:stages", slug)
    context = {"project": project, "release": release, "stage": queries.stage_of(release), "off": Stage.OFF}
    return show(request, "deliver/duties_drill.html", form, **context)
