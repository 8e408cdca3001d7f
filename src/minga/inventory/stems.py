"""Words reduced to their stems, so that "notices" finds "notice" in English, Dutch, Spanish, French and Portuguese."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

LANGUAGES = {"en": "english", "nl": "dutch", "es": "spanish", "pt": "portuguese", "fr": "french"}
WORD = re.compile(r"[^\W_]+")
# Words that stand in almost every text and tell nothing about it.
STOP = frozenset(
    word
    for line in (
        "a an and are as at be by for from in into is it of on or that the their this to we what when which who "
        "will with ",
        "al como con de del el en es la las lo los mas o para por que se sin son su sus un una y ",
        "aan bij dat de die door een en het in is met naar of om op te tot uit van voor wordt zijn ",
        "ao aos as com da das do dos e em na nas no nos os ou pelo pela seu sua um uma ",
        "au aux ce dans des du est et le les leur l d n ne par pas pour qu qui sont sur un une",
    )
    for word in line.split()
)


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """Lower case without accents: "Contratación" and "contratacion" are one word."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of one word; a language without a stemmer leaves the word as it is."""
    name = LANGUAGES.get(language)
    return plain(snowballstemmer.stemmer(name).stemWord(word.casefold()) if name else word)


def stems(text: str, language: str) -> list[str]:
    """All stems of a text in order, stop words included."""
    return [stem(word, language) for word in WORD.findall(text)]


def of_query(word: str) -> tuple[str, ...]:
    """The stems that a word of a query may have, whose language is not known."""
    return tuple(sorted({stem(word, language) for language in LANGUAGES} | {plain(word)}))


def query_terms(text: str, most: int = 24) -> list[tuple[str, ...]]:
    """One tuple of possible stems per word of a query; stop words are left out."""
    terms = [of_query(word) for word in WORD.findall(text) if plain(word) not in STOP]
    return list(dict.fromkeys(terms))[:most]
