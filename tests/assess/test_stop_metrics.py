"""What stop rules count: each metric with its minimum and its window, and who is told when one fires."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from minga.assess import clock
from minga.assess.actions import set_stop_rule
from minga.assess.models import Alert, Firing, StopRule
from minga.assess.stoprules import fired_words, standing
from minga.deliver.actions.appeals import decide_appeal, submit_appeal
from minga.deliver.models import Appeal, Determination
from minga.deliver.queries import stage_of
from minga.jobs.outbox import send_due
from minga.ledger import guard
from minga.ledger.refusals import Invalid
from minga.people.models import Person
from tests.assess.watched import Months, usual
from tests.conftest import by
from tests.deliver.counter import Counter, as_, text_of

LONG_AGO = timezone.now() - timedelta(days=100)
LATELY = timezone.now() - timedelta(days=32)


@pytest.fixture
def months(counter: Counter) -> Months:
    return Months(counter)


def rule(counter: Counter, metric: str, bound: str = "0.2", minimum: int = 30, **given: Any) -> StopRule:
    given.setdefault("step_back_to", "10")
    return set_stop_rule(
        by(counter.cast.lena), counter.project, counter.release, metric=metric, bound=bound, minimum=minimum, **given
    )


def state(made: StopRule) -> tuple[str, int, int]:
    found = standing(made, timezone.now())
    return found.state, found.figure.count, found.figure.of


def overruled(share: float) -> Any:
    return lambda n, chance: usual(n, chance) | {"agrees": n >= 100 * share, "first": False}


@pytest.mark.parametrize(("share", "expected"), [(0.2, "within"), (0.21, "beyond")])
def test_overruling_counts_only_where_the_advice_was_seen(
    counter: Counter, months: Months, share: float, expected: str
) -> None:
    made = rule(counter, "overruled_share")
    months.fill(LATELY, cases=100, make=overruled(share))
    months.fill(LATELY, cases=50, make=lambda n, chance: usual(n, chance) | {"agrees": False, "first": True})
    assert state(made) == (expected, int(share * 100), 100)


def test_fewer_than_the_minimum_do_nothing(counter: Counter, months: Months) -> None:
    made = rule(counter, "overruled_share", minimum=101)
    months.fill(LATELY, cases=100, make=overruled(0.9))
    assert state(made)[0] == "too_few"
    assert clock.stop_rules() == "1 too few events to judge"
    assert stage_of(counter.release) == "100"


def test_only_the_events_of_the_window_count(counter: Counter, months: Months) -> None:
    whole, window = rule(counter, "overruled_share"), None
    months.fill(LONG_AGO, cases=100, make=overruled(0.9))
    months.fill(LATELY, cases=100, make=overruled(0.0))
    assert state(whole) == ("beyond", 90, 200)
    window = rule(counter, "overruled_share", window_days=60)
    assert state(window) == ("within", 0, 100)


def test_failures_count_among_all_cases_it_was_asked_about(counter: Counter, months: Months) -> None:
    made = rule(counter, "failed_share", bound="0.05")
    months.fill(
        LATELY, cases=100, make=lambda n, chance: usual(n, chance) | ({"problem": "It broke."} if n < 6 else {})
    )
    assert state(made) == ("beyond", 6, 100)


def test_the_control_sample_says_what_the_list_would_have_missed(counter: Counter, months: Months) -> None:
    def control(number: int, chance: random.Random) -> dict[str, Any]:
        told = {"proposal": "granted" if number < 12 else "refused", "agrees": number >= 12, "drawn": "random"}
        return usual(number, chance) | told | {"first": True}

    made = rule(counter, "missed_share", bound="0.25")
    months.fill(LATELY, cases=40, make=control)
    assert state(made) == ("beyond", 12, 40)


@pytest.mark.parametrize(("north", "expected"), [(0.3, "within"), (0.7, "beyond")])
def test_a_gap_between_groups_must_be_wide_and_no_chance(
    counter: Counter, months: Months, north: float, expected: str
) -> None:
    def unequal(number: int, chance: random.Random) -> dict[str, Any]:
        district = ["North", "South"][number % 2]
        against = number // 2 < 100 * (north if district == "North" else 0.3)
        return usual(number, chance) | {"district": district, "proposal": "refused" if against else "granted"}

    made = rule(counter, "group_gap")
    months.fill(LATELY, cases=200, make=unequal)
    found = standing(made, timezone.now())
    assert (found.state, found.figure.of) == (expected, 100)
    if expected == "beyond":
        assert "40 points (North – South): beyond the bound of 20 points" in found.sentence


def test_a_wide_gap_of_few_cases_is_chance(counter: Counter, months: Months) -> None:
    def few(number: int, chance: random.Random) -> dict[str, Any]:
        district = ["North", "South"][number % 2]
        against = number // 2 < (5 if district == "North" else 2)
        return usual(number, chance) | {"district": district, "proposal": "refused" if against else "granted"}

    made = rule(counter, "group_gap", minimum=10)
    months.fill(LATELY, cases=20, make=few)
    assert standing(made, timezone.now()).figure.value == pytest.approx(0.3)
    assert state(made)[0] == "within"


def test_a_group_below_the_minimum_does_not_keep_the_others_from_being_judged(counter: Counter, months: Months) -> None:
    def three(number: int, chance: random.Random) -> dict[str, Any]:
        district = "East" if number < 12 else ["North", "South"][number % 2]
        against = district == "East" or (district == "North" and number % 4 < 2)
        return usual(number, chance) | {"district": district, "proposal": "refused" if against else "granted"}

    made = rule(counter, "group_gap")
    months.fill(LATELY, cases=200, make=three)
    found = standing(made, timezone.now())
    assert (found.state, found.figure.group) == ("beyond", "North – South")


def waiting(counter: Counter, days: int) -> None:
    with guard.open_for_action():
        Alert.objects.create(
            project=counter.project, release=counter.release, metric="override", about=f"a{days}",
            raised=timezone.now() - timedelta(days=days, hours=1),
        )  # fmt: skip


@pytest.mark.parametrize(("days", "expected"), [(7, "within"), (8, "beyond")])
def test_an_alert_that_nobody_looks_into_stops_the_tool(
    counter: Counter, months: Months, days: int, expected: str
) -> None:
    made = rule(counter, "alert_days", bound="7", minimum=1)
    waiting(counter, days)
    found = standing(made, timezone.now())
    assert found.state == expected
    assert f"1 alert waits, for {days} days" in found.sentence


def test_no_alert_is_nothing_to_judge(counter: Counter, months: Months) -> None:
    assert state(rule(counter, "alert_days", bound="7", minimum=1)) == ("too_few", 0, 0)


def test_appeals_that_changed_the_decision_count_once_they_are_answered(counter: Counter) -> None:
    counter.stage("100")
    made = rule(counter, "appeals_won_share", bound="0.4", minimum=2)
    decisions = [counter.decide(counter.advised(), "refused") for _each in range(3)]
    for number, decision in enumerate(decisions):
        _answer(counter, decision, won=number == 0, answered=number < 2)
    assert Appeal.objects.count() == 3
    assert state(made) == ("beyond", 1, 2)


def _answer(counter: Counter, decision: Determination, *, won: bool, answered: bool) -> None:
    appeal = submit_appeal(by(None), counter.project, decision, "It is wrong.", token=decision.notice.token)
    if answered:
        outcome, new = ("changed", "granted") if won else ("upheld", "")
        decide_appeal(by(counter.cast.fidel), counter.project, appeal, outcome, "I read it again.", new)


def test_it_steps_back_and_those_in_charge_are_told(counter: Counter, months: Months) -> None:
    for name in ("lena", "olga", "flor"):
        Person.objects.filter(username=name).update(email=f"{name}@example.org")
    made = rule(counter, "overruled_share")
    months.fill(LATELY, cases=100, make=overruled(0.5))
    assert clock.stop_rules() == "1 fired"
    assert stage_of(counter.release) == "10"
    send_due()
    assert sorted(message.to[0] for message in mail.outbox) == ["lena@example.org", "olga@example.org"]
    body = mail.outbox[0].body
    assert "50 of 100 = 50" in body
    assert made.get_absolute_url() in body


def test_a_gap_that_fired_is_told_with_its_groups(counter: Counter, months: Months) -> None:
    def unequal(number: int, chance: random.Random) -> dict[str, Any]:
        district = ["North", "South"][number % 2]
        return usual(number, chance) | {"district": district, "proposal": "refused" if number % 2 else "granted"}

    rule(counter, "group_gap")
    months.fill(LATELY, cases=100, make=unequal)
    assert clock.stop_rules() == "1 fired"
    assert fired_words(Firing.objects.get()) == "100 points (South – North)"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"metric": "alert_days", "bound": "0.5"}, "bound"),
        ({"metric": "alert_days", "bound": "400"}, "bound"),
        ({"metric": "overruled_share", "bound": "7"}, "bound"),
        ({"metric": "overruled_share", "window_days": 400}, "window_days"),
    ],
)
def test_a_bound_must_fit_what_is_counted(counter: Counter, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule(counter, **given)
    assert field in refused.value.fields


def test_the_page_sets_days_and_a_window(counter: Counter, months: Months) -> None:
    client = as_(counter.cast.lena)
    where = f"/projects/{counter.project.slug}/stop-rules/"
    sent = {"release": counter.release.pk, "minimum": "1", "step_back_to": "shadow"}
    assert client.post(where, sent | {"metric": "alert_days", "bound": "7", "once": "s1"}).status_code == 302
    given = {"metric": "failed_share", "bound": "5", "window_days": "30", "once": "s2"}
    assert client.post(where, sent | given).status_code == 302
    days, share = StopRule.objects.order_by("pk")
    assert (days.bound, days.window_days, str(share.bound), share.window_days) == (7, 0, "0.0500", 30)
    page = text_of(client.get(where))
    assert "days that an alert waits for a person at most 7 days" in page
    assert "events of the last 30 days" in page


def test_rules_are_looked_at_every_five_minutes() -> None:
    (job,) = [job for job in clock.JOBS if job.name == "assess.stop_rules"]
    assert job.every == timedelta(minutes=5)
