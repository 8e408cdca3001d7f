"""Which statement to show next: the priority of each for the draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.table import Floats

META = 49.0


def priorities(tallies: Floats, extremity: Floats, meta: NDArray[np.bool_]) -> Floats:
    """(S,) weights of the draw over the statements somebody has not voted on yet; a meta statement has 49.

    [(1 - (P + 1) / (S + 2)) (E + 1) ((A + 1) / (S + 2)) (1 + 8 * 2^(-S / 5))]^2 with agrees A, passes P and votes
    S of the participants in groups, from tallies (3, S), and the extremity E of the statement.
    """
    agreed, disagreed, seen = tallies
    passed = seen - agreed - disagreed
    importance = (1.0 - (passed + 1.0) / (seen + 2.0)) * (extremity + 1.0) * (agreed + 1.0) / (seen + 2.0)
    fresh = 1.0 + 8.0 * 2.0 ** (-seen / 5.0)
    return np.where(meta, META, (importance * fresh) ** 2)
