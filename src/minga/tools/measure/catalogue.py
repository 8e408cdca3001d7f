"""Every metric there is: what it needs, how it is computed and how its interval is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from minga.tools.base import Phrase
from minga.tools.measure import formulas, intervals
from minga.tools.measure.answers import MeasureError
from minga.tools.measure.cells import Cells, Floats, Value
from minga.tools.measure.families import COSTS, LABELS, SCORES, SECONDS, Family
from minga.tools.measure.intervals import Interval
from minga.tools.measure.words import EXPLANATIONS, TITLES

Better = Literal["higher", "lower", "one", "zero", "neither"]
Behind = Callable[[Cells], tuple[int, int]]
"""Cells -> (events, cases): what stands behind a figure."""

Chance = Callable[[Cells, intervals.Draw], Floats]

ANY = (-math.inf, math.inf)
UNIT = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """``unit`` is "share", "", "ms" or "currency"; ``better`` where it should go ("one": as near 1 as can be).

    ``needs``: truth, positive, probability, seconds, cost. ``method`` names the interval. ``proportion``: the value is
    count / of, else ``behind`` says how many events and cases there are.
    """

    name: str
    unit: str
    better: Better
    needs: frozenset[str]
    family: Family
    value: Value
    interval: Interval
    method: str
    behind: Behind
    proportion: bool = False
    range: tuple[float, float] = UNIT

    @property
    def title(self) -> Phrase:
        return TITLES[self.name]

    @property
    def explanation(self) -> Phrase:
        return EXPLANATIONS[self.name]


def _share(name: str, part: formulas.Part, better: Better, *needs: str) -> Metric:
    return Metric(
        name, "share", better, frozenset(needs), LABELS, formulas.proportion(part), intervals.of_proportion(part),
        "Wilson", lambda cells: intervals.whole_numbers(part, cells), proportion=True,
    )  # fmt: skip


def _size(cells: Cells) -> tuple[int, int]:
    return cells.size, cells.size


def _rarer(cells: Cells) -> tuple[int, int]:
    """The events, or the cases without, whichever are fewer."""
    events = round(float((cells.counts * cells.columns["event"]).sum()))
    return min(events, cells.size - events), cells.size


def _true(cells: Cells) -> tuple[int, int]:
    return intervals.whole_numbers(formulas.recall, cells)[1], cells.size


def _resampled(
    name: str, value: Value, family: Family, needs: str, *, unit: str = "", better: Better = "lower",
    behind: Behind = _size, range: tuple[float, float] = UNIT, by_chance: Chance | None = None, certain: bool = False,
) -> Metric:  # fmt: skip
    made = intervals.bootstrapped(value, family.shrink, by_chance=by_chance, certain_when_alike=certain)
    return Metric(
        name, unit, better, frozenset(needs.split()), family, value, made, "bootstrap", behind, range=range
    )  # fmt: skip


def _latency(name: str, share: float) -> Metric:
    return Metric(
        name, "ms", "lower", frozenset({"seconds"}), SECONDS, formulas.quantile(share), intervals.of_quantile(share),
        "order statistics", _size, range=(0.0, math.inf),
    )  # fmt: skip


SCORED = "truth probability"
F1 = Metric(
    "f1", "", "higher", frozenset({"truth", "positive"}), LABELS, formulas.f1, intervals.of_f1,
    "Wilson through the overlap", _true,
)  # fmt: skip
BALANCED = Metric(
    "balanced_accuracy", "", "higher", frozenset({"truth"}), LABELS, formulas.balanced_accuracy,
    intervals.of_balanced_accuracy, "MOVER over Wilson", _size,
)  # fmt: skip
AUC = Metric(
    "auc", "", "higher", frozenset({"truth", "probability"}), SCORES, formulas.auc, intervals.of_auc, "Newcombe",
    _rarer,
)  # fmt: skip

METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        _share("accuracy", formulas.accuracy, "higher", "truth"),
        _share("exact_match", formulas.accuracy, "higher", "truth"),
        _share("accuracy_when_answering", formulas.accuracy_when_answering, "higher", "truth"),
        BALANCED,
        _share("precision", formulas.precision, "higher", "truth", "positive"),
        _share("recall", formulas.recall, "higher", "truth", "positive"),
        F1,
        _resampled("macro_f1", formulas.macro_f1, LABELS, "truth", better="higher"),
        _share("false_positive_rate", formulas.false_positive_rate, "lower", "truth", "positive"),
        _share("false_negative_rate", formulas.false_negative_rate, "lower", "truth", "positive"),
        _share("selection_rate", formulas.selection_rate, "neither", "positive"),
        AUC,
        _resampled("brier", formulas.brier, SCORES, SCORED),
        _resampled(
            "calibration_slope", formulas.calibration_slope, SCORES, SCORED, better="one", behind=_rarer, range=ANY
        ),
        _resampled(
            "calibration_intercept", formulas.calibration_intercept, SCORES, SCORED, better="zero", behind=_rarer,
            range=ANY,
        ),
        _resampled("ece", formulas.ece, SCORES, SCORED, by_chance=intervals.ece_by_chance),
        _share("coverage", formulas.coverage, "higher"),
        _share("abstention_rate", formulas.abstention_rate, "lower"),
        _latency("latency_p50", 0.5),
        _latency("latency_p95", 0.95),
        _resampled(
            "cost_per_1000", formulas.mean_per_1000, COSTS, "cost", unit="currency", range=(0.0, math.inf),
            certain=True,
        ),
        _share("robustness", formulas.accuracy, "higher", "truth", "perturbed"),
    )
}  # fmt: skip
"""By name, in the order in which they are best read."""


def metric_called(name: str) -> Metric:
    """Raises MeasureError naming those there are."""
    if name not in METRICS:
        raise MeasureError(f"There is no metric “{name}”. Choose one of: {', '.join(METRICS)}.")
    return METRICS[name]
