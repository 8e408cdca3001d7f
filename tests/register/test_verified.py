"""The published record held against the logs."""

from typing import Any

import msgspec

from minga.ledger.models import Entry
from minga.register.actions import publish
from minga.register.collect import build
from minga.register.document import from_json
from minga.register.verified import Held, by_field, held
from tests.conftest import by
from tests.deliver.conftest import Desk


def _one(desk: Desk, field: str, what: str = "") -> Held:
    record = from_json(publish(by(desk.cast.lena), desk.project).document)
    return _row(held(desk.project, record), field, what)


def _row(rows: list[Held], field: str, what: str = "") -> Held:
    return next(row for row in rows if row.field == field and what in row.what)


def test_what_the_logs_confirm_says_on_which_day(told: Desk) -> None:
    row = _one(told, "human_oversight")
    assert row.status == "verified"
    assert row.sentence.startswith("Verified against the logs on ")
    assert row.entries >= 3


def test_what_has_changed_since_differs_with_both_values(told: Desk) -> None:
    record = from_json(publish(by(told.cast.lena), told.project).document)
    before = _row(held(told.project, record), "human_oversight")
    told.decide("reject")
    row = _row(held(told.project, record), "human_oversight")
    assert row.status == "differs"
    assert row.says == before.says
    assert row.says in row.sentence
    assert row.logs in row.sentence
    assert row.logs != row.says


def test_a_figure_that_the_database_has_and_the_ledger_lacks_differs(told: Desk) -> None:
    """The desk of these tests puts versions in place without an action; a ledger that has no entry confirms nothing."""
    row = _one(told, "models")
    assert row.says == row.logs != ""
    assert not Entry.objects.filter(chain=told.project.chain, action="version.registered").exists()
    assert row.status == "differs"
    assert "0 entries" in row.sentence


def test_what_no_log_knows_cannot_be_checked(told: Desk) -> None:
    rows = held(told.project, build(told.project))
    row = _row(rows, "evaluations")
    assert row.status == "unchecked"
    assert "evaluations" not in by_field(rows)


def test_a_forged_count_is_seen(told: Desk) -> None:
    record = build(told.project)
    assert record.appeal_route is not None
    forged = msgspec.structs.replace(record.appeal_route.value, received=0, won=0)
    record.appeal_route = msgspec.structs.replace(record.appeal_route, value=forged)
    row = _row(held(told.project, record), "appeal_route", "Contests")
    assert row.status == "differs"
    assert (row.says, row.logs) == ("0 received, 0 won", "1 received, 1 won")


def test_it_stands_on_the_page_beside_the_field_and_in_the_data(told: Desk, client: Any) -> None:
    publish(by(told.cast.lena), told.project)
    home = f"/projects/{told.project.slug}/record"
    page = client.get(f"{home}/").content.decode()
    assert "Held against the logs" in page
    assert page.count("Verified against the logs on") >= 3
    assert "Verified against the logs on" in client.get(f"{home}/fields/human_oversight/").content.decode()
    rows = {row["what"]: row["status"] for row in client.get(f"{home}.json").json()["verified"]}
    assert rows["Decided by people"] == "verified"
