"""Code lists with words, and their maps to the lists of each standard. What a map loses is computed from it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from minga.tools.base import Phrase, ToolError

HERE = Path(__file__).parent / "codes"


def normal(value: str) -> str:
    """The value as it is looked up: spaces and capitals do not matter."""
    return " ".join(value.split()).casefold()


@dataclass(frozen=True)
class CodeMap:
    """Our codes and one standard's values, both ways.

    ``to``: code to value. ``back``: normal value to code. ``blind``: values that say too little to be read back.
    ``values``: those that the standard allows. ``long``: other spellings it allows, with the value each stands for.
    """

    to: Mapping[str, str]
    back: Mapping[str, str]
    values: tuple[str, ...]
    long: Mapping[str, str] = field(default_factory=dict)

    def write(self, code: str) -> str | None:
        """The standard's value, None where it has none for this code."""
        return self.to.get(code)

    def read(self, value: str) -> str | None:
        """Our code, None where the value is not known."""
        return self.back.get(normal(value))

    def coarser(self, code: str) -> str | None:
        """The code that comes back where ``code`` goes out as a value shared with others; None where it survives."""
        value = self.to.get(code)
        if value is None:
            return None
        found = self.back.get(normal(value), "")
        return None if found == code else found

    def shared(self, value: str) -> tuple[str, ...]:
        """All codes that go out as this value: more than one means that reading it claims more than it says."""
        wanted = normal(value)
        return tuple(code for code, mine in self.to.items() if normal(mine) == wanted)

    def allows(self, value: str) -> bool:
        return value in self.values or value in self.long


@dataclass(frozen=True)
class CodeList:
    """``words``: code to its words by language, in order; ``maps``: by the name that mapping files use."""

    name: str
    version: str
    draft: bool
    words: Mapping[str, Phrase]
    maps: Mapping[str, CodeMap]

    def __contains__(self, code: object) -> bool:
        return code in self.words

    def say(self, code: str, language: str) -> str:
        """The words of a code in a language, else in English; the code itself where it is not in the list."""
        words = self.words.get(code, {})
        return words.get(language) or words.get("en") or code

    def many_to_one(self, standard: str) -> dict[str, tuple[str, ...]]:
        """The standard's values that several codes share, with those codes."""
        found = self.maps[standard]
        shared = {value: found.shared(value) for value in found.to.values()}
        return {value: codes for value, codes in shared.items() if len(codes) > 1}

    def without(self, standard: str) -> tuple[str, ...]:
        """The codes that the standard has no value for."""
        return tuple(code for code in self.words if code not in self.maps[standard].to)


def _map(data: Mapping[str, Any]) -> CodeMap:
    to: Mapping[str, str] = data.get("to", {})
    back: dict[str, str] = {}
    for code, value in to.items():
        back.setdefault(normal(value), code)
    back |= {normal(value): code for value, code in data.get("from", {}).items()}
    long: Mapping[str, str] = data.get("long", {})
    back |= {normal(value): back[normal(short)] for value, short in long.items()}
    for value in data.get("blind", ()):
        back.pop(normal(value), None)
    values = dict.fromkeys([*to.values(), *data.get("also", ())])
    return CodeMap(to, back, tuple(values), long)


@cache
def lists() -> dict[str, CodeList]:
    """Every code list by name."""
    found: dict[str, CodeList] = {}
    for path in sorted(HERE.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        maps = {name: _map(each) for name, each in data.get("standard", {}).items()}
        found[path.stem] = CodeList(path.stem, data["version"], data.get("draft", False), data["value"], maps)
    return found


def code_map(name: str) -> CodeMap:
    """The map called "list.standard" in a mapping file. Raises ToolError where there is none."""
    of, _, standard = name.partition(".")
    try:
        return lists()[of].maps[standard]
    except KeyError:
        raise ToolError(
            f"There is no code map {name!r}. A mapping file names it wrongly; maps are in codes/{of}.toml."
        ) from None
