"""All projects on one page, to filter and to take away."""

import csv

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from minga.projects.views import project_of
from minga.steering import money, others, portfolio, showing
from minga.steering.views.common import offered
from minga.tools.intake import csv_safe


def wanted(request: HttpRequest) -> portfolio.Wanted:
    phase, risk, use = (request.GET.get(name, "") for name in ("phase", "risk", "use"))
    return portfolio.wanted(phase, risk, use, late=request.GET.get("late") == "yes")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    chosen = wanted(request)
    rows = portfolio.rows(chosen)
    shared = [line for line in money.lines() if line.project_id is None]
    everything = chosen == portfolio.Wanted()
    totals = portfolio.totals(rows, shared if everything else ())
    context = {
        "finding": showing.portfolio_finding(totals),
        "totals": totals,
        "figures": showing.totals(totals),
        "late": showing.late_words(portfolio.late_of_the_body() if everything else 0),
        "rows": [showing.row(row) for row in rows],
        "filters": showing.filters(chosen),
        "phases": showing.phases(totals),
        "risks": showing.risks(totals),
        "shared": shared,
        "others": [(other.partner, others.words(other)) for other in others.others()],
        "query": request.GET.urlencode(),
        **offered(request, "funding.stated", "coverage.planned"),
    }
    return render(request, "steering/portfolio.html", context)


@require_GET
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a project stands on the page of all: the address that its own page links to."""
    return redirect(f"{reverse('steering:portfolio')}#{project_of(slug).slug}")


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    reply = HttpResponse(content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = 'attachment; filename="portfolio.csv"'
    writer = csv.writer(reply)
    writer.writerow(portfolio.HEAD)
    for row in portfolio.rows(wanted(request)):
        writer.writerow([csv_safe(value) for value in portfolio.as_dict(row).values()])
    return reply


@require_GET
def as_json(request: HttpRequest) -> HttpResponse:
    rows = [portfolio.as_dict(row) for row in portfolio.rows(wanted(request))]
    told = {"format": "minga-portfolio-1", "made": timezone.now().isoformat(timespec="seconds"), "projects": rows}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})
