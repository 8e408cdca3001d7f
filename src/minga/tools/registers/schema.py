"""A document against a schema that the user gives: JSON Schema as far as registers use it, and the Dutch dialect.

Checked: type, enum, const, maxLength, pattern, required, properties, additionalProperties, items, anyOf and local
references; of the Dutch register's own schemas max_length (without HTML), permitted_values and required on each
property. Other words of a schema are not checked; ``unchecked`` names those that a schema uses.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from minga.tools.base import ToolError
from minga.tools.registers.texts import without_html

DEEPEST = 32
MOST_STEPS = 100_000
_REPEATED_GROUP = re.compile(r"\)[*+{]")  # can take for ever on a text made for it
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "array": (list,), "object": (dict,), "boolean": (bool,), "null": (type(None),),
    "integer": (int,), "number": (int, float),
}  # fmt: skip
_CHECKED = {
    "type", "enum", "const", "maxLength", "max_length", "max_length_without_html", "pattern", "required", "properties",
    "additionalProperties", "items", "anyOf", "$ref", "permitted_values",
}  # fmt: skip
_SAYS_NOTHING = {
    "$schema", "$id", "title", "description", "example", "examples", "default", "help_text", "instructions",
    "show_always", "display", "category", "name", "community", "$defs", "definitions", "components",
}  # fmt: skip


def faults(value: Any, schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(place, what is wrong) for everything in ``value`` that the schema does not allow.

    Raises ToolError where the schema's references lead round and round.
    """
    return list(_faults(value, schema, _Root(schema), "", 0))


def unchecked(schema: Mapping[str, Any]) -> list[str]:
    """The words of a schema that this checker passes over."""
    found: set[str] = set()
    _collect(schema, found)
    return sorted(found)


def _collect(schema: Any, found: set[str]) -> None:
    if not isinstance(schema, Mapping):
        return
    for word, inner in schema.items():
        if word in {"properties", "$defs", "definitions"} and isinstance(inner, Mapping):
            for each in inner.values():
                _collect(each, found)
        elif word == "anyOf":
            for each in inner:
                _collect(each, found)
        elif word == "items" and isinstance(inner, Mapping) and "type" in inner:
            _collect(inner, found)
        elif word not in _CHECKED | _SAYS_NOTHING:
            found.add(word)


class _Root:
    """The whole schema, and how many steps the check has taken."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema, self.steps = schema, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise ToolError(
                "The document cannot be checked: the schema's references lead round and round. Get the schema again "
                "from its body."
            )


def _faults(value: Any, schema: Any, root: _Root, place: str, depth: int) -> Iterator[tuple[str, str]]:
    root.step()
    if depth > DEEPEST or not isinstance(schema, Mapping):
        return
    if isinstance(schema.get("$ref"), str):
        yield from _faults(value, _resolve(schema["$ref"], root.schema), root, place, depth + 1)
        return
    choices = schema.get("anyOf")
    if isinstance(choices, list):
        found = [list(_faults(value, each, root, place, depth + 1)) for each in choices]
        if found and all(found):
            yield from min(found, key=len)
        if value is None and not all(found):
            return
    yield from _of_value(value, schema, place)
    if isinstance(value, Mapping):
        yield from _of_object(value, schema, root, place, depth)
    if isinstance(value, list):
        yield from _of_list(value, schema.get("items"), root, place, depth)


def _resolve(reference: str, root: Mapping[str, Any]) -> Any:
    at: Any = root
    for step in filter(None, reference.removeprefix("#").split("/")):
        at = at.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(at, Mapping) else {}
    return at


def _of_value(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    wanted = schema.get("type")
    kinds = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []
    known = [_TYPES[kind] for kind in kinds if kind in _TYPES]
    if known and not any(isinstance(value, kind) for kind in known):
        yield place, f"is {type(value).__name__}, not {' or '.join(kinds)}"
        return
    allowed = schema.get("enum", schema.get("permitted_values"))
    for each in value if isinstance(value, list) and "permitted_values" in schema else [value]:
        if isinstance(allowed, list) and each not in allowed:
            yield place, f"“{each}” is not one of the {len(allowed)} values allowed"
    if "const" in schema and value != schema["const"]:
        yield place, f"is not “{schema['const']}”"
    if isinstance(value, str):
        yield from _of_text(value, schema, place)


def _of_text(value: str, schema: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    plain = schema.get("max_length", schema.get("max_length_without_html"))
    for most, length in ((schema.get("maxLength"), len(value)), (plain, len(without_html(value)))):
        if isinstance(most, int) and length > most:
            yield place, f"has {length} characters, {most} are allowed"
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        yield from _of_pattern(value, pattern, place)


def _of_pattern(value: str, pattern: str, place: str) -> Iterator[tuple[str, str]]:
    if _REPEATED_GROUP.search(pattern):
        yield place, f"cannot be checked: the pattern {pattern} repeats a group"
        return
    try:
        fits = re.search(pattern, value)
    except re.error as error:
        yield place, f"cannot be checked: the pattern {pattern} is no pattern ({error})"
        return
    if not fits:
        yield place, f"does not look like {pattern}"


def _of_object(
    value: Mapping[str, Any], schema: Mapping[str, Any], root: _Root, place: str, depth: int
) -> Iterator[tuple[str, str]]:
    known = schema.get("properties")
    properties: Mapping[str, Any] = known if isinstance(known, Mapping) else {}
    listed = schema.get("required")
    needed = set(listed) if isinstance(listed, list) else set()
    needed |= {name for name, each in properties.items() if isinstance(each, Mapping) and each.get("required") is True}
    for name in sorted(needed):
        if value.get(name) in (None, ""):
            yield _inside(place, name), "is required"
    for name, each in value.items():
        if name in properties:
            wanted = properties[name]
            optional = (isinstance(wanted, Mapping) and "permitted_values" in wanted) or "max_length" in wanted
            if not (each is None and name not in needed and optional):
                yield from _faults(each, wanted, root, _inside(place, name), depth + 1)
        elif schema.get("additionalProperties") is False:
            yield _inside(place, name), "is no field of this schema"


def _of_list(value: list[Any], items: Any, root: _Root, place: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(items, Mapping):
        return
    dutch = "type" not in items and "$ref" not in items and "anyOf" not in items
    schema = {"properties": items} if dutch and all(isinstance(each, Mapping) for each in items.values()) else items
    for number, each in enumerate(value):
        yield from _faults(each, schema, root, f"{place}[{number}]", depth + 1)


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
