"""Pages of rules written from the answers to a question set: a template is a TOML file beside this one.

page = write("acceptable_use", answers, "es")     page.clauses, page.missing
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from minga.instruments import library
from minga.instruments.conditions import holds
from minga.instruments.definition import (
    Date,
    Definition,
    Multiple,
    Question,
    Repeated,
    Single,
    Text,
    choices,
    say,
)
from minga.instruments.evaluate import read

HERE = Path(__file__).parent
_BLANK = re.compile(r"\{(\w+)\}")


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paragraph. It stands where ``when`` holds; ``{question}`` in ``text`` is the answer in words."""

    id: str
    title: Text
    text: Text
    when: str = ""


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of rules; ``set`` is the question set whose answers fill it."""

    id: str
    version: str
    set: str
    title: Text
    note: Text
    clauses: list[Clause]


@dataclass(frozen=True, slots=True)
class Page:
    """``clauses``: (title, text) in order; ``missing``: the questions without which a clause could not be written."""

    title: str
    note: str
    clauses: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


def names() -> list[str]:
    """The ids of the templates that ship with Minga."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


def of_set(set_id: str) -> str:
    """The template that the answers to a set fill; "" where there is none."""
    return next((name for name in names() if template(name).set == set_id), "")


@cache
def template(policy: str) -> Template:
    """The template ``policy``; raises LookupError, naming those there are, where there is none."""
    if policy not in names():
        raise LookupError(f"there are no rules {policy!r}. Use one of: {', '.join(names())}.")
    return msgspec.toml.decode((HERE / f"{policy}.toml").read_bytes(), type=Template)


def write(
    policy: str, answers: Mapping[str, Any], language: str, day: Callable[[dt.date], str] = dt.date.isoformat
) -> Page:
    """The rules in ``language``. A clause with an open blank is left out and its question listed, never left blank."""
    found = template(policy)
    definition = library.shipped(found.set)
    given = read(definition, answers).answers
    clauses: list[tuple[str, str]] = []
    missing: list[Question] = []
    for clause in found.clauses:
        if holds(clause.when, given):
            text = say(clause.text, language)
            blanks = [definition.question(id) for id in _BLANK.findall(text)]
            lacking = [question for question in blanks if question.id not in given]
            missing += lacking
            if not lacking:
                words = {question.id: _words(question, given[question.id], language, day) for question in blanks}
                clauses.append((say(clause.title, language), text.format(**words)))
    missing += _unanswered(definition, found, given)
    open_questions = dict.fromkeys(say(question.ask, language) for question in missing)
    return Page(say(found.title, language), say(found.note, language), tuple(clauses), tuple(open_questions))


def _unanswered(definition: Definition, found: Template, given: Mapping[str, Any]) -> list[Question]:
    """Required questions on which a clause hangs and that are open: without them clauses fall away unseen."""
    hangs = " ".join(clause.when for clause in found.clauses)
    asked = [definition.question(id) for id in definition.questions if re.search(rf"\b{id}\b", hangs)]
    return [question for question in asked if question.required and question.id not in given]


def _words(question: Question, value: Any, language: str, day: Callable[[dt.date], str]) -> str:
    match question:
        case Single():
            return _option(question, value, language)
        case Multiple():
            return ", ".join(_option(question, each, language) for each in value)
        case Repeated():
            entries = ([entry[part.id] for part in question.questions if part.id in entry] for entry in value)
            return "; ".join(" – ".join(map(str, entry)) for entry in entries)
        case Date():
            return day(dt.date.fromisoformat(value))
    return str(value).strip()


def _option(question: Question, value: str, language: str) -> str:
    text = next((say(option.text, language) for option in choices(question) if option.value == value), value)
    return text[:1].lower() + text[1:]
