"""The formulas, each over weights (R, C) and the columns of C cells at once, so that resamples cost no loop.

Columns of labels: ``truth``, ``proposal`` (codes, -1 abstained), ``positive`` (the code asked about).
Columns of scores: ``score`` (probability), ``event`` (0 or 1), ``logit``, ``excess`` (score - event),
``loss`` (its square), ``bin`` (of ten).
Column of amounts: ``amount``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Array = NDArray[Any]
Columns = Mapping[str, Array]
Part = Callable[[Floats, Columns], tuple[Floats, Floats]]
"""(weights, columns) -> (count, of), both (R,)."""

CLIP = 1e-6
"""Probabilities are kept this far from 0 and 1 before their logit is taken."""
BINS = 10
STEPS = 30
FEW = 5000
LEAST = 1e-3
"""Less information than this, in cases, about an intercept is none: all probabilities are 0 or 1, and right."""


def divided(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where the whole is 0."""
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)


def proportion(part: Part) -> Callable[[Floats, Columns], Floats]:
    """The metric that is the share ``part`` counts."""
    return lambda weights, columns: divided(*part(weights, columns))


def _counting(hit: Callable[[Columns], Array], among: Callable[[Columns], Array]) -> Part:
    def part(weights: Floats, columns: Columns) -> tuple[Floats, Floats]:
        whole = among(columns)
        return weights @ (hit(columns) & whole).astype(np.float64), weights @ whole.astype(np.float64)

    return part


def _all(columns: Columns) -> Array:
    return np.ones(len(columns["proposal"]), dtype=bool)


def _right(columns: Columns) -> Array:
    return columns["proposal"] == columns["truth"]


def _answered(columns: Columns) -> Array:
    return columns["proposal"] >= 0


def _abstained(columns: Columns) -> Array:
    return columns["proposal"] < 0


def _selected(columns: Columns) -> Array:
    return columns["proposal"] == columns["positive"]


def _not_selected(columns: Columns) -> Array:
    return columns["proposal"] != columns["positive"]


def _true(columns: Columns) -> Array:
    return columns["truth"] == columns["positive"]


def _false(columns: Columns) -> Array:
    return columns["truth"] != columns["positive"]


accuracy = _counting(_right, _all)
accuracy_when_answering = _counting(_right, _answered)
coverage = _counting(_answered, _all)
abstention_rate = _counting(_abstained, _all)
selection_rate = _counting(_selected, _all)
precision = _counting(_true, _selected)
recall = _counting(_selected, _true)
false_negative_rate = _counting(_not_selected, _true)
false_positive_rate = _counting(_selected, _false)


def overlap(weights: Floats, columns: Columns) -> tuple[Floats, Floats]:
    """Jaccard: rightly selected, of all selected or true. F1 = 2 J / (1 + J)."""
    both = _true(columns) & _selected(columns)
    either = _true(columns) | _selected(columns)
    return weights @ both.astype(np.float64), weights @ either.astype(np.float64)


def f1_of(jaccard: Any) -> Any:
    return 2 * jaccard / (1 + jaccard)


def f1(weights: Floats, columns: Columns) -> Floats:
    return np.asarray(f1_of(divided(*overlap(weights, columns))))


def by_label(weights: Floats, columns: Columns) -> tuple[Floats, Floats, Floats]:
    """(right, true, proposed), each (R, L), for the L labels that occur among the cells."""
    labels = np.unique(np.concatenate([columns["truth"], columns["proposal"]]))
    labels = labels[labels >= 0]
    true = (columns["truth"][:, None] == labels).astype(np.float64)
    proposed = (columns["proposal"][:, None] == labels).astype(np.float64)
    return weights @ (true * proposed), weights @ true, weights @ proposed


def balanced_accuracy(weights: Floats, columns: Columns) -> Floats:
    right, true, _proposed = by_label(weights, columns)
    recalls = divided(right, true)
    return divided(np.nansum(recalls, axis=1), np.isfinite(recalls).sum(axis=1))


def macro_f1(weights: Floats, columns: Columns) -> Floats:
    right, true, proposed = by_label(weights, columns)
    each = divided(2 * right, true + proposed)
    return divided(np.nansum(each, axis=1), np.isfinite(each).sum(axis=1))


def auc(weights: Floats, columns: Columns) -> Floats:
    """Chance that a random event scores above a random other case, ties half (Hanley and McNeil 1982)."""
    order = np.argsort(columns["score"], kind="stable")
    score, event = columns["score"][order], columns["event"][order]
    sorted_weights = weights[:, order]
    events, others = sorted_weights * event, sorted_weights * (1 - event)
    below = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(others, axis=1)], axis=1)
    first, last = np.searchsorted(score, score, "left"), np.searchsorted(score, score, "right")
    wins = (events * (below[:, first] + below[:, last]) / 2).sum(axis=1)
    return divided(wins, events.sum(axis=1) * others.sum(axis=1))


