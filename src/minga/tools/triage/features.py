"""Grams weighed by how much they tell (TF-IDF), as rows of a sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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

    def weigh(self, texts: Sequence[str]) -> Weighed:
        """One batch of texts, weighed as by ``weigh``."""
        from scipy.sparse import csr_array

        grams = grams_of(texts)
        place = np.searchsorted(self.keys, grams.key)
        place[place == len(self.keys)] = 0
        here = self.keys[place] == grams.key if len(self.keys) else np.zeros(len(grams.key), bool)
        chosen = np.flatnonzero(here)
        row, feature = grams.row[chosen], place[chosen]
        places = (row.astype(np.int32), feature.astype(np.int32))
        times = csr_array((np.ones(len(row), np.float32), places), shape=(len(texts), len(self.keys)))
        times.sum_duplicates()
        totals = [np.bincount(grams.row[grams.block == kind], minlength=len(texts)) for kind in (STEMS, RUNS)]
        known = known_shares(times, self.block, np.stack(totals, axis=1))
        return Weighed(weigh(times, self), known, grams, feature, chosen, times)

    def matrix(self, texts: Sequence[str]) -> tuple[Any, NDArray[np.float64]]:
        """(matrix, known) of any number of texts."""
        from scipy.sparse import csr_array, vstack

        parts = [(weighed.matrix, weighed.known) for part in batches(texts) for weighed in [self.weigh(texts[part])]]
        if not parts:
            return csr_array((0, len(self.keys)), dtype=np.float32), np.zeros((0, 2))
        return vstack([part for part, _ in parts], format="csr"), np.vstack([known for _, known in parts])


def weigh(times: Any, vocabulary: Vocabulary) -> Any:
    """(n, F) of counts ``times`` (n, F): (1 + ln count) * idf, each kind of gram brought to its length in WEIGHTS."""
    block = vocabulary.block[times.indices]
    matrix = times.copy()
    matrix.data = (1 + np.log(times.data)) * vocabulary.idf[times.indices]
    cell = np.repeat(np.arange(times.shape[0]), np.diff(times.indptr)) * BLOCKS + block
    length = np.sqrt(np.bincount(cell, np.square(matrix.data, dtype=np.float64), times.shape[0] * BLOCKS))
    matrix.data *= (WEIGHTS[block] / length[cell]).astype(np.float32)
    return matrix


def known_shares(times: Any, block: NDArray[np.uint8], totals: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, 2) share of the stems and of the runs of each text that are among the known grams ``times`` (n, F)."""
    row, kind = np.repeat(np.arange(times.shape[0]), np.diff(times.indptr)), block[times.indices]
    found = [np.bincount(row[kind == one], times.data[kind == one], times.shape[0]) for one in (STEMS, RUNS)]
    return np.stack(found, axis=1) / np.maximum(totals, 1)
