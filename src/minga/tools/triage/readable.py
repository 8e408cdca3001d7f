"""Which words of a text tell a person something: those that letters on any subject have are no reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

COMMON: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in tomllib.loads(
        (Path(__file__).parent / "common_words.toml").read_text(encoding="utf-8")
    ).items()
}
_WORD = re.compile(r"[^\W_]+")


def common_words(text: str) -> frozenset[str]:
    """The common words of the language that most words of ``text`` are common in; none where there are none.

    Only that one's, for a common word of one language may say much in another (German and English "die").
    """
    words = [word.lower() for word in _WORD.findall(text)]
    hits = {language: sum(word in common for word in words) for language, common in COMMON.items()}
    best = max(hits, key=lambda language: hits[language])
    return COMMON[best] if hits[best] else frozenset()


def tells_something(word: str, common: frozenset[str]) -> bool:
    """No common word, no single letter, and no sign alone; figures tell something."""
    return word.lower() not in common and (len(word) > 1 or word.isdigit()) and bool(_WORD.search(word))
