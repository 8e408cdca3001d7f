"""The report of a year: as it stands today, as it was published, and to take away."""

import csv
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.ledger.action import BODY
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.projects.models import Project
from minga.register.exports.inventory import inventory
from minga.steering import portfolio, showing_report, yearly
from minga.steering.actions import publish_report
from minga.steering.forms import PublishReport
from minga.steering.models import AnnualReport
from minga.steering.views.common import form_page, must, offered
from minga.tools.intake import csv_safe
from minga.web import pdf

US = "us"


def _year(year: int) -> int:
    first = Project.objects.order_by("opened").values_list("opened", flat=True).first()
    since = timezone.localtime(first).year if first else timezone.localdate().year
    if not since <= year <= timezone.localdate().year:
        raise Http404(_("There is no report on this year."))
    return year


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    first = Project.objects.order_by("opened").values_list("opened", flat=True).first()
    today = timezone.localdate().year
    years = range(today, (timezone.localtime(first).year if first else today) - 1, -1)
    newest = {}
    for report in AnnualReport.objects.order_by("version"):
        newest[report.year] = report
    context = {"years": [(year, newest.get(year)) for year in years]}
    return render(request, "steering/reports.html", context)


@require_GET
def report(request: HttpRequest, year: int) -> HttpResponse:
    """The newest published version, or where there is none what it would say today."""
    published = AnnualReport.objects.filter(year=_year(year)).first()
    document = published.document if published else yearly.document(year)
    return _shown(request, year, published, document)


@require_GET
def version(request: HttpRequest, year: int, number: int) -> HttpResponse:
    found = get_object_or_404(AnnualReport, year=year, version=number)
    return _shown(request, year, found, found.document)


def _shown(request: HttpRequest, year: int, found: AnnualReport | None, document: dict[str, Any]) -> HttpResponse:
    context = {
        "year": year,
        "report": found,
        "document": document,
        "finding": showing_report.finding(document),
        "parts": showing_report.parts(document),
        "projects": showing_report.projects(document),
        "versions": AnnualReport.objects.filter(year=year),
        "page_data": f"/body/reports/{year}.json",
        **offered(request, "annual_report.published"),
    }
    return render(request, "steering/report.html", context)


def _document(year: int) -> dict[str, Any]:
    found = AnnualReport.objects.filter(year=_year(year)).first()
    if found is None:
        return yearly.document(year) | {"published": False}
    return found.document | {"published": True, "version": found.version, "note": found.note}


@require_GET
def as_json(request: HttpRequest, year: int) -> HttpResponse:
    return JsonResponse(_document(year), json_dumps_params={"ensure_ascii": False})


@require_GET
def as_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The projects of the report, one a row."""
    reply = HttpResponse(content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="inventory-{year}.csv"'
    writer = csv.writer(reply)
    writer.writerow(portfolio.HEAD)
    for row in _document(year)["rows"]:
        writer.writerow([csv_safe(row.get(name)) for name in portfolio.HEAD])
    return reply


@require_GET
def inventory_us(request: HttpRequest) -> HttpResponse:
    """The last published record of every project, in the columns of the United States' yearly inventory."""
    reply = HttpResponse(inventory(US).content, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = 'attachment; filename="inventory-us.csv"'
    return reply


@require_GET
def as_pdf(request: HttpRequest, year: int) -> HttpResponse:
    document = _document(year)
    address = f"{settings.MINGA_ADDRESS}{reverse('steering:report', args=[year])}"
    made = pdf.render("paper", showing_report.paper(document, address), (get_language() or "en")[:2])
    reply = HttpResponse(made, content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="inventory-{year}.pdf"'
    return reply


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, year: int) -> HttpResponse:
    must(request, "annual_report.published")
    form = PublishReport(request.POST or None)
    if made := acted(request, form, lambda given: publish_report(by(request), BODY, _year(year), **given)):
        messages.success(request, _("Version %(n)s is public. It will not change any more.") % {"n": made.version})
        return redirect(made)
    return form_page(
        request, form, title=_("Publish the report on %(year)s") % {"year": year}, send=_("Publish the report"),
        above=_("Report on %(year)s") % {"year": year}, above_address=reverse("steering:report", args=[year]),
        lead=_("What the rooms say today is frozen. Later changes make a new version, and this one stays."),
    )  # fmt: skip
