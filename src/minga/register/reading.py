"""How easy a text is to read, by the formula of its language.

English: Flesch reading ease, 206.835 - 1.015 W - 84.6 S (R. Flesch, "A new readability yardstick", Journal of Applied
Psychology 32, 1948). Spanish: Fernández Huerta, 206.84 - 1.02 W - 60 S (J. Fernández Huerta, "Medidas sencillas de
lecturabilidad", Consigna 214, 1959), with W as words per sentence, the reading that is common now (the article counts
sentences per hundred words). W: words per sentence; S: syllables per word. Both scales run from about 0, very hard, to
100, very easy, and are read in the same bands. Syllables are counted by rule: a few words are off by one.
"""

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Language = Literal["en", "es"]
FEWEST_WORDS = 30
BANDS: tuple[tuple[float, str | Promise], ...] = (
    (80, _("Very easy: a child of eleven can follow it.")),
    (60, _("Plain: most people of fourteen can follow it.")),
    (50, _("Fairly hard: it takes some years of secondary school.")),
    (30, _("Hard: it reads like a text for students. Shorter sentences would help.")),
    (float("-inf"), _("Very hard: it reads like a law. Shorter words and sentences would help.")),
)
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?…]+(?=\s|$)|\n+")
_ENGLISH = re.compile(r"[aeiouy]+")
_STRONG, _WEAK = "aeoáéíóú", "iuüy"


@dataclass(frozen=True, slots=True)
class Reading:
    """``score`` None: fewer than FEWEST_WORDS words, too few to judge."""

    language: Language
    words: int
    sentences: int
    syllables: int
    score: float | None

    @property
    def formula(self) -> str:
        return "Fernández Huerta" if self.language == "es" else "Flesch"

    @property
    def meaning(self) -> str:
        """The score in one sentence."""
        if self.score is None:
            return str(_("Too short to judge."))
        return str(next(words for bound, words in BANDS if self.score >= bound))


def reading(text: str, language: str) -> Reading:
    """How easy ``text`` is; a language other than Spanish is read as English."""
    spoken: Language = "es" if language[:2] == "es" else "en"
    words = _WORDS.findall(text.lower())
    parts = [part for part in _ENDS.split(text) if _WORDS.search(part)]
    syllables = sum(map(syllables_es if spoken == "es" else syllables_en, words))
    score = None
    if len(words) >= FEWEST_WORDS:
        length, heavy = len(words) / len(parts), syllables / len(words)
        score = 206.84 - 1.02 * length - 60 * heavy if spoken == "es" else 206.835 - 1.015 * length - 84.6 * heavy
    return Reading(spoken, len(words), len(parts), syllables, score)


def syllables_en(word: str) -> int:
    """Groups of vowels, without a silent e at the end (but with "-le") and without the e of "-ed" and "-es"."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    count = len(_ENGLISH.findall(plain))
    if re.search(r"[^aeiouy]le$", plain):
        return count
    silent = re.search(r"[^aeiouy]e$", plain) or re.search(r"[^aeiouytd]ed$", plain)
    if silent or re.search(r"[^aeiouyszxcghl]es$", plain):
        count -= 1
    return max(1, count)


def syllables_es(word: str) -> int:
    """Each strong vowel (a, e, o, or one with an accent) is a syllable; i and u join a strong one beside them.

    The u of que, qui, gue and gui is silent; a y counts as a vowel only at the end of a word.
    """
    plain = re.sub(r"(?<=[qg])u(?=[eiéí])", "", word.lower())
    plain = re.sub(r"y(?=[a-záéíóúüñ])", "·", plain)
    count = 0
    for group in re.findall(f"[{_STRONG}{_WEAK}]+", plain):
        strong = sum(letter in _STRONG for letter in group)
        count += strong or 1
    return max(1, count)
