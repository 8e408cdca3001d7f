"""Suspicious patterns in votes, as counts: people who voted exactly alike. They are shown and never dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.votes import Votes

FEWEST_VOTES = 10
FEWEST_PEOPLE = 3


@dataclass(frozen=True, slots=True)
class Identical:
    """``member`` (P,) who is in a set of people with identical votes; ``sets`` how many such sets there are."""

    member: NDArray[np.bool_]
    sets: int

    @property
    def people(self) -> int:
        return int(self.member.sum())


def identical(votes: Votes, fewest_votes: int = FEWEST_VOTES, fewest_people: int = FEWEST_PEOPLE) -> Identical:
    """Sets of at least ``fewest_people`` participants who voted on the same statements, and the same on each.

    Only participants with at least ``fewest_votes`` votes count: on a few statements many people agree by chance.
    One vote per pair is expected. Each (statement, vote) has two random 64-bit numbers, and people with the same
    two sums and the same number of votes are the same: that two others meet by chance has odds of P^2 / 2^129.
    Linear in votes.
    """
    people = len(votes.participants)
    counts = np.bincount(votes.person, minlength=people)
    member = np.zeros(people, bool)
    enough = np.flatnonzero(counts >= fewest_votes)
    if len(enough) < fewest_people:
        return Identical(member, 0)
    sums = _sums(votes, people)[enough]
    order = np.lexsort((sums[:, 1], sums[:, 0], counts[enough]))
    ordered = np.column_stack([counts[enough].astype(np.uint64), sums])[order]
    first = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(1)])
    own = np.cumsum(first) - 1
    large = np.bincount(own) >= fewest_people
    member[enough[order[large[own]]]] = True
    return Identical(member, int(large.sum()))


def _sums(votes: Votes, people: int) -> NDArray[np.uint64]:
    """(P, 2) sums, modulo 2^64, of the random numbers of each participant's votes."""
    random = np.random.default_rng(0)
    numbers = random.integers(0, 1 << 64, size=(len(votes.statements) * 3, 2), dtype=np.uint64)
    order = np.argsort(votes.person, kind="stable")
    rows = numbers[votes.statement[order].astype(np.int64) * 3 + votes.value[order] + 1]
    running = np.zeros((len(rows) + 1, 2), np.uint64)
    np.cumsum(rows, axis=0, out=running[1:])
    ends = np.cumsum(np.bincount(votes.person, minlength=people))
    starts = np.concatenate([[0], ends[:-1]])
    found: NDArray[np.uint64] = running[ends] - running[starts]
    return found
