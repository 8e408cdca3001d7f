"""Tests of shares, as Polis smooths them. All counts are arrays of one shape; all z are standard normal scores."""

from __future__ import annotations

import numpy as np

from minga.tools.opinion.table import Floats

SIGNIFICANT = 1.2816
"""One-sided 90 %."""


def one_share(count: Floats, of: Floats) -> Floats:
    """z of ``count`` out of ``of`` against one half, one success added: 2 sqrt(n + 1) ((s + 1) / (n + 1) - 1/2)."""
    z: Floats = 2.0 * np.sqrt(of + 1.0) * ((count + 1.0) / (of + 1.0) - 0.5)
    return z


def two_shares(count: Floats, of: Floats, other: Floats, of_other: Floats) -> Floats:
    """z of one share against another, 1 added to all four counts, variance pooled; 0 where everybody agrees."""
    first, second, large, small = count + 1.0, other + 1.0, of + 1.0, of_other + 1.0
    pooled = (first + second) / (large + small)
    variance = pooled * (1.0 - pooled) * (1.0 / large + 1.0 / small)
    certain = variance <= 0.0
    z: Floats = np.where(certain, 0.0, (first / large - second / small) / np.sqrt(np.where(certain, 1.0, variance)))
    return z


def smoothed(count: Floats, of: Floats) -> Floats:
    """The share with one success and one failure added: (s + 1) / (n + 2)."""
    share: Floats = (count + 1.0) / (of + 2.0)
    return share
