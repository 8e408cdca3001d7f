"""Balance of power: whose changes were adopted, how unequal contributions are, who held the final say."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minga.tools.representation.common import (
    MINIMUM,
    RESAMPLES,
    Estimate,
    Floats,
    RepresentationError,
    generator,
    unjudged,
)
from minga.tools.representation.coverage import Reference
from minga.tools.stats import Z_95, wilson


@dataclass(frozen=True, slots=True)
class Influence:
    """``ratio``: the group's share of adopted changes over its share of the affected people; 1 = in proportion.

    A group that is not among the affected (suppliers, most often) has no ratio: its share of the changes says it.
    """

    group: str
    adopted: int
    share: Estimate
    affected: float
    ratio: Estimate

    def as_json(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "adopted": self.adopted,
            "share": self.share.as_json(),
            "affected": self.affected,
            "ratio": self.ratio.as_json(),
        }


def influence(adopted: Mapping[str, int], affected: Reference, *, minimum: int = MINIMUM) -> tuple[Influence, ...]:
    """Influence of every group with adopted changes or affected people; "too few to judge" under ``minimum`` changes.

    ``adopted``: changes adopted or adapted per group of their author. The interval is Katz's log interval of a ratio
    of shares (Katz et al. 1978) with the affected shares as exact: exp(ln r +- 1.96 sqrt(1/a - 1/A)). For a group with
    none or all of the changes, where it does not exist, it is the Wilson interval divided by the affected share.
    """
    if min(adopted.values(), default=0) < 0:
        raise RepresentationError("A number of adopted changes is below 0. Correct the counts.")
    total, shares = sum(adopted.values()), affected.shares
    groups = dict.fromkeys((*shares, *adopted))
    return tuple(_influence(group, adopted.get(group, 0), total, shares.get(group, 0.0), minimum) for group in groups)


def _influence(group: str, count: int, total: int, affected: float, minimum: int) -> Influence:
    if total < minimum:
        return Influence(group, count, unjudged(total), affected, unjudged(total))
    low, high = wilson(count, total)
    share = Estimate(count / total, low, high, total, "Wilson")
    if not affected:
        return Influence(group, count, share, affected, Estimate(None, None, None, total, "not among the affected"))
    ratio = count / total / affected
    if 0 < count < total:
        spread = math.exp(Z_95 * math.sqrt(1 / count - 1 / total))
        return Influence(group, count, share, affected, Estimate(ratio, ratio / spread, ratio * spread, total, "Katz"))
    bounds = Estimate(ratio, low / affected, high / affected, total, "Wilson over the affected share")
    return Influence(group, count, share, affected, bounds)


def gini(contributions: Sequence[float], *, seed: str, minimum: int = MINIMUM, resamples: int = RESAMPLES) -> Estimate:
    """How unequally contributions are spread over people (0 all the same; towards 1 all from one), bootstrap interval.

    ``contributions``: one number per person, with 0 for those invited who gave nothing, if they are to count. The
    interval is the percentile bootstrap over people. Under ``minimum`` people, or without any contribution: too few.
    """
    values = np.asarray(contributions, dtype=float)
    if len(values) and values.min() < 0:
        raise RepresentationError("A number of contributions is below 0. Correct the counts.")
    if len(values) < minimum or not values.sum():
        return unjudged(len(values))
    random, step = generator(seed, "gini"), max(1, 2_000_000 // len(values))
    found: list[float] = []
    for start in range(0, resamples, step):
        draws = random.integers(len(values), size=(min(step, resamples - start), len(values)))
        found.extend(_gini(values[draws]))
    value = float(_gini(values[None, :])[0])
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(value, min(float(low), value), max(float(high), value), len(values), "percentile bootstrap")


def _gini(rows: Floats) -> Floats:
    ordered, count = np.sort(rows, axis=1), rows.shape[1]
    ranks = 2.0 * np.arange(1, count + 1) - count - 1
    totals = ordered.sum(axis=1)
    result: Floats = (ordered @ ranks) / np.where(totals > 0, count * totals, 1.0)
    return result


@dataclass(frozen=True, slots=True)
class FinalSay:
    """In how many decisions a group held the final say, and its share of all of them."""

    group: str
    decisions: int
    share: Estimate

    def as_json(self) -> dict[str, Any]:
        return {"group": self.group, "decisions": self.decisions, "share": self.share.as_json()}


def final_say(holders: Iterable[str], groups: Iterable[str] = (), *, minimum: int = MINIMUM) -> tuple[FinalSay, ...]:
    """Tally of who decided last, one group per decision; ``groups`` are listed even with none.

    Most first, then by name. Shares have Wilson intervals; under ``minimum`` decisions they are not judged.
    """
    tally = Counter(holders)
    total = sum(tally.values())
    names = sorted({*tally, *groups}, key=lambda group: (-tally[group], group))
    return tuple(FinalSay(group, tally[group], _share(tally[group], total, minimum)) for group in names)


def _share(count: int, total: int, minimum: int) -> Estimate:
    if total < minimum:
        return unjudged(total)
    low, high = wilson(count, total)
    return Estimate(count / total, low, high, total, "Wilson")
