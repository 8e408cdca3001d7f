"""Benefits have a baseline and an owner, costs are ranges, a return is a range, and efficiency alone is no report."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from minga.assess import worth
from minga.assess.actions import end_benefit, end_cost, measure_benefit, state_benefit, state_cost
from minga.assess.models import Benefit, Cost
from minga.assess.worth import Span, _total, discounted_years
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by


def _day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def faster(project: Project, cast: Cast) -> Benefit:
    """Letters are answered in 9 to 12 days in place of 20; a day is worth 1,000 to 2,000 a year."""
    return state_benefit(
        by(cast.lena), project, kind="efficiency", name="Days until an answer", unit="days", baseline=Decimal(20),
        baseline_source="Letter book 2025", expected_low=Decimal(9), expected_high=Decimal(12), owner=cast.lena,
        beneficiaries="Who writes a letter", due=_day(200), worth_low=Decimal(1000), worth_high=Decimal(2000),
    )  # fmt: skip


@pytest.fixture
def heard(project: Project, cast: Cast) -> Benefit:
    return state_benefit(
        by(cast.bruno), project, kind="legitimacy", name="People who say they were heard", unit="per cent",
        baseline=Decimal(41), baseline_source="Survey of 212 people", expected_low=Decimal(50),
        expected_high=Decimal(60), beneficiaries="Who writes a letter", owner=cast.flor, due=_day(200),
    )  # fmt: skip


@pytest.fixture
def checking(project: Project, cast: Cast) -> Cost:
    return state_cost(
        by(cast.dario), project, kind="human", name="Reading what the tool proposes", unit="hours", low=Decimal(100),
        high=Decimal(150), yearly=True, source="Estimate of the desk", price_low=Decimal(30), price_high=Decimal(40),
    )  # fmt: skip


def test_only_efficiency_is_no_report(project: Project, faster: Benefit, cast: Cast, client: Client) -> None:
    found = worth.report(project)
    assert not found.whole
    assert [kind.value for kind in found.missing] == ["legitimacy"]
    public = client.get(f"/projects/{project.slug}/worth/").content.decode()
    assert "Days until an answer" not in public
    assert "No report yet" in public
    client.force_login(cast.flor)
    assert "Days until an answer" in client.get(f"/projects/{project.slug}/worth/").content.decode()


def test_with_both_it_is_public(project: Project, faster: Benefit, heard: Benefit, client: Client) -> None:
    public = client.get(f"/projects/{project.slug}/worth/").content.decode()
    assert "Days until an answer" in public
    assert "People who say they were heard" in public


def test_the_return_by_hand(project: Project, faster: Benefit, checking: Cost) -> None:
    """8 to 11 days saved at 1,000 to 2,000; 100 to 150 hours at 30 to 40; five years at 3 %."""
    found = worth.report(project).expected
    assert found is not None
    times = sum(1.03**-year for year in range(1, 6))
    assert found.worth == Span(pytest.approx(8000 * times), pytest.approx(22000 * times))
    assert found.costs == Span(pytest.approx(3000 * times), pytest.approx(6000 * times))
    assert found.worst == pytest.approx((8000 - 6000) / 6000)
    assert found.best == pytest.approx((22000 - 3000) / 3000)
    assert found.worst < found.low < found.high < found.best


def test_it_is_run_again_with_what_was_measured(project: Project, cast: Cast, faster: Benefit, checking: Cost) -> None:
    assert worth.report(project).measured is None
    measure_benefit(
        by(cast.flor), project, faster, value=Decimal(16), low=Decimal(15), high=Decimal(17), events=340,
        how="Letter book, checking the tool included", on=_day(0),
    )  # fmt: skip
    state_cost(
        by(cast.dario), project, kind="human", name="Reading, measured", unit="hours", low=Decimal(200),
        high=Decimal(200), yearly=True, source="Desk", price_low=Decimal(30), price_high=Decimal(40), measured=True,
    )  # fmt: skip
    found = worth.report(project)
    assert found.measured is not None
    assert found.measured.best == pytest.approx((5 * 2000 - 6000) / 6000)
    assert found.lines[0].reached is False


def test_a_cost_that_was_only_estimated_or_only_measured_counts_on_both_sides(
    project: Project, cast: Cast, faster: Benefit, checking: Cost
) -> None:
    state_cost(
        by(cast.dario), project, kind="financial", name="Licence", unit="euros", low=Decimal(500), high=Decimal(500),
        yearly=True, source="Offer", price_low=Decimal(1), price_high=Decimal(1), measured=True,
    )  # fmt: skip
    measure_benefit(by(cast.flor), project, faster, value=Decimal(10), events=9, how="Counted.", on=_day(0))
    found = worth.report(project)
    assert found.expected is not None
    assert found.measured is not None
    times = discounted_years(5)
    assert (
        found.expected.costs == found.measured.costs == Span(pytest.approx(3500 * times), pytest.approx(6500 * times))
    )


@pytest.mark.parametrize(("value", "reached"), [(9, True), (12, True), (13, False), (25, False), (3, True)])
def test_whether_it_was_reached(project: Project, cast: Cast, faster: Benefit, value: int, reached: bool) -> None:
    measure_benefit(by(cast.flor), project, faster, value=Decimal(value), events=10, how="Counted.", on=_day(0))
    assert worth.report(project).lines[0].reached is reached


def test_the_latest_measurement_counts(project: Project, cast: Cast, faster: Benefit) -> None:
    for value, days in ((11, -1), (19, -30)):
        measure_benefit(by(cast.flor), project, faster, value=Decimal(value), events=10, how="Counted.", on=_day(days))
    measured = worth.report(project).lines[0].measured
    assert measured is not None
    assert measured.value == 11


GOOD: dict[str, Any] = {
    "kind": "efficiency", "name": "Days", "unit": "days", "baseline": Decimal(20), "baseline_source": "Book",
    "expected_low": Decimal(9), "expected_high": Decimal(12), "beneficiaries": "Who writes a letter",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("kind", {"kind": "glory"}),
        ("expected_high", {"expected_low": Decimal(13)}),
        ("expected_low", {"expected_low": Decimal(20), "expected_high": Decimal(20)}),
        ("worth_high", {"worth_low": Decimal(5)}),
        ("due", {"due": date(2020, 1, 1)}),
    ],
)
def test_what_is_wrong_is_named(project: Project, cast: Cast, field: str, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        state_benefit(by(cast.lena), project, **{**GOOD, "owner": cast.lena, "due": _day(9), **change})
    assert field in refusal.value.fields


def test_the_owner_has_a_role_here(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        state_benefit(by(cast.lena), project, **{**GOOD, "owner": cast.nadie, "due": _day(9)})
    assert "owner" in refusal.value.fields


@pytest.mark.parametrize(
    ("field", "change"),
    [("value", {"low": Decimal(1), "high": Decimal(2)}), ("events", {"events": 0}), ("on", {"on": date(2999, 1, 1)})],
)
def test_a_measurement_that_cannot_be(
    project: Project, cast: Cast, faster: Benefit, field: str, change: dict[str, Any]
) -> None:
    given = {"value": Decimal(10), "events": 5, "how": "Counted.", "on": _day(0), **change}
    with pytest.raises(Invalid) as refusal:
        measure_benefit(by(cast.flor), project, faster, **given)
    assert field in refusal.value.fields


def test_what_is_taken_back_no_longer_counts(project: Project, cast: Cast, faster: Benefit, checking: Cost) -> None:
    end_benefit(by(cast.lena), project, faster, "Nobody counts days any more.")
    end_cost(by(cast.lena), project, checking, "Stated twice.")
    found = worth.report(project)
    assert (found.lines, found.costs, found.expected) == ((), (), None)
    with pytest.raises(Conflict):
        end_benefit(by(cast.lena), project, faster, "Again.")


@pytest.mark.parametrize("name", ["rosa", "olga", "nadie"])
def test_who_may_state(project: Project, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        state_benefit(by(getattr(cast, name)), project, **{**GOOD, "owner": cast.lena, "due": _day(9)})


def test_a_page_in_three_queries_more_however_many(
    project: Project, cast: Cast, faster: Benefit, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        measure_benefit(
            by(cast.flor), project, faster, value=Decimal(10 + number), events=5, how="Counted.", on=_day(-number)
        )
    with django_assert_max_num_queries(3):
        worth.report(project)


ranges = st.tuples(st.floats(-1e4, 1e4), st.floats(0, 1e4)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(st.lists(st.tuples(ranges, ranges, st.floats(0.1, 10)), min_size=1, max_size=4), st.data())
def test_no_combination_lies_outside_the_total(parts: list[tuple[Span, Span, float]], data: st.DataObject) -> None:
    def within(span: Span) -> float:
        return span.low + (span.high - span.low) * data.draw(st.floats(0, 1))

    found = sum(within(one) * within(two) * times for one, two, times in parts)
    total = _total(parts)
    room = 1e-9 * max(1.0, abs(total.low), abs(total.high))
    assert total.low - room <= found <= total.high + room


def test_years_are_discounted() -> None:
    assert discounted_years(1, 0.0) == 1
    assert discounted_years(5, 0.0) == 5
    assert discounted_years(2, 0.03) == pytest.approx(1 / 1.03 + 1 / 1.03**2)


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(
    project: Project, cast: Cast, faster: Benefit, heard: Benefit, checking: Cost, client: Client, language: str
) -> None:
    client.force_login(cast.lena)
    paths = (
        "",
        "benefit/",
        "cost/",
        f"benefits/{faster.pk}/",
        f"benefits/{faster.pk}/end/",
        f"costs/{checking.pk}/end/",
    )
    for path in paths:
        page = client.get(f"/projects/{project.slug}/worth/{path}", headers={"Accept-Language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


def test_the_forms_do_what_the_actions_do(project: Project, cast: Cast, client: Client) -> None:
    client.force_login(cast.lena)
    due = _day(60)
    sent = {
        "kind": "legitimacy", "name": "Heard", "unit": "per cent", "baseline": "41", "baseline_source": "Survey",
        "expected_low": "50", "expected_high": "60", "owner": cast.flor.pk, "due_day": due.day, "due_month": due.month,
        "due_year": due.year, "beneficiaries": "People who write", "once": "w1",
    }  # fmt: skip
    reply = client.post(f"/projects/{project.slug}/worth/benefit/", sent)
    assert reply.status_code == 302
    assert Benefit.objects.get().owner == cast.flor
    cost = {"kind": "financial", "name": "Licence", "unit": "euros", "low": "100", "high": "120", "yearly": "yes",
            "measured": "no", "source": "Offer", "price_low": "1", "price_high": "1", "once": "w2"}  # fmt: skip
    assert client.post(f"/projects/{project.slug}/worth/cost/", cost).status_code == 302
    assert Cost.objects.get().yearly is True
