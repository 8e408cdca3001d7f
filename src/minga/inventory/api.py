"""The inventory as data: search, one system, the registers."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from minga.inventory import queries
from minga.inventory.models import Stage, System

router = Router()


class Hit(Schema):
    id: int
    name: str
    body: str
    country: str
    language: str
    stage: Stage
    purpose: str
    url: str
    listed: bool
    page: str
    highlight: list[tuple[str, bool]]


class Results(Schema):
    """``every_word`` is false where no system has all words and those with some of them are given."""

    query: str
    total: int
    every_word: bool
    systems: list[Hit]


class Register(Schema):
    """One imported register: rows_in = used + rejected + failed."""

    key: str
    name: str
    country: str
    imported: str
    rows_in: int
    used: int
    rejected: int
    failed: int
    problems: list[tuple[int, str, str]]


class Whole(Schema):
    id: int
    name: str
    body: str
    country: str
    stage: Stage
    purpose: str
    url: str
    listed: bool
    source: str
    raw: dict[str, Any]


@router.get("/systems", response=Results, summary="Search systems that other bodies have published")
def search(
    request: HttpRequest,
    q: str = Query("", max_length=300),
    country: str = Query("", max_length=2),
    stage: Stage | None = None,
    body: str = Query("", max_length=100),
    start: int = Query(0, ge=0, le=100_000),
    most: int = Query(20, ge=1, le=100),
) -> dict[str, Any]:
    found = queries.search(q, country=country, stage=stage or "", body=body, start=start, most=most)
    hits = [_hit(found, system) for system in found.systems]
    return {"query": q, "total": found.total, "every_word": found.every_word, "systems": hits}


def _hit(found: queries.Found, system: System) -> dict[str, Any]:
    names = ("id", "name", "body", "country", "language", "stage", "purpose", "url", "listed")
    return {
        **{name: getattr(system, name) for name in names},
        "page": system.get_absolute_url(),
        "highlight": list(found.mark(system.purpose or system.name, system.language).parts),
    }


@router.get("/systems/{int:pk}", response=Whole, summary="One system with all that its register says")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    system = get_object_or_404(System.objects.select_related("source"), pk=pk)
    names = ("id", "name", "body", "country", "stage", "purpose", "url", "listed", "raw")
    return {**{name: getattr(system, name) for name in names}, "source": system.source.key}


@router.get("/registers", response=list[Register], summary="The registers that have been imported")
def registers(request: HttpRequest) -> list[dict[str, Any]]:
    names = ("key", "name", "country", "rows_in", "used", "rejected", "failed")
    return [
        {
            **{name: getattr(source, name) for name in names},
            "imported": source.imported.isoformat(),
            "problems": queries.problems(source),
        }
        for source in queries.sources()
    ]
