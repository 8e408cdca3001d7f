"""The API of how it went: what everybody may read, and the same verbs as the pages."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.assess import experience
from minga.assess.actions import give_at_work, give_through_notice
from minga.deliver.models import Notice
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()


class ExperienceFigureOut(Schema):
    """Who mostly or fully agrees: ``count`` of ``of``; the share and its 95 % interval lie in 0..1."""

    metric: str
    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class MeanOut(Schema):
    value: float
    low: float
    high: float
    of: int


class PartOut(Schema):
    """``counted`` moves in steps of ten; 0 where fewer than ten answered."""

    key: str
    counted: int
    ease: MeanOut | None
    asked: list[ExperienceFigureOut]


class GapOut(Schema):
    """Those who won less those who lost, -1..1."""

    question: str
    value: float
    low: float
    high: float


class ExperienceOut(Schema):
    """``people`` by how their case ended, ``staff`` by group; nothing over all of them."""

    people: list[PartOut]
    staff: list[PartOut]
    gaps: list[GapOut]


class GivenIn(Schema):
    """Question id of the set "experience" -> answer."""

    answers: dict[str, Any]


class KeptOut(Schema):
    ease: float | None
    won: str


@router.get("/projects/{slug}/experience", response=ExperienceOut, summary="How it went, by how the case ended")
def read(request: HttpRequest, slug: str) -> dict[str, Any]:
    return experience.report(get_object_or_404(Project, slug=slug)).as_json()


@router.post("/projects/{slug}/experience", response={201: KeptOut}, summary="Say how it is to work with the tool")
def at_work(request: HttpRequest, slug: str, given: GivenIn) -> tuple[int, KeptOut]:
    made = give_at_work(by(request), get_object_or_404(Project, slug=slug), given.answers)
    return 201, KeptOut(ease=made.ease, won=made.won)


@router.post("/notices/{token}/experience", response={201: KeptOut}, summary="Say how it went, with your notice")
def through_notice(request: HttpRequest, token: str, given: GivenIn) -> tuple[int, KeptOut]:
    notice = get_object_or_404(Notice.objects.select_related("case__project"), token=token)
    made = give_through_notice(by(request), notice, given.answers)
    return 201, KeptOut(ease=made.ease, won=made.won)