def brier(weights: Floats, columns: Columns) -> Floats:
    return divided(weights @ columns["loss"], weights.sum(axis=1))


def ece(weights: Floats, columns: Columns) -> Floats:
    """Expected calibration error (Naeini et al. 2015), ten bins of equal width."""
    excess, total = columns["excess"], np.zeros(len(weights))
    for number in range(BINS):
        inside = columns["bin"] == number
        total += np.abs(weights[:, inside] @ excess[inside])
    return divided(total, weights.sum(axis=1))


def calibration_slope(weights: Floats, columns: Columns) -> Floats:
    """b of the logistic regression of the event on a + b logit(probability) (Cox 1958)."""
    return np.asarray(_line(weights, columns)[:, 1])


def _line(weights: Floats, columns: Columns) -> Floats:
    """(a, b) of each row of weights, (R, 2), by Newton's method; NaN where it does not settle."""
    x, y = columns["logit"], columns["event"]
    coefficients = _near(weights, columns)
    settled = np.zeros(len(weights), dtype=bool)
    moments = np.column_stack([np.ones_like(x), x, x * x])
    for _step in range(STEPS):
        at = coefficients[~settled]
        odds = _expit(at[:, :1] + at[:, 1:] * x)
        heavy = weights[~settled]
        slope = (heavy * (y - odds)) @ moments[:, :2]
        zero, one, two = ((heavy * odds * (1 - odds)) @ moments).T
        scale = zero * two - one * one
        with np.errstate(all="ignore"):
            change = np.column_stack([two * slope[:, 0] - one * slope[:, 1], zero * slope[:, 1] - one * slope[:, 0]])
            change = np.where(scale[:, None] > 1e-9 * (zero * two)[:, None], change / scale[:, None], np.nan)
        coefficients[~settled] = at + np.clip(change, -5, 5)
        settled[~settled] = (np.abs(change).max(axis=1) < 1e-9) | np.isnan(change[:, 0])
        if settled.all():
            break
    return np.where(settled[:, None], coefficients, np.nan)


def _near(weights: Floats, columns: Columns) -> Floats:
    """Where to start, (R, 2): at the solution of the mean of the resamples, or of a few of very many rows."""
    start = np.zeros((len(weights), 2))
    many = len(columns["logit"]) > 4 * FEW
    if len(weights) > 1:
        start[:] = _line(weights.mean(axis=0, keepdims=True), columns)
    elif many:
        step = len(columns["logit"]) // FEW
        start[:] = _line(weights[:, ::step], {name: columns[name][::step] for name in ("logit", "event")})
    return np.nan_to_num(start)


def calibration_intercept(weights: Floats, columns: Columns) -> Floats:
    """a of the logistic regression with the slope held at 1: calibration in the large (Van Calster et al. 2019)."""
    x, y = columns["logit"], columns["event"]
    at, spread = np.zeros(len(weights)), np.zeros(len(weights))
    settled = np.zeros(len(weights), dtype=bool)
    if len(weights) > 1:
        at += np.nan_to_num(calibration_intercept(weights.mean(axis=0, keepdims=True), columns))
    for _step in range(STEPS):
        odds = _expit(at[:, None] + x)
        spread = (weights * odds * (1 - odds)).sum(axis=1)
        change = np.clip(divided(weights @ y - (weights * odds).sum(axis=1), spread), -2, 2)
        at = at + change
        settled = np.abs(change) < 1e-9
        if (settled | np.isnan(change)).all():
            break
    return np.where(settled & (spread > LEAST), at, np.nan)


def _expit(x: Floats) -> Floats:
    result: Floats = 0.5 * (1 + np.tanh(0.5 * x))
    return result


def mean_per_1000(weights: Floats, columns: Columns) -> Floats:
    return 1000 * divided(weights @ columns["amount"], weights.sum(axis=1))


def quantile(share: float) -> Callable[[Floats, Columns], Floats]:
    """The smallest amount that at least ``share`` of the rows do not exceed (Hyndman and Fan 1996, type 1)."""

    def value(weights: Floats, columns: Columns) -> Floats:
        order = np.argsort(columns["amount"], kind="stable")
        amounts, reached = columns["amount"][order], np.cumsum(weights[:, order], axis=1)
        wanted = share * reached[:, -1:] * (1 - 1e-12)
        place = np.minimum((reached < wanted).sum(axis=1), len(amounts) - 1)
        return np.asarray(amounts[place])

    return value
