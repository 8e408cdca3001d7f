"""Every set that ships: both languages, a source, nothing out of reach, and no outcome before there is an answer."""

from datetime import date

import pytest

from minga.instruments import library
from minga.instruments.definition import every_question
from minga.instruments.duties import blocking, duties, is_high
from minga.instruments.evaluate import problems, read
from minga.projects.queries import question_sets
from minga.projects.steps import STEPS

from .reach import reach

UNDATED = "Co-producing AI"
"""The guide of the eight steps gives no date of its own."""


@pytest.mark.parametrize("name", library.names())
def test_every_set_speaks_both_languages_and_says_whether_it_was_checked(name):
    definition = library.load(name)
    assert definition.languages == ["en", "es"]
    assert definition.date <= date(2027, 12, 31)
    assert definition.source.title["en"]
    assert definition.source.title["es"]
    assert definition.source.date or UNDATED in definition.source.title["en"]
    assert bool(definition.draft_note) is definition.draft
    for question, _group in every_question(definition):
        assert not question.help or question.help["es"] != question.help["en"], question.id


@pytest.mark.parametrize("name", library.names())
def test_every_set_starts_without_an_outcome(name):
    definition = library.load(name)
    reading = read(definition, {})
    assert [field.id for field in definition.computed if field.cases and reading.computed[field.id]] == []
    assert blocking(definition, reading) == []
    assert not is_high(definition, reading)
    assert [duty.id for duty in duties(definition, reading) if duty.when] == []


CASES = [
    (name, field.id, taken.value)
    for name in library.names()
    for field in library.load(name).computed
    for taken in field.cases
]


@pytest.mark.parametrize(("name", "id", "value"), CASES)
def test_every_outcome_of_every_set_is_reached_by_valid_answers(name, id, value):
    definition = library.load(name)
    field = next(field for field in definition.computed if field.id == id)
    values = [taken.value for taken in field.cases]
    taken = field.cases[values.index(value)]
    answers = reach(definition, taken.when, but_not=tuple(c.when for c in field.cases[: values.index(value)]))
    assert answers is not None, "no answers lead there: mend its condition, or take it out"
    reading = read(definition, answers)
    assert problems(definition, answers) == []
    assert reading.computed[id] == value
    assert (taken in blocking(definition, reading)) is taken.blocks
    assert is_high(definition, reading) or not taken.high


@pytest.mark.parametrize("name", library.names())
def test_every_duty_of_every_set_appears_for_some_answers_and_vanishes_for_others(name):
    definition = library.load(name)
    for duty in definition.duties:
        answers = reach(definition, duty.when)
        assert answers is not None, f"no answers lead to duty {duty.id}: mend its condition, or take it out"
        assert duty in duties(definition, read(definition, answers))
        without = reach(definition, but_not=(duty.when,)) if duty.when else None
        assert not duty.when or without is not None
        assert without is None or duty not in duties(definition, read(definition, without))


def test_the_kind_of_tool_with_a_figure_for_each_impact_is_asked_where_the_tool_takes_shape():
    assert question_sets(STEPS[5]) == ["prototype", "oecd"]
