"""Compiled SurveyJS expressions: read once, then run on any answers with SurveyJS's exact results.

    compiled("{a} = 1 and {b} contains 'x'").run(Plain({"a": "1", "b": ["X"]}), now)  # True

Nothing is ever handed to ``eval``: a tree of six node types becomes a chain of functions of ours.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from minga.instruments.surveyjs import functions, js, operators
from minga.instruments.surveyjs.compare import is_number, number
from minga.instruments.surveyjs.grammar import (
    Array,
    Binary,
    Call,
    ExpressionError,
    Literal,
    Node,
    Unary,
    Variable,
    parse,
    walk,
)
from minga.instruments.surveyjs.js import UNDEFINED
from minga.instruments.surveyjs.paths import look_up

type Run = Callable[[Scope, dt.datetime], Any]

ABSENT = object()
"""What a scope answers for a name that it does not know."""


class Scope(Protocol):
    """Where an expression finds its names; ABSENT for a name it does not know."""

    def read(self, name: str) -> Any: ...


class Plain:
    """Names from a mapping, whatever their case; ``outer`` is asked next."""

    def __init__(self, values: Mapping[str, Any], outer: Scope | None = None) -> None:
        self.values, self.outer = values, outer

    def read(self, name: str) -> Any:
        found = look_up(self.values, name)
        if found is None:
            return self.outer.read(name) if self.outer else (0 if name.endswith(".length") else ABSENT)
        return found[0]


class Expression:
    """One expression. ``names`` are the variables it reads, ``unknown`` the functions that are not reproduced."""

    __slots__ = ("calls", "names", "run", "text", "unknown")

    def __init__(self, text: str) -> None:
        node = parse(text)
        parts = walk(node)
        self.text = text
        self.names = tuple(dict.fromkeys(part.name for part in parts if isinstance(part, Variable)))
        self.calls = tuple(dict.fromkeys(part.name for part in parts if isinstance(part, Call)))
        self.unknown = tuple(name for name in self.calls if name not in _KNOWN)
        self.run: Run = _compile(node)

    def holds(self, scope: Scope, now: dt.datetime) -> bool:
        """SurveyJS shows an element only where its condition is exactly true: not 1, not "yes"."""
        return self.run(scope, now) is True


@lru_cache(maxsize=8192)
def compiled(text: str) -> Expression:
    """The expression ``text``, compiled once; raises ExpressionError where it is not in the language."""
    return Expression(text)


def corrected(value: Any) -> Any:
    """A variable's value as expressions see it: "true" is true, "12" is 12, outer quotes fall away."""
    if not isinstance(value, str) or not value:
        return value
    first = value[0]
    if first in "tTfF" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if len(value) > 1 and first in "'\"" and value[-1] in "'\"":
        return value[1:-1]
    if first.isalpha() or not is_number(value):
        return value
    if first == "0" and not value.startswith("0x"):
        point = len(value) > 1 and value[1] in ".,"
        if not point and len(value) > 1:
            return value
    return number(value)


def _compile(node: Node) -> Run:
    match node:
        case Literal(value):
            return lambda scope, now: value
        case Variable():
            return _variable(node)
        case Binary():
            return _binary(node)
        case Unary(sign, part):
            test, inner = operators.UNARY[sign], _compile(part)
            return lambda scope, now: test(inner(scope, now))
        case Array(parts):
            runs = [_compile(part) for part in parts]
            return lambda scope, now: [run(scope, now) for run in runs]
        case Call():
            return _call(node)


def _variable(node: Variable) -> Run:
    name, raw = node.name, node.raw
    otherwise = _object_in(name)

    def run(scope: Scope, now: dt.datetime) -> Any:
        value = scope.read(name)
        if value is ABSENT:
            return otherwise
        return value if raw else corrected(value)

    return run


def _object_in(name: str) -> Any:
    """``{"a": 1}`` is no variable but an object: what stands in the braces, where that is JSON."""
    if name.find(":") < 1:
        return None
    try:
        return json.loads("{" + name + "}")
    except (ValueError, RecursionError):
        return None


def _binary(node: Binary) -> Run:
    """A chain such as ``a or b or c`` runs in a loop, so that its length costs no depth."""
    spine: list[tuple[operators.Operator, Run]] = []
    start: Node = node
    while isinstance(start, Binary):
        operator = operators.BINARY[start.sign]
        spine.append((operators.arithmetic(operator) if start.arithmetic else operator, _compile(start.right)))
        start = start.left
    first = _compile(start)
    if len(spine) == 1:
        ((only, right),) = spine
        return lambda scope, now: only(first(scope, now), right(scope, now))
    spine.reverse()

    def run(scope: Scope, now: dt.datetime) -> Any:
        value = first(scope, now)
        for operator, right in spine:
            value = operator(value, right(scope, now))
        return value

    return run


def _call(node: Call) -> Run:
    runs = [_compile(part) for part in node.parts]
    if node.name in functions.IN_LIST:
        return _list_call(node, runs)
    function = functions.FUNCTIONS.get(node.name)
    if function is None:
        return lambda scope, now: None
    return lambda scope, now: function([run(scope, now) for run in runs], now)


def _list_call(node: Call, runs: list[Run]) -> Run:
    """``sumInArray({list}, 'field', 'field to give back', {condition} = 1)`` and its kin."""
    if len(runs) < 2 or len(runs) > 4:
        return lambda scope, now: 0 if node.name[:3] in ("sum", "cou", "avg") else UNDEFINED

    def run(scope: Scope, now: dt.datetime) -> Any:
        values = [inner(scope, now) for inner in runs]
        wanted, condition = values[1], _condition_of(node, values, 2)
        if len(values) > 2 and _names_a_field(node.parts[2], values[2]):
            wanted, condition = values[2], _condition_of(node, values, 3)
        found = functions.in_list(values, (lambda entry: _fits(condition, entry, scope, now)) if condition else None)
        entries, field = found or ([], "")
        match node.name:
            case "countInArray":
                return len(entries)
            case "sumInArray":
                return functions.sum_in_list(entries, field)
            case "avgInArray":
                return js.arithmetic("/", functions.sum_in_list(entries, field), len(entries)) if entries else 0
        return functions.extreme_in_list(entries, field, wanted, node.name == "minInArray")

    return run


def _names_a_field(part: Node, value: Any) -> bool:
    return isinstance(part, Literal) and isinstance(value, str) and not any(sign in value for sign in "{}><=!")


def _condition_of(node: Call, values: list[Any], at: int) -> Run | None:
    if len(values) <= at:
        return None
    if isinstance(values[at], str) and values[at]:
        try:
            return compiled(values[at]).run
        except ExpressionError:
            return lambda scope, now: False
    return _compile(node.parts[at])


def _fits(condition: Run, entry: Any, scope: Scope, now: dt.datetime) -> bool:
    return js.is_true(condition(Plain(entry, scope), now))


_KNOWN = frozenset(functions.FUNCTIONS) | frozenset(functions.IN_LIST)
