"""Texts cut into words, pairs of words and runs of characters, each named by a 64-bit number.

Everything is done on whole arrays: a text costs microseconds, and a gram knows the word that it comes from, so that a
score can be led back to words of the source. A gram is named by a polynomial hash of its characters modulo 2^64
(Karp and Rabin 1987) that is mixed afterwards; no list of words has to be kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

type Keys = NDArray[np.uint64]
type Places = NDArray[np.int64]
type Part = tuple[int, Keys, Places, Places]
"""Kind, names of the grams, the word and the other word of each."""

STEM, NEAR, FIRST_WORDS, LONG_FROM = 4, 6, 8, 25
RUN_LENGTHS = (2, 3, 4, 5)
LEAD_LENGTHS = RUN_LENGTHS[1:]
STEMS, RUNS, PAIRS, LEAD = range(4)
CHARACTERS_AT_ONCE = 400_000
LONGEST = 20_000
SPACE = 0x20
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_BASIC_PLANE = 0x10000


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of some texts.

    ``row`` (n,) is the text of each gram, ``key`` (n,) its name, ``block`` (n,) its kind (``STEMS``, ``RUNS``,
    ``PAIRS`` or ``LEAD``), ``word`` and ``other`` (n,) the word or words that it comes from. ``start`` and ``end``
    (words,) are character places of the words in their source texts, ``word_row`` (words,) the text of each word.
    """

    row: Places
    key: Keys
    block: NDArray[np.uint8]
    word: Places
    other: Places
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


def grams_of(texts: Sequence[str]) -> Grams:
    """Four kinds: stems and pairs of neighbouring stems; runs of characters within a word and the blanks around it;
    pairs of stems near each other in any order; and, of long texts, the runs of the first words once more, as a subject
    line says most.

    A stem is the first four letters of a word. Upper and lower case, and composed and decomposed accents, are one. Of
    each text the first ``LONGEST`` characters count.
    """
    code, source, row = _codes(texts)
    start, end = _words(code)
    word_row = row[start]
    hashes = Hashes.of(code)
    parts = [*_stems(hashes, start, end, word_row)]
    parts += [_runs(hashes, start, end, length) for length in RUN_LENGTHS]
    parts += _lead(parts[-len(LEAD_LENGTHS) :], word_row)
    key, word, other = (np.concatenate([part[at] for part in parts]) for at in (1, 2, 3))
    block = np.concatenate([np.full(len(part[1]), part[0], np.uint8) for part in parts])
    key = _mix(key + (block.astype(np.uint64) + np.uint64(1)) * _BASE)
    return Grams(word_row[word], key, block, word, other, source[start], source[end], word_row)


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
            begin, length = int(begins[place]), int(lengths[place])
            source[begin : begin + length] = [*_composed(text)[1], len(text)]
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


def _mix(key: Keys) -> Keys:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): similar numbers become unlike ones."""
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))


class Hashes(NamedTuple):
    """(length + 1,) sums of character times base to the power of its place, and the inverse powers."""

    sums: Keys
    inverse: Keys

    @classmethod
    def of(cls, code: NDArray[np.uint32]) -> Self:
        power, inverse = (np.full(len(code) + 1, base) for base in (_BASE, _INVERSE))
        power[0] = inverse[0] = 1
        np.cumprod(power, out=power)
        np.cumprod(inverse, out=inverse)
        sums = np.zeros(len(code) + 1, np.uint64)
        np.cumsum(_mix(code.astype(np.uint64)) * power[:-1], out=sums[1:])
        return cls(sums, inverse)

    def name(self, start: Places, end: Places) -> Keys:
        """The hash of the characters from ``start`` to before ``end``, wherever they stand."""
        return _mix((self.sums[end] - self.sums[start]) * self.inverse[start])


def _stems(hashes: Hashes, start: Places, end: Places, row: Places) -> Iterator[Part]:
    """Stems, pairs of neighbours in their order, and pairs at most ``NEAR`` words apart in any order."""
    stem = hashes.name(start, np.minimum(end, start + STEM))
    word = np.arange(len(start))
    yield STEMS, stem, word, word
    for apart in range(1, NEAR + 1):
        first = np.flatnonzero(row[:-apart] == row[apart:]) if len(row) > apart else word[:0]
        second = first + apart
        if apart == 1:
            yield STEMS, _mix(stem[first] * _BASE + stem[second]), first, second
        yield PAIRS, _mix(stem[first] + stem[second]) ^ (stem[first] ^ stem[second]), first, second


def _runs(hashes: Hashes, start: Places, end: Places, length: int) -> Part:
    """Runs of ``length`` characters within a word and one blank before and after it."""
    count = np.maximum(end - start + 3 - length, 0)
    word = np.repeat(np.arange(len(start)), count)
    begin = np.arange(len(word)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start - 1, count)
    return RUNS, hashes.name(begin, begin + length), word, word


def _lead(runs: Sequence[Part], row: Places) -> list[Part]:
    """Those of ``runs`` that lie in the first words of a long text; a short one has no subject line."""
    begins, ends = np.searchsorted(row, row), np.searchsorted(row, row, side="right")
    leads = (np.arange(len(row)) - begins < FIRST_WORDS) & (ends - begins >= LONG_FROM)
    return [(LEAD, key[chosen], word[chosen], word[chosen]) for _, key, word, _ in runs for chosen in [leads[word]]]
