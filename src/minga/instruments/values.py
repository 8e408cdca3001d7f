"""Whether one value fits one question. Each fault is a code of ``messages.toml`` with the values it names."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

from minga.instruments.definition import (
    SCALE,
    Date,
    File,
    LongText,
    Matrix,
    Multiple,
    Number,
    Option,
    Question,
    Repeated,
    Scale,
    ShortText,
    Single,
)

type Fault = tuple[str, dict[str, Any]]


def fault(question: Question, value: Any, complete: bool = False) -> list[Fault]:  # noqa: PLR0911
    """What is wrong with ``value``, which is not empty; with ``complete`` also what is missing inside it."""
    match question:
        case Single():
            return _option(question.options, value)
        case Multiple():
            return _several(question, value)
        case ShortText() | LongText():
            return _words(question, value)
        case Number():
            return _number(question, value)
        case Date():
            return _date(question, value)
        case Scale():
            return [] if type(value) is int and value in SCALE else [("not_scale", {})]
        case File():
            return _file(question, value)
        case Matrix():
            return _table(question, value, complete)
        case Repeated():
            return _entries(question, value, complete)
    raise TypeError(f"question {question.id} has a type without a rule: {type(question).__name__}")


def _option(options: list[Option], value: Any) -> list[Fault]:
    if any(option.value == value for option in options):
        return []
    return [("not_option", {"given": _short(value), "options": [option.value for option in options]})]


def _several(question: Multiple, value: Any) -> list[Fault]:
    if not isinstance(value, list):
        return [("not_list", {})]
    twice = [item for place, item in enumerate(value) if item in value[:place]]
    if twice:
        return [("twice", {"given": _short(twice[0])})]
    return [found for item in value for found in _option(question.options, item)]


def _words(question: ShortText | LongText, value: Any) -> list[Fault]:
    if not isinstance(value, str):
        return [("not_text", {})]
    if isinstance(question, ShortText) and len(value.splitlines()) > 1:
        return [("one_line", {})]
    over = len(value) - question.longest
    return [("too_long", {"length": len(value), "longest": question.longest, "over": over})] if over > 0 else []


def _number(question: Number, value: Any) -> list[Fault]:
    if not isinstance(value, int | float) or isinstance(value, bool) or not _finite(value):
        return [("not_number", {"given": _short(value)})]
    if question.whole and value != int(value):
        return [("not_whole", {"given": value})]
    return _bounds(value, question.lowest, question.highest)


def _finite(value: float) -> bool:
    """Also false for a whole number of hundreds of digits, which no comparison can take."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _bounds(value: Any, low: Any, high: Any) -> list[Fault]:
    if low is not None and value < low:
        return [("too_low", {"given": value, "bound": _trim(low)})]
    if high is not None and value > high:
        return [("too_high", {"given": value, "bound": _trim(high)})]
    return []


def _trim(bound: Any) -> Any:
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _date(question: Date, value: Any) -> list[Fault]:
    try:
        day = dt.date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except (TypeError, ValueError):
        day = None
    if day is None:
        return [("not_date", {"given": _short(value)})]
    return _bounds(day, question.earliest, question.latest)


def _file(question: File, value: Any) -> list[Fault]:
    if not isinstance(value, Mapping) or set(value) != {"name", "sha256", "size"}:
        return [("not_file", {})]
    name, digest, size = value["name"], value["sha256"], value["size"]
    if not (isinstance(name, str) and isinstance(digest, str) and type(size) is int and size >= 0):
        return [("not_file", {})]
    if not name or not re.fullmatch(r"[0-9a-f]{64}", digest):
        return [("not_file", {})]
    if question.kinds and name.rpartition(".")[2].lower() not in question.kinds:
        return [("file_kind", {"given": _short(name), "kinds": question.kinds})]
    return [("file_size", {"given": size, "largest": question.largest})] if size > question.largest else []


def _table(question: Matrix, value: Any, complete: bool) -> list[Fault]:
    if not isinstance(value, Mapping):
        return [("not_table", {})]
    rows = [row.value for row in question.rows]
    for row in value:
        if row not in rows:
            return [("unknown_row", {"given": _short(row), "rows": rows})]
    found = [fault for column in value.values() if column for fault in _option(question.columns, column)]
    missing = [row for row in rows if not value.get(row)]
    if complete and question.required and missing and not found:
        return [("rows_missing", {"rows": missing})]
    return found


def _entries(question: Repeated, value: Any, complete: bool) -> list[Fault]:
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        return [("not_entries", {})]
    parts = [part.id for part in question.questions]
    for id in (id for entry in value for id in entry):
        if id not in parts:
            return [("unknown_part", {"given": _short(id), "parts": parts})]
    count = len(value)
    if count > question.most:
        return [("too_many", {"count": count, "most": question.most, "over": count - question.most})]
    if complete and count < question.fewest:
        return [("too_few", {"count": count, "fewest": question.fewest, "lacking": question.fewest - count})]
    return []


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
