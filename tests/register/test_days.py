"""Days are counted on the calendar of the installation, right at midnight and in every time zone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from minga.projects.models import Project
from minga.register import queries
from minga.register.actions import ask, describe, moderate_question, publish
from minga.register.days import day_in, day_of, days_between
from minga.register.models import RecordQuestion
from minga.register.rules import working_days_after
from tests.conftest import Cast, by

ASUNCION, AUCKLAND = ZoneInfo("America/Asuncion"), ZoneInfo("Pacific/Auckland")


def _asked(at: datetime, due: datetime | None = None) -> RecordQuestion:
    return RecordQuestion(asked=at, due=due or at + timedelta(days=20))


def test_two_minutes_over_midnight_are_a_day_and_a_long_day_is_none() -> None:
    evening = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    assert _asked(evening).days_open(evening + timedelta(minutes=2)) == 1
    morning = datetime(2026, 3, 1, 0, 1, tzinfo=UTC)
    assert _asked(morning).days_open(morning + timedelta(hours=23)) == 0


def test_midnight_is_that_of_the_installation() -> None:
    with timezone.override(ASUNCION):
        late = datetime(2026, 3, 1, 22, 30, tzinfo=ASUNCION)
        assert late.astimezone(UTC).date() == datetime(2026, 3, 2, tzinfo=UTC).date()
        assert day_of(late.astimezone(UTC)).isoformat() == "2026-03-01"
        assert day_in(late.astimezone(UTC).isoformat()) == "2026-03-01"
        assert _asked(late).days_open(late + timedelta(minutes=89)) == 0
        assert _asked(late).days_open(late + timedelta(minutes=91)) == 1


def test_an_answer_on_the_last_day_is_in_time_to_the_last_minute() -> None:
    due = datetime(2026, 3, 30, 9, tzinfo=UTC)
    question = _asked(datetime(2026, 3, 2, 9, tzinfo=UTC), due)
    assert not question.is_overdue(datetime(2026, 3, 30, 23, 59, tzinfo=UTC))
    assert question.is_overdue(datetime(2026, 3, 31, 0, 0, tzinfo=UTC))


def test_working_days_are_those_of_the_place() -> None:
    friday_night = datetime(2026, 10, 2, 23, 30, tzinfo=ASUNCION)
    assert friday_night.astimezone(UTC).weekday() == 5
    with timezone.override(ASUNCION):
        assert working_days_after(friday_night.astimezone(UTC), 1).isoformat()[:16] == "2026-10-05T23:30"
    with timezone.override(AUCKLAND):
        over_the_change = working_days_after(datetime(2026, 4, 3, 9, tzinfo=AUCKLAND), 5)
        assert over_the_change.isoformat() == "2026-04-10T09:00:00+12:00"


moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


@given(start=moments, length=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900)),
       zone=st.sampled_from([UTC, ASUNCION, AUCKLAND]))  # fmt: skip
def test_days_fit_the_hours_whatever_the_zone(start: datetime, length: timedelta, zone: Any) -> None:
    with timezone.override(zone):
        days = days_between(start, start + length)
        assert abs(timedelta(days=days) - length) < timedelta(hours=25)
        assert days_between(start, start + length) == (day_of(start + length) - day_of(start)).days >= 0


def test_the_list_of_late_ones_counts_as_the_page_does(project: Project, cast: Cast) -> None:
    describe(by(cast.dario), project, "limits", "It is not built yet.")
    publish(by(cast.lena), project)
    for shift in (timedelta(0), timedelta(days=-1)):
        happened = timezone.now() - timedelta(days=40)
        made = moderate_question(by(cast.mora), project, ask(by(None, happened=happened), project, "", "Why?"), True)
        RecordQuestion.objects.filter(pk=made.pk)
        _due(made, queries.today() + shift)
    assert queries.question_figures(project).overdue == 1
    rows = [text for text, _href in queries.what_next(project, cast.lena.actor)]
    assert "Answer 2 questions about the record, 1 overdue" in rows


def _due(question: RecordQuestion, due: datetime) -> None:
    from minga.ledger import guard

    with guard.open_for_action():
        RecordQuestion.objects.filter(pk=question.pk).update(due=due)
