"""How well probabilities fit what came true: Brier score, expected calibration error, slope and intercept."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.drift.tally import STEPS, Sums
from minga.tools.stats import Z_95

BINS = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of ``n`` cases whose outcome is known; None where there are too few or nothing to fit. All with 95 % intervals
    where one is given.

    ``brier`` (Brier 1950) is the mean square of probability less outcome, 0 best; ``ece`` the mean distance of
    probability and outcome over ten bins of equal width (Naeini et al. 2015), too high in small samples;
    ``overconfidence`` the mean of probability less outcome; ``slope`` and ``intercept`` those of a logistic
    regression of the outcome on the log odds (Cox 1958), 1 and 0 best, probabilities rounded to thousandths.
    """

    n: int
    brier: float | None = None
    brier_low: float | None = None
    brier_high: float | None = None
    ece: float | None = None
    overconfidence: float | None = None
    overconfidence_error: float | None = None
    slope: float | None = None
    slope_low: float | None = None
    slope_high: float | None = None
    intercept: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def calibration(sums: Sums, minimum: int) -> Calibration:
    """The figures of counted probabilities; only ``n`` where fewer than ``minimum``."""
    if sums.n < minimum:
        return Calibration(sums.n)
    brier, mean = sums.second / sums.n, sums.first / sums.n
    spread = math.sqrt(max(0.0, sums.fourth / sums.n - brier**2) / sums.n)
    fitted = _logistic(sums.cells)
    slope, intercept, error = fitted or (None, None, None)
    return Calibration(
        sums.n,
        brier,
        max(0.0, brier - Z_95 * spread),
        min(1.0, brier + Z_95 * spread),
        _ece(sums.cells),
        mean,
        math.sqrt(max(0.0, brier - mean**2) / sums.n),
        slope,
        None if slope is None or error is None else slope - Z_95 * error,
        None if slope is None or error is None else slope + Z_95 * error,
        intercept,
    )


def _ece(cells: NDArray[np.float64]) -> float:
    """Bins are (0, .1], (.1, .2] ... with 0 in the first."""
    place = np.clip(np.ceil(np.arange(STEPS + 1) * BINS / STEPS).astype(np.int64) - 1, 0, BINS - 1)
    said = np.bincount(place, cells[0] * np.arange(STEPS + 1) / STEPS, BINS)
    came = np.bincount(place, cells[1], BINS)
    return float(np.abs(said - came).sum() / cells[0].sum())


def _logistic(cells: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """(slope, intercept, standard error of the slope) by Newton's method; None where there is no finite answer."""
    held = cells[0] > 0
    n, y = cells[0][held], cells[1][held]
    p = np.clip(np.arange(STEPS + 1)[held] / STEPS, 0.5 / STEPS, 1 - 0.5 / STEPS)
    if len(p) < 2 or y.sum() in (0, n.sum()):
        return None
    design = np.column_stack([np.ones(len(p)), np.log(p / (1 - p))])
    beta = np.array([0.0, 1.0])
    for _ in range(50):
        fit = 1 / (1 + np.exp(-np.clip(design @ beta, -500, 500)))
        information = design.T @ (design * (n * fit * (1 - fit))[:, None])
        if np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, design.T @ (y - n * fit))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            return float(beta[1]), float(beta[0]), float(np.sqrt(np.linalg.inv(information)[1, 1]))
    return None
