"""Texts of a training cut into grams once; every part of them that is learned from has its own vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minga.tools.triage.features import SEEN_IN, Vocabulary, known_shares, weigh
from minga.tools.triage.grams import RUNS, STEMS, Keys, Places, batches, grams_of


@dataclass(frozen=True, slots=True)
class Corpus:
    """``keys`` (F,) ascending are the grams of at least ``SEEN_IN`` of the n texts, ``block`` (F,) their kinds,
    ``counts`` (n, F) a SciPy CSR array of how often each text has them. ``totals`` (n, 2) are all stems and runs of
    each text, and equal texts have equal numbers in ``same`` (n,).

    A gram of fewer than ``SEEN_IN`` texts here is one of fewer in every part, so a part loses nothing by it.
    """

    texts: tuple[str, ...]
    keys: Keys
    block: NDArray[np.uint8]
    counts: Any
    totals: NDArray[np.int64]
    same: Places

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        from scipy.sparse import csr_array, vstack

        numbers: dict[str, int] = {}
        same = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)
        parts = [_counted(texts[part]) for part in batches(texts)]
        keys, first, number = np.unique(
            np.concatenate([keys for keys, *_ in parts] or [np.zeros(0, np.uint64)]),
            return_index=True,
            return_inverse=True,
        )
        block = np.concatenate([block for _, block, *_ in parts] or [np.zeros(0, np.uint8)])[first]
        rows, begin = [csr_array((0, len(keys)), dtype=np.float32)], 0
        for own, _, times, _ in parts:
            indices = number[begin : begin + len(own)][times.indices].astype(np.int32)
            rows.append(csr_array((times.data, indices, times.indptr), shape=(times.shape[0], len(keys))))
            begin += len(own)
        counts = vstack(rows, format="csr")
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=len(keys)) >= SEEN_IN)
        totals = np.vstack([np.zeros((0, 2), np.int64), *(total for *_, total in parts)])
        return cls(tuple(texts), keys[kept], block[kept], only(counts, kept), totals, same)

    def vocabulary(self, places: Places) -> Vocabulary:
        """The grams of at least ``SEEN_IN`` of the texts at ``places``; nothing else of the corpus enters it.

        idf = ln((1 + n) / (1 + texts with it)) + 1.
        """
        texts_with = np.bincount(self.counts[places].indices, minlength=len(self.keys))
        kept = np.flatnonzero(texts_with >= SEEN_IN)
        idf = np.log((1 + len(places)) / (1 + texts_with[kept])) + 1
        return Vocabulary(self.keys[kept], self.block[kept], idf.astype(np.float32))

    def matrix(self, vocabulary: Vocabulary, places: Places) -> tuple[Any, NDArray[np.float64]]:
        """What ``vocabulary.matrix`` gives for the texts at ``places``, for a vocabulary made above."""
        times = only(self.counts[places], np.searchsorted(self.keys, vocabulary.keys))
        return weigh(times, vocabulary), known_shares(times, vocabulary.block, self.totals[places])


def only(counts: Any, columns: Places) -> Any:
    """These ``columns`` (ascending) of a CSR array."""
    from scipy.sparse import csr_array

    number = np.full(counts.shape[1], -1, np.int32)
    number[columns] = np.arange(len(columns), dtype=np.int32)
    moved = number[counts.indices]
    here = moved >= 0
    ends = np.concatenate([[0], np.cumsum(here)])[counts.indptr].astype(counts.indptr.dtype)
    return csr_array((counts.data[here], moved[here], ends), shape=(counts.shape[0], len(columns)))


def _counted(texts: Sequence[str]) -> tuple[Keys, NDArray[np.uint8], Any, NDArray[np.int64]]:
    """(grams, their kinds, how often each text has each, stems and runs of each text) of one batch."""
    from scipy.sparse import csr_array

    grams = grams_of(texts)
    keys, first, number = np.unique(grams.key, return_index=True, return_inverse=True)
    places = (grams.row.astype(np.int32), number.astype(np.int32))
    times = csr_array((np.ones(len(number), np.float32), places), shape=(len(texts), len(keys)))
    times.sum_duplicates()
    totals = [np.bincount(grams.row[grams.block == kind], minlength=len(texts)) for kind in (STEMS, RUNS)]
    return keys, grams.block[first], times, np.stack(totals, axis=1)
