"""Away from the screen: a page to print, a spreadsheet out and back in, with a preview before anything is saved."""

import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from minga.instruments import queries
from minga.instruments.actions import add_set, answer, choose_set, drop_set
from minga.instruments.files import SetFile
from minga.instruments.workbook import ANSWER, ANSWERS
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.projects.models import Project
from tests.conftest import Cast, by

P = "/projects/early-warnings/questions/"
FORM = {
    "title": "Small assessment",
    "pages": [{"name": "page1", "title": "One", "elements": [
        {"type": "text", "name": "who", "title": "Who?"},
        {"type": "radiogroup", "name": "what", "title": "What?", "choices": ["item1", "item2"]}]}],
}  # fmt: skip


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


@pytest.fixture
def flor(client: Client, project: Project, cast: Cast) -> Client:
    answer(by(cast.lena), project, "problem", {"statement": "Calls close too soon."})
    client.force_login(cast.flor)
    return client


def sheet_of(client: Client) -> Any:
    reply = client.get(f"{P}problem/answers.xlsx")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="problem-1.0.xlsx"'
    return load_workbook(io.BytesIO(reply.content))


def write(book: Any, question: str, words: str) -> SimpleUploadedFile:
    """The workbook with another answer to one question."""
    page = book[ANSWERS]
    row = next(row for row in range(2, page.max_row + 1) if page.cell(row, 1).value == question)
    page.cell(row, ANSWER + 1).value = words
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("filled.xlsx", kept.getvalue())


