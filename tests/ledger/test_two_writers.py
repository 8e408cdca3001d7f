"""Processes that write to one chain at once never fork it."""

import os
import subprocess
import sys
from pathlib import Path

WRITERS, EACH = 4, 25

WRITE = """
import sys
from minga.start import django
django()
from minga.ledger.action import By
from minga.people.models import Person
from minga.projects.actions import explain_absence
from minga.projects.models import Project
project, lead = Project.objects.get(), Person.objects.get(username="lead")
for number in range(int(sys.argv[2])):
    explain_absence(By(lead.actor, once=f"{sys.argv[1]}-{number}"), project, phase="design", group="provider",
                    reason=f"{sys.argv[1]} {number}")
"""
OPEN = """
from minga.start import django
django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from minga.ledger.action import BODY, By
from minga.people.models import Person
from minga.projects.actions import open_project
lead = Person.objects.create(username="lead", group="agency")
open_project(By(lead.actor), BODY, title="Shared", summary="Two writers at once")
"""
COUNT = """
from minga.start import django
django()
from minga.ledger.models import Entry
from minga.ledger.queries import verify
found = verify()
print(len(found.faults), Entry.objects.filter(action="absence.explained").count())
"""


def python(code: str, home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {"MINGA_HOME": str(home), "MINGA_DATABASE": ""}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_four_processes_keep_one_chain(tmp_path: Path) -> None:
    assert python(OPEN, tmp_path).wait() == 0
    writers = [python(WRITE, tmp_path, f"w{number}", str(EACH)) for number in range(WRITERS)]
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [("", 0)] * WRITERS
    assert python(COUNT, tmp_path).communicate()[0].split() == ["0", str(WRITERS * EACH)]
