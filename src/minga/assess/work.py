"""How long people wait and work: days to a decision, minutes a case with and without the advice in sight."""

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Case as When_
from django.db.models import DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Value, When
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
    """{days, minutes_before, minutes_unaided, minutes_aided: {n, value, low, high}} of the month.

    Medians with their 95 % intervals. ``minutes_before`` counts all decisions before advice was first shown.
    """
    made = _made(shape).filter(recorded__gte=period.start, recorded__lt=period.end)
    closed = _closed(shape, period)
    return {
        "days": _median(_days(closed)),
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


def _closed(shape: Shape, period: Period) -> QuerySet[Case]:
    return Case.objects.filter(_of(shape), closed_at__gte=period.start, closed_at__lt=period.end).order_by()


def _days(closed: QuerySet[Case]) -> Iterable[float]:
    rows = closed.values_list("received", "closed_at").iterator()
    return ((ended - came).total_seconds() / 86400 for came, ended in rows if ended is not None)


def _median(values: Iterable[float]) -> Figures:
    found = np.sort(np.fromiter(values, np.float32))
    value, low, high = _middle(found) if len(found) >= LEAST else (None, None, None)
    return {"n": len(found), "value": value, "low": low, "high": high}


def _middle(found: NDArray[np.float32]) -> tuple[float, float, float]:
    """The median and its 95 % interval between two of the sorted values (Campbell and Gardner 1988)."""
    half = Z_95 * math.sqrt(len(found)) / 2
    low, high = max(1, round(len(found) / 2 - half)), min(len(found), round(1 + len(found) / 2 + half))
    return float(np.median(found)), float(found[low - 1]), float(found[high - 1])


def _overdue(closed: QuerySet[Case], shape: Shape) -> QuerySet[Case]:
    whens = [When(service=pk, then=Value(timedelta(days=each.decide_days))) for pk, each in shape.services.items()]
    due = ExpressionWrapper(F("received") + When_(*whens, output_field=DurationField()), DurationField())
    return closed.annotate(due_by=due).filter(closed_at__gt=F("due_by")) if whens else closed.none()


def late(shape: Shape, period: Period) -> Figures:
    """Share of the cases closed in the month that took longer than their service allows."""
    closed = _closed(shape, period)
    of = closed.count() if shape.services else 0
    count = _overdue(closed, shape).count() if of else 0
    return share(count, of)


def late_cases(shape: Shape, period: Period) -> tuple[int, ...]:
    """The numbers of some cases that were closed too late."""
    found = _overdue(_closed(shape, period), shape).order_by("number")
    return tuple(found.values_list("number", flat=True)[:NAMED])


def flagged(release: Release, period: Period) -> Figures:
    """Share of the processes read in the month that were flagged; a dataset read several times counts once."""
    draws = Draw.objects.filter(release=release, drawn_at__gte=period.start, drawn_at__lt=period.end)
    rows = list(draws.order_by().values("dataset").annotate(most_flagged=Max("flagged"), most_read=Max("read")))
    count, of = (sum(row[name] for row in rows) for name in ("most_flagged", "most_read"))
    return share(count, of)


def share(count: int, of: int) -> Figures:
    low, high = wilson(count, of) if of >= LEAST else (None, None)
    return {"count": count, "of": of, "value": count / of if of >= LEAST else None, "low": low, "high": high}
