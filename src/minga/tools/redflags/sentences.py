"""What each indicator says in words: when it fires, what it looked at, and why it could not look.

The words are data: ``words/en.toml``, and a file beside it with the same keys and placeholders for each other language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minga.tools.base import Phrase, Translations

FOLDER = Path(__file__).parent / "words"
UNITS: Mapping[str, str] = {
    "R003": "days",
    "R018": "tenderers",
    "R024": "ratio",
    "R025": "ratio",
    "R028": "bids",
    "R030": "days",
    "R035": "tenderers",
    "R036": "currency",
    "R038": "ratio",
    "R048": "classes",
    "R058": "ratio",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """``fired`` takes measured, bound and subject; ``tested`` is said where it did not fire."""

    title: str
    fired: str
    tested: str


@dataclass(frozen=True, slots=True)
class Language:
    """One file of words. ``read_as`` maps what the SQL says of a piece of evidence to this language."""

    indicators: Mapping[str, Wording]
    why_not: Mapping[str, str]
    said: Mapping[str, str]
    units: Mapping[str, str]
    groups: Mapping[str, str]
    read_as: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> Language:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        indicators = {code: Wording(**words) for code, words in raw.pop("indicators").items()}
        return cls(indicators=indicators, read_as=raw.pop("read_as", {}), **raw)

    def fixed(self) -> list[str]:
        """The texts without figures, in an order that is the same in every language."""
        tested = [self.indicators[code].tested for code in sorted(self.indicators)]
        named = [table[key] for table in (self.why_not, self.units) for key in sorted(table)]
        return [*tested, *named, self.said["nothing_computed"], self.said["no_method"]]


class _Comma(float):
    """A number that formats itself as in Spanish: 1 234,5 and 45,9 %."""

    def __format__(self, form: str) -> str:
        return format(float(self), form).translate({ord("."): ",", ord(","): "\u202f", ord("%"): "\u202f%"})


ENGLISH = Language.read(FOLDER / "en.toml")
OTHERS: Mapping[str, Language] = {
    path.stem: Language.read(path) for path in sorted(FOLDER.glob("*.toml")) if path.stem != "en"
}
WORDINGS = ENGLISH.indicators
WHY_NOT = ENGLISH.why_not

_FIXED: Mapping[str, Mapping[str, str]] = {
    code: dict(zip(ENGLISH.fixed(), words.fixed(), strict=True)) | dict(words.read_as) for code, words in OTHERS.items()
}


def fired(code: str, measured: float, bound: float, group: str = "", party: str = "") -> Phrase:
    """The sentence of a flag in every language; ``party`` is "" where the indicator names nobody."""
    phrase = {"en": _fired(ENGLISH, code, measured, bound, group, party)}
    for name, words in OTHERS.items():
        phrase[name] = _fired(words, code, _Comma(measured), _Comma(bound), group, party)
    return phrase


def _fired(words: Language, code: str, measured: float, bound: float, group: str, party: str) -> str:
    subject = f"{words.groups.get(group, group)} {party}" if party else ""
    return words.indicators[code].fired.format(measured=measured, bound=bound, subject=subject)


def said(key: str, **values: Any) -> Phrase:
    """A sentence on a whole run in every language; a value that is a fixed text is put into the language too."""
    phrase = {"en": ENGLISH.said[key].format(**values)}
    for name, words in OTHERS.items():
        phrase[name] = words.said[key].format(**{key: _local(name, value) for key, value in values.items()})
    return phrase


def _local(language: str, value: object) -> object:
    if isinstance(value, float):
        return _Comma(value)
    return _FIXED[language].get(value, value) if isinstance(value, str) else value


def translations(texts: Iterable[str], phrases: Iterable[Phrase] = ()) -> Translations:
    """Fixed texts, and sentences made here, by language and then by their English."""
    fixed, made = set(texts), tuple(phrases)
    return {
        language: {
            **{text: words[text] for text in sorted(fixed) if text in words},
            **{phrase["en"]: phrase[language] for phrase in made},
        }
        for language, words in _FIXED.items()
    }


PLANTED: Mapping[str, frozenset[str]] = {
    "cover_bids": frozenset({"R024"}),
    "always_losing": frozenset({"R025"}),
    "all_but_one_disqualified": frozenset({"R035", "R038"}),
    "late_winning_bid": frozenset({"R030"}),
    "identical_prices": frozenset({"R028"}),
    "many_classes": frozenset({"R048"}),
    "short_call": frozenset({"R003"}),
    "split_contract": frozenset(),
}
"""Which indicators are meant to find a planted kind; a kind not listed is found by any."""
