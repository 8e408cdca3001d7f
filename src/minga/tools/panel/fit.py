"""The people who fit best: fewest quotas missed, then the lowest lots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from minga.tools.panel import lots
from minga.tools.panel.model import Member, PanelError, Quotas
from minga.tools.panel.space import Floats


@dataclass(frozen=True, slots=True)
class Gap:
    """A quota that a panel misses: ``by`` below 0 people are lacking, above 0 there are too many."""

    feature: str
    value: str
    by: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Wanted:
    """``count`` people who, together with ``kept``, should meet ``quotas``."""

    quotas: Quotas
    kept: tuple[Member, ...]
    count: int
    one_per_household: bool


def gaps(counts: Mapping[str, Mapping[str, int]], quotas: Quotas) -> tuple[Gap, ...]:
    """The quotas that the counts miss."""
    found = []
    for feature, values in quotas.items():
        for value, (low, high) in values.items():
            have = counts[feature][value]
            if not low <= have <= high:
                found.append(Gap(feature, value, have - low if have < low else have - high))
    return tuple(found)


def best_fit(candidates: Sequence[Member], wanted: Wanted, seed: str, purpose: str) -> list[str]:
    """Ids of ``wanted.count`` candidates with the fewest people missing or too many over all quotas.

    Among equally good choices, the one whose people have the lowest sum of lots (as shares of 1); with one person to
    choose, that is a plain draw among the best. Raises PanelError where households leave too few.
    """
    people = sorted(candidates, key=lambda member: member.id)
    matrix, low, high = _rows(people, wanted)
    slacks = matrix.shape[1] - len(people)
    misses = np.r_[np.zeros(len(people)), np.ones(slacks)]
    lot_numbers = np.array([lots.fraction(seed, purpose, member.id) for member in people])
    fewest = _solve(misses, matrix, low, high, len(people))
    limited = vstack([matrix, csr_array(misses[None, :])])
    cost = np.r_[lot_numbers, np.zeros(slacks)]
    total = round(float(misses @ fewest))
    chosen = _solve(cost, limited, np.r_[low, 0.0], np.r_[high, float(total)], len(people))
    return [member.id for member, taken in zip(people, chosen[: len(people)], strict=True) if taken > 0.5]


def _solve(cost: Floats, matrix: csr_array, low: Floats, high: Floats, people: int) -> Floats:
    upper = np.r_[np.ones(people), np.full(len(cost) - people, np.inf)]
    found = milp(
        1000.0 * cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(np.zeros(len(cost)), upper),
        constraints=LinearConstraint(matrix, low, high),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise PanelError("Too few people are left whose households are not on the panel yet. Recruit more.")
    solution: Floats = found.x
    return solution


def _rows(people: Sequence[Member], wanted: Wanted) -> tuple[csr_array, Floats, Floats]:
    """Rows over people and slacks: one per quota (with a slack for lack and one for excess), the count, households."""
    names = [(feature, value) for feature, values in wanted.quotas.items() for value in values]
    bounds = [
        tuple(bound - sum(member.features[f] == v for member in wanted.kept) for bound in wanted.quotas[f][v])
        for f, v in names
    ]
    rows = [[float(member.features[f] == v) for member in people] for f, v in names]
    rows.append([1.0] * len(people))
    bounds.append((wanted.count, wanted.count))
    for places in _shared(people) if wanted.one_per_household else ():
        rows.append([float(place in places) for place in range(len(people))])
        bounds.append((0, 1))
    slack = vstack([eye_array(len(names)), csr_array((len(rows) - len(names), len(names)))])
    limits = np.array(bounds, dtype=float)
    return hstack([csr_array(np.array(rows)), slack, -slack], format="csr"), limits[:, 0], limits[:, 1]


def _shared(people: Sequence[Member]) -> list[set[int]]:
    homes: dict[str, set[int]] = defaultdict(set)
    for place, member in enumerate(people):
        if member.household:
            homes[member.household].add(place)
    return [places for places in homes.values() if len(places) > 1]
