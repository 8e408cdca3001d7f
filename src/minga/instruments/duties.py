"""What follows from a filled set: duties that somebody has to meet, and cases that forbid going on."""

from __future__ import annotations

from collections.abc import Mapping

from minga.instruments.definition import Case, Duty
from minga.instruments.evaluate import Reading, case
from minga.instruments.instrument import Instrument
from minga.instruments.scores import Result


def duties(instrument: Instrument, reading: Reading) -> list[Duty]:
    """The duties that follow from what is asked and answered now, in the set's order."""
    return instrument.follows(reading)


def may_apply(instrument: Instrument, reading: Reading) -> list[Duty]:
    """The duties of the highest level that is still possible, while the level is not settled."""
    return instrument.may_follow(reading)


def cases(instrument: Instrument, reading: Reading) -> list[Case]:
    """The case that each computed field has come to; those that cannot be known yet are left out."""
    fields = (field for field in instrument.computed if field.cases)
    return [taken for field in fields if (taken := case(instrument, reading, field.id))]


def blocking(instrument: Instrument, reading: Reading) -> list[Case]:
    """The cases that the computed fields have come to and that forbid going on."""
    return [taken for taken in cases(instrument, reading) if taken.blocks]


def is_high(instrument: Instrument, reading: Reading, scores: Mapping[str, Result] | None = None) -> bool:
    """Whether a computed field came to a case, or a score to a level, that counts as high risk.

    A score whose level is still open counts where the lowest level it can come to does.
    """
    return any(taken.high for taken in cases(instrument, reading)) or any(
        level.high
        for score in instrument.scores
        if scores and (result := scores.get(score.id)) and result.levels
        for level in score.levels
        if level.id == result.levels[0]
    )
