"""Who asks about a record is never shown in public: no name, no address, on no page, feed, file or entry."""

from collections.abc import Iterator
from typing import Any

import pytest

from minga.jobs.models import Outbox
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid
from minga.projects.models import Project
from minga.register.actions import answer_question, ask, describe, follow, moderate_question, publish
from minga.register.exports import KEYS, make
from minga.register.models import RecordQuestion
from tests.conftest import Cast, by

SECRETS = ("Rosa", "rosa", "asker@example.org")


@pytest.fixture
def asked(project: Project, cast: Cast) -> RecordQuestion:
    """A resident who is signed in asks with an address; the question is shown and answered, and another is open."""
    describe(by(cast.dario), project, "limits", "It is not built yet.")
    publish(by(cast.lena), project)
    for text in ("Which law is it?", "Since when?"):
        made = ask(by(cast.rosa), project, "legal_basis", text, "asker@example.org")
        moderate_question(by(cast.mora), project, made, True)
    first = RecordQuestion.objects.order_by("pk")[0]
    return answer_question(by(cast.lena), project, first, "corrected", "Act 7.")


def _pages(project: Project) -> Iterator[str]:
    home = f"/projects/{project.slug}"
    yield from (f"{home}/record/{page}" for page in ("", "questions/", "fields/legal_basis/", "feed/", "versions/1/"))
    yield from (f"{home}/record.json", f"{home}/ledger/", f"/ledger/{project.slug}.jsonl", f"{home}/", "/records/")
    yield from ("/records/feed/", "/records.json", "/records.csv", f"/api/register/records/{project.slug}/questions")
    yield from (f"{home}/record/export/{key}/" for key in KEYS)


@pytest.mark.parametrize("visitor", ["", "bruno", "lena", "mora"])
def test_no_page_and_no_file_names_the_asker(visitor: str, asked: RecordQuestion, client: Any, cast: Cast) -> None:
    if visitor:
        client.force_login(getattr(cast, visitor))
    for page in _pages(asked.project):
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        if visitor:
            text = text.replace(getattr(cast, visitor).display_name, "")
        found = [secret for secret in SECRETS if secret in text]
        assert found == [], (page, found)


def test_the_thread_and_the_desk_of_those_who_answer_do_not_either(
    asked: RecordQuestion, client: Any, cast: Cast
) -> None:
    waiting = ask(by(cast.rosa), asked.project, "risks", "And the risks?", "asker@example.org")
    still_open = RecordQuestion.objects.get(text="Since when?")
    home = f"/projects/{asked.project.slug}/record/questions/"
    thread = client.get(f"/thread/record_question/{asked.pk}/")
    assert not [secret for secret in SECRETS if secret in thread.content.decode()]
    assert "And the risks?" not in client.get(f"/thread/record_question/{waiting.pk}/").content.decode()
    for person, page in ((cast.mora, f"{home}moderation/"), (cast.lena, f"{home}{still_open.pk}/")):
        client.force_login(person)
        answer = client.get(page)
        assert answer.status_code == 200
        assert not [secret for secret in SECRETS if secret in answer.content.decode()]


def test_exports_and_entries_do_not_either(asked: RecordQuestion, cast: Cast) -> None:
    for key in KEYS:
        text = make(asked.project, asked.project.record_versions.latest("number"), key).file().decode("utf-8-sig")
        assert not [secret for secret in SECRETS if secret in text], key
    for entry in Entry.objects.all():
        assert not [secret for secret in SECRETS if secret in f"{entry.payload} {entry.because} {entry.actor}"]


def test_the_address_is_erased_with_the_last_e_mail(asked: RecordQuestion, cast: Cast) -> None:
    """It stays in the outbox until it was sent, and nowhere else."""
    assert asked.email == ""
    assert [row.content["to"] for row in Outbox.objects.all()] == ["asker@example.org"] * 3
    still_open = RecordQuestion.objects.get(text="Since when?")
    assert still_open.email == "asker@example.org"
    other = ask(by(None), asked.project, "", "You fool.", "asker@example.org")
    moderate_question(by(cast.mora), asked.project, other, False, "It insults.")
    other.refresh_from_db()
    assert other.email == ""
    assert "It insults." in Outbox.objects.latest("pk").content["text"]


def test_following_does_not_tell_who_follows_already(asked: RecordQuestion, client: Any) -> None:
    page = f"/projects/{asked.project.slug}/record/follow/"
    follow(by(None), asked.project, "ana@example.org")
    answers = [
        client.post(page, {"email": one, "once": one}, follow=True) for one in ("ana@example.org", "b@example.org")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    for answer in answers:
        assert "We wrote to this address" in answer.content.decode()
        assert "ana@example.org" not in answer.content.decode()


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "bell\x07"])
def test_text_that_cannot_be_stored_is_refused_with_a_way_out(
    text: str, asked: RecordQuestion, client: Any, cast: Cast
) -> None:
    project, before = asked.project, RecordQuestion.objects.count()
    for attempt in (
        lambda: ask(by(None), project, "", text),
        lambda: describe(by(cast.lena), project, "risks", text),
        lambda: publish(by(cast.lena), project, note=text),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert refused.value.do
    posted = client.post(f"/api/register/records/{project.slug}/questions", {"text": text}, "application/json")
    assert posted.status_code == 422
    assert RecordQuestion.objects.count() == before


def test_line_ends_of_any_kind_are_kept_as_lines(asked: RecordQuestion, cast: Cast) -> None:
    assert (
        describe(by(cast.lena), asked.project, "risks", "one\r\ntwo\x0bthree\u2028four ").text
        == "one\ntwo\nthree\nfour"
    )
