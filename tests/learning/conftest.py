"""A small course of our own making, and ways through courses."""

from typing import Any

import pytest
from django.test import Client

from minga.learning import shelf
from minga.learning.course import Course

SMALL = """
id = "small"
version = "1"
date = 2026-01-01
languages = ["en", "es"]
audience = "staff"
minutes = 5
pass_mark = 0.6
refresher_months = 12
title = {en = "Small", es = "Pequeño"}
summary = {en = "A course for tests.", es = "Un curso para pruebas."}
[[sources]]
title = "Nobody"
date = "2026"
[[pages]]
id = "one"
title = {en = "One", es = "Uno"}
text = {en = "Read [[calibration]].", es = "Lea [[calibration|calibración]]."}
"""
QUESTION = """
[[questions]]
right = ["b"]
page = "one"
why = {{en = "Because {number}.", es = "Porque {number}."}}
[questions.question]
type = "single"
id = "q{number}"
ask = {{en = "Question {number}?", es = "¿Pregunta {number}?"}}
options = [{{value = "a", text = {{en = "A", es = "A"}}}}, {{value = "b", text = {{en = "B", es = "B"}}}}]
"""


@pytest.fixture
def small() -> str:
    """A course file with three questions, of which two have to be right."""
    return SMALL + "".join(QUESTION.format(number=number) for number in (1, 2, 3))


def course(id: str) -> Course:
    found = shelf.course(id)
    assert found is not None
    return found


def right_answers(found: Course) -> dict[str, Any]:
    """What to send to have everything right."""
    answers: dict[str, Any] = {}
    for asked in found.questions:
        answers[asked.question.id] = asked.right if len(asked.right) > 1 else asked.right[0]
    return answers


def wrong_answers(found: Course) -> dict[str, Any]:
    """One wrong option for each question."""
    return {
        asked.question.id: next(o.value for o in asked.question.options if o.value not in asked.right)
        for asked in found.questions
    }


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


def text_of(reply: Any) -> str:
    return str(reply.content.decode())
