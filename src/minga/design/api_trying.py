"""Cases that must come out right, trials and comparisons in the API: public parts, and writing a case."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from minga.design import actions, trials
from minga.design.models import Comparison, TestCase, Trial
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()
MOST = 200


class TestCaseOut(Schema):
    """``source`` must give ``expected``. ``state``: proposed, agreed or retired."""

    code: str
    source: dict[str, Any]
    expected: str
    because: str
    state: str
    contribution_id: int | None
    proposed: datetime
    agreed: datetime | None


class TestCaseIn(Schema):
    """``invented``: you confirm that what looks like a person's data is made up."""

    source: dict[str, Any]
    expected: str = Field(min_length=1, max_length=200)
    because: str = Field(min_length=1, max_length=5000)
    invented: bool = False


class TrialOut(Schema):
    """``found``: the report without the cases and notes; shares lie in 0..1."""

    id: int
    question: str
    version: str
    state: str
    opened: datetime
    ends: datetime
    ended: datetime | None
    found: dict[str, Any]

    @staticmethod
    def resolve_version(trial: Trial) -> str:
        return trial.version.version

    @staticmethod
    def resolve_found(trial: Trial) -> dict[str, Any]:
        return trials.public(trial.report)


class WeighedOut(Schema):
    """``result``: every part with points and weight, totals, and costs over the years."""

    id: int
    title: str
    reason: str
    made: datetime
    options: list[dict[str, Any]]
    weights: dict[str, Any]
    result: dict[str, Any]


def _project(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


@router.get("/{slug}/test-cases", response=list[TestCaseOut])
def test_cases(request: HttpRequest, slug: str) -> Any:
    """The cases that participants wrote, the newest first."""
    return TestCase.objects.filter(project=_project(slug)).order_by("-pk")[:MOST]


@router.post("/{slug}/test-cases", response={201: TestCaseOut})
def propose_test_case(request: HttpRequest, slug: str, given: TestCaseIn) -> Any:
    """Write a case that the tool must get right; it counts once it is agreed."""
    told = given.dict()
    return Status(201, actions.propose_test_case(by(request), _project(slug), **told))


@router.get("/{slug}/trials", response=list[TrialOut])
def list_trials(request: HttpRequest, slug: str) -> Any:
    """Trials and what those that have ended found."""
    return Trial.objects.filter(project=_project(slug)).select_related("version")[:MOST]


@router.get("/{slug}/comparisons", response=list[WeighedOut])
def comparisons(request: HttpRequest, slug: str) -> Any:
    """Comparisons of ways to get a tool."""
    return Comparison.objects.filter(project=_project(slug))[:MOST]
