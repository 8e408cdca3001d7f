"""A small, safe language for conditions and computed values over answers.

    path == "existing" and (capacity >= 3 or not skills contains "data")
    why is answered        limits is empty        count(why) >= 3        (cost + upkeep) / cases

Names are question ids or computed ids; one that is not a plain word stands in braces: ``{item3-RS}``.
Nothing is ever run: the text becomes a tree of the seven node types below, and only those are evaluated.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LONGEST = 2_000
MOST_TOKENS = 600
DEEPEST = 30

_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
COMPARISONS = ("==", "!=", "<=", ">=", "<", ">", "contains")
WORDS = ("and", "or", "not", "contains", "is", "empty", "answered", "count")
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<brace>\{[^{}]+\})
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>==|!=|<=|>=|<|>|\(|\)|\+|-|\*|/)
    )""",
    re.VERBOSE,
)


class ConditionError(ValueError):
    """A condition cannot be read. Says what is wrong, at which character, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Value:
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Name:
    id: str


@dataclass(frozen=True, slots=True)
class Compare:
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    word: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class Ask:
    """``question`` is "empty", "answered" (both true or false) or "count" (a number)."""

    question: str
    part: Node


@dataclass(frozen=True, slots=True)
class Sum:
    """Arithmetic with ``+ - * /``; missing as soon as one side is missing or not a number."""

    sign: str
    left: Node
    right: Node


type Node = Value | Name | Compare | Logic | Not | Ask | Sum


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Reads ``text``; raises ConditionError where it is not in the language, too long or too deep."""
    if len(text) > LONGEST:
        raise ConditionError(f"it has {len(text)} characters, more than the {LONGEST} allowed: split it up")
    return _Parser(text).whole()


def names(node: Node) -> Iterator[str]:
    """Every question or computed id that ``node`` looks at, with repeats."""
    match node:
        case Name(id):
            yield id
        case Compare(_, left, right) | Logic(_, left, right) | Sum(_, left, right):
            yield from names(left)
            yield from names(right)
        case Not(part) | Ask(_, part):
            yield from names(part)


def comparisons(node: Node) -> Iterator[tuple[str, str | int | float]]:
    """Each (id, literal) compared for equality or containment, to check literals against options."""
    match node:
        case Compare("==" | "!=" | "contains", Name(id), Value(value)):
            yield id, value
        case Compare(_, left, right) | Logic(_, left, right) | Sum(_, left, right):
            yield from comparisons(left)
            yield from comparisons(right)
        case Not(part) | Ask(_, part):
            yield from comparisons(part)


