"""Contributions and decisions as everybody may read them, and giving one."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from minga.engage import actions, queries
from minga.engage.actions.contributions import LONGEST
from minga.engage.limits import take
from minga.engage.models import Contribution, Decision
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()


class DecisionOut(Schema):
    outcome: str
    reason: str
    decided: datetime
    days: int
    days_late: int


class ContributionOut(Schema):
    id: int
    kind: str
    group: str
    language: str
    text: str
    step: int
    about_kind: str
    about_id: str
    status: str
    submitted: datetime
    due: datetime | None
    decision: DecisionOut | None = None

    @staticmethod
    def resolve_decision(given: Contribution) -> Decision | None:
        return given.answer if given.status == Contribution.Status.DECIDED else None


class ContributionIn(Schema):
    """What anybody may send. ``about_kind`` and ``about_id`` name the thing it is about."""

    text: str = Field(max_length=LONGEST)
    kind: str = "statement"
    group: str = "residents"
    language: str = Field("", max_length=10)
    about_kind: str = Field("", max_length=40)
    about_id: str = Field("", max_length=64)
    email: str = Field("", max_length=254)


class ReceiptOut(Schema):
    """The private address where the author reads the answer. It is shown once."""

    id: int
    status: str
    answer: str


@router.get("/{slug}/contributions", response=list[ContributionOut], summary="Contributions that are shown")
def list_contributions(request: HttpRequest, slug: str, limit: int = 100, offset: int = 0) -> Any:
    found = queries.public_contributions(get_object_or_404(Project, slug=slug))
    start = min(max(offset, 0), 10**9)
    return found[start : start + max(0, min(limit, 500))]


@router.post("/{slug}/contributions", response={201: ReceiptOut}, summary="Give a contribution, without an account")
def give(request: HttpRequest, slug: str, body: ContributionIn) -> Any:
    project = get_object_or_404(Project, slug=slug)
    take(request, "contribution")
    words = body.dict(exclude={"about_kind", "about_id"})
    about = (body.about_kind, body.about_id) if body.about_kind else None
    given = actions.submit(by(request), project, about=about, **words)
    receipt = {
        "id": given.pk,
        "status": given.status,
        "answer": f"{settings.MINGA_ADDRESS}{given.get_answer_url()}",
    }
    return Status(201, receipt)
