"""Texts cut into words, pairs of words and runs of characters, each named by a 64-bit number.

Everything is done on whole arrays: a text costs microseconds, and a gram knows the word that it comes from, so that a
score can be led back to words of the source. A gram is named by a polynomial hash of its characters modulo 2^64
(Karp and Rabin 1987) that is mixed afterwards; no list of words has to be kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Keys = NDArray[np.uint64]
type Places = NDArray[np.int64]

WORDS, CHARACTERS = 2, (2, 5)
CHARACTERS_AT_ONCE = 400_000
LONGEST = 20_000
SPACE = 0x20
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_BASIC_PLANE = 0x10000


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of some texts.

    ``row`` (n,) is the text of each gram, ``key`` (n,) its name, ``word`` (n,) the (first) word it lies in,
    ``wide`` (n,) whether it also covers the following word. ``start`` and ``end`` (words,) are character places of
    the words in their source texts, ``word_row`` (words,) the text of each word.
    """

    row: Places
    key: Keys
    word: Places
    wide: NDArray[np.bool_]
    start: Places
    end: Places
    word_row: Places


def batches(texts: Sequence[str]) -> Iterator[slice]:
    """Slices of ``texts`` that hold a bounded number of characters each."""
    begin = held = 0
    for place, text in enumerate(texts):
        held += min(len(text), LONGEST)
        if held > CHARACTERS_AT_ONCE:
            yield slice(begin, place + 1)
            begin, held = place + 1, 0
    if begin < len(texts):
        yield slice(begin, len(texts))


def grams_of(texts: Sequence[str], words: int = WORDS, characters: tuple[int, int] = CHARACTERS) -> Grams:
    """Runs of one to ``words`` words, and of so many ``characters`` (from, to) within each word and the blanks around.

    Upper and lower case, and composed and decomposed accents, are one. Of each text the first ``LONGEST``
    characters count.
    """
    code, source, row = _codes(texts)
    start, end = _words(code)
    sums, powers = _prefix(code)
    found = [_word_grams(sums, powers, start, end, row, length) for length in range(1, words + 1)]
    if characters[1]:
        found += [_runs(sums, powers, start, end, length) for length in range(characters[0], characters[1] + 1)]
    key, word = (np.concatenate([part[at] for part in found]) for at in (0, 1))
    wide = np.concatenate([np.full(len(part[0]), part[2]) for part in found])
    word_row = row[start]
    return Grams(word_row[word], key, word, wide, source[start], source[end - 1] + 1, word_row)


def _codes(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Places, Places]:
    """(code points with blanks between and around texts, place of each in its own text, text of each)."""
    cut = [text[:LONGEST] for text in texts]
    lowered = [_lower(text) for text in cut]
    joined = " " + " ".join(lowered) + " "
    code = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    lengths = np.array([len(text) for text in lowered], np.int64) + 1
    row = np.concatenate([[0], np.repeat(np.arange(len(texts)), lengths)])
    begins = np.concatenate([[0], np.cumsum(lengths)[:-1]]) + 1
    source = np.arange(len(code)) - begins[row] if len(texts) else np.zeros(len(code), np.int64)
    for place, text in enumerate(cut):
        if not text.isascii() and not unicodedata.is_normalized("NFC", text):
            begin, length = int(begins[place]), int(lengths[place]) - 1
            source[begin : begin + length] = _composed(text)[1]
    code[~_is_word(code)] = SPACE
    return code, source, row


def _lower(text: str) -> str:
    """Lower case with exactly as many characters, composed."""
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = _composed(text)[0]
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def _composed(text: str) -> tuple[str, list[int]]:
    """The text in normal form C, and for each of its characters the place where it begins in ``text``."""
    begins = [at for at, character in enumerate(text) if at == 0 or not unicodedata.combining(character)]
    composed, places = [], []
    for begin, end in zip(begins, [*begins[1:], len(text)], strict=True):
        part = unicodedata.normalize("NFC", text[begin:end])
        composed.append(part)
        places += [begin] * len(part)
    return "".join(composed), places


def _is_word_character(code: int) -> bool:
    character = chr(code)
    return character.isalnum() or unicodedata.category(character)[0] == "M"


_IS_WORD: list[NDArray[np.bool_]] = []


def _is_word(code: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which code points are letters, figures or marks on them."""
    if not _IS_WORD:
        _IS_WORD.append(np.array([_is_word_character(number) for number in range(_BASIC_PLANE)]))
    found = _IS_WORD[0][np.minimum(code, _BASIC_PLANE - 1)]
    for number in np.unique(code[code >= _BASIC_PLANE]).tolist():
        found[code == number] = _is_word_character(number)
    return found


def _words(code: NDArray[np.uint32]) -> tuple[Places, Places]:
    """Begin and end of each run of characters between blanks; the first and last character are blanks."""
    solid = (code != SPACE).astype(np.int8)
    change = np.diff(solid)
    return np.flatnonzero(change == 1) + 1, np.flatnonzero(change == -1) + 1


def _prefix(code: NDArray[np.uint32]) -> tuple[Keys, Keys]:
    """(length + 1,) sums of character times base to the power of its place, and (length + 1,) inverse powers."""
    mixed = _mix(code.astype(np.uint64))
    power = np.full(len(code) + 1, _BASE)
    power[0] = 1
    inverse = np.full(len(code) + 1, _INVERSE)
    inverse[0] = 1
    np.cumprod(power, out=power)
    np.cumprod(inverse, out=inverse)
    sums = np.zeros(len(code) + 1, np.uint64)
    np.cumsum(mixed * power[:-1], out=sums[1:])
    return sums, inverse


def _mix(key: Keys) -> Keys:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): similar numbers become unlike ones."""
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))


def _name(sums: Keys, powers: Keys, start: Places, end: Places) -> Keys:
    return _mix((sums[end] - sums[start]) * powers[start])


def _word_grams(
    sums: Keys, powers: Keys, start: Places, end: Places, row: Places, length: int
) -> tuple[Keys, Places, bool]:
    """Runs of ``length`` words of one text: their hashes joined in order, so that what stands between is no matter."""
    count = max(0, len(start) - length + 1)
    each = _name(sums, powers, start, end)
    key = np.full(count, length, np.uint64)
    for offset in range(length):
        key = _mix(key * _BASE + each[offset : offset + count])
    together = row[start[:count]] == row[start[length - 1 : length - 1 + count]]
    return key[together], np.flatnonzero(together), length > 1


def _runs(sums: Keys, powers: Keys, start: Places, end: Places, length: int) -> tuple[Keys, Places, bool]:
    """Runs of ``length`` characters within a word and one blank before and after it."""
    inner = end - start + 2 - length + 1
    inner = np.maximum(inner, 0)
    word = np.repeat(np.arange(len(start)), inner)
    begin = np.arange(len(word)) - np.repeat(np.cumsum(inner) - inner, inner) + np.repeat(start - 1, inner)
    return _name(sums, powers, begin, begin + length) ^ np.uint64(0xC4A5), word, False
