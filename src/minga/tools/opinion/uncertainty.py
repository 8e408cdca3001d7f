"""How sure each person's group and the number of groups are: people, statements and order are drawn again.

A bootstrap that keeps the base clusters would call almost any groups stable. So each repetition draws people with
replacement (at most ``DRAWN``, so that a large conversation costs no more; fewer people make it more cautious),
draws the statements with replacement, computes centre, components, base clusters and groups anew (in Polis's way in
a new random order of arrival), and then places everybody, drawn or not, by their votes on the drawn statements.
Groups are matched to the original ones by the people they share, the largest pair first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minga.tools.opinion import clusters, groups, pca
from minga.tools.opinion.ground import Ground
from minga.tools.opinion.groups import Grouping
from minga.tools.opinion.settings import Settings
from minga.tools.opinion.table import Floats, Ints, Table

DRAWN = 3_000
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """``best`` counts how often each number of groups fitted best; ``probability`` (n, k) is the share of the
    repetitions in which each included person fell into each group; ``agreement`` (resamples,) the adjusted Rand
    index of each repetition with the groups shown."""

    resamples: int
    best: dict[int, int]
    probability: Floats
    agreement: Floats


@dataclass(frozen=True, slots=True)
class _Draw:
    """One repetition: weighted components (2, S), centre (S,), statement weights (S,), group centres (k, 2), best k."""

    axes: Floats
    centre: Floats
    weights: Floats
    centres: Floats
    best: int


def resampled(ground: Ground, grouping: Grouping, settings: Settings, rng: np.random.Generator) -> Uncertainty:
    """Draw ``settings.resamples`` times. The draws do not depend on the order of people and statements."""
    rows = clusters.orderless(ground.places)
    columns = clusters.orderless(ground.axes.projection.T)
    columns = columns[~ground.zeroed[columns]]
    draws = [_drawn(ground, grouping, settings, rng, rows, columns) for _ in range(settings.resamples)]
    label, size = grouping.label, grouping.k
    probability = np.zeros((len(label), size))
    agreement = []
    everyone = np.arange(len(label))
    for found in _placed(ground, draws):
        crossed = clusters.contingency(label, found)
        agreement.append(clusters.rand_of(crossed))
        probability[everyone, _matched(crossed, size)[found]] += 1.0 / len(draws)
    best = dict(sorted(_counted([draw.best for draw in draws]).items()))
    return Uncertainty(len(draws), best, probability, np.array(agreement))


def _counted(values: list[int]) -> dict[int, int]:
    return {value: values.count(value) for value in set(values)}


def _drawn(
    ground: Ground, grouping: Grouping, settings: Settings, rng: np.random.Generator, rows: Ints, columns: Ints
) -> _Draw:
    people, statements = len(rows), ground.table.statements
    times = np.bincount(rng.integers(0, people, min(people, DRAWN)), minlength=people)
    chosen = rows[times > 0]
    mass = times[times > 0].astype(np.float64)
    weights = np.zeros(statements)
    if len(columns):
        weights[columns] = np.bincount(rng.integers(0, len(columns), len(columns)), minlength=len(columns))
    part = ground.table.rows(chosen)
    centre = pca.means(part.tallies(mass), weights == 0)
    matrix = pca.centred(part, centre, weights == 0)
    root = np.sqrt(weights)
    scaled = part.sparse(matrix.data * np.repeat(np.sqrt(mass), part.counts) * root[part.column])
    start = ground.axes.components.sum(0) * root
    axes = pca.components(scaled, start if start.any() else None, 1e-3)[0] * root
    grouped = np.zeros(ground.table.people, bool)
    grouped[ground.included] = True
    here = np.flatnonzero(grouped[chosen])
    if not len(here):
        return _Draw(axes, centre, weights, grouping.centres, 1)
    points = (matrix @ axes.T) * _scale(part, weights, ground)[:, None]
    if settings.mode == "polis":
        here = rng.permutation(here)
    found = groups.find(points[here], mass[here], settings.with_k(grouping.k), rng)
    return _Draw(axes, centre, weights, found.centres, found.best)


def _scale(part: Table, weights: Floats, ground: Ground) -> Floats:
    votes = _summed(part, weights) + float(ground.zeroed.sum())
    return np.asarray(np.sqrt(part.statements / np.maximum(votes, 1.0)))


def _summed(part: Table, weights: Floats) -> Floats:
    ones = part.sparse(np.ones(len(part.column), np.float32))
    return np.asarray(ones @ weights.astype(np.float32), dtype=np.float64)


def _placed(ground: Ground, draws: list[_Draw]) -> list[Ints]:
    """For each draw (n,) the group of each included person: that of the nearest centre."""
    found = [np.zeros(len(ground.included), np.int64) for _ in draws]
    if not draws:
        return found
    sides = np.concatenate([draw.axes for draw in draws]).T.astype(np.float32)
    means = np.repeat([draw.centre for draw in draws], 2, axis=0).T
    others = np.column_stack([sides * means, *(draw.weights for draw in draws)]).astype(np.float32)
    for low in range(0, len(ground.included), ROWS_AT_ONCE):
        part = ground.table.rows(ground.included[low : low + ROWS_AT_ONCE])
        ones = part.sparse(np.ones(len(part.column), np.float32))
        other = ones @ others
        place = part.sparse(part.value.astype(np.float32)) @ sides - other[:, : 2 * len(draws)]
        votes = other[:, 2 * len(draws) :] + np.float32(ground.zeroed.sum())
        place = place.reshape(len(place), -1, 2) * np.sqrt(part.statements / np.maximum(votes, 1.0))[..., None]
        for number, draw in enumerate(draws):
            found[number][low : low + len(place)] = clusters.nearest(place[:, number].astype(np.float64), draw.centres)
    return found


def _matched(crossed: Floats, size: int) -> Ints:
    """For each new group the original one, by the people they share, the largest pair first.

    A new group without a partner stands for the original group most of its people are from.
    """
    match = crossed.argmax(0)
    left = crossed.copy()
    for _ in range(min(crossed.shape)):
        own, new = np.unravel_index(left.argmax(), left.shape)
        match[new] = own
        left[own, :] = left[:, new] = -1.0
    return np.asarray(np.minimum(match, size - 1))
