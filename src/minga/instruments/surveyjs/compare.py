"""When SurveyJS calls a value empty, a number, or equal to another."""

from __future__ import annotations

import datetime as dt
import functools
import math
from typing import Any

from minga.instruments.surveyjs import js
from minga.instruments.surveyjs.js import UNDEFINED


def is_empty(value: Any) -> bool:
    """Missing, "", NaN, an empty list, an object with nothing in it. 0 and false are answers."""
    if isinstance(value, str | list):
        return not value
    if isinstance(value, dict):
        return all(is_empty(item) for item in value.values())
    return value is None or value is UNDEFINED or value != value  # noqa: PLR0124


def number(value: Any) -> float:
    """The number a value is taken for, else NaN. Text may have a decimal comma; true is no number."""
    if isinstance(value, str):
        value = value.strip(js.BLANK)
        if not value:
            return math.nan
        if value.startswith("0x"):
            return math.nan if len(value) > 32 else js.parse_int(value)
        if (len(value) > 15 and value.isascii() and value.isdigit()) or _has_sign(value):
            return math.nan
        if value.count(",") == 1:
            value = value.replace(",", ".")
    elif value is None or value is UNDEFINED or isinstance(value, bool):
        return math.nan
    found = js.parse_float(value)
    return found if math.isfinite(found) and math.isfinite(js.to_number(value)) else math.nan


def is_number(value: Any) -> bool:
    """Whether ``number`` makes one of it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return True
    found = number(value)
    return found == found  # noqa: PLR0124


def equal(left: Any, right: Any, *, any_order: bool = False, case: bool = False, trim: bool = True) -> bool:  # noqa: PLR0911, PLR0912
    """SurveyJS's equality: texts without case and outer blanks, "1" like 1, "true" like true.

    ``any_order``: lists are equal whatever their order. ``case``: case counts. ``trim``: outer blanks do not.
    """
    if isinstance(left, str) and isinstance(right, str):
        if trim:
            left, right = left.strip(js.BLANK), right.strip(js.BLANK)
        return left == right or (not case and left.lower() == right.lower())
    if js.same(left, right):
        return True
    if (left == [] and right is UNDEFINED) or (right == [] and left is UNDEFINED):
        return True
    if (js.is_missing(left) and right == "") or (js.is_missing(right) and left == ""):
        return True
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        return left == right
    if _same_number(left, right):
        return True
    if is_empty(left) != is_empty(right):
        return False
    for one, other in ((left, right), (right, left)):
        if isinstance(one, bool) and isinstance(other, str):
            return js.to_text(one) == other.lower()
    if not js.is_object(left) and not js.is_object(right):
        return js.loosely_equal(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return _lists_equal(left, right, any_order, case, trim)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            equal(left[key], right[key], any_order=any_order, case=case, trim=trim) for key in left
        )
    return False


def _lists_equal(left: list[Any], right: list[Any], any_order: bool, case: bool, trim: bool) -> bool:
    if len(left) != len(right):
        return False
    if any_order:
        left, right = sorted(left, key=_sort_key), sorted(right, key=_sort_key)
    return all(equal(a, b, any_order=any_order, case=case, trim=trim) for a, b in zip(left, right, strict=True))


@functools.cmp_to_key
def _sort_key(left: Any, right: Any) -> int:
    if left is UNDEFINED or right is UNDEFINED:
        return (left is UNDEFINED) - (right is UNDEFINED)
    a, b = js.to_text(left), js.to_text(right)
    return js.less(b, a) - js.less(a, b)


def _same_number(left: Any, right: Any) -> bool:
    if not (_convertible(left) and _convertible(right)):
        return False
    return js.parse_int(left) == js.parse_int(right) and js.parse_float(left) == js.parse_float(right)


def _convertible(value: Any) -> bool:
    if js.is_missing(value) or isinstance(value, list | dict):
        return False
    found = js.to_number(value)
    return found == found  # noqa: PLR0124


def _has_sign(text: str) -> bool:
    if text.rfind("-") > 0 or text.rfind("+") > 0:
        return False
    return any(sign in text for sign in "*^/%")
