"""The clauses that ship with Minga, from ``clauses.toml``, or a body's own in the same shape."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from minga.instruments.conditions import ConditionError
from minga.instruments.conditions import parse as parse_condition

type Text = dict[str, str]
LANGUAGES = ("en", "es")
BLANK = re.compile(r"\{(\w+)\}")


class ClauseError(ValueError):
    """The clauses cannot be used; ``problems`` lists all that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(["These clauses cannot be used:", *(f"- {problem}" for problem in problems)]))


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Frozen, named fields only, unknown keys refused."""


class Source(_Part, frozen=True, kw_only=True):
    title: Text
    law: Text


class Heading(_Part, frozen=True, kw_only=True):
    """A group of clauses."""

    id: str
    title: Text


class Clause(_Part, frozen=True, kw_only=True):
    """One clause. ``high`` and ``other`` are its two versions by risk; ``text`` serves both.

    ``when``: a condition over the answers. ``list``: which of the project's lists stands below the text. ``law``: what
    is cited where the risk is high, ``law_other`` where it is not.
    """

    id: str
    part: str
    title: Text
    when: str = ""
    law: Text = {}
    law_other: Text = {}
    list: str = ""
    text: Text = {}
    high: Text = {}
    other: Text = {}

    def version(self, high: bool) -> Text:
        return self.text or (self.high if high else self.other)

    def cited(self, high: bool) -> Text:
        return self.law if high else self.law_other


class Clauses(_Part, frozen=True, kw_only=True):
    version: str
    date: dt.date
    source: Source
    parts: list[Heading]
    clauses: list[Clause]


@lru_cache(maxsize=1)
def clauses() -> Clauses:
    """The clauses that ship with Minga."""
    return parse(Path(__file__).with_name("clauses.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Clauses:
    """Clauses written as TOML; raises ClauseError with everything that is wrong."""
    try:
        found = msgspec.convert(tomllib.loads(text), Clauses)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise ClauseError([f"{error}. Correct that place."]) from error
    if problems := list(_problems(found)):
        raise ClauseError(problems)
    return found


def _problems(found: Clauses) -> Iterator[str]:
    parts, ids = [part.id for part in found.parts], [clause.id for clause in found.clauses]
    yield from (f"“{id}” stands more than once" for id in sorted({id for id in ids if ids.count(id) > 1}))
    for clause in found.clauses:
        if clause.part not in parts:
            yield f"“{clause.id}” belongs to no part: “{clause.part}”"
        if bool(clause.text) == bool(clause.high and clause.other):
            yield f"“{clause.id}” needs either one text or two versions, high and other"
        yield from _of_language(clause)
        try:
            parse_condition(clause.when) if clause.when else None
        except ConditionError as error:
            yield f"“{clause.id}”: its condition cannot be read: {error}"


def _of_language(clause: Clause) -> Iterator[str]:
    for text in (clause.title, clause.text, clause.high, clause.other, clause.law, clause.law_other):
        if text and set(text) != set(LANGUAGES):
            yield f"“{clause.id}” is not written in {' and '.join(LANGUAGES)}"
        elif text and len({tuple(sorted(BLANK.findall(words))) for words in text.values()}) > 1:
            yield f"“{clause.id}” has other blanks in one language than in the other"
