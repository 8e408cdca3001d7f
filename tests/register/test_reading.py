"""Reading ease by the formula of each language, against texts counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.register.reading import BANDS, reading, syllables_en, syllables_es

# 10 sentences of 4 words, one syllable each.
SHORT = "The cat sat down. " * 10
# One sentence of 30 words, each "computation" of 4 syllables.
LONG = " ".join(["computation"] * 30) + "."
# 10 sentences of 4 words; el-pe-rro-co-me-pan-hoy... counted: El 1, perro 2, come 2, pan 1 = 6 per sentence.
CORTO = "El perro come pan. " * 10


def test_flesch_by_hand() -> None:
    found = reading(SHORT, "en-gb")
    assert (found.words, found.sentences, found.syllables) == (40, 10, 40)
    assert found.score == pytest.approx(206.835 - 1.015 * 4 - 84.6 * 1)
    hard = reading(LONG, "en")
    assert (hard.words, hard.sentences, hard.syllables) == (30, 1, 120)
    assert hard.score == pytest.approx(206.835 - 1.015 * 30 - 84.6 * 4)


def test_fernandez_huerta_by_hand() -> None:
    found = reading(CORTO, "es")
    assert (found.words, found.sentences, found.syllables) == (40, 10, 60)
    assert found.score == pytest.approx(206.84 - 1.02 * 4 - 60 * 1.5)
    assert found.formula == "Fernández Huerta"


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("table", 2), ("make", 1), ("decided", 3), ("flagged", 1), ("people", 2), ("appeal", 2), ("the", 1),
     ("public", 2), ("record", 2), ("contests", 2), ("cases", 2), ("body", 2), ("a", 1)],
)  # fmt: skip
def test_english_syllables(word: str, count: int) -> None:
    assert syllables_en(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("que", 1), ("quien", 1), ("guía", 2), ("pingüino", 3), ("ciudad", 2), ("país", 2), ("poeta", 3), ("aire", 2),
     ("y", 1), ("ley", 1), ("leyes", 2), ("información", 4), ("recurso", 3), ("día", 2), ("uruguay", 3), ("año", 2)],
)  # fmt: skip
def test_spanish_syllables(word: str, count: int) -> None:
    assert syllables_es(word) == count


def test_few_words_are_not_judged() -> None:
    found = reading("Too few.", "en")
    assert found.score is None
    assert found.meaning == "Too short to judge."


def test_each_band_has_its_sentence() -> None:
    assert reading(SHORT, "en").meaning == str(BANDS[0][1])
    assert reading(LONG, "en").meaning == str(BANDS[-1][1])
    assert len({str(words) for _bound, words in BANDS}) == len(BANDS) == 5


@given(st.text(max_size=300), st.sampled_from(["en", "es"]))
def test_any_text_is_read(text: str, language: str) -> None:
    found = reading(text, language)
    assert found.syllables >= found.words >= 0
    assert found.meaning
    if found.words:
        assert found.sentences >= 1
