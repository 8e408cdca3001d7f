"""Whether a contracting release follows the Open Contracting Data Standard (OCDS 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs

from minga.tools.base import ToolError

MOST_PROBLEMS = 100
_ADVICE = {
    "required": "Ask the publisher to fill it in.",
    "type": "Export it in the type that the standard sets.",
    "enum": "Replace the code by one of the standard list, for example with `minga redflags prepare`.",
    "format": "Write dates as in 2026-01-31T09:00:00Z.",
    "uniqueItems": "Remove the repeated entry.",
}
_KINDS = {
    dict: "an object",
    list: "an array",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One departure from the schema.

    ``path`` is a JSON pointer into the release ("" is the whole), ``rule`` the schema keyword that was
    broken. ``blocks`` is true where the process cannot be used at all: it has no ocid or is not an object.
    All else can be used in part, and each indicator says what it missed.
    """

    path: str
    rule: str
    message: str
    blocks: bool


class Schema:
    """A compiled schema. ``name`` says which, for the record of a check."""

    def __init__(self, schema: Mapping[str, Any], name: str) -> None:
        self.name = name
        try:
            self._validator = jsonschema_rs.validator_for(dict(schema), validate_formats=True, retriever=_refuse)
        except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            raise ToolError(
                f"{name} is not a JSON schema that can be used: {str(error).splitlines()[0]} "
                "Use a release schema that needs no other file."
            ) from None

    def validate(self, release: object, most: int = MOST_PROBLEMS) -> list[Problem]:
        """The first ``most`` problems of a release, in the order of the schema; [] if there is none."""
        if self._validator.is_valid(release):
            return []
        return list(islice(self._problems(release), most))

    def _problems(self, release: object) -> Iterator[Problem]:
        for error in self._validator.iter_errors(release):
            rule = error.kind.name
            missing = error.kind.as_dict().get("property") if rule == "required" else None
            path = "".join(f"/{_escaped(part)}" for part in error.instance_path)
            where = f"{path}/{missing}" if missing else path
            blocks = where == "/ocid" or (where == "" and rule == "type")
            yield Problem(where, rule, _message(where, rule, error), blocks)


def _refuse(address: str) -> Any:
    raise ValueError(f"The schema refers to {address}; nothing is fetched.")


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _message(where: str, rule: str, error: jsonschema_rs.ValidationError) -> str:
    facts, place = error.kind.as_dict(), where or "the release"
    match rule:
        case "required":
            what = f"{place} is missing."
        case "type":
            what = f"{place} is {_kind(error.instance)}, not {' or '.join(facts['types'])}."
        case "enum":
            codes = ", ".join(str(code) for code in facts["options"][:12] if code is not None)
            what = f"{place} is {error.instance!r}, which is not one of: {codes}."
        case "format":
            what = f"{place} is {error.instance!r}, not a {facts['format']}."
        case _:
            what = f"{place}: {error.message[:200]}."
    return f"{what} {_ADVICE.get(rule, 'Correct it at the source.')}"


def _kind(value: object) -> str:
    return "null" if value is None else _KINDS.get(type(value), "something else")


@cache
def default_schema() -> Schema:
    """Minga's own schema of the parts that it reads."""
    text = files(__package__).joinpath("release.schema.json").read_text(encoding="utf-8")
    return Schema(json.loads(text), "Minga's release schema (OCDS 1.1)")


def load_schema(path: Path) -> Schema:
    """A schema from a file, such as the official release schema; references to other files are refused."""
    try:
        return Schema(json.loads(path.read_text(encoding="utf-8")), path.name)
    except (OSError, ValueError) as error:
        raise ToolError(f"The schema {path} cannot be read: {error}. Give a JSON schema file.") from None


def validate(release: Mapping[str, Any], schema: Schema | None = None) -> list[Problem]:
    """Problems of one release against ``schema`` (default: Minga's own)."""
    return (schema or default_schema()).validate(release)