def is_empty(value: Any) -> bool:
    """Missing, blank text, or a list or table with nothing in it. Zero is an answer."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_empty(v) for v in value.values())
    if isinstance(value, list | tuple):
        return all(is_empty(v) for v in value)
    return value is None


def evaluate(node: Node, answers: Mapping[str, Any]) -> Any:  # noqa: PLR0911
    """The value of ``node``: True or False for a condition, a number or text otherwise, None where missing.

    A missing answer equals nothing, is greater or less than nothing and contains nothing;
    so ``a != "x"`` is true while ``a`` is unanswered.
    """
    match node:
        case Value(value):
            return value
        case Name(id):
            return answers.get(id)
        case Logic(word, left, right):
            first = truth(evaluate(left, answers))
            if first is (word == "or"):
                return first
            return truth(evaluate(right, answers))
        case Not(part):
            return not truth(evaluate(part, answers))
        case Ask(question, part):
            return _ask(question, evaluate(part, answers))
        case Compare(sign, left, right):
            return _compare(sign, evaluate(left, answers), evaluate(right, answers))
        case Sum(sign, left, right):
            return _sum(sign, evaluate(left, answers), evaluate(right, answers))


def holds(text: str, answers: Mapping[str, Any]) -> bool:
    """Whether the condition ``text`` is true for ``answers``; no condition is always true."""
    return not text or truth(evaluate(parse(text), answers))


def truth(value: Any) -> bool:
    """What counts as true: True itself, a number other than 0, text or a list that is not empty."""
    return bool(value) if isinstance(value, bool | int | float) else not is_empty(value)


def write(node: Node) -> str:
    """The text of ``node`` with every bracket in place; ``parse(write(node)) == node``."""
    match node:
        case Value(value):
            quote = "'" if isinstance(value, str) and '"' in value else '"'
            return f"{quote}{value}{quote}" if isinstance(value, str) else f"{value}"
        case Name(id):
            plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", id) and id not in WORDS
            return id if plain else f"{{{id}}}"
        case Not(part):
            return f"(not {write(part)})"
        case Ask("count", part):
            return f"count({write(part)})"
        case Ask(question, part):
            return f"({write(part)} is {question})"
        case Compare(word, left, right) | Logic(word, left, right) | Sum(word, left, right):
            return f"({write(left)} {word} {write(right)})"


def _ask(question: str, value: Any) -> bool | int:
    if question == "count":
        if isinstance(value, Mapping):
            return sum(not is_empty(v) for v in value.values())
        if isinstance(value, list | tuple):
            return sum(not is_empty(v) for v in value)
        return int(not is_empty(value))
    return is_empty(value) is (question == "empty")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compare(sign: str, left: Any, right: Any) -> bool:  # noqa: PLR0911
    if is_empty(left) or is_empty(right):
        return sign == "!="
    match sign:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "contains":
            return _contains(left, right)
    if not (_number(left) and _number(right)) and not (isinstance(left, str) and isinstance(right, str)):
        return False
    match sign:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return str(right).casefold() in left.casefold()
    if isinstance(left, list | tuple):
        return right in left
    # A list, because what is looked for may itself be a table, which no mapping can look up.
    return isinstance(left, Mapping) and right in list(left)


def _sum(sign: str, left: Any, right: Any) -> int | float | None:
    if not (_number(left) and _number(right)) or (sign == "/" and right == 0):
        return None
    try:
        result: int | float = _ARITHMETIC[sign](left, right)
        return result if math.isfinite(result) else None
    except OverflowError:
        return None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        if len(self.tokens) > MOST_TOKENS:
            raise ConditionError(f"it has {len(self.tokens)} words and signs, more than the {MOST_TOKENS} allowed: "
                                 "split it into computed fields")  # fmt: skip
        if not self.tokens:
            raise ConditionError('it is empty: leave the key out, or write a condition such as need == "yes"')
        node = self.either()
        if self.at < len(self.tokens):
            raise self.wrong("nothing more was expected; join two conditions with 'and' or 'or'")
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConditionError(f"it is nested more than {DEEPEST} deep: split it into computed fields")
        node = self.both()
        while self.take("word", "or"):
            node = Logic("or", node, self.both())
        self.depth -= 1
        return node

    def both(self) -> Node:
        node = self.negated()
        while self.take("word", "and"):
            node = Logic("and", node, self.negated())
        return node

    def negated(self) -> Node:
        count = 0
        while self.take("word", "not"):
            count += 1
        if count > DEEPEST:
            raise ConditionError(f"it says 'not' more than {DEEPEST} times in a row: simplify it")
        node = self.comparison()
        for _ in range(count):
            node = Not(node)
        return node

    def comparison(self) -> Node:
        left = self.addition()
        if self.take("word", "is"):
            for word in ("empty", "answered"):
                if self.take("word", word):
                    return Ask(word, left)
            raise self.wrong("after 'is' write 'empty' or 'answered'")
        for sign in COMPARISONS:
            if self.take("word" if sign == "contains" else "sign", sign):
                return Compare(sign, left, self.addition())
        return left

    def addition(self) -> Node:
        node = self.product()
        while sign := self.take("sign", "+", "-"):
            node = Sum(sign, node, self.product())
        return node

    def product(self) -> Node:
        node = self.atom()
        while sign := self.take("sign", "*", "/"):
            node = Sum(sign, node, self.atom())
        return node

    def atom(self) -> Node:
        if self.take("sign", "("):
            node = self.either()
            self.expect(")")
            return node
        if self.take("word", "count"):
            self.expect("(")
            node = Ask("count", self.either())
            self.expect(")")
            return node
        if self.at == len(self.tokens):
            raise ConditionError(f"{self.text!r} ends too early: an id, a number or a text is missing")
        kind, token, _ = self.tokens[self.at]
        if kind == "sign" or token in WORDS:
            raise self.wrong("an id, a number, a text in quotes or '(' was expected")
        self.at += 1
        if kind == "number":
            return Value(self.number(token))
        return Value(token[1:-1]) if kind == "string" else Name(token.strip("{}"))

    def number(self, token: str) -> int | float:
        if token.isdigit() and len(token) < 16:
            return int(token)
        if not math.isfinite(float(token)):
            raise ConditionError(f"{token[:20]} is too large a number: write a smaller one")
        return float(token)

    def take(self, kind: str, *wanted: str) -> str:
        if self.at < len(self.tokens):
            found_kind, token, _ = self.tokens[self.at]
            if found_kind == kind and token in wanted:
                self.at += 1
                return token
        return ""

    def expect(self, sign: str) -> None:
        if not self.take("sign", sign):
            raise self.wrong(f"'{sign}' was expected")

    def wrong(self, what: str) -> ConditionError:
        if self.at < len(self.tokens):
            _, token, place = self.tokens[self.at]
            return ConditionError(f"at character {place + 1} of {self.text!r}, before {token!r}: {what}")
        return ConditionError(f"at the end of {self.text!r}: {what}")


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            hint = "only ids, numbers, quoted texts and signs may stand here"
            hint = "write == to compare" if text[place] == "=" else hint
            raise ConditionError(f"at character {place + 1} of {text!r}, {text[place]!r} is not understood: {hint}")
        yield found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)
        at = found.end()
