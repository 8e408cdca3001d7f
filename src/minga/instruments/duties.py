"""What follows from a filled set: duties that somebody has to meet, and cases that forbid going on."""

from __future__ import annotations

from minga.instruments.conditions import holds
from minga.instruments.definition import Case, Definition, Duty
from minga.instruments.evaluate import Reading, case


def duties(definition: Definition, reading: Reading) -> list[Duty]:
    """The duties whose condition holds for what is asked and answered now, in the set's order."""
    known = {**reading.answers, **reading.computed}
    return [duty for duty in definition.duties if holds(duty.when, known)]


def blocking(definition: Definition, reading: Reading) -> list[Case]:
    """The cases that the computed fields have come to and that forbid going on."""
    return [taken for taken in _taken(definition, reading) if taken.blocks]


def is_high(definition: Definition, reading: Reading) -> bool:
    """Whether a computed field came to a case that counts as high risk."""
    return any(taken.high for taken in _taken(definition, reading))


def _taken(definition: Definition, reading: Reading) -> list[Case]:
    fields = (field for field in definition.computed if field.cases)
    return [taken for field in fields if (taken := case(definition, reading, field.id))]
