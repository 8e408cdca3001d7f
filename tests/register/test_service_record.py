"""The record of a project with a service: its cases, its appeals, and what it brought, never with one half alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from minga.assess.actions import measure_benefit, state_benefit
from minga.assess.models import Benefit
from minga.ledger.refusals import Blocked
from minga.register.actions import describe, publish
from minga.register.collect import build
from minga.register.document import Record, as_json, from_json
from minga.register.exports.atrs import export
from minga.register.showing import figures
from minga.register.values import plain
from tests.conftest import by
from tests.deliver.served import Office
from tests.deliver.test_appeals import answer, appeal, office

__all__ = ["office"]


def _benefit(office: Office, kind: str, name: str) -> Benefit:
    return state_benefit(
        by(office.cast.lena), office.project, kind=kind, name=name, unit="days", baseline=Decimal(20),
        baseline_source="Letter book", expected_low=Decimal(9), expected_high=Decimal(12), owner=office.cast.lena,
        due=timezone.localdate() + timedelta(days=90),
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
    for name in ("Days until an answer", "People who were heard"):
        assert f"{name}: from 20 to 9–12 days expected." in _atrs(record, "2.2.3")
    assert "before: 20" in plain("gains", record.gains.value if record.gains else [])[0]


def _atrs(record: Record, ref: str) -> str:
    document, _losses = export(record)
    return str(next(field["value"] for field in document["fields"] if field["ref"] == ref))
