"""Whether the files of an export say the same: log, matrix, and the counts in the list of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.reading.comments import Comment
from minga.tools.opinion.votes import AGREE, DISAGREE, Votes

SHOWN = 3
type Cells = tuple[NDArray[np.int64], NDArray[np.int8]]


def differences(log: Votes, matrix: Votes, log_name: str, matrix_name: str) -> Iterator[str]:
    """A sentence for each way in which the last votes of the log and the cells of the matrix differ."""
    people = {id: number for number, id in enumerate(log.participants)}
    statements = {id: number for number, id in enumerate(log.statements)}
    person = np.array([people.setdefault(id, len(people)) for id in matrix.participants], np.int64)
    statement = np.array([statements.setdefault(id, len(statements)) for id in matrix.statements], np.int64)
    width = len(statements)
    of_log = _last(log.person.astype(np.int64) * width + log.statement, log.value)
    of_matrix = _last(person[matrix.person] * width + statement[matrix.statement], matrix.value)
    names, titles = list(people), list(statements)

    def pairs(keys: NDArray[np.int64]) -> str:
        shown = [f"participant {names[key // width]} on statement {titles[key % width]}" for key in keys[:SHOWN]]
        return "; ".join(shown) + ("; ..." if len(keys) > SHOWN else "")

    yield from _told(of_log, of_matrix, log_name, matrix_name, pairs)


def _told(
    log: Cells, matrix: Cells, log_name: str, matrix_name: str, pairs: Callable[[NDArray[np.int64]], str]
) -> Iterator[str]:
    both, in_log, in_matrix = np.intersect1d(log[0], matrix[0], assume_unique=True, return_indices=True)
    other = both[log[1][in_log] != matrix[1][in_matrix]]
    if len(other):
        yield f"{log_name} and {matrix_name} differ in {len(other):,} votes; the log counts: {pairs(other)}"
    for mine, theirs, name, missing in (
        (log[0], matrix[0], log_name, matrix_name),
        (matrix[0], log[0], matrix_name, log_name),
    ):
        alone = np.setdiff1d(mine, theirs, assume_unique=True)
        if len(alone):
            used = "they count" if name == log_name else "they do not count, as the log is complete by itself"
            yield f"{len(alone):,} votes are in {name} but not in {missing}; {used}: {pairs(alone)}"


def miscounted(votes: Votes, revotes: int, statements: Sequence[Comment], name: str) -> Iterator[str]:
    """A sentence where the list of statements counts agrees and disagrees otherwise than the newest votes do.

    Polis's own lists do: they count a changed vote each time it was cast.
    """
    if all(statement.claimed is None for statement in statements):
        return
    each = newest = _counts(votes.statement, votes.value, votes)
    if revotes:
        cells, value = _last(votes.person.astype(np.int64) * len(votes.statements) + votes.statement, votes.value)
        newest = _counts(cells % len(votes.statements), value, votes)
    other = [s for s in statements if s.claimed is not None and s.claimed != newest.get(str(s.id), (0, 0))]
    if not other:
        return
    again = all(s.claimed == each.get(str(s.id), (0, 0)) for s in other)
    why = "it counts a changed vote each time it was cast" if again else "it may be of another day"
    shown = ", ".join(str(s.id) for s in other[:SHOWN]) + (", ..." if len(other) > SHOWN else "")
    yield (
        f"{name} counts the agrees and disagrees of {len(other):,} statements otherwise than the newest votes do "
        f"({why}); the votes count: {shown}"
    )


def _counts(statement: NDArray[Any], value: NDArray[np.int8], votes: Votes) -> dict[str, tuple[int, int]]:
    width = len(votes.statements)
    agrees = np.bincount(statement[value == AGREE], minlength=width).tolist()
    disagrees = np.bincount(statement[value == DISAGREE], minlength=width).tolist()
    return {str(id): counts for id, counts in zip(votes.statements, zip(agrees, disagrees, strict=True), strict=True)}


def _last(keys: NDArray[np.int64], value: NDArray[np.int8]) -> Cells:
    """The pairs in ascending order, each with its last vote."""
    found, place = np.unique(keys[::-1], return_index=True)
    return found, value[::-1][place]
