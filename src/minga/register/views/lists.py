"""All public records of the body, counted by task, function and phase; and one field of a record with its history."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.ledger.action import may
from minga.people.middleware import actor_of
from minga.projects.views import project_of
from minga.register import catalogue, queries, showing, showing_fields, verified, wording
from minga.register.document import FIELDS, TYPED
from minga.register.kept import kept
from minga.tools.intake import csv_safe
from minga.web.svg.types import Bar, BarList


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Every published record; ``?task=``, ``?function=``, ``?phase=`` and the words of ``?q=`` keep to those."""
    everything, wanted = catalogue.rows(), request.GET.get("q", "").strip()[:200]
    chosen = {name: request.GET.get(name, "") for name in catalogue.FACETS}
    shown = [row for row in everything if all(not code or getattr(row, name) == code for name, code in chosen.items())]
    context = {
        "rows": catalogue.search(shown, wanted),
        "wanted": wanted,
        "total": len(everything),
        "facets": [(name, _chart(name, everything), catalogue.counted(name, everything)) for name in catalogue.FACETS],
        "chosen": [(name, catalogue.word(name, code)) for name, code in chosen.items() if code],
        "page_data": request.path.removesuffix("/") + ".json",
    }
    return render(request, "register/records.html", context)


def _chart(name: str, rows: list[catalogue.Row]) -> BarList:
    bars = tuple(Bar(found.label, found.count, "solid") for found in catalogue.counted(name, rows))
    return BarList(catalogue.HEADINGS[name](len(rows)), bars, head=str(catalogue.FACETS[name]))


@require_GET
def records_json(request: HttpRequest) -> JsonResponse:
    """{records: [...], counts: {task, function, phase: {code: n}}}."""
    rows = catalogue.rows()
    counts = {name: {found.code: found.count for found in catalogue.counted(name, rows)} for name in catalogue.FACETS}
    content = {"records": [row.as_json() for row in rows], "counts": counts}
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_GET
def records_csv(request: HttpRequest) -> HttpResponse:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    rows = [row.as_json() for row in catalogue.rows()]
    writer.writerow(catalogue.COLUMNS)
    for row in rows:
        writer.writerow([csv_safe(str(row[name])) for name in catalogue.COLUMNS])
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="records.csv"'
    return response


@require_GET
def field_page(request: HttpRequest, slug: str, field: str) -> HttpResponse:
    """One field: what it says, where that is known from, what the logs say, how it changed, what people asked."""
    if field not in FIELDS:
        raise Http404(_("The record has no such field."))
    project = project_of(slug)
    last = queries.last_version(project)
    record = queries.current(project, last)
    held = kept("held", project, last, lambda: verified.held(project, record))
    context = {
        "project": project,
        "row": showing_fields.one_field(project, record, field, held),
        "label": wording.label(field),
        "history": showing.history(project, field),
        "typed": field in TYPED,
        "may_describe": field in TYPED and may(actor_of(request), project, "record.described"),
    }
    return render(request, "register/field.html", context)
