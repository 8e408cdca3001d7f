"""Statistics of this room beyond shares: kappa of two readers, a gap between two shares, a median, with intervals."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minga.tools.stats import Z_95, wilson

Floats = NDArray[np.float64]
REPEATS = 2000


def _kappa(tables: Floats) -> Floats:
    """Cohen's kappa of each of n tables (n, k, k) of counts; not a number where chance alone agrees always."""
    shares = tables / tables.sum(axis=(1, 2), keepdims=True)
    agreed = np.trace(shares, axis1=1, axis2=2)
    chance = (shares.sum(axis=1) * shares.sum(axis=2)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(chance < 1 - 1e-12, (agreed - chance) / (1 - chance), np.nan))


def kappa(pairs: Sequence[tuple[str, str]], seed: int = 0) -> tuple[float, float, float] | None:
    """Cohen's kappa (1960) of pairs of answers, with its 95 % bootstrap interval: (value, low, high), all in -1..1.

    Pairs are drawn anew ``REPEATS`` times from a fixed seed. Where all pairs agree every such draw does too, so the
    lower end is then that of Wilson's interval of the agreement, taken beyond the chance that was observed. None where
    kappa does not exist: no pair, or both readers always gave one and the same answer.
    """
    names = sorted({name for pair in pairs for name in pair})
    if len(names) < 2:
        return None
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))
    for one, other in pairs:
        table[place[one], place[other]] += 1
    value = float(_kappa(table[None])[0])
    if all(one == other for one, other in pairs):
        chance = float(((table.sum(axis=1) / len(pairs)) ** 2).sum())
        return value, (wilson(len(pairs), len(pairs))[0] - chance) / (1 - chance), value
    draws = np.random.default_rng(seed).multinomial(len(pairs), (table / len(pairs)).ravel(), size=REPEATS)
    again = _kappa(draws.reshape(REPEATS, *table.shape).astype(np.float64))
    low, high = np.quantile(again[~np.isnan(again)], (0.025, 0.975))
    return value, min(float(low), value), max(float(high), value)


def difference(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float, float]:
    """The gap between two shares, each (count, of) with of > 0: (value, low, high), in -1..1.

    The 95 % interval is built from the two Wilson intervals (Newcombe 1998, method 10).
    """
    (p, q), (low_p, high_p), (low_q, high_q) = (
        (one[0] / one[1], other[0] / other[1]), wilson(*one), wilson(*other)
    )  # fmt: skip
    gap = p - q
    return gap, gap - math.hypot(p - low_p, high_q - q), gap + math.hypot(high_p - p, q - low_q)


def middle(values: Sequence[int]) -> tuple[float, float, float] | None:
    """The median and its 95 % interval between two of the values (Campbell and Gardner 1988); None below six."""
    found, count = sorted(values), len(values)
    if count < 6:
        return None
    half = Z_95 * math.sqrt(count) / 2
    low, high = max(1, round(count / 2 - half)), min(count, round(1 + count / 2 + half))
    centre = (found[(count - 1) // 2] + found[count // 2]) / 2
    return centre, float(found[low - 1]), float(found[high - 1])
