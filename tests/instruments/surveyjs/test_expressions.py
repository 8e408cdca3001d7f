"""The expression language by example, and what it refuses."""

import time

import pytest

from minga.instruments.surveyjs.expressions import Plain, compiled
from minga.instruments.surveyjs.grammar import ExpressionError, HostileExpression
from tests.instruments.surveyjs.oracle import NOW


def value(text, **answers):
    return compiled(text).run(Plain(answers), NOW)


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("{A} = 'x'", {"a": "X "}, True),
        ("{a} = [2, 1]", {"a": [1, 2]}, True),
        ("{a} contains ['b']", {"a": ["a", "B"]}, True),
        ("{a.b[0].c} + 1", {"a": {"B": [{"c": "2"}]}}, 3),
        ("{q-Comment} notempty", {"q-Comment": "why"}, True),
        ("{a} = 1 or {b}", {"b": 5}, 5),
        ("0.1 + 0.2", {}, 0.3),
        ("2 ^ 3 ^ 2", {}, 64),
        ("-5 % 3", {}, -2),
        ("iif({a} > 1, 'many', 'few')", {"a": 2}, "many"),
        ("sum({list}, '2')", {"list": [1, 3]}, 6),
        ("sumInArray({list}, 'n', {k} = 1)", {"list": [{"n": 2, "k": 1}, {"n": 5}]}, 2),
        ("age('2000-03-05')", {}, 25),
        ("'2026-03-04' = today()", {}, True),
        ("{nothing} = null", {}, True),
    ],
)
def test_values(text, answers, expected):
    assert value(text, **answers) == expected


@pytest.mark.parametrize("text", ["not {a}", "{a} = ", "trueish", "{a", "007", "a b", "({a} = 1", "undefined", ""])
def test_what_survey_core_cannot_read_is_said_with_its_place(text):
    with pytest.raises(ExpressionError, match="character"):
        compiled(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "!" * 3000 + "{a}",
        "negate(" * 200 + "1" + ")" * 200,
        "[" * 3000,
        "f(" * 2000,
        "1+" * 9000 + "1",
        "{a} = 1" + " or {a} = 1" * 4000,
        "'" + "x" * 30_000 + "'",
    ],
)
def test_hostile_expressions_are_refused_at_once(text):
    started = time.process_time()
    with pytest.raises(HostileExpression):
        compiled(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("text", ["9^9^9^9^9^9", "9" * 400 + " * 10", "1 / 0", "0 ^ -1", "1e5 % 0", "0 - 2 ^ 0.5"])
def test_huge_numbers_do_no_harm(text):
    try:
        found = value(text)
    except ExpressionError:
        return
    assert found is None or isinstance(found, int | float)


def test_a_long_chain_costs_no_depth():
    assert value(" or ".join(["{a} = 1"] * 900), a=1) is True


def test_nothing_is_run_as_code():
    with pytest.raises(ExpressionError):
        compiled("__import__('os').system('true')")
    assert compiled("constructor('x')").unknown == ("constructor",)
    assert value("constructor('x')") is None
