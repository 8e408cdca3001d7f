"""The sets that ship with Minga: complete in both languages, with their source, and what the guide asks."""

import pytest

from minga.instruments import library
from minga.instruments.definition import Repeated, Scale, every_question
from minga.instruments.evaluate import case, problems, read
from minga.tools.base import OECD_FUNCTIONS, OECD_IMPACTS, OECD_TASKS

STEPS = ["problem", "stakeholders", "data", "experts", "prototype", "build", "use", "evaluation"]


@pytest.mark.parametrize("name", library.names())
def test_every_set_says_where_it_comes_from_in_both_languages(name):
    definition = library.load(name)
    assert definition.id == name
    assert definition.languages == ["en", "es"]
    assert definition.source.title["en"]
    assert definition.source.place["es"]


@pytest.mark.parametrize("name", library.names())
def test_spanish_is_a_translation_and_not_a_copy(name):
    for question, _group in every_question(library.load(name)):
        assert question.ask["en"] != question.ask["es"], question.id


def test_there_is_a_set_for_each_step_of_the_guide():
    assert set(STEPS) <= set(library.names())


def test_the_ladder_of_whys_has_at_least_three_rungs():
    definition = library.load("problem")
    ladder = definition.question("why")
    assert isinstance(ladder, Repeated)
    assert ladder.fewest == 3
    two = {"why": [{"rung": "a"}, {"rung": "b"}]}
    assert "too_few" in {p.code for p in problems(definition, two, complete=True) if p.question == "why"}


@pytest.mark.parametrize(
    ("capacity", "willingness", "cell"),
    [
        (4, 4, "willing_capable"),
        (2, 3, "willing_not_capable"),
        (3, 0, "capable_not_willing"),
        (0, 2, "neither"),
    ],
)
def test_capacity_and_willingness_place_a_partner_in_the_matrix(capacity, willingness, cell):
    definition = library.load("partner")
    assert isinstance(definition.question("capacity"), Scale)
    reading = read(definition, {"capacity": capacity, "willingness": willingness})
    assert reading.computed["cell"] == cell
    found = case(definition, reading, "cell")
    assert found is not None
    assert found.help["es"]


def test_a_partner_has_no_cell_before_both_are_known():
    assert read(library.load("partner"), {"capacity": 3}).computed["cell"] is None


def test_not_needing_machine_learning_is_an_outcome():
    assert read(library.load("data"), {"ml_use": "nothing"}).computed["ml_outcome"] == "no_ai"


def test_each_chosen_impact_asks_for_one_indicator():
    definition = library.load("oecd")
    assert definition.draft
    visible = read(definition, {"impact": ["productivity", "accountability"]}).visible
    assert [id for id in visible if id.endswith("_indicator")] == [
        "productivity_indicator",
        "accountability_indicator",
    ]


def test_the_oecd_lists_are_those_of_the_tools():
    definition = library.load("oecd")
    lists = [[option.value for option in definition.question(id).options] for id in ("task", "function", "impact")]
    assert lists == [list(OECD_TASKS), list(OECD_FUNCTIONS), list(OECD_IMPACTS)]
