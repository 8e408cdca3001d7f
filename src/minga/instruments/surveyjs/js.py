"""The values of a JavaScript program and the few rules about them that SurveyJS's results depend on.

Numbers are ``int`` or ``float``, ``null`` is None, ``undefined`` is UNDEFINED, a date is a naive ``datetime``.
Rules: ECMA-262 (ToNumber, ToString, abstract equality and comparison, Number::toString, toFixed).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

SAFE = 2**53
_LEADING = re.compile(r"[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_WHOLE = re.compile(r"[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)?")
_BASED = re.compile(r"0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+)")
BLANK = (
    " \t\n\r\v\f\u00a0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)


class Undefined:
    """JavaScript's ``undefined``; there is one, UNDEFINED."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()


def is_number(value: Any) -> bool:
    """``typeof value === "number"``."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_nan(value: float) -> bool:
    return value != value  # noqa: PLR0124


def is_object(value: Any) -> bool:
    """``value instanceof Object``."""
    return isinstance(value, list | dict | dt.datetime)


def is_missing(value: Any) -> bool:
    """``value == null``."""
    return value is None or value is UNDEFINED


def truthy(value: Any) -> bool:
    """ToBoolean: lists and objects are true even when empty."""
    if isinstance(value, list | dict | dt.datetime):
        return True
    return bool(value) and value == value  # noqa: PLR0124 - NaN is false


def tidy(value: float) -> int | float:
    """A double as the program shows it: whole numbers within the safe range as ``int``."""
    if isinstance(value, int):
        return value if abs(value) < SAFE else _double(value)
    return int(value) if abs(value) < SAFE and value == int(value) else value


def to_number(value: Any) -> float:  # noqa: PLR0911
    """ToNumber; NaN where the value is no number."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if value is None:
        return 0
    if isinstance(value, str):
        return _number_of_text(value.strip(BLANK))
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=dt.UTC).timestamp() * 1000
    if isinstance(value, list):
        return _number_of_text(to_text(value).strip(BLANK))
    return math.nan


def parse_float(value: Any) -> float:
    """``parseFloat``: the number a text begins with."""
    if is_number(value):
        return value
    found = _LEADING.match(to_text(value).lstrip(BLANK))
    return tidy(_double(found[0])) if found else math.nan


def parse_int(value: Any) -> float:
    """``parseInt`` with no radix: the whole number a text begins with, hexadecimal after ``0x``."""
    text = to_text(value).lstrip(BLANK)
    found = re.match(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|(\d+))", text)
    if not found:
        return math.nan
    size = _double(int(found[2], 16)) if found[2] else _double(found[3])
    return tidy(-size if found[1] == "-" else size)


def to_text(value: Any) -> str:  # noqa: PLR0911
    """ToString."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return ",".join("" if is_missing(item) else to_text(item) for item in value)
    return value.strftime("%a %b %d %Y %H:%M:%S") if isinstance(value, dt.datetime) else "[object Object]"


def number_text(value: float) -> str:
    """Number::toString: exponents from 1e21 and below 1e-6."""
    if value != value:  # noqa: PLR0124
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) and abs(value) < SAFE:
        return str(value)
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + int(exponent)
    return ("-" if sign else "") + _place(text, point)


def _place(text: str, point: int) -> str:
    """The digits ``text`` with the decimal point after ``point`` of them."""
    if not text.strip("0"):
        return "0"
    if len(text) <= point <= 21:
        return text + "0" * (point - len(text))
    if 0 < point <= 21:
        return f"{text[:point]}.{text[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{text}"
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"{text[0]}.{text[1:]}{power}" if len(text) > 1 else f"{text}{power}"


def to_fixed(value: float, digits: int) -> int | float:
    """``parseFloat(value.toFixed(digits))``: exact ties go away from zero."""
    if not math.isfinite(value) or abs(value) >= 1e21 or digits > 100:
        return value
    return tidy(float(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)))


def loosely_equal(left: Any, right: Any) -> bool:
    """``left == right`` for values that are no objects."""
    if is_missing(left) or is_missing(right):
        return is_missing(left) and is_missing(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return bool(to_number(left) == to_number(right))


def is_true(value: Any) -> bool:
    """``value == true``: 1, "1" and even ["1"] are, "true" is not."""
    return loosely_equal(to_text(value) if is_object(value) else value, True)


def same(left: Any, right: Any) -> bool:
    """``left === right``; two lists or objects are the same only if they are one."""
    if is_object(left) or is_object(right):
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return (type(left) is type(right) and left == right) or (is_number(left) and is_number(right) and left == right)


def less(left: Any, right: Any) -> bool:
    """``left < right``: texts by their characters, everything else as numbers."""
    left, right = (to_text(v) if isinstance(v, list | dict) else v for v in (left, right))
    if isinstance(left, str) and isinstance(right, str):
        return left.encode("utf-16-be", "surrogatepass") < right.encode("utf-16-be", "surrogatepass")
    return bool(to_number(left) < to_number(right))


def add(left: Any, right: Any) -> Any:
    """``left + right``: joins texts, adds numbers."""
    if any(isinstance(v, str) or is_object(v) for v in (left, right)):
        return to_text(left) + to_text(right)
    return arithmetic("+", left, right)


def arithmetic(sign: str, left: Any, right: Any) -> int | float:
    """``+ - * / % **`` on doubles; never raises, never grows beyond a double."""
    a, b = _double(to_number(left)), _double(to_number(right))
    try:
        return tidy(_ARITHMETIC[sign](a, b))
    except OverflowError:
        return math.inf if sign != "**" or a > 0 or b % 2 == 0 else -math.inf
    except ZeroDivisionError:
        return math.inf
    except ValueError:
        return math.nan


def _divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)  # noqa: PLR0124
    return a / b


def _power(a: float, b: float) -> float:
    if b != b or (abs(a) == 1 and math.isinf(b)):  # noqa: PLR0124 - unlike C, 1 to the power NaN is NaN
        return math.nan
    if a == 0 and b < 0:
        return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
    return math.pow(a, b)


_ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": math.fmod,
    "**": _power,
}


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _number_of_text(text: str) -> float:
    if not text:
        return 0
    if _BASED.fullmatch(text):
        return tidy(_double(int(text, 0)))
    return tidy(_double(text)) if _WHOLE.fullmatch(text) and text not in "+-" else math.nan


def plain(value: Any) -> Any:
    """The value as JSON would carry it: no ``undefined`` inside, no NaN, dates as text."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not UNDEFINED}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value is UNDEFINED or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.isoformat() if isinstance(value, dt.datetime) else value
