"""Places in a canonical record: ``name``, ``deploying_org.name``, ``models[].name``, ``assessments[kind=impact].url``.

``list[]`` is every item, ``list[key=value]`` the first item with that value, which is made where there is none;
``list[key=a|b]`` takes an item with b where none has a, and ``list[key=]`` one that has no value there.
"""

import re
import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from minga.tools.base import ToolError
from minga.tools.registers.canonical import Canonical
from minga.tools.registers.parts import Part

_STEP = re.compile(r"([a-z_0-9]+)(?:\[(?:([a-z_]+)=([^\]]*))?\])?")


@cache
def hints(of: type) -> dict[str, Any]:
    """The attributes of a struct with their types, without the "or None"."""
    return {name: _plain(hint) for name, hint in typing.get_type_hints(of).items()}


def _plain(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(each for each in typing.get_args(hint) if each is not type(None))
    return hint


def item_type(hint: Any) -> Any:
    """The type of a list's items; None where it is no list."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is list else None


@dataclass(frozen=True, slots=True)
class Step:
    """``of``: the part that is made where nothing is there yet. ``pick``: key and value of the item wanted."""

    name: str
    of: Any
    every: bool = False
    pick: tuple[str, tuple[str, ...]] | None = None
    key: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """``leaf``: the type at its end, one value's type where it runs over every item. ``schema``: without selectors."""

    text: str
    steps: tuple[Step, ...]
    leaf: Any

    @property
    def field(self) -> str:
        return self.steps[0].name

    @property
    def schema(self) -> str:
        return ".".join(step.name for step in self.steps)

    @property
    def places(self) -> tuple[str, ...]:
        """Its schema, and those of the sides by which it picks an item."""
        names = [step.name for step in self.steps]
        picked = [(number, step.pick[0]) for number, step in enumerate(self.steps) if step.pick]
        return (self.schema, *(".".join([*names[: number + 1], key]) for number, key in picked))

    @property
    def every(self) -> bool:
        return any(step.every for step in self.steps)

    def get(self, record: Canonical) -> Any:
        """The value, None where it is not stated; over every item the list of their values."""
        return _get(record, self.steps)

    def set(self, record: Canonical, value: Any) -> None:
        """Put the value there, making what leads to it."""
        _set(record, self.steps, value)


def _get(at: Any, steps: tuple[Step, ...]) -> Any:
    for number, step in enumerate(steps):
        at = at.get(step.name) if step.key else getattr(at, step.name)
        if at is None:
            return None
        rest = steps[number + 1 :]
        if step.every and rest:
            return [_get(each, rest) for each in at]
        if step.pick:
            at = _found(at, *step.pick)
            if at is None:
                return None
    return at


def _set(at: Any, steps: tuple[Step, ...], value: Any) -> None:
    step, rest = steps[0], steps[1:]
    if not rest and step.pick is None:
        if step.key:
            at[step.name] = value
        else:
            setattr(at, step.name, value)
        return
    inner = getattr(at, step.name)
    if inner is None:
        inner = [] if step.every or step.pick else (step.of() if isinstance(step.of, type) else {})
        setattr(at, step.name, inner)
    if step.pick:
        item = _picked(inner, step)
        if rest:
            _set(item, rest, value)
    elif step.every:
        inner += [step.of() for _ in range(len(value) - len(inner))]
        for each, one in zip(inner, value, strict=False):
            _set(each, rest, one)
    else:
        _set(inner, rest, value)


def _found(items: list[Any], key: str, wanted: tuple[str, ...]) -> Any:
    for value in wanted:
        for each in items:
            if getattr(each, key) == (value or None):
                return each
    return None


def _picked(items: list[Any], step: Step) -> Any:
    key, wanted = step.pick or ("", ("",))
    item = _found(items, key, wanted[:1])
    if item is None:
        item = step.of(**({key: wanted[0]} if wanted[0] else {}))
        items.append(item)
    return item


@cache
def path(text: str) -> Path:
    """The place that ``text`` names. Raises ToolError where the record has none such."""
    at: Any = Canonical
    steps = []
    for part in text.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            raise _wrong(text, part)
        name, key, wanted = found.groups()
        if not (isinstance(at, type) and issubclass(at, msgspec.Struct)):
            steps.append(Step(name, None, key=True))
            at = str
            continue
        if name not in hints(at):
            raise _wrong(text, part)
        hint = hints(at)[name]
        inner = item_type(hint) if "[" in part else hint
        if inner is None:
            raise _wrong(text, part)
        steps.append(Step(name, inner, every="[]" in part, pick=(key, tuple(wanted.split("|"))) if key else None))
        at = inner
    return Path(text, tuple(steps), at)


def _wrong(text: str, part: str) -> ToolError:
    return ToolError(f"A mapping file names {text!r}, but the canonical record has no {part!r} there.")


def is_part(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Part)
