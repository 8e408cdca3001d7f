"""Which rows can be used: none is lost, each that cannot is kept with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not among the answers. ``rejected``: it could be read and is not used; ``failed``: it could not."""

    case: str
    kind: Literal["rejected", "failed"]
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """``rows``: positions to keep, None for all of them."""

    rows: NDArray[np.intp] | None
    problems: tuple[Problem, ...]


def kept_rows(
    cases: NDArray[np.object_],
    probability: NDArray[np.float64],
    seconds: NDArray[np.float64],
    cost: NDArray[np.float64],
    *,
    may_repeat: bool,
) -> Kept:
    """Impossible numbers fail; of a case that comes twice the first row is used. Unknown numbers are NaN."""
    impossible = {
        "the probability is not between 0 and 1": (probability < 0) | (probability > 1),
        "the seconds are negative or infinite": (seconds < 0) | np.isinf(seconds),
        "the cost is negative or infinite": (cost < 0) | np.isinf(cost),
    }
    bad = np.zeros(len(cases), dtype=bool)
    problems: list[Problem] = []
    for reason, mask in impossible.items():
        problems += [Problem(str(case), "failed", reason) for case in cases[mask & ~bad]]
        bad |= mask
    if not may_repeat and len(set(cases.tolist())) < len(cases):
        again = np.fromiter(_repeated(cases, bad), dtype=bool, count=len(cases))
        reason = "the case came before; its first answer is used"
        problems += [Problem(str(case), "rejected", reason) for case in cases[again]]
        bad |= again
    return Kept(np.flatnonzero(~bad) if bad.any() else None, tuple(problems))


def _repeated(cases: NDArray[np.object_], bad: Mask) -> Iterator[bool]:
    seen: set[str] = set()
    for case, out in zip(cases.tolist(), bad.tolist(), strict=True):
        yield not out and case in seen
        if not out:
            seen.add(case)
