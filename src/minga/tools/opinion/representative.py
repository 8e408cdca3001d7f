"""Which statements speak for a group, which for all, and which for every group at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.shares import SIGNIFICANT, one_share, smoothed, two_shares
from minga.tools.opinion.table import Floats, Ints

TAKEN = 5


@dataclass(frozen=True, slots=True)
class Pick:
    """A statement that represents a group (or, without ``ratio`` and ``ratio_z``, everybody).

    ``count`` of ``of`` voted so; ``share`` is smoothed; ``z`` tests it against one half; ``ratio`` is the share
    over the share outside the group and ``ratio_z`` its test.
    """

    statement: int
    agree: bool
    count: int
    of: int
    share: float
    z: float
    ratio: float | None = None
    ratio_z: float | None = None
    best_agree: bool = False


@dataclass(frozen=True, slots=True)
class _Side:
    """One direction, agree or disagree, of all statements in one group; all arrays (S,)."""

    count: Floats
    of: Floats
    share: Floats
    z: Floats
    ratio: Floats
    ratio_z: Floats

    @property
    def rank(self) -> Floats:
        return self.ratio * self.ratio_z * self.share * self.z

    @property
    def significant(self) -> NDArray[np.bool_]:
        return (self.ratio_z > SIGNIFICANT) & (self.z > SIGNIFICANT)


def _side(count: Floats, of: Floats, other: Floats, of_other: Floats) -> _Side:
    share = smoothed(count, of)
    ratio = share / smoothed(other, of_other)
    return _Side(count, of, share, one_share(count, of), ratio, two_shares(count, of, other, of_other))


def representative(tallies: Floats, shown: NDArray[np.bool_]) -> list[list[Pick]]:
    """For each group up to five statements, from tallies (3, G, S): agrees, disagrees, seen.

    A statement qualifies where a share is significantly over one half and over the share in the other groups
    (z > 1.2816 both); the direction is that of the larger z against the others; ranked by
    ratio x its z x share x its z; the best agreed statement comes first, agreed before disagreed. ``shown`` (S,)
    leaves out what is rejected or meta. A group where nothing qualifies gets its best agreed statement, else the
    one with the highest z.
    """
    total = tallies.sum(1)
    found = []
    for group in range(tallies.shape[1]):
        agreed, disagreed, seen = tallies[:, group]
        others = total - tallies[:, group]
        sides = (_side(agreed, seen, others[0], others[2]), _side(disagreed, seen, others[1], others[2]))
        found.append(_chosen(*sides, np.flatnonzero(shown)))
    return found


def _chosen(agree: _Side, disagree: _Side, candidates: Ints) -> list[Pick]:
    direction = agree.ratio_z > disagree.ratio_z
    best = _best_agreed(agree, candidates)
    qualified = (agree.significant | disagree.significant)[candidates]
    chosen = candidates[qualified & (candidates != (-1 if best is None else best))]
    rank = np.where(direction, agree.rank, disagree.rank)[chosen]
    ordered = [int(each) for each in chosen[np.argsort(-rank, kind="stable")]]
    if best is None and not ordered and len(candidates):
        z = np.maximum(agree.ratio_z, disagree.ratio_z)[candidates]
        ordered = [int(candidates[z.argmax()])]
    taken = ([best] if best is not None else [])[:1] + ordered
    picks = [
        _pick(agree, disagree, each, bool(direction[each]) or each == best, each == best) for each in taken[:TAKEN]
    ]
    return sorted(picks, key=lambda pick: not pick.agree)


def _best_agreed(agree: _Side, candidates: Ints) -> int | None:
    """The statement the group agrees with best.

    The first that most agree with opens; while the one held is no more agreed with here than elsewhere, a later one
    replaces it by share x z, afterwards by the rank.
    """
    opens = (agree.z > SIGNIFICANT) | ((agree.ratio > 1.0) & (agree.share > 0.5))
    special, rank, plain = agree.ratio > 1.0, agree.rank, agree.share * agree.z
    best: int | None = None
    for each in candidates.tolist():
        if best is None:
            best = each if opens[each] else None
        elif rank[each] > rank[best] if special[best] else plain[each] > plain[best]:
            best = each
    return best


def _pick(agree: _Side, disagree: _Side, at: int, agreed: bool, best: bool) -> Pick:
    side = agree if agreed else disagree
    return Pick(
        at,
        agreed,
        int(side.count[at]),
        int(side.of[at]),
        float(side.share[at]),
        float(side.z[at]),
        float(side.ratio[at]),
        float(side.ratio_z[at]),
        best,
    )


def consensus(tallies: Floats, shown: NDArray[np.bool_]) -> tuple[list[Pick], list[Pick]]:
    """(agreed, disagreed): up to five statements each on which most of all voters agree, from tallies (3, S).

    The smoothed share is over one half and z > 1.2816; ranked by share x z.
    """
    agreed, disagreed, seen = tallies
    return _common(agreed, seen, shown, True), _common(disagreed, seen, shown, False)


def _common(count: Floats, seen: Floats, shown: NDArray[np.bool_], agree: bool) -> list[Pick]:
    share, z = smoothed(count, seen), one_share(count, seen)
    chosen = np.flatnonzero(shown & (share > 0.5) & (z > SIGNIFICANT))
    ordered = chosen[np.argsort(-(share * z)[chosen], kind="stable")][:TAKEN]
    return [Pick(int(at), agree, round(count[at]), round(seen[at]), float(share[at]), float(z[at])) for at in ordered]


def group_aware(tallies: Floats) -> Floats:
    """(S,) agreement in every group at once: the product over groups of the smoothed share, from tallies (3, G, S)."""
    agreed, _, seen = tallies
    return np.asarray(smoothed(agreed, seen).prod(0))
