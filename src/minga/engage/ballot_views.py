"""Pages of ballots: the list, one ballot, the vote in two steps, opening and closing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minga.engage import actions, queries
from minga.engage.forms import Cast, OpenBallot
from minga.engage.models import Ballot, BallotVote, Contribution
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.people.models import Group
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import must, project_of
from minga.web.format import percent
from minga.web.svg.types import VoteChart, Votes


def ballots(request: HttpRequest, slug: str) -> HttpResponse:
    project, actor = project_of(slug), actor_of(request)
    every = list(project.ballots.all())
    context = {
        "project": project,
        "open": [(ballot, queries.may_vote(actor, ballot)) for ballot in every if not ballot.closed],
        "closed": [ballot for ballot in every if ballot.closed],
        "may_open": may(actor, project, "ballot.opened"),
    }
    return render(request, "engage/ballots.html", context)


def ballot(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One ballot: its terms, and after it closed its result."""
    project, actor = project_of(slug), actor_of(request)
    held = get_object_or_404(Ballot, project=project, pk=pk)
    context = {
        "project": project,
        "ballot": held,
        "groups": [Group(group).label for group in held.groups],
        "voted": held.voted.count(),
        "eligible": held.eligible if held.closed else queries.eligible(held).count(),
        "may_vote": queries.may_vote(actor, held),
        "has_voted": queries.has_voted(actor, held),
        "may_close": not held.closed and may(actor, project, "ballot.closed"),
        "chart": result_chart(held) if held.closed else None,
        "hidden": [Group(row["group"]).label for row in held.result.get("groups", []) if row["hidden"]],
        "share": percent(held.threshold, 0),
        "gate": held.about.removeprefix("gate:") if held.about.startswith("gate:") else "",
    }
    return render(request, "engage/ballot.html", context)


def result_chart(held: Ballot) -> VoteChart:
    """The result as the votes chart: everybody, then each group that is large enough."""
    rows = [Votes(_("Everybody"), held.result["yes"], held.result["abstain"], held.result["no"])]
    rows += [
        Votes(Group(row["group"]).label, row["yes"], row["abstain"], row["no"])
        for row in held.result["groups"]
        if not row["hidden"]
    ]
    sentence = _("%(yes)s yes, %(no)s no, %(abstain)s abstained") % held.result
    return VoteChart(sentence=sentence, rows=tuple(rows))


@never_cache
def cast(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Choose, then confirm: a vote cannot be changed, so one slip of a finger must not decide it."""
    project = project_of(slug)
    held = get_object_or_404(Ballot, project=project, pk=pk)
    if not queries.may_vote(actor_of(request), held):
        if request.method == "POST":
            actions.cast(by(request), project, held, request.POST.get("choice", ""))
        return redirect(held)
    form = Cast(request.POST or None)
    chosen = form.cleaned_data["choice"] if form.is_valid() else ""
    sure = chosen and form.cleaned_data["sure"]
    if sure and acted(request, form, lambda given: actions.cast(by(request), project, held, given["choice"])):
        messages.success(request, _("Your vote is cast. Nobody can see what you chose, not even the project."))
        return redirect(held)
    label = dict(BallotVote.Choice.choices).get(chosen, "")
    return show(request, "engage/cast.html", form, project=project, ballot=held, chosen=chosen, label=label)


def open_ballot(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a question to groups; ``?because=3`` names the contribution that led to it."""
    project = project_of(slug)
    must(request, project, "ballot.opened")
    cause = _cause(request, project)
    form = OpenBallot(request.POST or None, project=project)

    def perform(given: Any) -> Ballot:
        return actions.open_ballot(by(request), project, because=[cause] if cause else [], **given)

    if made := acted(request, form, perform):
        messages.success(request, _("The ballot is open."))
        return redirect(made)
    return show(request, "engage/open_ballot.html", form, project=project, cause=cause)


def _cause(request: HttpRequest, project: Project) -> Contribution | None:
    number = request.GET.get("because", "")
    return project.contributions.filter(pk=number).first() if number.isdecimal() else None


@require_POST
def close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    held = get_object_or_404(Ballot, project=project, pk=pk)
    closed = actions.close_ballot(by(request), project, held)
    messages.success(request, _("Counted: it passed.") if closed.passed else _("Counted: it did not pass."))
    return redirect(held)
