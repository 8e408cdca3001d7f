"""SIGKILL of a web process and of the worker while people vote: every vote that was acknowledged is there."""

import hashlib
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.robust.serving import Installation, command_of, processes

VOTERS, STATEMENTS, BEFORE = 5, 12, 15
SET_UP = """
import datetime as dt
from minga.start import django
django()
from minga.portal.cli.migrate import main as migrate
migrate([])
from minga.engage.actions import open_conversation, record_room
from minga.ledger.action import BODY, By
from minga.people.models import Person
from minga.projects.actions import open_project
lena = Person.objects.create(username="lena", group="agency")
project = open_project(By(lena.actor), BODY, title="Killed", summary="Loses nothing.")
held = open_conversation(By(lena.actor), project, title="Votes", seeds=[f"Sentence {n}." for n in range(1, %d + 1)])
sheets = "\\n".join(" ".join(f"{n}{'ad'[(line + n * line) %% 2]}" for n in range(1, 11)) for line in range(30))
record_room(By(lena.actor), project, held, where="Hall", held=dt.date(2026, 1, 5), people=30, sheets=sheets)
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
NUMBER = re.compile(r'name="statement" value="(\d+)"')
CHOICES = {"agree": 1, "disagree": -1, "pass": 0}
ARRIVED = "SELECT coalesce(sum(votes), 0) FROM engage_arrivals"


@dataclass
class Voter:
    """Answers statement after statement through the pages; after a lost connection, asks for the next one again."""

    address: str
    number: int
    over: threading.Event
    acknowledged: dict[int, int] = field(default_factory=dict)
    sent: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.address, timeout=10)

    def work(self) -> None:
        while not self.over.is_set() and len(self.acknowledged) < STATEMENTS and not self.wrong:
            try:
                self._vote()
            except httpx.TransportError:
                time.sleep(0.1)
            time.sleep(0.04)

    def _vote(self) -> None:
        page = self.client.get("/conversations/1/vote/").text
        token, number = TOKEN.search(page), NUMBER.search(page)
        if token is None or number is None:
            # All are answered: those whose answer got lost on the way back are there all the same.
            self.acknowledged = dict(self.sent)
            return
        name = list(CHOICES)[(self.number + int(number[1])) % 3]
        given = {"csrfmiddlewaretoken": token[1], "statement": number[1], "vote": name}
        self.sent[int(number[1])] = CHOICES[name]
        reply = self.client.post("/conversations/1/vote/", data=given)
        if reply.status_code == 302:
            self.acknowledged[int(number[1])] = CHOICES[name]
        else:
            self.wrong.append(f"{reply.status_code}: {reply.text[:500]}")

    def kept(self, place: Installation) -> dict[int, int]:
        """What the database holds of this voter, found by the hash of their link."""
        link = hashlib.sha256(self.client.cookies["seat-1"].encode()).hexdigest()
        found = place.rows(
            "SELECT s.number, v.choice FROM engage_vote v JOIN engage_participant p ON p.id = v.participant_id "
            f"JOIN engage_statement s ON s.id = v.statement_id WHERE p.link = '{link}'"
        )
        return dict(found)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "home", {"MINGA_LEASE_SECONDS": "1"})
    made.python(SET_UP % STATEMENTS)
    yield made
    made.kill()


def kill_one_web_process_and_the_worker(place: Installation) -> None:
    """Both at once; ``minga run`` then ends what is left, so that a service manager starts it again."""
    assert place.server is not None
    first = place.server.pid
    started = {pid: command_of(pid) for pid, parent, _session in processes() if parent == first}
    (worker,) = [pid for pid, command in started.items() if command.rstrip().endswith("minga worker")]
    (web,) = [pid for pid, command in started.items() if "granian" in command]
    workers = [pid for pid, parent, _session in processes() if parent == web]
    assert len(workers) >= 2
    for pid in (workers[-1], worker):
        os.kill(pid, signal.SIGKILL)
    assert place.server.wait(timeout=30) == 1


def all_voters(voters: list[Voter]) -> list[threading.Thread]:
    threads = [threading.Thread(target=voter.work) for voter in voters]
    for thread in threads:
        thread.start()
    return threads


def wait_until(place: Installation, sql: str, every: Callable[[Installation], None] | None = None) -> None:
    """Until ``sql`` gives something true; ``every`` is done before each look."""
    end = time.monotonic() + 120
    while not place.rows(sql)[0][0]:
        assert time.monotonic() < end, f"{sql}\n{(place.home / 'server.log').read_text()[-3000:]}"
        if every:
            every(place)
        time.sleep(0.2 if every else 0.05)


def let_a_minute_pass(place: Installation) -> None:
    """The clock asks for tallies once a minute: forget when it last did."""
    with closing(sqlite3.connect(place.home / "minga.sqlite3", timeout=20)) as database, database:
        database.execute("DELETE FROM jobs_stroke WHERE job = 'engage.tally_conversations'")


def check_kept(place: Installation, voters: list[Voter]) -> None:
    for voter in voters:
        assert not voter.wrong
        acknowledged = dict(voter.acknowledged)
        kept = voter.kept(place) if acknowledged else {}
        assert acknowledged.items() <= kept.items() <= dict(voter.sent).items()


def test_no_acknowledged_vote_is_lost(place: Installation) -> None:
    over = threading.Event()
    place.start(workers=2)
    voters = [Voter(place.address, number, over) for number in range(VOTERS)]
    threads = all_voters(voters)
    try:
        wait_until(place, f"SELECT ({ARRIVED}) >= 300 + {BEFORE}")
        kill_one_web_process_and_the_worker(place)
        assert sum(len(voter.acknowledged) for voter in voters) < VOTERS * STATEMENTS, "nobody was voting any more"
        check_kept(place, voters)
        place.start()
        for thread in threads:
            thread.join(timeout=60)
    finally:
        over.set()
    check_kept(place, voters)
    assert all(len(voter.kept(place)) == STATEMENTS for voter in voters)
    wait_until(place, f'SELECT (SELECT max("cast") FROM engage_tally) = ({ARRIVED})', every=let_a_minute_pass)
    tallied = place.rows("SELECT count(*), count(DISTINCT subject_id) FROM ledger_entry WHERE action = 'votes.tallied'")
    assert tallied == place.rows("SELECT count(*), count(*) FROM engage_tally")
    assert place.rows("SELECT votes, participants FROM engage_tally ORDER BY id DESC LIMIT 1") == place.rows(
        "SELECT count(*), count(DISTINCT participant_id) FROM engage_vote"
    )
    place.kill()
    assert place.minga("ledger", "verify").returncode == 0