def sent_in(page: str) -> str:
    found = re.search(r'name="sent" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_filled_sheet_is_shown_first_and_saved_after(flor: Client, project: Project) -> None:
    before = Entry.objects.count()
    page = text_of(flor.post(f"{P}problem/offline/", {"file": write(sheet_of(flor), "affected", "Small firms")}))
    assert "The file would change 1 answer" in page
    assert "Small firms" in page
    assert re.search(r"\d+ rows came in: \d+ used, 0 rejected, 0 failed", page)
    assert Entry.objects.count() == before
    reply = flor.post(f"{P}problem/take-over/", {"sent": sent_in(page), "once": "t1"})
    assert reply.headers["Location"] == f"{P}problem/"
    now = queries.values(queries.current(project, "problem"))
    assert now == {"statement": "Calls close too soon.", "affected": "Small firms"}


@pytest.mark.parametrize(("choice", "kept"), [("here", "Theirs"), ("file", "Mine")])
def test_where_somebody_answered_meanwhile_one_chooses(
    flor: Client, project: Project, cast: Cast, choice: str, kept: str
) -> None:
    mine = write(sheet_of(flor), "statement", "Mine")
    answer(by(cast.lena), project, "problem", {"statement": "Theirs"})
    page = text_of(flor.post(f"{P}problem/offline/", {"file": mine}))
    assert "1 answer was changed here in the meantime" in page
    assert "Keep what Lena wrote: Theirs" in page
    form = {"sent": sent_in(page), "keep__statement": choice, "once": f"t{choice}"}
    assert flor.post(f"{P}problem/take-over/", form).status_code == 302
    assert queries.values(queries.current(project, "problem"))["statement"] == kept


def test_what_cannot_be_read_is_said_and_nothing_is_saved(flor: Client) -> None:
    before = Entry.objects.count()
    for content in (b"", b"not a workbook", b"PK\x03\x04 broken", b"{}"):
        reply = flor.post(f"{P}problem/offline/", {"file": SimpleUploadedFile("a.xlsx", content)})
        assert reply.status_code == 422
        assert "govuk-error-summary" in text_of(reply)
    assert Entry.objects.count() == before


@pytest.mark.parametrize("sent", ["", "abc", "abc:def:ghi"])
def test_a_preview_that_was_tampered_with_saves_nothing(flor: Client, sent: str) -> None:
    before = Entry.objects.count()
    reply = flor.post(f"{P}problem/take-over/", {"sent": sent, "once": "x"})
    assert reply.headers["Location"] == f"{P}problem/offline/"
    assert Entry.objects.count() == before


def test_a_saved_file_of_the_publishers_tool_comes_in_and_goes_out(
    client: Client, project: Project, cast: Cast
) -> None:
    add_set(by(cast.bea), BODY, SetFile("small.json", json.dumps(FORM).encode()), "small", "1.0")
    choose_set(by(cast.lena), project, "small")
    client.force_login(cast.flor)
    saved = {"version": "1.0", "currentPage": 0, "data": {"who": "Us", "what": "item2"}, "translationsOnResult": {}}
    file = SimpleUploadedFile("saved.json", json.dumps(saved).encode())
    page = text_of(client.post(f"{P}small/offline/", {"file": file}))
    assert "The file would change 2 answers" in page
    client.post(f"{P}small/take-over/", {"sent": sent_in(page), "once": "s1"})
    assert queries.values(queries.current(project, "small")) == {"who": "Us", "what": "item2"}
    assert json.loads(client.get(f"{P}small/saved.json").content)["data"] == saved["data"]
    assert client.get(f"{P}problem/saved.json").status_code == 404


HOSTILE = {
    "a number of 400 digits": (b'{"data": {"many": ' + b"9" * 400 + b"}}", "9999…” is none"),
    "half a character": (b'{"data": {"who": "\\ud800"}}', "which no text can have"),
    "NUL": (b'{"data": {"who": "a\\u0000b"}}', "which no text can have"),
    "too deep": (b'{"data": {"who": ' + b"[" * 900 + b"]" * 900 + b"}}", "nested too deeply"),
    "UTF-16": (json.dumps({"data": {"who": "Us"}}).encode("utf-16"), "not UTF-8"),
    "a part of the wrong kind": (b'{"data": {"list": [{"q": {"deep": [1]}}]}}', "1 rejected"),
    "an entry too deep in an answer without a question": (b'{"data": {"x": {"y": [1]}}}', "would change 1 answer"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_saved_files_are_told_what_is_wrong_and_the_rest_is_taken(
    client: Client, project: Project, cast: Cast, case: str
) -> None:
    more: list[dict[str, Any]] = [
        {"type": "text", "name": "many", "inputType": "number"},
        {"type": "paneldynamic", "name": "list", "templateElements": [{"type": "text", "name": "q"}]},
    ]
    asked = {"title": "Hostile", "pages": [{"name": "p", "elements": [*FORM["pages"][0]["elements"], *more]}]}  # type: ignore[index]
    add_set(by(cast.bea), BODY, SetFile("small.json", json.dumps(asked).encode()), "small", "1.0")
    choose_set(by(cast.lena), project, "small")
    client.force_login(cast.flor)
    content, words = HOSTILE[case]
    reply = client.post(f"{P}small/offline/", {"file": SimpleUploadedFile("saved.json", content)})
    page = text_of(reply)
    assert words in page
    if 'name="sent"' in page and 'name="sent" value=""' not in page:
        assert client.post(f"{P}small/take-over/", {"sent": sent_in(page), "once": case[:5]}).status_code == 302
    for name in ("", "answers/", "answers.xlsx", "saved.json", "sections/p/"):
        assert client.get(f"{P}small/{name}").status_code == 200


def test_a_saved_file_with_a_byte_order_mark_is_read(client: Client, project: Project, cast: Cast) -> None:
    add_set(by(cast.bea), BODY, SetFile("small.json", json.dumps(FORM).encode()), "small", "1.0")
    choose_set(by(cast.lena), project, "small")
    client.force_login(cast.flor)
    file = SimpleUploadedFile("saved.json", b"\xef\xbb\xbf" + json.dumps({"data": {"who": "Us"}}).encode())
    assert "would change 1 answer" in text_of(client.post(f"{P}small/offline/", {"file": file}))


def test_a_file_that_is_too_large_is_refused_by_its_size(flor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minga.projects.questions.forms.LARGEST", 1_000_000)
    file = SimpleUploadedFile("a.xlsx", bytes(2_000_000))
    monkeypatch.setattr("minga.projects.questions.views.offline.read_any", None)
    reply = flor.post(f"{P}problem/offline/", {"file": file})
    assert reply.status_code == 422
    assert "This file has 2 megabytes; at most 1 are read." in text_of(reply)


def test_a_preview_of_a_set_that_was_dropped_meanwhile_saves_nothing(
    client: Client, project: Project, cast: Cast
) -> None:
    add_set(by(cast.bea), BODY, SetFile("small.json", json.dumps(FORM).encode()), "small", "1.0")
    row = choose_set(by(cast.lena), project, "small")
    answer(by(cast.lena), project, "small", {"what": "item1"})
    client.force_login(cast.flor)
    file = SimpleUploadedFile("saved.json", json.dumps({"data": {"who": "Us"}}).encode())
    page = text_of(client.post(f"{P}small/offline/", {"file": file}))
    drop_set(by(cast.lena), project, row)
    assert client.post(f"{P}small/take-over/", {"sent": sent_in(page), "once": "d1"}).status_code == 404
    assert "who" not in queries.current(project, "small")


def test_paper_has_every_question_and_room_to_write(flor: Client, project: Project) -> None:
    page = text_of(flor.get(f"{P}problem/print/"))
    for question in queries.filled(project, "problem").definition.questions.values():
        assert question.ask["en"].replace("'", "&#x27;") in page
    assert "write-line" in page


@pytest.mark.parametrize("name", [None, "remi", "nadie"])
def test_files_are_for_those_who_take_part(client: Client, project: Project, cast: Cast, name: str | None) -> None:
    if name:
        client.force_login(getattr(cast, name))
    assert client.get(f"{P}problem/offline/").status_code == 403
    assert client.post(f"{P}problem/take-over/", {"sent": "x", "once": "n"}).status_code == 403
