"""Criteria: propose, put to a ballot, approve."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minga.design import actions, charts, queries
from minga.design.forms import ApproveCriterion, HoldBallot, ProposeCriterion
from minga.design.metrics import METRICS
from minga.design.models import Criterion
from minga.design.views.common import check_mark, must, one, project_of
from minga.engage.actions import open_ballot
from minga.engage.models import Ballot
from minga.engage.queries import due_by, overdue_ballots, passed_ballot_with, public_contributions, waiting_ballots
from minga.ledger.action import may
from minga.ledger.thread import knots_of
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of


@require_safe
def criteria(request: HttpRequest, slug: str) -> HttpResponse:
    project, actor = project_of(slug), actor_of(request)
    found = list(queries.criteria(project))
    context = {
        "project": project,
        "binding": [one for one in found if one.state == "approved" and one.binding],
        "advisory": [one for one in found if one.state == "approved" and not one.binding],
        "proposed": [one for one in found if one.state == "proposed"],
        "retired": [one for one in found if one.state == "retired"],
        "waiting": [(ballot, due_by(ballot)) for ballot in waiting_ballots(project)],
        "late": {ballot.pk for ballot in overdue_ballots(project)},
        "may_propose": may(actor, project, "criterion.proposed"),
        "may_ballot": may(actor, project, "ballot.opened"),
    }
    return render(request, "design/criteria.html", context)


def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a criterion; ``?contribution=3`` names the contribution that it comes from."""
    project = project_of(slug)
    must(request, project, "criterion.proposed")
    number = request.GET.get("contribution", "")
    adopted = public_contributions(project).filter(pk=number).first() if number.isdecimal() else None
    form = ProposeCriterion(request.POST or None, project=project, initial={"binding": "yes"})

    def perform(given: Any) -> Criterion:
        return actions.propose_criterion(by(request), project, contribution=adopted, **given)

    if made := acted(request, form, perform):
        return redirect(made)
    return show(request, "design/propose.html", form, project=project, contribution=adopted)


@require_safe
def criterion(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    project, actor = project_of(slug), actor_of(request)
    found = one(Criterion, project, code=code)
    checks = list(found.checks.select_related("version", "criterion"))
    latest = queries.versions(project).first()
    proposed = found.state == Criterion.State.PROPOSED
    context = {
        "project": project,
        "criterion": found,
        "measured": charts.measure_text(found),
        "explanation": METRICS[found.metric].explanation,
        "group": charts.group_text(found),
        "bound": charts.bound_text(found),
        "knots": knots_of(found),
        "checks": [(check, *check_mark(check)) for check in checks],
        "latest": latest,
        "may_check": latest and found.state != "retired" and may(actor, project, "check.requested"),
        "may_ballot": proposed and may(actor, project, "ballot.opened"),
        "ballots": _ballots(project, found),
        "passed_ballot": passed_ballot_with(project, found.params) if proposed else None,
        "may_approve": proposed and may(actor, project, "criterion.approved"),
        "is_approver": Role.APPROVER in roles_of(actor, project),
        "links": found.commitment_links.filter(ended=None).select_related("commitment__charter"),
        "may_link": found.state != Criterion.State.RETIRED and may(actor, project, "commitment.linked"),
        "may_retire": found.state != Criterion.State.RETIRED and may(actor, project, "criterion.retired"),
        "form": ApproveCriterion(),
    }
    return render(request, "design/criterion.html", context)


def _ballots(project: Project, found: Criterion) -> list[Ballot]:
    """Ballots in which people vote or voted on exactly this criterion."""
    held = Ballot.objects.filter(project=project, about="criterion")
    return [ballot for ballot in held if found.params in ballot.params]


@require_POST
def approve(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Approve by the ballot that passed it, or as an approver."""
    project = project_of(slug)
    found = one(Criterion, project, code=code)
    ballot = passed_ballot_with(project, found.params)
    form = ApproveCriterion(request.POST)

    def perform(given: Any) -> Criterion:
        return actions.approve_criterion(by(request), project, found, ballot=ballot, **given)

    if made := acted(request, form, perform):
        return redirect(made)
    return show(request, "design/approve.html", form, project=project, criterion=found)


def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    """Put proposed criteria, exactly as they stand, to the people concerned."""
    project = project_of(slug)
    must(request, project, "ballot.opened")
    form = HoldBallot(request.POST or None, project=project, initial={"text": _("Shall these criteria bind the tool?")})

    def perform(given: Any) -> Ballot:
        chosen = list(given.pop("chosen"))
        causes = [*chosen, *{one.contribution for one in chosen if one.contribution}]
        params = [one.params for one in chosen]
        return open_ballot(by(request), project, about="criterion", params=params, because=causes, **given)

    if made := acted(request, form, perform):
        messages.success(request, _("The ballot is open."))
        return redirect(made)
    return show(request, "design/hold_ballot.html", form, project=project)
