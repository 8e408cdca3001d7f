"""What a filled set comes to, in words: computed fields and scores with their range."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from minga.instruments.definition import Computed, say
from minga.instruments.evaluate import case
from minga.instruments.instrument import Instrument
from minga.instruments.queries import Filled
from minga.instruments.scores import Result


class Outcome(NamedTuple):
    """A row of a summary list."""

    title: str
    text: str


def outcomes(filled: Filled, language: str) -> list[Outcome]:
    """Computed fields that can be known, then scores that have an answer."""
    found = [_computed(filled, item, language) for item in filled.definition.computed]
    scored = [_score(filled.definition, result, language) for result in filled.scores.values()]
    return [outcome for outcome in (*found, *scored) if outcome]


def _computed(filled: Filled, item: Computed, language: str) -> Outcome | None:
    value = filled.reading.computed.get(item.id)
    if value is None:
        return None
    title = say(item.title, language)
    if item.cases:
        taken = case(filled.definition, filled.reading, item.id)
        words = [say(text, language) for text in (taken.text, taken.help)] if taken else []
        return Outcome(title, ". ".join(word for word in words if word))
    shown = figure(value) if isinstance(value, int | float) else str(value)
    return Outcome(title, f"{shown} {say(item.unit, language)}".strip())


def _score(definition: Instrument, result: Result, language: str) -> Outcome | None:
    if result.value == 0 and not any(part.counts for part in result.contributions):
        return None
    score = next(score for score in definition.scores if score.id == result.id)
    levels = {level.id: say(level.text, language) for level in score.levels}
    names = ", ".join(levels[id] for id in result.levels)
    low, high, top = (figure(value) for value in (result.low, result.high, result.maximum))
    text = _("%(value)s of %(maximum)s") % {"value": low, "maximum": top}
    if not result.settled:
        text = _("%(low)s to %(high)s of %(maximum)s, until all is answered") % {
            "low": low,
            "high": high,
            "maximum": top,
        }
    return Outcome(say(score.title, language), f"{text}: {names}" if names else text)


def figure(value: float) -> str:
    """At most two decimals, and none where there is no fraction, as the reader's country writes numbers."""
    short = round(value, 2)
    return str(number_format(int(short) if short == int(short) else short))
