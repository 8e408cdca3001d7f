"""Weights that make those who took part look like those affected, and what these weights cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from minga.tools.representation.common import Estimate, Floats, RepresentationError, unjudged
from minga.tools.stats import wilson_of_share

Margins = Mapping[str, Mapping[str, float]]
"""By variable and value: the size (or share) among those affected."""
ROUNDS = 500
CLOSE, MET = 1e-9, 1e-6
"""Weights that move less than the first have settled; a margin is met within the second."""
LARGE_RATIO, LARGE_DEFF, SMALL_N = 5.0, 2.0, 30.0
"""Above, above and below these, weights are said to explode: largest over median, design effect, effective n."""


@dataclass(frozen=True, slots=True)
class Weights:
    """``values``: one weight per row given, mean 1 over the rows used, None where a row was rejected.

    ``converged``: all margins are met, or, trimmed, the weights no longer move. ``error``: largest difference left
    between a weighted share and its target (0 to 1). ``effective_n`` = (sum w)^2 /
    sum w^2 (Kish 1965), ``design_effect`` = used / effective n. ``missing``: values of the reference without anybody;
    their share is spread over the others. ``trimmed``: rows whose weight was cut.
    """

    values: tuple[float | None, ...]
    rows_in: int
    used: int
    rejected: int
    converged: bool
    rounds: int
    error: float
    effective_n: float
    design_effect: float
    largest_over_median: float
    trimmed: int
    missing: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rake(rows: Sequence[Mapping[str, str]], margins: Margins, *, trim: float | None = None) -> Weights:
    """Iterative proportional fitting (Deming, Stephan 1940) of row weights to several margins.

    ``rows``: one mapping of variable to value per person; a row without a value known to ``margins`` is rejected
    (weight None). ``trim``: no weight above this many times the median; what is cut goes to the others by raking
    again, and the fit to the margins suffers, as ``error`` says. Raises RepresentationError where nothing can be done.
    """
    if not margins or any(not values or min(values.values()) < 0 for values in margins.values()):
        raise RepresentationError("Raking needs at least one margin with values and sizes of 0 or more.")
    if trim is not None and trim < 1:
        raise RepresentationError(f"Weights cannot be trimmed at {trim} times the median. Give 1 or more.")
    usable = [all(margins[name].get(row.get(name, ""), 0) > 0 for name in margins) for row in rows]
    places = [place for place, good in enumerate(usable) if good]
    if not places:
        raise RepresentationError("No row has values for all margins. Check that values are spelt as in the reference.")
    targets, codes, missing = _targets([rows[place] for place in places], margins)
    weights, rounds, settled = _fit(codes, targets, len(places), trim)
    trimmed = 0 if trim is None else int((weights >= trim * np.median(weights) * (1 - 1e-6)).sum())
    values: list[float | None] = [None] * len(rows)
    for place, weight in zip(places, weights, strict=True):
        values[place] = float(weight)
    error = _error(weights, codes, targets)
    converged = settled and (trim is not None or error < MET)
    return _report(values, weights, rounds, converged, error, trimmed, missing)


def _targets(
    rows: Sequence[Mapping[str, str]], margins: Margins
) -> tuple[list[Floats], list[np.ndarray], tuple[tuple[str, str], ...]]:
    """Per margin: target shares of the values present, each row's value as a number; and the values without anybody."""
    targets, codes, missing = [], [], []
    for name, sizes in margins.items():
        present = {row[name] for row in rows}
        kept = [value for value in sizes if value in present]
        missing += [(name, value) for value, size in sizes.items() if size > 0 and value not in present]
        shares = np.array([sizes[value] for value in kept], dtype=float)
        targets.append(shares / shares.sum())
        number = {value: place for place, value in enumerate(kept)}
        codes.append(np.array([number[row[name]] for row in rows]))
    return targets, codes, tuple(missing)


def _fit(codes: list[np.ndarray], targets: list[Floats], people: int, trim: float | None) -> tuple[Floats, int, bool]:
    weights = np.ones(people)
    for rounds in range(1, ROUNDS + 1):
        before = weights.copy()
        for code, target in zip(codes, targets, strict=True):
            weights *= (people * target / np.bincount(code, weights, len(target)))[code]
        if trim is not None:
            weights = np.minimum(weights, trim * np.median(weights))
            weights *= people / weights.sum()
        if np.abs(weights - before).max() < CLOSE:
            return weights, rounds, True
    return weights, ROUNDS, False


def _error(weights: Floats, codes: list[np.ndarray], targets: list[Floats]) -> float:
    total = weights.sum()
    pairs = zip(codes, targets, strict=True)
    return max(float(np.abs(np.bincount(code, weights, len(t)) / total - t).max()) for code, t in pairs)


def _report(
    values: list[float | None],
    weights: Floats,
    rounds: int,
    converged: bool,
    error: float,
    trimmed: int,
    missing: tuple[tuple[str, str], ...],
) -> Weights:
    effective, used = effective_n(weights), len(weights)
    ratio = float(weights.max() / np.median(weights))
    warnings = []
    if ratio > LARGE_RATIO:
        warnings.append(f"The largest weight is {ratio:.1f} times the median: a few people speak for many. Trim, or")
        warnings[-1] += " merge small groups."
    if used / effective > LARGE_DEFF or effective < SMALL_N:
        warnings.append(f"{used} people count like {effective:.0f}: do not report weighted figures without saying so.")
    if not converged:
        warnings.append(f"No weights meet all margins at once (off by up to {error:.1%}). Merge rare values.")
    elif error > MET:
        warnings.append(f"Trimmed weights miss a margin by up to {error:.1%}: say so beside the figures.")
    if missing:
        names = ", ".join(f"{name} {value!r}" for name, value in missing)
        warnings.append(f"Nobody took part from {names}: no weight can speak for them.")
    return Weights(
        tuple(values), len(values), used, len(values) - used, converged, rounds, error, effective, used / effective,
        ratio, trimmed, missing, tuple(warnings),
    )  # fmt: skip


def effective_n(weights: Floats) -> float:
    """Kish's effective sample size: (sum w)^2 / sum w^2; 0 for no weight at all."""
    square = float((weights**2).sum())
    return float(weights.sum()) ** 2 / square if square else 0.0


def weighted_share(answers: Sequence[bool | None], weights: Sequence[float | None]) -> Estimate:
    """The weighted share of yes among those with an answer and a weight; Wilson interval on their effective n."""
    if len(answers) != len(weights):
        raise RepresentationError(f"{len(answers)} answers and {len(weights)} weights. Give one weight per answer.")
    both = [(float(a), w) for a, w in zip(answers, weights, strict=True) if a is not None and w is not None and w > 0]
    if not both:
        return unjudged(0)
    said, weight = np.array([a for a, _ in both]), np.array([w for _, w in both])
    share, of = float((said * weight).sum() / weight.sum()), effective_n(weight)
    low, high = wilson_of_share(share, of)
    return Estimate(share, low, high, of, "Wilson on the effective n")
