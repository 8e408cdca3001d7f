"""Who took part against who is affected: coverage, gaps, and one index of representativeness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from minga.tools.representation.common import (
    RESAMPLES,
    Estimate,
    Floats,
    RepresentationError,
    generator,
    unjudged,
)
from minga.tools.stats import wilson


@dataclass(frozen=True, slots=True)
class Reference:
    """Who is affected: people (or any measure in proportion to them) per group, and where that comes from."""

    sizes: Mapping[str, float]
    source: str

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise RepresentationError("The reference has no source. Say where the sizes come from, with the year.")
        if not self.sizes or min(self.sizes.values()) < 0 or sum(self.sizes.values()) <= 0:
            raise RepresentationError("The reference needs groups with sizes of 0 or more that are not all 0.")

    @property
    def shares(self) -> dict[str, float]:
        total = sum(self.sizes.values())
        return {group: size / total for group, size in self.sizes.items()}


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """One group: ``share`` among those who took part and said their group, ``reference`` share among the affected.

    ``gap`` is share minus reference in percentage points (below 0: under-represented); ``coverage`` is share over
    reference (1 = in proportion). ``differs``: the interval of the gap leaves out 0.
    """

    group: str
    count: int
    share: Estimate
    reference: float
    gap: Estimate
    coverage: Estimate
    differs: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "count": self.count,
            "share": self.share.as_json(),
            "reference": self.reference,
            "gap_points": self.gap.as_json(),
            "coverage": self.coverage.as_json(),
            "differs": self.differs,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """All groups of the reference. ``taking_part`` = ``used`` + ``unknown`` + the counts ``outside`` the reference.

    ``representativeness``: see ``index``. ``by_chance``: its mean and 95 % range in plain random samples of the same
    size, so that a small meeting is not blamed for being small. ``silent``: groups nobody came from.
    """

    groups: tuple[GroupCoverage, ...]
    representativeness: Estimate
    by_chance: Estimate
    taking_part: int
    used: int
    unknown: int
    outside: Mapping[str, int]
    silent: tuple[str, ...]
    source: str

    def as_json(self) -> dict[str, Any]:
        return {
            "groups": [group.as_json() for group in self.groups],
            "representativeness": self.representativeness.as_json(),
            "by_chance": self.by_chance.as_json(),
            "taking_part": self.taking_part,
            "used": self.used,
            "unknown": self.unknown,
            "outside": dict(self.outside),
            "silent": list(self.silent),
            "source": self.source,
        }


def coverage(
    counts: Mapping[str, int],
    reference: Reference,
    *,
    seed: str,
    unknown: int = 0,
    resamples: int = RESAMPLES,
) -> Coverage:
    """Coverage of each group of ``reference`` by those who took part, with Wilson intervals.

    ``counts``: people per group; ``unknown``: those who took part without saying. The reference is taken as exact.
    """
    if min([unknown, *counts.values()]) < 0:
        raise RepresentationError("A count is below 0. Counts are numbers of people: correct the table.")
    shares = reference.shares
    here = {group: counts.get(group, 0) for group in shares}
    used = sum(here.values())
    outside = {group: count for group, count in counts.items() if group not in shares}
    representativeness, chance = _indices(list(here.values()), list(shares.values()), seed, resamples)
    return Coverage(
        groups=tuple(_group(group, here[group], used, share) for group, share in shares.items()),
        representativeness=representativeness,
        by_chance=chance,
        taking_part=used + unknown + sum(outside.values()),
        used=used,
        unknown=unknown,
        outside=outside,
        silent=tuple(group for group, count in here.items() if not count and shares[group] > 0),
        source=reference.source,
    )


def _group(group: str, count: int, used: int, reference: float) -> GroupCoverage:
    low, high = wilson(count, used)
    share = Estimate(count / used, low, high, used, "Wilson") if used else unjudged(0)
    gap = _moved(share, 100.0, -100.0 * reference)
    ratio = _moved(share, 1.0 / reference, 0.0) if reference else unjudged(used)
    differs = bool(used) and not low <= reference <= high
    return GroupCoverage(group, count, share, reference, gap, ratio, differs)


def _moved(estimate: Estimate, times: float, plus: float) -> Estimate:
    """The estimate on another scale; its interval moves with it."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate
    low, high = estimate.low * times + plus, estimate.high * times + plus
    return Estimate(estimate.value * times + plus, low, high, estimate.of, estimate.method)


def index(taking_part: Floats, affected: Floats) -> Floats:
    """1 - total variation distance = 1 - 1/2 sum |p - q| over the last axis: 1 the same mix, 0 nobody in common.

    It is the share of those who took part that need not be exchanged to get the mix of the affected.
    """
    distance: Floats = 1.0 - 0.5 * np.abs(taking_part - affected).sum(axis=-1)
    return distance


def _indices(counts: list[int], shares: list[float], seed: str, resamples: int) -> tuple[Estimate, Estimate]:
    used, affected = sum(counts), np.array(shares)
    if not used:
        return unjudged(0), unjudged(0)
    seen = np.array(counts) / used
    value = float(index(seen, affected))
    again = index(generator(seed, "index").multinomial(used, seen, resamples) / used, affected)
    fair = index(generator(seed, "by chance").multinomial(used, affected / affected.sum(), resamples) / used, affected)
    least, bounds = float(np.quantile(again, 0.025)), np.quantile(fair, [0.025, 0.975])
    most = 1.0 if value >= bounds[0] else min(1.0, max(2 * value - least, value))
    method = "bootstrap: percentile below, reverse percentile above; 1 above where chance explains the value"
    found = Estimate(value, min(least, value), most, used, method)
    return found, Estimate(float(fair.mean()), float(bounds[0]), float(bounds[1]), used, "random samples of this size")
