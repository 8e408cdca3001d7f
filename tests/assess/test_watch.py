"""What a tool did in a month is measured against the month in which all was well, or against what it was checked on."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from minga.assess import advice, bounds, clock, reference, watching
from minga.assess.advice import shape_of
from minga.assess.models import Alert, Watching
from minga.assess.reference import first_full_month, month_of
from minga.assess.tasks import months_due, watch_month
from minga.deliver.models import StageChange
from minga.design import store
from minga.design.models import Check, Criterion, Dataset
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.models import Entry
from tests.assess.watched import AUGUST, JULY, JUNE, Months, usual
from tests.conftest import by
from tests.deliver.counter import Counter, as_, text_of


@pytest.fixture
def months(counter: Counter) -> Months:
    return Months(counter)


def richer(number: int, chance: random.Random) -> dict[str, Any]:
    return usual(number, chance) | {"income": str(int(chance.gauss(2600, 400)))}


def measured(counter: Counter, moment: Any = JULY) -> watching.Measured:
    found = watching.measure(counter.release, moment)
    assert found is not None
    return found


def test_the_first_full_month_in_service_is_the_reference(counter: Counter, months: Months) -> None:
    first = first_full_month(counter.release)
    assert first is not None
    assert (first.start, first.end) == (JUNE, JULY)


def test_months_end_where_the_calendar_says() -> None:
    december = month_of(JUNE.replace(month=12, day=31, hour=23))
    assert (december.name, december.end.year, december.end.month, december.end.day) == ("2026-12", 2027, 1, 1)


def test_two_months_alike_are_steady(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY)
    found = measured(counter)
    assert found.figures["verdict"] == "steady"
    assert found.findings == ()
    assert found.figures["reference"] == {"kind": "month", "name": "2026-06"}


def test_a_feature_that_moved_is_named_with_the_cases_behind_it(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    found = measured(counter)
    (income,) = [one for one in found.findings if one.metric == "feature"]
    assert income.about == "Your income"
    assert 0 < len(income.records) <= 20
    assert all(300 < number <= 600 for number in income.records)
    named = next(one for one in found.figures["series"] if one["name"] == "Your income")
    assert (named["verdict"], named["kind"]) == ("alert", "feature")


def test_where_the_values_lie_is_not_kept_of_what_is_personal(counter: Counter, months: Months) -> None:
    fields = [field | {"personal": field["name"] == "income"} for field in counter.service.fields]
    counter.set(fields=fields)
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    (income,) = measured(counter).findings
    assert "where" not in income.figure
    assert income.records


def test_more_overruling_is_found_and_only_where_the_advice_was_seen(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=lambda n, chance: usual(n, chance) | {"agrees": chance.random() < 0.55})
    found = measured(counter)
    assert {"override", "right"} <= {one.metric for one in found.findings}
    assert {one.about for one in found.findings if one.metric == "override"} == {""}, "the groups moved with all"
    override = found.figures["shares"]["override"]
    first = sum(case["first"] for case in _july())
    assert override["of"] == 300 - first


def _july() -> list[dict[str, Any]]:
    chance = random.Random(f"1{JULY}")
    return [usual(n, chance) | {"agrees": chance.random() < 0.55} for n in range(300)]


def test_without_a_reference_only_the_months_own_figures_are_told(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    found = measured(counter, JUNE)
    assert (found.figures["verdict"], found.figures["reference"]["kind"]) == ("not_enough", "")
    assert found.figures["series"] == found.figures["moved"] == []
    assert found.figures["shares"]["coverage"]["of"] == 300


def test_the_data_of_the_check_serve_until_a_full_month_is_over(counter: Counter, months: Months) -> None:
    chance = random.Random(7)
    rows = [{"case": f"c{n}", "income": usual(n, chance)["income"], "right": "granted"} for n in range(200)]
    _checked_on(counter, rows)
    months.fill(JUNE, make=richer)
    found = measured(counter, JUNE)
    assert found.figures["reference"] == {"kind": "dataset", "name": "Last year's cases"}
    assert [(one.metric, one.about) for one in found.findings] == [("feature", "Your income")]
    assert found.figures["moved"] == []
    assert found.figures["shares"]["override"]["value"] is not None


def _checked_on(counter: Counter, rows: list[dict[str, str]]) -> None:
    with store.staging() as staged:
        staged.write("\n".join(map(json.dumps, rows)).encode())
        sha256 = staged.keep()
    with guard.open_for_action():
        dataset = Dataset.objects.create(
            project=counter.project, name="Last year's cases", purpose="to check", kind="table", sha256=sha256,
            columns={"id": "case", "truth": "right", "groups": []}, rows_in=len(rows), rows_used=len(rows),
        )  # fmt: skip
        criterion = Criterion.objects.create(
            project=counter.project, code="C-01", sentence="It is right.", metric="accuracy", comparison="ge",
            bound="0.8", dataset=dataset,
        )  # fmt: skip
        Check.objects.create(
            project=counter.project,
            criterion=criterion,
            version=counter.release.version,
            dataset=dataset,
            state="passed",
        )


def test_failures_are_no_rows_and_all_cases_are_accounted_for(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=lambda n, chance: usual(n, chance) | ({"problem": "It broke."} if n % 4 == 0 else {}))
    found = measured(counter)
    rows = found.figures["rows"]
    assert rows == {"cases": 300, "used": 225, "rejected": 0, "failed": 75}
    (failed,) = [one for one in found.findings if one.metric == "failed"]
    assert len(failed.records) == 20
    assert failed.figure["low"] > float(bounds.OWN)


def test_where_the_tool_failed_on_every_case_that_is_said(counter: Counter, months: Months) -> None:
    months.fill(JULY, cases=40, make=lambda n, chance: usual(n, chance) | {"problem": "It broke."})
    found = measured(counter)
    assert found.figures["rows"]["failed"] == 40
    assert [one.metric for one in found.findings] == ["failed"]


def test_decisions_that_come_too_late_are_found(counter: Counter, months: Months) -> None:
    months.fill(JULY, make=lambda n, chance: usual(n, chance) | {"days": 30 if n < 150 else 2})
    found = measured(counter, AUGUST - timedelta(days=1))
    late = found.figures["shares"]["late"]
    assert (late["count"], late["of"]) == _late_in_july()
    assert measured(counter, JULY).figures["times"]["days"]["value"] == pytest.approx(2, abs=0.01)


def _late_in_july() -> tuple[int, int]:
    closed = [(n, JULY + timedelta(days=28 * n / 300) + timedelta(days=30 if n < 150 else 2)) for n in range(300)]
    inside = [n for n, moment in closed if moment < AUGUST]
    return sum(n < 150 for n in inside), len(inside)


def test_groups_that_are_overruled_unequally_are_found(counter: Counter, months: Months) -> None:
    def unequal(number: int, chance: random.Random) -> dict[str, Any]:
        told = usual(number, chance)
        return told | {"agrees": chance.random() < (0.6 if told["district"] == "North" else 0.95)}

    months.fill(JUNE, make=unequal)
    months.fill(JULY, make=unequal)
    found = measured(counter)
    (gap,) = [one for one in found.findings if one.metric == "gap_override"]
    assert (gap.about, gap.figure["where"]) == ("district", "North – South")


def test_minutes_with_and_without_the_advice_stand_apart(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    times = measured(counter, JUNE).figures["times"]
    assert (times["minutes_unaided"]["value"], times["minutes_aided"]["value"]) == (15, 10)
    assert times["minutes_before"] == {"n": 0, "value": None, "low": None, "high": None}


def test_calibration_counts_only_what_was_decided_without_seeing_the_advice(counter: Counter, months: Months) -> None:
    months.fill(JUNE, cases=600)
    found = measured(counter, JUNE).figures
    assert found["calibration"]["n"] == found["shares"]["right"]["of"] < 200
    assert found["calibration"]["brier"] is not None


def test_practice_is_never_measured(counter: Counter, months: Months) -> None:
    from minga.deliver.models import Case

    months.fill(JULY, cases=60)
    with guard.open_for_action():
        Case.objects.update(rehearsal=True)
    assert watching.measure(counter.release, JULY) is None


def test_cases_are_read_part_by_part_in_few_queries(
    counter: Counter, months: Months, django_assert_max_num_queries: Any
) -> None:
    months.fill(JUNE, cases=100)
    months.fill(JULY, cases=1000)
    with django_assert_max_num_queries(40):
        measured(counter)


def test_the_size_of_the_parts_changes_nothing(
    counter: Counter, months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    months.fill(JUNE, cases=100)
    months.fill(JULY, cases=100, make=richer)
    whole = measured(counter).figures
    monkeypatch.setattr(advice, "PART", 7)
    assert measured(counter).figures == whole


def test_the_page_asks_as_little_for_many_months_as_for_one(
    counter: Counter, months: Months, django_assert_max_num_queries: Any
) -> None:
    months.fill(JUNE)
    watch_month(by(SYSTEM), counter.release, JUNE)
    kept = Watching.objects.get()
    with guard.open_for_action():
        for back in range(1, 12):
            day = (JUNE - timedelta(days=31 * back)).date().replace(day=1)
            Watching.objects.create(project=kept.project, release=kept.release, month=day, figures=kept.figures)
    client = as_(counter.cast.lena)
    client.get(f"/projects/{counter.project.slug}/watch/")
    with django_assert_max_num_queries(24):
        page = text_of(client.get(f"/projects/{counter.project.slug}/watch/"))
    assert page.count("June 2026") > 3


def test_each_day_the_running_month_and_once_what_ended(counter: Counter, months: Months) -> None:
    assert [f"{one:%m}" for one in months_due(counter.release, AUGUST)] == ["05", "06", "07", "08"]
    months.fill(JUNE, cases=60)
    with guard.open_for_action():
        Watching.objects.create(
            project=counter.project, release=counter.release, month=JUNE.date(), measured=JULY, figures={}
        )
    assert [f"{one:%m}" for one in months_due(counter.release, AUGUST)] == ["05", "07", "08"]


def test_no_month_after_it_went_off_is_measured(counter: Counter, months: Months) -> None:
    with guard.open_for_action():
        StageChange.objects.create(
            project=counter.project, release=counter.release, stage="off", since=JULY + timedelta(days=3), reason="x"
        )
    assert [f"{one:%m}" for one in months_due(counter.release, AUGUST)] == ["05", "06", "07"]


def test_measured_again_a_month_keeps_one_row_and_an_entry_each_time(counter: Counter, months: Months) -> None:
    months.fill(JULY, cases=60)
    for _again in range(2):
        watch_month(by(SYSTEM), counter.release, JULY)
    assert Watching.objects.count() == 1
    entries = Entry.objects.filter(action="watch.measured")
    assert entries.count() == 2
    assert json.loads(entries[0].payload)["month"] == "2026-07"


def test_the_clock_measures_and_raises(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    told = clock.watch()
    assert told.endswith("1 alerts raised")
    assert Watching.objects.filter(month__in=[JUNE.date(), JULY.date()]).count() == 2
    assert Alert.objects.count() == 1


def test_a_month_that_cannot_be_measured_spares_the_others(
    counter: Counter, months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    from minga.tools.drift import DriftError

    def broken(*_given: Any) -> None:
        raise DriftError("The table cannot be read.")

    months.fill(JUNE, cases=60)
    monkeypatch.setattr(watching, "watch", broken)
    assert "1 failed" in clock.watch()


def test_the_page_leads_with_what_changed(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    for month in (JUNE, JULY):
        watch_month(by(SYSTEM), counter.release, month)
    page = text_of(as_(counter.cast.flor).get(f"/projects/{counter.project.slug}/watch/"))
    assert "1 thing waits for a person" in page
    assert "“Your income” is not what it was" in page
    assert "held against June 2026" in page
    assert "300 cases = 300 used + 0 rejected + 0 on which the tool failed" in page


def test_the_public_sees_that_alerts_wait_but_not_what_they_are(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    watch_month(by(SYSTEM), counter.release, JULY)
    page = text_of(as_(None).get(f"/projects/{counter.project.slug}/watch/"))
    assert "1 alert waits for a person of the project" in page
    assert f"/projects/{counter.project.slug}/alerts/" not in page


def test_groups_under_ten_are_hidden_and_cannot_be_computed(counter: Counter, months: Months) -> None:
    def few(number: int, chance: random.Random) -> dict[str, Any]:
        place = "East" if number < 4 else ["North", "South"][number % 2]
        return usual(number, chance) | {"district": place}

    months.fill(JULY, cases=120, make=few)
    watch_month(by(SYSTEM), counter.release, JULY)
    page = text_of(as_(counter.cast.lena).get(f"/projects/{counter.project.slug}/watch/"))
    assert "East" not in page
    assert "2 groups are not shown" in page


def test_before_anything_was_measured_the_page_says_so(counter: Counter) -> None:
    page = text_of(as_(None).get(f"/projects/{counter.project.slug}/watch/"))
    assert "Nothing has been measured yet" in page


@pytest.mark.parametrize(("who", "status"), [("lena", 302), ("olga", 302), ("flor", 403)])
def test_who_may_have_it_measured_now(counter: Counter, months: Months, who: str, status: int) -> None:
    months.fill(JUNE, cases=60)
    given = {"release": counter.release.pk, "once": "m1"}
    page = as_(getattr(counter.cast, who)).post(f"/projects/{counter.project.slug}/watch/measure/", given)
    assert page.status_code == status


def test_the_api_gives_the_public_part(counter: Counter, months: Months, client: Client) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    watch_month(by(SYSTEM), counter.release, JULY)
    (month,) = client.get(f"/api/assess/projects/{counter.project.slug}/watch").json()
    assert (month["month"], month["verdict"], month["open_alerts"]) == ("2026-07", "alert", 1)
    assert month["shares"]["coverage"]["of"] == 300
    assert "groups" not in month


def test_drawn_cases_are_watched_by_what_was_flagged(desk: Any) -> None:
    desk.in_use()
    desk.draw()
    case = desk.claimed()
    desk.decide("accept", case)
    found = watching.measure(desk.release, case.received)
    assert found is not None
    assert (found.figures["shares"]["flagged"]["count"], found.figures["shares"]["flagged"]["of"]) == (12, 34)
    assert found.figures["rows"]["cases"] == found.figures["rows"]["used"]


def test_the_reference_is_left_alone_while_it_is_too_small(counter: Counter, months: Months) -> None:
    months.fill(JUNE, cases=reference.LEAST - 1)
    assert reference.reference_for(shape_of(counter.release), month_of(JULY)) is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_in_both_languages(counter: Counter, months: Months, language: str) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    for month in (JUNE, JULY):
        watch_month(by(SYSTEM), counter.release, month)
    page = as_(counter.cast.lena, language).get(f"/projects/{counter.project.slug}/watch/")
    assert page.status_code == 200
    assert f'lang="{language}"' in text_of(page)
