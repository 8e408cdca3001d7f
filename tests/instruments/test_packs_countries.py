"""The sets that countries' own rules ask for: Canada, the United States, Australia, Japan, France."""

import pytest

from minga.instruments import library
from minga.instruments.definition import Repeated
from minga.instruments.evaluate import completeness, problems, read, shown_inside

from .law import high, items, outcome, stopped, to_do


@pytest.mark.parametrize(
    ("level", "asked", "not_asked"),
    [
        ("I", {"notice", "step_in", "approved_adm"}, {"peer_one", "peer_two", "reasons", "gba", "person_decides"}),
        ("II", {"peer_one", "reasons", "gba", "approved_adm"}, {"peer_two", "notice_link", "person_decides"}),
        (
            "III",
            {"peer_one", "notice_link", "person_decides", "trained_again", "approved_head"},
            {"peer_two", "step_in"},
        ),
        ("IV", {"peer_two", "person_decides", "approved_board"}, {"peer_one", "approved_head"}),
        ("unknown", set(), {"notice", "tested"}),
    ],
)
def test_the_level_of_impact_decides_the_duties_in_canada(level, asked, not_asked):
    visible = set(read(library.load("ca_adm"), {"level": level}).visible)
    assert asked <= visible
    assert not visible & not_asked
    assert high("ca_adm", {"level": level}) is (level in {"III", "IV"})
    assert ("assess" in to_do("ca_adm", {"level": level})) is (level == "unknown")


def test_bias_is_asked_while_planning_and_left_open_it_is_a_duty():
    assert completeness(library.load("ca_genai"), {}).missing[:4] == ("use", "why", "bias", "mitigation")
    assert outcome("ca_genai", "planning", {"bias": "b"}) == "no_measure"
    assert "mitigate" in to_do("ca_genai", {"bias": "b"})
    assert outcome("ca_genai", "planning", {"bias": "b", "mitigation": "m"}) == "thought"
    assert "mitigate" not in to_do("ca_genai", {"bias": "b", "mitigation": "m"})


ROW = {"gender": "women", "crossed": ["age", "place"], "name": "older women in the country"}
TABLE = {"rows": [ROW, {**ROW, "gender": "men"}], "measures": "m", "disaggregated": "yes"}


def test_the_table_needs_two_groups_and_each_crosses_two_things():
    definition = library.load("gba_plus")
    table = definition.question("rows")
    assert isinstance(table, Repeated)
    assert {part.id for part in table.questions if part.required} >= {"gender", "crossed"}
    one = {"rows": [ROW]}
    assert "too_few" in {problem.code for problem in problems(definition, one, complete=True)}
    assert outcome("gba_plus", "outcome", one) == "thin"
    alone = {"rows": [{key: value for key, value in ROW.items() if key != "crossed"}] * 2}
    assert "crossed" in {problem.part for problem in problems(definition, alone, complete=True)}


def test_gaps_in_the_data_are_counted_and_become_a_duty():
    gaps = {"gaps": ["age", "language"], "gap_plan": "p"}
    assert outcome("gba_plus", "gap_count", {**TABLE, **gaps}) == 2
    assert outcome("gba_plus", "gap_count", TABLE) == 0
    assert outcome("gba_plus", "gap_count", gaps) is None
    assert outcome("gba_plus", "outcome", {**TABLE, **gaps}) == "gaps"
    assert outcome("gba_plus", "outcome", TABLE) == "analysed"
    assert "close_gaps" in to_do("gba_plus", {**TABLE, **gaps})
    assert "close_gaps" not in to_do("gba_plus", TABLE)


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        ({"direction": "worse", "proof": "figures"}, {"source", "measure"}),
        ({"direction": "better", "proof": "nothing"}, {"gap"}),
        ({"direction": "unknown", "proof": "voices"}, {"source", "gap", "measure"}),
    ],
)
def test_a_group_without_proof_asks_for_the_gap(entry, asked):
    table = library.load("gba_plus").question("rows")
    assert isinstance(table, Repeated)
    assert {part.id for part in shown_inside(table, entry, {})} & {"source", "gap", "measure"} == asked


