"""Grams weighed by how much they tell (TF-IDF), as rows of a sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minga.tools.triage.grams import RUNS, STEMS, Grams, Keys, Places, batches, grams_of

BLOCKS = 4
WEIGHTS = np.array([1.0, 1.0, 0.5, 0.5], np.float32)
"""Length of the part of a text that each kind of gram makes: stems, runs, pairs, lead."""
SEEN_IN = 2

type Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Some texts as rows of ``matrix`` (n, F), a SciPy CSR array of float32.

    ``known`` (n, 2) is the share of the stems and of the runs of each text that were met in training (0 where it has
    none). ``grams`` holds the known grams, ``feature`` (grams,) the column of each, ``times`` (n, F) their counts.
    """

    matrix: Any
    known: NDArray[np.float64]
    grams: Grams
    feature: Places
    chosen: Places
    times: Any


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``keys`` (F,) ascending, with the kind (``block``) and inverse document frequency (``idf``) of each."""

    keys: Keys
    block: NDArray[np.uint8]
    idf: Floats32

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """The grams that stand in at least ``SEEN_IN`` of the texts; idf = ln((1 + n) / (1 + texts with it)) + 1."""
        parts = [_distinct(grams_of(texts[part])) for part in batches(texts)]
        keys, first, number = np.unique(
            np.concatenate([keys for keys, _ in parts] or [np.zeros(0, np.uint64)]),
            return_index=True,
            return_inverse=True,
        )
        block = np.concatenate([block for _, block in parts] or [np.zeros(0, np.uint8)])[first]
        texts_with = np.bincount(number, minlength=len(keys))
        kept = texts_with >= SEEN_IN
        idf = np.log((1 + len(texts)) / (1 + texts_with[kept])) + 1
        return cls(keys[kept], block[kept], idf.astype(np.float32))

    def weigh(self, texts: Sequence[str]) -> Weighed:
        """(1 + ln count) * idf, each kind of gram brought to its length in ``WEIGHTS``, of one batch of texts."""
        from scipy.sparse import csr_array

        grams = grams_of(texts)
        place = np.searchsorted(self.keys, grams.key)
        place[place == len(self.keys)] = 0
        here = self.keys[place] == grams.key if len(self.keys) else np.zeros(len(grams.key), bool)
        chosen = np.flatnonzero(here)
        row, feature = grams.row[chosen], place[chosen]
        shape = (len(texts), len(self.keys))
        places = (row.astype(np.int32), feature.astype(np.int32))
        times = csr_array((np.ones(len(row), np.float32), places), shape=shape)
        times.sum_duplicates()
        matrix = times.copy()
        matrix.data = (1 + np.log(times.data)) * self.idf[times.indices]
        cell = np.repeat(np.arange(len(texts)), np.diff(times.indptr)) * BLOCKS + self.block[times.indices]
        length = np.sqrt(np.bincount(cell, np.square(matrix.data, dtype=np.float64), len(texts) * BLOCKS))
        matrix.data *= (WEIGHTS[self.block[times.indices]] / length[cell]).astype(np.float32)
        return Weighed(matrix, _known(grams, here, len(texts)), grams, feature, chosen, times)

    def matrix(self, texts: Sequence[str]) -> tuple[Any, NDArray[np.float64]]:
        """(matrix, known) of any number of texts."""
        from scipy.sparse import csr_array, vstack

        parts = [(weighed.matrix, weighed.known) for part in batches(texts) for weighed in [self.weigh(texts[part])]]
        if not parts:
            return csr_array((0, len(self.keys)), dtype=np.float32), np.zeros((0, 2))
        return vstack([part for part, _ in parts], format="csr"), np.vstack([known for _, known in parts])


def _distinct(grams: Grams) -> tuple[Keys, NDArray[np.uint8]]:
    """Each gram of each text once."""
    order = np.lexsort((grams.key, grams.row))
    row, key = grams.row[order], grams.key[order]
    new = np.ones(len(order), bool)
    new[1:] = (row[1:] != row[:-1]) | (key[1:] != key[:-1])
    return key[new], grams.block[order][new]


def _known(grams: Grams, here: NDArray[np.bool_], texts: int) -> NDArray[np.float64]:
    shares = []
    for block in (STEMS, RUNS):
        row, found = grams.row[grams.block == block], here[grams.block == block]
        all_of_it = np.bincount(row, minlength=texts)
        shares.append(np.bincount(row, found, texts) / np.maximum(all_of_it, 1))
    return np.stack(shares, axis=1)
