"""The same installation on PostgreSQL: ledger, rooms, search, the whole demonstration, backup and restore."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inventory.test_import import system, us
from tests.ledger import test_two_writers as writers
from tests.robust import postgres
from tests.robust.serving import Installation


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as address:
        yield address


def on(server: str, name: str, home: Path, **settings: str) -> Installation:
    """A fresh database on the server, with Minga's tables in it."""
    made = empty(server, name, home, **settings)
    made.minga("migrate")
    return made


def empty(server: str, name: str, home: Path, **settings: str) -> Installation:
    create = (
        "import psycopg, sys; psycopg.connect(sys.argv[1], autocommit=True).execute(f'CREATE DATABASE {sys.argv[2]}')"
    )
    subprocess.run([sys.executable, "-c", create, server, name], check=True)
    home.mkdir(exist_ok=True)
    address = f"{server.rsplit('/', 1)[0]}/{name}"
    return Installation(home, {"MINGA_DATABASE": address, **settings})


SEALED = """
from minga.start import django
django()
from django.db import connection, transaction
from django.db.utils import DatabaseError
from minga.ledger import guard
from minga.ledger.action import BODY, By
from minga.ledger.models import Edge, Entry
from minga.people.actions import erase_person
from minga.people.models import Person
from minga.engage.actions import decide, submit
from minga.projects.actions import open_project
lead = Person.objects.create(username="lead", display_name="Lea", group="agency")
boss = Person.objects.create(username="boss", group="agency", body_role="appointer")
project = open_project(By(lead.actor, once="1"), BODY, title="Sealed", summary="Triggers")
assert open_project(By(lead.actor, once="1"), BODY, title="Sealed", summary="Triggers").pk == project.pk
given = submit(By(lead.actor), project, text="Words", group="agency")
decide(By(lead.actor), project, given, outcome="adopted", reason="It helps.")
print("edges", list(Edge.objects.filter(cause_kind="contribution").values_list("entry__action", flat=True)))
for statement in ("UPDATE ledger_entry SET payload = '{}'", "DELETE FROM ledger_entry"):
    try:
        with transaction.atomic(), guard.open_for_action(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        print("refused", "append-only" in str(error))
try:
    connection.cursor().execute("UPDATE projects_project SET title = 'x'")
except guard.WroteOutsideAction:
    print("guarded")
erase_person(By(boss.actor), BODY, person=lead)
print("erased", Entry.objects.filter(actor_key=lead.key).count())
"""


def test_the_ledger_is_sealed_guarded_and_erasable(server: str, tmp_path: Path) -> None:
    place = on(server, "sealed", tmp_path)
    assert place.python(SEALED).splitlines() == [
        "edges ['contribution.decided']", "refused True", "refused True", "guarded", "erased 0",
    ]  # fmt: skip
    assert "all as they were written" in place.minga("ledger", "verify").stdout
    assert len(place.minga("ledger", "export").stdout.splitlines()) == 4


def test_four_processes_keep_one_chain(server: str, tmp_path: Path) -> None:
    place = on(server, "writers", tmp_path)
    place.python(writers.OPEN)
    command = [sys.executable, "-c", writers.WRITE]
    beside = [
        subprocess.Popen([*command, f"w{number}", "15"], env=place.environment, stderr=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    assert [(each.communicate()[1], each.returncode) for each in beside] == [("", 0)] * 4
    assert place.python(writers.COUNT).split() == ["0", "60"]


SEARCH = """
from minga.start import django
django()
from minga.inventory.queries import search
for words in ("procurement fraud", "procuring", "zzz"):
    found = search(words)
    print(found.total, found.systems[0].name if found.systems else "")
"""


def test_inventories_are_imported_and_searched(server: str, tmp_path: Path) -> None:
    place = on(server, "search", tmp_path)
    names = ("Invoice sorter", "Fraud finder in public procurement", "Bus planner")
    rows = [system(name, str(number)) for number, name in enumerate(names)]
    (tmp_path / "register.csv").write_bytes(us(*rows))
    place.python(
        "from minga.start import django; django(); from minga.people.models import Person; "
        "Person.objects.create(username='bea', body_role='appointer')"
    )
    place.minga("inventory", "import", str(tmp_path / "register.csv"))
    assert place.python(SEARCH).splitlines() == ["1 Fraud finder in public procurement"] * 2 + ["0 "]


BROWSE = """
from minga.start import django
django()
from django.test import Client
from minga.projects.models import Project
from minga.design.models import Criterion
project, client = Project.objects.order_by("pk").first(), Client()
paths = ["/", "/projects/", project.get_absolute_url(), "/ledger/", Criterion.objects.first().get_absolute_url(),
         "/api/openapi.json"]
for room in ("contributions", "decisions", "ballots"):
    paths.append(f"{project.get_absolute_url()}{room}/")
for path in paths:
    print(client.get(path, headers={"host": "localhost"}).status_code, path)
"""


def test_the_demonstration_runs_and_comes_back_from_a_backup(server: str, tmp_path: Path) -> None:
    place = on(server, "story", tmp_path / "home", MINGA_DEMONSTRATION="1")
    place.minga("demo")
    assert {line.split()[0] for line in place.python(BROWSE).splitlines()} == {"200"}
    told = place.minga("ledger", "verify").stdout
    archive = tmp_path / "story.tar.gz"
    place.minga("backup", str(archive))
    again = empty(server, "again", tmp_path / "again", MINGA_DEMONSTRATION="1")
    assert "Restored and verified" in again.minga("restore", str(archive)).stdout
    assert again.minga("ledger", "verify").stdout == told
    assert {line.split()[0] for line in again.python(BROWSE).splitlines()} == {"200"}
    refused = again.minga("restore", str(archive), check=False)
    assert (refused.returncode, "a database here already" in refused.stderr) == (1, True)
