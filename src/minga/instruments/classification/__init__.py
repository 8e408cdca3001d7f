"""The OECD's lists of tasks, functions and impacts: one list for tools, projects, inventories and question sets.

Source: OECD Artificial Intelligence Papers No. 20 (June 2024), table 1 and box 2.1. Words are ours, in English and
Spanish. Pure Python: nothing here needs a database.

    choices("task", "es")               [("recognition", "Reconocimiento"), ...] for a form or a facet
    words("function", "oversight")      {"en": "Oversight and risk detection", ...}
    count("task", ["forecasting", ""])  how many carry each code of the list, none left out
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from minga.instruments.definition import Text, say

FILE = Path(__file__).parent / "lists.toml"


class UnknownList(LookupError):
    """A list, a version or a code that is not there; says which are."""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry. ``until``: the version from which it is no longer offered, "" while it is."""

    code: str
    text: Text
    help: Text
    until: str = ""


class CodeList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a list, in the order of its source. ``date``: year and month of the source."""

    id: str
    version: str
    date: str
    title: Text
    source: str
    codes: list[Code]


@dataclass(frozen=True, slots=True)
class Counts:
    """``of``: code -> how many, every code of the list, those with none included; what has none; what is not known."""

    of: Mapping[str, int]
    empty: int
    unknown: Mapping[str, int]


@cache
def _all() -> tuple[CodeList, ...]:
    raw = msgspec.toml.decode(FILE.read_bytes(), type=dict[str, list[CodeList]])
    return tuple(raw["lists"])


def names() -> list[str]:
    """The ids of the lists, in the order of the file."""
    return list(dict.fromkeys(found.id for found in _all()))


def load(list_id: str, version: str = "") -> CodeList:
    """The list ``list_id`` in ``version``, else the newest (the last in the file); raises UnknownList."""
    held = [found for found in _all() if found.id == list_id]
    if not held:
        raise UnknownList(f"there is no list {list_id!r}. Use one of: {', '.join(names())}.")
    wanted = [found for found in held if not version or found.version == version]
    if not wanted:
        known = ", ".join(found.version for found in held)
        raise UnknownList(f"the list {list_id!r} has no version {version!r}. Use one of: {known}.")
    return wanted[-1]


def codes(list_id: str) -> tuple[str, ...]:
    """The codes that may be chosen today."""
    return tuple(entry.code for entry in load(list_id).codes if not entry.until)


def words(list_id: str, code: str) -> Text:
    """What ``code`` is called, by language, also where it is no longer offered; raises UnknownList."""
    for entry in load(list_id).codes:
        if entry.code == code:
            return entry.text
    raise UnknownList(f"{code!r} is not in the list {list_id!r}. Use one of: {', '.join(codes(list_id))}.")


def choices(list_id: str, language: str) -> list[tuple[str, str]]:
    """(code, words in ``language``) of all that may be chosen, in the order of the source."""
    return [(entry.code, say(entry.text, language)) for entry in load(list_id).codes if not entry.until]


def count(list_id: str, given: Iterable[str]) -> Counts:
    """How often each code stands in ``given``, one entry per thing; nothing is left out of the sum."""
    seen = Counter(given)
    empty = seen.pop("", 0)
    of = {entry.code: seen.pop(entry.code, 0) for entry in load(list_id).codes}
    return Counts(of, empty, dict(sorted(seen.items())))
