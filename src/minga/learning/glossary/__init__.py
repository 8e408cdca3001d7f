"""The words that the public pages use, in plain language: data in ``terms.toml``, English and Spanish."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

import msgspec
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from minga.instruments.definition import Text, say

FILE = Path(__file__).with_name("terms.toml")


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word and what it means: ``short`` in one sentence, ``more`` for who wants to know more. ``see``: other ids."""

    id: str
    word: Text
    short: Text
    more: Text = {}
    see: list[str] = []

    @property
    def name(self) -> str:
        return say(self.word, get_language() or "en")

    @property
    def meaning(self) -> str:
        return say(self.short, get_language() or "en")

    @property
    def further(self) -> str:
        return say(self.more, get_language() or "en")

    @property
    def others(self) -> list[Term]:
        return [terms()[id] for id in self.see]


@lru_cache(maxsize=1)
def terms() -> dict[str, Term]:
    """Every term by id, as the file has them."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {term.id: term for term in msgspec.convert(raw["term"], list[Term])}


def in_order() -> list[Term]:
    """The terms by the alphabet of the page's language, accents passed over."""
    return sorted(terms().values(), key=lambda term: plain(term.name))


def plain(text: str) -> str:
    """Small letters without accents: what searching and sorting compare."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def search(words: str) -> list[Term]:
    """Terms that hold every word, in either language; those with it in their name first."""
    wanted = re.findall(r"\w+", plain(words))
    found = [term for term in in_order() if all(word in _everything(term) for word in wanted)]
    return sorted(found, key=lambda term: not all(word in _names(term) for word in wanted))


def _names(term: Term) -> str:
    return plain(" ".join(term.word.values()))


def _everything(term: Term) -> str:
    return plain(" ".join([*term.word.values(), *term.short.values(), *term.more.values()]))


def link(id: str, words: str = "") -> SafeString:
    """A link to a term with its short meaning beside it for who points at it; LookupError where there is none."""
    try:
        term = terms()[id]
    except KeyError:
        raise LookupError(f"The glossary has no term {id!r}. Add it to glossary/terms.toml.") from None
    address = f"{reverse('learning:glossary')}#{id}"
    return format_html('<a class="term" href="{}" title="{}">{}</a>', address, term.meaning, words or term.name)
