"""Cases come in: by the form of a service, or from a file; and go out as a table."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import casework, exporting, incoming, mail, queries, spool
from minga.deliver.actions import import_cases, look
from minga.deliver.actions.intake import faults
from minga.deliver.incoming import Raw, Rows
from minga.deliver.models import Access, Case, Route, Service
from minga.deliver.services_forms import HandIn, UploadCases
from minga.deliver.views.common import permitted, project_of, reader
from minga.deliver.views.services import service_of
from minga.engage import limits
from minga.ledger.refusals import Blocked
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.tools.intake.csvsafe import csv_safe

LARGEST = 20 * 2**20
SHOWN = 5
KINDS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".eml": "email", ".mbox": "email"}
ORIGINS = {"csv": Case.Origin.CSV, "jsonl": Case.Origin.CSV, "email": Case.Origin.EMAIL}


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
        kind = next((kind for end, kind in KINDS.items() if given.name.lower().endswith(end)), "")
        if not kind:
            form.add_error("file", _("Give a file that ends in .csv, .jsonl, .eml or .mbox."))
        elif given.size > LARGEST:
            form.add_error("file", _("This file is larger than 20 MB. Split it."))
        else:
            data = given.read()
            context = _preview(found, data, kind)
            name = spool.put(data, kind)
            context |= {"file_name": name, "route": form.cleaned_data["route"], "project": project}
            return render(request, "deliver/cases_preview.html", context)
    return show(request, "deliver/cases_import.html", form, project=project, service=found)


def rows_of(service: Service, data: bytes, kind: str) -> Rows:
    """The rows of a file, sorted into usable, rejected and failed."""
    raw: Iterator[Raw]
    if kind == "email":
        raw = mail.messages(service, data)
    else:
        raw = incoming.table(data) if kind == "csv" else incoming.json_lines(data)
    return incoming.read_rows(service, raw, faults)


def _preview(service: Service, data: bytes, kind: str) -> dict[str, Any]:
    rows = rows_of(service, data, kind)
    first = rows.usable[:SHOWN]
    shown = [[(f["words"], str(row.source.get(f["name"], ""))[:80]) for f in service.fields] for row in first]
    return {"service": service, "rows": rows, "shown": shown, "used": len(rows.usable)}


def _confirmed(request: HttpRequest, service: Service) -> HttpResponse:
    name, route = request.POST["file_name"], request.POST.get("route", "")
    kept = spool.get(name)
    if kept is None or route not in Route.values:
        raise Blocked(
            _("The file is no longer here, so nothing was taken over."),
            cause=_("It was taken over already, or it waited for more than a day."),
            do=_("Upload it again; what came before is not taken twice."),
        )
    data, kind = kept
    before = Case.objects.filter(service=service).count()
    import_cases(by(request), service.project, service, rows_of(service, data, kind), ORIGINS[kind], route)
    spool.drop(name)
    used = Case.objects.filter(service=service).count() - before
    text = ngettext("%(used)d case was taken over.", "%(used)d cases were taken over.", used)
    messages.success(request, text % {"used": used})
    if queries.reads_desk(actor_of(request), service.project):
        return redirect("deliver:desk", service.project.slug)
    return redirect(service)


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
