"""Checks: ask for one, see how far it is, read what it found."""

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from minga.design import actions, charts, queries, reports, runs
from minga.design.models import Check, Criterion, ToolVersion
from minga.design.views.common import check_mark, one, project_of
from minga.engage.limits import take
from minga.ledger.action import may
from minga.ledger.refusals import Blocked, Conflict
from minga.ledger.thread import knots_of
from minga.people.middleware import actor_of, by
from minga.web.pdf import render as render_pdf

PER_PAGE, MOST_RUNS = 25, 50
EACH, ADDRESS = 20, 120


@require_safe
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    found = Check.objects.filter(project=project).select_related("criterion", "version", "dataset")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(check, *check_mark(check)) for check in page.object_list]
    return render(request, "design/checks.html", {"project": project, "page": page, "rows": rows})


@require_POST
def request(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Check one criterion, or with none named every binding one that has no current result."""
    project = project_of(slug)
    version = one(ToolVersion, project, pk=pk)
    code = request.POST.get("criterion", "")
    asked = (
        [one(Criterion, project, code=code)]
        if code
        else [s.criterion for s in queries.readiness(version) if s.state in {"none", "old", "broken"}]
    )
    made: list[Check] = []
    for criterion in asked:
        try:
            made.append(actions.request_check(by(request).also(criterion.code), project, criterion, version))
        except Conflict as conflict:
            messages.info(request, conflict.what)
    if len(made) == 1:
        return redirect(made[0])
    if made:
        messages.success(request, _("The checks are waiting for the worker. This page shows each result as it comes."))
    return redirect(version)


@require_safe
@never_cache
def check(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One check. While it runs the page asks again every few seconds, with and without script."""
    project = project_of(slug)
    found = one(Check, project, pk=pk)
    kind, words = check_mark(found)
    before = queries.compared_with(found)
    context = {
        "project": project,
        "check": found,
        "criterion": found.criterion,
        "version": found.version,
        "bound": charts.bound_text(found.criterion),
        "kind": kind,
        "words": words,
        "progress": queries.progress_of(found),
        "knots": knots_of(found),
        "finding": charts.finding(found),
        "worst": charts.worst_sentence(found),
        "chart": charts.share_chart(found, before),
        "before": before,
        "table": charts.figures_table(found),
        "baseline": charts.baseline_table(found),
        "baseline_sentence": charts.said(found, found.figures.get("baseline_sentence", "")),
        "notes": [charts.said(found, note) for note in found.figures.get("notes", ())],
        "failures": charts.failure_lines(found),
        "wrong": found.figures.get("wrong", []),
        "measured": charts.measure_text(found.criterion),
        "cost": charts.cost_text(found),
        "cpu_seconds": None if found.cpu_ms is None else found.cpu_ms / 1000,
        "watched": charts.watched(found),
        "too_few": charts.too_few(found),
        "seconds": found.duration_ms / 1000,
        "others": [(run, *check_mark(run)) for run in runs.others(found)[:MOST_RUNS]],
        "overruled": runs.overruled_by(found),
        "may_check": may(actor_of(request), project, "check.requested"),
    }
    return render(request, "design/check.html", context)


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    """The report of a check as JSON."""
    return JsonResponse(reports.document(one(Check, project_of(slug), pk=pk)))


@require_safe
def pdf(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """The report of a finished check as PDF, in the language of the page."""
    found = one(Check, project_of(slug), pk=pk)
    if not found.is_finished:
        raise Blocked(_("The check has not finished yet."), do=_("Come back when it has its result."))
    take(request, "check-pdf", EACH, ADDRESS)
    content = render_pdf("check", reports.printable(found), (get_language() or "en").partition("-")[0])
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=f"check-{pk}.pdf", content_type="application/pdf"
    )
