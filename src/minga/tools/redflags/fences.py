"""Quantiles and fences, in Python, so that every engine below gives the same figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


def quantile(ordered: Sequence[float], tau: float) -> float:
    """The ``tau`` quantile (0..1) of values in ascending order, type R-8; NaN where there are none.

    Hyndman and Fan (1996), definition 8: h = (n + 1/3) tau + 1/3, linear between neighbours.
    """
    count = len(ordered)
    if not count:
        return math.nan
    place = (count + 1 / 3) * tau + 1 / 3
    below = int(place)
    if below <= 0 or tau <= 0:
        return ordered[0]
    if below >= count or tau >= 1:
        return ordered[-1]
    low, high = ordered[below - 1], ordered[below]
    return low + (place - below) * (high - low)


@dataclass(frozen=True, slots=True)
class Quartiles:
    """First and third quartile of ``count`` values."""

    q1: float
    q3: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Quartiles:
        ordered = sorted(values)
        return cls(quantile(ordered, 0.25), quantile(ordered, 0.75), len(ordered))

    def figures(self) -> dict[str, float]:
        """What the fence was made from; nothing where there were no values."""
        return finite({"q1": self.q1, "q3": self.q3}) | {"count": self.count}

    @property
    def lower(self) -> float:
        """Tukey's lower fence, q1 - 1.5 (q3 - q1)."""
        return _fused(-1.5, self.q3 - self.q1, self.q1)

    @property
    def upper(self) -> float:
        """Tukey's upper fence, q3 + 1.5 (q3 - q1)."""
        return _fused(1.5, self.q3 - self.q1, self.q3)


def finite(figures: Mapping[str, float]) -> dict[str, float]:
    """The figures that are numbers: NaN has no place in JSON."""
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def _fused(a: float, b: float, c: float) -> float:
    """a * b + c rounded once, as the reference implementation does: it decides ties on the fence."""
    if not all(map(math.isfinite, (a, b, c))):
        return a * b + c
    return float(Fraction(a) * Fraction(b) + Fraction(c))
