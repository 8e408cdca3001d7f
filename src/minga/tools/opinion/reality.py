"""Are there groups at all, or is it one cloud of opinions that any method would cut somewhere?

Every clustering finds clusters. So the groups are called real only where both hold:

- they are clearer than in a cloud without groups. The cloud is made from the same people: everyone keeps their
  distance from the middle (in units of the spread, so that people with few votes stay as far out as they are) and
  gets a random direction. That keeps mean, spread and tails and leaves nothing of groups. The highest silhouette over
  all numbers of groups is compared with that of many such clouds (a Monte Carlo test, as Liu et al. 2008 do with
  a Gaussian cloud);
  None of 99 clouds may be as clear. In 300 made-up conversations without groups (votes by chance, one or two axes
  of opinion) this called 3 real; of planted groups of 400 people with 20 votes each it found 83 to 100 in 100;
- they survive when people and statements are drawn again: the adjusted Rand index between the groups and those of the
  redrawn votes is at least one half on average.

The number of groups is chosen again in each cloud, so choosing it gains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minga.tools.opinion import clusters, groups
from minga.tools.opinion.settings import Settings
from minga.tools.opinion.table import Floats

CLOUDS = 99
CHANCE = 0.01
SURVIVAL = 0.5
FEWEST = 15
TESTED = 2_500
"""At most so many people are tested, spread evenly over the map."""


@dataclass(frozen=True, slots=True)
class Reality:
    """``real`` is None where it was not tested. ``code`` is "real", "one-cloud", "unstable", "too-few", "given" or
    "not-tested"; ``reason`` says it in a sentence. ``chance`` is the p value, ``cloud`` the mean silhouette without
    groups, ``silhouette`` that of the people tested."""

    real: bool | None
    code: str
    reason: str
    chance: float | None = None
    silhouette: float | None = None
    cloud: float | None = None


GIVEN = Reality(None, "given", "The groups were given, so it was not tested whether the votes show any.")
NOT_TESTED = Reality(None, "not-tested", "It was not tested whether the groups are real: ask for resamples.")


def without_groups(points: Floats, rng: np.random.Generator) -> Floats:
    """A cloud (n, 2) without groups: the same mean, spread and distances from the middle, random directions."""
    middle = points.mean(0)
    values, turn = np.linalg.eigh(np.cov(points.T))
    spread = np.sqrt(np.maximum(values, 0.0))
    unit = (points - middle) @ turn / np.where(spread > 1e-12, spread, np.inf)
    angle = rng.uniform(0.0, 2.0 * np.pi, len(points))
    turned = np.hypot(*unit.T)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return np.asarray(middle + turned * spread @ turn.T)


def judged(points: Floats, agreement: float, settings: Settings, rng: np.random.Generator) -> Reality:
    """Whether people at ``points`` (n, 2) form groups, whose mean ``agreement`` over redrawn votes is known."""
    if len(points) < FEWEST or float(points.std(0).max(initial=0.0)) < 1e-9:
        few = f"Only {len(points)} people have voted enough: too few to tell groups from chance."
        same = "Everybody stands at the same place: there is nothing to tell apart."
        return Reality(False, "too-few", few if len(points) < FEWEST else same)
    evenly = np.linspace(0, len(points) - 1, min(len(points), TESTED)).astype(np.int64)
    points = np.round(points[clusters.orderless(points)[evenly]], clusters.DIGITS)
    seen = groups.clearest(points, settings, rng)
    clouds = np.array([groups.clearest(without_groups(points, rng), settings, rng) for _ in range(CLOUDS)])
    chance = (1 + int((clouds >= seen).sum())) / (CLOUDS + 1)
    figures = {"chance": chance, "silhouette": seen, "cloud": float(clouds.mean())}
    if chance > CHANCE:
        reason = (
            f"The groups are no clearer than in a cloud of opinions without groups (silhouette {seen:.2f}, "
            f"without groups {figures['cloud']:.2f}, p = {chance:.2f})."
        )
        return Reality(False, "one-cloud", reason, **figures)
    if agreement < SURVIVAL:
        reason = (
            "The groups change when people and statements are drawn again "
            f"(adjusted Rand index {agreement:.2f} on average, at least {SURVIVAL} is asked)."
        )
        return Reality(False, "unstable", reason, **figures)
    reason = (
        f"The groups are clearer than in a cloud of opinions without groups (silhouette {seen:.2f} against "
        f"{figures['cloud']:.2f}, p = {chance:.2f}) and survive when people and statements are drawn again "
        f"(adjusted Rand index {agreement:.2f})."
    )
    return Reality(True, "real", reason, **figures)
