"""The OECD's lists: the same codes and words wherever they are asked, shown and counted."""

import pytest

from minga.instruments import classification, library
from minga.instruments.classification import UnknownList
from minga.tools.base import OECD_FUNCTIONS, OECD_IMPACTS, OECD_TASKS
from minga.tools.registers import codes as register_codes

LISTS = {"task": OECD_TASKS, "function": OECD_FUNCTIONS, "impact": OECD_IMPACTS}


def test_there_are_eight_tasks_four_functions_and_three_impacts():
    assert {name: len(classification.codes(name)) for name in classification.names()} == {
        "task": 8,
        "function": 4,
        "impact": 3,
    }


@pytest.mark.parametrize("name", LISTS)
def test_tools_questions_and_registers_use_the_same_codes(name):
    assert classification.codes(name) == LISTS[name]
    assert classification.codes(name) == tuple(register_codes.lists()[name].words)


@pytest.mark.parametrize("name", LISTS)
def test_the_question_says_the_same_words_as_the_list(name):
    options = library.shipped("oecd").question(name).options  # type: ignore[attr-defined]
    held = classification.load(name).codes
    assert [(o.value, o.text, o.help) for o in options] == [(c.code, c.text, c.help) for c in held]


def test_the_survey_asks_for_the_same_functions():
    options = library.shipped("body_survey").question("for_what").options  # type: ignore[attr-defined]
    assert tuple(option.value for option in options) == classification.codes("function")


def test_words_come_in_the_language_of_the_reader():
    assert classification.words("impact", "accountability")["es"] == "Rendición de cuentas"
    assert dict(classification.choices("task", "es-py"))["forecasting"] == "Pronóstico"
    assert dict(classification.choices("task", "fr"))["forecasting"] == "Forecasting"


def test_every_list_says_its_version_date_and_source():
    for name in classification.names():
        found = classification.load(name)
        assert classification.load(name, found.version) is found
        assert found.date == "2024-06"
        assert "OECD" in found.source


def test_counting_leaves_nothing_out():
    found = classification.count("function", ["oversight", "oversight", "", "magic"])
    assert found.of == {"internal-operations": 0, "policy-making": 0, "service-delivery": 0, "oversight": 2}
    assert (found.empty, found.unknown) == (1, {"magic": 1})


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: classification.load("colour"), "task, function, impact"),
        (lambda: classification.load("task", "9"), "Use one of: 1"),
        (lambda: classification.words("impact", "beauty"), "productivity, responsiveness"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(call, said):
    with pytest.raises(UnknownList, match=said):
        call()
