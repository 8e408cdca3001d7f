"""The inventory as data: search with facets, one system in any standard, the comparison of groups, the registers."""

from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from minga.inventory import comparing, narrowing, queries
from minga.inventory.models import Source, Stage, System
from minga.tools.registers import export, standards

router = Router()
GROUPS = Query([], max_length=comparing.MOST)


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


class Also(Schema):
    word: str
    language: str


class Value(Schema):
    code: str
    label: str
    count: int
    chosen: bool


class Facet(Schema):
    """``unstated``: found systems that do not state it; for ``read`` of them a rule read it from their words."""

    key: str
    title: str
    values: list[Value]
    unstated: int
    read: int


class Results(Schema):
    """``every_word`` is false where no system has all words and those with some of them are given.

    ``also``: words of other languages that were looked for as well.
    """

    query: str
    total: int
    every_word: bool
    also: list[Also]
    systems: list[Hit]
    facets: list[Facet]


class Answers(Schema):
    """Systems of a group by their answer; ``share`` is yes over all of them (0..1) with its 95 % Wilson interval."""

    question: str
    group: str
    systems: int
    yes: int
    no: int
    does_not_apply: int
    not_stated: int
    share: str
    low: str
    high: str


class Exported(Schema):
    """A system as a document of a standard; ``losses``: what the document does not say."""

    standard: str
    fields: dict[str, Any]
    losses: list[str]


class Register(Schema):
    """One imported register: rows_in = used + rejected + failed."""

    key: str
    name: str
    country: str
    standard: str
    imported: str
    rows_in: int
    used: int
    rejected: int
    failed: int
    problems: list[tuple[int, str, str]]


class Whole(Schema):
    """``canonical``: the record that it was read into; ``raw``: its row in the register, without persons."""

    id: int
    name: str
    body: str
    unit: str
    country: str
    stage: Stage
    purpose: str
    url: str
    listed: bool
    source: str
    raw: dict[str, Any]
    canonical: dict[str, Any]
    facets: dict[str, Any]


@router.get("/systems", response=Results, summary="Search systems that other bodies have published")
def search(
    request: HttpRequest,
    q: str = Query("", max_length=300),
    country: str = Query("", max_length=2),
    stage: Stage | None = None,
    body: str = Query("", max_length=100),
    own: bool = False,
    start: int = Query(0, ge=0, le=100_000),
    most: int = Query(20, ge=1, le=100),
) -> dict[str, Any]:
    """Also takes task, function, impact, risk, theme, phase, source, year and at (a whole name of a body), each several
    times: one of its values must be stated. ``own``: only the words themselves, in no other language."""
    filters = {name: codes for name, codes in narrowing.filters(request.GET).items() if name != "country"}
    found = queries.search(
        q, country=country, stage=stage or "", body=body, filters=filters, languages=not own, start=start, most=most
    )
    return {
        "query": q,
        "total": found.total,
        "every_word": found.every_word,
        "also": [{"word": each.word, "language": each.language} for each in found.also],
        "systems": [_hit(found, system) for system in found.systems],
        "facets": found.facets(),
    }


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
    names = ("id", "name", "body", "unit", "country", "stage", "purpose", "url", "listed", "raw", "canonical", "facets")
    return {**{name: getattr(system, name) for name in names}, "source": system.source.key}


@router.get("/systems/{int:pk}/as/{str:key}", response=Exported, summary="One system in the form of a standard")
def exported(request: HttpRequest, pk: int, key: str) -> dict[str, Any]:
    if key not in standards():
        raise Http404
    made = export(queries.record_of(get_object_or_404(System, pk=pk)), key)
    return {"standard": key, "fields": made.fields, "losses": [loss.say() for loss in made.losses]}


@router.get("/compare", response=list[Answers], summary="Groups of systems by their answers to six questions")
def compare(
    request: HttpRequest,
    by: Literal["country", "source", "task", "function", "body"] = "country",
    group: list[str] = GROUPS,
) -> list[dict[str, Any]]:
    """``group``: at most four codes of ``by``, by default its four largest."""
    codes = group or [code for code, _words, _count in comparing.choices(by, comparing.MOST)]
    return list(comparing.rows(comparing.groups(by, codes)))


@router.get("/registers", response=list[Register], summary="The registers that have been imported")
def registers(request: HttpRequest) -> list[dict[str, Any]]:
    names = ("key", "name", "country", "standard", "rows_in", "used", "rejected", "failed")
    return [
        {
            **{name: getattr(source, name) for name in names},
            "imported": source.imported.isoformat(),
            "problems": queries.problems(source),
        }
        for source in Source.objects.all()
    ]
