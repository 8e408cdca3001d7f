"""Pages of ballots: the list, one ballot, the vote in two steps, opening and closing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minga.engage import actions, queries, seat
from minga.engage.agreement import followed, name_of
from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.forms.ballots import Cast, OpenBallot
from minga.engage.frozen import told
from minga.engage.models import Ballot, BallotVote, Contribution, Participant
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import must, project_of
from minga.web.format import count_of, percent
from minga.web.svg.types import VoteChart, Votes


def ballots(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    every = list(project.ballots.select_related("conversation"))
    context = {
        "project": project,
        "open": [(ballot, _may_vote(request, ballot)) for ballot in every if not ballot.closed],
        "closed": [ballot for ballot in every if ballot.closed],
        "waiting": {ballot.pk for ballot in queries.waiting_ballots(project)},
        "may_open": may(actor_of(request), project, "ballot.opened"),
    }
    return render(request, "engage/ballots.html", context)


def seat_of(request: HttpRequest, held: Ballot) -> Participant | None:
    """The seat of this visitor in the conversation that a ballot belongs to."""
    return seat.seat_of(request, held.conversation) if held.conversation is not None else None


def _may_vote(request: HttpRequest, held: Ballot) -> bool:
    if held.conversation is not None:
        return queries.seat_may_vote(seat_of(request, held), held)
    return queries.may_vote(actor_of(request), held)


@never_cache
def ballot(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One ballot: its terms, after it closed its result, and what the project decided on it."""
    project, actor = project_of(slug), actor_of(request)
    held = get_object_or_404(Ballot.objects.select_related("conversation"), project=project, pk=pk)
    mine = seat_of(request, held)
    waits = bool(held.passed) and held.about == "criterion" and not queries.is_acted_on(held)
    due = queries.due_by(held)
    context = {
        "project": project,
        "ballot": held,
        "told": told(held),
        "groups": [name_of(group) for group in held.groups],
        "turnout": turnout(held),
        "has_seat": mine is not None,
        "may_vote": _may_vote(request, held),
        "has_voted": queries.has_voted(actor, held) or queries.seat_has_voted(mine, held),
        "may_close": not held.closed and may(actor, project, "ballot.closed"),
        "chart": result_chart(held),
        "hidden": [name_of(row["group"]) for row in held.result.get("groups", []) if row["hidden"]],
        "why": why_not_passed(held),
        "quorums": quorums(held),
        "share": percent(held.threshold, 0),
        "gate": held.about.removeprefix("gate:") if held.about.startswith("gate:") else "",
        "binds": any(row.get("binding") for row in held.params),
        "followed": followed(held) if held.closed else [],
        "waits": waits,
        "due": due,
        "late": waits and due is not None and due < timezone.now(),
        "may_make": waits and may(actor, project, "criterion.made"),
    }
    return render(request, "engage/ballot.html", context)


def turnout(held: Ballot) -> str:
    """ "14 of 40"; of a conversation fewer than ten are not counted in public."""
    voted = held.voted.count()
    if held.conversation is not None and voted < SMALLEST_SHOWN:
        return _("fewer than %(count)s") % {"count": SMALLEST_SHOWN}
    return count_of(voted, held.eligible if held.closed else queries.electorate(held))


def quorums(held: Ballot) -> list[tuple[str, int, bool | None]]:
    """(constituency, how many must vote, whether they did); None while the ballot is open."""
    reached = {row["group"]: row["reached"] for row in held.result.get("quorums", [])}
    return [(name_of(group), needed, reached.get(group)) for group, needed in held.quorums.items()]


def why_not_passed(held: Ballot) -> list[str]:
    """The conditions that a closed ballot missed, each in a sentence."""
    if not held.closed or held.passed:
        return []
    missed = [name_of(row["group"]) for row in held.result.get("quorums", []) if not row["reached"]]
    reasons = [] if held.result.get("enough", True) else [_("Too few people voted.")]
    if missed:
        reasons.append(_("Too few voted from: %(names)s.") % {"names": ", ".join(missed)})
    return reasons or [_("Not enough of those who voted yes or no said yes.")]


def result_chart(held: Ballot) -> VoteChart | None:
    """The result as the votes chart: everybody, then each group that is large enough; None where none is shown."""
    if not held.closed or held.result.get("few"):
        return None
    rows = [Votes(_("Everybody"), held.result["yes"], held.result["abstain"], held.result["no"])]
    rows += [
        Votes(name_of(row["group"]), row["yes"], row["abstain"], row["no"])
        for row in held.result["groups"]
        if not row["hidden"]
    ]
    sentence = _("%(yes)s yes, %(no)s no, %(abstain)s abstained") % held.result
    return VoteChart(sentence=sentence, rows=tuple(rows))


@never_cache
def cast(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Choose, then confirm: a vote cannot be changed, so one slip of a finger must not decide it."""
    project = project_of(slug)
    held = get_object_or_404(Ballot.objects.select_related("conversation"), project=project, pk=pk)
    if not _may_vote(request, held):
        if request.method == "POST":
            _cast(request, held, request.POST.get("choice", ""))
        return redirect(held)
    form = Cast(request.POST or None)
    chosen = form.cleaned_data["choice"] if form.is_valid() else ""
    sure = chosen and form.cleaned_data["sure"]
    if sure and acted(request, form, lambda given: _cast(request, held, given["choice"])):
        messages.success(request, _("Your vote is cast. Nobody can see what you chose, not even the project."))
        return redirect(held)
    label = dict(BallotVote.Choice.choices).get(chosen, "")
    context = {"project": project, "ballot": held, "told": told(held), "chosen": chosen, "label": label}
    context["binds"] = any(row.get("binding") for row in held.params)
    return show(request, "engage/cast.html", form, **context)


def _cast(request: HttpRequest, held: Ballot, choice: str) -> Any:
    mine = seat_of(request, held)
    if mine is not None:
        return actions.cast_as_participant(seat.VOTER, held.project, held, mine, choice)
    return actions.cast(by(request), held.project, held, choice)


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
