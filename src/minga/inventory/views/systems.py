"""One system: what its register says, what of that our record cannot hold, and the same in the form of any standard."""

import json
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.inventory import queries, showing
from minga.inventory.models import System
from minga.inventory.words import COUNTRIES, TITLES, say
from minga.tools.registers import Imported, standard, standards
from minga.tools.registers import export as exported

CODED = ("task", "function", "impact", "risk", "theme", "phase", "year")


@require_GET
def system(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(System.objects.select_related("source"), pk=pk)
    context = {
        "system": found,
        "country": COUNTRIES.get(found.country, found.country),
        "coded": _coded(found),
        "groups": showing.record(found.canonical, found.language),
        "raw": [(name, _cell(value)) for name, value in found.details],
        "losses": losses(found),
        "standards": showing.standard_names().items(),
    }
    return render(request, "inventory/system.html", context)


def _coded(found: System) -> list[tuple[str, str]]:
    """The facets of a system in words; those that a rule of ours guessed from its words say so."""
    read = set(found.facets.get("read", ()))
    rows = []
    for facet in CODED:
        if codes := found.facets.get(facet):
            told = ", ".join(say(facet, code, {}) for code in codes)
            words = _("%(codes)s (guessed from its words by a rule of ours)") % {"codes": told}
            rows.append((str(TITLES[facet]), words if facet in read else told))
    return rows


def _cell(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def losses(found: System) -> list[str]:
    """What our record of the system cannot hold of what its register says, a sentence each."""
    if not found.canonical:
        return []
    key = _standard_of(found)
    read = Imported(standard(key), [queries.record_of(found)], [1], [tuple(found.left_out)])
    return [loss.say(showing.language()) for loss in read.losses_of(0)]


def _standard_of(found: System) -> str:
    return found.source.standard if found.source.standard in standards() else "json"


@require_GET
def export(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The system in the form of a standard with what that form loses; ``?file=1`` gives the file itself."""
    found = get_object_or_404(System.objects.select_related("source"), pk=pk)
    if key not in standards():
        raise Http404
    made = exported(queries.record_of(found), key)
    if "file" in request.GET:
        kind, ending = ("text/csv", "csv") if made.standard.kind == "csv" else ("application/json", "json")
        response = HttpResponse(made.write(), content_type=f"{kind}; charset=utf-8")
        name = re.sub(r"[^A-Za-z0-9]+", "-", found.external_id).strip("-") or "system"
        response["Content-Disposition"] = f'attachment; filename="{name}-{key}.{ending}"'
        return response
    mine = showing.language()
    rows = [(name, _cell(value)) for name, value in made.fields.items() if value not in ("", None, [], {})]
    context = {
        "system": found,
        "standard": made.standard,
        "title": showing.standard_names()[key],
        "note": made.standard.note.get(mine) or made.standard.note.get("en", ""),
        "rows": rows,
        "losses": [loss.say(mine) for loss in made.losses],
    }
    return render(request, "inventory/export.html", context)