PRACTICES = {"tested", "assessed", "reviewed", "monitored", "trained", "overseen", "appeals", "consulted"}
USED = {"basis": "yes", "presumed": "yes", "stage": "in_use", "waiver": "none", **dict.fromkeys(PRACTICES, "met")}


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ({"basis": "yes", "presumed": "no"}, "high"),
        ({"basis": "unsure", "presumed": "yes"}, "high"),
        ({"basis": "no", "presumed": "yes"}, "presumed_not"),
        ({"basis": "no", "presumed": "no"}, "not_high"),
        ({"basis": "unsure", "presumed": "no"}, "unsure"),
    ],
)
def test_what_is_high_impact(answers, value):
    assert outcome("us_practices", "impact", answers) == value
    assert ("waiver" in read(library.load("us_practices"), answers).visible) is (value == "high")


@pytest.mark.parametrize("practice", sorted(PRACTICES))
def test_use_without_a_minimum_practice_stops_unless_it_is_waived(practice):
    without = {**USED, practice: "planned"}
    assert stopped("us_practices", USED) == []
    assert stopped("us_practices", without) == ["stop"]
    assert stopped("us_practices", {**without, "stage": "before"}) == []
    waived = {**without, "waiver": "granted"}
    assert stopped("us_practices", waived) == []
    assert outcome("us_practices", "use", waived) == "waived"
    assert {"report_waiver", "renew_waiver"} <= to_do("us_practices", waived)


@pytest.mark.parametrize(
    ("law", "judgement", "undo", "value"),
    [
        ("no", "none", "quickly", "stop"),
        ("unsure", "none", "quickly", "ask"),
        ("assist", "none", "quickly", "assist"),
        ("yes", "always", "quickly", "assist"),
        ("yes", "none", "no", "assist"),
        ("yes", "some", "slowly", "sort_out"),
        ("yes", "none", "slowly", "automate"),
        ("yes", "none", None, None),
    ],
)
def test_how_far_a_step_may_be_automated(law, judgement, undo, value):
    answers = {"step_name": "s", "law": law, "judgement": judgement, "undo": undo}
    assert outcome("au_adm", "automate", answers) == value
    assert stopped("au_adm", answers) == (["stop"] if value == "stop" else [])


def test_each_principle_of_australia_names_its_place_in_minga():
    definition = library.load("au_ethics")
    assert len(items(definition)) == 8
    for question in definition.questions.values():
        assert question.help["en"].startswith("In Minga: ")
        assert question.help["es"].startswith("En Minga: ")


@pytest.mark.parametrize("role", ["developer", "provider", "user"])
def test_in_japan_each_part_has_its_own_questions(role):
    visible = read(library.load("jp_business"), {"roles": [role]}).visible
    prefixes = {"developer": "dev_", "provider": "pro_", "user": "use_"}
    others = [prefix for part, prefix in prefixes.items() if part != role]
    assert sum(id.startswith(prefixes[role]) for id in visible) >= 5
    assert not any(id.startswith(tuple(others)) for id in visible)
    assert {"human", "literacy", "governance"} <= set(visible)


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ({"single_person": "yes", "share": "helps"}, "letter"),
        ({"single_person": "yes", "share": "alone", "appeal": "no", "sensitive": "no"}, "automatic"),
        ({"single_person": "yes", "share": "alone", "appeal": "yes"}, "forbidden"),
        ({"single_person": "yes", "share": "alone", "sensitive": "yes"}, "forbidden"),
        ({"single_person": "no"}, "nothing"),
        ({"single_person": "yes", "share": "none"}, "nothing"),
        ({"single_person": "yes"}, None),
    ],
)
def test_which_decisions_need_a_letter_in_france(answers, value):
    assert outcome("fr_explain", "due", answers) == value
    assert stopped("fr_explain", answers) == (["forbidden"] if value == "forbidden" else [])
    letter = value in {"letter", "automatic"}
    assert ({"mention", "degree", "weights"} <= set(read(library.load("fr_explain"), answers).visible)) is letter
