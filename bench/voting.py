"""500 people vote at once: no failed request, no lost vote, and what a vote costs against a bare one-row insert.

Two web workers and the task worker run as in service. Bars: no failed request; every acknowledged vote in the
database; CPU per vote at most 3 times a bare one-row-insert view of the same stack. On SQLite, then on PostgreSQL.
"""

import asyncio
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from tests.robust.postgres import server as postgres  # noqa: E402
from tests.robust.serving import Installation, alive_in  # noqa: E402

VOTERS, STATEMENTS, ROUNDS, EACH = 500, 25, 3, 1500
CHOICES = ("agree", "disagree", "pass", "unclear")
TICK = os.sysconf("SC_CLK_TCK")
SET_UP = """
from minga.start import django
django()
from minga.portal.cli.migrate import main as migrate
migrate([])
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE django_bench (id bigint PRIMARY KEY, words text)")
from minga.ledger.action import BODY, By
from minga.people.models import Person
from minga.projects.actions import open_project
from minga.engage.actions import open_conversation
lena = Person.objects.create(username="lena", group="agency")
project = open_project(By(lena.actor), BODY, title="Load", summary="Many people vote.")
made = open_conversation(By(lena.actor), project, title="Load", seeds=[f"Statement number {n}." for n in range(%d)])
print(made.pk)
"""
COUNT = """
from minga.start import django
django()
from minga.engage.models import Participant, Vote
from minga.ledger.models import Entry
votes = Entry.objects.filter(action="votes.tallied").count()
print(Vote.objects.count(), Participant.objects.count(), Entry.objects.count(), votes)
"""
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass
class Client:
    """One connection that is kept open, and the cookies it was given. HTTP/1.1, bodies with a known length."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = urlencode(form or {}).encode()
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if form is not None:
            head.append("Content-Type: application/x-www-form-urlencoded")
        self.writer.write("\r\n".join([*head, "", ""]).encode() + body)
        return await self._answer()

    async def _answer(self) -> tuple[int, dict[str, str], str]:
        assert self.reader is not None
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers: dict[str, str] = {}
        for name, value in (line.split(": ", 1) for line in lines):
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
            headers[name.lower()] = value
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(first.split()[1]), headers, body.decode()

    def close(self) -> None:
        if self.writer:
            self.writer.close()


def form_of(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


@dataclass
class Outcome:
    votes: int = 0
    failed: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


async def voter(port: int, path: str, number: int, outcome: Outcome) -> None:
    """One person: opens the page, answers each statement, follows where the answer leads."""
    client, chance = Client(port), random.Random(number)
    try:
        status, _, page = await client.ask("GET", path)
        for _ in range(STATEMENTS):
            if status != 200:
                outcome.failed.append(f"page {status}")
                return
            start = time.monotonic()
            status, headers, page = await client.ask("POST", path, {**form_of(page), "vote": chance.choice(CHOICES)})
            if status == 302:
                outcome.votes += 1
                status, _, page = await client.ask("GET", headers["location"].split("#")[0])
            elif status == 200:
                outcome.votes += 1
            outcome.waits.append(time.monotonic() - start)
    except (OSError, asyncio.IncompleteReadError) as error:
        outcome.failed.append(repr(error))
    finally:
        client.close()


async def crowd(port: int, path: str) -> Outcome:
    outcome = Outcome()
    await asyncio.gather(*(voter(port, path, number, outcome) for number in range(VOTERS)))
    return outcome


async def posts(port: int, path: str, page_path: str, many: int) -> None:
    """``many`` votes (or bare inserts) one after another on four connections; every one must be taken."""

    async def one(number: int) -> None:
        client = Client(port)
        _, _, page = await client.ask("GET", page_path)
        form = form_of(page)
        for turn in range(many // 4):
            status, _, _ = await client.ask("POST", path, {**form, "vote": CHOICES[turn % 3]})
            assert status in {200, 204, 302}, status
        client.close()

    await asyncio.gather(*(one(number) for number in range(4)))


def server_cpu(place: Installation) -> float:
    """CPU seconds of the web processes so far; the task worker is left out."""
    total = 0
    for pid in alive_in(place.sessions):
        if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def cost(place: Installation, path: str, page_path: str) -> float:
    """CPU milliseconds of the server for one POST, the page before it left out."""
    asyncio.run(posts(place.port, path, page_path, EACH // 5))
    start = server_cpu(place)
    asyncio.run(posts(place.port, path, page_path, EACH))
    return (server_cpu(place) - start) / EACH * 1000


@contextmanager
def running(home: Path, database: str) -> Iterator[tuple[Installation, str]]:
    settings = {
        "MINGA_DATABASE": database, "MINGA_STATIC": str(home / "static"), "DJANGO_SETTINGS_MODULE": "parts.bare",
        "PYTHONPATH": str(Path(__file__).parent),
    }  # fmt: skip
    place = Installation(home, settings)
    home.mkdir(parents=True, exist_ok=True)
    number = place.python(SET_UP % STATEMENTS).split()[-1]
    place.start(workers=2)
    try:
        yield place, f"/conversations/{number}/vote/"
    finally:
        place.kill()


def measure(name: str, home: Path, database: str) -> None:
    print(f"\n{name}: {VOTERS} people, {STATEMENTS} statements each, 2 web workers")
    with running(home, database) as (place, path):
        start, before = time.monotonic(), server_cpu(place)
        outcome = asyncio.run(crowd(place.port, path))
        seconds, spent = time.monotonic() - start, server_cpu(place) - before
        votes, people, entries, tallied = map(int, place.python(COUNT).split())
        waits = sorted(outcome.waits)
        p95 = waits[int(len(waits) * 0.95)] if waits else float("nan")
        print(f"  acknowledged {outcome.votes:,}, in the database {votes:,} of {people} people")
        print(f"  failed requests {len(outcome.failed)} {outcome.failed[:3] or ''}")
        rate = f"{outcome.votes / seconds:,.0f} votes/s with the next page"
        print(f"  {rate}; p50 {statistics.median(waits):.2f} s, p95 {p95:.2f} s")
        print(f"  {spent / max(1, outcome.votes) * 1000:.2f} CPU-ms a vote with the page that follows")
        print(f"  ledger entries in all {entries}, of them tallies {tallied}")
        pairs = [(cost(place, "/bare/", "/bare/"), cost(place, path, path)) for _ in range(ROUNDS)]
        bare, vote = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(high / low for low, high in pairs)
        print(f"  bare one-row insert {bare:.2f} CPU-ms, vote {vote:.2f} CPU-ms: {ratio:.2f} times (bar 3)")
        lost = outcome.votes != votes or outcome.failed
        print("  LOST OR FAILED" if lost else "  nothing lost, nothing failed")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="minga-bench-") as folder:
        measure("SQLite", Path(folder) / "sqlite", "")
        try:
            with postgres() as address:
                measure("PostgreSQL", Path(folder) / "postgres", address)
        except BaseException as error:
            if type(error).__name__ != "Skipped":
                raise
            print(f"\nPostgreSQL: {error}")


if __name__ == "__main__":
    main()
