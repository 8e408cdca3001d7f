"""What SurveyJS's operators give for two values; see ``grammar`` for their names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from minga.instruments.surveyjs import js
from minga.instruments.surveyjs.compare import equal, is_empty, is_number
from minga.instruments.surveyjs.js import UNDEFINED

type Operator = Callable[[Any, Any], Any]


def equals(left: Any, right: Any) -> bool:
    """``=``: lists in any order, texts without case, dates to the precision that the text has."""
    if isinstance(left, dt.datetime) or isinstance(right, dt.datetime):
        left = _as_date(left, right)
        right = _as_date(right, left)
    return _equal(left, right)


def contains(left: Any, right: Any) -> bool:
    """``contains``: a part of a text, or every one of ``right`` among the list ``left``."""
    return _contains(left, right, wanted=True)


def notcontains(left: Any, right: Any) -> bool:
    if not js.truthy(left) and not is_empty(right):
        return True
    return _contains(left, right, wanted=False)


def anyof(left: Any, right: Any) -> bool:
    if is_empty(left):
        return is_empty(right)
    if is_empty(right):
        return True
    if not isinstance(left, list):
        return contains(right, left)
    return any(contains(left, item) for item in (right if isinstance(right, list) else [right]))


def allof(left: Any, right: Any) -> bool:
    if not js.truthy(left) and not is_empty(right):
        return False
    return all(contains(left, item) for item in (right if isinstance(right, list) else [right]))


def greater(left: Any, right: Any) -> bool:
    return _less(right, left, swapped=True)


def less(left: Any, right: Any) -> bool:
    return _less(left, right)


def plus(left: Any, right: Any) -> Any:
    """Adds numbers, joins texts and lists; a list and a text join with ", ", a list and a number add up."""
    if not (is_number(left) and is_number(right)):
        if isinstance(left, list) and isinstance(right, list):
            return [*left, *right]
        if isinstance(left, list) != isinstance(right, list):
            mixed = _plus_list(left, right)
            if mixed is not None:
                return mixed
        return js.add(left, right)
    if isinstance(left, str) or isinstance(right, str):
        return js.add(left, right)
    return rounded(left, right, js.add(left, right))


def minus(left: Any, right: Any) -> Any:
    return rounded(left, right, js.arithmetic("-", left, right))


def times(left: Any, right: Any) -> Any:
    """The product, cut to as many decimals as both sides have together."""
    found = js.arithmetic("*", left, right)
    digits = _decimals(left) + _decimals(right)
    return js.to_fixed(found, digits) if digits else found


def rounded(left: Any, right: Any, found: Any) -> Any:
    """``found`` cut to the decimals of the side that has more, so that 0.1 + 0.2 is 0.3."""
    digits = max(_decimals(left), _decimals(right))
    return js.to_fixed(js.parse_float(found), digits) if digits else found


def arithmetic(operator: Operator) -> Operator:
    """The operator with empty sides made 0, "" or [], whatever the other side calls for."""

    def run(left: Any, right: Any) -> Any:
        if is_empty(left):
            left = _instead(left, right)
        if is_empty(right):
            right = _instead(right, left)
        return operator(left, right)

    return run


def _instead(value: Any, other: Any) -> Any:
    if js.is_number(other):
        return 0
    if isinstance(value, str):
        return value
    if isinstance(other, str):
        return ""
    return [] if isinstance(other, list) else 0


def _equal(left: Any, right: Any) -> bool:
    left = UNDEFINED if isinstance(left, str) and left == "undefined" else left
    right = UNDEFINED if isinstance(right, str) and right == "undefined" else right
    return equal(left, right, any_order=True)


def _contains(left: Any, right: Any, *, wanted: bool) -> bool:
    if isinstance(left, list):
        if not left:
            return not wanted
        each = right if isinstance(right, list) else [right]
        return wanted if all(any(_equal(item, one) for item in left) for one in each) else not wanted
    if not js.truthy(left) and left is not False and not (js.is_number(left) and left == 0):
        return False
    if not js.truthy(right):
        return False
    return (js.to_text(right).lower() in js.to_text(left).lower()) is wanted


def _less(left: Any, right: Any, *, swapped: bool = False) -> bool:
    if js.is_missing(left) or js.is_missing(right):
        return False
    if isinstance(left, dt.datetime) or isinstance(right, dt.datetime):
        if swapped:
            right = _as_date(right, left)
            left = _as_date(left, right)
        else:
            left = _as_date(left, right)
            right = _as_date(right, left)
    return js.less(left, right)


def _as_date(value: Any, other: Any) -> Any:
    """A text beside a date as a date; a date beside a text cut to what the text says (day, minute, second)."""
    from minga.instruments.surveyjs.dates import read_date

    if isinstance(other, dt.datetime) and isinstance(value, str):
        found = read_date(value)
        if isinstance(found, dt.datetime) and not (other.hour or other.minute or other.second):
            return found.replace(hour=0, minute=0, second=0)
        return found
    if isinstance(other, str) and isinstance(value, dt.datetime):
        if len(other) < 17:
            value = value.replace(second=0, microsecond=0)
        if len(other) < 14:
            value = value.replace(minute=0)
        if len(other) < 11:
            value = value.replace(hour=0)
    return value


def _plus_list(left: Any, right: Any) -> Any:
    items, other = (left, right) if isinstance(left, list) else (right, left)
    if isinstance(other, str):
        text = ", ".join("" if js.is_missing(item) else js.to_text(item) for item in items)
        return text + other if items is left else other + text
    if js.is_number(other):
        total: Any = 0
        for item in items:
            if js.is_number(item):
                total = rounded(total, item, js.add(total, item))
        return rounded(total, other, js.add(total, other))
    return None


def _decimals(value: Any) -> int:
    if isinstance(value, int) or not is_number(value):
        return 0
    whole = js.is_number(value) and value == int(value)
    parts = js.to_text(value).split(".")
    return 0 if whole or len(parts) < 2 else len(parts[1])


BINARY: dict[str, Operator] = {
    "and": lambda left, right: right if js.truthy(left) else left,
    "or": lambda left, right: left if js.truthy(left) else right,
    "plus": plus,
    "minus": minus,
    "mul": times,
    "div": lambda left, right: js.arithmetic("/", left, right) if js.truthy(right) else None,
    "mod": lambda left, right: js.arithmetic("%", left, right) if js.truthy(right) else None,
    "power": lambda left, right: js.arithmetic("**", left, right),
    "greater": greater,
    "less": less,
    "greaterorequal": lambda left, right: equals(left, right) or greater(left, right),
    "lessorequal": lambda left, right: equals(left, right) or less(left, right),
    "equal": equals,
    "notequal": lambda left, right: not equals(left, right),
    "contains": contains,
    "notcontains": notcontains,
    "anyof": anyof,
    "allof": allof,
    "noneof": lambda left, right: not anyof(left, right),
}

UNARY: dict[str, Callable[[Any], bool]] = {
    "empty": is_empty,
    "notempty": lambda value: not is_empty(value),
    "negate": lambda value: not js.truthy(value),
}
