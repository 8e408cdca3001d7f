"""A set laid out for reading or for paper: every question with its choices and, for paper, room to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from minga.instruments.definition import (
    Date,
    LongText,
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
from minga.instruments.instrument import Instrument
from minga.instruments.published import published
from minga.instruments.show import shown
from minga.projects.questions.showing import language

LINES = {LongText: 6, Number: 1, Date: 1}


@dataclass(frozen=True, slots=True)
class Choice:
    text: str
    help: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``several``: tick as many as apply; ``lines`` to write on; ``entries`` of a repeated group."""

    id: str
    text: str
    help: str
    required: bool
    sometimes: bool
    several: bool = False
    choices: list[Choice] = field(default_factory=list)
    rows: list[Choice] = field(default_factory=list)
    lines: range = range(0)
    entry: str = ""
    entries: range = range(0)
    parts: list[Item] = field(default_factory=list)
    answer: str = ""
    published: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A section with all its questions."""

    id: str
    title: str
    help: str
    items: list[Item]


def paper(instrument: Instrument, answers: Mapping[str, Any]) -> list[Part]:
    """All sections, those that are not asked at once included: nobody can know on paper what will be asked."""
    first, public = frozenset(instrument.read({}).visible), published(instrument.id)
    return [
        Part(
            part.id,
            say(part.title, language()),
            say(part.help, language()),
            [
                replace(_item(one, one.id not in first, answers.get(one.id)), published=one.id in public)
                for one in part.questions
            ],
        )
        for part in instrument.sections
        if part.questions
    ]


def _item(question: Question, sometimes: bool, value: Any) -> Item:
    given: dict[str, Any] = {
        "id": question.id,
        "text": say(question.ask, language()),
        "help": say(question.help, language()),
        "required": question.required,
        "sometimes": sometimes,
        "answer": shown(question, value, language()),
    }
    match question:
        case Single() | Multiple():
            return Item(**given, choices=_choices(question.options), several=isinstance(question, Multiple))
        case Scale():
            labels = enumerate(say(label, language()) for label in question.labels)
            return Item(**given, choices=[Choice(f"{number}. {label}", "") for number, label in labels])
        case Matrix():
            return Item(**given, choices=_choices(question.columns), rows=_choices(question.rows))
        case Repeated():
            parts = [_item(part, bool(part.when), None) for part in question.questions]
            entries = range(1, max(question.fewest, 2) + 1)
            return Item(**given, parts=parts, entry=say(question.entry, language()), entries=entries)
    return Item(**given, lines=range(LINES.get(type(question), 2)))


def _choices(options: list[Option]) -> list[Choice]:
    return [Choice(say(option.text, language()), say(option.help, language())) for option in options]
