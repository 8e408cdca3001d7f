"""Which questions are still open, and what may yet appear or vanish with their answers.

The closing of a form is worked out from its conditions: for each condition that looks at an open question all its
possible answers are tried where that is few enough, else both outcomes count as possible. So what is called settled
is settled; what is called unsettled may turn out not to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from minga.instruments.surveyjs.answers import Reading
from minga.instruments.surveyjs.compare import is_empty
from minga.instruments.surveyjs.expressions import Expression, Plain
from minga.instruments.surveyjs.form import Form, Group, Question
from minga.instruments.surveyjs.js import UNDEFINED
from minga.instruments.surveyjs.paths import steps

MOST_TRIED = 512
MANY = object()


@dataclass(frozen=True, slots=True)
class Outlook:
    """Names: ``visible`` now, ``open`` (visible, takes an answer, has none), ``unsettled`` (may appear or vanish)."""

    visible: frozenset[str]
    open: frozenset[str]
    unsettled: frozenset[str]


def outlook(reading: Reading) -> Outlook:
    """What is open in ``reading`` and what hangs on it."""
    visible = frozenset(reading.visible)
    questions = _conditions(reading.form)
    open_now = frozenset(
        question.name
        for question, _ in questions
        if question.name in visible and question.takes_answers and is_empty(reading.completed.get(question.key))
    )
    return Outlook(visible, open_now, _unsettled(reading, questions, visible, open_now) if open_now else frozenset())


def _unsettled(
    reading: Reading, questions: list[tuple[Question, tuple[Expression, ...]]], visible: frozenset[str],
    open_now: frozenset[str],
) -> frozenset[str]:  # fmt: skip
    """Goes round until nothing new hangs on what is open; a ring of conditions ends it like anything else."""
    loose = {question.key.lower(): question for question, _ in questions if question.name in open_now}
    found: set[str] = set()
    for _ in range(len(questions) + 1):
        before = len(found)
        for question, conditions in questions:
            if question.name in found or not any(_looks_at(condition, loose) for condition in conditions):
                continue
            if _may_change(reading, conditions, loose, shown=question.name in visible):
                found.add(question.name)
                loose.setdefault(question.key.lower(), question)
        if len(found) == before:
            break
    return frozenset(found)


def _may_change(
    reading: Reading, conditions: tuple[Expression, ...], loose: Mapping[str, Question], *, shown: bool
) -> bool:
    """Whether some way of answering what is loose shows the question where it is hidden, or hides it."""
    names = sorted({name for condition in conditions for name in _first_names(condition) if name in loose})
    ways = [_answers(loose[name]) for name in names]
    if any(way is None for way in ways):
        return True
    tried = list(islice(product(*(way for way in ways if way is not None)), MOST_TRIED + 1))
    if len(tried) > MOST_TRIED:
        return True
    now = dt.datetime.now()
    for values in tried:
        scope = Plain({**reading.data, **dict(zip((loose[name].key for name in names), values, strict=True))})
        if all(condition.holds(scope, now) for condition in conditions) is not shown:
            return True
    return False


def _answers(question: Question) -> list[Any] | None:
    """Every answer a question with one choice can have, none at all included; None where they are too many."""
    if not question.choices or question.takes_several or question.special:
        return None
    return [UNDEFINED, *(choice.value for choice in question.choices)]


def _looks_at(condition: Expression, loose: Mapping[str, Question]) -> bool:
    return any(name in loose for name in _first_names(condition))


def _first_names(condition: Expression) -> Iterator[str]:
    return (steps(name)[0][0].lower() for name in condition.names)


def _conditions(form: Form) -> list[tuple[Question, tuple[Expression, ...]]]:
    """Every question with its own condition and those of the panels and the page around it."""
    if "conditions" not in form.memory:
        form.memory["conditions"] = [pair for page in form.pages for pair in _down(page, ())]
    found: list[tuple[Question, tuple[Expression, ...]]] = form.memory["conditions"]
    return found


def _down(group: Group, above: tuple[Expression, ...]) -> Iterator[tuple[Question, tuple[Expression, ...]]]:
    conditions = (*above, *((group.visible_if,) if group.visible_if else ()))
    for part in group.parts:
        if isinstance(part, Group):
            yield from _down(part, conditions)
        else:
            yield part, (*conditions, *((part.visible_if,) if part.visible_if else ()))
