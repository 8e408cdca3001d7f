"""The map without groups: who and what lies where, and who has voted enough to be grouped."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion import pca
from minga.tools.opinion.pca import Axes
from minga.tools.opinion.settings import Settings
from minga.tools.opinion.table import Floats, Ints, Table
from minga.tools.opinion.votes import Statement, Votes


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that needs no groups, for P participants and S statements.

    ``zeroed`` (S,) statements that are rejected or meta (or, under strict moderation, not accepted): their column
    is 0 for everybody, as in Polis. ``tallies`` (3, S) agrees, disagrees and votes seen; ``places`` (P, 2);
    ``included`` the rows that are grouped, in the order in which groups are looked for.
    """

    table: Table
    zeroed: NDArray[np.bool_]
    meta: NDArray[np.bool_]
    tallies: Floats
    axes: Axes
    places: Floats
    included: Ints

    @property
    def points(self) -> Floats:
        """(n, 2) the places of those included."""
        return np.asarray(self.places[self.included])


def laid(votes: Votes, statements: Sequence[Statement], settings: Settings) -> Ground:
    """Lay out the map of ``votes``."""
    table = Table.of(votes)
    zeroed, meta = marks(votes.statements, statements, settings.strict)
    tallies = table.tallies()
    centre = pca.means(tallies, zeroed)
    matrix = pca.centred(table, centre, zeroed)
    axes = pca.axes(matrix, centre)
    places = pca.projected(matrix, axes.components, pca.voted(table, zeroed))
    return Ground(table, zeroed, meta, tallies, axes, places, _included(votes, table, settings))


def marks(
    ids: Sequence[Hashable] | NDArray[Any], statements: Sequence[Statement], strict: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(zeroed, meta), both (S,), for the statements ``ids``; a statement nothing is known of is not accepted."""
    known = {each.id: each for each in statements}
    meta = np.array([each in known and known[each].meta for each in ids], bool)
    lowest = 1 if strict else 0
    shown = [known[each].moderated >= lowest if each in known else not strict for each in ids]
    return ~np.array(shown, bool) | meta, meta


def _included(votes: Votes, table: Table, settings: Settings) -> Ints:
    """Those with enough votes; if they are fewer than ``minimum_people``, also the most active, ties together."""
    counts = table.counts
    enough = counts >= min(settings.minimum_votes, max(table.statements, 1))
    if settings.included_before:
        enough |= np.array([each in settings.included_before for each in votes.participants], bool)
    if int(enough.sum()) < settings.minimum_people:
        active = np.sort(counts[counts > 0])[::-1]
        if len(active):
            enough |= counts >= active[min(settings.minimum_people, len(active)) - 1]
    rows = np.flatnonzero(enough & (counts > 0))
    return rows[np.argsort(first_votes(votes)[rows], kind="stable")] if settings.mode == "polis" else rows


def first_votes(votes: Votes) -> Ints:
    """(P,) the position of each participant's first vote."""
    first = np.full(len(votes.participants), len(votes), np.int64)
    first[votes.person[::-1]] = np.arange(len(votes) - 1, -1, -1)
    return first
