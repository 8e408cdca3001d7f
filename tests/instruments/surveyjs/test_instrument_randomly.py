"""On random forms and answers the instrument asks and counts what the form itself does, and loses nothing."""

import random

import pytest

from minga.instruments.conditions import is_empty
from minga.instruments.surveyjs import aia as scoring
from minga.instruments.surveyjs import answers as filling
from minga.instruments.surveyjs import reading
from minga.instruments.surveyjs.instrument import SurveyInstrument
from tests.instruments import aia
from tests.instruments.surveyjs import randomly
from tests.instruments.surveyjs.test_instrument import alike


@pytest.mark.parametrize("seed", range(40))
def test_a_random_form_reads_the_same_through_the_instrument(seed):
    chance = random.Random(seed)
    raw = randomly.form(chance, rich=seed % 2 == 0)
    made = SurveyInstrument(reading.read(raw, "form"), "form", "1")
    for _ in range(5):
        data = randomly.answers(chance, raw)
        stored = made.from_form(data)
        assert alike(made.to_form(stored), data) or any(number_as_text(made, id, value) for id, value in data.items())
        theirs, ours = filling.read(made.form, made.to_form(stored)), made.read(stored)
        names = {question.key for question, _ in made.form.questions() if question.name in theirs.visible}
        asked = {id for id in ours.visible if not made.mapped[id].comment}
        assert asked == names & set(made.questions)
        for id, value in ours.answers.items():
            assert alike(made.mapped[id].to_form(value), theirs.completed[id])
        counted = {*ours.answers, *ours.dropped, *ours.unknown}
        assert {id for id, value in stored.items() if not is_empty(value)} <= counted | set(changed(theirs, stored))


def number_as_text(made, id, value):
    """A number that came as text is kept as a number."""
    return id in made.mapped and type(made.mapped[id].question).__name__ == "Number" and isinstance(value, str)


def changed(theirs, stored):
    """Answers that the form itself emptied or wrote anew while it was filled."""
    return [id for id in stored if id not in theirs.data or is_empty(theirs.data[id])]


@pytest.mark.parametrize("version", aia.FILES)
def test_random_assessments_are_scored_the_same_through_the_instrument(version):
    made, chance = aia.made(version), random.Random(5)
    for _ in range(15):
        data = randomly.assessment(chance, made.form)
        stored = made.from_form(data)
        theirs = filling.read(made.form, data)
        assert made.results(stored) == scoring.score(theirs)
        assert set(made.read(stored).visible) == set(theirs.visible) & set(made.questions)
        assert made.to_form(stored) == data
