"""Opinion groups: base clusters of people, then groups of base clusters, in two ways.

Polis's way starts from the first people who voted, so its groups depend on who came first. Minga's own way depends
only on where people lie. Both choose the number of groups by the mean silhouette over base clusters, each base
cluster counting once, as Polis does: it gives every region of opinion, however few people hold it, the same say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minga.tools.opinion import clusters
from minga.tools.opinion.clusters import Base
from minga.tools.opinion.settings import Settings
from minga.tools.opinion.table import Floats, Ints


@dataclass(frozen=True, slots=True)
class Grouping:
    """``base`` clusters of n people, and the group ``of_base`` (b,) of each; ``centres`` (k, 2) of the groups.

    ``silhouettes`` by number of groups; ``best`` is the number with the highest (1 where there are no two places),
    also where another was forced. Groups are numbered by size, the largest first.
    """

    base: Base
    of_base: Ints
    centres: Floats
    best: int
    silhouettes: dict[int, float]

    @property
    def k(self) -> int:
        return len(self.centres)

    @property
    def label(self) -> Ints:
        """(n,) the group of each person."""
        return self.of_base[self.base.label]


def find(points: Floats, weights: Floats, settings: Settings, rng: np.random.Generator) -> Grouping:
    """Group people at ``points`` (n, 2), n >= 1; in Polis's way they must stand in the order of their first votes."""
    polis = settings.mode == "polis"
    if polis:
        starts = clusters.first_distinct(points, settings.base)
        base = clusters.as_base(points, weights, clusters.lloyd(points, weights, starts, stop=0.01))
    else:
        base = clusters.base_clusters(points, weights, settings.base)
    return _grouped(base, settings, polis, rng)


def clearest(points: Floats, settings: Settings, rng: np.random.Generator) -> float:
    """The highest silhouette that Minga's own way finds over all numbers of groups."""
    base = clusters.base_clusters(points, np.ones(len(points)), settings.base)
    return max(_grouped(base, settings, False, rng).silhouettes.values(), default=0.0)


def _grouped(base: Base, settings: Settings, polis: bool, rng: np.random.Generator) -> Grouping:
    many = len(base.count)
    tried = set(range(2, min(settings.most_groups, 2 + many // 12, many) + 1))
    forced = min(max(settings.k, 1), many) if settings.k is not None else None
    distances = clusters.between(base.centre)
    found: dict[int, tuple[Ints, Floats]] = {
        1: (np.zeros(many, np.int64), base.count @ base.centre[None] / sum(base.count))
    }
    silhouettes = {}
    for k in sorted(tried | ({forced} if forced is not None and forced > 1 else set())):
        centres = _centres(base, k, polis, rng)
        label = clusters.nearest(base.centre, centres)
        found[k] = label, clusters.moved(base.centre, base.count, label, centres)
        if k in tried:
            silhouettes[k] = clusters.silhouette(distances, label)
    best = max(silhouettes, key=lambda k: silhouettes[k], default=1)
    label, centres = _by_size(*found[best if forced is None else forced], base.count)
    return Grouping(base, label, centres, best, silhouettes)


def _centres(base: Base, k: int, polis: bool, rng: np.random.Generator) -> Floats:
    if not polis:
        return clusters.best_centres(base.centre, base.count, k, rng)
    starts = clusters.first_distinct(base.centre, k)
    return clusters.lloyd(base.centre, base.count, starts, stop=0.01)


def _by_size(label: Ints, centres: Floats, count: Floats) -> tuple[Ints, Floats]:
    """Without empty groups, numbered from the largest."""
    sizes = np.bincount(label, count, len(centres))
    near = np.round(centres, clusters.DIGITS)
    order = np.lexsort((near[:, 1], near[:, 0], -sizes))[: int(np.count_nonzero(sizes))]
    place = np.empty(len(centres), np.int64)
    place[order] = np.arange(len(order))
    return place[label], centres[order]
