"""The public page of a service, and how a lead opens, changes and closes one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import advising, servicefigures, ways
from minga.deliver.actions import change_service, close_service, open_service
from minga.deliver.models import Service
from minga.deliver.services_forms import ChangeTerms, CloseService, ServiceTerms
from minga.deliver.views.common import permitted, project_of
from minga.ledger.action import may
from minga.ledger.thread import knots_of
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project


def service_of(project: Project, slug: str) -> Service:
    return get_object_or_404(Service.objects.select_related("project"), project=project, slug=slug)


@require_GET
def service_page(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """What the service is, who decides, which tool helps, how it is had without a computer, and how it goes."""
    project = project_of(slug)
    found = service_of(project, service)
    actor = actor_of(request)
    release = advising.release_for(found)
    context = {
        "project": project,
        "service": found,
        "release": release,
        "knots": knots_of(release) if release else [],
        "given": [field["words"] for field in found.fields if field["shown_to_tool"]],
        "figures": servicefigures.strip_of(found),
        "may_change": may(actor, project, "service.changed"),
        "may_import": may(actor, project, "cases.imported"),
        "may_count": may(actor, project, "route.counted"),
        "routes": ways.route_figures(found),
    }
    return render(request, "deliver/service.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a service, with defaults that are safe to leave as they are."""
    project = project_of(slug)
    permitted(request, project, "service.opened")
    form = ServiceTerms(request.POST or None, project=project)

    def perform(given: Mapping[str, Any]) -> Service:
        return open_service(by(request), project, **form.terms)

    if made := acted(request, form, perform):
        messages.success(request, _("The service is open."))
        return redirect(made)
    return show(request, "deliver/service_new.html", form, project=project, **_parts(form))


def _parts(form: ServiceTerms) -> dict[str, Any]:
    """The fields that everybody fills in, and those with a default."""
    return {"first": [form[name] for name in form.FIRST], "more": [form[name] for name in form.MORE]}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """Change the terms, with a reason that is public."""
    project = project_of(slug)
    permitted(request, project, "service.changed")
    found = service_of(project, service)
    form = ChangeTerms(request.POST or None, service=found)

    def perform(given: Mapping[str, Any]) -> Service:
        return change_service(by(request), project, found, given["reason"], **form.terms)

    if acted(request, form, perform):
        messages.success(request, _("The terms are changed."))
        return redirect(found)
    return show(request, "deliver/service_new.html", form, project=project, service=found, **_parts(form))


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """Take no more cases."""
    project = project_of(slug)
    permitted(request, project, "service.closed")
    found = service_of(project, service)
    form = CloseService(request.POST or None)
    if acted(request, form, lambda given: close_service(by(request), project, found, given["reason"])):
        messages.success(request, _("The service takes no more cases. Those that came are still decided."))
        return redirect(found)
    return show(request, "deliver/service_close.html", form, project=project, service=found)
