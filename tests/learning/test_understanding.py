"""What people understood before and after: paired, with an interval, and never of fewer than ten."""

import json
import math

import pytest
from django.test import Client
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from minga.learning import clock
from minga.learning.actions import count_understandings, give_understanding
from minga.learning.models import Understanding, UnderstandingCount
from minga.learning.understanding import mean_of, understood
from minga.ledger.action import BODY, SYSTEM, By
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid, NotAllowed
from tests.conftest import Cast, by
from tests.learning.conftest import course, text_of

ALL = [asked.question.id for asked in course("what_is_ai").questions]


def runs(count: int, before: int | None, after: int) -> None:
    for _run in range(count):
        give_understanding(by(None), BODY, "what_is_ai", None if before is None else ALL[:before], ALL[:after])


@pytest.mark.django_db
def test_fewer_than_ten_people_give_no_figure(client: Client) -> None:
    assert understood(course("what_is_ai")).people == 0
    runs(9, 2, 5)
    found = understood(course("what_is_ai"))
    assert (found.people, found.change, found.questions) == (None, None, ())
    told = text_of(client.get("/learning/courses/what_is_ai/"))
    assert "too few to show" in told
    assert "9" not in told.split("Does it work?")[1].split("</section>")[0]


@pytest.mark.django_db
def test_ten_people_give_the_change_with_its_interval(client: Client) -> None:
    runs(5, 2, 5)
    runs(5, 3, 7)
    runs(3, None, 7)
    found = understood(course("what_is_ai"))
    assert found.people == 10
    assert found.only_after is None
    assert found.before is not None
    assert found.after is not None
    assert found.change is not None
    assert found.before.value == pytest.approx(100 * 2.5 / 7)
    assert found.after.value == pytest.approx(100 * 6 / 7)
    # ten changes of 3/7 and 4/7: standard error of the mean over the quantile of t with nine degrees of freedom
    changes = [100 * 3 / 7] * 5 + [100 * 4 / 7] * 5
    spread = 2.262157 * math.sqrt(sum((c - 50) ** 2 for c in changes) / 9) / math.sqrt(10)
    assert found.change.value == pytest.approx(50)
    assert found.change.low == pytest.approx(50 - spread, abs=1e-4)
    assert found.change.high == pytest.approx(50 + spread, abs=1e-4)
    told = text_of(client.get("/learning/courses/what_is_ai/"))
    assert "10 people had 36" in told
    assert "+50 points" in told


@pytest.mark.django_db
def test_questions_are_first_met_in_the_measure_before_the_course(client: Client) -> None:
    runs(10, 2, 5)
    ask = str(escape(course("what_is_ai").questions[0].question.ask["en"]))[:60]
    first = text_of(client.get("/learning/courses/what_is_ai/"))
    assert ask not in first
    assert "/learning/understanding/#what_is_ai" in first
    told = text_of(client.get("/learning/understanding/"))
    assert ask in told
    assert 'id="what_is_ai"' in told
    assert 'id="designing_a_tool"' not in told


@pytest.mark.django_db
def test_each_question_is_counted_by_itself() -> None:
    runs(10, 1, 7)
    first, second, *_rest = understood(course("what_is_ai")).questions
    assert (first.id, first.before.value, first.after.value) == (ALL[0], 100, 100)
    assert (second.before.value, second.after.value) == (0, 100)
    assert 0 < second.before.high < 35


@pytest.mark.django_db
def test_made_up_questions_do_not_count() -> None:
    made = give_understanding(by(None), BODY, "what_is_ai", ["none"], [ALL[0], ALL[0], "none"])
    assert (made.before, made.after) == (0, 1)


@pytest.mark.django_db
def test_the_ledger_hears_of_the_runs_by_course() -> None:
    runs(3, 1, 5)
    assert not Entry.objects.exists()
    assert clock.count() == "3 counted"
    entry = Entry.objects.get(action="understanding.counted")
    assert json.loads(entry.payload) == {"runs": {"what_is_ai 1.0": 3}}
    assert clock.count() == ""
    with pytest.raises(Invalid):
        count_understandings(By(SYSTEM), BODY)
    runs(1, None, 2)
    assert clock.count() == "1 counted"
    assert sum(row.runs for row in UnderstandingCount.objects.all()) == Understanding.objects.count()


def test_only_the_clock_counts(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        count_understandings(by(cast.bea), BODY)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=40))
def test_the_mean_lies_in_its_interval(values: list[float]) -> None:
    found = mean_of(values, 0, 100)
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 100
