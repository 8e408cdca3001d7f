"""What is changed behind the ledger's back is seen on the record: figures, entries, and the ledger itself."""

from typing import Any
from unittest.mock import patch

import pytest

from minga.deliver.models import Contest, Determination
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.register import kept, verified
from minga.register.actions import publish
from minga.register.document import from_json
from minga.register.models import RecordVersion
from minga.register.verified import Held, held
from tests.conftest import by
from tests.deliver.conftest import Desk
from tests.ledger.test_verify import tamper


@pytest.fixture
def version(told: Desk) -> RecordVersion:
    return publish(by(told.cast.lena), told.project)


def _rows(told: Desk, version: RecordVersion) -> dict[str, Held]:
    version.refresh_from_db()
    return {row.what: row for row in held(told.project, from_json(version.document))}


def _forge(entry: Entry) -> None:
    tamper(f'UPDATE ledger_entry SET payload = \'{{"choice":"forged"}}\' WHERE id = {int(entry.pk)}')


def test_all_is_well_before(told: Desk, version: RecordVersion) -> None:
    rows = _rows(told, version)
    assert {rows["Decided by people"].status, rows["Contests and appeals"].status} == {"verified"}
    assert {row.broken_at for row in rows.values()} == {0}


def test_decisions_that_were_changed_in_the_database_are_seen(told: Desk, version: RecordVersion) -> None:
    with guard.open_for_action():
        made = Determination.objects.filter(case__project=told.project)
        made.update(before_advice=not made[0].before_advice)
    assert _rows(told, version)["Decided by people"].status == "differs"


def test_a_contest_that_was_turned_into_a_lost_one_is_seen(told: Desk, version: RecordVersion) -> None:
    with guard.open_for_action():
        Contest.objects.filter(flag__project=told.project).update(outcome="confirmed")
    row = _rows(told, version)["Contests and appeals"]
    assert (row.status, row.says, row.logs) == ("differs", "1 received, 1 won", "1 received, 0 won")


def test_a_published_figure_that_was_changed_is_seen(told: Desk, version: RecordVersion) -> None:
    version.document["human_oversight"]["value"]["decided"] = 900
    with guard.open_for_action():
        version.save()
    assert _rows(told, version)["Decided by people"].status == "differs"


def test_a_changed_entry_of_the_ledger_unsays_every_mark(told: Desk, version: RecordVersion, client: Any) -> None:
    entry = Entry.objects.filter(chain=told.project.chain, action="determination.recorded").latest("seq")
    _forge(entry)
    rows = _rows(told, version)
    assert not [row for row in rows.values() if row.status == "verified"]
    assert rows["Decided by people"].sentence == f"Not confirmed: the ledger was changed at entry {entry.seq}"
    page = client.get(f"/projects/{told.project.slug}/record/").content.decode()
    assert "Not confirmed: the ledger was changed" in page
    assert "Verified against the logs" not in page
    told_as_data = client.get(f"/projects/{told.project.slug}/record.json").json()["verified"]
    assert {row["ledger_broken_at"] for row in told_as_data} == {entry.seq}


def test_a_ledger_too_long_for_a_page_is_left_to_the_command(
    told: Desk, version: RecordVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified, "MOST_SEALS", 1)
    _forge(Entry.objects.get(chain=told.project.chain, seq=1))
    assert verified.broken_at(told.project) == 0


def test_the_page_shows_it_after_ten_minutes_at_the_latest(told: Desk, version: RecordVersion, client: Any) -> None:
    with patch.object(kept.cache, "set", side_effect=kept.cache.set) as put:
        client.get(f"/projects/{told.project.slug}/record/")
        client.get(f"/projects/{told.project.slug}/record/fields/human_oversight/")
    seconds = {call.args[0].split(":")[2]: call.args[2] for call in put.call_args_list}
    assert seconds == {"page": 600, "held": 600, "exports": 6 * 3600}


def test_the_page_follows_the_ledger_at_once(told: Desk, version: RecordVersion, client: Any) -> None:
    home = f"/projects/{told.project.slug}/record/"
    assert "fields differ from the logs" not in client.get(home).content.decode()
    told.decide("reject")
    page = client.get(home).content.decode()
    assert "differs from the logs" in page or "differ from the logs" in page
