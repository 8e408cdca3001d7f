"""Measures of routing, as in the literature; small enough to be our own, compared with scikit-learn in the tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
BINS = 15


def macro_f1(truth: Ints, guess: Ints) -> float:
    """Mean of the F1 of every route that is true or guessed somewhere; nan for no cases."""
    if not len(truth):
        return float("nan")
    size = int(max(truth.max(), guess.max())) + 1
    hit = np.bincount(truth[truth == guess], minlength=size)
    both = np.bincount(truth, minlength=size) + np.bincount(guess, minlength=size)
    there = both > 0
    return float(np.mean(2 * hit[there] / both[there]))


def brier(truth: Ints, chances: Floats) -> float:
    """Mean over cases of sum_k (chance_k - [k is true])^2, 0..2 (Brier 1950). A truth below 0 is none of the routes."""
    if not len(truth):
        return float("nan")
    squares = np.square(chances).sum(axis=1)
    of_truth = np.where(truth >= 0, chances[np.arange(len(truth)), np.maximum(truth, 0)], 0.0)
    return float(np.mean(squares - 2 * of_truth + 1))


def ece(right: NDArray[np.bool_], chance: Floats, bins: int = BINS) -> float:
    """Expected calibration error: |share right - mean chance| over bins of equal width, weighed by size."""
    if not len(right):
        return float("nan")
    place = np.minimum((chance * bins).astype(int), bins - 1)
    size = np.bincount(place, minlength=bins)
    gap = np.abs(np.bincount(place, right, bins) - np.bincount(place, chance, bins))
    return float(gap.sum() / size.sum())


def auroc(positive: NDArray[np.bool_], score: Floats) -> float:
    """Chance that a positive case scores higher than a negative one, ties half; nan where one kind is missing."""
    from scipy.stats import rankdata

    count, rest = int(positive.sum()), int((~positive).sum())
    if not count or not rest:
        return float("nan")
    return float((rankdata(score)[positive].sum() - count * (count + 1) / 2) / (count * rest))
