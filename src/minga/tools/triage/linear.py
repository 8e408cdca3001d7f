"""The learned part: one linear score per route (support vector machines, one route against the rest)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minga.tools.triage.corpus import Corpus
from minga.tools.triage.features import Floats32, Vocabulary
from minga.tools.triage.solving import solve

STRENGTHS = (0.1, 0.3, 1.0)
"""Penalties C that are tried, the one with the best macro-F1 in a part held out is taken."""
ABSENT = -2.0

MIXING, LEAST_TO_MIX, MOST_TO_MIX = 0.03, 500, 20_000

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Linear:
    """``weights`` (F, K) and ``offset`` (K,) give the score of each of K routes for a row of features."""

    vocabulary: Vocabulary
    weights: Floats32
    offset: Floats32

    @classmethod
    def fit(cls, corpus: Corpus, places: Ints, labels: Ints, routes: int, strength: float, seed: int) -> Self:
        """Fit on the texts of ``corpus`` at ``places`` alone; each route weighs the same, however rare.

        ``labels`` (n,) of all texts are numbers below ``routes``; a route without a text gets a score below all
        others. Texts that stand several times with one label are learned once, with their number as weight.
        """
        vocabulary = corpus.vocabulary(places)
        pair = corpus.same[places] * routes + labels[places]
        _, first, times = np.unique(pair, return_index=True, return_counts=True)
        order = np.argsort(first)
        distinct = places[first[order]]
        matrix, _ = corpus.matrix(vocabulary, distinct)
        sizes = np.bincount(labels[places], minlength=routes)
        present, target = np.unique(labels[distinct], return_inverse=True)
        share = len(places) / len(present) / np.maximum(sizes, 1)
        penalty = strength * times[order] * share[labels[distinct]]
        weights, offset = solve(matrix, target, penalty, seed)
        full = np.zeros((len(vocabulary.keys), routes), np.float32)
        full[:, present] = weights
        low = np.full(routes, ABSENT, np.float32)
        low[present] = offset
        return cls(vocabulary, full, low)

    def scores(self, matrix: Any) -> Floats:
        """(n, K) scores of the rows of ``matrix``."""
        found: Floats = (matrix @ self.weights + self.offset).astype(np.float64)
        return found

    def mixed(self, mixing: Mixing) -> Self:
        """The same with the scores mixed, in one step."""
        weights = (self.weights @ mixing.matrix).astype(np.float32)
        offset = (self.offset @ mixing.matrix + mixing.shift).astype(np.float32)
        return replace(self, weights=weights, offset=offset)


@dataclass(frozen=True, slots=True)
class Mixing:
    """Scores (n, K) times ``matrix`` (K, K) plus ``shift`` (K,): what the scores of like routes say of each other."""

    matrix: Floats
    shift: Floats

    def __call__(self, scores: Floats) -> Floats:
        return scores @ self.matrix + self.shift

    def leaning(self, towards: Floats) -> Self:
        """The same with ``towards`` (K,) added to the scores."""
        return replace(self, shift=self.shift + towards)

    @classmethod
    def fit(cls, scores: Floats, labels: Ints) -> Self:
        """Stacking (Wolpert 1992): the scores of texts that were held out, and a multinomial logistic regression on
        them, averaged two to one after bringing both to the same spread.

        It is used only where, fitted on each half of the texts, it raises the macro-F1 of the other half. Where a half
        lacks a route, with two routes, and with fewer than ``LEAST_TO_MIX`` texts, nothing is mixed.
        """
        from minga.tools.triage.metrics import macro_f1

        routes, step = scores.shape[1], -(-len(labels) // MOST_TO_MIX)
        nothing = cls(np.eye(routes), np.zeros(routes))
        scores, labels = scores[::step], labels[::step]
        half = np.arange(len(labels)) % 2
        few = routes < 3 or len(labels) < LEAST_TO_MIX
        if few or any(len(np.unique(labels[half == part])) < routes for part in (0, 1)):
            return nothing
        guess = scores.argmax(axis=1)
        for part in (0, 1):
            guess[half == part] = cls._stacked(scores[half != part], labels[half != part])(scores[half == part]).argmax(
                1
            )
        better = macro_f1(labels, guess) > macro_f1(labels, scores.argmax(axis=1))
        return cls._stacked(scores, labels) if better else nothing

    @classmethod
    def _stacked(cls, scores: Floats, labels: Ints) -> Self:
        from sklearn.linear_model import LogisticRegression

        stacked = LogisticRegression(C=MIXING, max_iter=100, tol=1e-3).fit(scores, labels)
        share = scores.std() / (2 * (scores @ stacked.coef_.T + stacked.intercept_).std())
        matrix = (np.eye(scores.shape[1]) + share * stacked.coef_.T) / 1.5
        return cls(matrix, share * stacked.intercept_ / 1.5)


def folds(labels: Ints, count: int, rng: np.random.Generator) -> Ints:
    """(n,) a fold 0..count - 1 for each text, every route spread over all folds as evenly as can be."""
    fold = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        fold[members] = (np.arange(len(members)) + rng.integers(count)) % count
    return fold


def chosen_strength(corpus: Corpus, labels: Ints, routes: int, fold: Ints, seed: int, most: int) -> float:
    """The penalty with the best macro-F1 on fold 0 when fitted on the others, on at most ``most`` texts."""
    from minga.tools.triage.metrics import macro_f1

    places = np.random.default_rng(seed).permutation(len(labels))[:most]
    train, held = (places[(fold[places] == 0) == which] for which in (False, True))
    best, strength = -1.0, STRENGTHS[0]
    for tried in STRENGTHS:
        fitted = Linear.fit(corpus, train, labels, routes, tried, seed)
        guessed = fitted.scores(corpus.matrix(fitted.vocabulary, held)[0]).argmax(axis=1)
        found = macro_f1(labels[held], guessed)
        if found > best:
            best, strength = found, tried
    return strength
