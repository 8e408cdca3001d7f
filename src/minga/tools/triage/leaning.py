"""How far the score of each route is moved, so that routes with few texts are found as well as those with many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minga.tools.triage.metrics import macro_f1

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]

MOST_ROUTES, LEAST_TEXTS, MOST_TEXTS = 30, 500, 5_000
STEPS = np.arange(-6, 7) * 0.05
ROUNDS, PARTS, LEAST_GAIN = 2, 8, 0.02
"""Each route is moved ``ROUNDS`` times on each of ``PARTS`` parts; a move by 1 must raise macro-F1 by ``LEAST_GAIN``,
a smaller one by its share."""


def leaning(scores: Floats, labels: Ints, seed: int) -> Floats:
    """(K,) to add to the scores (n, K) of texts that were held out, so that their macro-F1 rises.

    Nothing is moved unless, found on each half of the texts, it raises the macro-F1 of the other half. With fewer than
    three routes, more than ``MOST_ROUTES`` or fewer than ``LEAST_TEXTS`` texts nothing is moved either.
    """
    step = -(-len(labels) // MOST_TEXTS)
    scores, labels = scores[::step], labels[::step]
    nothing = np.zeros(scores.shape[1])
    if not 2 < len(nothing) <= MOST_ROUTES or len(labels) < LEAST_TEXTS:
        return nothing
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(labels))
    guess = scores.argmax(axis=1)
    before = macro_f1(labels, guess)
    for part in (0, 1):
        held, rest = order[part::2], order[1 - part :: 2]
        guess[held] = (scores[held] + _moved(scores[rest], labels[rest], rng)).argmax(axis=1)
    return _moved(scores, labels, rng) if macro_f1(labels, guess) > before else nothing


def _moved(scores: Floats, labels: Ints, rng: np.random.Generator) -> Floats:
    """The mean over random parts, so that no single text of a small route decides."""
    some = (rng.permutation(len(labels))[: len(labels) * 2 // 3] for _ in range(PARTS))
    found: Floats = np.mean([_climbed(scores[part], labels[part]) for part in some], axis=0)
    return found


def _climbed(scores: Floats, labels: Ints) -> Floats:
    """One route after another is moved to where macro-F1 is best with the others as they are."""
    moved = np.zeros(scores.shape[1])
    for _ in range(ROUNDS):
        for route in range(len(moved)):
            others = scores + moved
            others[:, route] = -np.inf
            second, ahead = others.argmax(axis=1), others.max(axis=1) - scores[:, route]
            gains = [macro_f1(labels, np.where(ahead < by, route, second)) - LEAST_GAIN * abs(by) for by in STEPS]
            moved[route] = STEPS[int(np.argmax(gains))]
    return moved
