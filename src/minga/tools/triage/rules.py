"""Rules that route before anything is learned: readable, in order, each with tests that it must pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from minga.tools.base import ToolError
from minga.tools.triage.grams import LONGEST

LONGEST_PHRASE, MOST_PHRASES, MOST_RULES = 200, 500, 500
KEYS = ("name", "route", "priority", "any", "all", "none", "tests")
TESTS = ("match", "no_match")

type Span = tuple[int, int]


@dataclass(frozen=True)
class Rule:
    """``route`` for texts with one of ``any`` (if given), each of ``all``, and none of ``none``.

    A phrase is words as they stand, whatever their case; ``*`` in a word stands for more letters, ``#`` for one
    figure. Between the words of a phrase anything that is no letter or figure may stand. A number as ``priority``
    replaces that of the route.
    """

    name: str
    route: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    priority: float | None = None
    match: tuple[str, ...] = field(default=(), repr=False)
    no_match: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def _patterns(self) -> Mapping[str, tuple[re.Pattern[str], ...]]:
        return {key: tuple(pattern(phrase) for phrase in getattr(self, key)) for key in ("any", "all", "none")}

    def found_in(self, text: str) -> tuple[Span, ...]:
        """Where the phrases that make the rule hold stand in ``text``; () where it does not hold."""
        text = text[:LONGEST]
        if any(found.search(text) for found in self._patterns["none"]):
            return ()
        spans: list[Span] = []
        for found in self._patterns["all"]:
            hit = found.search(text)
            if hit is None:
                return ()
            spans.append(hit.span())
        if self.any:
            hit = next(filter(None, (found.search(text) for found in self._patterns["any"])), None)
            if hit is None:
                return ()
            spans.append(hit.span())
        return tuple(spans)

    def as_data(self) -> dict[str, Any]:
        lists = {key: list(getattr(self, key)) for key in ("any", "all", "none")}
        tests = {"match": list(self.match), "no_match": list(self.no_match)}
        return {"name": self.name, "route": self.route, "priority": self.priority, **lists, "tests": tests}


def pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as an expression that runs in time proportional to the text."""
    words = [_word(word) for word in re.findall(r"[\w*#]+", phrase)]
    return re.compile(r"(?<!\w)" + r"[^\w]{1,10}".join(words) + r"(?!\w)", re.IGNORECASE)


def _word(word: str) -> str:
    return "".join({"*": r"\w{0,40}", "#": r"\d"}.get(character, re.escape(character)) for character in word)


def first_match(rules: Sequence[Rule], text: str) -> tuple[Rule, tuple[Span, ...]] | None:
    """The first rule that holds, and where in the text its phrases stand."""
    for rule in rules:
        if spans := rule.found_in(text):
            return rule, spans
    return None


def read_rules(raw: Any) -> tuple[Rule, ...]:
    """The rules of the settings, tested; ToolError names the rule, what is wrong, and what to do."""
    if not isinstance(raw, list) or not all(isinstance(entry, Mapping) for entry in raw):
        raise ToolError("The rules are not a list of tables. Write each one under [[rule]].")
    if len(raw) > MOST_RULES:
        raise ToolError(f"There are {len(raw)} rules; at most {MOST_RULES} can be read and kept. Join some of them.")
    rules = tuple(_rule(entry, number) for number, entry in enumerate(raw, start=1))
    names = [rule.name for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ToolError(f"Two rules are called {twice[0]!r}. Give each its own name: advice names the rule it is from.")
    for place, rule in enumerate(rules):
        _try(rule, rules[:place])
    return rules


def _rule(raw: Mapping[str, Any], number: int) -> Rule:
    name = raw.get("name")
    called = f"Rule {number}" + (f" ({name})" if isinstance(name, str) else "")
    if unknown := sorted(set(raw) - set(KEYS)):
        raise ToolError(f"{called} has an unknown key {unknown[0]!r}. Known: {', '.join(KEYS)}.")
    for key in ("name", "route"):
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            raise ToolError(f"{called} has no {key}. Give it one, as text.")
    tests = raw.get("tests", {})
    if not isinstance(tests, Mapping) or set(tests) - set(TESTS):
        raise ToolError(f"{called}: tests are lists of texts called {' and '.join(TESTS)}. Correct them.")
    priority = raw.get("priority")
    if priority is not None and (isinstance(priority, bool) or not isinstance(priority, int | float)):
        raise ToolError(f"{called}: the priority {priority!r} is not a number. Give a number, or leave it out.")
    lists = {key: tuple(_phrases(raw.get(key, []), called, key)) for key in ("any", "all", "none")}
    examples = {key: tuple(_texts(tests.get(key, []), called, key)) for key in TESTS}
    if not lists["any"] and not lists["all"]:
        raise ToolError(f"{called} would hold for every text. Give words under any or all.")
    if not examples["match"]:
        raise ToolError(f"{called} has no test. Give at least one text under tests.match that it must find.")
    return Rule(raw["name"].strip(), raw["route"].strip(), priority=priority, **lists, **examples)


def _texts(raw: Any, called: str, key: str) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(text, str) and text.strip() for text in raw):
        raise ToolError(f'{called}: {key} is not a list of texts. Write {key} = ["...", "..."].')
    if len(raw) > MOST_PHRASES:
        raise ToolError(f"{called}: {key} has {len(raw)} entries, at most {MOST_PHRASES} are allowed. Make two rules.")
    return raw


def _phrases(raw: Any, called: str, key: str) -> Iterator[str]:
    for phrase in _texts(raw, called, key):
        words = re.findall(r"[\w*#]+", phrase)
        if len(phrase) > LONGEST_PHRASE:
            raise ToolError(f"{called}: a phrase under {key} is longer than {LONGEST_PHRASE} characters. Shorten it.")
        if not words or any(word.count("*") > 1 or not word.strip("*") for word in words):
            raise ToolError(f"{called}: {phrase!r} needs words, each with at most one * and not only of it.")
        yield phrase


def _try(rule: Rule, earlier: Sequence[Rule]) -> None:
    """Refuse a rule that does not do what its tests say, also where an earlier rule is always before it."""
    for text in rule.match:
        if not rule.found_in(text):
            raise ToolError(f"The rule {rule.name!r} fails its test: it must find {text!r} and does not. Correct it.")
    for text in rule.no_match:
        if spans := rule.found_in(text):
            seen = ", ".join(repr(text[start:end]) for start, end in spans)
            raise ToolError(
                f"The rule {rule.name!r} fails its test: it must not find {text!r} and does, by {seen}. Correct it."
            )
    before = [first_match(earlier, text) for text in rule.match]
    if all(before):
        names = ", ".join(sorted({found[0].name for found in before if found}))
        raise ToolError(
            f"The rule {rule.name!r} is never reached by its own tests: {names} decides first. Change the order."
        )
