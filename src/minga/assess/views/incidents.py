"""Pages of incidents: reporting one, following it, looking into it, and what the body publishes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.assess import incidents
from minga.assess.actions import close_incident, report_incident, triage_incident
from minga.assess.incident_forms import Close, Report, Triage
from minga.assess.models import Incident
from minga.deliver.queries import reads_desk
from minga.engage import limits
from minga.engage.seat import private
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import must, project_of


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """What went wrong in all projects, and what was done about it."""
    context = {"incidents": incidents.published(), "counts": incidents.counts(), "page_data": "/incidents.json"}
    return render(request, "assess/incidents.html", context)


@require_GET
def public_json(request: HttpRequest) -> JsonResponse:
    """Published incidents in the fields of the OECD's framework and of the AI Incident Database."""
    rows = [incidents.as_export(found) for found in incidents.published()]
    reply = JsonResponse({"format": incidents.FORMAT, "incidents": rows, "lost": incidents.losses()})
    reply["Access-Control-Allow-Origin"] = "*"
    return reply


@require_GET
def incident_page(request: HttpRequest, code: str) -> HttpResponse:
    """An incident: its public summary for everybody, and the report for those who look into it."""
    found = get_object_or_404(Incident.objects.select_related("project", "version"), code=code.upper())
    actor = actor_of(request)
    inside = may(actor, found.project, "incident.triaged")
    if not (found.is_public or inside):
        raise Http404(_("There is no published incident with this code."))
    context = {
        "project": found.project,
        "incident": found,
        "inside": inside,
        "cases": found.cases.order_by("number") if inside and reads_desk(actor, found.project) else [],
        "overdue": found.state == Incident.State.REPORTED and found.due < timezone.now(),
        "may_close": may(actor, found.project, "incident.closed") and found.state == Incident.State.CONFIRMED,
        "may_triage": inside and found.state != Incident.State.CLOSED,
    }
    return render(request, "assess/incident.html", context)


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Report that something went wrong. Anybody may, without an account."""
    project = project_of(slug)
    form = Report(request.POST or None)
    if request.method == "POST":
        limits.take(request, "incident", each=5)
    if made := acted(request, form, lambda given: report_incident(by(request), project, **given)):
        messages.success(request, _("Your report has arrived. Keep this address: here you see what follows."))
        return redirect("assess:own_incident", made.token)
    return show(request, "assess/incident_report.html", form, project=project, counts=incidents.counts(project))


@require_GET
def own(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of whoever reported it."""
    found = get_object_or_404(Incident.objects.select_related("project"), token=token)
    context = {"incident": found, "overdue": found.state == Incident.State.REPORTED and found.due < timezone.now()}
    return private(render(request, "assess/incident_own.html", context))


def _inside(request: HttpRequest, code: str, action: str) -> tuple[Project, Incident]:
    found = get_object_or_404(Incident.objects.select_related("project"), code=code.upper())
    must(request, found.project, action)
    return found.project, found


@require_http_methods(["GET", "POST"])
def triage(request: HttpRequest, code: str) -> HttpResponse:
    project, found = _inside(request, code, "incident.triaged")
    form = Triage(project, request.POST or None)

    def perform(given: Any) -> Incident:
        return triage_incident(by(request), project, found, **given)

    if acted(request, form, perform):
        messages.success(request, _("Recorded. Whoever reported it sees it on their page."))
        return redirect(found)
    return show(request, "assess/incident_triage.html", form, project=project, incident=found)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    project, found = _inside(request, code, "incident.closed")
    form = Close(request.POST or None)
    if acted(request, form, lambda given: close_incident(by(request), project, found, **given)):
        messages.success(request, _("The incident is closed and its summary is public."))
        return redirect(found)
    return show(request, "assess/incident_close.html", form, project=project, incident=found)
