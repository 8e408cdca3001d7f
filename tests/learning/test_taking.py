"""Taking a course: without an account, with one, and what is kept of it."""

from typing import Any

import pytest
from django.test import Client

from minga.learning.actions import pass_course
from minga.learning.models import Attempt, Certificate, Understanding
from minga.learning.queries import holds
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Invalid
from tests.conftest import Cast, by
from tests.learning.conftest import course, right_answers, signed_in, text_of, wrong_answers

C = "/learning/courses/what_is_ai"


def through(client: Client, id: str, before: dict[str, Any] | None, after: dict[str, Any]) -> Any:
    address = f"/learning/courses/{id}"
    assert client.post(f"{address}/before/", {"skip": "yes"} if before is None else before).status_code == 302
    reply = client.post(f"{address}/after/", {**after, "once": f"after-{id}"})
    assert reply.status_code == 302, text_of(reply)
    return client.get(reply.headers["Location"])


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_every_course_opens(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    index = text_of(client.get("/learning/"))
    for id in ("what_is_ai", "deciding_on_ai", "working_with_advice", "designing_a_tool", "buying_ai"):
        found = course(id)
        assert found.title[language] in index
        assert client.get(f"/learning/courses/{id}/").status_code == 200
        for number, page in enumerate(found.pages, start=1):
            reply = client.get(f"/learning/courses/{id}/pages/{number}/")
            assert page.title[language] in text_of(reply)
        assert found.questions[0].question.ask[language] in text_of(client.get(f"/learning/courses/{id}/after/"))
    assert client.get(f"{C}/pages/99/").status_code == 404
    assert client.get("/learning/courses/none/").status_code == 404


@pytest.mark.django_db
def test_a_visitor_learns_and_is_counted_without_a_person(client: Client) -> None:
    found = course("what_is_ai")
    reply = through(client, "what_is_ai", wrong_answers(found), right_answers(found))
    assert "Passed: 7 of 7 right" in text_of(reply)
    assert "Before the course you had 0 of 7 right." in text_of(reply)
    assert "Sign in to get a certificate" in text_of(reply)
    [row] = Understanding.objects.all()
    assert (row.before, row.after, row.of) == (0, 7, 7)
    assert not Certificate.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_second_try_is_not_counted_again(client: Client) -> None:
    found = course("what_is_ai")
    through(client, "what_is_ai", None, wrong_answers(found))
    client.post(f"{C}/after/", {**right_answers(found), "once": "again"})
    [row] = Understanding.objects.all()
    assert (row.before, row.after) == (None, 0)
    assert "Passed" in text_of(client.get(f"{C}/result/"))


@pytest.mark.django_db
def test_taking_it_again_is_not_counted_as_somebody_else(client: Client) -> None:
    found = course("what_is_ai")
    through(client, "what_is_ai", wrong_answers(found), right_answers(found))
    told = text_of(through(client, "what_is_ai", right_answers(found), right_answers(found)))
    assert "Before the course you had 7 of 7 right." in told
    [row] = Understanding.objects.all()
    assert (row.before, row.after) == (0, 7)


@pytest.mark.django_db
def test_what_one_knew_before_is_what_one_said_before_reading(client: Client) -> None:
    found = course("what_is_ai")
    client.post(f"{C}/before/", wrong_answers(found))
    client.get(f"{C}/pages/8/")
    through(client, "what_is_ai", right_answers(found), right_answers(found))
    [row] = Understanding.objects.all()
    assert (row.before, row.after) == (0, 7)
    late = Client()
    late.get(f"{C}/pages/3/")
    through(late, "what_is_ai", right_answers(found), right_answers(found))
    assert Understanding.objects.latest("pk").before is None


@pytest.mark.django_db
def test_every_question_needs_an_answer_at_the_end_only(client: Client) -> None:
    assert client.post(f"{C}/before/", {}).status_code == 302
    reply = client.post(f"{C}/after/", {"once": "none"})
    assert reply.status_code == 422
    assert "Choose one." in text_of(reply)
    assert "Choose at least one." in text_of(reply)
    assert client.get(f"{C}/result/").status_code == 302
    assert not Understanding.objects.exists()


@pytest.mark.django_db
def test_who_did_not_pass_is_sent_to_the_pages_and_not_told_the_answers(client: Client) -> None:
    found = course("what_is_ai")
    told = text_of(through(client, "what_is_ai", None, wrong_answers(found)))
    assert "Not yet: 0 of 7 right, 5 needed" in told
    assert f"{C}/pages/3/" in told
    assert "Right is:" not in told
    for asked in found.questions:
        assert asked.why["en"] not in told


@pytest.mark.django_db
def test_who_passed_is_told_what_was_right_and_why(client: Client) -> None:
    found = course("what_is_ai")
    sent = right_answers(found) | {"how_it_learns": "written"}
    told = text_of(through(client, "what_is_ai", None, sent))
    assert "Passed: 6 of 7 right" in told
    assert "Right is:" in told
    for asked in found.questions:
        assert asked.why["en"] in told
    assert f"{C}/pages/3/" in told


def test_a_certificate_for_whoever_passes(client: Client, cast: Cast) -> None:
    found = course("deciding_on_ai")
    through(signed_in(client, cast.lena), "deciding_on_ai", None, right_answers(found))
    [certificate] = Certificate.objects.all()
    assert (certificate.person, certificate.version, certificate.score) == (cast.lena, found.version, 8)
    entry = Entry.objects.get(action="course.passed")
    assert '"course":"deciding_on_ai"' in entry.payload
    assert '"score":8' in entry.payload
    assert entry.chain == "body"
    assert holds(cast.lena, "deciding_on_ai", certificate.passed)
    assert not holds(cast.ada, "deciding_on_ai", certificate.passed)


def test_the_same_form_twice_gives_one_certificate(client: Client, cast: Cast) -> None:
    found = course("buying_ai")
    signed_in(client, cast.lena)
    for _time in range(2):
        client.post("/learning/courses/buying_ai/after/", {**right_answers(found), "once": "same"})
    assert Certificate.objects.count() == 1


def test_who_does_not_pass_is_not_told_of_in_public(client: Client, cast: Cast) -> None:
    found = course("deciding_on_ai")
    through(signed_in(client, cast.lena), "deciding_on_ai", None, wrong_answers(found))
    [attempt] = Attempt.objects.all()
    assert not attempt.is_public
    entry = Entry.objects.get(action="course.failed")
    assert "score" not in entry.payload
    assert not Certificate.objects.exists()


def test_a_pass_before_signing_in_can_be_kept_afterwards(client: Client, cast: Cast) -> None:
    found = course("what_is_ai")
    through(client, "what_is_ai", None, right_answers(found))
    signed_in(client, cast.rosa)
    assert "Get the certificate" in text_of(client.get(f"{C}/result/"))
    reply = client.post(f"{C}/certificate/", {"once": "keep"})
    assert Certificate.objects.get().get_absolute_url() == reply.headers["Location"]
    client.post(f"{C}/certificate/", {"once": "keep-2"})
    assert Certificate.objects.count() == 1


def test_a_certificate_cannot_be_had_without_passing(client: Client, cast: Cast) -> None:
    signed_in(client, cast.lena)
    assert client.post(f"{C}/certificate/", {"once": "n"}).status_code == 409
    with pytest.raises(Blocked, match="pass mark"):
        pass_course(by(cast.lena), BODY, "what_is_ai", ["how_it_learns", "made_up", "made_up_2", "x", "y", "z"])
    with pytest.raises(Invalid, match="no such course"):
        pass_course(by(cast.lena), BODY, "none", [])


@pytest.mark.django_db
def test_a_course_ends_in_a_draft_that_starts_a_project(client: Client) -> None:
    address = "/learning/courses/designing_a_tool"
    assert client.get(f"{address}/draft/").status_code == 302
    assert client.post(f"{address}/canvas/", {"title": ""}).status_code == 422
    sent = {"title": "Faster permits", "need": "Families wait.", "summary": "Sorts letters; decides nothing."}
    reply = client.post(f"{address}/canvas/", sent)
    assert reply.headers["Location"] == f"{address}/draft/"
    told = text_of(client.get(f"{address}/draft/"))
    assert all(words in told for words in sent.values())
    assert client.session["draft_project"]["need"] == "Families wait."
    assert client.get(f"{C}/canvas/").status_code == 404
    assert client.post(f"{address}/canvas/", {**sent, "title": "x" * 121}).status_code == 422


def test_the_draft_stands_in_the_forms_of_the_new_project(client: Client, cast: Cast) -> None:
    sent = {"title": "Faster permits", "need": "Families wait eleven weeks.", "summary": "Sorts; decides nothing."}
    client.post("/learning/courses/designing_a_tool/canvas/", sent)
    signed_in(client, cast.nadie)
    told = text_of(client.get("/projects/new/"))
    assert 'value="Faster permits"' in told
    assert "Sorts; decides nothing." in told
    reply = client.post("/projects/new/", {**sent, "once": "open"})
    assert reply.headers["Location"] == "/projects/faster-permits/steps/1/"
    assert "Families wait eleven weeks." in text_of(client.get("/projects/faster-permits/need/state/"))
    assert 'value="Faster permits"' not in text_of(client.get("/projects/new/"))
