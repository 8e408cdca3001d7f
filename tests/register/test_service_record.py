"""The record of a project with a service: its cases, its appeals, and what it brought, never with one half alone."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from minga.assess.actions import measure_benefit, state_benefit, state_data_use
from minga.assess.models import Benefit
from minga.deliver.actions import close_service, open_service
from minga.ledger.refusals import Blocked
from minga.projects.models import Project
from minga.register.actions import describe, publish
from minga.register.canonical import canonical
from minga.register.collect import build
from minga.register.document import Record, as_json, from_json
from minga.register.queries import unknown
from minga.register.showing import figures
from minga.register.values import plain
from minga.tools.registers import export
from tests.conftest import Cast, by
from tests.deliver.counter import FIELDS, OUTCOMES
from tests.deliver.served import Office
from tests.deliver.test_appeals import answer, appeal, office

__all__ = ["office"]
TERMS: dict[str, Any] = {
    "name": "Roofs", "purpose": "Help with a roof", "lawful_basis": "Housing Act, section 3",
    "other_route": "Call 555 0100", "fields": FIELDS, "outcomes": OUTCOMES, "tool": "incomes",
    "appeal_days": 30, "answer_days": 14, "first_share": "0.2", "second_share": "0.05", "control_share": "0.05",
}  # fmt: skip


def _benefit(office: Office, kind: str, name: str) -> Benefit:
    return state_benefit(
        by(office.cast.lena), office.project, kind=kind, name=name, unit="days", baseline=Decimal(20),
        baseline_source="Letter book", expected_low=Decimal(9), expected_high=Decimal(12), owner=office.cast.lena,
        due=timezone.localdate() + timedelta(days=90), beneficiaries="Families without a car",
    )  # fmt: skip


@pytest.fixture
def record(office: Office) -> Record:
    """One case decided against advice and won on appeal, one that waits."""
    office.stage("100")
    answer(office, appeal(office, office.decided(advised="granted")), "changed", new_outcome="granted")
    office.case({})
    return build(office.project)


def test_it_counts_the_cases_of_people(record: Record) -> None:
    assert record.scale_of_use is not None
    assert record.scale_of_use.value == {"received": 2, "advised": 1}
    assert "2 cases of people received, 1 of them with advice" in _atrs(record, "2.3.3")
    assert figures(record)[0].text == "cases of people received; the tool advised on 1"


def test_what_a_service_states_is_not_typed_again(cast: Cast, project: Project) -> None:
    """Its legal basis and how it tells people; with two services that differ, under the name of each."""
    open_service(by(cast.lena), project, **TERMS)
    record = build(project)
    assert record.legal_basis is not None
    assert record.legal_basis.value == "Housing Act, section 3"
    assert [source.action for source in record.legal_basis.known_from] == ["service.opened"]
    assert record.explanation_and_notice is not None
    told = record.explanation_and_notice.value
    assert "within 30 days" in told
    assert "answers within 14 days" in told
    assert told.endswith("Without a computer: Call 555 0100")
    assert not {"legal_basis", "explanation_and_notice"} & set(unknown(record))
    second = open_service(by(cast.lena), project, **TERMS | {"name": "Gardens", "lawful_basis": "Parks Act"})
    found = build(project).legal_basis
    assert found is not None
    assert found.value == "Gardens: Parks Act\nRoofs: Housing Act, section 3"
    close_service(by(cast.lena), project, second, "The budget is spent.")
    found = build(project).legal_basis
    assert found is not None
    assert found.value == "Housing Act, section 3"


def test_what_somebody_writes_for_the_record_goes_before_it(cast: Cast, project: Project) -> None:
    open_service(by(cast.lena), project, **TERMS)
    describe(by(cast.lena), project, "legal_basis", "Housing Act and its decree")
    found = build(project).legal_basis
    assert found is not None
    assert (found.value, found.known_from[0].kind) == ("Housing Act and its decree", "typed")
    describe(by(cast.lena), project, "legal_basis", "")
    found = build(project).legal_basis
    assert found is not None
    assert found.value == "Housing Act, section 3"


def test_it_counts_appeals_not_contests(record: Record, office: Office) -> None:
    assert record.appeal_route is not None
    found = record.appeal_route.value
    assert (found.received, found.answered, found.won, found.days) == (1, 1, 1, office.service.answer_days)
    assert (found.path, found.days_to_reply) == ("", None)
    assert "/contest/" not in _atrs(record, "2.3.6")
    assert "days to reply" not in plain("appeal_route", found)[0]


def test_it_tells_how_often_people_overruled_the_tool(record: Record) -> None:
    shares = {row.metric: row.share for row in (record.performance.value if record.performance else [])}
    assert (shares["overruled"].count, shares["overruled"].of) == (1, 1)
    assert (shares["appeals_won"].count, shares["appeals_won"].of) == (1, 1)


def test_efficiency_alone_is_neither_told_nor_published(office: Office) -> None:
    describe(by(office.cast.lena), office.project, "limits", "It reads no handwriting.")
    faster = _benefit(office, "efficiency", "Days until an answer")
    assert build(office.project).gains is None
    with pytest.raises(Blocked) as refused:
        publish(by(office.cast.lena), office.project)
    assert "legitimacy" in refused.value.reasons[0]
    _benefit(office, "legitimacy", "People who were heard")
    measure_benefit(
        by(office.cast.lena), office.project, faster, value=Decimal("11.50"), events=40, how="Letter book",
        on=timezone.localdate(),
    )  # fmt: skip
    found = from_json(publish(by(office.cast.lena), office.project).document).gains
    assert found is not None
    assert [(row.kind, row.measured, row.reached) for row in found.value] == [
        ("efficiency", "11.5", True),
        ("legitimacy", "", False),
    ]
    assert {source.action for source in found.known_from} == {"benefit.stated", "benefit.measured"}


def test_both_halves_reach_the_standard(office: Office) -> None:
    _benefit(office, "efficiency", "Days until an answer")
    _benefit(office, "legitimacy", "People who were heard")
    record = build(office.project)
    assert as_json(record)["gains"]["value"][0]["low"] == "9"
    told = _atrs(record, "2.2.3")
    for name in ("Days until an answer", "People who were heard"):
        assert name in told
    assert told.count("9 to 12 days expected") == told.count("20 days") == 2
    said = plain("gains", record.gains.value if record.gains else [])[0]
    assert "before: 20" in said
    assert "who benefits: Families without a car" in said


def test_uses_of_the_data_that_earn_money_are_told_and_never_assumed(office: Office) -> None:
    assert build(office.project).data_uses is None
    state_data_use(by(office.cast.lena), office.project, none=True)
    record = build(office.project)
    assert record.data_uses is not None
    assert plain("data_uses", record.data_uses.value) == ["nothing earns money with the data"]
    state_data_use(by(office.cast.lena), office.project, which="Addresses", use="Sold as a list", earner="Acme")
    record = build(office.project)
    assert record.data_uses is not None
    assert plain("data_uses", record.data_uses.value) == ["Addresses · Sold as a list · earned by: Acme"]


def _atrs(record: Record, ref: str) -> str:
    return str(export(canonical(record), "atrs").fields[ref])
