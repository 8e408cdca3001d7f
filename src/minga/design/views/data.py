"""Datasets: import, profile, datasheet, the data questions, parting by date, problems to download."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minga.design import actions, assessment, queries
from minga.design.forms import AssessData, ImportData, SplitData
from minga.design.models import Dataset
from minga.design.profile import MINIMUM, pooled
from minga.design.views.common import must, one, project_of
from minga.instruments.forms import SetForm
from minga.instruments.show import shown
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.tools.intake import csv_safe
from minga.web.format import decimal, percent, whole
from minga.web.svg.types import Bar, BarList, Table


@require_safe
def datasets(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    context = {
        "project": project,
        "datasets": Dataset.objects.filter(project=project).prefetch_related("assessments"),
        "may_import": may(actor_of(request), project, "dataset.imported"),
    }
    return render(request, "design/datasets.html", context)


def import_data(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in a file or an address; what is wrong with it is said at the field."""
    project = project_of(slug)
    must(request, project, "dataset.imported")
    form = ImportData(request.POST or None, request.FILES or None)

    def perform(given: Any) -> Dataset:
        about = {key: given[key] for key in ("name", "purpose", "steward", "lawful_basis")}
        source, columns = given["file"] or given["address"], given.get("columns")
        labels = None if columns else given["labels"] or None
        return actions.import_dataset(by(request), project, source=source, labels=labels, columns=columns, **about)

    if made := acted(request, form, perform):
        return redirect(made)
    return show(request, "design/import.html", form, project=project)


