"""What answers without learning would have reached, and whether the tool beats them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from minga.tools.measure.answers import Answers, MeasureError
from minga.tools.measure.catalogue import Metric, metric_called
from minga.tools.measure.cells import Cells, Floats, compressed, drawn, generator
from minga.tools.measure.families import usable
from minga.tools.measure.figures import MINIMUM_GROUP, RESAMPLES, SEED

Kind = Literal["majority", "prior", "constant"]
Verdict = Literal["better", "not shown", "worse"]
PAIRED_TEST = ("accuracy", "exact_match")


def baseline_answers(
    answers: Answers,
    kind: Kind = "majority",
    *,
    labels: Sequence[str] | None = None,
    constant: str | None = None,
    positive: str | None = None,
) -> Answers:
    """The same cases, all answered alike: by the most frequent label, or by a ``constant`` one.

    ``labels`` are those known beforehand (the training labels); without them the truths of the cases themselves are
    counted, which flatters the baseline. Of equally frequent labels the first in the alphabet is taken. Probability:
    "prior" gives each label's share, the others 1 for what is proposed. Takes no time and costs nothing.
    """
    known = Counter(labels if labels is not None else [text for text in answers.truth_texts if text is not None])
    if kind != "constant" and not known:
        raise MeasureError("No label is known, so that no baseline can be made. Give the training labels.")
    chosen = constant if kind == "constant" else min(known, key=lambda label: (-known[label], label))
    if chosen is None:
        raise MeasureError("A constant baseline needs the label that it always proposes.")
    size, names = len(answers), sorted({*answers.labels, chosen})
    places = np.array([*[names.index(label) for label in answers.labels], -1], dtype=np.int32)
    return replace(
        answers,
        labels=tuple(names),
        truth=places[answers.truth],
        proposal=np.full(size, names.index(chosen), dtype=np.int32),
        probability=np.full(size, _chance(answers, kind, known, chosen, positive)),
        seconds=np.zeros(size),
        cost=np.zeros(size),
    )


def _chance(answers: Answers, kind: Kind, known: Mapping[str, int], chosen: str, positive: str | None) -> float:
    about = chosen if answers.probability_of == "proposal" else positive
    if about is None:
        return float("nan")
    if kind == "prior":
        return known.get(about, 0) / sum(known.values())
    return float(about == chosen)


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of two sets of answers on the same ``cases``; ``difference`` = ``value`` - ``other``.

    95 % interval by paired bootstrap. ``p``: exact McNemar test (accuracy only). "better" and "worse" heed which way
    is better for the metric; ``unpaired`` cases are in only one of the two or lack what the metric needs.
    """

    metric: str
    cases: int
    unpaired: int
    value: float | None
    other: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: Verdict
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(
    metric: str,
    answers: Answers,
    other: Answers,
    *,
    positive: str | None = None,
    minimum_group: int = MINIMUM_GROUP,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> Compared:
    """Whether ``answers`` are better by ``metric`` than ``other`` on the cases that both have.

    "better" only where the whole interval of the difference is, and for accuracy the McNemar test (exact, two-sided,
    5 %) agrees. Raises MeasureError where neither way is better for the metric.
    """
    found = metric_called(metric)
    if found.better == "neither" or "perturbed" in found.needs:
        raise MeasureError(f"Neither way is better for “{metric}”. Compare another metric.")
    one, two = paired(answers, other)
    both = usable(one, found.needs, positive).mask & usable(two, found.needs, positive).mask
    one, two = one.take(both), two.take(both)
    unpaired = len(answers) + len(other) - 2 * len(one)
    if len(one) < max(1, minimum_group):
        why = f"not enough evidence: {len(one)} paired cases, {max(1, minimum_group)} needed"
        return Compared(metric, len(one), unpaired, None, None, None, None, None, None, "not shown", why)
    cells, views = _together(found, one, two, positive)
    values = [found.family.cells(view).point(found.value) for view in _raw(found, one, two, positive)]
    low, high, towards = _spread(found, cells, views, values, resamples, generator(seed, f"compare {metric}"))
    p = _mcnemar(one, two) if metric in PAIRED_TEST else None
    verdict = _verdict(towards, p) if np.isfinite(values).all() else "not shown"
    first, second = (float(value) if np.isfinite(value) else None for value in values)
    apart = None if first is None or second is None else first - second
    if apart is None or low is None or high is None:
        why = "not computable on these cases: one class only, all scores alike, or classes apart"
        return Compared(metric, len(one), unpaired, first, second, apart, None, None, p, "not shown", why)
    return Compared(
        metric, len(one), unpaired, first, second, apart, min(low, apart), max(high, apart), p, verdict
    )  # fmt: skip


def paired(one: Answers, two: Answers) -> tuple[Answers, Answers]:
    """The cases that both have, in the same order and with the same label codes; the truth is that of the first."""
    places = {case: place for place, case in enumerate(two.cases.tolist())}
    mine = np.array([case in places for case in one.cases.tolist()], dtype=bool)
    theirs = np.array([places[case] for case in one.cases[mine].tolist()], dtype=np.intp)
    left, right = one.take(mine), two.take(theirs)
    labels = tuple(sorted({*left.labels, *right.labels}))
    return _relabelled(left, labels, left), _relabelled(right, labels, left)


def _relabelled(answers: Answers, labels: tuple[str, ...], truth: Answers) -> Answers:
    def codes(of: Answers, column: NDArray[np.int32]) -> NDArray[np.int32]:
        return np.array([*[labels.index(label) for label in of.labels], -1], dtype=np.int32)[column]

    return replace(answers, labels=labels, truth=codes(truth, truth.truth), proposal=codes(answers, answers.proposal))


Views = tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]


