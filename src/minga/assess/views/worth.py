"""The page of what a tool is to bring, brings and costs, and its forms."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.assess import queries, showing_worth, worth
from minga.assess.actions import (
    end_benefit,
    end_cost,
    end_data_use,
    measure_benefit,
    state_benefit,
    state_cost,
    state_data_use,
)
from minga.assess.models import Benefit, Cost, DataUse
from minga.assess.worth_forms import End, MeasureBenefit, StateBenefit, StateCost, StateDataUse
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of


@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """In public only with both efficiency and legitimacy; members see what is missing."""
    project, actor = project_of(slug), actor_of(request)
    found = worth.report(project)
    member = queries.is_member(actor, project)
    context = {
        "project": project,
        "report": found,
        "member": member,
        "shown": found.whole or member,
        "lines": [showing_worth.line(one) for one in found.lines],
        "costs": showing_worth.costs(found),
        "returns": showing_worth.returns(found),
        "missing": [kind.label for kind in found.missing],
        "may_state": may(actor, project, "benefit.stated"),
        "may_cost": may(actor, project, "cost.stated"),
        "may_measure": may(actor, project, "benefit.measured"),
        "may_end": may(actor, project, "benefit.ended"),
        "data": worth.data_uses(project),
        "may_use": may(actor, project, "data_use.stated"),
        "may_end_use": may(actor, project, "data_use.ended"),
    }
    return render(request, "assess/worth.html", context)


def _form(request: HttpRequest, slug: str, form: Form, perform: Callable[[Any], Any], **words: str) -> HttpResponse:
    if acted(request, form, perform):
        messages.success(request, _("Recorded."))
        return redirect("assess:worth", slug)
    return show(request, "assess/worth_form.html", form, project=project_of(slug), **words)


@require_http_methods(["GET", "POST"])
def benefit(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "benefit.stated")
    form = StateBenefit(project, request.POST or None)
    title, send = _("What is the tool to bring?"), _("State the benefit")
    return _form(
        request, slug, form, lambda given: state_benefit(by(request), project, **given), title=title, send=send
    )


@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "benefit.measured")
    found = get_object_or_404(Benefit, project=project, pk=pk)
    form = MeasureBenefit(request.POST or None)

    def perform(given: Any) -> Any:
        return measure_benefit(by(request), project, found, **given)

    return _form(request, slug, form, perform, title=found.name, send=_("Record what was measured"))


@require_http_methods(["GET", "POST"])
def cost(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "cost.stated")
    form = StateCost(project, request.POST or None)
    title, send = _("What does the tool cost?"), _("State the cost")
    return _form(request, slug, form, lambda given: state_cost(by(request), project, **given), title=title, send=send)


@require_http_methods(["GET", "POST"])
def end_one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "benefit.ended")
    found = get_object_or_404(Benefit, project=project, pk=pk)
    form = End(request.POST or None)
    return _form(
        request, slug, form, lambda given: end_benefit(by(request), project, found, **given),
        title=found.name, send=_("It is no longer expected"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end_a_cost(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "cost.ended")
    found = get_object_or_404(Cost, project=project, pk=pk)
    form = End(request.POST or None)
    return _form(
        request, slug, form, lambda given: end_cost(by(request), project, found, **given),
        title=found.name, send=_("It no longer arises"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def data_use(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "data_use.stated")
    form = StateDataUse(request.POST or None)
    return _form(
        request, slug, form, lambda given: state_data_use(by(request), project, **given),
        title=_("Who earns money with the data?"), send=_("Say so in public"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end_a_use(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "data_use.ended")
    found = get_object_or_404(DataUse, project=project, pk=pk)
    form = End(request.POST or None)
    return _form(
        request, slug, form, lambda given: end_data_use(by(request), project, found, **given),
        title=found.ledger_title, send=_("It is no longer so"),
    )  # fmt: skip
