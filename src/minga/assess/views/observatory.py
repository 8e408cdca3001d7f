"""The observatory: all projects beside each other, the codebook, and the dataset to download."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minga.assess import associations, codebook, observatory
from minga.assess import showing_observatory as showing
from minga.assess.observatory import Row
from minga.inventory.models import System
from minga.tools.intake import csv_safe

A_PAGE = 25


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The portfolio, two charts, and which conditions and outcomes go together, where ten projects have both."""
    found = observatory.snapshot()
    listed = Paginator(found.rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "finding": showing.finding(found.rows),
        "count": len(found.rows),
        "examples": len(found.rows) - len(found.real),
        "at": found.at,
        "listed": listed,
        "portfolio": showing.portfolio(list(listed.object_list)),
        "levels": showing.levels(found.rows),
        "groups": showing.groups(found.rows),
        "pairs": showing.associations(associations.associations(found.real)),
        "looked_at": len(associations.PAIRS),
        "fewest": associations.FEWEST,
        "systems": System.objects.filter(listed=True).count(),
        "licence": observatory.licence(),
        "page_data": "/observatory.json",
    }
    return render(request, "assess/observatory.html", context)


@require_GET
def codebook_page(request: HttpRequest) -> HttpResponse:
    """Every variable: what it is, how it is coded, and what an empty cell means."""
    context = {
        "parts": showing.codebook(),
        "missing": showing.missing(),
        "version": codebook.VERSION,
        "count": len(observatory.VARIABLES),
        "page_data": "/observatory.json",
    }
    return render(request, "assess/codebook.html", context)


class _Echo:
    def write(self, text: str) -> str:
        return text


@require_GET
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """One row per project; with ``?with=imported`` also systems that other bodies have published."""
    rows: Iterable[Row] = observatory.snapshot().rows
    if request.GET.get("with") == "imported":
        rows = chain(rows, observatory.imported())
    reply = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = 'attachment; filename="observatory.csv"'
    return reply


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    write: Any = csv.writer(_Echo()).writerow
    yield write(observatory.head())
    for row in rows:
        yield write([csv_safe(cell) for cell in observatory.as_cells(row)])


@require_GET
def as_json(request: HttpRequest) -> JsonResponse:
    """The same rows with their codebook and the associations, without imported systems."""
    found = observatory.snapshot()
    document = observatory.dataset(found.rows, found.at)
    pairs = [associations.as_json(one) for one in associations.associations(found.real)]
    return JsonResponse(document | {"associations": pairs})
