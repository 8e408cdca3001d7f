"""The last vote of each participant on each statement, as a sparse table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.votes import UNSEEN, Votes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CELLS_AT_ONCE = 1 << 26
AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class Table:
    """Votes by participant (P rows) and statement (S columns), in compressed rows.

    Row i is ``column[start[i]:start[i + 1]]`` (ascending) with ``value`` +1 agree, 0 pass, -1 disagree.
    """

    people: int
    statements: int
    start: NDArray[np.int32]
    column: NDArray[np.int32]
    value: NDArray[np.int8]

    @classmethod
    def of(cls, votes: Votes) -> Table:
        """The last vote of each pair. Time and memory grow with the votes and with P x S bytes, in parts."""
        people, statements = len(votes.participants), len(votes.statements)
        parts = list(_parts(votes, people, statements))
        counts = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.int32)
        start = np.zeros(people + 1, np.int32)
        np.cumsum(counts, out=start[1:])
        columns = [part[1] for part in parts]
        values = [part[2] for part in parts]
        del parts
        column = columns[0] if len(columns) == 1 else np.concatenate([*columns, np.zeros(0, np.int32)])
        value = values[0] if len(values) == 1 else np.concatenate([*values, np.zeros(0, np.int8)])
        return cls(people, statements, start, column, value)

    @property
    def counts(self) -> NDArray[np.int32]:
        """(P,) statements each participant has voted on."""
        return np.diff(self.start)

    def person(self) -> NDArray[np.int32]:
        """(n,) the row of each vote."""
        return np.repeat(np.arange(self.people, dtype=np.int32), self.counts)

    def sparse(self, values: NDArray[Any] | None = None) -> Any:
        """A SciPy CSR array (P, S) with ``values`` (the votes where not given) at the votes."""
        from scipy.sparse import csr_array

        data = self.value if values is None else values
        made = csr_array((data, self.column, self.start), shape=(self.people, self.statements), copy=False)
        made.has_sorted_indices = made.has_canonical_format = True
        return made

    def rows(self, chosen: Ints) -> Table:
        """The same table with only the rows ``chosen``, in that order (repeats allowed)."""
        counts = self.counts[chosen]
        start = np.zeros(len(chosen) + 1, np.int32)
        np.cumsum(counts, out=start[1:])
        at = np.repeat(self.start[chosen] - start[:-1], counts) + np.arange(start[-1], dtype=np.int32)
        return Table(len(chosen), self.statements, start, self.column[at], self.value[at])

    def tallies(self, weights: Floats | None = None) -> Floats:
        """(3, S): agrees, disagrees and votes seen of each statement; each participant counts ``weights`` (or 1)."""
        each = None if weights is None else np.repeat(weights, self.counts)
        return _tallies(self.column, self.value, self.statements, each)

    def tallies_by(self, group: Ints, groups: int) -> Floats:
        """(3, G, S): the same within each group; ``group`` (P,) is the group of each row, -1 for none."""
        offset = np.where(group < 0, groups, group).astype(np.int32) * np.int32(self.statements)
        cell = np.repeat(offset, self.counts)
        cell += self.column
        found = _tallies(cell, self.value, (groups + 1) * self.statements)
        return np.ascontiguousarray(found.reshape(3, groups + 1, self.statements)[:, :groups])


def _tallies(column: NDArray[np.int32], value: NDArray[np.int8], columns: int, each: Floats | None = None) -> Floats:
    """(3, columns) agrees, disagrees and seen, by counting pairs of column and vote."""
    found = np.zeros(3 * columns)
    for low in range(0, len(column), AT_ONCE):
        part = slice(low, low + AT_ONCE)
        pair = column[part] * np.int64(3)
        pair += value[part] + np.int8(1)
        found += np.bincount(pair, None if each is None else each[part], 3 * columns)
    disagreed, passed, agreed = found.reshape(columns, 3).T
    return np.stack([agreed, disagreed, agreed + disagreed + passed])


def _parts(votes: Votes, people: int, statements: int) -> Any:
    """(votes per row, column, value) of stretches of rows small enough for a dense table of bytes."""
    if not people or not statements:
        yield np.zeros(people, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8)
        return
    height = max(1, CELLS_AT_ONCE // statements)
    for low in range(0, people, height):
        high = min(people, low + height)
        if high - low == people:
            yield _dense(votes.person, votes.statement, votes.value, people, statements)
        else:
            here = np.flatnonzero((votes.person >= low) & (votes.person < high))
            yield _dense(votes.person[here] - low, votes.statement[here], votes.value[here], high - low, statements)


def _dense(
    person: NDArray[np.int32], statement: NDArray[np.int32], value: NDArray[np.int8], people: int, statements: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    cells = np.full(people * statements, UNSEEN, np.int8)
    cells[person * np.int32(statements) + statement] = value  # repeated places keep the last value
    seen = cells != UNSEEN
    counts = np.count_nonzero(seen.reshape(people, statements), axis=1).astype(np.int32)
    at = np.flatnonzero(seen)
    return counts, (at % statements).astype(np.int32), cells[at]
