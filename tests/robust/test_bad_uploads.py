"""What people really send, through the upload page and the tool's command; formulas and HTML stay text."""

import csv
import gzip
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minga.design.models import Dataset
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.projects.actions import open_project
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.conftest import calls, lines

UPLOAD = "/projects/early-warnings/data/new/"
WHOLE = lines(calls()[:40])
BAD = {
    "empty": b"",
    "cut-off": gzip.compress(WHOLE)[:-40],
    "utf-16": WHOLE.decode().encode("utf-16"),
    "nested": b'{"ocid":' + b"[" * 20000 + b"]" * 20000 + b"}",
    "nested-list": b"[" * 100_000,
    "nested-line": b'{"ocid":"a","x":' + b"[" * 100_000 + b"\n{}",
    "bomb": gzip.compress(b" " * 60_000_000, 9),
    "one-line": b'{"ocid": "' + b"x" * 50_000_000 + b'"}',
    "page": b"<!doctype html><title>Not found</title>",
}


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.dario)
    return client


# A file as large as the long line is taken at once and read by the worker: tests/design.
@pytest.mark.parametrize("kind", sorted(BAD.keys() - {"one-line"}))
def test_a_bad_upload_is_explained_and_leaves_nothing(project: Project, cast: Cast, kind: str) -> None:
    before = Entry.objects.count()
    given = {"name": "Calls", "purpose": "Warnings", "file": SimpleUploadedFile("calls.jsonl", BAD[kind]), "once": kind}
    reply = signed_in(cast).post(UPLOAD, given)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "govuk-error-summary" in page
    assert "Traceback" not in page
    assert (Entry.objects.count(), Dataset.objects.count()) == (before, 0)


@pytest.mark.parametrize("kind", BAD)
def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(BAD[kind])
    command = [sys.executable, "-m", "minga", "redflags", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    counted = re.search(r"(\d+) rows in: (\d+) used .*?, (\d+) rejected, (\d+) failed", done.stderr)
    if counted:
        rows, *ended = map(int, counted.groups())
        assert rows == sum(ended)
        assert kind == "one-line" or "row 1, failed: not JSON" in done.stderr
    else:
        assert (done.returncode, done.stderr.count(".") > 0) == (1, True), done.stderr


def test_the_list_of_bad_rows_holds_no_formula(project: Project, cast: Cast) -> None:
    client = signed_in(cast)
    broken = b'{"ocid": "x", "=HYPERLINK(1)": 1, "=HYPERLINK(1)": 2}\n=1+1\n@SUM(A1)\n'
    file = SimpleUploadedFile("calls.jsonl", WHOLE + broken)
    client.post(UPLOAD, {"name": "=1+1", "purpose": "Warnings", "file": file, "once": "f"})
    dataset = Dataset.objects.get()
    assert dataset.rows_in == dataset.rows_used + dataset.rows_rejected + dataset.rows_failed == 43
    found = client.get(f"/projects/early-warnings/data/{dataset.pk}/problems.csv")
    cells = [cell for row in csv.reader(io.StringIO(found.getvalue().decode())) for cell in row]
    assert len(cells) > 6
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


HTML = "<img src=x onerror=alert(1)>\"'&lt;"


def test_html_in_what_people_write_is_text_on_every_page(cast: Cast) -> None:
    made = open_project(by(cast.lena), BODY, title=HTML, summary=HTML)
    client = Client()
    client.force_login(cast.lena)
    home = made.get_absolute_url()
    parts = (
        "",
        "contributions/",
        "contributions/new/",
        "ballots/",
        "decisions/",
        "data/",
        "criteria/",
        "record/",
        "ledger/",
    )
    shown = 0
    for path in ("/", "/projects/", *(home + part for part in parts)):
        reply = client.get(path, follow=True)
        assert reply.status_code in (200, 404), path
        page = reply.content.decode()
        assert "<img src=x" not in page, path
        shown += "&lt;img src=x" in page
    assert shown > 5
