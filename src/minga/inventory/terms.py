"""Everyday words of public service AI in several languages, so that a Spanish query finds Dutch systems.

``terms/<language>.toml`` holds the words of one language by concept; the concepts are the same in all. A word with a
star at its end stands for all words that begin so.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from minga.inventory.stems import LANGUAGES, STOP, WORD, of_query, plain, stem, stems

HERE = Path(__file__).parent / "terms"
MOST = 24
"""Words of a query that are searched, and alternatives for each."""

Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Also:
    """A word that was looked for as well, because it means in its language what the query says."""

    word: str
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is searched: per word its alternative stems, a phrase with spaces and a prefix with a star."""

    terms: tuple[Term, ...]
    also: tuple[Also, ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        """Everything that counts as a hit in a text."""
        return frozenset(one for term in self.terms for one in term)


@cache
def words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The words by language and concept."""
    return {
        language: {concept: tuple(each) for concept, each in _load(language).items()}
        for language in LANGUAGES
        if (HERE / f"{language}.toml").exists()
    }


def _load(language: str) -> dict[str, list[str]]:
    return tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def stemmed(word: str, language: str) -> tuple[str, ...]:
    """A word of the lists as the index has it: "call tender" for a phrase, "overstroom" and "overstroming*" for one
    with a star, whose stem need not be its beginning."""
    if not word.endswith("*"):
        return (" ".join(stems(word, language)),)
    return stem(word[:-1], language), plain(word[:-1]) + "*"


@cache
def _index() -> Mapping[str, tuple[Mapping[tuple[str, ...], frozenset[str]], tuple[tuple[str, str], ...]]]:
    """By language: concepts by the stems of their words, and (prefix, concept) of the words with a star."""
    found = {}
    for language, concepts in words().items():
        exact: dict[tuple[str, ...], set[str]] = {}
        prefixes = []
        for concept, each in concepts.items():
            for word in each:
                whole, *begins = stemmed(word, language)
                exact.setdefault(tuple(whole.split()), set()).add(concept)
                prefixes += [(each[:-1], concept) for each in begins]
        found[language] = ({key: frozenset(value) for key, value in exact.items()}, tuple(prefixes))
    return found


def _meant(spelt: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """The concepts that some words in a row stand for, in any language."""
    found: set[str] = set()
    for language, (exact, prefixes) in _index().items():
        key = tuple(each[language] for each in spelt)
        found |= exact.get(key, frozenset())
        if len(key) == 1 and len(key[0]) > 5 and not exact.get(key):
            found |= {concept for prefix, concept in prefixes if len(prefix) > 4 and key[0].startswith(prefix)}
    return frozenset(found)


def asked(text: str, languages: Collection[str] = ()) -> Asked:
    """The query as it is searched in registers of ``languages``; none: its own words only."""
    typed = WORD.findall(text)
    spelt = [{language: stem(word, language) for language in words()} for word in typed] if languages else []
    terms: list[Term] = []
    also: dict[Also, None] = {}
    place = 0
    while place < len(typed) and len(terms) < MOST:
        length, concepts = _longest(spelt, place) if languages else (1, frozenset())
        if length == 1 and plain(typed[place]) in STOP:
            place += 1
            continue
        own = _own(typed[place : place + length], spelt[place : place + length])
        others = _others(concepts, languages, own)
        also |= dict.fromkeys(Also(word.removesuffix("*"), language) for word, language in others)
        terms.append(tuple(dict.fromkeys([*own, *(one for each in others for one in stemmed(*each))]))[:MOST])
        place += length
    return Asked(tuple(dict.fromkeys(terms)), tuple(also))


def _longest(spelt: Sequence[Mapping[str, str]], place: int) -> tuple[int, frozenset[str]]:
    """How many words from ``place`` on are one entry of the lists, at most four, and its concepts."""
    for length in range(min(4, len(spelt) - place), 0, -1):
        if found := _meant(spelt[place : place + length]):
            return length, found
    return 1, frozenset()


def _own(typed: Sequence[str], spelt: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    if len(typed) == 1:
        return of_query(typed[0])
    return tuple(dict.fromkeys(" ".join(each[language] for each in spelt) for language in words()))


def _others(concepts: Collection[str], languages: Collection[str], own: Collection[str]) -> list[tuple[str, str]]:
    """(word, language) of the concepts in the languages of the registers, without what the query says itself."""
    found = (
        (word, language)
        for language in words()
        if language in languages
        for concept in sorted(concepts)
        for word in words()[language].get(concept, ())
    )
    return [each for each in dict.fromkeys(found) if stemmed(*each)[0] not in own]


def topics(text: str, most: int = 8) -> list[str]:
    """The words of a text that the list of its language knows, most frequent first: what a search could start from."""
    typed = [word.lower() for word in WORD.findall(text)[:2000] if len(word) > 3 and plain(word) not in STOP]
    told = {language: _known(typed, language) for language in words()}
    best = max(told.values(), key=lambda found: sum(map(len, found.values())))
    ranked = sorted(best.values(), key=len, reverse=True)
    return [spelt[0] for spelt in ranked[:most]]


def _known(typed: Sequence[str], language: str) -> dict[frozenset[str], list[str]]:
    """The words that stand for something in one language, by what they stand for."""
    exact, _prefixes = _index()[language]
    found: dict[frozenset[str], list[str]] = {}
    for word in typed:
        if meant := exact.get((stem(word, language),)):
            found.setdefault(meant, []).append(word)
    return found


def concepts_in(told: Sequence[str], language: str) -> frozenset[str]:
    """The concepts whose words stand in a text, given as its stems."""
    text = f" {' '.join(told)} "
    return frozenset(concept for concept, needles in _needles(language) if any(needle in text for needle in needles))


@cache
def _needles(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Concept and what its words look like inside a text of stems."""
    return tuple(
        (concept, tuple(_needle(one) for word in each for one in stemmed(word, language)))
        for concept, each in words().get(language, {}).items()
    )


def _needle(word: str) -> str:
    """Between spaces; a beginning stays open at its end."""
    return f" {word[:-1]}" if word.endswith("*") else f" {word} "
