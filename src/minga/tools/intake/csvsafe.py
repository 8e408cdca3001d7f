"""Cells that a spreadsheet must not run."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?")
_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|")


def csv_safe(value: object) -> object:
    """The value for a CSV cell: text that a spreadsheet would run as a formula gets a leading apostrophe.

    Numbers, and text that is only a number ("-5", "+3,2"), stay as they are; None becomes "".
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    if (text.startswith(_STARTERS) or text.lstrip().startswith(_STARTERS)) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text
