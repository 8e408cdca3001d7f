"""The API of this room: reviews with their outcome, overdue ones, stop rules, and the watch. Public parts only."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema

from minga.assess import api_answers, api_outcomes, api_watch, queries
from minga.assess.actions import answer_review
from minga.assess.models import Review, StopRule, Watching
from minga.assess.stoprules import standing
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()
router.add_router("", api_outcomes.router)
router.add_router("", api_watch.router)
router.add_router("", api_answers.router)


class GroupOut(Schema):
    """``answers`` and ``verdicts`` are null where the group gave fewer than ten answers."""

    group: str
    answers: int | None
    verdicts: dict[str, int] | None


class ReviewOut(Schema):
    """``figures`` is what was known when it opened; shares lie in 0..1 with count, of and a 95 % interval."""

    id: int
    project: str
    release: str
    state: str
    opened: datetime
    due: datetime
    overdue: bool
    outcome: str
    reason: str
    closed_without_groups_because: str
    closed: datetime | None
    groups: list[GroupOut]
    figures: dict[str, Any]


class StopRuleOut(Schema):
    release: str
    metric: str
    bound: float
    minimum: int
    step_back_to: str
    state: str
    count: int
    of: int
    fired: int


class ShareOut(Schema):
    """``value`` is null below the least number that is judged; shares lie in 0..1, with a 95 % interval."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class WatchOut(Schema):
    """What a release did in a month. ``verdict``: steady, watch, alert or not_enough. Groups are left out here."""

    release: str
    month: str
    measured: datetime
    verdict: str
    reference: str
    cases: int
    used: int
    rejected: int
    failed: int
    shares: dict[str, ShareOut]
    open_alerts: int


class AnswersIn(Schema):
    """Question id of the set "evaluation" -> value."""

    answers: dict[str, Any]


class AnsweredOut(Schema):
    group: str
    verdict: str
    given: datetime


def _out(review: Review) -> ReviewOut:
    side = queries.side_by_side(review, public=True)
    figures = {name: found for name, found in review.prefill.items() if name != "groups"}
    return ReviewOut(
        id=review.pk,
        project=review.project.slug,
        release=review.release.version.version,
        state=review.state,
        opened=review.opened,
        due=review.due,
        overdue=review.is_overdue(),
        outcome=review.outcome,
        reason=review.reason,
        closed_without_groups_because=review.silence,
        closed=review.closed,
        groups=[GroupOut(group=g.group, answers=g.n, verdicts=g.verdicts) for g in side.groups],
        figures=figures,
    )


@router.get("/overdue", response=list[ReviewOut], summary="Reviews whose time to answer has passed")
def overdue(request: HttpRequest) -> list[ReviewOut]:
    return [_out(review) for review in queries.overdue()]


@router.get("/projects/{slug}/reviews", response=list[ReviewOut], summary="A project's reviews, newest first")
def reviews(request: HttpRequest, slug: str) -> list[ReviewOut]:
    project = get_object_or_404(Project, slug=slug)
    return [_out(review) for review in Review.objects.filter(project=project).select_related("release__version")]


@router.post(
    "/projects/{slug}/reviews/{pk}/answers",
    response={201: AnsweredOut},
    summary="Answer a review for your group",
)
def answer(request: HttpRequest, slug: str, pk: int, given: AnswersIn) -> tuple[int, AnsweredOut]:
    project = get_object_or_404(Project, slug=slug)
    review = get_object_or_404(Review, project=project, pk=pk)
    made = answer_review(by(request), project, review, given.answers)
    return 201, AnsweredOut(group=made.group, verdict=made.verdict, given=made.given)


@router.get("/projects/{slug}/stop-rules", response=list[StopRuleOut], summary="When the tool stops by itself")
def stop_rules(request: HttpRequest, slug: str) -> list[StopRuleOut]:
    project = get_object_or_404(Project, slug=slug)
    found = []
    for rule in StopRule.objects.filter(project=project, active=True).select_related("release__version"):
        now = standing(rule, timezone.now())
        found.append(
            StopRuleOut(
                release=rule.release.version.version,
                metric=rule.metric,
                bound=float(rule.bound),
                minimum=rule.minimum,
                step_back_to=rule.step_back_to,
                state=now.state,
                count=now.figure.count,
                of=now.figure.of,
                fired=rule.firings.count(),
            )
        )
    return found


@router.get("/projects/{slug}/watch", response=list[WatchOut], summary="What the tool did, month by month")
def watch(request: HttpRequest, slug: str) -> list[WatchOut]:
    project = get_object_or_404(Project, slug=slug)
    waiting = Counter(queries.open_alerts(project).values_list("release_id", flat=True))
    found = Watching.objects.filter(project=project).select_related("release__version").order_by("month", "pk")
    return [
        WatchOut(
            release=one.release.version.version,
            month=f"{one.month:%Y-%m}",
            measured=one.measured,
            verdict=one.figures["verdict"],
            reference=one.figures["reference"]["name"],
            **one.figures["rows"],
            shares={name: ShareOut(**kept) for name, kept in one.figures["shares"].items()},
            open_alerts=waiting[one.release_id],
        )
        for one in found
    ]
