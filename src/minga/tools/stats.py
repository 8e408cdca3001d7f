"""Small statistics that several tools and rooms share: intervals of shares."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054


def wilson(count: int, of: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval (Wilson 1927) of ``count`` out of ``of``: (low, high), both in 0..1.

    ``z`` is the normal quantile (1.96 for 95 %). Nothing observed (``of`` = 0) gives (0, 1).
    Raises ValueError unless 0 <= count <= of.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share: the part must lie between 0 and the whole.")
    return wilson_of_share(count / of if of else 0.0, of, z)


def wilson_of_share(share: float, of: float, z: float = Z_95) -> tuple[float, float]:
    """The same for a share (0..1) out of ``of`` cases, which may be a fraction (an effective n)."""
    if of <= 0:
        return 0.0, 1.0
    square, scale = z * z, 1 + z * z / of
    centre = share + square / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low = 0.0 if share <= 0.0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if share >= 1.0 else min(1.0, (centre + spread) / scale)
    return low, high
