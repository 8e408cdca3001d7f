"""A workbook of answers that came back: what can be used of it, and why the rest cannot (Django: words)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.instruments import messages
from minga.instruments.conditions import is_empty
from minga.instruments.definition import Matrix, Multiple, Question, Repeated
from minga.instruments.instrument import Instrument
from minga.instruments.slots import NoValue, Slot, slots, understood
from minga.instruments.values import fault
from minga.instruments.workbook import ABOUT, ANSWER, ANSWERS, EVIDENCE, URL, Unreadable, opened, plain, rows


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was not used, by its number in the sheet, and why."""

    row: int
    id: str
    reason: str


@dataclass(slots=True)
class Sheet:
    """What a workbook says. ``rows_in`` = ``used`` + rejected + failed.

    ``given``: question id -> answer, None where one was emptied; ``seen``: the versions that were written out;
    ``evidence`` as ``answer`` takes it. A question of which one row cannot be used is not given at all. ``changed``:
    the set has other words now than when the sheet was written, in the same version.
    """

    given: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, tuple[str, str]] = field(default_factory=dict)
    rejected: list[RowProblem] = field(default_factory=list)
    failed: list[RowProblem] = field(default_factory=list)
    rows_in: int = 0
    used: int = 0
    language: str = "en"
    changed: bool = False


@dataclass(slots=True)
class _Row:
    """One row with an id of the set: ``value`` as the engine takes it, ``problem`` where it cannot be used."""

    number: int
    slot: Slot
    value: Any
    blank: bool
    proof: tuple[str, str]
    problem: str = ""
    broken: bool = False


def read_xlsx(content: bytes, instrument: Instrument) -> Sheet:
    """The answers in a workbook that ``offline.write_xlsx`` made; Unreadable where it is none, or of another set."""
    book = opened(content)
    if not {ANSWERS, ABOUT} <= set(book.sheetnames):
        raise Unreadable(
            _("This workbook was not given out here: its sheets “%(one)s” and “%(two)s” are missing. Download the "
              "sheet again and copy the answers into it.") % {"one": ANSWERS, "two": ABOUT}
        )  # fmt: skip
    facts, seen, kept = _facts(book[ABOUT])
    _refuse_other(facts, instrument)
    language = facts.get("language", "en")
    result = Sheet(seen=seen, language=language, changed=facts.get("sha256") != instrument.fingerprint)
    languages = list(dict.fromkeys((language, get_language() or "en", *instrument.languages)))
    by_question: dict[str, list[_Row]] = {}
    for row in _read(book[ANSWERS], instrument, languages, result):
        by_question.setdefault(row.slot.top.id, []).append(row)
    for id, found in by_question.items():
        if id in kept:
            result.used += len(found)
        else:
            _take(result, instrument.questions[id], found)
    result.rejected.sort(key=lambda each: each.row)
    return result


def _facts(sheet: Any) -> tuple[dict[str, str], dict[str, int], set[str]]:
    facts: dict[str, str] = {}
    seen: dict[str, int] = {}
    kept: set[str] = set()
    for _number, row in rows(sheet):
        key, value, more = ([plain(str(cell.value or "")) for cell in row] + ["", "", ""])[:3]
        if key == "seen" and more.isdecimal():
            seen[value] = int(more[:9])
        elif key == "kept":
            kept.add(value)
        else:
            facts[key] = value
    return facts, seen, kept


def _refuse_other(facts: Mapping[str, str], instrument: Instrument) -> None:
    told = {"set": facts.get("set", "?"), "version": facts.get("version", "?"),
            "here": instrument.id, "wanted": instrument.version}  # fmt: skip
    if facts.get("set") != instrument.id:
        raise Unreadable(_("This sheet belongs to the set “%(set)s”, not to “%(here)s”. Open that set, or download "
                           "its own sheet here.") % told)  # fmt: skip
    if facts.get("version") != instrument.version:
        raise Unreadable(_("This sheet was written for version %(version)s of the set, and here it is version "
                           "%(wanted)s. Download the sheet again and copy the answers over.") % told)  # fmt: skip


