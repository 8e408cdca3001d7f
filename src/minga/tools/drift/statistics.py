"""The tests behind a watch: PSI, Kolmogorov-Smirnov, chi-square, exact test of two shares, Page-Hinkley, Holm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln

from minga.tools.drift.bins import Bins, counted
from minga.tools.drift.settings import DriftError
from minga.tools.stats import wilson

Floats = NDArray[np.float64]
HALF_CASE = 0.5
"""What an empty cell counts as where the other side's is not empty: PSI is infinite at zero."""
SMALL_CELL, APPROXIMATE = 5.0, 25.0
DOUBTFUL, SURE, DRAWS = 0.01, 1e-12, 100_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One bin or category: cases and shares before and now, and its part of the PSI."""

    label: str
    reference: int
    window: int
    reference_share: float
    window_share: float
    part: float


@dataclass(frozen=True, slots=True)
class Psi:
    """``value`` is the sum of the parts; ``smoothed`` cells were empty on one side and counted as half a case."""

    value: float
    cells: tuple[Cell, ...]
    smoothed: int


@dataclass(frozen=True, slots=True)
class Ks:
    """Two-sample Kolmogorov-Smirnov: the largest difference of the two distribution functions, two-sided p."""

    d: float
    p: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """Page-Hinkley's first alarm: where it rang, which way the mean moved, and where the move began."""

    index: int
    direction: Literal["up", "down"]
    began: int


def psi(expected: Sequence[Any] | NDArray[Any], actual: Sequence[Any] | NDArray[Any], bins: int = 10) -> Psi:
    """Population stability index: sum of (a - e) ln(a / e) over cells (Siddiqi 2006; Jeffreys divergence).

    Numbers fall into ``bins`` quantile bins fixed on ``expected``; a value that holds 1/bins of it or more has a bin
    of its own. Anything else is a category as it is; one never seen in ``expected`` has its own cell. None, "" and
    NaN are "(missing)". Raises DriftError where either side is empty.
    """
    before, now = np.asarray(expected), np.asarray(actual)
    if not len(before) or not len(now):
        raise DriftError("PSI compares two sets of values and one of them is empty. Give both at least one value.")
    if before.dtype.kind in "biuf" and now.dtype.kind in "biuf":
        numbers = (np.asarray(before, np.float64), np.asarray(now, np.float64))
        fixed = Bins.of(*counted(numbers[0][~np.isnan(numbers[0])]), bins)
        return psi_of_counts(fixed.labels, fixed.count(numbers[0]), fixed.count(numbers[1]))
    texts = [["(missing)" if _empty(v) else str(v) for v in side.tolist()] for side in (before, now)]
    labels = list(dict.fromkeys([*sorted(set(texts[0])), *sorted(set(texts[1]))]))
    place = {label: number for number, label in enumerate(labels)}
    counts = [np.bincount([place[text] for text in side], minlength=len(labels)) for side in texts]
    return psi_of_counts(labels, counts[0], counts[1])


def _empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def psi_of_counts(labels: Sequence[str], reference: NDArray[Any], window: NDArray[Any]) -> Psi:
    """The same from counts per cell; cells empty on both sides are left out."""
    held = (reference > 0) | (window > 0)
    before, now = reference[held].astype(np.float64), window[held].astype(np.float64)
    smoothed = int(((before == 0) | (now == 0)).sum())
    e = np.where(before > 0, before, HALF_CASE) / before.sum()
    a = np.where(now > 0, now, HALF_CASE) / now.sum()
    parts = (a - e) * np.log(a / e)
    names = [label for label, there in zip(labels, held.tolist(), strict=True) if there]
    cells = tuple(
        Cell(name, int(r), int(w), float(r / before.sum()), float(w / now.sum()), float(part))
        for name, r, w, part in zip(names, before, now, parts, strict=True)
    )
    return Psi(float(parts.sum()), cells, smoothed)


def ks(expected: Sequence[float] | NDArray[Any], actual: Sequence[float] | NDArray[Any]) -> Ks:
    """Two-sample Kolmogorov-Smirnov test of numbers; see ``ks_of_counts``. NaN is left out."""
    sides = [np.asarray(side, np.float64) for side in (expected, actual)]
    before, now = (counted(side[~np.isnan(side)]) for side in sides)
    if not len(before[0]) or not len(now[0]):
        raise DriftError("Kolmogorov-Smirnov compares two sets of numbers and one is empty. Give both at least one.")
    return ks_of_counts(before, now)


def ks_of_counts(before: tuple[Floats, Floats], now: tuple[Floats, Floats]) -> Ks:
    """The same from (sorted different values, how often each). p is asymptotic (Kolmogorov's series with the small
    sample correction of Stephens 1970), which with ties is too high rather than too low."""
    values = np.union1d(before[0], now[0])
    ranks = []
    for held, counts in (before, now):
        total = np.concatenate(([0.0], np.cumsum(counts)))
        ranks.append(total[np.searchsorted(held, values, side="right")] / total[-1])
    d = float(np.abs(ranks[0] - ranks[1]).max())
    n, m = float(before[1].sum()), float(now[1].sum())
    return Ks(d, ks_p(d, n * m / (n + m)))


def ks_p(d: float, n: float) -> float:
    """P(D >= d) at the effective size ``n`` = n1 n2 / (n1 + n2)."""
    root = math.sqrt(n)
    x = (root + 0.12 + 0.11 / root) * d
    if x < 0.2:
        return 1.0
    k = np.arange(1, 101)
    return float(min(1.0, max(0.0, 2.0 * np.sum((-1.0) ** (k - 1) * np.exp(-2.0 * (k * x) ** 2)))))


