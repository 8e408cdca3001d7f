"""Words of a definition as plain text: SurveyJS lets a title hold HTML, and pages show text only."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from minga.instruments.surveyjs.form import Text

_BREAKS = frozenset(("p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MARK = re.compile(r"<[a-zA-Z/!]|&[#\w]+;")


class _Strip(HTMLParser):
    """Collects the text between marks; ``heading`` is the first heading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.heading = ""
        self.in_heading = self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        self.in_heading += tag in _HEADINGS
        self.pieces += ["\n"] if tag in _BREAKS else []

    def handle_endtag(self, tag: str) -> None:
        self.silent -= bool(self.silent) and tag in ("script", "style")
        if tag in _HEADINGS and self.in_heading:
            self.in_heading -= 1
            self.heading = self.heading or " ".join(self.pieces[-1].split())
        self.pieces += ["\n"] if tag in _BREAKS else []

    def handle_data(self, data: str) -> None:
        self.pieces += [] if self.silent else [data]


def plain(words: str) -> str:
    """``words`` without marks, paragraphs parted by one empty line; unchanged where there are none."""
    if not _MARK.search(words):
        return words
    lines = (" ".join(line.split()) for line in "".join(_stripped(words).pieces).split("\n"))
    return "\n\n".join(line for line in lines if line)


def heading(words: str) -> str:
    """The first heading in ``words``; empty where there is none."""
    return _stripped(words).heading


def plain_text(text: Text) -> Text:
    return {code: plain(words) for code, words in text.items()}


def joined(first: Text, second: Text, between: str) -> Text:
    """Both texts in one, in every language of either; a language that one of them lacks gets the other alone."""
    return {
        code: between.join(word for word in (first.get(code, ""), second.get(code, "")) if word)
        for code in dict.fromkeys((*first, *second))
    }


def _stripped(words: str) -> _Strip:
    strip = _Strip()
    strip.feed(words)
    strip.close()
    return strip
