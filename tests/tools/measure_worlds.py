"""Random answers that the tests of measuring share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.measure import Answers

Texts = NDArray[Any]


def binary(
    size: int = 400, seed: int = 0, *, abstaining: float = 0.0, rounded: bool = False, slope: float = 1.0
) -> Answers:
    """Two labels, a probability of "yes" with ties where ``rounded``, groups "region" (3) and "sex" (2)."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=size)
    truth = rng.random(size) < 1 / (1 + np.exp(-slope * score))
    probability = 1 / (1 + np.exp(-score))
    proposal = np.where(probability > 0.5, "yes", "no").astype(object)
    proposal[rng.random(size) < abstaining] = None
    return Answers.from_columns(
        cases=[f"c{number}" for number in range(size)],
        truth=np.where(truth, "yes", "no").tolist(),
        proposal=proposal.tolist(),
        probability=probability.round(1) if rounded else probability,
        seconds=rng.gamma(2, 0.01, size),
        cost=rng.gamma(0.5, 0.01, size),
        groups={
            "region": rng.choice(["north", "south", "east"], size, p=[0.5, 0.3, 0.2]).tolist(),
            "sex": rng.choice(["f", "m"], size).tolist(),
        },
        probability_of="positive",
    )


def several(size: int = 500, seed: int = 0, labels: int = 5, *, abstaining: float = 0.0) -> Answers:
    """Several labels of unequal size, most of them right; the probability is that of the proposal."""
    rng = np.random.default_rng(seed)
    chances = np.arange(1, labels + 1) / np.arange(1, labels + 1).sum()
    truth = rng.choice(labels, size, p=chances)
    proposal = np.where(rng.random(size) < 0.7, truth, rng.choice(labels, size))
    names: list[str | None] = [f"l{number}" for number in proposal]
    for place in np.flatnonzero(rng.random(size) < abstaining).tolist():
        names[place] = None
    return Answers.from_columns(
        truth=[f"l{number}" for number in truth],
        proposal=names,
        probability=rng.uniform(0.3, 1, size),
        groups={"region": rng.choice(["north", "south"], size).tolist()},
    )


def shares(groups: Mapping[str, tuple[int, int]], attribute: str = "group") -> Answers:
    """``groups``: name -> (right, of); the truth is always "yes", so that recall and accuracy are the same share."""
    proposal: list[str] = []
    names: list[str] = []
    for name, (right, of) in groups.items():
        proposal += ["yes"] * right + ["no"] * (of - right)
        names += [name] * of
    return Answers.from_columns(truth=["yes"] * len(names), proposal=proposal, groups={attribute: names})


def said(texts: Sequence[Any]) -> list[str]:
    """Labels with the abstention as a label of its own, as other libraries want it."""
    return ["(none)" if text is None else str(text) for text in texts]
