"""Versions of the tool: register one, see what it changes and what stands in the way of its release."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from minga.design import actions, catalogue, queries
from minga.design.changes import changes, settings_of
from minga.design.forms import RegisterVersion
from minga.design.models import Release, ToolVersion
from minga.design.outside_forms import RegisterOutside
from minga.design.runs import deciding
from minga.design.views.common import check_mark, must, one, project_of, standing_mark
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.web.svg.types import Table

PARTS = ("tool", "version", "settings", "change_note", "chosen_on", "spec")


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    context = {
        "project": project,
        "versions": queries.versions(project).select_related("release"),
        "may_register": may(actor_of(request), project, "version.registered"),
    }
    return render(request, "design/versions.html", context)


def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Register a version; the form begins with the settings of the last one."""
    project = project_of(slug)
    must(request, project, "version.registered")
    last = queries.versions(project).first()
    initial = _like(last) if last else {}
    form = RegisterVersion(request.POST or None, project=project, initial=initial)

    def perform(given: Any) -> ToolVersion:
        told = {name: given[name] for name in PARTS}
        return actions.register_version(by(request), project, **told, because=list(given["because"]), background=True)

    if made := acted(request, form, perform):
        ready, later = _("Registered. Now check it."), _("Registered. The worker trains it now.")
        messages.success(request, ready if made.is_prepared else later)
        return redirect(made)
    return show(request, "design/register.html", form, project=project, last=last)


def _like(last: ToolVersion) -> dict[str, Any]:
    """What a form begins with after ``last``."""
    prices = last.spec.get("prices", {})
    return {
        "tool": last.tool, "settings": last.settings, "chosen_on": last.chosen_on_id or "none",
        "currency": prices.get("currency") or "EUR", "per_cpu_second": prices.get("per_cpu_second"),
    }  # fmt: skip


def register_outside(request: HttpRequest, slug: str) -> HttpResponse:
    """Register a tool from outside: it is reached and asked for its card before anything is kept."""
    project = project_of(slug)
    must(request, project, "version.registered")
    form = RegisterOutside(request.POST or None, request.FILES or None, project=project)

    def perform(given: Any) -> ToolVersion:
        told = {name: given[name] for name in (*PARTS, "program")}
        return actions.register_version(by(request), project, **told, because=list(given["because"]))

    if made := acted(request, form, perform):
        messages.success(request, _("Registered: the tool answered as described. Now check it."))
        return redirect(made)
    return show(request, "design/register_outside.html", form, project=project)


@require_safe
@never_cache
def version(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project, actor = project_of(slug), actor_of(request)
    found = one(ToolVersion, project, pk=pk)
    standings = queries.readiness(found)
    released = Release.objects.filter(version=found).first()
    previous = queries.previous_version(found)
    context = {
        "project": project,
        "version": found,
        "previous": previous,
        "changes": _changes(previous, found) if previous else None,
        "settings": _settings(found),
        "contributions": queries.contributions_of(found),
        "standings": [(standing, *standing_mark(standing)) for standing in standings],
        "advisory": _advisory(project, found),
        "released": released,
        "withdrawn": queries.withdrawn(found),
        "progress": queries.preparing_progress(found),
        "about": catalogue.about(found),
        "may_check": may(actor, project, "check.requested"),
        "may_register": may(actor, project, "version.registered"),
        "unchecked": any(standing.state in {"none", "old", "broken"} for standing in standings),
        "may_release": may(actor, project, "release.created") and not released,
        "may_sign": may(actor, project, "exception.signed") and not released,
        "ready": queries.is_ready(found),
        "missing": sum(not standing.met for standing in standings),
    }
    return render(request, "design/version.html", context)


def _advisory(project: Project, found: ToolVersion) -> list[tuple[Any, ...]]:
    """Advisory criteria with the check on this version that counts."""
    rows = []
    for criterion in queries.criteria(project).filter(state="approved", binding=False):
        check = deciding(found.checks.filter(criterion=criterion).order_by("-pk"))
        rows.append((criterion, check, *(check_mark(check) if check else ("not_yet", _("Not checked yet")))))
    return rows


def _changes(previous: ToolVersion, found: ToolVersion) -> Table:
    absent = _("not set")
    return Table(
        head=(_("Setting"), previous.version, found.version),
        rows=tuple(
            (change.name, absent if change.before is None else change.before,
             absent if change.after is None else change.after)
            for change in changes(previous.settings, found.settings)
        ),
    )  # fmt: skip


def _settings(found: ToolVersion) -> Table | None:
    rows = tuple(settings_of(found.settings).items())
    return Table(head=(_("Setting"), _("Value")), rows=rows) if rows else None
