"""Trials: open one in minutes, try made-up cases, judge the answers, read what was found."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minga.design import actions, trials
from minga.design.case_fields import fields_of
from minga.design.charts import in_unit
from minga.design.models import Dataset, Trial, TrialCase
from minga.design.trials_forms import ChooseData, JudgeCase, OpenTrial, TryCase
from minga.design.views.common import must, project_of
from minga.ledger.action import may
from minga.ledger.refusals import Refused
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.web.format import count_of
from minga.web.svg.types import Interval, ShareChart, ShareRow

PER_PAGE = 20
ROWS = 10


@require_safe
def list_trials(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    found = Trial.objects.filter(project=project).select_related("version", "project")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "page": page,
        "rows": [(trial, trials.is_open(trial)) for trial in page.object_list],
        "may_open": may(actor_of(request), project, "trial.opened"),
    }
    return render(request, "design/trials.html", context)


def open_trial(request: HttpRequest, slug: str) -> HttpResponse:
    """One question and one button: everything else has a safe value already."""
    project = project_of(slug)
    must(request, project, "trial.opened")
    form = OpenTrial(request.POST or None, project=project)

    def perform(given: Any) -> Trial:
        return actions.open_trial(by(request), project, **given)

    if made := acted(request, form, perform):
        messages.success(request, _("Open. Try your first case."))
        return redirect(made)
    return show(request, "design/trial_new.html", form, project=project)


@require_safe
def trial(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, _trial(slug, pk))


def _trial(slug: str, pk: int) -> Trial:
    found = Trial.objects.select_related("version__project", "project", "person")
    return get_object_or_404(found, project__slug=slug, pk=pk)


def _page(request: HttpRequest, found: Trial, form: TryCase | None = None) -> HttpResponse:
    """An open trial to try in, or the report of one that has ended."""
    project, actor = found.project, actor_of(request)
    is_open, sees = trials.is_open(found), trials.sees_cases(actor, project)
    told = _told(found)
    cases = list(found.cases.order_by("-number")) if sees else []
    context = {
        "project": project,
        "trial": found,
        "is_open": is_open,
        "sees": sees,
        "told": told,
        "chart": _chart(told),
        "cost": _cost(told),
        "cases": [(case, trials.is_waiting(case), _said(case)) for case in cases],
        "left": max(0, found.most_cases - told["tried"]),
        "form": form or TryCase(case=fields_of(project, found.version)),
        "data": list(trials.invented_data(project)),
        "may_try": is_open and may(actor, project, "trial.tried"),
        "may_judge": is_open and may(actor, project, "trial.judged"),
        "may_end": is_open and may(actor, project, "trial.ended"),
        "may_propose": may(actor, project, "test_case.proposed"),
        "page_data": f"{found.get_absolute_url()[:-1]}.json",
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "design/trial.html", context, status=status)


def _told(found: Trial) -> dict[str, Any]:
    """The frozen report, or what it would say now."""
    return found.report or trials.report(found)


def _said(case: TrialCase) -> Any:
    advice = trials.said(case)
    return advice.in_language((get_language() or "en")[:2]) if advice else None


def _chart(told: dict[str, Any]) -> ShareChart | None:
    if not told["judged"]:
        return None
    names = dict(TrialCase.Verdict.choices)
    rows = tuple(
        ShareRow(
            names[row["verdict"]], row["of"], 100 * row["value"],
            Interval(100 * row["low"], 100 * row["high"]), note=count_of(row["count"], row["of"]),
        )
        for row in told["verdicts"]
    )  # fmt: skip
    right = told["verdicts"][0]
    sentence = _("Right and helpful in %(count)s of %(of)s cases that somebody judged.")
    return ShareChart(sentence % {"count": right["count"], "of": right["of"]}, rows, None)


def _cost(told: dict[str, Any]) -> str:
    cost = told["cost_per_1000"]
    return "" if cost is None else in_unit(float(cost), "currency", told["currency"])


@require_POST
def try_case(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Try what was written."""
    found = _trial(slug, pk)
    must(request, found.project, "trial.tried")
    form = TryCase(request.POST, case=fields_of(found.project, found.version))

    def perform(given: Any) -> TrialCase:
        with form.faults_at_first_field():
            return actions.try_case(by(request), found.project, found, form.source(), invented=given["invented"])

    if made := acted(request, form, perform):
        return redirect(f"{found.get_absolute_url()}#case-{made.number}")
    return _page(request, found, form)


def rows(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Made-up rows, ten at a time; each is tried as it stands."""
    found = _trial(slug, pk)
    must(request, found.project, "trial.tried")
    datasets = list(trials.invented_data(found.project))
    number = request.POST.get("dataset") or request.GET.get("dataset", "")
    dataset = next((one for one in datasets if str(one.pk) == number), datasets[0] if datasets else None)
    if dataset is None:
        raise Http404(_("This project has no made-up data yet."))
    first = _number(request.POST.get("line") or request.GET.get("from", ""))
    if request.method == "POST":
        return _try_row(request, found, dataset, first)
    shown = [(first + place, row) for place, row in enumerate(trials.rows_from(dataset, first, ROWS))]
    after = first + ROWS if first + ROWS < dataset.rows_used else None
    context = {
        "project": found.project, "trial": found, "dataset": dataset, "rows": shown, "after": after,
        "form": ChooseData(datasets=datasets, initial={"dataset": str(dataset.pk)}),
    }  # fmt: skip
    return render(request, "design/trial_rows.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _try_row(request: HttpRequest, found: Trial, dataset: Dataset, line: int) -> HttpResponse:
    row = trials.row_of(dataset, line)
    if row is None:
        raise Http404(_("These data have no such row."))
    try:
        made = actions.try_case(by(request), found.project, found, row, invented=True)
    except Refused as refusal:
        messages.error(request, f"{refusal.what} {refusal.do}")
        return redirect(found)
    return redirect(f"{found.get_absolute_url()}#case-{made.number}")


def judge(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """What a person makes of one answer."""
    found = _trial(slug, pk)
    must(request, found.project, "trial.judged")
    case = get_object_or_404(TrialCase, trial=found, number=number)
    form = JudgeCase(request.POST or None, initial={"verdict": case.verdict, "note": case.note})

    def perform(given: Any) -> TrialCase:
        return actions.judge_case(by(request), found.project, case, given["verdict"], given["note"])

    if acted(request, form, perform):
        return redirect(f"{found.get_absolute_url()}#case-{case.number}")
    context = {"project": found.project, "trial": found, "case": case, "advice": _said(case)}
    return show(request, "design/trial_judge.html", form, **context)


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _trial(slug, pk)
    ended = actions.end_trial(by(request), found.project, found)
    messages.success(request, _("Ended. This is its report."))
    return redirect(ended)


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    """The report as data; cases and notes only for those who take part."""
    found = _trial(slug, pk)
    told = _told(found)
    sees = trials.sees_cases(actor_of(request), found.project)
    return JsonResponse({"state": found.state, **(told if sees else trials.public(told))})
