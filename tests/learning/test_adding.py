"""A body adds a course of its own: checked, kept as it was given, taken like the others."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minga.learning import shelf
from minga.learning.actions import add_course
from minga.learning.api import list_courses, list_events, list_terms, list_understanding
from minga.learning.models import AddedCourse
from minga.ledger import guard
from minga.ledger.action import BODY
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from tests.conftest import Cast, by
from tests.learning.conftest import signed_in, text_of


def file(content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("small.toml", content.encode() if isinstance(content, str) else content)


def test_it_is_there_for_everybody_at_once(client: Client, cast: Cast, offices: Any, small: str) -> None:
    signed_in(client, cast.saul)
    reply = client.post("/learning/add/", {"file": file(small), "once": "a1"})
    assert reply.headers["Location"] == "/learning/courses/small/"
    assert "A course for tests." in text_of(Client().get("/learning/"))
    told = text_of(Client().get("/learning/courses/small/pages/1/"))
    assert 'href="/glossary/#calibration"' in told
    assert AddedCourse.objects.get().content == small


def test_a_new_version_takes_its_place(cast: Cast, small: str) -> None:
    add_course(by(cast.bea), BODY, small, "small.toml")
    with pytest.raises(Conflict, match="This version"):
        add_course(by(cast.bea), BODY, small, "small.toml")
    add_course(by(cast.bea), BODY, small.replace('version = "1"', 'version = "2"'), "small.toml")
    found = shelf.course("small")
    assert found is not None
    assert found.version == "2"
    assert shelf.courses()["small"].version == "2"


def test_a_course_that_was_fit_when_it_was_added_stays(client: Client, cast: Cast, small: str) -> None:
    stays = small.replace("[[calibration]]", "[[a_word_of_then]]")
    with guard.open_for_action():
        AddedCourse.objects.create(course="small", version="1", title="Small", content=stays, sha256="0" * 64)
    assert "a_word_of_then" in text_of(client.get("/learning/courses/small/pages/1/"))
    assert client.get("/learning/").status_code == 200


def test_a_shipped_course_is_not_replaced(cast: Cast, small: str) -> None:
    with pytest.raises(Conflict, match="comes with Minga"):
        add_course(by(cast.bea), BODY, small.replace('id = "small"', 'id = "what_is_ai"', 1), "small.toml")


def test_every_problem_is_listed_and_nothing_added(client: Client, cast: Cast, small: str) -> None:
    signed_in(client, cast.bea)
    broken = small.replace("pass_mark = 0.6", "pass_mark = 2").replace('page = "one"', 'page = "two"')
    reply = client.post("/learning/add/", {"file": file(broken), "once": "a1"})
    told = text_of(reply)
    assert reply.status_code == 422
    assert "pass_mark is 2" in told
    assert told.count("there is no page") >= 3
    assert client.post("/learning/add/", {"file": file(b"\xff\xfe\x00"), "once": "a2"}).status_code == 422
    assert client.post("/learning/add/", {"once": "a3"}).status_code == 422
    assert not AddedCourse.objects.exists()


def test_only_those_who_act_for_the_body_add(client: Client, cast: Cast, small: str) -> None:
    assert signed_in(client, cast.lena).get("/learning/add/").status_code == 403
    for person in (cast.lena, cast.rosa, None):
        with pytest.raises(NotAllowed):
            add_course(by(person), BODY, small, "small.toml")
    with pytest.raises(Invalid) as refusal:
        add_course(by(cast.bea), BODY, "no = ", "no.toml")
    assert "not valid TOML" in refusal.value.reasons[0]


def test_the_course_room_as_data(cast: Cast, small: str) -> None:
    add_course(by(cast.bea), BODY, small, "small.toml")
    rows = {row["id"]: row for row in list_courses(None)}  # type: ignore[arg-type]
    assert (rows["small"]["pages"], rows["small"]["questions"], rows["small"]["needed"]) == (1, 3, 2)
    assert "right" not in str(rows["small"])
    assert {row["people"] for row in list_understanding(None)} == {0}  # type: ignore[arg-type]
    assert list_events(None) == []  # type: ignore[arg-type]
    assert next(iter(list_terms(None, "drift"))).id == "drift"  # type: ignore[arg-type]
