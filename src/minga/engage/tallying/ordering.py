"""Which statements unite and which divide, across voices: opinion groups, constituencies, or everybody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# A statement on which at least this share agrees and at least this share disagrees divides everybody.
SPLIT = 0.3


@dataclass(frozen=True, slots=True)
class Order:
    """Statements by position, best first, and ``consensus`` (S,) their agreement in all voices at once."""

    agreed: list[int]
    rejected: list[int]
    divides: list[int]
    consensus: Floats


def enough_votes(people: int) -> int:
    """Votes that a statement needs to be judged: 30, in small conversations half of the people, never under ten."""
    return max(10, min(30, people // 2))


def ordered(voices: Floats, everybody: Floats, judged: NDArray[np.bool_]) -> Order:
    """From tallies (3, V, S) of the voices and (3, S) of everybody: agrees, disagrees, votes seen.

    ``judged`` (S,) leaves out what too few voted on. Every voice agrees where its share (A + 1) / (S + 2) is over one
    half; the order is that of the product over the voices, so that a large one cannot outvote a small one.
    Divides: one voice agrees and another disagrees, or at least 30 % of everybody stand on either side.
    """
    agreed, disagreed, seen = voices
    yes, no = (agreed + 1.0) / (seen + 2.0), (disagreed + 1.0) / (seen + 2.0)
    unites, repels = yes.prod(0), no.prod(0)
    spread = np.where((yes > 0.5).any(0) & (no > 0.5).any(0), yes.max(0) - yes.min(0), 0.0)
    lesser = np.minimum(everybody[0], everybody[1]) / np.maximum(everybody[2], 1.0)
    split = lesser >= SPLIT
    score = np.maximum(spread, np.where(split, lesser, 0.0))
    # One voice alone would call a vote of 55 to 45 an agreement.
    united = judged & ~split if len(yes) == 1 else judged
    agrees, rejects = united & (yes > 0.5).all(0), united & (no > 0.5).all(0)
    divides = judged & (score > 0) & ~agrees & ~rejects
    return Order(_best(unites, agrees), _best(repels, rejects), _best(score, divides), unites)


def _best(score: Floats, chosen: NDArray[np.bool_]) -> list[int]:
    at = np.flatnonzero(chosen)
    return [int(each) for each in at[np.argsort(-score[at], kind="stable")]]
