"""The pool as kinds of people who cannot be told apart by the quotas: what is computed with instead of persons.

Two people with the same values (and the same make-up of their households, where those count) are interchangeable, and
the leximin-optimal probabilities are unique, so both get the same one. A panel is therefore a vector of counts per
kind, which makes the programmes smaller by an order of magnitude than one column per person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from minga.tools.panel.model import Member, Quotas

Floats = NDArray[np.float64]
Values = tuple[str, ...]
"""A person's values in the order of the features."""


@dataclass(frozen=True, slots=True)
class Kind:
    """People who are interchangeable: ``households`` holds, for each household, the ids of this kind in it."""

    values: Values
    household: tuple[Values, ...]
    households: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        return sum(len(ids) for ids in self.households)


@dataclass(frozen=True, slots=True)
class Space:
    """``rows`` x of counts per kind must lie between ``low`` and ``high``, and x between ``least`` and ``most``.

    Rows: one per quota in the order of ``names``, then the panel's size, then one per make-up of households with
    several kinds. ``sizes`` is the number of people per kind.
    """

    kinds: tuple[Kind, ...]
    names: tuple[tuple[str, str], ...]
    rows: csr_array
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    sizes: Floats
    size: int
    one_per_household: bool

    def feasible(self, counts: Floats, slack: float = 1e-6) -> bool:
        """Whether a vector of counts meets every row and bound."""
        got = self.rows @ counts
        quotas = (got >= self.low - slack).all() and (got <= self.high + slack).all()
        return bool(quotas and (counts >= self.least - slack).all() and (counts <= self.most + slack).all())


def build(pool: Sequence[Member], quotas: Quotas, size: int, one_per_household: bool) -> Space:
    """The space of panels; ``pool`` sorted by id and checked."""
    kinds = _kinds(pool, tuple(quotas), one_per_household)
    names = tuple((feature, value) for feature, values in quotas.items() for value in values)
    position = {feature: place for place, feature in enumerate(quotas)}
    rows = [[float(kind.values[position[feature]] == value) for kind in kinds] for feature, value in names]
    bounds = [quotas[feature][value] for feature, value in names]
    rows.append([1.0] * len(kinds))
    bounds.append((size, size))
    for members, households in _shared(kinds).values() if one_per_household else ():
        rows.append([float(place in members) for place in range(len(kinds))])
        bounds.append((0, households))
    limits = np.array(bounds, dtype=float)
    sizes = np.array([kind.size for kind in kinds], dtype=float)
    most = np.array([len(kind.households) for kind in kinds], dtype=float) if one_per_household else sizes.copy()
    least, matrix = np.zeros(len(kinds)), csr_array(np.array(rows))
    return Space(kinds, names, matrix, limits[:, 0], limits[:, 1], least, most, sizes, size, one_per_household)


def _kinds(pool: Sequence[Member], features: tuple[str, ...], one_per_household: bool) -> tuple[Kind, ...]:
    """Kinds in the order of their values; each household's ids, and the households, in the order of ids."""
    homes: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member in pool:
        shared = one_per_household and member.household
        homes[("home", str(member.household)) if shared else ("person", member.id)].append(member)
    found: dict[tuple[Values, tuple[Values, ...]], list[tuple[str, ...]]] = defaultdict(list)
    for members in homes.values():
        by_values: dict[Values, list[str]] = defaultdict(list)
        for member in members:
            by_values[tuple(member.features[feature] for feature in features)].append(member.id)
        make_up = tuple(sorted(values for values, ids in by_values.items() for _ in ids))
        for values, ids in by_values.items():
            found[(values, make_up)].append(tuple(ids))
    return tuple(Kind(values, make_up, tuple(found[(values, make_up)])) for values, make_up in sorted(found))


def _shared(kinds: Sequence[Kind]) -> dict[tuple[Values, ...], tuple[set[int], int]]:
    """Make-ups of households with several kinds of people: the places of these kinds and the number of households."""
    places: dict[tuple[Values, ...], set[int]] = defaultdict(set)
    for place, kind in enumerate(kinds):
        places[kind.household].add(place)
    return {
        make_up: (members, len(kinds[min(members)].households))
        for make_up, members in places.items()
        if len(members) > 1
    }
