"""Scores say what each question adds and how far they can still move."""

from hypothesis import given
from hypothesis import strategies as st

from minga.instruments.definition import Definition
from minga.instruments.evaluate import read
from minga.instruments.scores import scores

from .sets import options, question, section, small

CHOICES = {"a": ["low", "mid", "high"], "b": ["low", "high"], "c": ["x", "y"], "d": ["low", "high"]}


def scored(rule: str) -> Definition:
    return small(
        section(
            question("a", "single", options=options(low=0, mid=1, high=3), required="true"),
            question("b", "single", options=options(low=-1, high=2), when="'a == \"high\"'", required="true"),
            question("c", "multiple", options=options(x=1, y=2)),
            question("d", "single", options=options(low=1, high=4), when="'b == \"high\" or c is answered'"),
        )
        + f"""
[[scores]]
id = "risk"
title = {{ en = "Risk" }}
rule = "{rule}"
questions = ["a", "b", "c", "d"]
shares = true
levels = [
  {{ id = "I", up_to = 0.25, text = {{ en = "I" }} }},
  {{ id = "II", up_to = 0.5, text = {{ en = "II" }} }},
  {{ id = "III", up_to = 1, text = {{ en = "III" }} }},
]
"""
    )


SUM = scored("sum")


def test_each_question_shows_what_it_adds():
    result = scores(SUM, {"a": "high", "b": "high", "c": ["x", "y"], "d": "low"})["risk"]
    assert {part.question: part.points for part in result.contributions} == {"a": 3, "b": 2, "c": 3, "d": 1}
    assert (result.value, result.maximum, result.level, result.settled) == (9, 12, "III", True)
    assert result.unanswered == ()


def test_an_open_question_gives_a_range_and_not_a_lower_level():
    result = scores(SUM, {"a": "mid"})["risk"]
    assert result.unanswered == ("c",)
    assert (result.low, result.high) == (1, 8)
    assert result.levels == ("I", "II", "III")
    assert not result.settled


def test_a_hidden_answer_does_not_count():
    with_hidden = scores(SUM, {"a": "mid", "b": "high", "c": ["x"], "d": "low"})["risk"]
    assert with_hidden.value == 1 + 1 + 1


def test_a_bound_belongs_to_the_lower_level():
    result = scores(SUM, {"a": "high", "b": "low", "c": ["x"], "d": None})["risk"]
    assert result.value == 3
    assert result.level == "I"


partial = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from(CHOICES["a"]),
        "b": st.sampled_from(CHOICES["b"]),
        "c": st.lists(st.sampled_from(CHOICES["c"]), unique=True, min_size=1),
        "d": st.sampled_from(CHOICES["d"]),
    },
)


@given(st.sampled_from(["sum", "mean", "highest"]), partial, partial)
def test_however_the_open_questions_are_answered_the_score_stays_in_its_range(rule, now, later):
    """Required questions are answered in the end; optional ones may stay open."""
    definition = scored(rule)
    before = scores(definition, now)["risk"]
    given_now = read(definition, now).answers
    final = read(definition, {"a": "low", "b": "low", **later, **given_now}).answers
    after = scores(definition, final)["risk"]
    assert before.low - 1e-9 <= after.value <= before.high + 1e-9
    assert after.level in before.levels
