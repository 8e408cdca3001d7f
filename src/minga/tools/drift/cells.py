"""Columns of Arrow as NumPy arrays, whatever type they came in; what cannot be read is told, never guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
YES = ("true", "yes", "1", "1.0", "t", "y")
NO = ("false", "no", "0", "0.0", "f", "n")
LAST_DAY = (date(2200, 1, 1) - date(1970, 1, 1)).days


def as_texts(column: Any) -> Any:
    """The column as text without surrounding blanks, "" where missing."""
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column = pc.cast(column, pa.string())
    return pc.utf8_trim_whitespace(column).fill_null("")


def as_numbers(column: Any) -> tuple[Floats, int]:
    """(float64 with NaN where missing, cells that are no finite number and so count as missing)."""
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    try:
        numbers = pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        numbers = _one_by_one(as_texts(column))
    there = len(column) - column.null_count
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        there -= pc.sum(pc.equal(pc.utf8_trim_whitespace(column), "")).as_py() or 0
    if pa.types.is_floating(column.type):
        there -= int(np.isnan(numbers).sum()) - column.null_count
    numbers = np.where(np.isfinite(numbers), numbers, np.nan).astype(np.float64, copy=False)
    return numbers, int(there - (~np.isnan(numbers)).sum())


def _one_by_one(texts: Any) -> Floats:
    """Each different text once."""
    coded = texts.dictionary_encode()
    table = np.array([_number(text) for text in coded.dictionary.to_pylist()] or [np.nan])
    found: Floats = table[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def _number(text: str) -> float:
    try:
        return float(text) if text and "_" not in text else np.nan
    except ValueError:
        return np.nan


def as_flags(column: Any) -> tuple[Floats, NDArray[np.bool_]]:
    """(1 yes, 0 no, NaN missing; which cells are none of these)."""
    if pa.types.is_boolean(column.type):
        return pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), np.zeros(len(column), bool)
    coded = pc.utf8_lower(as_texts(column)).dictionary_encode()
    words = coded.dictionary.to_pylist() or [""]
    table = np.array([1.0 if word in YES else 0.0 if word in NO else np.nan for word in words])
    wrong = np.array([word != "" and word not in YES + NO for word in words])
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return table[codes], wrong[codes]


def as_days(column: Any) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(days since 1970, -1 where missing; which cells are no date between 1970 and 2199).

    Dates, times (of which the day in UTC counts) and text beginning 2026-03-14 or being 2026-03.
    """
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        days = pc.cast(pc.cast(column, pa.date32(), safe=False), pa.int32()).fill_null(-1)
        found = days.to_numpy(zero_copy_only=False).astype(np.int64)
        missing = column.is_null().to_numpy(zero_copy_only=False)
    else:
        coded = pc.utf8_slice_codeunits(as_texts(column), 0, 10).dictionary_encode()
        words = coded.dictionary.to_pylist() or [""]
        codes = coded.indices.to_numpy(zero_copy_only=False)
        found = np.array([_day(word) for word in words])[codes]
        missing = np.array([word == "" for word in words])[codes]
    wrong = ~missing & ((found < 0) | (found >= LAST_DAY))
    return np.where(missing | wrong, -1, found), wrong


def _day(text: str) -> int:
    try:
        return (date.fromisoformat(f"{text}-01" if len(text) == 7 else text) - date(1970, 1, 1)).days
    except ValueError:
        return -1
