"""Which rows a metric can look at, and the columns that it reads from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.measure.answers import Answers, MeasureError
from minga.tools.measure.cells import Cells, compressed, counted
from minga.tools.measure.formulas import BINS, CLIP

Array = NDArray[Any]
Columns = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics that read the same columns. ``exact`` and ``ranked`` tell rows apart when they become cells."""

    read: Callable[[Answers, str | None], Columns]
    exact: tuple[str, ...]
    ranked: tuple[str, ...]
    discrete: bool = False

    def cells(self, columns: Mapping[str, Array]) -> Cells:
        """The rows as they are: one cell for each kind of labels, one for each row of numbers."""
        if self.discrete:
            return counted(columns, self.exact)
        size = len(next(iter(columns.values())))
        return Cells(np.ones(size), columns)

    def shrink(self, columns: Mapping[str, Array]) -> Cells:
        """Few enough cells to resample."""
        return compressed(columns, self.exact, self.ranked)


@dataclass(frozen=True, slots=True)
class Usable:
    """``mask`` (n,) of the rows that can be used; ``reasons``: how many of the others for which reason."""

    mask: NDArray[np.bool_]
    reasons: Mapping[str, int]


def usable(answers: Answers, needs: frozenset[str], positive: str | None) -> Usable:
    """Rows with all that a metric ``needs``. Raises MeasureError where it needs a positive label and has none."""
    if "positive" in needs and positive is None:
        known = ", ".join(f"“{label}”" for label in answers.labels) or "none"
        raise MeasureError(f"This metric is about one label. Say which is the positive one; there are: {known}.")
    tests = {
        "truth": ("no known truth", answers.truth >= 0),
        "probability": ("no probability", _has_probability(answers)),
        "seconds": ("no time taken", np.isfinite(answers.seconds)),
        "cost": ("no cost", np.isfinite(answers.cost)),
    }
    mask, reasons = np.ones(len(answers), dtype=bool), {}
    for need, (reason, has) in tests.items():
        if need in needs:
            lost = int(np.count_nonzero(mask & ~has))
            reasons.update({reason: lost} if lost else {})
            mask &= has
    return Usable(mask, reasons)


def _has_probability(answers: Answers) -> Array:
    known = np.isfinite(answers.probability)
    return known & (answers.proposal >= 0) if answers.probability_of == "proposal" else known


def label_columns(answers: Answers, positive: str | None) -> Columns:
    code = answers.code_of(positive)
    return {
        "truth": answers.truth,
        "proposal": answers.proposal,
        "positive": np.full(len(answers), code, dtype=np.int32),
    }


def score_columns(answers: Answers, positive: str | None) -> Columns:
    """With a positive label: the event is that label. Without: that the proposal is right."""
    score = chance_of(answers, positive)
    event = answers.truth == (answers.proposal if positive is None else answers.code_of(positive))
    held = np.clip(score, CLIP, 1 - CLIP)
    with np.errstate(invalid="ignore"):
        place = np.minimum(np.nan_to_num(score) * BINS + 1e-9, BINS - 1).astype(np.int64)
    return {
        "score": score,
        "event": event.astype(np.float64),
        "logit": np.log(held / (1 - held)),
        "excess": score - event,
        "loss": (score - event) ** 2,
        "bin": place,
    }


def chance_of(answers: Answers, positive: str | None) -> NDArray[np.float64]:
    """The probability of the event in each case. Raises MeasureError where it does not follow from what is known."""
    if answers.probability_of == "positive":
        if positive is None:
            raise MeasureError("The probabilities are those of a positive label. Say which label that is.")
        return answers.probability
    if positive is None:
        return answers.probability
    if len(answers.labels) > 2:
        raise MeasureError(
            f"The probabilities are those of the proposal, and there are {len(answers.labels)} labels, so the chance "
            f"of “{positive}” is unknown where something else was proposed. Leave the positive label out to measure "
            "whether the proposal is right, or give the probability of the positive label."
        )
    chosen = answers.proposal == answers.code_of(positive)
    return np.where(chosen, answers.probability, 1 - answers.probability)


def seconds_columns(answers: Answers, _positive: str | None) -> Columns:
    return {"amount": 1000 * answers.seconds}


def cost_columns(answers: Answers, _positive: str | None) -> Columns:
    return {"amount": answers.cost}


LABELS = Family(label_columns, ("truth", "proposal", "positive"), (), discrete=True)
SCORES = Family(score_columns, ("event", "bin"), ("score",))
SECONDS = Family(seconds_columns, (), ("amount",))
COSTS = Family(cost_columns, (), ("amount",))
