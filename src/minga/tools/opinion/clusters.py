"""k-means in the plane, silhouettes, and how far two divisions into groups agree."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.table import Floats, Ints

ITERATIONS = 20
DIGITS = 9
"""Places that are equal to so many digits are the same: rounding must not decide anything."""
LEARN_FROM = 10_000
"""Base centres are learnt from at most so many participants, spread evenly; all are then assigned."""
STARTS = 48
FINISHED = 6
"""Of so many starts the best few are run to the end."""
AT_ONCE = 120_000
"""Distances computed at once, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Base:
    """Base clusters: ``label`` (n,) of each point, ``centre`` (b, 2) their means, ``count`` (b,) of points in each."""

    label: Ints
    centre: Floats
    count: Floats


def nearest(points: Floats, centres: Floats) -> Ints:
    """(n,) the index of the nearest of ``centres`` (k, 2) to each of ``points`` (n, 2)."""
    lengths, across = (centres**2).sum(1), -2.0 * centres.T
    height = max(1, AT_ONCE // max(len(centres), 1))
    found = np.empty(len(points), np.int64)
    for low in range(0, len(points), height):
        away = points[low : low + height] @ across
        away += lengths
        away.argmin(1, out=found[low : low + height])
    return found


def moved(points: Floats, weights: Floats, label: Ints, centres: Floats) -> Floats:
    """(k, 2) the weighted mean of each cluster; a cluster without points keeps its old centre."""
    size = len(centres)
    mass = np.bincount(label, weights, size)
    sums = np.stack([np.bincount(label, weights * points[:, axis], size) for axis in (0, 1)], axis=1)
    return np.where(mass[:, None] > 0, sums / np.where(mass > 0, mass, 1.0)[:, None], centres)


def lloyd(points: Floats, weights: Floats, centres: Floats, *, stop: float, iterations: int = ITERATIONS) -> Floats:
    """Lloyd's k-means from the given centres (k, 2) until none moves by ``stop``; returns the centres."""
    for _ in range(iterations):
        before, centres = centres, moved(points, weights, nearest(points, centres), centres)
        if float(np.hypot(*(centres - before).T).max()) < stop:
            break
    return centres


def as_base(points: Floats, weights: Floats, centres: Floats) -> Base:
    """Assign all points to their nearest centre and leave out centres without points."""
    label = nearest(points, centres)
    count = np.bincount(label, weights, len(centres))
    used = count > 0
    label = (np.cumsum(used) - 1)[label]
    return Base(label, moved(points, weights, label, np.zeros((int(used.sum()), 2))), count[used])


def first_distinct(points: Floats, most: int) -> Floats:
    """The first ``most`` distinct rows, in their order."""
    _, at = np.unique(points, axis=0, return_index=True)
    return points[np.sort(at)[:most]]


def split(points: Floats, weights: Floats, most: int) -> Floats:
    """Up to ``most`` centres by cutting, again and again, the part with the largest spread at its mean.

    Depends on the set of points only, never on their order.
    """
    if not len(points):
        return np.zeros((0, 2))
    weighted = weights[:, None] * points
    heap = [_part(np.column_stack([weights, weighted, weighted * points, points]), 0)]
    while len(heap) < most and heap[0][0] < 0.0:
        _, x, y, _, axis, rows = heapq.heappop(heap)
        along = rows[:, 5 + axis]
        low = along <= (x, y)[axis]
        if low.all():  # equal but for rounding
            low = along < along.max()
        heapq.heappush(heap, _part(rows[low], 2 * len(heap)))
        heapq.heappush(heap, _part(rows[~low], 2 * len(heap) + 1))
    return np.array([part[1:3] for part in heap])


def _part(rows: Floats, tie: int) -> tuple[float, float, float, int, int, Floats]:
    """(less the spread, mean x, mean y, tie breaker, longer axis, rows), so that the widest part comes first.

    ``rows`` (m, 7) hold weight, weight times x, y, x^2 and y^2, x, y.
    """
    mass, x, y, xx, yy = np.add.reduce(rows[:, :5], axis=0).tolist()
    wide, tall = xx - x * x / mass, yy - y * y / mass
    spread = wide + tall if len(rows) > 1 and wide + tall > 1e-12 * (xx + yy) else 0.0
    return -round(spread, 9), x / mass, y / mass, tie, int(tall > wide), rows


def orderless(points: Floats) -> Ints:
    """An order of the points that depends on where they lie and not on how they came (to nine digits)."""
    near = np.round(points, DIGITS)
    return np.lexsort((near[:, 1], near[:, 0]))


def base_clusters(points: Floats, weights: Floats, most: int) -> Base:
    """Base clusters that do not depend on the order of the points: cut, then k-means. In order of their centres."""
    order = orderless(points)
    near, mass = np.round(points[order], DIGITS), weights[order]
    evenly = np.linspace(0, len(points) - 1, min(len(points), LEARN_FROM)).astype(np.int64)
    learn, learn_mass = near[evenly], mass[evenly]
    centres = lloyd(learn, learn_mass, split(learn, learn_mass, most), stop=0.01, iterations=10)
    base = as_base(near, mass, centres)
    place = orderless(base.centre)
    label = np.empty(len(points), np.int64)
    label[order] = np.argsort(place)[base.label]
    return Base(label, moved(points[order], mass, label[order], base.centre[place]), base.count[place])


def best_centres(points: Floats, weights: Floats, k: int, rng: np.random.Generator) -> Floats:
    """(k, 2) centres of the best of many k-means runs: one from cutting, the others from k points drawn by weight.

    ``points`` (n, 2) with n >= k; ``weights`` (n,) above 0. The draw depends on the order of the points.
    """
    waits = rng.standard_exponential((STARTS, len(points))) / weights  # the k shortest: a weighted draw of k
    starts = points[np.argpartition(waits, k - 1, axis=1)[:, :k]]
    cut = split(points, weights, k)
    if len(cut) == k:
        starts = np.concatenate([starts, cut[None]])
    weighted = weights[:, None] * np.column_stack([points, np.ones(len(points))])
    centres, inertia = _many(points, weighted, starts, 4)
    centres, inertia = _many(points, weighted, centres[inertia.argsort(kind="stable")[:FINISHED]], 100)
    return np.asarray(centres[inertia.argmin()])


def _many(points: Floats, weighted: Floats, centres: Floats, iterations: int) -> tuple[Floats, Floats]:
    """Lloyd from many starts (r, k, 2) at once; ``weighted`` (n, 3) is weight times (x, y, 1).

    Returns the centres and (r,) the sum of squared distances less a constant, both before the last move.
    """
    across = -2.0 * points.T
    for _ in range(iterations):
        away = centres @ across
        away += (centres * centres).sum(2)[..., None]
        nearest_one = away.min(1)
        sums = (away <= nearest_one[:, None]).astype(np.float64) @ weighted
        mass = sums[..., 2:]
        before, centres = centres, np.where(mass > 0, sums[..., :2] / np.where(mass > 0, mass, 1.0), centres)
        if np.array_equal(before, centres) or float(np.abs(before - centres).max()) < 1e-9:
            break
    return centres, nearest_one @ weighted[:, 2]


def between(points: Floats) -> Floats:
    """(n, n) distances."""
    x, y = points.T
    return np.asarray(np.hypot(x[:, None] - x, y[:, None] - y))


def silhouette(distances: Floats, label: Ints) -> float:
    """Mean silhouette (Rousseeuw 1987), -1..1, of points with these ``distances`` (n, n); of a lone point it is 0.

    0 where there are fewer than two groups.
    """
    used, own = np.unique(label, return_inverse=True)
    if len(used) < 2:
        return 0.0
    member = (own[:, None] == np.arange(len(used))).astype(np.float64)
    sums, sizes = distances @ member, member.sum(0)
    rows = np.arange(len(own))
    inner = sums[rows, own] / np.maximum(sizes[own] - 1.0, 1.0)
    outer = sums / sizes
    outer[rows, own] = np.inf
    other = outer.min(1)
    largest = np.maximum(inner, other)
    score = np.where((sizes[own] > 1) & (largest > 0), (other - inner) / np.where(largest > 0, largest, 1.0), 0.0)
    return float(score.mean())


def contingency(one: Ints, other: Ints) -> Floats:
    """(a, b) how many points are in each pair of groups; labels count from 0."""
    width = int(other.max(initial=0)) + 1
    height = int(one.max(initial=0)) + 1
    return np.bincount(one * width + other, minlength=width * height).reshape(height, width).astype(np.float64)


def rand_of(table: Floats) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985) of a contingency table: 1 the same groups, about 0 by chance."""

    def pairs(counts: NDArray[np.float64]) -> float:
        return float((counts * (counts - 1)).sum() / 2)

    together, rows, columns = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    everything = pairs(table.sum().reshape(1))
    expected = rows * columns / everything if everything else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def adjusted_rand(one: Ints, other: Ints) -> float:
    """The adjusted Rand index of two divisions of the same points; labels are integers from 0."""
    return rand_of(contingency(np.asarray(one), np.asarray(other)))
