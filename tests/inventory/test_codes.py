"""One list, one name: what registers, question sets, tools and searches call a task, a function and an impact."""

import pytest
from django.utils import translation

from minga.instruments import classification
from minga.inventory.words import say
from minga.tools.registers import lists


@pytest.mark.parametrize("name", ["task", "function", "impact"])
def test_registers_and_question_sets_hold_one_list(name: str) -> None:
    told = {each.code: dict(each.text) for each in classification.load(name).codes}
    assert {code: dict(words) for code, words in lists()[name].words.items()} == told


@pytest.mark.parametrize(("language", "words"), [("en", "Event detection"), ("es", "Detección de eventos")])
def test_a_search_says_them_in_the_language_of_the_reader(language: str, words: str) -> None:
    with translation.override(language):
        assert say("task", "event-detection", {}) == words
