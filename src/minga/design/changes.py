"""Two settings texts side by side: which setting was added, removed or changed, in words rather than in lines."""

import configparser
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One setting; ``before`` or ``after`` is None where it was not there."""

    name: str
    before: str | None
    after: str | None


def settings_of(text: str) -> dict[str, str]:
    """Flat name -> value of a TOML or INI text; a text that is neither gives its lines."""
    try:
        return dict(_flat(tomllib.loads(text), ()))
    except tomllib.TOMLDecodeError:
        pass
    parser = configparser.ConfigParser(
        interpolation=None, delimiters=("=",), comment_prefixes=(";", "#"), default_section="\0"
    )
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    try:
        parser.read_string("[\1]\n" + text)
    except configparser.Error:
        return {line.strip(): "" for line in text.splitlines() if line.strip()}
    return {
        key if section == "\1" else f"{section} · {key}": value
        for section in parser.sections()
        for key, value in parser[section].items()
    }


def _flat(value: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        path = (*above, key)
        if isinstance(inner, Mapping) and inner:
            yield from _flat(inner, path)
        else:
            yield " · ".join(path), _shown(inner)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if not isinstance(value, Mapping) else ""


def changes(before: str, after: str) -> list[Change]:
    """What differs, in the order of the new text, then what is gone."""
    old, new = settings_of(before), settings_of(after)
    found = [Change(name, old.get(name), value) for name, value in new.items() if old.get(name) != value]
    return found + [Change(name, value, None) for name, value in old.items() if name not in new]
