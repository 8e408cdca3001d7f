"""How likely a route is right, told from how the scores look, also for texts that belong to no route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minga.tools.triage.corpus import Corpus
from minga.tools.triage.leaning import leaning
from minga.tools.triage.linear import Floats, Ints, Linear, Mixing, chosen_strength, folds

FOLDS, STRANGE_FOLDS = 3, 2
MOST_TO_CHOOSE, MOST_STRANGE = 6_000, 20_000
SIGNALS = ("score", "margin", "known_stems", "known_runs")
_TINY, _NEAR, _STEPS = 1e-6, 1e-5, 50
_WARMTHS, _GOLDEN = (-4.0, 5.0), (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What the learned part saw of some texts that it was not fitted on.

    ``scores`` (n, K); ``known`` (n, 2); ``right`` (n,) whether the best route is the true one; ``strange`` (n,)
    whether the text belongs to none of the routes it was fitted with.
    """

    scores: Floats
    known: Floats
    right: NDArray[np.bool_]
    strange: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Confidence:
    """``warmth`` times the scores gives chances by the softmax (temperature scaling, Guo et al. 2017). The chance that
    the best route is right is logistic in the signals less ``centre`` over ``spread``, with ``slopes`` and ``start``.
    """

    warmth: float
    centre: Floats
    spread: Floats
    slopes: Floats
    start: float

    def chances(self, scores: Floats) -> Floats:
        """(n, K) chances of the routes among themselves; each row sums to 1."""
        heated = self.warmth * (scores - scores.max(axis=1, keepdims=True))
        np.exp(heated, out=heated)
        return heated / heated.sum(axis=1, keepdims=True)

    def right(self, scores: Floats, known: Floats) -> Floats:
        """(n,) chance that the route with the best score is the right one, the text's being strange reckoned in."""
        signals = (signals_of(scores, known) - self.centre) / self.spread
        found: Floats = 1 / (1 + np.exp(-np.clip(signals @ self.slopes + self.start, -30, 30)))
        return found

    @classmethod
    def fit(cls, seen: Seen, labels: Ints, strange_share: float) -> Self:
        """From texts held out. ``labels`` (n,) are the true routes (any number for strange texts).

        ``strange_share`` (0..1) is how many of the texts in service belong to no route: the strange ones here are
        weighed to that share.
        """
        home = ~seen.strange
        warmth = _warmth(seen.scores[home], labels[home])
        signals = signals_of(seen.scores, seen.known)
        share = strange_share if seen.strange.any() else 0.0
        weight = np.where(home, (1 - share) / max(1, int(home.sum())), share / max(1, int(seen.strange.sum())))
        centre, spread = signals.mean(axis=0), signals.std(axis=0) + _TINY
        slopes, start = _logistic((signals - centre) / spread, seen.right, weight * len(weight))
        return cls(warmth, centre, spread, slopes, start)


def signals_of(scores: Floats, known: Floats) -> Floats:
    """(n, 4): the best score, its distance to the second, and the shares of known stems and runs."""
    best = np.partition(scores, -2, axis=1)[:, -2:]
    return np.column_stack([best[:, 1], best[:, 1] - best[:, 0], known])


def _warmth(scores: Floats, labels: Ints) -> float:
    """The factor with the least log loss, by golden section (Kiefer 1953) over its logarithm."""
    relative = scores - scores[np.arange(len(labels)), labels][:, None]

    def loss(log_factor: float) -> float:
        heated = np.exp(log_factor) * relative
        top = heated.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(heated - top).sum(axis=1)) + top[:, 0]))

    low, high = _WARMTHS
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > _NEAR:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = loss(right)
    return float(np.exp((low + high) / 2))


def _logistic(signals: Floats, right: NDArray[np.bool_], weight: Floats) -> tuple[Floats, float]:
    """Weighed logistic regression, least |slopes|^2 / 2 + log loss, by Newton's method with steps halved where needed.

    Where all or none are right, a constant with one case of doubt.
    """
    if right.all() or not right.any():
        share = (weight[right].sum() + 0.5) / (weight.sum() + 1)
        return np.zeros(signals.shape[1]), float(np.log(share / (1 - share)))
    rows = np.column_stack([signals, np.ones(len(signals))])
    sign, ridge = np.where(right, 1.0, -1.0), np.append(np.ones(signals.shape[1]), _TINY)

    def loss(slopes: Floats) -> float:
        return float(weight @ np.logaddexp(0, -sign * (rows @ slopes)) + ridge @ slopes**2 / 2)

    slopes = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        share = 1 / (1 + np.exp(-np.clip(rows @ slopes, -30, 30)))
        downhill = rows.T @ (weight * (right - share)) - ridge * slopes
        curved = (rows * (weight * share * (1 - share))[:, None]).T @ rows + np.diag(ridge)
        step, before = np.linalg.solve(curved, downhill), loss(slopes)
        while loss(slopes + step) > before and np.abs(step).max() > _NEAR:
            step = step / 2
        slopes = slopes + step
        if np.abs(step).max() <= _NEAR:
            break
    return slopes[:-1], float(slopes[-1])


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned. ``known``, ``best`` and ``chance`` (n,) say of each training text, scored by a machine that had
    not seen it, the share of known stems, the best route and the chance that it is right.
    """

    linear: Linear
    confidence: Confidence
    strength: float
    known: Floats
    best: Ints
    chance: Floats


def learn(texts: Sequence[str], labels: Ints, routes: int, strange_share: float, seed: int) -> Lesson:
    """Fit scores and their confidence on ``texts`` alone, the same for the same seed.

    Each text is scored by a machine that has not seen it; strange texts are those of whole routes that a machine has
    not seen, and texts with the letters of each word shuffled, as of another language.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # With several threads the last digits, and so the content hash, would depend on how many there are.
    with threadpool_limits(limits=1):
        return _learned(texts, labels, routes, strange_share, seed)


