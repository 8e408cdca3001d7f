"""95 % intervals of metrics, for any normal quantile ``z``: closed forms where there are good ones, else bootstrap."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.measure import formulas
from minga.tools.measure.cells import Cells, Value, generator, replicates
from minga.tools.stats import Z_95, wilson

Ends = tuple[float, float] | None
"""(low, high), or None where the rows allow no interval."""
MOST_MISSING = 0.05
RESAMPLES_BY_CHANCE = 500
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draw:
    """What a bootstrap needs: one seed gives one result, whatever the order of the rows."""

    seed: int
    resamples: int
    purpose: str


Interval = Callable[[Cells, float, float, Draw], Ends]
"""(rows as cells, value of the metric, z, draw) -> ends."""


def of_proportion(part: formulas.Part) -> Interval:
    """Wilson (1927)."""

    def ends(cells: Cells, _value: float, z: float, _draw: Draw) -> Ends:
        return wilson(*whole_numbers(part, cells), z)

    return ends


def whole_numbers(part: formulas.Part, cells: Cells) -> tuple[int, int]:
    """(count, of) of the rows as they are."""
    count, of = part(cells.counts[None, :], cells.columns)
    return round(float(count[0])), round(float(of[0]))


def of_f1(cells: Cells, _value: float, z: float, _draw: Draw) -> Ends:
    """Wilson of the overlap J, carried through F1 = 2 J / (1 + J), which rises with J."""
    low, high = wilson(*whole_numbers(formulas.overlap, cells), z)
    return float(formulas.f1_of(low)), float(formulas.f1_of(high))


def of_balanced_accuracy(cells: Cells, value: float, z: float, _draw: Draw) -> Ends:
    """The mean of independent shares by MOVER over their Wilson intervals (Zou and Donner 2008)."""
    right, true, _proposed = formulas.by_label(cells.counts[None, :], cells.columns)
    down = up = 0.0
    pairs = [(round(count), round(of)) for count, of in zip(right[0], true[0], strict=True) if of > 0]
    for count, of in pairs:
        low, high = wilson(count, of, z)
        down += (count / of - low) ** 2
        up += (high - count / of) ** 2
    return max(0.0, value - math.sqrt(down) / len(pairs)), min(1.0, value + math.sqrt(up) / len(pairs))


def of_auc(cells: Cells, value: float, z: float, _draw: Draw) -> Ends:
    """The score interval with Hanley and McNeil's variance (Newcombe 2006, part 2, method 5); never of width 0."""
    events = float((cells.counts * cells.columns["event"]).sum())
    others = float(cells.counts.sum()) - events

    def far(area: float) -> bool:
        inner = (events + others) / 2 - 1
        spread = area * (1 - area) * (1 + inner * ((1 - area) / (2 - area) + area / (1 + area))) / (events * others)
        return abs(value - area) > z * math.sqrt(spread)

    return _last_near(value, 0.0, far), _last_near(value, 1.0, far)


def _last_near(near: float, away: float, far: Callable[[float], bool]) -> float:
    for _step in range(50):
        middle = (near + away) / 2
        near, away = (near, middle) if far(middle) else (middle, away)
    return near


def of_quantile(share: float) -> Interval:
    """Order statistics at the ranks that Wilson's interval of the share reaches: holds for any distribution."""

    def ends(cells: Cells, value: float, z: float, _draw: Draw) -> Ends:
        low, high = (
            float(formulas.quantile(at)(cells.counts[None, :], cells.columns)[0])
            for at in wilson_about(share, cells.size, z)
        )
        return min(low, value), max(high, value)

    return ends


def wilson_about(share: float, of: int, z: float) -> tuple[float, float]:
    """Ranks, as shares of ``of`` rows, between which the quantile lies (normal limits of a binomial count)."""
    half = z * math.sqrt(share * (1 - share) / of)
    return max(0.0, share - half), min(1.0, share + half + 1 / of)


def bootstrapped(
    value: Value,
    shrink: Callable[[Mapping[str, NDArray[Any]]], Cells],
    *,
    by_chance: Callable[[Cells, Draw], Floats] | None = None,
    certain_when_alike: bool = False,
) -> Interval:
    """Percentile bootstrap (Efron 1979) over cells made by ``shrink``, moved to the value of the rows themselves.

    ``by_chance`` (cells, draw) -> values that chance alone gives a metric that is 0 at best: resamples overshoot it,
    so the lower end is the percentile end turned round, and 0 where chance explains the value. Where all resamples
    are alike there is no interval, unless alike rows are certain (a price list).
    """

    def ends(cells: Cells, point: float, z: float, draw: Draw) -> Ends:
        kinds = cells if len(cells.counts) < cells.size else shrink(cells.columns)
        found = replicates(value, kinds, draw.resamples, generator(draw.seed, draw.purpose))
        ends = _percentiles(found + (point - kinds.point(value)), point, z, certain_when_alike)
        if ends is None or by_chance is None:
            return ends
        explained = point <= float(np.quantile(by_chance(kinds, draw), _tails()[1]))
        return 0.0 if explained else max(0.0, 2 * point - ends[1]), ends[1]

    return ends


def _percentiles(found: NDArray[np.float64], point: float, z: float, certain: bool) -> Ends:
    known = found[np.isfinite(found)]
    if len(known) < (1 - MOST_MISSING) * len(found):
        return None
    low, high = (float(end) for end in np.quantile(known, _tails()))
    if high - low <= 1e-12 * max(1.0, abs(point)):
        return (point, point) if certain else None
    wider = z / Z_95
    low, high = min(low, point), max(high, point)
    return point - (point - low) * wider, point + (high - point) * wider


def ece_by_chance(cells: Cells, draw: Draw) -> Floats:
    """The calibration error where every probability is right: events drawn from the probabilities themselves."""
    counts, score = np.round(cells.counts).astype(np.int64), np.clip(cells.columns["score"], 0, 1)
    rng = generator(draw.seed, f"{draw.purpose} by chance")
    events = rng.binomial(counts, score, (min(draw.resamples, RESAMPLES_BY_CHANCE), len(counts)))
    total = np.zeros(len(events))
    for number in np.unique(cells.columns["bin"]):
        inside = cells.columns["bin"] == number
        total += np.abs((counts * score - events)[:, inside].sum(axis=1))
    return np.asarray(total / counts.sum())


def _tails() -> tuple[float, float]:
    tail = 1 - NormalDist().cdf(Z_95)
    return tail, 1 - tail
