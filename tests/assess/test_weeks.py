"""Adoption and contested decisions are counted week by week, from the first of use, with the number behind each."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from minga.assess.showing_weeks import table
from minga.assess.weeks import weeks_of
from minga.deliver.models import Access, Appeal, Case, Determination
from minga.ledger import guard
from tests.assess.watched import JUNE, Months, usual
from tests.deliver.counter import Counter, as_, text_of

NOW = JUNE + timedelta(days=20)


@pytest.fixture
def months(counter: Counter) -> Months:
    """Its advice is shown from Friday 22 May 2026 on."""
    return Months(counter)


def decide(counter: Counter, at: datetime, count: int, *, withheld: str = "", agrees: bool | None = True,
           decide_first: bool = False, rehearsal: bool = False, state: str = "decided",
           choice: str = "accept") -> list[Determination]:  # fmt: skip
    """``count`` decisions at a moment; ``withheld`` says why the advice was not in sight."""
    first = Case.objects.count() + 1
    difference = {"advised": "granted", "chosen": "granted", "agrees": agrees, "withheld": withheld}
    with guard.open_for_action():
        cases = Case.objects.bulk_create(
            Case(
                project=counter.project, service=counter.service, release=counter.release, number=number,
                process=f"w{number}", title="A roof", source={}, advice={"case": "x", "proposal": "granted"},
                drawn="listed", received=at, advised=at, state=state, closed_at=at, decide_first=decide_first,
                rehearsal=rehearsal,
            )
            for number in range(first, first + count)
        )  # fmt: skip
        return Determination.objects.bulk_create(
            Determination(
                case=case, person=counter.cast.flor, choice=choice, outcome="granted", reason="Read.",
                before_advice=bool(withheld), difference=difference, recorded=at,
            )
            for case in cases
        )  # fmt: skip


def appeal(made: Determination) -> None:
    with guard.open_for_action():
        Appeal.objects.create(determination=made, text="No.", due=NOW + timedelta(days=9))


def test_weeks_start_with_the_first_of_use_and_none_is_left_out(counter: Counter, months: Months) -> None:
    decide(counter, NOW, 12)
    found = weeks_of(counter.release, NOW)
    assert [week.start.isoformat() for week in found] == [
        "2026-05-18", "2026-05-25", "2026-06-01", "2026-06-08", "2026-06-15",
    ]  # fmt: skip
    assert [week.adoption["of"] for week in found] == [0, 0, 0, 0, 12]
    assert [week.start for week in weeks_of(counter.release, NOW, most=2)] == [week.start for week in found[-2:]]


def test_a_tool_that_was_never_shown_has_no_weeks(counter: Counter) -> None:
    counter.stage("shadow")
    assert weeks_of(counter.release) == []
    assert table([]) is None


def test_adoption_is_what_was_decided_with_a_proposal_in_sight(counter: Counter, months: Months) -> None:
    decide(counter, NOW, 12)
    decide(counter, NOW, 6, agrees=False, choice="reject")
    for why in ("first", "share", "consent", "request"):
        decide(counter, NOW, 2, withheld=why)
    decide(counter, NOW, 4, agrees=None, choice="unaided")
    week = weeks_of(counter.release, NOW)[-1]
    assert (week.adoption["count"], week.adoption["of"]) == (18, 30)
    assert (week.followed["count"], week.followed["of"]) == (12, 18)
    assert week.adoption["low"] < 0.6 < week.adoption["high"]


def test_what_is_no_decision_on_a_real_case_is_left_out(counter: Counter, months: Months) -> None:
    decide(counter, NOW, 10)
    decide(counter, NOW, 3, rehearsal=True)
    decide(counter, NOW, 3, choice="cannot_tell")
    decide(counter, NOW, 3, withheld="first", state="revealed")
    with guard.open_for_action():
        case = Case.objects.first()
        assert case is not None
        Determination.objects.create(
            case=case, person=counter.cast.fidel, choice="reject", outcome="refused", reason="Appeal.",
            before_advice=False, difference={"appeal": 1}, recorded=NOW,
        )  # fmt: skip
    assert weeks_of(counter.release, NOW)[-1].adoption["of"] == 10


def test_a_folded_proposal_that_was_opened_is_told_from_one_that_was_not(counter: Counter, months: Months) -> None:
    opened = decide(counter, NOW, 9)
    decide(counter, NOW, 6, withheld="request")
    decide(counter, NOW, 5)
    with guard.open_for_action():
        for made in opened:
            Access.objects.create(case=made.case, person=made.person, what=Access.What.ADVICE, at=NOW)
    week = weeks_of(counter.release, NOW)[-1]
    assert (week.opened["count"], week.opened["of"]) == (9, 15)
    assert (week.adoption["count"], week.adoption["of"]) == (14, 20)


def test_contested_is_counted_in_the_week_of_the_decision(counter: Counter, months: Months) -> None:
    made = decide(counter, NOW - timedelta(days=7), 20)
    decide(counter, NOW, 20)
    appeal(made[0])
    appeal(made[1])
    before, last = weeks_of(counter.release, NOW)[-2:]
    assert (before.contested["count"], before.contested["of"], before.contested["value"]) == (2, 20, 0.1)
    assert (last.contested["count"], last.contested["of"]) == (0, 20)


def test_under_ten_there_is_a_number_and_no_share(counter: Counter, months: Months) -> None:
    decide(counter, NOW, 9)
    week = weeks_of(counter.release, NOW)[-1]
    assert (week.adoption["of"], week.adoption["value"]) == (9, None)
    shown = table([week])
    assert shown is not None
    assert [row[2] for row in shown.rows] == ["too few, n\u00a0=\u00a09"]


def test_few_a_week_are_enough_together(counter: Counter, months: Months) -> None:
    decide(counter, NOW - timedelta(days=7), 6)
    decide(counter, NOW, 6, withheld="first")
    shown = table(weeks_of(counter.release, NOW, most=2))
    assert shown is not None
    assert [row[0] for row in shown.rows] == ["2 weeks together"]
    assert str(shown.rows[0][2]).startswith("50\u202f%")


def test_weeks_with_too_few_stand_in_one_row(counter: Counter, months: Months) -> None:
    decide(counter, NOW - timedelta(days=14), 12)
    decide(counter, NOW - timedelta(days=7), 4)
    decide(counter, NOW, 3)
    shown = table(weeks_of(counter.release, NOW, most=3))
    assert shown is not None
    assert [row[0] for row in shown.rows] == ["3 weeks together", "1 June 2026", "2 weeks with too few decisions"]
    assert [row[1] for row in shown.rows] == ["19", "12", "7"]


def test_as_many_queries_for_many_weeks(counter: Counter, months: Months, django_assert_max_num_queries: Any) -> None:
    months.fill(JUNE, cases=200, make=usual)
    with django_assert_max_num_queries(3):
        assert sum(week.adoption["of"] for week in weeks_of(counter.release, JUNE + timedelta(days=60))) == 200


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_watch_shows_them_and_says_what_is_counted(counter: Counter, months: Months, language: str) -> None:
    decide(counter, timezone.now() - timedelta(minutes=5), 12)
    page = text_of(as_(None, language).get(f"/projects/{counter.project.slug}/watch/"))
    words = {
        "en": ("Adoption: of all decisions on real cases,", "n\u00a0=\u00a012"),
        "es": ("Seguidas: se decidió lo propuesto", "n\u00a0=\u00a012"),
    }
    for text in words[language]:
        assert text in page
