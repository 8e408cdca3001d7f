"""Courses, the glossary, certificates and events as data. What is asked and what is right stays on the pages."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema

from minga.learning import glossary, shelf
from minga.learning.course import Course
from minga.learning.models import Certificate, Event
from minga.learning.understanding import Share, Understood, understood

router = Router()


class CourseRow(Schema):
    """A course in every language it has; ``minutes`` to take it, ``refresher_months`` 0 where it does not end."""

    id: str
    version: str
    languages: list[str]
    title: dict[str, str]
    summary: dict[str, str]
    audience: str
    minutes: int
    pages: int
    questions: int
    needed: int
    refresher_months: int


class Figure(Schema):
    """Per cent with the ends of the 95 % interval."""

    value: float
    low: float
    high: float


class UnderstandingRow(Schema):
    """``people`` is null for fewer than ten, and then there is no figure."""

    course: str
    version: str
    people: int | None
    before: Figure | None
    after: Figure | None
    change: Figure | None


class CertificateRow(Schema):
    code: str
    course: str
    version: str
    title: dict[str, str]
    score: int
    of: int
    passed: str
    valid_until: str | None
    valid: bool
    holder: str


class TermRow(Schema):
    id: str
    word: dict[str, str]
    short: dict[str, str]
    more: dict[str, str]
    see: list[str]


class EventRow(Schema):
    """``came`` is null before the event was held."""

    id: int
    kind: str
    title: str
    on: str
    place: str
    course: str
    came: int | None
    outputs: list[dict[str, str]]


@router.get("/courses", response=list[CourseRow], summary="Every course in its newest version")
def list_courses(request: HttpRequest) -> Any:
    return [_course(course) for course in shelf.courses().values()]


def _course(course: Course) -> dict[str, Any]:
    same = ("id", "version", "languages", "title", "summary", "audience", "minutes", "refresher_months", "needed")
    counts = {"pages": len(course.pages), "questions": len(course.questions)}
    return {name: getattr(course, name) for name in same} | counts


@router.get("/understanding", response=list[UnderstandingRow], summary="What people understood before and after")
def list_understanding(request: HttpRequest) -> Any:
    return [_understood(understood(course)) for course in shelf.courses().values()]


def _understood(found: Understood) -> dict[str, Any]:
    return {
        "course": found.course.id,
        "version": found.course.version,
        "people": found.people,
        **{name: _figure(getattr(found, name)) for name in ("before", "after", "change")},
    }


def _figure(share: Share | None) -> dict[str, float] | None:
    if share is None:
        return None
    return {"value": round(share.value, 2), "low": round(share.low, 2), "high": round(share.high, 2)}


@router.get("/certificates/{code}", response=CertificateRow, summary="Verify a certificate by its number")
def get_certificate(request: HttpRequest, code: str) -> Any:
    found = get_object_or_404(Certificate.objects.select_related("person"), code=code.upper())
    until = found.valid_until.isoformat() if found.valid_until else None
    return {
        "code": found.code,
        "course": found.course,
        "version": found.version,
        "title": found.title,
        "score": found.score,
        "of": found.of,
        "passed": timezone.localdate(found.passed).isoformat(),
        "valid_until": until,
        "valid": found.holds(timezone.now()),
        "holder": found.holder,
    }


@router.get("/glossary", response=list[TermRow], summary="Every term of the glossary in every language")
def list_terms(request: HttpRequest, q: str = "") -> Any:
    return glossary.search(q) if q.strip() else list(glossary.terms().values())


@router.get("/events", response=list[EventRow], summary="Events with what came out of them")
def list_events(request: HttpRequest) -> Any:
    rows = Event.objects.prefetch_related("outputs")
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "title": row.title,
            "on": row.on.isoformat(),
            "place": row.place,
            "course": row.course,
            "came": row.came,
            "outputs": [{"title": o.title, "url": o.url, "follow_up": o.follow_up} for o in row.outputs.all()],
        }
        for row in rows
    ]
