"""An answer in words, for pages and messages."""

from __future__ import annotations

from typing import Any

from minga.instruments.conditions import is_empty
from minga.instruments.definition import (
    File,
    Matrix,
    Multiple,
    Number,
    Option,
    Question,
    Repeated,
    Scale,
    Single,
    say,
)


def shown(question: Question, value: Any, language: str) -> str:  # noqa: PLR0911
    """``value`` as one would read it aloud in ``language``; empty text for no answer."""
    if is_empty(value):
        return ""
    match question:
        case Single():
            return _label(question.options, value, language)
        case Multiple():
            return "; ".join(_label(question.options, item, language) for item in value)
        case Scale():
            return f"{value}: {say(question.labels[value], language)}"
        case Number() if question.unit:
            return f"{value} {say(question.unit, language)}"
        case File():
            return str(value["name"])
        case Matrix():
            pairs = ((row, value.get(row.value)) for row in question.rows)
            return "; ".join(
                f"{say(row.text, language)}: {_label(question.columns, column, language)}"
                for row, column in pairs
                if column
            )
        case Repeated():
            return "\n".join(f"{number}. {_entry(question, entry, language)}" for number, entry in enumerate(value, 1))
    return str(value)


def _label(options: list[Option], value: Any, language: str) -> str:
    return next((say(option.text, language) for option in options if option.value == value), str(value))


def _entry(group: Repeated, entry: dict[str, Any], language: str) -> str:
    texts = (shown(part, entry.get(part.id), language) for part in group.questions)
    return " · ".join(text for text in texts if text)
