"""What the engine says about answers, in every language of ``messages.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from minga.instruments.definition import say

GAPS = frozenset({"required", "rows_missing", "too_few"})
"""The problems that say something is missing rather than wrong."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Message code -> language -> sentence with ``{names}`` to fill."""
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))


def text(code: str, language: str, values: Mapping[str, Any]) -> str:
    """The sentence ``code`` in ``language`` with ``values`` filled in; lists are joined with commas."""
    plain = {name: ", ".join(map(str, v)) if isinstance(v, list) else v for name, v in values.items()}
    return say(catalogue()[code], language).format(**plain)
