"""What is said in words about metrics and verdicts, by language; the texts lie in the TOML files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from minga.tools.base import Phrase

HERE = Path(__file__).parent


def _read(name: str) -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


_METRICS = _read("metrics.toml")
TITLES: Mapping[str, Phrase] = {
    name: {language: words["title"] for language, words in said.items()} for name, said in _METRICS.items()
}
EXPLANATIONS: Mapping[str, Phrase] = {
    name: {language: words["explanation"] for language, words in said.items()} for name, said in _METRICS.items()
}
VERDICTS: Mapping[str, Phrase] = tomllib.loads((HERE / "verdicts.toml").read_text(encoding="utf-8"))
"""better, not_shown, worse, too_few."""
