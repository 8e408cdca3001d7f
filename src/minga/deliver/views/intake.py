"""Cases come in: by the form of a service, or from a file; and go out as a table."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import casefiles, casework, exporting, spool, tasks
from minga.deliver.actions import look
from minga.deliver.models import Access, Case, CaseFile, Route, Service
from minga.deliver.services_forms import HandIn, UploadCases
from minga.deliver.views.common import permitted, project_of, reader
from minga.deliver.views.services import service_of
from minga.engage import limits
from minga.ledger.refusals import Blocked
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.tools.intake.csvsafe import csv_safe

SHOWN = 5
PROBLEMS = 100


@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """The form of a service. Anybody may use it; nobody needs an account. It leads to the person's private page."""
    project = project_of(slug)
    found = service_of(project, service)
    if not found.form_open or found.closed:
        raise Blocked(_("This service takes no cases online."), do=found.other_route)
    form = HandIn(request.POST or None, service=found)
    if request.method == "POST" and form.is_valid():
        limits.take(request, "case", each=10)

    def perform(given: Mapping[str, Any]) -> Case:
        contact = {"name": given["contact_name"], "email": given["email"], "address": given["address"]}
        return casework.receive(
            by(request), found, given, origin=Case.Origin.FORM, route=Route.WEB,
            contact={**contact, "language": get_language() or "en"}, consent=given.get("consent") == "yes",
        )  # fmt: skip

    if made := acted(request, form, perform):
        messages.success(request, _("Your case has arrived. Keep this address: here you read how it stands."))
        return redirect(made.contact)
    return show(request, "deliver/hand_in.html", form, project=project, service=found)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """Take cases over from a file: first what would become of each row, then, once confirmed, the cases."""
    project = project_of(slug)
    permitted(request, project, "cases.imported")
    found = service_of(project, service)
    if request.method == "POST" and request.POST.get("file_name"):
        return _confirmed(request, found)
    form = UploadCases(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        kind = casefiles.kind_of(given.name)
        if not kind:
            form.add_error("file", _("Give a file that ends in .csv, .jsonl, .eml or .mbox."))
        elif given.size > casefiles.LARGEST:
            form.add_error("file", _("This file is larger than 20 MB. Split it."))
        else:
            data = given.read()
            context = _preview(found, data, kind)
            name = spool.put(data, kind)
            context |= {"file_name": name, "shown_name": given.name, "project": project}
            context["route"] = form.cleaned_data["route"]
            return render(request, "deliver/cases_preview.html", context)
    earlier = found.files.defer("problems")[:SHOWN]
    return show(request, "deliver/cases_import.html", form, project=project, service=found, earlier=earlier)


def _preview(service: Service, data: bytes, kind: str) -> dict[str, Any]:
    rows = casefiles.rows_of(service, data, kind)
    first = rows.usable[:SHOWN]
    shown = [[(f["words"], str(row.source.get(f["name"], ""))[:80]) for f in service.fields] for row in first]
    return {"service": service, "rows": rows, "shown": shown, "used": len(rows.usable)}


def _confirmed(request: HttpRequest, service: Service) -> HttpResponse:
    given = request.POST
    shown = given.get("shown", "") or given["file_name"]
    file = casefiles.begin(by(request), service, given["file_name"], shown, given.get("route", ""))
    if file.finished:
        messages.success(request, _taken(file))
    return redirect(file)


def _taken(file: CaseFile) -> str:
    return ngettext("%(used)d case was taken over.", "%(used)d cases were taken over.", file.taken) % {
        "used": file.taken
    }


@require_http_methods(["GET", "POST"])
def case_file(request: HttpRequest, slug: str, service: str, pk: int) -> HttpResponse:
    """How far a file of cases is and what became of its rows; a POST goes on with one that stands still."""
    project = project_of(slug)
    actor = permitted(request, project, "cases.imported")
    found = get_object_or_404(CaseFile.objects.select_related("service__project"), service__project=project, pk=pk)
    here, working = spool.get(found.kept) is not None, casefiles.in_work(found)
    if request.method == "POST":
        if found.left and here and actor.person_id is not None:
            tasks.take_over.enqueue(found.pk, actor.person_id)
        return redirect(found)
    page = Paginator(found.problems, PROBLEMS).get_page(request.GET.get("page"))
    context = {"project": project, "service": found.service, "file": found, "here": here, "working": working}
    words = {"rejected": _("rejected"), "failed": _("failed")}
    rows = [(row, words[kind], why) for row, kind, why in page.object_list]
    return render(request, "deliver/case_file.html", {**context, "page": page, "rows": rows})


@require_GET
def table(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """The determinations of a service as CSV, for the body's own system. Each case in it notes that it was taken."""
    project = project_of(slug)
    reader(request, project)
    found = service_of(project, service)
    made = exporting.determinations(found, request.GET.get("after", ""))
    look(by(request), project, [one.case for one in made], Access.What.EXPORT, _("as a table"))
    rows = [exporting.row_of(one) for one in made]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(exporting.columns(found))
    writer.writerows([[csv_safe(value) for value in row.values()] for row in rows])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.csv"'
    response["Cache-Control"] = "no-store"
    return response