@require_safe
def dataset(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One dataset: what came in, what it holds, what is missing."""
    project = project_of(slug)
    found = one(Dataset, project, pk=pk)
    actor = actor_of(request)
    context = {
        "project": project,
        "dataset": found,
        "progress": queries.reading_progress(found),
        "may_see_problems": may(actor, project, "dataset.assessed"),
        "may_assess": may(actor, project, "dataset.assessed") and found.state == Dataset.State.READY,
        "may_split": may(actor, project, "dataset.split")
        and found.state == Dataset.State.READY
        and found.kind == "ocds",
        "may_synthesise": found.state == Dataset.State.READY
        and found.synthetic_from_id is None
        and found.kind != Dataset.Kind.SUITE
        and may(actor, project, "dataset.synthesised"),
        "split_form": SplitData(),
        "parts": found.parts.all(),
        **_profile(found),
    }
    return render(request, "design/dataset.html", context)


def _profile(found: Dataset) -> dict[str, Any]:
    return {
        "notices": _notices(found),
        "missing": queries.often_missing(found),
        "methods": _methods(found) if found.kind == Dataset.Kind.OCDS else None,
        "common": _common(found),
        "buyers": found.profile.get("buyers", []),
        "fields": _fields(found),
        "days_old": queries.days_old(found),
        "undated": found.profile.get("undated", 0),
    }


_RULES = {
    "required": lambda: _("is missing"),
    "enum": lambda: _("is not a code of the standard"),
    "format": lambda: _("is not written as the standard says"),
    "type": lambda: _("is of another type"),
    "minLength": lambda: _("is empty"),
}


def _notices(found: Dataset) -> list[tuple[str, str, int]]:
    """(path, what is wrong there in words, rows), the most frequent first."""
    rows = []
    for kind, count in sorted(found.notices.items(), key=lambda pair: -pair[1]):
        path, bracket, rule = kind.partition(" (")
        words = _RULES.get(rule.rstrip(")"))
        rows.append((path, words() if words else bracket + rule, count))
    return rows


def _methods(found: Dataset) -> BarList | None:
    rows = found.profile.get("methods", [])
    if not rows:
        return None
    unknown = _("Not given")
    name, count = rows[0]
    return BarList(
        sentence=_("The largest group is %(name)s with %(count)s of %(all)s.")
        % {"name": name or unknown, "count": whole(count), "all": whole(found.rows_used)},
        rows=tuple(Bar(name or unknown, count) for name, count in rows[:12]),
    )


def _common(found: Dataset) -> list[tuple[str, BarList]]:
    """(column, how often each value occurs) for the truth and each group of a table."""
    told, pools = [], found.profile.get("pooled", {})
    for column, counts in found.profile.get("common", {}).items():
        rows, rest = (counts, pools[column]) if column in pools else pooled(dict(counts))
        told.append((column, _bars(found, rows, rest)))
    return told


def _bars(found: Dataset, rows: list[list[Any]], pool: dict[str, int]) -> BarList:
    """The values with their rows, and those too rare to be shown by themselves together."""
    unknown = _("Not given")
    words = _("No value is shown by itself: each has fewer than %(n)s rows.") % {"n": MINIMUM}
    if rows:
        name, count = rows[0]
        words = _("The most frequent is %(name)s with %(count)s of %(all)s.") % {
            "name": name or unknown, "count": whole(count), "all": whole(found.rows_used)
        }  # fmt: skip
    bars = [Bar(value or unknown, many) for value, many in rows[:12]]
    if pool["rows"]:
        other = ngettext(
            "%(n)s value put together, as few rows have it",
            "%(n)s values put together, as few rows have some of them",
            pool["values"],
        )
        bars.append(Bar(other % {"n": whole(pool["values"])}, pool["rows"]))
    return BarList(sentence=words, rows=tuple(bars))


def _fields(found: Dataset) -> Table:
    rows = []
    for one_field in found.profile.get("fields", []):
        more = "> " if one_field["distinct_is_more"] else ""
        rows.append((
            one_field["path"],
            ", ".join(str(_KINDS[kind]()) for kind in one_field["kinds"]),
            whole(one_field["missing"]),
            percent(100 * one_field["missing"] / found.rows_used) if found.rows_used else "–",
            more + whole(one_field["distinct"]),
            _range(one_field),
        ))  # fmt: skip
    ends = _("From – to")
    if found.kind != Dataset.Kind.OCDS:
        ends = _("From – to, %(n)s rows or more at each end") % {"n": MINIMUM}
    head = (_("Field"), _("Holds"), _("Rows without"), _("Share"), _("Different values"), ends)
    return Table(head=head, rows=tuple(rows), numeric=(2, 3, 4), caption=_("Every field of the rows used"))


_KINDS = {
    "text": lambda: _("text"),
    "number": lambda: _("number"),
    "date": lambda: _("date"),
    "yes or no": lambda: _("yes or no"),
}


def _range(one_field: dict[str, Any]) -> str:
    if one_field["first"]:
        return f"{one_field['first']} – {one_field['last']}"
    if one_field["low"] is not None:
        return f"{decimal(one_field['low'], 0)} – {decimal(one_field['high'], 0)}"
    return ""


@require_safe
def datasheet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The datasheet: one page to print."""
    project = project_of(slug)
    found = one(Dataset, project, pk=pk, state=Dataset.State.READY)
    context = {"project": project, "dataset": found, "answers": _answers(found), **_profile(found)}
    return render(request, "design/datasheet.html", context)


def _answers(found: Dataset) -> list[tuple[str, str]]:
    if found.assessment is None:
        return []
    language, questions = get_language() or "en", assessment.filled(found).definition.questions
    given = found.assessment.answers
    titles = assessment.titles(id for id in questions if id in given)
    texts = [shown(questions[id], given[id], language) for id in questions if id in given]
    return list(zip(titles, texts, strict=True))


def assess(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The data questions, opened with what the profile answers; saved half, done when all are answered."""
    project = project_of(slug)
    found = one(Dataset, project, pk=pk, state=Dataset.State.READY)
    must(request, project, "dataset.assessed")
    questions = SetForm(project, assessment.SET, request.POST or None, about=found)
    suggested = {k: v for k, v in assessment.prefill(found).items() if k not in questions.filled.current}
    for name, value in suggested.items():
        if name in questions.fields:
            questions.initial[name] = value
    _begin_date(questions, suggested)
    form = AssessData(request.POST or None, initial=_about(found))
    if request.method == "POST" and form.is_valid() and questions.save(by(request)):
        left = assessment.filled(found).completeness.missing
        if left:
            words = ngettext(
                "Saved. %(n)s question is still open.", "Saved. %(n)s questions are still open.", len(left)
            )
            messages.info(request, words % {"n": len(left)})
            return redirect("design:assess", project.slug, found.pk)

        def perform(given: Any) -> Any:
            return actions.assess_dataset(by(request).also("assess"), project, found, **given)

        if acted(request, form, perform):
            return redirect("design:datasheet", project.slug, found.pk)
    status = 422 if form.errors or questions.errors else 200
    context = {"project": project, "dataset": found, "form": questions, "about": form, "suggested": bool(suggested)}
    return render(request, "design/assess.html", context, status=status)


def _begin_date(questions: SetForm, suggested: dict[str, Any]) -> None:
    """A date field takes a date; the profile and the stored answers hold text."""
    from datetime import date

    if "updated" in suggested and "updated" in questions.fields:
        questions.initial["updated"] = date.fromisoformat(suggested["updated"])


def _about(found: Dataset) -> dict[str, str]:
    last = found.assessment
    recipients = "\n".join(f"{r['name']}: {r['purpose']}" for r in last.recipients) if last else ""
    return {"steward": found.steward, "lawful_basis": found.lawful_basis, "recipients": recipients}


def split(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Part the data by date, so that limits are chosen on the earlier calls and checked on the later."""
    project = project_of(slug)
    found = one(Dataset, project, pk=pk, state=Dataset.State.READY)
    must(request, project, "dataset.split")
    form = SplitData(request.POST or None)
    if acted(request, form, lambda given: actions.split_dataset(by(request), project, found, given["at"])):
        messages.success(request, _("There are two datasets now: the earlier calls and the later ones."))
        return redirect("design:datasets", project.slug)
    return show(request, "design/split.html", form, project=project, dataset=found)


class _Echo:
    """A file that gives back what is written, so that a long table streams."""

    def write(self, text: str) -> str:
        return text


@require_safe
def problems(request: HttpRequest, slug: str, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Every row that was rejected or failed, and the notices, as CSV that no spreadsheet runs."""
    project = project_of(slug)
    must(request, project, "dataset.assessed")
    found = one(Dataset, project, pk=pk)
    if found.problems_path is None:
        raise Http404(_("No row of this dataset had a problem."))
    writer = csv.writer(_Echo())
    response = StreamingHttpResponse(
        (writer.writerow(row) for row in _problem_rows(found, project)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-data-{found.pk}-problems.csv"'
    return response


def _problem_rows(found: Dataset, project: Project) -> Iterator[list[object]]:
    yield [_("line"), _("state"), _("reason")]
    states = {"failed": _("failed"), "rejected": _("rejected"), "notice": _("used, with a notice")}
    if found.problems_path is not None:
        with found.problems_path.open("rb") as file:
            for line in file:
                row = json.loads(line)
                yield [row["line"], states[row["state"]], csv_safe(row["reason"])]
