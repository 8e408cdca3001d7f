"""The functions that SurveyJS expressions may call. A function that is not here is refused when a form is read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from typing import Any

from minga.instruments.surveyjs import dates, js
from minga.instruments.surveyjs.compare import is_empty, is_number, number
from minga.instruments.surveyjs.js import UNDEFINED
from minga.instruments.surveyjs.operators import rounded

type Function = Callable[[list[Any], dt.datetime], Any]

NEEDS_THE_FORM = ("isContainerReady", "isDisplayMode", "displayValue", "propertyValue", "getComment")
"""Published functions that look at the form on screen; they are named as unsupported."""


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        elif not js.is_missing(value):
            yield number(value) if is_number(value) else value


def _sum(values: list[Any], _now: dt.datetime) -> Any:
    total: Any = 0
    for value in _flat(values):
        total = rounded(total, value, js.add(total, value))
    return total


def _extreme(values: list[Any], lowest: bool) -> Any:
    found: Any = UNDEFINED
    for value in _flat(values):
        if found is UNDEFINED or (js.less(value, found) if lowest else js.less(found, value)):
            found = value
    return found


def _avg(values: list[Any], now: dt.datetime) -> Any:
    count = sum(1 for _ in _flat(values))
    return js.arithmetic("/", _sum(values, now), count) if count else 0


def _round(values: list[Any], _now: dt.datetime) -> Any:
    flat = list(_flat(values))
    places = flat[1] if len(flat) > 1 and js.truthy(flat[1]) else 0
    if not flat or not is_number(flat[0]) or not is_number(places):
        return math.nan
    power = js.arithmetic("**", 10, places)
    scaled = js.arithmetic("*", js.arithmetic("*", flat[0], power), 1 + 2.0**-52)
    if not math.isfinite(scaled):
        return scaled
    return js.arithmetic("/", js.tidy(float(math.floor(scaled + 0.5))), power)


def _trunc(values: list[Any], _now: dt.datetime) -> Any:
    flat = list(_flat(values))
    places = flat[1] if len(flat) > 1 and js.truthy(flat[1]) else -1
    if not flat or not is_number(flat[0]) or not is_number(places):
        return math.nan
    if places < 0 or places != int(places):
        return js.tidy(float(math.trunc(js.to_number(flat[0]))))
    whole, _, rest = js.to_text(flat[0]).partition(".")
    return js.to_number(f"{whole}.{rest[: int(places)]}" if rest else whole)


def _iif(values: list[Any], _now: dt.datetime) -> Any:
    if len(values) < 2:
        return None
    return values[1] if js.truthy(values[0]) else (values[2] if len(values) > 2 else UNDEFINED)


def _today(values: list[Any], now: dt.datetime) -> Any:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return dates.shift(midnight, values[0], "days") if len(values) == 1 else midnight


def _given(values: list[Any], least: int) -> bool:
    return len(values) >= least and all(js.truthy(value) for value in values[:least])


def _age(values: list[Any], now: dt.datetime) -> Any:
    if not _given(values, 1):
        return None
    unit = values[1] if len(values) > 1 and js.truthy(values[1]) else "years"
    return _difference(values[0], now, unit)


def _difference(first: Any, last: Any, unit: Any) -> Any:
    start, end = dates.read_date(first), dates.read_date(last)
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
        return math.nan if unit in ("days", "months") else 0
    if unit == "days":
        return dates.days_between(start, end)
    months = dates.months_between(start, end)
    return months if unit == "months" else math.trunc(months / 12)


def _date_diff(values: list[Any], _now: dt.datetime) -> Any:
    if not _given(values, 2):
        return None
    unit = values[2] if len(values) > 2 and js.truthy(values[2]) else "days"
    size = {"hours": 3600, "minutes": 60, "seconds": 1}.get(unit) if isinstance(unit, str) else None
    start, end = dates.read_date(values[0]), dates.read_date(values[1])
    if size and isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        return math.ceil(abs((end - start).total_seconds()) / size)
    return _difference(values[0], values[1], unit)


def _diff_days(values: list[Any], _now: dt.datetime) -> Any:
    return _difference(values[0], values[1], "days") if len(values) == 2 and _given(values, 2) else 0


def _date_add(values: list[Any], _now: dt.datetime) -> Any:
    if not _given(values, 2):
        return None
    start = dates.read_date(values[0])
    unit = values[2] if len(values) > 2 and js.truthy(values[2]) else "days"
    return dates.shift(start, values[1], unit) if isinstance(start, dt.datetime) else math.nan


def _part(read: Callable[[dt.datetime], int]) -> Function:
    def run(values: list[Any], now: dt.datetime) -> Any:
        found = dates.read_date(values[0]) if _given(values, 1) else now
        return read(found) if isinstance(found, dt.datetime) else math.nan

    return run


def _get_year(values: list[Any], _now: dt.datetime) -> Any:
    if len(values) != 1 or not js.truthy(values[0]):
        return UNDEFINED
    found = dates.read_date(values[0])
    return found.year if isinstance(found, dt.datetime) else math.nan


def _substring(values: list[Any], _now: dt.datetime) -> Any:
    if len(values) < 2 or not isinstance(values[0], str) or not is_number(values[1]):
        return ""
    size = len(values[0])
    start = _within(values[1], size)
    end = _within(values[2], size) if len(values) > 2 and is_number(values[2]) else size
    return values[0][min(start, end) : max(start, end)]


def _within(value: Any, size: int) -> int:
    return int(min(max(js.to_number(value), 0), size))


def in_list(values: list[Any], matches: Callable[[Any], bool] | None) -> tuple[list[Any], str] | None:
    """The objects of a list that hold the wanted field and fit the condition, with the field's name."""
    if len(values) < 2 or not js.truthy(values[0]) or not isinstance(values[1], str):
        return None
    entries = (
        values[0] if isinstance(values[0], list) else list(values[0].values()) if isinstance(values[0], dict) else []
    )
    field = values[1]
    held = [entry for entry in entries if isinstance(entry, dict) and not is_empty(entry.get(field))]
    return [entry for entry in held if not matches or matches(entry)], field


