"""An auditor pack shows one moment, although others go on writing while it is made."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from minga.ledger import checkpoints
from minga.register.audit import pack as packing
from minga.register.audit import parts
from minga.register.audit.moment import one_moment
from tests.deliver.conftest import Desk


@pytest.fixture
def database(db: None, tmp_path: Path) -> Iterator[Any]:
    """A database in a file, as it is run, with one table of numbers."""
    options = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
    place = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "one.sqlite3"), "OPTIONS": options}
    made = ConnectionHandler({"default": place})["default"]
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE told (number INTEGER)")
    yield made
    made.close()


def _numbers(database: Any) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM told")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_what_others_write_meanwhile_is_not_read_and_does_not_wait(database: Any) -> None:
    with one_moment(database):
        assert _numbers(database) == 0
        with sqlite3.connect(database.settings_dict["NAME"], timeout=0) as other:
            other.execute("INSERT INTO told VALUES (1)")
        other.close()
        assert _numbers(database) == 0
    assert _numbers(database) == 1


@pytest.mark.django_db
def test_the_moment_ends_where_reading_fails(database: Any) -> None:
    with pytest.raises(ZeroDivisionError), one_moment(database):
        _ = _numbers(database) / 0
    assert not database.connection.in_transaction


def test_every_part_of_a_pack_is_read_inside_it(told: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    @contextmanager
    def noted() -> Iterator[None]:
        seen.append("begun")
        yield
        seen.append("ended")

    monkeypatch.setattr(packing, "one_moment", noted)
    monkeypatch.setattr(packing, "export", lambda chain: seen.append("ledger") or iter(()))
    monkeypatch.setattr(parts, "cases", lambda project: seen.append("cases") or iter(()))
    monkeypatch.setattr(checkpoints, "head", lambda chain: seen.append("head") or {"chain": chain})
    packing.pack(told.project).file.close()
    assert seen == ["begun", "ledger", "cases", "head", "ended"]
