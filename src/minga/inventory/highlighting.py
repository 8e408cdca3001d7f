"""Texts cut around what was looked for, with the hits marked."""

from collections.abc import Collection
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from minga.inventory.stems import STOP, WORD, stem

SCANNED = 6000
"""Characters in which hits are looked for; the first is nearly always among them."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text: (text, whether it is a hit) one after the other."""

    parts: tuple[tuple[str, bool], ...]


class Marker:
    """Knows the hits of one search. ``alternatives``: stems, phrases of stems, and beginnings with a star."""

    def __init__(self, alternatives: Collection[str]) -> None:
        self.whole = {each for one in alternatives if "*" not in one for each in one.split() if each not in STOP}
        self.begins = tuple(one[:-1] for one in alternatives if one.endswith("*"))
        self.known: dict[tuple[str, str], bool] = {}

    def hits(self, word: str, language: str) -> bool:
        told = self.known.get((word, language))
        if told is None:
            found = stem(word, language)
            told = found in self.whole or (bool(self.begins) and found.startswith(self.begins))
            self.known[word, language] = told
        return told

    def cut(self, text: str, language: str, most: int) -> Snippet:
        """``text`` around its first hit, at most about ``most`` characters, every hit in it marked."""
        begin, end, parts, position = 0, _end(text, 0, most), list[tuple[str, bool]](), 0
        for found in WORD.finditer(text[:SCANNED] if self.whole or self.begins else ""):
            first, last = found.span()
            if parts and first > end:
                break
            if not self.hits(found.group(), language):
                continue
            if not parts:
                begin = _word_start(text, max(0, first - most // 3)) if first > most // 2 else 0
                position, end = begin, _end(text, begin, most)
            if first >= begin and last <= end:
                parts += [(text[position:first], False), (text[first:last], True)]
                position = last
        lead = [("… ", False)] if begin else []
        tail = (text[position:end] + (" …" if end < len(text) else ""), False)
        return Snippet(tuple(part for part in (*lead, *parts, tail) if part[0]))


def _end(text: str, begin: int, most: int) -> int:
    return len(text) if len(text) - begin <= most else max(begin + 1, text.rfind(" ", begin, begin + most))


def _word_start(text: str, position: int) -> int:
    return text.find(" ", position) + 1 if " " in text[position : position + 40] else position


def html(snippet: Snippet) -> SafeString:
    """The snippet with its hits in ``mark``."""
    return SafeString("".join(f"<mark>{escape(text)}</mark>" if hit else escape(text) for text, hit in snippet.parts))
