"""The largest gap between groups, as a difference or a ratio, with an interval that knows how many were compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from minga.tools.measure.answers import Answers, MeasureError
from minga.tools.measure.catalogue import Metric, metric_called
from minga.tools.measure.figures import MINIMUM_EVENTS, MINIMUM_GROUP, RESAMPLES, SEED, Row, measured

Kind = Literal["difference", "ratio"]
Floats = NDArray[np.float64]
EQUALIZED_ODDS = "equalized_odds"


@dataclass(frozen=True, slots=True)
class Gap:
    """``highest`` against ``lowest``, the groups furthest apart among the ``compared`` groups large enough to judge.

    ``value``: highest - lowest (0 is even), or lowest / highest (1 is even); None where fewer than two groups can be
    judged. ``left_out`` names those too small. ``of`` and ``events`` are those of the smaller of the two groups.
    """

    metric: str
    by: tuple[str, ...]
    kind: Kind
    value: float | None
    low: float | None
    high: float | None
    highest: str
    lowest: str
    compared: int
    left_out: tuple[str, ...]
    of: int
    events: int
    method: str
    why: str = ""

    @property
    def row(self) -> Row:
        """The gap as one figure, to be judged like any other; its metric is e.g. "recall_difference"."""
        return Row(
            f"{self.metric}_{self.kind}", {}, self.events, self.of, self.events, self.value, self.low, self.high,
            self.method, self.why,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "by": list(self.by), "left_out": list(self.left_out)}


def gap(
    metric: str,
    answers: Answers,
    by: str | Sequence[str],
    kind: Kind = "difference",
    *,
    positive: str | None = None,
    minimum_group: int = MINIMUM_GROUP,
    minimum_events: int = MINIMUM_EVENTS,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> Gap:
    """The largest gap between the groups of ``by``: one attribute, or two for their intersections.

    ``metric`` may also be "equalized_odds": the larger of the gaps in recall and in the false positive rate (Hardt,
    Price, Srebro 2016). Interval: MOVER (Zou and Donner 2008; Newcombe 1998 for shares) over the intervals of the
    groups, each pair's widened by Bonferroni for the number of pairs, so that it holds for the largest gap.
    """
    attributes = (by,) if isinstance(by, str) else tuple(by)
    if not 1 <= len(attributes) <= 2:
        raise MeasureError("A gap is between the groups of one attribute, or of two together. Name one or two.")
    names = ("recall", "false_positive_rate") if metric == EQUALIZED_ODDS else (metric,)
    minimums, draws = (minimum_group, minimum_events), (seed, resamples)
    found = [
        _gap(metric_called(name), answers, attributes, kind, positive, minimums, draws, len(names)) for name in names
    ]
    return found[0] if len(found) == 1 else _worse(found, kind)


def _gap(
    metric: Metric,
    answers: Answers,
    by: tuple[str, ...],
    kind: Kind,
    positive: str | None,
    minimums: tuple[int, int],
    draws: tuple[int, int],
    looks: int,
) -> Gap:
    if kind == "ratio" and metric.range[0] < 0:
        raise MeasureError(f"“{metric.name}” can be below 0, so that a ratio says nothing. Ask for the difference.")
    groups = math.prod(len(answers.grouping(name).names) for name in by)
    z = simultaneous(groups * (groups - 1) // 2 * looks)
    return gap_of(measured(metric, answers, by, positive, minimums, draws, z).of(*by), by, kind)


def simultaneous(pairs: int) -> float:
    """The normal quantile at which ``pairs`` intervals hold together with 95 % (Bonferroni)."""
    return NormalDist().inv_cdf(1 - 0.025 / max(1, pairs))


def gap_of(rows: Sequence[Row], by: tuple[str, ...], kind: Kind) -> Gap:
    """The largest gap between groups already measured (their intervals should be simultaneous)."""
    judged = [row for row in rows if row.value is not None]
    left_out = tuple(row.group for row in rows if row.value is None)
    name = rows[0].metric if rows else ""
    if len(judged) < 2:
        why = f"not enough evidence: {len(judged)} of {len(rows)} groups can be judged, 2 needed"
        return Gap(name, by, kind, None, None, None, "", "", len(judged), left_out, 0, 0, "none", why)
    values = np.array([row.value for row in judged], dtype=np.float64)
    top, bottom = judged[int(values.argmax())], judged[int(values.argmin())]
    value, low, high = _apart(judged, values, kind)
    smaller = min(top, bottom, key=lambda row: row.of)
    why = "" if value is not None else "not computable: all groups are at 0"
    return Gap(
        name, by, kind, value, low, high, top.group, bottom.group, len(judged), left_out, smaller.of,
        min(top.events, bottom.events), f"MOVER over {top.method}", why,
    )  # fmt: skip


def _apart(rows: Sequence[Row], values: Floats, kind: Kind) -> tuple[float | None, float | None, float | None]:
    most, least = float(values.max()), float(values.min())
    value = most - least if kind == "difference" else (least / most if most > 0 else None)
    if value is None or any(row.low is None or row.high is None for row in rows):
        return value, None, None
    lows = np.array([row.low for row in rows], dtype=np.float64)
    highs = np.array([row.high for row in rows], dtype=np.float64)
    ends = _difference(values, lows, highs) if kind == "difference" else _ratio(values, lows, highs)
    return value, ends[0], ends[1]


def _difference(values: Floats, lows: Floats, highs: Floats) -> tuple[float, float]:
    """Ends of the largest of all differences: the largest low and the largest high of any pair."""
    down, up = values - lows, highs - values
    apart = values[:, None] - values
    least = apart - np.hypot(down[:, None], up)
    most = apart + np.hypot(up[:, None], down)
    np.fill_diagonal(least, 0)
    np.fill_diagonal(most, 0)
    return max(0.0, float(least.max())), float(most.max())


def _ratio(values: Floats, lows: Floats, highs: Floats) -> tuple[float, float]:
    """Ends of the smallest of all ratios (row / column), on the logarithm; a group at 0 by the ends of both."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log, down, up = np.log(values), np.log(values) - np.log(lows), np.log(highs) - np.log(values)
        ratio = log[:, None] - log
        least = np.exp(ratio - np.hypot(down[:, None], up))
        most = np.where(values[:, None] > 0, np.exp(ratio + np.hypot(up[:, None], down)), highs[:, None] / lows)
    np.fill_diagonal(least, 1)
    np.fill_diagonal(most, 1)
    low = np.where(values[:, None] > 0, np.nan_to_num(least), 0.0)
    return float(low.min()), min(1.0, float(np.nan_to_num(most, nan=1.0, posinf=1.0).min()))


def _worse(found: Sequence[Gap], kind: Kind) -> Gap:
    """The larger of several gaps; not judged where one of them cannot be."""
    unknown = next((one for one in found if one.value is None), None)
    sign = 1 if kind == "difference" else -1
    worst = unknown or max(found, key=lambda one: sign * (one.value or 0.0))
    lows, highs = [one.low for one in found], [one.high for one in found]
    known = None not in lows and None not in highs and not unknown
    pick = max if kind == "difference" else min
    return Gap(
        EQUALIZED_ODDS, worst.by, kind, worst.value,
        pick(low for low in lows if low is not None) if known else None,
        pick(high for high in highs if high is not None) if known else None,
        worst.highest, worst.lowest, worst.compared, tuple(sorted({name for one in found for name in one.left_out})),
        worst.of, worst.events, f"{worst.method}, {worst.metric}", worst.why,
    )  # fmt: skip
