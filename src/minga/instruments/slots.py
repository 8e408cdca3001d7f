"""A question set as rows of a sheet: what each asks, how answers go into cells and come back (Django: words)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from minga.instruments.conditions import is_empty
from minga.instruments.definition import (
    SCALE,
    Date,
    File,
    Matrix,
    Multiple,
    Number,
    Option,
    Question,
    Repeated,
    Scale,
    Single,
    choices,
    say,
)
from minga.instruments.instrument import Instrument

TICK = "x"
YES, NO = frozenset(("x", "✓", "1", "yes", "sí", "si", "oui", "true")), frozenset(("", "-", "0", "no", "non", "false"))
MOST_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Slot:
    """One row. ``top``: the question in its section; ``part`` inside entry ``entry`` of it; ``cell`` the choice to tick
    or the row of a table."""

    id: str
    top: Question
    question: Question
    entry: int | None = None
    cell: Option | None = None

    @property
    def options(self) -> list[Option]:
        """What one picks from in this row; a tick has no list of its own."""
        return choices(self.question) if isinstance(self.question, Single | Matrix) else []


class NoValue(ValueError):
    """A cell that holds no answer to its question; the words are for the person who filled the sheet."""


def slots(instrument: Instrument, entries: Mapping[str, int] | None = None) -> Iterator[Slot]:
    """Every row in order. ``entries``: how many entries to give a repeated group, else as many as it may have."""
    used: set[str] = set()
    for top in instrument.questions.values():
        for slot in _of(top, entries):
            id = slot.id
            while id in used:
                id += "'"
            used.add(id)
            yield Slot(id, slot.top, slot.question, slot.entry, slot.cell)


def _of(top: Question, entries: Mapping[str, int] | None) -> Iterator[Slot]:
    if not isinstance(top, Repeated):
        yield from _rows(top, top, top.id, None)
        return
    count = entries.get(top.id, 0) if entries is not None else MOST_ENTRIES
    for number in range(min(max(count, 0), MOST_ENTRIES)):
        for part in top.questions:
            yield from _rows(top, part, f"{top.id}[{number + 1}].{part.id}", number)


def _rows(top: Question, question: Question, id: str, entry: int | None) -> Iterator[Slot]:
    cells = (
        question.rows if isinstance(question, Matrix) else question.options if isinstance(question, Multiple) else []
    )
    for cell in cells:
        yield Slot(f"{id}#{cell.value}", top, question, entry, cell)
    if not cells:
        yield Slot(id, top, question, entry)


def labels(question: Question, language: str) -> dict[str, str]:
    """Option -> its words, made different where two options have the same."""
    if isinstance(question, Scale):
        found = {str(n): f"{n}: {say(label, language)}" for n, label in zip(SCALE, question.labels, strict=False)}
    else:
        found = {option.value: " ".join(say(option.text, language).split()) for option in choices(question)}
    told: set[str] = set()
    for value, words in found.items():
        label = words or value
        while label in told:
            label = f"{label} ({value})"
        told.add(label)
        found[value] = label
    return found


def held(slot: Slot, answers: Mapping[str, Any]) -> Any:
    """What stands in the cell of ``slot``, as text or number; None for a blank."""
    value = answers.get(slot.top.id)
    if slot.entry is not None:
        entry = value[slot.entry] if isinstance(value, list) and slot.entry < len(value) else None
        value = entry.get(slot.question.id) if isinstance(entry, Mapping) else None
    if slot.cell is not None:
        if isinstance(slot.question, Matrix):
            value = value.get(slot.cell.value) if isinstance(value, Mapping) else None
        else:
            return TICK if isinstance(value, list) and slot.cell.value in value else None
    return None if is_empty(value) else value


def written(slot: Slot, value: Any, language: str) -> Any:
    """A held value as its cell shows it."""
    if value is None or (slot.cell is not None and value == TICK and isinstance(slot.question, Multiple)):
        return value
    if isinstance(slot.question, Single | Matrix | Scale):
        return labels(slot.question, language).get(str(value), str(value))
    if isinstance(slot.question, File) or isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float) and float(f"{value:.15g}") != value:
        return repr(value)  # a spreadsheet keeps 15 digits of a number, and all of a text
    return value


def understood(slot: Slot, cell: Any, languages: list[str]) -> Any:  # noqa: PLR0911
    """The value behind a cell that is not blank; NoValue where it cannot be one of its question."""
    if slot.cell is not None and isinstance(slot.question, Multiple):
        return _ticked(cell)
    match slot.question:
        case Single() | Matrix():
            return _picked(slot.question, cell, languages)
        case Scale():
            return _grade(slot.question, cell, languages)
        case Number():
            return _number(cell)
        case Date():
            return cell.date().isoformat() if isinstance(cell, dt.datetime) else _words(cell)
        case File():
            return _file(cell)
    return _words(cell)


def _picked(question: Question, cell: Any, languages: list[str]) -> str:
    words = " ".join(_words(cell).split())
    for language in languages:
        for value, label in labels(question, language).items():
            if words == label:
                return value
    for option in choices(question):
        if _words(cell) == option.value:
            return option.value
    for language in languages:
        near = [v for v, label in labels(question, language).items() if label.casefold() == words.casefold()]
        if len(near) == 1:
            return near[0]
    known = "; ".join(labels(question, languages[0]).values())
    raise NoValue(_("“%(given)s” is not one of the choices: %(known)s") % {"given": words[:60], "known": known[:300]})


def _ticked(cell: Any) -> str | None:
    words = _words(cell).strip().casefold()
    if words in YES:
        return TICK
    if words in NO:
        return None
    raise NoValue(_("write %(tick)s or leave it empty; “%(given)s” is neither") % {"tick": TICK, "given": words[:60]})


def _grade(question: Question, cell: Any, languages: list[str]) -> int:
    words = _words(cell).strip()
    digits = words.partition(":")[0].strip()
    if digits.isdigit() and int(digits) in SCALE:
        return int(digits)
    return int(_picked(question, cell, languages))


def _number(cell: Any) -> int | float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell
    text = str(cell).replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        found = float(text)
    except ValueError:
        raise NoValue(_("“%(given)s” is no number") % {"given": str(cell)[:60]}) from None
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _file(cell: Any) -> Any:
    try:
        return json.loads(str(cell))
    except (ValueError, RecursionError):
        raise NoValue(_("files are attached on the page, not in the sheet")) from None


def _words(cell: Any) -> str:
    """What a person sees in the cell."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