def _read(sheet: Any, instrument: Instrument, languages: list[str], result: Sheet) -> Iterator[_Row]:
    """The rows with an id of the set; others are rejected at once. Rows without anything in them do not count."""
    known = {slot.id: slot for slot in slots(instrument)}
    first: dict[str, int] = {}
    for number, cells in rows(sheet):
        id, answer, text, url = (cells[at] if at < len(cells) else None for at in (0, ANSWER, EVIDENCE, URL))
        name = plain(str(id.value)) if id is not None and id.value is not None else ""
        if number == 1 or not (
            name or any(each is not None and each.value is not None for each in (answer, text, url))
        ):
            continue
        result.rows_in += 1
        if name not in known:
            words = (
                _("the set has no question “%(id)s”") % {"id": name[:80]} if name else _("the id of the row is gone")
            )
            result.rejected.append(RowProblem(number, name[:80], words))
            continue
        row = _row(number, known[name], (answer, text, url), languages)
        if name in first and not row.problem:
            row.problem = _("the same id stands in row %(row)s; keep one of them") % {"row": first[name]}
        first.setdefault(name, number)
        yield row


def _row(number: int, slot: Slot, cells: tuple[Any, Any, Any], languages: list[str]) -> _Row:
    kinds = [getattr(cell, "data_type", "n") if cell is not None and cell.value is not None else "" for cell in cells]
    answer, text, url = (None if cell is None else cell.value for cell in cells)
    proof = (_text(text), _text(url))
    made = _Row(number, slot, None, is_empty(answer) or _text(answer) == "", proof)
    if "f" in kinds:
        made.problem = _("it holds a formula, which is read as no answer; write the answer itself")
    elif "e" in kinds:
        made.problem, made.broken = _("the cell shows an error of the spreadsheet"), True
    elif proof[1] and (len(proof[1]) > 500 or not proof[1].startswith(("https://", "http://"))):
        made.problem = _("the web address is none: write it from https:// on")
    elif not made.blank:
        try:
            made.value = understood(slot, plain(answer) if isinstance(answer, str) else answer, languages)
        except NoValue as error:
            made.problem = str(error)
    return made


def _text(value: Any) -> str:
    return "" if value is None else plain(str(value)).strip()


def _take(result: Sheet, question: Question, found: list[_Row]) -> None:
    """One question: all of its rows are used, or those with something in them are not."""
    value = None
    if not any(row.problem for row in found):
        value = _put_together(question, found)
        for row, words in _faults(question, value, found):
            row.problem = row.problem or words
    wrong = next((row for row in found if row.problem), None)
    for row in found:
        if wrong and not row.problem and not row.blank:
            row.problem = _("row %(row)s of the same question cannot be used") % {"row": wrong.number}
        if row.problem:
            place = result.failed if row.broken else result.rejected
            place.append(RowProblem(row.number, row.slot.id, row.problem))
        else:
            result.used += 1
    if wrong:
        return
    if value is not None or result.seen.get(question.id, 0):
        result.given[question.id] = value
    proof = next((row.proof for row in found if any(row.proof)), ("", ""))
    if any(proof) or question.evidence:
        result.evidence[question.id] = proof


def _put_together(question: Question, found: list[_Row]) -> Any:
    if not isinstance(question, Repeated):
        return _value(question, found)
    entries = []
    for number in sorted({row.slot.entry for row in found if row.slot.entry is not None}):
        entry = {}
        for part in question.questions:
            value = _value(part, [row for row in found if row.slot.entry == number and row.slot.question is part])
            if value is not None:
                entry[part.id] = value
        entries += [entry] if entry else []
    return entries or None


def _value(question: Question, found: list[_Row]) -> Any:
    """The value of one question that is no group; None where all its rows are blank."""
    filled = [(row.slot.cell, row.value) for row in found if row.value is not None]
    if isinstance(question, Multiple):
        return [cell.value for cell, _value in filled if cell] or None
    if isinstance(question, Matrix):
        return {cell.value: value for cell, value in filled if cell} or None
    return filled[0][1] if filled else None


def _faults(question: Question, value: Any, found: list[_Row]) -> Iterator[tuple[_Row, str]]:
    """What the engine says about the value, at the rows that it is about."""
    language = get_language() or "en"
    filled = [row for row in found if not row.blank]
    if value is None:
        return
    for code, values in fault(question, value):
        yield from ((row, messages.text(code, language, values)) for row in filled)
    if isinstance(question, Repeated):
        for row in filled:
            single = row.value if row.slot.cell is None else None
            for code, values in fault(row.slot.question, single) if single is not None else ():
                yield row, messages.text(code, language, values)