def homogeneity(reference: NDArray[Any], window: NDArray[Any]) -> float:
    """p of Pearson's chi-square that both sides come from one distribution; cells in which either side would expect
    fewer than 5 are put together. 1.0 where fewer than two cells remain.

    Where a cell expects under 25 the far tail of chi-square is too thin, so a small p is then drawn
    by Monte Carlo with both margins fixed (seeded, 100,000 draws, so never below .00001).
    """
    table = np.vstack([reference, window]).astype(np.float64)
    smaller = table.sum(1).min() / table.sum()
    small = table.sum(0) * smaller < SMALL_CELL
    together = np.column_stack([table[:, ~small], table[:, small].sum(1)])
    together = together[:, together.sum(0) > 0]
    if together.shape[1] < 2:
        return 1.0
    means = np.outer(together.sum(1), together.sum(0)) / together.sum()
    found = float(((together - means) ** 2 / means).sum())
    p = float(chdtrc(together.shape[1] - 1, found))
    return _drawn(found, together, means) if means.min() < APPROXIMATE and SURE < p < DOUBTFUL else p


def _drawn(found: float, table: Floats, means: Floats) -> float:
    """The same p by drawing the smaller side from both together; stops early once it is known well enough."""
    rng = np.random.default_rng(0)
    row = int(table.sum(1).argmin())
    margin, size = table.sum(0).astype(np.int64), int(table[row].sum())
    scale = 1 / means[0] + 1 / means[1]
    hits = drawn = 0
    while drawn < DRAWS and hits < 100:
        sides = rng.multivariate_hypergeometric(margin, size, DRAWS // 10, method="marginals")
        hits += int((((sides - means[row]) ** 2 * scale).sum(1) >= found * (1 - 1e-12)).sum())
        drawn += DRAWS // 10
    return (hits + 1) / (drawn + 1)


def two_shares(count: int, of: int, other: int, other_of: int) -> float:
    """Two-sided p that two shares are equal: Fisher's exact test where a cell expects under 10, else chi-square."""
    whole, hits = of + other_of, count + other
    if not of or not other_of or hits in (0, whole):
        return 1.0
    expected = min(hits, whole - hits) * min(of, other_of) / whole
    if expected >= 10:
        variance = hits / whole * (1 - hits / whole) * (1 / of + 1 / other_of)
        return math.erfc(abs(count / of - other / other_of) / math.sqrt(2 * variance))
    k = np.arange(max(0, hits - other_of), min(hits, of) + 1)
    logs = _choose(of, k) + _choose(other_of, hits - k)
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    return float(min(1.0, chance[chance <= chance[k == count] * (1 + 1e-7)].sum()))


def _choose(n: int, k: NDArray[Any]) -> Floats:
    chosen: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return chosen


def difference(count: int, of: int, other: int, other_of: int) -> tuple[float, float, float]:
    """(value, low, high) of count/of - other/other_of with Newcombe's 95 % interval (1998, method 10)."""
    first, second = count / of, other / other_of
    (low, high), (other_low, other_high) = wilson(count, of), wilson(other, other_of)
    value = first - second
    below = math.hypot(first - low, other_high - second)
    above = math.hypot(high - first, second - other_low)
    return value, max(-1.0, value - below), min(1.0, value + above)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values (1979), in the order given."""
    adjusted, highest = [0.0] * len(ps), 0.0
    for rank, number in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[number]))
        adjusted[number] = highest
    return adjusted


def page_hinkley(
    series: Sequence[float] | NDArray[Any], delta: float, threshold: float, mean: float | None = None
) -> Alarm | None:
    """First alarm of the two-sided Page-Hinkley test (Page 1954, Hinkley 1971), or None.

    Upwards m_t = sum (x_i - mean_i - delta) and an alarm where m_t - min m > threshold; downwards mirrored. ``mean``
    is the known mean; None takes the running mean of the values so far. ``delta`` and ``threshold`` are in the unit
    of the series. Raises DriftError on NaN, delta below 0 or a threshold not above 0.
    """
    x = np.asarray(series, np.float64)
    if np.isnan(x).any() or delta < 0 or threshold <= 0:
        raise DriftError("Page-Hinkley needs numbers without gaps, delta of 0 or more, a threshold above 0.")
    centred = x - (np.cumsum(x) / np.arange(1, len(x) + 1) if mean is None else mean)
    return cusum(centred, np.ones(len(x)), delta, threshold)


def cusum(sums: Floats, counts: Floats, delta: float, threshold: float) -> Alarm | None:
    """The same over ``sums`` of centred values, each of ``counts`` values (days with several cases)."""
    found: list[Alarm] = []
    for direction, sign in (("up", 1.0), ("down", -1.0)):
        walk = np.concatenate(([0.0], np.cumsum(sign * sums - delta * counts)))
        lowest = np.minimum.accumulate(walk)
        over = np.flatnonzero(walk - lowest > threshold)
        if len(over):
            began = int(np.flatnonzero(walk[: over[0] + 1] == lowest[over[0]])[-1])
            found.append(Alarm(int(over[0]) - 1, "up" if direction == "up" else "down", began))
    return min(found, key=lambda alarm: alarm.index, default=None)


def threshold_for(rows: int, delta: float, chance: float) -> float:
    """The threshold at which standard normal values ring falsely within ``rows`` with ``chance``, both directions:
    Siegmund's average run length (exp(2 d h) - 2 d h - 1) / (2 d^2), h = threshold + 1.166, set to 2 rows / chance."""
    wanted = 2.0 * max(rows, 1) / chance * 2 * delta * delta
    low, high = 0.0, 1.0
    while math.expm1(high) - high < wanted:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if math.expm1(middle) - middle < wanted else (low, middle)
    return max(high / (2 * delta) - 1.166, 1.0)
