"""Scores with the contribution of each question, and the range they can still take.

Official tools quietly score lower when a question is skipped; here every open question widens the range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minga.instruments.definition import (
    SCALE,
    Definition,
    Level,
    Matrix,
    Multiple,
    Question,
    Score,
    Single,
)
from minga.instruments.evaluate import Reading, read, steps
from minga.instruments.instrument import Answers
from minga.instruments.values import fault


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one question adds, in points, from ``low`` to ``high`` as its answer may still change.

    ``counts``: it is asked and answered now. ``may_count``: it may be asked in the end.
    ``must_count``: it is asked whatever the open questions come to, and answered or required.
    """

    question: str
    points: float
    low: float
    high: float
    counts: bool
    may_count: bool
    must_count: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One score. ``value`` counts what is answered; ``low`` to ``high`` is what it can come to.

    ``maximum`` is the highest that the rule could give over all questions, those not asked included.
    ``unanswered`` lack a valid answer. ``levels``: the possible ones, lowest first.
    """

    id: str
    rule: str
    value: float
    low: float
    high: float
    maximum: float
    unanswered: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    level: str
    levels: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Nothing that is still open can change it."""
        return self.low == self.high


def scores(definition: Definition, answers: Answers) -> dict[str, Result]:
    """Every score of ``definition``, by id. Answers that are not asked, or not valid, do not count."""
    reading = read(definition, answers)
    valid = frozenset(id for id in reading.visible if _valid(definition, reading, id))
    hanging = _hanging(definition, frozenset(reading.visible) - valid)
    return {score.id: _result(definition, score, reading, valid, hanging) for score in definition.scores}


def points(question: Question, value: Any) -> float:
    """The points of a valid answer: of the option, of all ticked options or filled rows, or the number."""
    match question:
        case Single():
            return next(option.points for option in question.options if option.value == value)
        case Multiple():
            return sum(option.points for option in question.options if option.value in value)
        case Matrix():
            worth = {column.value: column.points for column in question.columns}
            return sum(worth[column] for column in value.values() if column)
    return float(value)


def bounds(question: Question) -> tuple[float, float]:
    """The fewest and the most points that an answer can give."""
    match question:
        case Single():
            each = [option.points for option in question.options]
            return min(each), max(each)
        case Multiple():
            each = [option.points for option in question.options]
            return sum(p for p in each if p < 0), sum(p for p in each if p > 0)
        case Matrix():
            each = [column.points for column in question.columns]
            return min(each) * len(question.rows), max(each) * len(question.rows)
    return float(SCALE[0]), float(SCALE[-1])


def _hanging(definition: Definition, still_open: frozenset[str]) -> set[str]:
    """Ids whose being asked, or whose value, hangs on a question that is asked and has no valid answer."""
    hanging: set[str] = set()
    for step in steps(definition):
        if not step.needs.isdisjoint(still_open) or not step.needs.isdisjoint(hanging):
            hanging.add(step.item.id)
    return hanging


def _valid(definition: Definition, reading: Reading, id: str) -> bool:
    value = reading.answers.get(id)
    return value is not None and not fault(definition.questions[id], value, complete=True)


def _result(definition: Definition, score: Score, reading: Reading, valid: frozenset[str], hanging: set[str]) -> Result:
    parts = tuple(_contribution(definition, id, reading, id in valid, id in hanging) for id in score.questions)
    maximum = _combine(score.rule, [bounds(definition.questions[id])[1] for id in score.questions])
    value = _combine(score.rule, [part.points for part in parts if part.counts])
    low, high = (_extreme(score.rule, parts, side) for side in (-1, 1))
    return Result(
        id=score.id,
        rule=score.rule,
        value=value,
        low=low,
        high=high,
        maximum=maximum,
        unanswered=tuple(part.question for part in parts if part.question in reading.visible and not part.counts),
        contributions=parts,
        level=_level(score, value, maximum),
        levels=_between(score, low, high, maximum),
    )


def _contribution(definition: Definition, id: str, reading: Reading, counts: bool, hangs: bool) -> Contribution:
    question = definition.questions[id]
    low, high = bounds(question)
    worth = points(question, reading.answers[id]) if counts else 0.0
    if counts:
        low = high = worth
    asked = id in reading.visible
    must = asked and not hangs and (counts or question.required)
    return Contribution(id, worth, low, high, counts, asked or hangs, must)


def _combine(rule: str, each: list[float]) -> float:
    """``each`` put together by ``rule``; nothing comes to 0."""
    if not each:
        return 0.0
    if rule == "highest":
        return max(each)
    return sum(each) / len(each) if rule == "mean" else sum(each)


def _extreme(rule: str, parts: tuple[Contribution, ...], side: int) -> float:
    """The lowest (``side`` -1) or highest (1) that the score can come to.

    Questions that may drop out are added, best first, for as long as they push the score to that side:
    exact for all three rules, taking each open question as free of the others.
    """
    ends = [(part, part.high if side > 0 else part.low) for part in parts]
    sure = [worth for part, worth in ends if part.must_count]
    maybe = [worth for part, worth in ends if part.may_count and not part.must_count]
    if rule == "sum":
        return sum(sure) + sum(worth for worth in maybe if worth * side > 0)
    best = _combine(rule, sure)
    for worth in sorted(maybe, reverse=side > 0):
        with_it = _combine(rule, [*sure, worth])
        if side * with_it <= side * best:
            break
        sure, best = [*sure, worth], with_it
    return float(best)


def _level(score: Score, value: float, maximum: float) -> str:
    for level in score.levels:
        if value <= _bound(score, level, maximum):
            return level.id
    return score.levels[-1].id if score.levels else ""


def _between(score: Score, low: float, high: float, maximum: float) -> tuple[str, ...]:
    ids = [level.id for level in score.levels]
    if not ids:
        return ()
    first, last = (ids.index(_level(score, value, maximum)) for value in (low, high))
    return tuple(ids[first : last + 1])


def _bound(score: Score, level: Level, maximum: float) -> float:
    return level.up_to * maximum if score.shares else level.up_to
