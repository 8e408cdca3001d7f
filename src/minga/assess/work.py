"""How long people wait and work: days to a decision, minutes a case with and without the advice in sight."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Max, Q, QuerySet
from numpy.typing import NDArray

from minga.assess.advice import NAMED, Shape
from minga.assess.reference import Period
from minga.deliver.models import Case, Determination, Draw, Stage, StageChange
from minga.deliver.quality import SEEN
from minga.design.models import Release
from minga.tools.stats import Z_95, wilson

LEAST = 10
Figures = dict[str, Any]


def times(shape: Shape, period: Period) -> Figures:
    """{minutes_before, minutes_unaided, minutes_aided: {n, value, low, high}} of the month.

    Medians with their 95 % intervals. ``minutes_before`` counts all decisions before advice was first shown.
    """
    made = _made(shape).filter(recorded__gte=period.start, recorded__lt=period.end)
    return {
        "minutes_before": _median(_minutes(_before(shape))),
        "minutes_unaided": _median(_minutes(made.filter(_alone()))),
        "minutes_aided": _median(_minutes(made.filter(SEEN, before_advice=False).exclude(choice="unaided"))),
    }


def _of(shape: Shape, to: str = "") -> Q:
    """Cases of the services that the release serves; without services, those that were drawn for it."""
    if shape.services:
        return Q(**{f"{to}service__in": list(shape.services), f"{to}rehearsal": False})
    return Q(**{f"{to}release": shape.release, f"{to}rehearsal": False})


def _made(shape: Shape) -> QuerySet[Determination]:
    """First decisions with their time; what was revised or won on appeal is another kind of work."""
    made = Determination.objects.filter(_of(shape, "case__"), revises=None).exclude(seconds=None)
    return made.exclude(difference__has_key="appeal").order_by()


def _alone() -> Q:
    return Q(before_advice=True) | Q(choice=Determination.Choice.UNAIDED)


def _before(shape: Shape) -> QuerySet[Determination]:
    shown = [stage.value for stage in Stage if stage.share]
    changes = StageChange.objects.filter(release__version__tool=shape.release.version.tool, stage__in=shown)
    first = changes.filter(project=shape.release.project_id).order_by("since").values_list("since", flat=True).first()
    made = _made(shape).filter(_alone())
    return made.filter(recorded__lt=first) if first else made


def _minutes(made: QuerySet[Determination]) -> Iterable[float]:
    return (seconds / 60 for seconds in made.values_list("seconds", flat=True).iterator() if seconds is not None)


@dataclass(frozen=True, slots=True)
class Waits:
    """Median ``days`` to a decision in a month, the share that came too ``late``, and the numbers of some of those.

    Too late is later than the service allows; drawn cases have no such day.
    """

    days: Figures
    late: Figures
    cases: tuple[int, ...]


def waits(shape: Shape, period: Period) -> Waits:
    closed = Case.objects.filter(_of(shape), closed_at__gte=period.start, closed_at__lt=period.end).order_by("pk")
    columns = ("number", "service_id", "received", "closed_at")
    allowed = {pk: each.decide_days for pk, each in shape.services.items()}
    late: list[int] = []
    beyond = 0

    def days() -> Iterator[float]:
        nonlocal beyond
        for number, service, came, ended in closed.values_list(*columns).iterator():
            waited = (ended - came).total_seconds() / 86400 if ended else 0.0
            if waited > allowed.get(service, math.inf):
                beyond += 1
                late.extend([number] if len(late) < NAMED else [])
            yield waited

    median = _median(days())
    return Waits(median, share(beyond, median["n"] if shape.services else 0), tuple(late))


def _median(values: Iterable[float]) -> Figures:
    found = np.sort(np.fromiter(values, np.float32))
    value, low, high = _middle(found) if len(found) >= LEAST else (None, None, None)
    return {"n": len(found), "value": value, "low": low, "high": high}


def _middle(found: NDArray[np.float32]) -> tuple[float, float, float]:
    """The median and its 95 % interval between two of the sorted values (Campbell and Gardner 1988)."""
    half = Z_95 * math.sqrt(len(found)) / 2
    low, high = max(1, round(len(found) / 2 - half)), min(len(found), round(1 + len(found) / 2 + half))
    return float(np.median(found)), float(found[low - 1]), float(found[high - 1])


def flagged(release: Release, period: Period) -> Figures:
    """Share of the processes read in the month that were flagged; a dataset read several times counts once."""
    draws = Draw.objects.filter(release=release, drawn_at__gte=period.start, drawn_at__lt=period.end)
    rows = list(draws.order_by().values("dataset").annotate(most_flagged=Max("flagged"), most_read=Max("read")))
    count, of = (sum(row[name] for row in rows) for name in ("most_flagged", "most_read"))
    return share(count, of)


def share(count: int, of: int) -> Figures:
    low, high = wilson(count, of) if of >= LEAST else (None, None)
    return {"count": count, "of": of, "value": count / of if of >= LEAST else None, "low": low, "high": high}
