"""A changed, missing or forged entry is named; outsiders reach the same result with the documented script."""

import json
import re
import subprocess
import sys
from pathlib import Path

from django.db import connection

from minga.ledger import guard, queries
from minga.ledger.action import BODY
from minga.ledger.models import Entry, Opening
from minga.people.actions import erase_person
from minga.projects.actions import agree_rule, explain_absence
from minga.projects.models import Project
from tests.conftest import Cast, by

DOCS = Path(__file__).parents[2] / "docs" / "ledger.md"


def tamper(sql: str) -> None:
    """Change the ledger as somebody could who has the database file."""
    with connection.cursor() as cursor, guard.open_for_action():
        for trigger in ("sealed", "kept"):
            cursor.execute(f"DROP TRIGGER ledger_entry_{trigger}")
        cursor.execute(sql)


def test_an_untouched_ledger_verifies(project: Project) -> None:
    found = queries.verify()
    assert (found.faults, found.entries) == ([], Entry.objects.count())


def test_a_changed_entry_is_named(project: Project) -> None:
    tamper('UPDATE ledger_entry SET payload = \'{"role":"lead"}\' WHERE seq = 4')
    assert [(fault.chain, fault.seq) for fault in queries.verify().faults] == [(project.chain, 4)]


def test_a_missing_entry_is_named(project: Project) -> None:
    tamper("DELETE FROM ledger_entry WHERE seq = 3")
    fault = queries.verify(project.chain).faults[0]
    assert (fault.seq, "entry 3 is missing" in fault.why) == (4, True)


def outsider(lines: list[dict]) -> subprocess.CompletedProcess[str]:
    script = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    assert len(script.splitlines()) <= 32
    text = "".join(json.dumps(line) + "\n" for line in lines)
    return subprocess.run([sys.executable, "-c", script], input=text, capture_output=True, text=True, check=False)


def test_the_documented_script_verifies_the_export(project: Project, cast: Cast) -> None:
    explain_absence(by(cast.lena), project, phase="design", group="provider", reason="Ningún proveedor respondió «aún»")
    lines = list(queries.export())
    assert outsider(lines).stdout == f"{len(lines)} entries, 0 bad\n"


def test_the_documented_script_finds_a_forgery(project: Project) -> None:
    lines = list(queries.export())
    lines[2]["payload"] = {"role": "lead"}
    assert outsider(lines).returncode == 1


def test_small_groups_are_not_told_apart_in_public(project: Project) -> None:
    assert not any("actor_key" in line for line in queries.export())
    assert all("actor_key" in line for line in queries.export(public=False))


def test_ten_members_may_be_told_apart(project: Project, cast: Cast) -> None:
    from minga.ledger.action import Actor
    from minga.people.models import Person
    from minga.projects.actions import give_position, grant_role

    for number in range(10):
        person = Person.objects.create(username=f"r{number}", group="residents")
        grant_role(by(cast.lena), project, person=person, role="resident", on_board=True)
        give_position(by(person), project, step=1, stand="agree")
    told = [line for line in queries.export() if "actor_key" in line]
    assert {line["group"] for line in told} == {"residents"}
    assert outsider(list(queries.export())).returncode == 0
    assert isinstance(cast.rosa.actor, Actor)


def test_erasing_a_person_leaves_the_chain_valid(project: Project, cast: Cast) -> None:
    key = cast.lena.key
    agree_rule(by(cast.lena), project, step=2, rule="lead")
    erase_person(by(cast.bea), BODY, person=cast.lena)
    assert queries.verify().faults == []
    assert not Entry.objects.filter(actor_key=key).exists()
    assert not Opening.objects.filter(person_key=key).exists()
    cast.lena.refresh_from_db()
    assert (cast.lena.name, cast.lena.is_active) == (f"erased-{cast.lena.pk}", False)
