"""Which conditions and outcomes go together over projects. It is not known why: nothing here shows cause.

Spearman's rho with the interval of Bonett and Wright (2000): tanh(artanh(rho) +- z sqrt((1 + rho^2 / 2) / (n - 3))),
widened by Bonferroni for the number of pairs that are looked at, because the largest of many is large by chance. The
pairs were fixed before any data; none is computed from fewer than ten projects.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import norm, spearmanr

from minga.assess.codebook import Missing, Value

FEWEST = 10
LEVEL = 0.95
CONDITIONS = ("groups_design", "level_design", "residents_on_board", "influence_residents", "representativeness")
OUTCOMES = ("efficiency_reached", "legitimacy_reached", "rules_met", "appeals_won", "trust_lost")
PAIRS = tuple((condition, outcome) for condition in CONDITIONS for outcome in OUTCOMES)


@dataclass(frozen=True, slots=True)
class Association:
    """``rho`` from ``n`` projects, -1..1, with an interval that holds for all pairs together.

    None where fewer than ten projects have both, or where one of the two is the same in all of them (``alike``).
    """

    condition: str
    outcome: str
    n: int
    rho: float | None = None
    low: float | None = None
    high: float | None = None
    alike: bool = False

    @property
    def differs(self) -> bool:
        """Whether the interval leaves out that the two do not go together at all."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def associations(
    rows: Sequence[Mapping[str, Value]], pairs: Sequence[tuple[str, str]] = PAIRS
) -> list[Association]:  # fmt: skip
    """Every pair over the projects that have both values."""
    return [_association(rows, condition, outcome, len(pairs)) for condition, outcome in pairs]


def _association(rows: Sequence[Mapping[str, Value]], condition: str, outcome: str, pairs: int) -> Association:
    both = [(_number(row[condition]), _number(row[outcome])) for row in rows]
    known = [(one, other) for one, other in both if one is not None and other is not None]
    n = len(known)
    if n < FEWEST:
        return Association(condition, outcome, n)
    ones, others = [one for one, _other in known], [other for _one, other in known]
    if len(set(ones)) == 1 or len(set(others)) == 1:
        return Association(condition, outcome, n, alike=True)
    rho = float(spearmanr(ones, others).statistic)
    return Association(condition, outcome, n, rho, *interval(rho, n, pairs))


def _number(value: Value) -> float | None:
    return None if isinstance(value, Missing | str) else float(value)


def interval(rho: float, n: int, pairs: int = 1) -> tuple[float, float]:
    """The interval of rho from n > 3 projects that holds for ``pairs`` of them together with 95 %.

    At -1 and 1, where the formula has none, it is that of a rho nearer to 0 by one part in n.
    """
    inner = rho if abs(rho) < 1 else rho * (1 - 1 / n)
    z = float(norm.ppf(1 - (1 - LEVEL) / 2 / pairs))
    half = z * math.sqrt((1 + inner**2 / 2) / (n - 3))
    low, high = math.tanh(math.atanh(inner) - half), math.tanh(math.atanh(inner) + half)
    return min(low, rho), max(high, rho)


def as_json(found: Association) -> dict[str, Any]:
    return {
        "condition": found.condition, "outcome": found.outcome, "n": found.n, "spearman_rho": found.rho,
        "low": found.low, "high": found.high, "same_in_all": found.alike,
    }  # fmt: skip
