"""What all figures here share: an estimate with its interval, seeds, the error."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import ToolError

Floats = NDArray[np.float64]
RESAMPLES = 2000
MINIMUM = 10
"""Figures of groups smaller than this are not shown, and shares of fewer cases are not judged."""


class RepresentationError(ToolError):
    """A figure cannot be computed from what was given. The message says what, the likely cause and what to do."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval. ``of`` cases stand behind it; ``method`` names how the interval was made.

    All three numbers are None where there are too few cases to judge.
    """

    value: float | None
    low: float | None
    high: float | None
    of: float
    method: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def unjudged(of: float) -> Estimate:
    """The estimate where there are too few cases."""
    return Estimate(None, None, None, of, "too few to judge")


def generator(seed: str, purpose: str) -> np.random.Generator:
    """A random generator that depends only on the words of the seed and what it is used for."""
    number = hashlib.sha256(f"{purpose}\n{seed}".encode()).digest()
    return np.random.default_rng(int.from_bytes(number[:16], "big"))
