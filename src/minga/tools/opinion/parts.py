"""Agreement beyond the opinion groups: within constituencies, weighted to the affected population, and over time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import ToolError
from minga.tools.opinion.representative import Pick, consensus, group_aware
from minga.tools.opinion.table import Floats, Ints, Table


@dataclass(frozen=True, slots=True)
class Constituencies:
    """``names`` (c,) with ``people`` who voted in each; ``hidden`` (c,) those suppressed.

    ``tallies`` (3, c, S) agrees, disagrees, seen; where ``withheld`` (c, S) they are 0 and not to be shown: the cell
    or what could be worked out from the others would have fewer than the smallest number of voters. ``consensus`` of
    each name that is shown: (agreed, disagreed). ``across`` (S,) is agreement in all shown ones at once.
    """

    names: tuple[str, ...]
    people: tuple[int, ...]
    hidden: NDArray[np.bool_]
    tallies: Floats
    withheld: NDArray[np.bool_]
    consensus: dict[str, tuple[list[Pick], list[Pick]]]
    across: Floats
    unassigned: int


def by_constituency(
    table: Table,
    participants: Sequence[Hashable] | NDArray[Any],
    constituency: Mapping[Any, str],
    shown: NDArray[np.bool_],
    smallest: int,
) -> Constituencies:
    """Consensus within each constituency (residents, staff ...) of the participants who voted.

    A constituency, and each of its cells, with fewer than ``smallest`` voters is suppressed; and the next smallest
    with it wherever the total over all voters would otherwise give it away.
    """
    names = tuple(sorted({name for name in constituency.values() if name}))
    place = {name: number for number, name in enumerate(names)}
    own = np.array([place.get(constituency.get(each, ""), -1) for each in participants], np.int64)
    own[table.counts == 0] = -1
    people = np.bincount(own[own >= 0], minlength=len(names))
    unassigned = int((table.counts > 0).sum() - people.sum())
    hidden = _suppressed(people[:, None], np.array([unassigned]), smallest)[:, 0]
    tallies = table.tallies_by(own, len(names))
    rest = table.tallies()[2] - tallies[2].sum(0)
    withheld = _suppressed(np.where(hidden[:, None], 0, tallies[2]), rest + tallies[2][hidden].sum(0), smallest)
    withheld |= hidden[:, None]
    tallies = np.where(withheld, 0.0, tallies)
    agreed = {
        name: consensus(tallies[:, number], shown & ~withheld[number])
        for number, name in enumerate(names)
        if not hidden[number]
    }
    across = group_aware(tallies[:, ~hidden])
    return Constituencies(names, tuple(people.tolist()), hidden, tallies, withheld, agreed, across, unassigned)


def _suppressed(cells: NDArray[Any], never: NDArray[Any], smallest: int) -> NDArray[np.bool_]:
    """(c, S) which cells to withhold, given (S,) voters whose cell is never published.

    Small cells first; then, where what is not published adds up to a number below ``smallest``, the smallest
    published cell as well, until nothing small can be worked out.
    """
    withheld = (cells > 0) & (cells < smallest)
    for _ in range(len(cells)):
        unpublished = never + np.where(withheld, cells, 0).sum(0)
        open_cells = np.where(withheld | (cells == 0), np.inf, cells)
        give = (unpublished > 0) & (unpublished < smallest) & np.isfinite(open_cells.min(0, initial=np.inf))
        if not give.any():
            break
        withheld[open_cells.argmin(0)[give], np.flatnonzero(give)] = True
    return withheld


@dataclass(frozen=True, slots=True)
class Reweighted:
    """Consensus with each participant counted by weight. ``shares`` (2, S) weighted shares of agree and disagree,
    ``effective`` (S,) the size of an unweighted sample as informative (Kish 1965), ``effective_people`` the same for
    all weighted participants, ``people`` how many have a weight, ``missing`` how many voters have none."""

    shares: Floats
    effective: Floats
    people: int
    missing: int
    effective_people: float
    agreed: list[Pick]
    disagreed: list[Pick]


def reweighted(
    table: Table,
    participants: Sequence[Hashable] | NDArray[Any],
    weights: Mapping[Any, float],
    shown: NDArray[np.bool_],
) -> Reweighted:
    """Consensus as it would be if the participants were like the affected population.

    The tests use the effective number of voters, (sum w)^2 / sum w^2, so that a few heavy weights make it less sure,
    never surer. Voters without a weight are left out and counted. Raises ToolError for a weight that is negative
    or no number.
    """
    own = np.array([float(weights.get(each, np.nan)) for each in participants])
    wrong = [each for each, weight in weights.items() if not 0 <= weight < np.inf]
    if wrong:
        raise ToolError(f"The weight of participant {wrong[0]} is {weights[wrong[0]]}: weights are numbers from 0 up.")
    voted = table.counts > 0
    missing = int((voted & np.isnan(own)).sum())
    own = np.where(np.isnan(own), 0.0, own)
    sums, squares = table.tallies(own), table.tallies(own**2)[2]
    effective = sums[2] ** 2 / np.where(squares > 0, squares, 1.0)
    shares = sums[:2] / np.where(sums[2] > 0, sums[2], 1.0)
    agreed, disagreed = consensus(np.concatenate([shares * effective, effective[None]]), shown & (effective > 0))
    whole, square = float(own[voted].sum()), float((own[voted] ** 2).sum())
    people = int((voted & (own > 0)).sum())
    return Reweighted(shares, effective, people, missing, whole**2 / square if square else 0.0, agreed, disagreed)


def cuts(time: NDArray[np.int64], points: int) -> list[tuple[int, Ints]]:
    """``points`` moments (ms) that divide the votes into equal parts, the last being the end, and the votes so far."""
    order = np.argsort(time, kind="stable")
    found = []
    for number in range(1, points + 1):
        upto = -(-len(time) * number // points)
        if upto:
            found.append((int(time[order[upto - 1]]), np.sort(order[:upto])))
    return found
