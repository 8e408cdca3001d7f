"""A question set as a workbook: out to be filled where there is no connection, and in again (Django: words).

One row for each question; a table has one for each of its rows, several choices one for each choice, a repeated group
those of its entries. A hidden sheet says which set and version it is, and which version of each answer was written.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from minga.instruments.conditions import is_empty
from minga.instruments.definition import Multiple, Question, Repeated, Scale, say
from minga.instruments.instrument import Instrument
from minga.instruments.sheet import RowProblem, Sheet, read_xlsx
from minga.instruments.slots import MOST_ENTRIES, TICK, Slot, held, labels, slots, written
from minga.instruments.values import fault
from minga.instruments.workbook import ABOUT, ANSWER, ANSWERS, LISTS, Unreadable, escaped

__all__ = ["RowProblem", "Sheet", "Unreadable", "read_xlsx", "write_xlsx"]

SPARE_ENTRIES = 5
LONGEST_CELL = 32_000
_WIDTHS = (18, 24, 60, 40, 16, 10, 50, 30, 30)

type Proof = Mapping[str, tuple[str, str]]


def write_xlsx(
    instrument: Instrument,
    answers: Mapping[str, Any],
    language: str,
    seen: Mapping[str, int],
    evidence: Proof | None = None,
) -> bytes:
    """The workbook. ``seen``: question id -> version of its answer (``Answer.version``), to find conflicts later."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = ANSWERS
    known = {id: value for id, value in answers.items() if id in instrument.questions}
    kept = [id for id, value in known.items() if _overlong(value) or _unfit(instrument.questions[id], value)]
    fitting = {id: value for id, value in answers.items() if id not in kept}
    lists = _Lists(book.create_sheet(LISTS), sheet, language)
    entries = {id: _entries(question, answers.get(id)) for id, question in instrument.questions.items()
               if isinstance(question, Repeated)}  # fmt: skip
    asked = set(instrument.read(answers).visible)
    with translation.override(language):
        _head(sheet)
        told: set[str] = set()
        for number, slot in enumerate(slots(instrument, entries), 2):
            proof = (evidence or {}).get(slot.top.id, ("", "")) if slot.top.id not in told else ("", "")
            told.add(slot.top.id)
            row = _row(instrument, slot, fitting, language, slot.top.id in asked, proof)
            if slot.top.id in kept:
                row[ANSWER] = _("(this answer does not fit into a sheet: change it on the page)")
            _fill(sheet, number, row)
            lists.offer(slot, number)
    _about(book.create_sheet(ABOUT), instrument, language, seen, kept)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _entries(question: Repeated, value: Any) -> int:
    """Those there are and some to spare."""
    have = len(value) if isinstance(value, list) else 0
    return max(have, min(have + SPARE_ENTRIES, question.most, MOST_ENTRIES), question.fewest)


def _head(sheet: Any) -> None:
    titles = (
        _("Leave as it is"), _("Section"), _("Question"), _("Help"), _("Kind of answer"), _("Asked now"),
        _("Your answer"), _("How do you know?"), _("Web address of the source"),
    )  # fmt: skip
    for column, (title, width) in enumerate(zip(titles, _WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column, title)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "C2"


def _row(
    instrument: Instrument, slot: Slot, answers: Mapping[str, Any], language: str, asked: bool, proof: tuple[str, str]
) -> list[Any]:
    value = written(slot, held(slot, answers), language)
    return [
        slot.id,
        say(instrument.section_of[slot.top.id].title, language),
        _question(slot, language),
        say(slot.question.help, language) or (say(slot.cell.help, language) if slot.cell else ""),
        _kind(slot),
        _("yes") if asked else _("no"),
        value,
        *proof,
    ]


def _question(slot: Slot, language: str) -> str:
    words = say(slot.question.ask, language)
    if slot.entry is not None and isinstance(slot.top, Repeated):
        words = f"{say(slot.top.entry, language)} {slot.entry + 1}: {words}"
    return f"{words} → {say(slot.cell.text, language)}" if slot.cell else words


def _kind(slot: Slot) -> str:
    if slot.cell is not None and isinstance(slot.question, Multiple):
        return _("%(tick)s where it applies") % {"tick": TICK}
    kinds = {
        "single": _("one choice"), "matrix": _("one choice"), "scale": _("0 to 4"), "number": _("a number"),
        "date": _("a day, 2026-03-31"), "file": _("attached on the page"), "text": _("one line"),
    }  # fmt: skip
    return kinds.get(str(type(slot.question).__struct_config__.tag), _("text"))


def _fill(sheet: Any, number: int, row: list[Any]) -> None:
    """Texts are written as texts: one that begins with = is no formula."""
    for column, value in enumerate(row, 1):
        cell = sheet.cell(number, column)
        if isinstance(value, str):
            cell.value = escaped(value)[:LONGEST_CELL] or None
            cell.data_type = "s" if cell.value else "n"
        else:
            cell.value = value
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(number, ANSWER + 1).fill = PatternFill("solid", fgColor="FFF7D6")
    sheet.cell(number, ANSWER + 1).number_format = "@" if isinstance(row[ANSWER], str) else "General"


@dataclass
class _Lists:
    """The choices of each question as a list in a hidden sheet, offered in its cells."""

    lists: Any
    sheet: Any
    language: str
    offered: dict[int, DataValidation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lists.sheet_state = "hidden"

    def offer(self, slot: Slot, row: int) -> None:
        if isinstance(slot.question, Multiple) and slot.cell is not None:
            words = [TICK]
        elif slot.options or isinstance(slot.question, Scale):
            words = list(labels(slot.question, self.language).values())
        else:
            return
        key = 0 if words == [TICK] else id(slot.question)
        if key not in self.offered:
            self.offered[key] = self._list(words)
        self.offered[key].add(self.sheet.cell(row, ANSWER + 1))

    def _list(self, words: list[str]) -> DataValidation:
        column = len(self.offered) + 1
        for row, word in enumerate(words, 1):
            cell = self.lists.cell(row, column)
            cell.value = escaped(word)[:LONGEST_CELL]
            cell.data_type = "s"
        letter = get_column_letter(column)
        made = DataValidation(type="list", formula1=f"{LISTS}!${letter}$1:${letter}${len(words)}", allow_blank=True)
        self.sheet.add_data_validation(made)
        return made


def _unfit(question: Question, value: Any) -> bool:
    """Whether ``value`` has parts that no row would hold, such as a choice of another version."""
    if is_empty(value):
        return False
    if isinstance(question, Repeated) and isinstance(value, list) and not fault(question, value):
        return any(_unfit(part, entry.get(part.id)) for entry in value for part in question.questions)
    return bool(fault(question, value))


def _overlong(value: Any) -> bool:
    """Whether a text in ``value`` would have to be cut to stand in a cell."""
    if isinstance(value, str):
        return len(escaped(value)) > LONGEST_CELL
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_overlong(part) for part in parts)


def _about(sheet: Any, instrument: Instrument, language: str, seen: Mapping[str, int], kept: list[str]) -> None:
    sheet.sheet_state = "hidden"
    facts: Iterator[tuple[str, str, int | str]] = iter((
        ("set", instrument.id, ""),
        ("version", instrument.version, ""),
        ("sha256", instrument.fingerprint, ""),
        ("language", language, ""),
        *(("seen", escaped(id), version) for id, version in seen.items()),
        *(("kept", escaped(id), "") for id in kept),
    ))  # fmt: skip
    for number, fact in enumerate(facts, 1):
        for column, value in enumerate(fact, 1):
            cell = sheet.cell(number, column, value)
            cell.data_type = "s" if isinstance(value, str) else "n"
