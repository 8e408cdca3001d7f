"""Cast votes as columns of numbers, and what is known of each statement. +1 agree, -1 disagree, 0 pass, everywhere."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import ToolError

AGREE, PASS, DISAGREE = 1, 0, -1
UNSEEN = -9
"""The value of a cell nobody has voted on, where a matrix of small integers is used."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is known of one statement. ``moderated``: 1 accepted, 0 not yet looked at, -1 rejected."""

    id: Hashable
    text: str = ""
    moderated: int = 0
    meta: bool = False
    seed: bool = False


@dataclass(frozen=True, slots=True)
class Votes:
    """Cast votes in the order of arrival; of several votes of one person on one statement the last counts.

    ``participants`` (P,) and ``statements`` (S,) hold the ids; ``person`` (n,) int32 and ``statement`` (n,) int32
    point into them; ``value`` (n,) int8 is +1 agree, 0 pass, -1 disagree; ``time`` (n,) int64, milliseconds since
    1970, or None where it is not known. Raises ToolError where the columns do not fit together.
    """

    participants: Sequence[Hashable] | NDArray[Any]
    statements: Sequence[Hashable] | NDArray[Any]
    person: NDArray[np.int32]
    statement: NDArray[np.int32]
    value: NDArray[np.int8]
    time: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.person), len(self.statement), len(self.value)}
        lengths |= set() if self.time is None else {len(self.time)}
        if len(lengths) > 1:
            raise ToolError(f"The columns of the votes have different lengths ({sorted(lengths)}): give one row each.")
        if not len(self.value):
            return
        for column, ids, name in (
            (self.person, self.participants, "person"),
            (self.statement, self.statements, "statement"),
        ):
            if column.min() < 0 or column.max() >= len(ids):
                raise ToolError(
                    f"A vote points at {name} {column.max()}, but only {len(ids)} are listed: list them all."
                )
        if self.value.min() < DISAGREE or self.value.max() > AGREE:
            raise ToolError("A vote is neither +1 (agree), 0 (pass) nor -1 (disagree): recode the votes.")

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[Any, ...]]) -> Self:
        """From (participant, statement, vote) or (participant, statement, vote, time) rows in the order of arrival.

        The ids are listed in the order in which they first occur. ``time`` is kept where every row has one.
        """
        people: dict[Hashable, int] = {}
        statements: dict[Hashable, int] = {}
        person, statement, value, time = [], [], [], []
        for row in rows:
            person.append(people.setdefault(row[0], len(people)))
            statement.append(statements.setdefault(row[1], len(statements)))
            value.append(row[2])
            time.append(row[3] if len(row) > 3 else None)
        timed = bool(time) and None not in time
        return cls(
            list(people),
            list(statements),
            np.array(person, np.int32),
            np.array(statement, np.int32),
            _small(value),
            np.array(time, np.int64) if timed else None,
        )

    @classmethod
    def from_matrix(
        cls,
        matrix: NDArray[Any],
        participants: Sequence[Hashable] | None = None,
        statements: Sequence[Hashable] | None = None,
        unseen: int = UNSEEN,
    ) -> Self:
        """From a matrix (P, S) with NaN (floats) or ``unseen`` (integers) where nobody voted; row by row in time."""
        matrix = np.asarray(matrix)
        seen = ~np.isnan(matrix) if matrix.dtype.kind == "f" else matrix != unseen
        person, statement = np.nonzero(seen)
        return cls(
            range(matrix.shape[0]) if participants is None else participants,
            range(matrix.shape[1]) if statements is None else statements,
            person.astype(np.int32),
            statement.astype(np.int32),
            _small(matrix[seen]),
        )


def _small(values: Any) -> NDArray[np.int8]:
    """As int8, refusing what rounding would change."""
    given = np.asarray(values, dtype=np.float64)
    small = np.clip(given, -2, 2).astype(np.int8)
    if not np.array_equal(small, given):
        raise ToolError("A vote is neither +1 (agree), 0 (pass) nor -1 (disagree): recode the votes.")
    return small
