"""SIGKILL at random moments: nothing that was acknowledged is lost or doubled, and no check stays open for ever."""

import random
import re
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.robust import slowtool
from tests.robust.serving import Installation

KILLS, CHECKS, SEED = 10, 12, 20261121
WRITERS, EACH = 3, 9

SET_UP = """
import sys
from pathlib import Path
from minga.start import django
django()
from minga.portal.cli.migrate import main as migrate
migrate([])
from minga.ledger.action import BODY, By
from minga.people.models import Person
from minga.projects.actions import grant_role, open_project
from minga.design.actions import import_dataset, propose_criterion, register_version, request_check
from tests.design.conftest import calls, lines
lena = Person.objects.create(username="lena", group="agency")
dario = Person.objects.create(username="dario", group="digital")
project = open_project(By(lena.actor), BODY, title="Killed", summary="Loses nothing.")
grant_role(By(lena.actor), project, person=dario, role="digital_team")
path = Path(sys.argv[1]) / "calls.jsonl"
path.write_bytes(lines(calls()))
data = import_dataset(By(dario.actor), project, source=path, name="Calls", purpose="Early warnings",
                      steward="Open data office", lawful_basis="Example")
criterion = propose_criterion(By(lena.actor), project, sentence="No sign fires on more than 20 %.",
                              metric="flag_share", comparison="le", bound="0.20", dataset=data)
for number in range(int(sys.argv[2])):
    version = register_version(By(dario.actor), project, tool="shortcalls", version=f"0.{number}",
                               settings=f"days = {number + 3}", change_note="Another limit")
    request_check(By(dario.actor), project, criterion, version)
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass
class Sent:
    """One contribution: its key, and what the server answered, once it did."""

    text: str
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    answer: str = ""


@dataclass
class Writer:
    """A visitor who sends contributions, by form or by API, until the server is gone."""

    address: str
    number: int
    by_form: bool
    stop: threading.Event
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.address, timeout=10)

    def work(self) -> None:
        try:
            page = self.client.get("/projects/killed/contributions/new/").text
            token = TOKEN.search(page)
            assert token, page
            self.token = token[1]
            while len(self.sent) < EACH and not self.stop.is_set():
                self.sent.append(Sent(f"Words {self.number}-{len(self.sent)}"))
                self.sent[-1].answer = self.send(self.sent[-1])
                time.sleep(0.05)
        except httpx.HTTPError:
            return

    def send(self, what: Sent) -> str:
        if self.by_form:
            given = {
                "text": what.text, "kind": "statement", "group": "residents", "language": "en", "once": what.key,
                "csrfmiddlewaretoken": self.token,
            }  # fmt: skip
            reply = self.client.post("/projects/killed/contributions/new/", data=given)
            assert reply.status_code == 302, reply.text
            return reply.headers["Location"]
        reply = self.client.post(
            "/api/engage/killed/contributions", json={"text": what.text}, headers={"Idempotency-Key": what.key}
        )
        assert reply.status_code == 201, reply.text
        return str(reply.json()["id"])


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    slowtool.install(tmp_path / "tools")
    settings = {"PYTHONPATH": str(tmp_path / "tools"), "MINGA_LEASE_SECONDS": "1", "MINGA_TOOLS": "shortcalls"}
    made = Installation(tmp_path / "home", settings)
    made.python(SET_UP, str(tmp_path), str(CHECKS))
    yield made
    made.kill()


def round_of(place: Installation, chance: random.Random, first: int) -> list[Writer]:
    """Start, let visitors write while the worker checks, and kill everything at some moment."""
    forget_limits(place)
    with place.verifying():
        place.start()
    stop = threading.Event()
    writers = [Writer(place.address, first + n, by_form=n == 0, stop=stop) for n in range(WRITERS)]
    threads = [threading.Thread(target=writer.work) for writer in writers]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.2, 1.3))
    place.kill()
    stop.set()
    for thread in threads:
        thread.join()
    return writers


def wait_for_checks(place: Installation) -> dict[str, int]:
    """How many checks ended in which state, once none is open."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        states = dict(place.rows("SELECT state, count(*) FROM design_check GROUP BY state"))
        if not states.keys() & {"queued", "running"}:
            return states
        time.sleep(0.2)
    tasks = place.rows("SELECT status, task_path, worker_ids, traceback FROM django_tasks_database_dbtaskresult")
    raise AssertionError(f"checks stayed open: {states}, tasks {tasks}")


def test_ten_kills_lose_nothing_and_double_nothing(place: Installation) -> None:
    chance, writers = random.Random(SEED), list[Writer]()
    interrupted = 0
    for _ in range(KILLS):
        writers += round_of(place, chance, len(writers))
        there = {text for (text,) in place.rows("SELECT text FROM engage_contribution")}
        assert {sent.text for writer in writers for sent in writer.sent if sent.answer} <= there
        interrupted += len(place.rows("SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status = 'RUNNING'"))
    assert interrupted, "no kill met a running check, so this run showed nothing about them"
    with place.verifying():
        place.start()
    send_all_again(place, writers)
    states = wait_for_checks(place)
    place.kill()
    assert sum(states.values()) == CHECKS
    assert set(states) <= {"passed", "failed", "not_enough", "broken"}
    finished = place.rows(
        "SELECT count(*), count(DISTINCT subject_id) FROM ledger_entry WHERE action = 'check.finished'"
    )
    assert finished == [(CHECKS, CHECKS)]
    assert place.rows(
        "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
    ) == [(0,)]
    assert place.minga("ledger", "verify").returncode == 0


def forget_limits(place: Installation) -> None:
    """The rate limit of public forms is tested elsewhere; here one address sends more than a person would."""
    shutil.rmtree(place.home / "cache", ignore_errors=True)


def send_all_again(place: Installation, writers: list[Writer]) -> None:
    """Every request sent once more under its key: the same answer, and in the end each text is there once."""
    for writer in writers:
        forget_limits(place)
        for sent in writer.sent:
            answer = writer.send(sent)
            assert answer == (sent.answer or answer)
    texts = [text for (text,) in place.rows("SELECT text FROM engage_contribution")]
    assert sorted(texts) == sorted(sent.text for writer in writers for sent in writer.sent)
    entries = place.rows("SELECT count(*) FROM ledger_entry WHERE action = 'contribution.submitted'")
    assert entries == [(len(texts),)]
