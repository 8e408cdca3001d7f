"""The same of a running installation: web server and worker as processes of their own, with a case, a check, a page."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.robust.serving import Installation

GUARD = '''
"""Loaded by every Python process of the installation: writes down whom it turns to, and lets nothing out."""
import os, socket, sys
LOCAL = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)
def tell(kind, host):
    with open(os.environ["MINGA_TEST_TRIED"], "a") as log:
        log.write(f"{kind} {host} {sys.argv[:3]}\\n")
def watch(name, place):
    original = getattr(socket.socket, name)
    def guarded(self, *given):
        address = given[place]
        host = address[0] if isinstance(address, tuple) else None
        if self.family != socket.AF_UNIX and host not in LOCAL:
            tell(name, host)
            raise OSError("no way out")
        return original(self, *given)
    setattr(socket.socket, name, guarded)
for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
    watch(name, place)
looked_up = socket.getaddrinfo
def no_names(host, *rest, **more):
    if host not in LOCAL:
        tell("getaddrinfo", host)
        raise OSError("no names")
    return looked_up(host, *rest, **more)
socket.getaddrinfo = no_names
with open(os.environ["MINGA_TEST_TRIED"] + ".guarded", "a") as log:
    log.write(f"{os.getpid()}\\n")
'''
SET_UP = """
from minga.start import django
django()
from minga.portal.cli.migrate import main as migrate
migrate([])
from minga.deliver.actions import open_service
from minga.deliver.models import StageChange
from minga.design import tasks
from minga.design.actions import create_release, request_check
from minga.ledger import guard
from minga.ledger.action import BODY
from minga.people.models import Person
from minga.projects.actions import grant_role, open_project
from tests.conftest import by
from tests.design.supplier import arrives, criterion, reports

class Cast:
    pass

cast = Cast()
roles = {"lena": "", "dario": "digital_team", "paz": "provider", "rosa": "resident", "ada": "approver"}
for name, role in roles.items():
    setattr(cast, name, Person.objects.create(username=name, group="agency"))
    if name == "lena":
        project = open_project(by(cast.lena), BODY, title="Quiet", summary="Turns to nobody.")
    else:
        grant_role(by(cast.lena), project, person=getattr(cast, name), role=role)
asked = criterion(cast, project, reports(cast, project))
version = arrives(cast, project, "1.1")
passed = request_check(by(cast.dario), project, asked, version)
assert tasks.run_check.call(passed.pk) == "passed"
release = create_release(by(cast.lena), project, version)
with guard.open_for_action():
    StageChange.objects.create(project=project, release=release, stage="100", reason="x")
fields = [{"name": name, "words": name, "needed": True, "shown_to_tool": True} for name in ("title", "text")]
outcomes = [{"code": "lighting", "words": "Lamp", "adverse": False}, {"code": "no", "words": "No", "adverse": True}]
service = open_service(
    by(cast.lena), project, name="Lamps", purpose="Lamps", lawful_basis="Statute 1", other_route="Call 100",
    tool="street-reports", fields=fields, outcomes=outcomes, form_open=True,
)
request_check(by(cast.dario), project, asked, version)
print(service.slug)
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    tried = {"MINGA_TEST_TRIED": str(tmp_path / "tried"), "PYTHONPATH": str(tmp_path / "guard")}
    made = Installation(tmp_path / "home", tried)
    made.home.mkdir()
    yield made
    made.kill()


def until(installation: Installation, sql: str, wanted: int) -> None:
    end = time.monotonic() + 60
    while installation.rows(sql)[0][0] != wanted:
        assert time.monotonic() < end, (installation.home / "server.log").read_text()
        time.sleep(0.2)


def test_a_check_a_case_and_a_page_turn_to_nobody(installation: Installation, tmp_path: Path) -> None:
    service = installation.python(SET_UP).splitlines()[-1]
    installation.start()
    with httpx.Client(base_url=installation.address, follow_redirects=True, timeout=20) as browser:
        address = f"/projects/quiet/services/{service}/hand-in/"
        token = TOKEN.search(browser.get(address).text)
        assert token
        given = {"title": "Street lamp out", "text": "It is dark.", "contact_name": "Rosa", "consent": "yes"}
        told = browser.post(address, data={"csrfmiddlewaretoken": token[1], **given})
        assert told.status_code == 200, told.text[-2000:]
        until(installation, "SELECT count(*) FROM deliver_case WHERE advice LIKE '%lighting%'", 1)
        until(installation, "SELECT count(*) FROM design_check WHERE state = 'passed'", 2)
        assert browser.get("/projects/quiet/checks/").status_code == 200
    assert len((tmp_path / "tried.guarded").read_text().splitlines()) >= 3, "set-up, web and worker were watched"
    assert not (tmp_path / "tried").exists(), (tmp_path / "tried").read_text()


def test_the_watch_would_have_seen_it(installation: Installation, tmp_path: Path) -> None:
    code = (
        "import socket\ntry:\n  socket.create_connection(('192.0.2.1', 80))\nexcept OSError as error:\n  print(error)"
    )
    assert installation.python(code).strip() in {"no names", "no way out"}
    assert "192.0.2.1" in (tmp_path / "tried").read_text()
