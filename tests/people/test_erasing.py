"""Erasing a person: nothing of them is left, not even in the bytes of the database file, and the chains verify."""

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
