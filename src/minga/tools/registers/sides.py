"""The sides of a part as labelled texts, for telling it in prose and hearing it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from minga.tools.registers.canonical import fields, part_words
from minga.tools.registers.codes import CodeList, lists
from minga.tools.registers.parts import Code, Part, Text
from minga.tools.registers.paths import Path, hints, is_part

if TYPE_CHECKING:
    from minga.tools.registers.lens import Giving


def head_of(of: type[Part]) -> str:
    """The side that tells the part in one text: its name, else its first text, else its first side."""
    sides = hints(of)
    if "name" in sides and sides["name"] is str:
        return "name"
    return next((name for name, hint in sides.items() if hint is Text), next(iter(sides)))


@cache
def places(of: type[Part]) -> dict[str, Any]:
    """The sides that can be told, with their types; those of parts inside as "rights.level"."""
    found: dict[str, Any] = {}
    for name, hint in hints(of).items():
        if is_part(hint):
            found |= {f"{name}.{inner}": kind for inner, kind in hints(hint).items()}
        elif hint is Text or hint in {str, int} or not hasattr(hint, "__origin__"):
            found[name] = hint
    return {name: hint for name, hint in found.items() if hint is Text or hint in {str, int} or _alias(hint)}


def _alias(hint: Any) -> bool:
    return getattr(hint, "__value__", None) is str


@dataclass(frozen=True)
class Shape:
    """How the parts of one field are told. ``own``: labels by side that a standard has of its own."""

    of: type[Part]
    head: str
    sides: tuple[str, ...]
    codes: Mapping[str, CodeList]
    own: Mapping[str, str]

    def labels(self, language: str) -> dict[str, str]:
        return _labels(self, language)

    def tell(self, item: Part, where: Path, to: Giving) -> tuple[str, dict[str, str]]:
        """The head and the further sides that are stated, in words."""
        told: dict[str, str] = {}
        for side in self.sides:
            value = self._value(item, side)
            if value is None:
                continue
            kind = places(self.of)[side]
            if kind is Text:
                told[side] = to.choose(where, value)
            elif kind is Code and side in self.codes:
                told[side] = self.codes[side].say(value, to.language)
            else:
                told[side] = str(value)
        return told.pop(self.head, ""), {side: value for side, value in told.items() if value}

    def _value(self, item: Part, side: str) -> Any:
        found: Any = item
        for name in side.split("."):
            found = getattr(found, name) if found is not None else None
        return found

    def hear(self, item: Any, head: str, sides: Mapping[str, str], language: str) -> Any:
        """Put what was told into the item."""
        for side, told in ((self.head, head), *sides.items()):
            value = self._heard(side, told, language)
            if value is not None:
                self._put(item, side, value)
        return item

    def _heard(self, side: str, told: str, language: str) -> Any:
        kind = places(self.of)[side]
        if not told:
            return None
        if kind is Text:
            return {language: told}
        if kind is int:
            return int(told) if told.isdecimal() else None
        if kind is Code and side in self.codes:
            return next((code for code in self.codes[side].words if self.codes[side].say(code, language) == told), None)
        return told

    def _put(self, item: Any, side: str, value: Any) -> None:
        outer, _, inner = side.partition(".")
        if not inner:
            setattr(item, outer, value)
            return
        if getattr(item, outer) is None:
            setattr(item, outer, hints(self.of)[outer]())
        setattr(getattr(item, outer), inner, value)

    def __hash__(self) -> int:
        return id(self)


@cache
def _labels(shape: Shape, language: str) -> dict[str, str]:
    def word(name: str) -> str:
        return shape.own.get(name) or part_words()[name].get(language) or part_words()[name]["en"]

    found = {}
    for side in shape.sides:
        outer, _, inner = side.partition(".")
        found[side] = f"{word(outer)} ({word(inner)})" if inner else word(outer)
    return found


def shape(of: type[Part], where: Path, own: Mapping[str, str], only: tuple[str, ...] = (), head: str = "") -> Shape:
    """How the parts at ``where`` are told; ``only`` some sides (the head always), by default all."""
    head = head or head_of(of)
    picked = {step.pick[0] for step in where.steps if step.pick}
    sides = [side for side in places(of) if side not in picked and (not only or side in only or side == head)]
    field = fields()[where.field]
    codes = {side: lists()[field.codes[name]] for side in sides if (name := side.split(".")[-1]) in field.codes}
    return Shape(of, head, tuple(sides), codes, own)