def sum_in_list(entries: list[Any], field: str) -> Any:
    total: Any = 0
    for entry in entries:
        value = _converted(entry[field])
        if not js.is_missing(value):
            total = rounded(total, value, js.add(total, value))
    return total


def extreme_in_list(entries: list[Any], field: str, wanted: str, lowest: bool) -> Any:
    best: Any = UNDEFINED
    chosen: Any = UNDEFINED
    for entry in entries:
        value = _converted(entry[field])
        if js.is_missing(value):
            continue
        if js.is_missing(best) or (js.less(value, best) if lowest else js.less(best, value)):
            best, chosen = value, entry
    if chosen is UNDEFINED:
        return UNDEFINED
    return chosen.get(wanted, UNDEFINED) if wanted != field else best


def _converted(value: Any) -> Any:
    if isinstance(value, str):
        return number(value) if is_number(value) else UNDEFINED
    return value


IN_LIST = ("sumInArray", "minInArray", "maxInArray", "countInArray", "avgInArray")

FUNCTIONS: dict[str, Function] = {
    "sum": _sum,
    "min": lambda values, _: _extreme(values, lowest=True),
    "max": lambda values, _: _extreme(values, lowest=False),
    "count": lambda values, _: sum(1 for _ in _flat(values)),
    "avg": _avg,
    "round": _round,
    "trunc": _trunc,
    "iif": _iif,
    "getDate": lambda values, _: dates.read_date(values[0]) if _given(values, 1) else None,
    "age": _age,
    "dateDiff": _date_diff,
    "dateAdd": _date_add,
    "diffDays": _diff_days,
    "currentDate": lambda _, now: now,
    "today": _today,
    "getYear": _get_year,
    "currentYear": lambda _, now: now.year,
    "year": _part(lambda day: day.year),
    "month": _part(lambda day: day.month),
    "day": _part(lambda day: day.day),
    "weekday": _part(lambda day: day.isoweekday() % 7),
    "substring": _substring,
}
