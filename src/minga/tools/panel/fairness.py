"""How even the chances of being selected are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fairness:
    """Chances of being selected over a pool, all 0 to 1.

    ``equal`` is what each would have if quotas did not matter (size / pool). ``gini`` 0 = all the same.
    ``geometric_mean`` is 0 as soon as one person has no chance; ``never`` counts those people.
    """

    people: int
    size: int
    equal: float
    lowest: float
    highest: float
    gini: float
    geometric_mean: float
    never: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def fairness(chances: Sequence[float], size: int) -> Fairness:
    """The figures over the chances of everybody in the pool."""
    ordered = sorted(chances)
    never = sum(chance <= 0.0 for chance in ordered)
    mean_log = 0.0 if never else math.fsum(map(math.log, ordered)) / len(ordered)
    return Fairness(
        people=len(ordered),
        size=size,
        equal=size / len(ordered),
        lowest=ordered[0],
        highest=ordered[-1],
        gini=gini(ordered),
        geometric_mean=0.0 if never else math.exp(mean_log),
        never=never,
    )


def gini(values: Sequence[float]) -> float:
    """The Gini coefficient: half the mean absolute difference of two values, over the mean (0 where all are 0)."""
    ordered, count = sorted(values), len(values)
    total = math.fsum(ordered)
    if not total:
        return 0.0
    ranked = math.fsum((2 * place - count - 1) * value for place, value in enumerate(ordered, 1))
    return max(0.0, ranked / (count * total))
