"""What triage says, in every language that has a file in ``words/``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from minga.tools.base import Phrase, Translations

FOLDER = Path(__file__).parent / "words"
type Words = Mapping[str, Mapping[str, str]]

LANGUAGES: Mapping[str, Words] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))
}
ENGLISH = LANGUAGES["en"]
OTHERS: Mapping[str, Words] = {name: words for name, words in LANGUAGES.items() if name != "en"}


class _Comma(float):
    """A number that formats itself as in Spanish: 1 234,5 and 45,9 %."""

    def __format__(self, form: str) -> str:
        return format(float(self), form).translate({ord("."): ",", ord(","): "\u202f", ord("%"): "\u202f%"})


def said(part: str, key: str, **values: Any) -> Phrase:
    """The sentence ``key`` of ``part`` in every language."""
    local = {name: _Comma(value) if isinstance(value, float) else value for name, value in values.items()}
    phrase = {"en": ENGLISH[part][key].format(**values)}
    return phrase | {name: words[part][key].format(**local) for name, words in OTHERS.items()}


def translations(phrases: Iterable[Phrase]) -> Translations:
    """Sentences made here, by language and then by their English."""
    made = tuple(phrases)
    return {name: {phrase["en"]: phrase[name] for phrase in made} for name in OTHERS}
