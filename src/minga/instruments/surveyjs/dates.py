"""Dates as SurveyJS's functions read them, in local time; the current moment is given, never taken.

Dates in ISO 8601 form are read (a day alone is that day's midnight). What else ``new Date(text)`` takes depends on
the browser and is not read: it counts as an invalid date, NaN.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from minga.instruments.surveyjs import js

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
EPOCH = dt.datetime(1970, 1, 1)


def read_date(value: Any) -> dt.datetime | float:
    """The moment that ``value`` names, naive; NaN where it names none. Numbers are milliseconds since 1970."""
    if isinstance(value, dt.datetime):
        return value
    try:
        if isinstance(value, int | float):
            return EPOCH + dt.timedelta(milliseconds=value)
        if isinstance(value, str) and _ISO.fullmatch(value):
            found = dt.datetime.fromisoformat(value)
            return found.astimezone(dt.UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError):
        return math.nan
    return math.nan


def months_between(first: dt.datetime, last: dt.datetime) -> int:
    """Whole months from ``first`` to ``last``; negative where ``last`` is earlier."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


def days_between(first: dt.datetime, last: dt.datetime) -> int:
    return abs((last.date() - first.date()).days)


def shift(start: dt.datetime, amount: float, unit: str) -> dt.datetime | float:
    """``start`` and ``amount`` (cut to a whole number) units later; 31 January plus a month is 2 or 3 March."""
    if not js.is_number(amount) or not math.isfinite(amount):
        return math.nan
    count = int(amount)
    try:
        if unit in ("months", "years"):
            months = start.year * 12 + start.month - 1 + count * (12 if unit == "years" else 1)
            first = start.replace(year=months // 12, month=months % 12 + 1, day=1)
            return first + dt.timedelta(days=start.day - 1)
        return start + dt.timedelta(**{unit: count}) if unit in ("days", "hours", "minutes", "seconds") else start
    except (ValueError, OverflowError):
        return math.nan


def as_answer(value: Any) -> Any:
    """A date as a question keeps it: the day alone."""
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.datetime) else value
