"""One metric on the whole, on each group and on each intersection of two attributes, with intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import Figure
from minga.tools.measure.answers import Answers, Grouping, MeasureError
from minga.tools.measure.catalogue import Metric, metric_called
from minga.tools.measure.cells import Cells
from minga.tools.measure.families import usable
from minga.tools.measure.intervals import Draw
from minga.tools.stats import Z_95

MINIMUM_GROUP = 30
MINIMUM_EVENTS = 10
RESAMPLES = 1000
SEED = 1
MOST_GROUPS = 1000
"""An attribute with more values than this is an identifier and no group."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``groups`` says of whom, attribute -> value; none is the whole.

    ``count`` / ``of`` is the value of a proportion; of any other metric they are the events and the cases behind it.
    ``events`` could have shown the property. ``value`` is None where there is too little to judge; ``why`` says so.
    """

    metric: str
    groups: Mapping[str, str]
    count: int
    of: int
    events: int
    value: float | None
    low: float | None
    high: float | None
    method: str
    why: str = ""

    @property
    def group(self) -> str:
        """ "" for the whole, "region=north", "region=north & sex=f"."""
        return " & ".join(f"{attribute}={value}" for attribute, value in self.groups.items())

    @property
    def figure(self) -> Figure:
        return Figure(self.metric, self.group, self.count, self.of, self.value, self.low, self.high)

    def as_json(self) -> dict[str, Any]:
        return {"group": self.group, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric: the whole first, then the groups of each attribute, then their intersections.

    ``rows_in`` = ``used`` + ``rejected`` + ``failed``; ``reasons`` counts those not used. ``z``: normal quantile.
    """

    metric: Metric
    positive: str | None
    rows: tuple[Row, ...]
    rows_in: int
    used: int
    rejected: int
    failed: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    z: float = Z_95

    @property
    def whole(self) -> Row:
        return self.rows[0]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(row.figure for row in self.rows)

    def of(self, *attributes: str) -> tuple[Row, ...]:
        """The rows of one attribute, or of the intersection of two."""
        return tuple(row for row in self.rows if tuple(row.groups) == attributes)

    def as_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric.name,
            "title": dict(self.metric.title),
            "unit": self.metric.unit,
            "better": self.metric.better,
            "positive": self.positive,
            "rows": {"in": self.rows_in, "used": self.used, "rejected": self.rejected, "failed": self.failed},
            "reasons": dict(self.reasons),
            "figures": [row.as_json() for row in self.rows],
        }


def measure(
    metric: str,
    answers: Answers,
    *,
    by: Sequence[str] = (),
    positive: str | None = None,
    minimum_group: int = MINIMUM_GROUP,
    minimum_events: int = MINIMUM_EVENTS,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> Measured:
    """``metric`` on all answers and ``by`` attributes; with two or more also on the intersections of each two.

    A group is "not enough evidence" (value None) below ``minimum_group`` cases that count for the metric, or below
    ``minimum_events``. Intervals are 95 %. Raises MeasureError on an unknown metric, attribute or missing label.
    """
    found = metric_called(metric)
    if "perturbed" in found.needs:
        raise MeasureError(f"“{metric}” needs the answers on changed cases: call minga.tools.measure.robustness.")
    return measured(found, answers, by, positive, (minimum_group, minimum_events), (seed, resamples))


def measured(
    metric: Metric,
    answers: Answers,
    by: Sequence[str],
    positive: str | None,
    minimums: tuple[int, int],
    draws: tuple[int, int],
    z: float = Z_95,
) -> Measured:
    """The same for a metric already found; ``draws`` is (seed, resamples), ``z`` the quantile of the intervals."""
    rows_used = usable(answers, metric.needs, positive)
    kept = answers if rows_used.mask.all() else answers.take(np.flatnonzero(rows_used.mask))
    columns = metric.family.read(kept, positive)
    rows = [_row(metric, {}, columns, minimums, draws, z)]
    for attributes, grouping in _groupings(kept, by):
        for names, part in _parts(columns, grouping):
            rows.append(_row(metric, dict(zip(attributes, names, strict=True)), part, minimums, draws, z))
    reasons = dict(rows_used.reasons)
    for problem in answers.problems:
        reasons[problem.reason] = reasons.get(problem.reason, 0) + 1
    rejected = answers.rejected + len(answers) - len(kept)
    return Measured(
        metric, positive, tuple(rows), answers.rows_in, len(kept), rejected, answers.failed, reasons, z
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Split:
    codes: NDArray[Any]
    names: Sequence[tuple[str, ...]]


def _groupings(answers: Answers, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], _Split]]:
    if len(set(by)) < len(by):
        raise MeasureError("The same attribute is named twice. Name each once.")
    singles = {attribute: answers.grouping(attribute) for attribute in by}
    for attribute, one in singles.items():
        if len(one.names) > MOST_GROUPS:
            raise MeasureError(
                f"“{attribute}” has {len(one.names):,} values; groups are compared up to {MOST_GROUPS:,}. "
                "It may be an identifier: name an attribute of groups, or join its values to fewer."
            )
        yield (attribute,), _Split(one.codes, [(name,) for name in one.names])
    for first, second in combinations(by, 2):
        yield (first, second), _crossed(singles[first], singles[second])


def _crossed(one: Grouping, other: Grouping) -> _Split:
    codes = one.codes.astype(np.int64) * len(other.names) + other.codes
    return _Split(codes, [(left, right) for left in one.names for right in other.names])


def _parts(
    columns: Mapping[str, NDArray[Any]], split: _Split
) -> Iterator[tuple[tuple[str, ...], dict[str, NDArray[Any]]]]:
    """The columns of each group that occurs; every row is in exactly one."""
    order = np.argsort(split.codes, kind="stable")
    sizes = np.bincount(split.codes, minlength=len(split.names))
    ends = np.cumsum(sizes)
    for names, end, size in zip(split.names, ends, sizes, strict=True):
        rows = order[end - size : end]
        if size or len(names) == 1:
            yield names, {name: column[rows] for name, column in columns.items()}


def _row(
    metric: Metric,
    groups: Mapping[str, str],
    columns: Mapping[str, NDArray[Any]],
    minimums: tuple[int, int],
    draws: tuple[int, int],
    z: float,
) -> Row:
    cells = metric.family.cells(columns)
    count, of, events = _behind(metric, cells)
    value = cells.point(metric.value) if cells.size else math.nan
    why = _why_not(of, events, value, minimums)
    row = Row(metric.name, groups, count, of, events, None, None, None, metric.method, why)
    if why:
        return row
    ends = metric.interval(cells, value, z, Draw(draws[0], draws[1], f"{metric.name} {row.group}"))
    low, high = (None, None) if ends is None else (max(ends[0], metric.range[0]), min(ends[1], metric.range[1]))
    method = "all rows alike, no interval" if ends is None else metric.method
    return Row(metric.name, groups, count, of, events, value, low, high, method)


def _behind(metric: Metric, cells: Cells) -> tuple[int, int, int]:
    """(count, of, events)."""
    if not cells.size:
        return 0, 0, 0
    count, of = metric.behind(cells)
    return (count, of, of) if metric.proportion else (count, of, count)


def _why_not(of: int, events: int, value: float, minimums: tuple[int, int]) -> str:
    group, least = minimums
    if of < max(1, group):
        return f"not enough evidence: {of} cases, {max(1, group)} needed"
    if events < least:
        return f"not enough evidence: {events} events, {least} needed"
    return "" if math.isfinite(value) else "not computable: one class only, all scores alike, or classes apart"
