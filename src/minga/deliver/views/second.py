"""Second readers: the list of what waits for one, and the page on which a case is read blind."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import casework, readers
from minga.deliver.actions.looks import look
from minga.deliver.actions.second import read_second
from minga.deliver.facts import facts
from minga.deliver.models import Access, Case, SecondReading
from minga.deliver.quality_forms import ReadBlind
from minga.deliver.source import tree
from minga.deliver.views.common import permitted, project_of
from minga.people.middleware import by
from minga.projects.forms import acted, show

SHOWN = 25


@require_GET
def second_list(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    actor = permitted(request, project, "second.read")
    found = readers.to_read(project, actor)
    return render(request, "deliver/second.html", {"project": project, "rows": found[:SHOWN], "count": len(found)})


def _source(case: Case) -> dict[str, Any]:
    """A case of a service as one tree; of a long contracting release what is nested, part by part, to be unfolded."""
    if case.service is not None:
        return {"tree": tree(case.source)}
    parts = {name: inner for name, inner in case.source.items() if inner and isinstance(inner, dict | list)}
    plain = {name: inner for name, inner in case.source.items() if name not in parts}
    return {"tree": tree(plain), "parts": [(name, tree({name: inner})) for name, inner in parts.items()]}


@require_http_methods(["GET", "POST"])
def second_read(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One case as it came, and nothing of the tool or of the first reader. Whoever knows it is turned away."""
    project = project_of(slug)
    actor = permitted(request, project, "second.read")
    rows = SecondReading.objects.select_related("case__service", "case__project").defer("case__advice")
    reading = get_object_or_404(rows, pk=pk, case__project=project)
    case = reading.case
    known = bool(readers.seen_by([case.pk], actor))
    if reading.given is not None or known:
        return render(request, "deliver/second_closed.html", {"project": project, "reading": reading, "known": known})
    form = ReadBlind(request.POST or None, case=case)
    if acted(request, form, lambda given: read_second(by(request), project, reading, given["answer"], given["reason"])):
        messages.success(request, _("Your reading is recorded. It changes nothing for the person concerned."))
        return redirect("deliver:second", slug)
    if request.method == "GET":
        look(by(request), project, [case], Access.What.SECOND)
    context: dict[str, Any] = {
        "project": project,
        "case": case,
        "lines": casework.lines_of(case),
        "facts": facts(case.source) if case.service is None else None,
        **_source(case),
    }
    return show(request, "deliver/second_read.html", form, **context)
