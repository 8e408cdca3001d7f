"""Which choices an answer may take, and the answer as a choice question reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minga.instruments.surveyjs import js
from minga.instruments.surveyjs.compare import equal, is_empty
from minga.instruments.surveyjs.form import SINGLE_CHOICE, Choice, Question
from minga.instruments.surveyjs.js import UNDEFINED

OTHER = "other"


def find(choices: Sequence[Choice], value: Any) -> Choice | None:
    """The choice of that value: case and blanks count, 1 and "1" are the same."""
    if isinstance(value, dict) and not is_empty(value.get("value")):
        value = value["value"]
    empty = is_empty(value)
    for choice in choices:
        if isinstance(value, str) and isinstance(choice.value, str):
            if choice.value == value:
                return choice
        elif (empty and is_empty(choice.value)) or equal(choice.value, value, case=True, trim=False):
            return choice
    return None


def as_question_reads(question: Question, value: Any) -> Any:
    """What the question holds for the stored ``value``; expressions see this, the data keep what was stored."""
    if question.takes_several:
        if not js.truthy(value):
            return value
        return [_one(question, item) for item in value] if isinstance(value, list) else [_one(question, value)]
    if question.kind in SINGLE_CHOICE:
        return value if isinstance(value, str) else _one(question, value)
    if question.kind in ("text", "comment") and isinstance(value, list):
        return ", ".join("" if js.is_missing(item) else js.to_text(item) for item in value)
    return _matrix(question, value) if question.kind == "matrix" and isinstance(value, dict) else value


def ranked(question: Question, value: Any) -> Any:
    """A ranking holds all its choices: those ranked first, then the others in their order."""
    if not isinstance(value, list) or not value or not question.choices:
        return value
    known = [item for item in value if find(question.choices, item)]
    return [*known, *(choice.value for choice in question.choices if choice.value not in known)]


def without_unknown(question: Question, value: Any, shown: Sequence[Choice]) -> Any:
    """The answer without what is no choice (now); UNDEFINED where nothing is left."""
    if not question.takes_several:
        items = value if isinstance(value, list) else [value]
        return UNDEFINED if any(not _known(question, item, shown) for item in items) else value
    if not isinstance(value, list):
        return UNDEFINED
    kept = [item for item in value if _known(question, item, shown)]
    return (kept or UNDEFINED) if len(kept) != len(value) else value


def matrix_without_unknown(question: Question, value: Any) -> Any:
    """A matrix answer without columns that do not exist; rows that do not exist stay, as SurveyJS leaves them."""
    if not isinstance(value, dict) or is_empty(value):
        return value
    kept = dict(value)
    for row in question.rows:
        key = js.to_text(row.value)
        if not js.truthy(kept.get(key)):
            continue
        if question.several and isinstance(kept[key], list):
            kept[key] = [item for item in kept[key] if find(question.columns, item)]
            if not kept[key]:
                del kept[key]
        elif not find(question.columns, kept[key]):
            del kept[key]
    return kept


def _one(question: Question, value: Any) -> Any:
    if isinstance(value, str):
        return value
    found = find(question.choices, value)
    return found.value if found else value


def _known(question: Question, value: Any, shown: Sequence[Choice]) -> bool:
    if (isinstance(value, str) and value == OTHER) or (isinstance(value, list) and OTHER in value):
        return True
    if isinstance(value, str) and value in question.special:
        return True
    return find(shown, value) is not None


def _matrix(question: Question, value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in value.items():
        if question.several:
            found[key] = item if isinstance(item, list) else [item]
        elif not isinstance(item, list):
            found[key] = item
        elif item:
            found[key] = item[0]
    return found
