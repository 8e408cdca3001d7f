"""By which routes people reach a service, and how many do without a computer."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from minga.deliver.models import Case, Route, RouteUse, Service
from minga.tools.representation import TOTAL, suppress_list
from minga.tools.stats import wilson

FEWEST = 10


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One route: ``cases`` that came by it, ``people`` counted on it without a case here, and their sum.

    None where fewer than ten, or where it would tell such a number by subtraction. ``share`` of all, in 0..1.
    """

    route: Route
    cases: int | None
    people: int | None
    total: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """All routes of a service, most used first; ``offline`` is the share without a computer with its interval."""

    rows: tuple[RouteRow, ...]
    total: int
    offline: int | None
    share: float | None
    low: float | None
    high: float | None
    counted_until: date | None

    @property
    def judged(self) -> bool:
        return self.share is not None

    @property
    def told(self) -> bool:
        """Whether the number of any route may be shown."""
        return any(row.total is not None for row in self.rows)


def route_figures(service: Service, *, exact: bool = False) -> RouteFigures:
    """How people reach ``service``: cases by route and people counted by route. ``exact`` is for its own staff."""
    cases = Counter(_cases(service))
    uses = RouteUse.objects.filter(service=service).order_by()
    people: Counter[str] = Counter()
    for route, count in uses.values_list("route", "people"):
        people[route] += count
    totals = {route: cases[route] + people[route] for route in Route}
    total = sum(totals.values())
    shown = _shown(totals, exact)
    ordered = sorted(Route, key=lambda route: (-totals[route], list(Route).index(route)))
    rows = tuple(_row(route, cases, people, shown[route], total, exact) for route in ordered)
    offline = sum(totals[route] for route in Route if not route.digital)
    last = uses.order_by("-month").values_list("month", flat=True).first()
    return _figures(rows, total, offline, last, exact)


def _figures(rows: tuple[RouteRow, ...], total: int, offline: int, last: date | None, exact: bool) -> RouteFigures:
    small = not exact and (min(offline, total - offline) in range(1, FEWEST))
    if total < FEWEST or small:
        return RouteFigures(rows, total, offline if exact else None, None, None, None, last)
    return RouteFigures(rows, total, offline, offline / total, *wilson(offline, total), last)


def _cases(service: Service) -> dict[str, int]:
    found = Case.objects.filter(service=service, rehearsal=False).order_by().values("route")
    return {row["route"]: row["cases"] for row in found.annotate(cases=Count("pk"))}


def _shown(totals: dict[Route, int], exact: bool) -> dict[Route, int | None]:
    if exact:
        return dict(totals)
    cells = suppress_list({route.value: count for route, count in totals.items()}, FEWEST).cells
    return {route: cells[route.value, TOTAL] for route in totals}


def _row(
    route: Route, cases: Counter[str], people: Counter[str], shown: int | None, total: int, exact: bool
) -> RouteRow:
    """The two parts of a shown total are shown where neither of them is small."""
    parts = (cases[route], people[route])
    whole = shown is not None and (exact or all(part == 0 or part >= FEWEST for part in parts))
    share = shown / total if shown is not None and total else None
    return RouteRow(route, parts[0] if whole else None, parts[1] if whole else None, shown, share)


def by_month(service: Service, months: int = 12) -> list[tuple[date, dict[str, int]]]:
    """(month, route -> people and cases) for its staff, the newest first, at most ``months``."""
    found: dict[date, Counter[str]] = {}
    rows = Case.objects.filter(service=service, rehearsal=False).order_by().annotate(month=TruncMonth("received"))
    for row in rows.values("month", "route").annotate(cases=Count("pk")):
        found.setdefault(row["month"].date(), Counter())[row["route"]] += row["cases"]
    for use in RouteUse.objects.filter(service=service):
        found.setdefault(use.month, Counter())[use.route] += use.people
    return [(month, dict(found[month])) for month in sorted(found, reverse=True)[:months]]
