"""Whatever is typed or sent: an answer that says what to do, never an accident, never somebody's markup."""

from datetime import date
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minga.learning.actions import add_course, announce_event, ask_help, enter_expert, pass_course
from minga.ledger.action import BODY
from minga.projects.actions import make_task
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.learning.conftest import text_of

HOSTILE = ["\x00", "<script>alert(1)</script>", "9" * 60, "-1", "x" * 30_000, "\u202e=cmd()", "٣", "NaN"]
COURSE, PROJECT = "/learning/courses/small", "/projects/early-warnings"
FORMS = {
    f"{COURSE}/before/": ["q1", "q2", "skip"],
    f"{COURSE}/after/": ["q1", "q2", "q3"],
    "/learning/courses/designing_a_tool/canvas/": ["title", "summary", "need"],
    "/learning/people/me/": ["skills", "hours", "availability", "more"],
    "/learning/events/new/": ["kind", "title", "where", "starts", "course", "on_0", "on_1", "on_2"],
    "/learning/champions/": ["person", "unit"],
    "/gates/courses/": ["course", "step"],
    "/body/tasks/new/": ["title", "owner", "due_0"],
    f"{PROJECT}/skills/": ["skill", "reason"],
    f"{PROJECT}/skills/ask/": ["skills", "text", "hours", "until_0", "until_1", "until_2"],
    f"{PROJECT}/skills/agree/": ["giver", "learner", "what", "shown_by", "due_0", "due_1", "due_2"],
    f"{PROJECT}/tasks/new/": ["title", "owner", "due_0", "skills"],
}
PAGES = ["/glossary/?q={}", "/learning/people/?skill={}", "/tasks/?skill={}", "/learning/certificates/?code={}",
         "/learning/certificates/{}/", f"{COURSE}/pages/{{}}/", "/learning/events/{}/", "/tasks/{}/",
         "/learning/requests/{}/", f"{PROJECT}/skills/ask/?skill={{}}"]  # fmt: skip


@pytest.fixture
def forms(project: Project, cast: Cast, small: str) -> dict[str, list[str]]:
    """Every form of the room and of the board, with its fields."""
    enter_expert(by(cast.dario), BODY, skills=["data"])
    add_course(by(cast.bea), BODY, small, "small.toml")
    request = ask_help(by(cast.lena), project, skills=["data"], text="Read with us.")
    event = announce_event(
        by(cast.dario), BODY, kind="hackathon", title="Two days", where="Room 4", on=date(2026, 1, 2)
    )
    task = make_task(by(cast.lena), project, "Read it aloud", open_to_all=True)
    code = pass_course(by(cast.lena), BODY, "small", ["q1", "q2", "q3"]).code
    return FORMS | {
        f"/learning/certificates/{code}/name/": ["named"],
        f"/learning/requests/{request.pk}/answer/": ["said", "note", "hours", "outcome"],
        f"/learning/events/{event.pk}/join/": ["team"],
        f"/learning/events/{event.pk}/team/": ["name", "works_on"],
        f"/learning/events/{event.pk}/held/": ["came", "learnt"],
        f"/learning/events/{event.pk}/output/": ["title", "url", "team"],
        f"/tasks/{task.pk}/take/": [],
        f"/tasks/{task.pk}/done/": ["evidence", "evidence_url", "credit"],
        f"/tasks/{task.pk}/assign/": ["owner", "due_0", "due_1"],
        f"/tasks/{task.pk}/credit/": ["credit"],
    }


@pytest.mark.parametrize("who", ["", "lena", "bea"])
@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_that_is_sent_is_an_accident(forms: dict[str, list[str]], cast: Cast, who: str, value: str) -> None:
    client = Client(raise_request_exception=False)
    if who:
        client.force_login(getattr(cast, who))
    for address, names in forms.items():
        reply = client.post(address, dict.fromkeys(names, value))
        assert reply.status_code < 500, f"{address}: {reply.status_code}"
        assert "<script>alert" not in text_of(reply), address
    for address in PAGES:
        reply = client.get(address.format(quote(value[:2000])))
        assert reply.status_code < 500, f"{address}: {reply.status_code}"
        assert "<script>alert" not in text_of(reply), address


FILES = {
    "of another encoding": "é".encode("latin-1"),
    "in UTF-16": "id = 'x'".encode("utf-16"),
    "of zeros": b"\0" * 100,
    "of a spreadsheet": b"PK\x03\x04" + b"\0" * 50,
    "too large": b"a" * 1_500_000,
    "nested deeply": b"a = " + b"[" * 50_000,
    "empty": b"",
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_course_is_answered_with_what_to_do(client: Client, cast: Cast, kind: str) -> None:
    client.force_login(cast.bea)
    reply = client.post("/learning/add/", {"file": SimpleUploadedFile("course.toml", FILES[kind])})
    assert reply.status_code == 422
    assert "There is a problem" in text_of(reply)


def test_markup_in_a_course_stays_words(client: Client, cast: Cast, small: str) -> None:
    shouting = small.replace("Small", "<script>alert(1)</script>").replace(
        "Question 1?", "<img src=x onerror=alert(1)>"
    )
    add_course(by(cast.bea), BODY, shouting, "small.toml")
    for address in ("/learning/", f"{COURSE}/", f"{COURSE}/before/", f"{COURSE}/pages/1/"):
        told = text_of(client.get(address))
        assert "<script>alert" not in told
        assert "<img src=x" not in told
