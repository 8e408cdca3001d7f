"""SurveyJS's expression grammar: text to a tree. Nothing is run, and no text can make the reader slow or deep.

The published grammar is a parsing expression grammar: the first alternative that fits is taken. So ``trueish`` is
no word (it begins with ``true``), ``2 ^ 3 ^ 2`` is ``(2 ^ 3) ^ 2`` and comparisons chain from the left. The reader
below tries the same alternatives in the same order, each at most once per place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from minga.instruments.surveyjs import js

LONGEST = 20_000
DEEPEST = 40
MOST_NODES = 20_000

_BLANK = re.compile(r"[ \t\n\r]*")
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_NUMBER = re.compile(r"-?(?:[0-9]+\.[0-9]+|[1-9][0-9]*|0)")
_HEX = re.compile(r"0x[0-9]+")
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_TEXT = re.compile(r"""(['"])((?:\\'|\\"|[^"'])++)\1""")
_PATCHES = (("=>", ">="), ("=<", "<="), ("<>", "!="), ("equals", "equal "), ("notequals", "notequal "))

type _Signs = tuple[tuple[re.Pattern[str], str], ...]


def _signs(*pairs: tuple[str, str]) -> _Signs:
    return tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in pairs)


# One entry per level, loosest first; within a level in the order in which they are tried.
_LEVELS: tuple[tuple[_Signs, bool], ...] = (
    (_signs((r"\|\||or", "or")), True),
    (_signs((r"&&|and", "and")), True),
    (
        _signs(
            (r"<=|lessorequal", "lessorequal"),
            (r">=|greaterorequal", "greaterorequal"),
            (r"==?|equal", "equal"),
            (r"!=|notequal", "notequal"),
            (r"<|less", "less"),
            (r">|greater", "greater"),
        ),
        False,
    ),
    (_signs((r"\+", "plus"), (r"-", "minus")), True),
    (_signs((r"\*", "mul"), (r"/", "div"), (r"%", "mod")), True),
    (_signs((r"\^|power", "power")), True),
    (
        _signs(
            (r"\*=|contains|contain", "contains"),
            (r"notcontains|notcontain", "notcontains"),
            (r"anyof", "anyof"),
            (r"allof", "allof"),
            (r"noneof", "noneof"),
        ),
        False,
    ),
)
_NEGATE = re.compile(r"!|negate", re.IGNORECASE)
_TESTS = _signs((r"empty", "empty"), (r"notempty", "notempty"))
_TRUE_FALSE = re.compile(r"true|false", re.IGNORECASE)


class ExpressionError(ValueError):
    """An expression cannot be used. Says what is wrong, where, and what to do."""


class HostileExpression(ExpressionError):
    """An expression is longer, deeper or larger than any form needs: it is refused, not shortened."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; a bare word is a text."""

    value: Any


@dataclass(frozen=True, slots=True)
class Variable:
    """``{name}``; with ``raw`` (written ``{#name}``) the value is taken as it is."""

    name: str
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Binary:
    """``arithmetic``: empty sides are made 0, "" or [] first."""

    sign: str
    left: Node
    right: Node
    arithmetic: bool


@dataclass(frozen=True, slots=True)
class Unary:
    """``sign``: "negate", "empty" or "notempty"."""

    sign: str
    part: Node


@dataclass(frozen=True, slots=True)
class Array:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    parts: tuple[Node, ...]


type Node = Literal | Variable | Binary | Unary | Array | Call
type _Found = tuple[Node, int] | None


def parse(text: str) -> Node:
    """The tree of ``text``; raises ExpressionError where SurveyJS could not read it, HostileExpression beyond bounds.

    SurveyJS ignores a condition that it cannot read.
    """
    if len(text) > LONGEST:
        raise HostileExpression(
            f"it has {len(text):,} characters; at most {LONGEST:,} are read. Split it into calculated values."
        )
    for written, meant in _PATCHES:
        text = text.replace(written, meant)
    reader = _Reader(text)
    found = reader.expression(0)
    if found is None or found[1] != len(text) or (isinstance(found[0], Literal) and found[0].value is None):
        place = reader.furthest if found is None else max(reader.furthest, found[1])
        raise ExpressionError(
            f"character {min(place, len(text)) + 1} of {text!r:.80} does not fit. Correct it; SurveyJS ignores it."
        )
    return found[0]


def walk(node: Node) -> list[Node]:
    """``node`` and everything in it."""
    found, open_ends = [], [node]
    while open_ends:
        here = open_ends.pop()
        found.append(here)
        match here:
            case Binary(_, left, right):
                open_ends += [right, left]
            case Unary(_, part):
                open_ends.append(part)
            case Array(parts) | Call(_, parts):
                open_ends += reversed(parts)
    return found


class _Reader:
    """Each method returns the node that starts at ``at`` and the place behind it, or None."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.nodes = 0
        self.furthest = 0
        self.known: dict[int, _Found] = {}

    def expression(self, at: int) -> _Found:
        self.depth += 1
        if self.depth > DEEPEST:
            raise HostileExpression(
                f"it is nested more than {DEEPEST} deep at character {at + 1}. Split it into calculated values."
            )
        found = self._level(0, self._skip(at))
        self.depth -= 1
        return (found[0], self._skip(found[1])) if found else None

    def _level(self, level: int, at: int) -> _Found:
        if level == len(_LEVELS):
            return self._factor(at)
        signs, arithmetic = _LEVELS[level]
        left = self._level(level + 1, at)
        while left:
            sign = self._sign(signs, self._skip(left[1]))
            right = self._level(level + 1, self._skip(sign[1])) if sign else None
            if not sign or not right:
                return left
            left = self._count(Binary(sign[0], left[0], right[0], arithmetic)), right[1]
        return None

    def _sign(self, signs: _Signs, at: int) -> tuple[str, int] | None:
        for pattern, name in signs:
            found = pattern.match(self.text, at)
            if found:
                return name, found.end()
        return None

    def _factor(self, at: int) -> _Found:
        if at not in self.known:
            self.known[at] = None
            self.known[at] = self._bracket(at) or self._call(at) or self._unary(at) or self._atom(at) or self._array(at)
            self.furthest = max(self.furthest, at)
        return self.known[at]

    def _bracket(self, at: int) -> _Found:
        if not self.text.startswith("(", at):
            return None
        inside = self.expression(at + 1)
        return (inside[0], inside[1] + 1) if inside and self.text.startswith(")", inside[1]) else None

    def _call(self, at: int) -> _Found:
        name = _NAME.match(self.text, at)
        if not name or not self.text.startswith("(", name.end()):
            return None
        parts, end = self._sequence(name.end() + 1)
        return (self._count(Call(name[0], parts)), end + 1) if self.text.startswith(")", end) else None

    def _unary(self, at: int) -> _Found:
        sign = _NEGATE.match(self.text, at)
        part = self._deeper(self._factor, self._skip(sign.end())) if sign else None
        if part:
            return self._count(Unary("negate", part[0])), part[1]
        atom = self._atom(at)
        test = self._sign(_TESTS, self._skip(atom[1])) if atom else None
        return (self._count(Unary(test[0], atom[0])), test[1]) if atom and test else None

    def _array(self, at: int) -> _Found:
        if not self.text.startswith("[", at):
            return None
        parts, end = self._sequence(at + 1)
        return (self._count(Array(parts)), end + 1) if self.text.startswith("]", end) else None

    def _sequence(self, at: int) -> tuple[tuple[Node, ...], int]:
        """What stands between commas; SurveyJS takes a list that opens with ``null`` for an empty one."""
        first = self.expression(at)
        if not first:
            return (), at
        parts, end = [first[0]], first[1]
        nothing = first[0] == Literal(None)
        while self.text.startswith(",", end):
            following = self.expression(end + 1)
            if not following:
                break
            parts.append(following[0])
            end = following[1]
        return (() if nothing else tuple(parts)), end

    def _atom(self, at: int) -> _Found:
        at = self._skip(at)
        for word in ("undefined", "null"):
            if self.text.startswith(word, at):
                return self._count(Literal(None)), at + len(word)
        return self._constant(at) or self._variable(at)

    def _variable(self, at: int) -> _Found:
        found = _VARIABLE.match(self.text, at)
        if not found:
            return None
        name = found[1]
        raw = len(name) > 1 and name[0] == "#"
        return self._count(Variable(name[1:] if raw else name, raw)), found.end()

    def _constant(self, at: int) -> _Found:
        for pattern, make in _CONSTANTS:
            found = pattern.match(self.text, at)
            if found:
                return self._count(make(found)), found.end()
        if self.text.startswith(("''", '""'), at):
            return self._count(Literal("")), at + 2
        found = _TEXT.match(self.text, at)
        if not found:
            return None
        return self._count(Literal(found[2].replace("\\'", "'").replace('\\"', '"'))), found.end()

    def _deeper(self, read: Callable[[int], _Found], at: int) -> _Found:
        self.depth += 1
        if self.depth > DEEPEST:
            raise HostileExpression(f"it has more than {DEEPEST} negations in a row. Remove pairs of them.")
        found = read(at)
        self.depth -= 1
        return found

    def _count(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise HostileExpression(f"it has more than {MOST_NODES:,} parts. Split it into calculated values.")
        return node

    def _skip(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at


def _number(found: re.Match[str]) -> Literal:
    value = float(found[0]) if len(found[0]) < 400 else math.inf
    return Literal(js.tidy(value))


_CONSTANTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Literal]], ...] = (
    (_TRUE_FALSE, lambda found: Literal(found[0].lower() == "true")),
    (_HEX, lambda found: Literal(js.parse_int(found[0]))),
    (_NUMBER, _number),
    (_NAME, lambda found: Literal(found[0])),
)
