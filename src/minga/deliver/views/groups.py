"""Who is affected, who was selected, who appeals: the project's own figures beside published tables."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import grouptables, hearings
from minga.deliver.charts import Cut, cut
from minga.deliver.groupshares import compare
from minga.deliver.grouptables import Table
from minga.deliver.models import Service
from minga.deliver.routes_forms import ImportTable
from minga.deliver.views.common import permitted, project_of
from minga.design.models import Dataset
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted
from minga.projects.models import Project

MOST_CUTS = 6


@require_GET
def who(request: HttpRequest, slug: str) -> HttpResponse:
    """The project's own cases and appeals by group, and the published tables that it is compared with."""
    project = project_of(slug)
    tables = grouptables.tables_of(project)
    context = {
        "project": project,
        "own": _own(project),
        "tables": [(dataset, _worst(dataset)) for dataset in tables],
        "may_import": may(actor_of(request), project, "dataset.imported"),
    }
    return render(request, "deliver/who.html", context)


def _own(project: Project) -> list[tuple[Service, list[Cut]]]:
    found = hearings.appeal_figures(project).groups
    by_service: dict[Service, list[Cut]] = {}
    for group in found:
        by_service.setdefault(group.service, []).append(cut(group.label, group.who))
    return list(by_service.items())


def _worst(dataset: Dataset) -> str:
    """The finding of a table in one line: the population that is furthest from the whole."""
    cuts = _cuts(grouptables.load(dataset), grouptables.TOTAL, "", ())
    besides = [
        (round(beside.part.apart.value or 0, 4), beside) for one in cuts for beside in one.parts if beside.part.apart
    ]
    if not besides:
        return ""
    _apart, worst = max(besides, key=lambda pair: pair[0])
    return f"{worst.part.label}. {worst.finding}. {worst.apart}"


@require_GET
def table(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One published table: its populations side by side. ``?whole=``, ``?with=`` and ``?category=`` choose others."""
    project = project_of(slug)
    dataset = get_object_or_404(
        Dataset, pk=pk, project=project, kind=Dataset.Kind.TABLE, columns__has_key=grouptables.MARK
    )
    found = grouptables.load(dataset)
    category = _known(request.GET.get("category", ""), found.categories)
    whole = _known(request.GET.get("whole", ""), found.populations)
    chosen = [name for name in request.GET.getlist("with") if name in found.populations and name != whole]
    context = {
        "project": project,
        "dataset": dataset,
        "cuts": _cuts(found, category, whole, chosen),
        "category": category,
        "categories": found.categories,
        "whole": whole,
        "chosen": chosen or grouptables.of_same_time(whole, found.populations),
        "populations": found.populations,
    }
    return render(request, "deliver/who_table.html", context)


def _known(asked: str, known: Sequence[str]) -> str:
    return asked if asked in known else known[0]


def _cuts(found: Table, category: str, whole: str, chosen: Sequence[str]) -> list[Cut]:
    """At most ``MOST_CUTS`` ways to divide the populations, each compared with ``whole`` (the first without one)."""
    category = _known(category, found.categories)
    whole = whole or found.populations[0]
    beside = chosen or grouptables.of_same_time(whole, found.populations)
    cuts = []
    for name in found.cuts(category)[:MOST_CUTS]:
        counts = {one.label: one for one in found.counts(category, name)}
        base = counts.get(whole)
        if base is None or not base.people:
            continue
        parts = [counts[label] for label in beside if label in counts]
        cuts.append(cut(_cut_words(name), compare(base, parts, hide=False)))
    return cuts


def _cut_words(name: str) -> str:
    if name == grouptables.TOGETHER:
        return _("Two attributes together")
    return name or _("Groups")


@require_http_methods(["GET", "POST"])
def import_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in a published table of groups."""
    project = project_of(slug)
    permitted(request, project, "dataset.imported")
    form = ImportTable(request.POST or None, request.FILES or None)

    def keep(given: Any) -> Dataset:
        return grouptables.import_table(by(request), project, given["file"], given["name"], given["source"])

    if dataset := acted(request, form, keep):
        words = _("%(used)d of %(rows)d counts are used, %(rejected)d rejected.")
        told = {"used": dataset.rows_used, "rows": dataset.rows_in, "rejected": dataset.rows_rejected}
        messages.success(request, words % told)
        return redirect("deliver:who_table", slug, dataset.pk)
    context = {"project": project, "form": form}
    return render(request, "deliver/who_import.html", context, status=422 if form.errors else 200)
