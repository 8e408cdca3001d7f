"""Paths such as ``a.b[0].c`` into answers. Names are found whatever their case, the longest name first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from minga.instruments.surveyjs import compare

type Step = tuple[str, int | None]

_INDEX = re.compile(r"(.*)\[([^\[]*)\]$", re.DOTALL)


@lru_cache(maxsize=8192)
def steps(name: str) -> tuple[Step, ...]:
    """``"a.b[0]"`` -> (("a", None), ("b", 0)). A bracket that holds no number belongs to the name."""
    found: list[Step] = []
    for part in name.split("."):
        match = _INDEX.match(part)
        index = compare.number(match[2]) if match else float("nan")
        if match and index == int(index) if index == index else False:  # noqa: PLR0124
            found.append((match[1] if match else part, int(index)))
        else:
            found.append((part, None))
    return tuple(found)


def look_up(values: Any, name: str) -> tuple[Any] | None:
    """The value at the path ``name`` in a one-tuple, None where there is none."""
    return follow(values, steps(name))


def follow(value: Any, path: Sequence[Step]) -> tuple[Any] | None:
    """As ``look_up``, for a path already taken apart. A name may itself hold dots: the longest that exists counts."""
    at = 0
    while at < len(path):
        last = next((i for i in range(at, len(path)) if path[i][1] is not None), len(path) - 1)
        for end in range(last, at - 1, -1):
            found = _child(value, ".".join(name for name, _ in path[at : end + 1]))
            if found:
                break
        else:
            return None
        value, index = found[0], path[end][1]
        if index is not None:
            if not isinstance(value, list) or not -len(value) <= index < len(value):
                return None
            value = value[index]
        at = end + 1
    return (value,)


def _child(value: Any, name: str) -> tuple[Any] | None:
    if name == "length" and isinstance(value, list | str):
        return (len(value),) if value else None
    if not isinstance(value, Mapping) or not name:
        return None
    if name in value:
        return (value[name],)
    low = name.lower()
    return next(((item,) for key, item in value.items() if isinstance(key, str) and key.lower() == low), None)
