"""An annex from the clauses, the answers and the project. No blank stays in silence: what is missing is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import override

from minga.instruments.conditions import holds, is_empty, names, parse
from minga.instruments.definition import say
from minga.procurement.clauses.reading import BLANK, Clause, Clauses


@dataclass(frozen=True, slots=True)
class Change:
    """What people did to a clause: took it out, or wrote ``text`` in its place; with the reason."""

    out: bool
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Built:
    """A clause as it stands in the annex. ``missing``: what it lacks; ``changed``: why it was written anew."""

    number: str
    id: str
    title: str
    text: str
    items: tuple[str, ...]
    law: str
    missing: tuple[str, ...]
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    number: str
    title: str
    clauses: tuple[Built, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole annex. ``taken_out``: (title, reason) of clauses that people left out; ``version`` of the clauses.

    ``undecided``: what has to be answered before it is known which clauses stand.
    """

    language: str
    high: bool
    version: str
    source: str
    law: str
    sections: tuple[Section, ...]
    taken_out: tuple[tuple[str, str], ...]
    undecided: tuple[str, ...] = ()

    @property
    def missing(self) -> list[tuple[str, str]]:
        """(clause number, what it lacks) of all that is still open; without a number it decides which clauses stand."""
        inside = [(built.number, name) for part in self.sections for built in part.clauses for name in built.missing]
        return [*(("", name) for name in self.undecided), *inside]

    @property
    def still_open(self) -> list[str]:
        return [f"{number}: {name}" if number else name for number, name in self.missing]

    @property
    def changed(self) -> list[Built]:
        return [built for part in self.sections for built in part.clauses if built.changed]


def build(
    found: Clauses,
    facts: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    *,
    high: bool,
    language: str,
    changes: Mapping[str, Change] | None = None,
    words: Mapping[str, str] | None = None,
) -> Draft:
    """The annex in one language. ``facts``: answers and what the project knows, by name; ``lists``: lists by name.

    A clause whose condition does not hold is left out; one whose list is empty says so as missing, and so does an
    unanswered question on which a clause or the version hangs. ``words``: how a reader is told what is missing.
    """
    changes, words = changes or {}, words or {}
    sections: list[Section] = []
    for heading in found.parts:
        standing = [c for c in found.clauses if c.part == heading.id and holds(c.when, facts)]
        kept = [c for c in standing if not (c.id in changes and changes[c.id].out)]
        number = str(len(sections) + 1)
        made = tuple(_built(c, f"{number}.{place}", facts, lists, high, language, changes.get(c.id), words)
                     for place, c in enumerate(kept, 1))  # fmt: skip
        if made:
            sections.append(Section(number, say(heading.title, language), made))
    out = tuple((say(c.title, language), changes[c.id].reason) for c in found.clauses
                if c.id in changes and changes[c.id].out and holds(c.when, facts))  # fmt: skip
    undecided = tuple(words.get(name, name) for name in _undecided(found, facts, high))
    return Draft(language, high, found.version, say(found.source.title, language), say(found.source.law, language),
                 tuple(sections), out, undecided)  # fmt: skip


def _undecided(found: Clauses, facts: Mapping[str, Any], high: bool) -> list[str]:
    """Unanswered questions that choose between clauses: without an answer one would fall out in silence."""
    asked = [name for clause in found.clauses if clause.when for name in names(parse(clause.when))]
    if not high and any(clause.high for clause in found.clauses):
        asked.insert(0, "high_risk")
    return [name for name in dict.fromkeys(asked) if is_empty(facts.get(name))]


def _built(
    clause: Clause, number: str, facts: Mapping[str, Any], lists: Mapping[str, Sequence[str]], high: bool,
    language: str, change: Change | None, words: Mapping[str, str],
) -> Built:  # fmt: skip
    written = change.text if change else say(clause.version(high), language)
    text, missing = _filled(written, facts, language)
    items = tuple(lists.get(clause.list, ())) if clause.list else ()
    if clause.list and not items:
        missing = (*missing, clause.list)
    reason = change.reason if change else ""
    cited = say(clause.cited(high), language) if clause.cited(high) else ""
    told = tuple(words.get(name, name) for name in missing)
    return Built(number, clause.id, say(clause.title, language), text, items, cited, told, reason)


def _filled(text: str, facts: Mapping[str, Any], language: str) -> tuple[str, tuple[str, ...]]:
    """The text with its blanks filled in, in one pass, so that a value with brackets stays as it is."""
    missing = tuple(dict.fromkeys(name for name in BLANK.findall(text) if is_empty(facts.get(name))))
    with override(language):
        filled = BLANK.sub(lambda m: "______" if m[1] in missing else _written(facts[m[1]]), text)
    return filled, missing


def _written(value: Any) -> str:
    if isinstance(value, int | float | Decimal):
        return number_format(value, decimal_pos=0 if value == int(value) else 2, use_l10n=True, force_grouping=True)
    return " ".join(str(value).split())
