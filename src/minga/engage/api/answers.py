"""Answers as everybody may read them: rates, and each reply with what followed."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.engage.models import Contribution
from minga.engage.queries import answers as reads
from minga.engage.queries.said import Said, said
from minga.projects.models import Project

router = Router()


class OwedOut(Schema):
    """Of ``due`` answers ``answered`` were given, ``in_time`` of them by their day; ``low`` and ``high`` are the 95 %
    Wilson interval of the rate, in 0..1; medians are in days, with their 95 % interval where there is one."""

    due: int
    answered: int
    in_time: int
    low: float
    high: float
    median: int | None
    median_low: int | None
    median_high: int | None


class AnsweredGroupOut(Schema):
    """``owed`` is null where the group gave fewer than ten contributions that were due."""

    group: str
    label: str
    owed: OwedOut | None


class OverdueOut(Schema):
    id: int
    group: str
    kind: str
    submitted: datetime
    due: datetime


class AnswersOut(Schema):
    all: OwedOut
    groups: list[AnsweredGroupOut]
    outcomes: dict[str, int]
    overdue: list[OverdueOut]
    waiting: int
    unowed: int
    oldest: int | None


@router.get("/{slug}/answers", response=AnswersOut, summary="How many answers that were due are given, and how soon")
def get_answers(request: HttpRequest, slug: str) -> Any:
    return reads.answers(get_object_or_404(Project, slug=slug))


class QuoteOut(Schema):
    id: int
    group: str
    language: str
    text: str
    submitted: datetime


class FollowedOut(Schema):
    """What followed, by the link of the thread that it is."""

    link: str
    title: str
    href: str
    when: date


class ReplySaidOut(Schema):
    """One reply: the contributions that it answers, the decision, and what followed from them in the ledger."""

    contributions: list[QuoteOut]
    outcome: str
    reason: str
    decided: datetime
    followed: list[FollowedOut]

    @staticmethod
    def resolve_contributions(row: Said) -> list[Contribution]:
        return list(row.reply.answered)

    @staticmethod
    def resolve_outcome(row: Said) -> str:
        return str(row.reply.decision.outcome)

    @staticmethod
    def resolve_reason(row: Said) -> str:
        return row.reply.decision.reason

    @staticmethod
    def resolve_decided(row: Said) -> datetime:
        return row.reply.decision.decided


@router.get("/{slug}/said", response=list[ReplySaidOut], summary="You said, we did: each reply with what followed")
def list_said(request: HttpRequest, slug: str, limit: int = 100, offset: int = 0) -> Any:
    replies = reads.replies(get_object_or_404(Project, slug=slug))
    start = min(max(offset, 0), 10**9)
    return said(replies[start : start + max(0, min(limit, 500))])
