"""How people reach a service, with and without a computer: staff count, everybody reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minga.deliver import ways
from minga.deliver.actions.routes import count_route
from minga.deliver.models import Route, RouteUse, Service
from minga.deliver.routes_forms import CountRoute
from minga.deliver.views.common import permitted, project_of
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.web.svg.types import Table


@require_http_methods(["GET", "POST"])
def routes(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """Count who came by another route; below it, the months so far."""
    project = project_of(slug)
    permitted(request, project, "route.counted")
    found = get_object_or_404(Service.objects.select_related("project"), project=project, slug=service)
    form = CountRoute(request.POST or None)

    def count(given: Mapping[str, Any]) -> RouteUse:
        month = date.fromisoformat(given["month"])
        return count_route(by(request), project, found, given["route"], month, given["people"])

    if acted(request, form, count):
        messages.success(request, _("Counted."))
        return redirect("deliver:routes", slug, service)
    context = {
        "project": project,
        "service": found,
        "form": form,
        "routes": ways.route_figures(found, exact=True),
        "months": _months(found),
    }
    return render(request, "deliver/routes.html", context, status=422 if form.errors else 200)


def _months(service: Service) -> Table | None:
    found = ways.by_month(service)
    if not found:
        return None
    return Table(
        head=(_("Month"), *(route.label for route in Route)),
        rows=tuple((date_format(month, "F Y"), *(counts.get(route, 0) for route in Route)) for month, counts in found),
        caption=_("Cases and counted people, by month"),
        numeric=tuple(range(1, len(Route) + 1)),
    )
