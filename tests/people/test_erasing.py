"""Erasing a person: nothing of them is left, not even in the bytes of the database file, and the chains verify."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.robust.serving import Installation

LIVE = """
import sys
from minga.start import django
django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from minga.engage.actions import decide, submit
from minga.jobs import outbox
from minga.ledger.action import BODY, By
from minga.people.models import Person
from minga.projects.actions import grant_role, open_project
bea = Person.objects.create(username="bea", group="agency", body_role="appointer")
lena = Person.objects.create(username="lena", group="agency")
gone = Person.objects.create_user("zulema-login", email="zulema@home.example", password="a-long-pass-word-9",
                                  display_name="Zulema Ybarra", position="weaver of Areguá")
EmailAddress.objects.create(user=gone, email=gone.email, primary=True, verified=True)
Authenticator.objects.create(user=gone, type="totp", data={"secret": "x"})
client = Client(headers={"host": "localhost"})
client.post("/accounts/login/", {"login": "zulema-login", "password": "a-long-pass-word-9"})
project = open_project(By(lena.actor), BODY, title="Erased", summary="Somebody leaves.")
grant_role(By(lena.actor), project, person=gone, role="resident")
given = submit(By(gone.actor, once="1"), project, text="What I said stays.", email="ybarra@work.example")
decide(By(lena.actor), project, given, outcome="adopted", reason="It helps.")
outbox.send_due()
print(gone.key)
"""
ERASE = """
from minga.start import django
django()
from minga.ledger.action import BODY, By
from minga.people.actions import erase_person
from minga.people.models import Person
bea = Person.objects.get(username="bea")
erase_person(By(bea.actor), BODY, person=Person.objects.get(username="zulema-login"))
"""
STORY = """
import json
from minga.start import django
django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from minga.people.models import Person
from minga.portal.demonstration import cast
from minga.portal.demonstration.load import load
from minga.projects.models import GateDecision
from minga.register.models import RecordVersion
def make(part):
    return Person.objects.create_user(
        part.username, email=f"{part.username}@zq.example", password=cast.PASSWORD, group=part.group,
        display_name=f"{part.username.title()} Ybarrazq", position=f"weaver {part.username} zq", demonstration=True,
        body_role=cast.APPOINTER if part.role is None else "")
cast._make = make
load()
links = [link for link in Person._meta.get_fields(include_hidden=True) if link.auto_created and link.one_to_many]
referring = [link.field for link in links if not link.field.many_to_many]
for person in Person.objects.all():
    person.username = f"login-{person.username}-zq"
    person.save()
    Client(headers={"host": "localhost"}).post(
        "/accounts/login/", {"login": person.username, "password": cast.PASSWORD})
print(json.dumps({
    "people": [[p.key, p.username, p.display_name, p.position, p.email] for p in Person.objects.order_by("pk")],
    "dissent": [gate.dissent for gate in GateDecision.objects.all() if gate.dissent],
    "published": RecordVersion.objects.count(),
    "acted": sorted({field.model.__name__ for field in referring if
                     field.model.objects.exclude(**{field.name: None}).exists()})}))
"""
ERASE_ALL = """
from minga.start import django
django()
from minga.ledger.action import BODY, By
from minga.people.actions import erase_person
from minga.people.models import Person
bea = Person.objects.get(username="login-bea-zq")
for person in Person.objects.exclude(pk=bea.pk):
    erase_person(By(bea.actor), BODY, person=person)
erase_person(By(bea.actor), BODY, person=bea)
"""
PAGES = """
from minga.start import django
django()
from django.test import Client
from minga.projects.models import Project
for project in Project.objects.all():
    for address in ("", "steps/3/", "people/", "worth/", "oversight/", "appeals/"):
        page = Client(headers={"host": "localhost"}).get(f"/projects/{project.slug}/{address}")
        assert page.status_code == 200, page.content.decode()
        print(page.content.decode())
"""


def found(place: Installation, words: list[str]) -> set[str]:
    """Which words occur in any byte of the database and its journal."""
    raw = b"".join(path.read_bytes() for path in place.home.glob("minga.sqlite3*"))
    return {word for word in words if word.encode() in raw}


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    return Installation(tmp_path, {"MINGA_EMAIL_VERIFICATION": "none"})


def test_no_byte_of_a_person_is_left_and_the_chain_verifies(place: Installation) -> None:
    key = place.python(LIVE).strip()
    words = [key, "zulema", "Zulema", "Ybarra", "zulema@home.example", "weaver of Areguá"]
    assert found(place, words) == set(words)
    place.python(ERASE)
    # The second address was given for one answer only, and was forgotten when the answer was sent.
    assert found(place, [*words, "ybarra@work.example"]) == set()
    assert found(place, ["What I said stays."]) == {"What I said stays."}
    assert "all as they were written" in place.minga("ledger", "verify").stdout
    assert place.rows("SELECT count(*) FROM django_session") == [(0,)]
    assert place.rows("SELECT count(*) FROM mfa_authenticator") == [(0,)]


def in_cells(place: Installation, words: list[str]) -> set[str]:
    """Which words occur in which column of which table."""
    with sqlite3.connect(place.home / "minga.sqlite3") as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        hits = set()
        for table in tables:
            rows = database.execute(f'SELECT * FROM "{table}"')
            for row in rows:
                for column, cell in zip(rows.description, row, strict=True):
                    text = cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)
                    hits |= {f"{word} in {table}.{column[0]}" for word in words if word in text}
    return hits


def in_files(place: Installation, words: list[str]) -> set[str]:
    """Which words occur in any byte of any file of the installation."""
    raw = {path.name: path.read_bytes() for path in place.home.rglob("*") if path.is_file()}
    return {f"{word} in {name}" for word in words for name, content in raw.items() if word.encode() in content}


def test_nothing_is_left_of_people_who_did_everything(tmp_path: Path) -> None:
    """The whole cast of the example story is erased: those who objected, decided, signed, approved and published."""
    place = Installation(tmp_path, {"MINGA_DEMONSTRATION": "1"})
    told = json.loads(place.python(STORY).strip().splitlines()[-1])
    assert "Bruno Ybarrazq, weaver bruno zq: Small suppliers" in place.python(PAGES)
    words = [word for person in told["people"] for word in person]
    assert len(words) == len(set(words)) == 13 * 5
    assert {"Agreement", "Contest", "Criterion", "Decision", "Determination", "GateDecision"} <= set(told["acted"])
    assert told["dissent"]
    assert told["published"] == 4
    assert {hit.split(" in ")[0] for hit in in_cells(place, words)} == set(words)
    # A frozen document names nobody, also while they are there.
    assert {hit for hit in in_cells(place, words) if " in register_" in hit} == set()
    place.python(ERASE_ALL)
    assert in_cells(place, [*words, "Ybarrazq", "zq.example"]) == set()
    assert in_files(place, [*words, "Ybarrazq", "zq.example"]) == set()
    assert found(place, ["Small suppliers are not in the data"]) == {"Small suppliers are not in the data"}
    assert "all as they were written" in place.minga("ledger", "verify").stdout
    assert "Businesses: Small suppliers" in place.python(PAGES)
