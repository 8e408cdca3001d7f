"""Money follows evidence in the ledger, and coverage is told with what one unit costs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.ledger import guard
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.steering import money
from minga.steering.actions import count_coverage, end_funding, plan_coverage, release, state_funding
from minga.steering.models import FundingLine
from tests.conftest import Cast, by


@pytest.fixture
def line(project: Project, cast: Cast, offices: dict[str, object]) -> FundingLine:
    """1,000 at the start, 5,000 after gate 1, 4,000 after two reviews."""
    parts = [(Decimal(1000), "none", ""), (Decimal(5000), "gate", "1"), (Decimal(4000), "review", "2")]
    return state_funding(
        by(cast.chela), BODY, name="Pilot fund", giver="Ministry", parts=parts, project=project, currency="EUR"
    )


def enter(project: Project | None, action: str, payload: str) -> None:
    """An entry as the room that owns the action would write it."""
    assert project is not None
    last = Entry.objects.filter(chain=project.chain).order_by("-seq").first()
    assert last is not None
    with guard.open_for_action():
        Entry.objects.create(
            chain=project.chain, seq=last.seq + 1, previous=last.hash, hash=f"{last.seq:064d}", actor="a",
            group="agency", actor_salt=b"", phase="commission", level="individual", action=action,
            subject_kind="gate", subject_id="1", happened=last.happened, recorded=last.recorded, payload=payload,
        )  # fmt: skip


def test_the_first_part_is_paid_at_once_and_the_second_waits_for_its_gate(line: FundingLine, cast: Cast) -> None:
    first, second, third = line.instalments.all()
    assert release(by(cast.chela), BODY, first).released
    with pytest.raises(Blocked) as blocked:
        release(by(cast.chela), BODY, second)
    assert "Gate 1 is passed" in blocked.value.reasons[0]
    enter(line.project, "gate.decided", '{"passed":false,"step":1}')
    enter(line.project, "gate.decided", '{"passed":true,"step":2}')
    with pytest.raises(Blocked):
        release(by(cast.chela), BODY, second)
    enter(line.project, "gate.decided", '{"passed":true,"step":1}')
    paid = release(by(cast.chela), BODY, second)
    assert line.project is not None
    assert paid.evidence == [[line.project.chain, Entry.objects.filter(chain=line.project.chain).count()]]
    assert FundingLine.objects.get().released == 6000
    with pytest.raises(Conflict):
        release(by(cast.chela), BODY, second)
    enter(line.project, "review.closed", "{}")
    with pytest.raises(Blocked, match="2 reviews are closed"):
        release(by(cast.chela), BODY, third)


def test_parts_are_paid_in_their_order(line: FundingLine, cast: Cast) -> None:
    enter(line.project, "gate.decided", '{"passed":true,"step":1}')
    with pytest.raises(Blocked, match="Part 1 is not released yet"):
        release(by(cast.chela), BODY, line.instalments.all()[1])


@pytest.mark.parametrize(
    ("payload", "of", "met"),
    [
        ('{"state":"passed","counts":true,"criterion":"C-01"}', "", True),
        ('{"state":"passed","counts":true,"criterion":"C-01"}', "C-01", True),
        ('{"state":"passed","counts":true,"criterion":"C-02"}', "C-01", False),
        ('{"state":"passed","counts":false,"criterion":"C-01"}', "C-01", False),
        ('{"state":"failed","counts":true,"criterion":"C-01"}', "C-01", False),
    ],
)
def test_only_a_passed_check_that_counts_is_evidence(
    project: Project, cast: Cast, payload: str, of: str, met: bool
) -> None:
    made = state_funding(
        by(cast.bea), BODY, name="Fund", giver="Bank", parts=[(Decimal(5), "check", of)], project=project
    )
    enter(project, "check.finished", payload)
    assert money.evidence(made.instalments.get()).met is met


def test_a_wrong_line_is_refused_with_the_field(project: Project, cast: Cast) -> None:
    wrong = [(Decimal(0), "none", ""), (Decimal(5), "gate", "9"), (Decimal(5), "review", "many")]
    with pytest.raises(Invalid) as refused:
        state_funding(by(cast.bea), BODY, name="F", giver="G", parts=wrong, project=project, currency="EURO")
    assert set(refused.value.fields) == {"amount_1", "of_2", "of_3", "currency"}
    with pytest.raises(Invalid, match="cannot be set aside"):
        state_funding(by(cast.bea), BODY, name="F", giver="G", parts=[(Decimal(5), "gate", "1")])


def test_who_has_no_office_moves_no_money(line: FundingLine, cast: Cast) -> None:
    for person in (cast.lena, cast.saul, cast.bento, cast.nadie):
        with pytest.raises(NotAllowed):
            release(by(person), BODY, line.instalments.all()[0])


def test_an_ended_line_pays_nothing(line: FundingLine, cast: Cast) -> None:
    end_funding(by(cast.chela), BODY, line, reason="The ministry took it back.")
    with pytest.raises(Conflict):
        release(by(cast.chela), BODY, line.instalments.all()[0])
    assert money.lines() == []


def test_coverage_says_what_the_money_reaches_and_what_a_unit_really_cost(project: Project, cast: Cast) -> None:
    """The case of the source: wanted for 350 cities, the money reaches 12."""
    plan = plan_coverage(
        by(cast.bea), BODY, project, unit="cities", wanted=350, planned=350, fixed=Decimal(40000),
        per_unit=Decimal(5000), source="Estimate of March", currency="EUR",
    )  # fmt: skip
    parts = [(Decimal(100000), "none", "")]
    state_funding(by(cast.bea), BODY, name="Fund", giver="Bank", parts=parts, project=project, currency="EUR")
    found = money.reach(project)
    assert found is not None
    assert (found.cost, found.affordable, found.each_real) == (Decimal(1790000), 12, None)
    count_coverage(by(cast.bea), BODY, plan, on=date(2026, 1, 31), units=12, spent=Decimal(106000), source="Books")
    found = money.reach(project)
    assert found is not None
    assert (found.due, found.over, found.each_real) == (Decimal(100000), Decimal(6000), Decimal("8833.33"))


def test_a_new_plan_ends_the_old_one(project: Project, cast: Cast) -> None:
    told: dict[str, Any] = {"unit": "offices", "wanted": 10, "fixed": Decimal(0), "per_unit": Decimal(1), "source": "s"}
    old = plan_coverage(by(cast.bea), BODY, project, planned=5, **told)
    plan_coverage(by(cast.bea), BODY, project, planned=6, **told)
    old.refresh_from_db()
    assert old.ended is not None
    with pytest.raises(Conflict):
        count_coverage(by(cast.bea), BODY, old, on=date(2026, 1, 1), units=1, spent=Decimal(1), source="s")
    with pytest.raises(Invalid) as refused:
        plan_coverage(by(cast.bea), BODY, project, planned=11, **told)
    assert "planned" in refused.value.fields


@given(
    st.decimals(0, 10**9, places=2), st.decimals(0, 10**7, places=2), st.decimals(0, 10**6, places=2),
    st.integers(0, 10**4),
)  # fmt: skip
def test_what_is_affordable_is_paid_for_and_one_more_is_not(
    funds: Decimal, fixed: Decimal, per_unit: Decimal, wanted: int
) -> None:
    units = money.affordable(funds, fixed, per_unit, wanted)
    assert 0 <= units <= wanted
    assert units == 0 or fixed + units * per_unit <= funds
    assert units == wanted or fixed + (units + 1) * per_unit > funds


@pytest.mark.parametrize(("condition", "typed"), [("gate", "03"), ("gate", "٣"), ("gate", " 3 ")])
def test_a_number_is_kept_as_the_ledger_writes_it(project: Project, cast: Cast, condition: str, typed: str) -> None:
    """Kept as typed, it would never meet its evidence."""
    parts = [(Decimal(5), condition, typed)]
    made = state_funding(by(cast.bea), BODY, name="Fund", giver="Bank", parts=parts, project=project)
    enter(project, "gate.decided", '{"passed":true,"step":3}')
    assert money.evidence(made.instalments.get()).met
