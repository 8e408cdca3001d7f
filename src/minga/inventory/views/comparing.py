"""Groups of systems side by side, and one body beside the others."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.inventory import comparing, queries
from minga.inventory.board import board
from minga.inventory.words import COUNTRIES, TITLES
from minga.tools.intake import csv_safe
from minga.web.svg.types import Bar, BarList

OFFERED = 60
SHOWN = 20


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """``by``: a facet; ``group``: up to four of its codes, by default its largest. ``format=csv`` gives the figures."""
    by = request.GET.get("by", "country")
    by = by if by in comparing.GROUPINGS else "country"
    asked = [code for code in request.GET.getlist("group") if code]
    offered = comparing.choices(by, OFFERED)
    chosen = asked[: comparing.MOST] or [code for code, _words, _count in offered[: comparing.MOST]]
    found = comparing.groups(by, chosen)
    if request.GET.get("format") == "csv":
        return _csv(by, found)
    codes = {group.code for group in found}
    listed = [(code, words, count, code in codes) for code, words, count in offered]
    beyond = [(g.code, g.label, g.total, True) for g in found if g.code not in {code for code, *_rest in offered}]
    context = {
        "by": by,
        "ways": [(key, TITLES[key]) for key in comparing.GROUPINGS],
        "offered": [*beyond, *listed],
        "too_many": len(asked) > comparing.MOST,
        "most": comparing.MOST,
        "groups": found,
        "charts": comparing.charts(found),
        "table": comparing.table(found),
        "csv": f"?{urlencode({'by': by, 'group': [g.code for g in found], 'format': 'csv'}, doseq=True)}",
    }
    return render(request, "inventory/compare.html", context)


def _csv(by: str, found: list[comparing.Group]) -> HttpResponse:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, comparing.HEAD)
    writer.writeheader()
    writer.writerows({name: csv_safe(value) for name, value in row.items()} for row in comparing.rows(found))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="comparison-by-{by}.csv"'
    return response


@require_GET
def body(request: HttpRequest) -> HttpResponse:
    """What one body has published, beside all systems here; ``name`` is its whole name."""
    name = request.GET.get("name", "")
    found = comparing.groups("body", [name])
    if not found:
        raise Http404
    here = board()
    among = here.bits["body"][name]
    systems = queries.light(here.by_name(among, 0, SHOWN))
    first = systems[0]
    others = [code for code, _words, _count in comparing.choices("body") if code != name and _near(code, first.country)]
    context = {
        "name": name,
        "language": first.language,
        "country": COUNTRIES.get(first.country, first.country),
        "total": found[0].total,
        "charts": comparing.charts([*found, comparing.everyone()]),
        "table": comparing.table([*found, comparing.everyone()]),
        "kinds": [(TITLES[facet], drawn) for facet in ("phase", "task", "function") if (drawn := _bars(facet, among))],
        "systems": systems,
        "search": f"{reverse('inventory:search')}?{urlencode({'at': name})}",
        "compare": _compare([name, *others[: comparing.MOST - 1]]),
    }
    return render(request, "inventory/body.html", context)


def _near(code: str, country: str) -> bool:
    here = board()
    return bool(here.bits["body"][code] & here.bits["country"].get(country, 0))


def _compare(names: list[str]) -> str:
    return f"{reverse('inventory:compare')}?{urlencode({'by': 'body', 'group': names}, doseq=True)}"


def _bars(facet: str, among: int) -> BarList | None:
    here = board()
    counts = {code: (among & each).bit_count() for code, each in here.bits[facet].items()}
    words = {code: label for code, label, _count in comparing.choices(facet)}
    ranked = sorted(((code, count) for code, count in counts.items() if count), key=lambda each: -each[1])
    if not ranked:
        return None
    rows = [Bar(words[code], count) for code, count in ranked]
    silent = among.bit_count() - (among & here.stated[facet]).bit_count()
    if silent:
        rows.append(Bar(_("Not stated"), silent, "dashed"))
    top = _("%(title)s: most often %(value)s, %(count)s.")
    sentence = top % {"title": TITLES[facet], "value": rows[0].label, "count": rows[0].count}
    return BarList(sentence, tuple(rows), head=str(TITLES[facet]))
