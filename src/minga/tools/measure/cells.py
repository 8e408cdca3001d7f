"""Kinds of rows and how often each occurs: every metric is a function of these counts.

A bootstrap that draws n rows with replacement draws the counts of the kinds from a multinomial distribution, so
that resampling costs the number of kinds and not the number of rows (Efron and Tibshirani 1993, section 6).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Array = NDArray[Any]
Value = Callable[[Floats, Mapping[str, Array]], Floats]
"""(weights (R, C), columns of C cells) -> (R,) values; NaN where the metric does not exist."""

EXACT = 256
"""Up to this many different values each stays a cell of its own."""
LIMIT, PAIRED = 128, 1024
"""About as many cells are kept otherwise, of one column of numbers or of two together."""
BLOCK, FEWEST = 2_000_000, 200


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """C kinds of rows: ``counts`` (C,) of each, and ``columns``, each (C,), that tell what they are."""

    counts: Floats
    columns: Mapping[str, Array]

    @property
    def size(self) -> int:
        """The number of rows behind them."""
        return round(float(self.counts.sum()))

    def point(self, value: Value) -> float:
        """The metric on the rows as they are."""
        return float(value(self.counts[None, :], self.columns)[0])


def counted(columns: Mapping[str, Array], exact: Sequence[str]) -> Cells:
    """Rows with the same codes in ``exact`` become one cell; other columns become their mean in the cell."""
    keys = _joint([columns[name] for name in exact])
    _kinds, first, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    weights = counts.astype(np.float64)
    merged = {
        name: column[first] if name in exact else np.bincount(inverse, column, len(counts)) / weights
        for name, column in columns.items()
    }
    return Cells(weights, merged)


def compressed(columns: Mapping[str, Array], exact: Sequence[str], ranked: Sequence[str]) -> Cells:
    """Rows as about ``LIMIT`` cells: alike in ``exact``, neighbours in ``ranked``; exact where few differ.

    A neighbourhood is a quantile, or less where its values make up a large part of the sum (long tails).
    """
    share = LIMIT if len(ranked) < 2 else round(PAIRED ** (1 / len(ranked)))
    codes = {f"rank of {name}": _ranks(columns[name], share) for name in ranked}
    cells = counted({**columns, **codes}, [*exact, *codes])
    level = {name: _levelled(cells, name, f"rank of {name}") for name in ranked}
    return Cells(cells.counts, {**cells.columns, **level})


def _levelled(cells: Cells, name: str, rank: str) -> Floats:
    """One value for all cells of a neighbourhood, so that those in it stay ties."""
    _ranks_there, inverse = np.unique(cells.columns[rank], return_inverse=True)
    means = np.bincount(inverse, cells.counts * cells.columns[name]) / np.bincount(inverse, cells.counts)
    return np.asarray(means[inverse])


def _ranks(column: Floats, bins: int) -> Array:
    values, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
    if len(values) <= max(bins, EXACT * bins // LIMIT):
        return inverse
    place = (np.cumsum(counts) - counts) * (bins // 2) // len(column)
    above = np.cumsum(counts * (values - values[0]))
    part = np.minimum(above / above[-1] * (bins // 2), bins // 2 - 1).astype(np.int64)
    return (place * bins + part)[inverse]


def _joint(codes: Sequence[Array]) -> Array:
    """One whole number for each combination of codes, in their order."""
    if not codes:
        raise ValueError("Cells need at least one column to tell them apart.")
    joint = np.zeros(len(codes[0]), dtype=np.int64)
    for column in codes:
        low, high = (int(column.min()), int(column.max())) if len(column) else (0, 0)
        joint = np.unique(joint, return_inverse=True)[1] if joint.size and joint.max() > 2**30 else joint
        joint = joint * (high - low + 1) + (column.astype(np.int64) - low)
    return joint


def generator(seed: int, purpose: str) -> np.random.Generator:
    """A random generator that depends only on the seed and on what it is used for."""
    number = hashlib.sha256(f"{purpose}\n{seed}".encode()).digest()
    return np.random.default_rng(int.from_bytes(number[:16], "big"))


def drawn(cells: Cells, resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Weights (r, C) of the resamples, in blocks that bound the memory."""
    size, chances = cells.size, cells.counts / cells.counts.sum()
    block = max(1, min(resamples, BLOCK // max(1, len(chances))))
    for start in range(0, resamples, block):
        yield rng.multinomial(size, chances, min(block, resamples - start)).astype(np.float64)


def replicates(value: Value, cells: Cells, resamples: int, rng: np.random.Generator) -> Floats:
    """The metric in each resample, NaN where it does not exist there. Very many cells: fewer, at least 200."""
    resamples = min(resamples, max(FEWEST, BLOCK // len(cells.counts)))
    return np.concatenate([value(weights, cells.columns) for weights in drawn(cells, resamples, rng)])
