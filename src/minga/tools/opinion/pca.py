"""Where each participant and each statement lies on the map: two principal components of the votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.table import Floats, Table

DENSE = 64
"""Up to so many rows or columns the whole spectrum is computed."""
LOOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Axes:
    """``centre`` (S,) mean vote, ``components`` (2, S), ``projection`` (2, S) of the statements, ``extremity`` (S,).

    ``variance`` (2,) is the share of the variance along each component, 0..1.
    """

    centre: Floats
    components: Floats
    projection: Floats
    extremity: Floats
    variance: Floats


def means(tallies: Floats, zeroed: NDArray[np.bool_]) -> Floats:
    """(S,) the mean vote of each statement; 0 where it is ``zeroed`` or nobody has voted."""
    agreed, disagreed, seen = tallies
    centre: Floats = np.where(zeroed, 0.0, (agreed - disagreed) / np.maximum(seen, 1))
    return centre


def centred(table: Table, centre: Floats, zeroed: NDArray[np.bool_]) -> Any:
    """The sparse table (P, S) less the mean of its column; an unseen cell counts as the mean, so it stays 0."""
    values = table.value - centre[table.column]
    if zeroed.any():
        values[zeroed[table.column]] = 0.0
    return table.sparse(values)


def components(matrix: Any, start: Floats | None = None, tolerance: float = 1e-12) -> tuple[Floats, Floats]:
    """(2, S) the two leading right singular vectors of a centred sparse matrix (P, S), and (2,) their squares.

    Lanczos on the normal equations, so the work grows with the votes and no S x S table is made. A direction
    without variance is all 0. The entry of largest size is positive: the sign of a component has no meaning.
    """
    vectors, squares = _small(matrix) if min(matrix.shape) <= DENSE else _lanczos(matrix, start, tolerance)
    flat = squares <= max(float(squares.max(initial=0.0)), 1e-300) * 1e-12
    vectors[flat] = 0.0
    peak = vectors[np.arange(2), np.abs(vectors).argmax(1)] if vectors.shape[1] else np.zeros(2)
    return vectors * np.where(peak < 0, -1.0, 1.0)[:, None], np.where(flat, 0.0, squares)


def _small(matrix: Any) -> tuple[Floats, Floats]:
    people, statements = matrix.shape
    vectors, squares = np.zeros((2, statements)), np.zeros(2)
    if not people or not statements:
        return vectors, squares
    wide = people < statements
    values, found = np.linalg.eigh((matrix @ matrix.T if wide else matrix.T @ matrix).toarray())
    for place in range(min(2, len(values))):
        squares[place] = max(values[-1 - place], 0.0)
        vector = matrix.T @ found[:, -1 - place] if wide else found[:, -1 - place]
        vectors[place] = vector / (np.linalg.norm(vector) or 1.0)
    return vectors, squares


def _lanczos(matrix: Any, start: Floats | None, tolerance: float) -> tuple[Floats, Floats]:
    from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

    if not matrix.data.any():
        return np.zeros((2, matrix.shape[1])), np.zeros(2)
    turned, size = matrix.T, matrix.shape[1]
    normal = LinearOperator((size, size), matvec=lambda x: turned @ (matrix @ x), dtype=np.float64)
    begin = np.random.default_rng(0).standard_normal(size) if start is None else start
    try:
        values, vectors = eigsh(normal, k=2, v0=begin, tol=tolerance, ncv=20 if tolerance < LOOSE else 10)
    except ArpackError:
        values, vectors = np.linalg.eigh((turned @ matrix).toarray())
    order = np.argsort(values)[::-1][:2]
    return np.ascontiguousarray(vectors[:, order].T), np.maximum(values[order], 0.0)


def axes(matrix: Any, centre: Floats) -> Axes:
    """Components of the centred ``matrix`` (P, S), and the place of each statement.

    A statement lies where somebody would who agreed with it and voted on nothing else:
    sqrt(S) * (1 - mean) * component; its extremity is the distance from the origin. Zeroed ones lie at the origin.
    """
    found, squares = components(matrix)
    whole = float(matrix.data @ matrix.data)
    projection = np.sqrt(len(centre)) * (1.0 - centre) * found
    return Axes(centre, found, projection, np.hypot(*projection), squares / whole if whole > 0 else squares * 0)


def voted(table: Table, zeroed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(P,) statements each participant counts as having voted on: zeroed ones count for everybody, as in Polis."""
    if not zeroed.any():
        return table.counts.astype(np.int64)
    shown = np.concatenate([[0], np.cumsum(~zeroed[table.column])])
    return shown[table.start[1:]] - shown[table.start[:-1]] + int(zeroed.sum())


def projected(matrix: Any, found: Floats, votes: NDArray[np.int64]) -> Floats:
    """(P, 2) places of the participants: sqrt(S / votes) * sum of (vote - mean) * component over their votes."""
    scale = np.sqrt(matrix.shape[1] / np.maximum(votes, 1))
    return (matrix @ found.T) * scale[:, None]
