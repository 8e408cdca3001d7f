"""The queue as its page reads it: rows of a few words each, in the order in which they are to be read.

A case is wide: its letter and its advice stay where they are. Places are found on an index alone, so that page 400
costs little more than page 1. Which place counts is settled anew for each page (minga.deliver.places).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Case as When_
from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Value, When

from minga.deliver import queries
from minga.deliver.models import Case, Determination, Service
from minga.deliver.places import Places
from minga.deliver.prepared import START, Prepared
from minga.projects.models import Project

PAGE = 25
IN_WORK = 25
HELD = (Case.State.CLAIMED, Case.State.REVEALED)


class Row(NamedTuple):
    """What the queue shows of a case; ``seen`` is whether this person decided it before."""

    number: int
    title: str
    buyer: str
    method: str
    state: str
    received: datetime
    due: datetime | None
    claimed_by: int | None
    service: int | None
    shown_as: str | None
    username: str | None
    seen: bool = False

    @property
    def label(self) -> str:
        return f"{self.number:04d}"

    @property
    def holder(self) -> str:
        return self.shown_as or self.username or ""


_COLUMNS = (
    "number", "title", "buyer", "method", "state", "received", "due", "claimed_by_id", "service_id",
    "claimed_by__display_name", "claimed_by__username",
)  # fmt: skip


class Chosen(NamedTuple):
    """The filters of the page. ``state`` is a state, "held" or "all"; ``given``: column -> value."""

    state: str
    given: Mapping[str, int | str]

    @property
    def shape(self) -> tuple[Any, ...]:
        return self.state, tuple(self.given)


def chosen(given: Mapping[str, Any], person_id: int) -> Chosen:
    """What the address of the page asks for: what waits, unless it says otherwise."""
    names = {"method": "method", "buyer": "buyer", "service": "service__slug"}
    found: dict[str, int | str] = {column: given[name] for name, column in names.items() if given.get(name)}
    if given.get("mine"):
        found["claimed_by"] = person_id
    state = given.get("state", "")
    if state not in {"all", *Case.State.values}:
        state = "held" if given.get("mine") else Case.State.OPEN.value
    return Chosen(state, found)


def _cases(state: str, columns: tuple[str, ...], project: Any, *values: Any) -> QuerySet[Case]:
    """Practice has a list of its own."""
    cases = Case.objects.filter(project=project, rehearsal=False, **dict(zip(columns, values, strict=True)))
    if state == "held":
        return cases.filter(state__in=HELD)
    return cases if state == "all" else cases.filter(state=state)


def _page(
    place: str, state: str, columns: tuple[str, ...], person: Any, project: Any, *values: Any
) -> QuerySet[Any, Any]:
    order = ("number",) if state == "all" else (place, "number")
    places = _cases(state, columns, project, *values).order_by(*order).values("pk")[START : START + PAGE]
    return _shown(Case.objects.filter(pk__in=places).order_by(*order), person)


def _shown(cases: QuerySet[Case], person: Any) -> QuerySet[Any, Any]:
    own = Determination.objects.filter(case=OuterRef("pk"), person_id=person)
    return cases.annotate(seen=Exists(own)).values_list(*_COLUMNS, "seen")


def _count(limit: int, state: str, columns: tuple[str, ...], project: Any, *values: Any) -> QuerySet[Any, Any]:
    return _cases(state, columns, project, *values).annotate(one=Value(1)).order_by().values_list("one")[:limit]


def _in_work(columns: tuple[str, ...], person: Any, project: Any, *values: Any) -> QuerySet[Any, Any]:
    """One query for each state, put together by the database: over both at once it would read every case there is."""
    other = When_(When(claimed_by_id=person, then=Value(0)), default=Value(1), output_field=IntegerField())
    parts = [
        _cases(state, columns, project, *values).annotate(other=other).order_by().values_list(*_COLUMNS, "other")
        for state in HELD
    ]
    return parts[0].union(parts[1], all=True).order_by("other", "due", "number")[: IN_WORK + 1]


_pages, _counts, _works = Prepared(_page), Prepared(_count, counted=True), Prepared(_in_work)
_services = Prepared(
    lambda project: Service.objects.filter(project=project).order_by("name").only("project", "slug", "name", "closed")
)
_projects = Prepared(lambda slug: Project.objects.filter(slug=slug))


def project_with(slug: str) -> Project | None:
    found: list[Project] = _projects(slug)
    return found[0] if found else None


def services_of(project: Project) -> list[Service]:
    """All services of a project by name, the closed ones too, with no more than the queue shows of them."""
    found: list[Service] = _services(project.pk)
    for service in found:
        service.project = project
    return found


def in_work(project: Project, asked: Chosen, person_id: int) -> list[Row]:
    """The cases that somebody holds, one's own first, then by the day on which they are due; one more than is shown."""
    rows = _works(person_id, project.pk, *asked.given.values(), shape=(tuple(asked.given),))
    return [Row(*row[:-1]) for row in rows]


def count(project: Project, asked: Chosen) -> int:
    """How many there are, up to ``COUNTED`` + 1, which means more than that."""
    shape = (queries.COUNTED + 1, *asked.shape)
    found: int = _counts(project.pk, *asked.given.values(), shape=shape)[0][0]
    return found


class Listed:
    """The rows that a page of the queue cuts from the list of cases."""

    def __init__(self, project: Project, asked: Chosen, person_id: int, places: Places) -> None:
        self.project, self.asked, self.person_id, self.places = project, asked, person_id, places

    def count(self) -> int:
        return count(self.project, self.asked)

    def __getitem__(self, part: slice) -> list[Row]:
        given, asked = self.asked.given.values(), self.asked
        if self.places.mixed and asked.state != "all":
            cases = _cases(*asked.shape, self.project.pk, *given)
            rows = list(_shown(self.places.cut(cases, part), self.person_id))
        else:
            shape = (self.places.column, *asked.shape)
            rows = _pages(self.person_id, self.project.pk, *given, shape=shape, start=part.start)
        return [Row(*row) for row in rows[: part.stop - part.start]]


class Pages(Paginator[Any]):
    """Pages of a list that may be very long: those beyond ``COUNTED`` cases are not reached."""

    @property
    def num_pages(self) -> int:  # type: ignore[override]
        return max(1, -(-min(self.count, queries.COUNTED) // self.per_page))


def pages(project: Project, asked: Chosen, person_id: int, places: Places) -> Pages:
    rows: Any = Listed(project, asked, person_id, places)
    return Pages(rows, PAGE)