def _raw(metric: Metric, one: Answers, two: Answers, positive: str | None) -> Views:
    return metric.family.read(one, positive), metric.family.read(two, positive)


def _together(metric: Metric, one: Answers, two: Answers, positive: str | None) -> tuple[Cells, Views]:
    """Cells that tell rows of both apart, and the columns of each as the metric expects them."""
    sides = _raw(metric, one, two, positive)
    joint = {f"{name} {side}": column for side in (0, 1) for name, column in sides[side].items()}
    exact = [f"{name} {side}" for side in (0, 1) for name in metric.family.exact]
    ranked = [f"{name} {side}" for side in (0, 1) for name in metric.family.ranked]
    cells = compressed(joint, exact, ranked)
    views = tuple({name: cells.columns[f"{name} {side}"] for name in sides[side]} for side in (0, 1))
    return cells, (views[0], views[1])


def _spread(
    metric: Metric, cells: Cells, views: Views, values: Sequence[float], resamples: int, rng: np.random.Generator
) -> tuple[float | None, float | None, tuple[float, float]]:
    """(low, high) of the difference, and of how much nearer to the best value the first is than the second.

    Values on cells are moved to those of the rows themselves (``values``).
    """
    on_cells = [Cells(cells.counts, view).point(metric.value) for view in views]
    moves = (values[0] - on_cells[0], values[1] - on_cells[1])
    value = partial(_differences, metric, views, moves)
    found = np.concatenate([value(weights) for weights in drawn(cells, resamples, rng)])
    found = found[np.isfinite(found).all(axis=1)]
    if len(found) < 0.95 * resamples:
        return None, None, (0.0, 0.0)
    low, high = np.quantile(found[:, 0], (0.025, 0.975))
    worst, best = np.quantile(found[:, 1], (0.025, 0.975))
    return float(low), float(high), (float(worst), float(best))


def _differences(metric: Metric, views: Views, moves: tuple[float, float], weights: Floats) -> Floats:
    first, second = (metric.value(weights, view) + move for view, move in zip(views, moves, strict=True))
    aim = {"one": 1.0, "zero": 0.0}.get(metric.better)
    if aim is not None:
        return np.column_stack([first - second, np.abs(second - aim) - np.abs(first - aim)])
    sign = 1 if metric.better == "higher" else -1
    return np.column_stack([first - second, sign * (first - second)])


def _mcnemar(one: Answers, two: Answers) -> float:
    """Exact two-sided McNemar test (1947) on the cases that only one of the two has right."""
    first, second = one.proposal == one.truth, two.proposal == two.truth
    gained, lost = int(np.count_nonzero(first & ~second)), int(np.count_nonzero(second & ~first))
    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def _verdict(towards: tuple[float, float], p: float | None) -> Verdict:
    worst, best = towards
    if p is not None and p >= 0.05:
        return "not shown"
    if worst > 0:
        return "better"
    return "worse" if best < 0 else "not shown"
