"""What is asked follows from the answers, and what is not asked does not count anywhere."""

from hypothesis import given
from hypothesis import strategies as st

from minga.instruments.evaluate import read

from .sets import YES_NO, question, section, small

CHAIN = small(
    section(
        question("c", when="'b == \"yes\"'", kind="single", options=YES_NO),
        question("b", when="'a == \"yes\"'", kind="single", options=YES_NO),
        question("a", kind="single", options=YES_NO),
    )
    + section(question("d"), id="t", when='c == "yes"')
)


def test_a_hidden_answer_hides_what_follows_from_it():
    reading = read(CHAIN, {"a": "no", "b": "yes", "c": "yes", "d": "x"})
    assert reading.visible == ("a",) or set(reading.visible) == {"a"}
    assert reading.answers == {"a": "no"}
    assert reading.dropped == {"b": "yes", "c": "yes", "d": "x"}


def test_a_section_is_asked_when_its_condition_holds():
    assert "d" in read(CHAIN, {"a": "yes", "b": "yes", "c": "yes"}).visible


def test_an_unknown_question_is_kept_apart():
    assert read(CHAIN, {"z": 1}).unknown == {"z": 1}


@given(st.dictionaries(st.sampled_from("abcdz"), st.none() | st.sampled_from(["yes", "no", "", "?"])))
def test_every_answer_is_used_dropped_blank_or_unknown(answers):
    reading = read(CHAIN, answers)
    parts = [reading.answers, reading.dropped, reading.unknown]
    blank = {id for id, value in answers.items() if id in CHAIN.questions and not value}
    assert sum(map(len, parts)) + len(blank) == len(answers)
    assert read(CHAIN, reading.answers).answers == reading.answers


def test_a_condition_inside_a_group_sees_its_own_entry_and_the_outer_answers():
    group = question(
        "g", "repeated", entry='{ en = "G" }',
        questions="""[{ id = "kind", type = "text", ask = { en = "k" } },
            { id = "why", type = "text", when = 'kind == "other" and a == "yes"', ask = { en = "w" } }]""",
    )  # fmt: skip
    definition = small(section(question("a", "single", options=YES_NO), group))
    entries = [{"kind": "other", "why": "x"}, {"kind": "one", "why": "y"}, {}]
    assert read(definition, {"a": "yes", "g": entries}).answers["g"] == [
        {"kind": "other", "why": "x"},
        {"kind": "one"},
    ]
    assert read(definition, {"a": "no", "g": entries}).answers["g"] == [{"kind": "other"}, {"kind": "one"}]


def test_computed_fields_follow_from_answers():
    body = section(question("n", "number"), question("m", "number"), question("why", when="'double > 5'"))
    computed = """
[[computed]]
id = "double"
title = { en = "Double" }
expression = "n * 2 + m"
[[computed]]
id = "size"
title = { en = "Size" }
[[computed.cases]]
value = "big"
when = "double > 10"
text = { en = "Big" }
[[computed.cases]]
value = "small"
text = { en = "Small" }
"""
    definition = small(body + computed)
    assert read(definition, {"n": 5, "m": 1}).computed == {"double": 11, "size": "big"}
    assert "why" in read(definition, {"n": 3, "m": 0}).visible
    assert read(definition, {"n": 5}).computed == {"double": None, "size": "small"}