def _learned(texts: Sequence[str], labels: Ints, routes: int, strange_share: float, seed: int) -> Lesson:
    rng = np.random.default_rng(seed)
    fold = folds(labels, FOLDS, rng)
    corpus = Corpus.of(texts)
    strength = chosen_strength(corpus, labels, routes, fold, seed, MOST_TO_CHOOSE)
    own = [_held_out(corpus, labels, routes, strength, seed, fold == number) for number in range(FOLDS)]
    order = np.concatenate([np.flatnonzero(fold == number) for number in range(FOLDS)])
    strange = _strangers(corpus, labels, routes, strength, seed, rng)
    together = Seen(*(np.concatenate(rows) for rows in zip(*map(_fields, [*own, *strange]), strict=True)))
    truth = np.concatenate([labels[order], np.zeros(len(together.right) - len(order), np.int64)])
    mixing = Mixing.fit(together.scores[: len(order)], labels[order])
    mixing = mixing.leaning(leaning(mixing(together.scores[: len(order)]), labels[order], seed))
    scores = mixing(together.scores)
    together = replace(together, scores=scores, right=(scores.argmax(axis=1) == truth) & ~together.strange)
    confidence = Confidence.fit(together, truth, strange_share)
    linear = Linear.fit(corpus, np.arange(len(labels)), labels, routes, strength, seed).mixed(mixing)
    scores, known = scores[: len(order)], together.known[: len(order)]
    best = scores.argmax(axis=1)
    return Lesson(linear, confidence, strength, known[:, 0], best, confidence.right(scores, known))


def _fields(seen: Seen) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    return seen.scores, seen.known, seen.right, seen.strange


def _held_out(corpus: Corpus, labels: Ints, routes: int, strength: float, seed: int, held: NDArray[np.bool_]) -> Seen:
    fitted = Linear.fit(corpus, np.flatnonzero(~held), labels, routes, strength, seed)
    out = np.flatnonzero(held)
    return _seen(fitted, *corpus.matrix(fitted.vocabulary, out), labels[out])


def _seen(fitted: Linear, matrix: Any, known: Floats, labels: Ints | None) -> Seen:
    """``labels`` None: the texts are strange."""
    scores = fitted.scores(matrix)
    right = np.zeros(len(known), bool) if labels is None else scores.argmax(axis=1) == labels
    return Seen(scores, known, right, np.full(len(known), labels is None))


def _strangers(
    corpus: Corpus, labels: Ints, routes: int, strength: float, seed: int, rng: np.random.Generator
) -> list[Seen]:
    """Texts of routes held out whole; with fewer than four routes there are only shuffled ones."""
    there = rng.permutation(np.unique(labels))
    halves = np.array_split(there, STRANGE_FOLDS) if len(there) >= 2 * STRANGE_FOLDS else [there[:0]]
    found = []
    for half in halves:
        out = np.isin(labels, half)
        inside = rng.permutation(np.flatnonzero(~out))[:MOST_STRANGE]
        fitted = Linear.fit(corpus, inside, labels, routes, strength, seed)
        others = rng.permutation(np.flatnonzero(out))[:MOST_STRANGE]
        if len(others):
            found.append(_seen(fitted, *corpus.matrix(fitted.vocabulary, others), None))
        few = rng.permutation(len(labels))[: max(10, min(len(labels), MOST_STRANGE) // 10)]
        afar = [shuffled(corpus.texts[place], rng) for place in few.tolist()]
        found.append(_seen(fitted, *fitted.vocabulary.matrix(afar), None))
    return found


def shuffled(text: str, rng: np.random.Generator) -> str:
    """The letters of each word in another order."""
    return " ".join("".join(rng.permutation(list(word))) for word in text.split())
