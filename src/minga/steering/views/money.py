"""Funding lines with their evidence, and what coverage was planned and reached."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.ledger.action import BODY
from minga.ledger.refusals import Blocked, Conflict
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.projects.views import project_of
from minga.steering import actions, money, showing
from minga.steering.forms import CountCoverage, PlanCoverage, Reason, StateFunding
from minga.steering.models import Coverage, FundingLine, Instalment
from minga.steering.views.common import form_page, must, offered


@require_GET
def line(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(FundingLine.objects.prefetch_related("instalments"), pk=pk)
    context = {
        "line": found,
        "amount": showing.cash(found.amount, found.currency),
        "released": showing.cash(found.released, found.currency),
        "parts": [
            (part, showing.cash(part.amount, found.currency), money.evidence(part)) for part in found.instalments.all()
        ],
        **offered(request, "funding.released", "funding.ended"),
    }
    return render(request, "steering/funding.html", context)


@require_http_methods(["GET", "POST"])
def new_line(request: HttpRequest) -> HttpResponse:
    must(request, "funding.stated")
    form = StateFunding(request.POST or None, initial={"project": request.GET.get("project", "")})
    if made := acted(request, form, lambda given: actions.state_funding(by(request), BODY, **given)):
        messages.success(request, _("The money is set aside. Each part is paid when its evidence is in the ledger."))
        return redirect(made)
    return show(request, "steering/funding_new.html", form)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    part = get_object_or_404(Instalment, pk=pk)
    try:
        actions.release(by(request), BODY, part)
        messages.success(request, _("The part is released."))
    except (Blocked, Conflict) as refusal:
        messages.error(request, str(refusal))
    return redirect(part)


@require_http_methods(["GET", "POST"])
def end_line(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, "funding.ended")
    found = get_object_or_404(FundingLine, pk=pk, ended=None)
    form = Reason(request.POST or None)
    if acted(request, form, lambda given: actions.end_funding(by(request), BODY, found, **given)):
        messages.success(request, _("The line has ended."))
        return redirect(found)
    return form_page(
        request, form, title=_("End this line"), send=_("End the line"), above=found.name,
        above_address=found.get_absolute_url(),
    )  # fmt: skip


@require_GET
def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    reach = money.reach(project)
    earlier = Coverage.objects.filter(project=project).exclude(ended=None).order_by("-pk")
    context = {
        "project": project,
        "reach": reach,
        "told": showing.reach(reach) if reach else None,
        "counts": [
            (one, showing.cash(one.spent, reach.coverage.currency)) for one in reversed(reach.coverage.counts.all())
        ]
        if reach
        else [],
        "earlier": earlier,
        **offered(request, "coverage.planned", "coverage.counted"),
    }
    return render(request, "steering/coverage.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    must(request, "coverage.planned")
    project = project_of(slug)
    form = PlanCoverage(project, request.POST or None)
    if acted(request, form, lambda given: actions.plan_coverage(by(request), BODY, project, **given)):
        messages.success(request, _("The plan is kept."))
        return redirect("steering:coverage", slug)
    return form_page(
        request, form, title=_("How far is it to reach, and what does that cost?"), send=_("Keep the plan"),
        above=_("Coverage of “%(project)s”") % {"project": project.title},
        above_address=reverse("steering:coverage", args=[slug]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, slug: str) -> HttpResponse:
    must(request, "coverage.counted")
    project = project_of(slug)
    plan = get_object_or_404(Coverage, project=project, ended=None)
    form = CountCoverage(request.POST or None)
    if acted(request, form, lambda given: actions.count_coverage(by(request), BODY, plan, **given)):
        messages.success(request, _("The count is kept."))
        return redirect("steering:coverage", slug)
    return form_page(
        request, form, title=_("How far does it reach, and what did it cost?"), send=_("Keep the count"),
        above=_("Coverage of “%(project)s”") % {"project": project.title},
        above_address=reverse("steering:coverage", args=[slug]),
    )  # fmt: skip
