"""Questions about a record: asked by anybody, read by a moderator, answered in time, open for all to see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from minga.jobs.models import Outbox
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.register import queries
from minga.register.actions import answer_question, ask, describe, moderate_question, publish
from minga.register.canonical import of_project
from minga.register.models import RecordQuestion
from minga.register.rules import working_days_after
from tests.conftest import Cast, by


@pytest.fixture
def asked(project: Project, cast: Cast) -> RecordQuestion:
    describe(by(cast.dario), project, "limits", "It is not built yet.")
    publish(by(cast.lena), project)
    return ask(by(None), project, "legal_basis", "Which law is it?", "someone@example.org")


@pytest.fixture
def shown(asked: RecordQuestion, cast: Cast) -> RecordQuestion:
    return moderate_question(by(cast.mora), asked.project, asked, True)


def test_it_is_due_in_twenty_working_days(asked: RecordQuestion) -> None:
    friday = datetime(2026, 10, 2, 9, tzinfo=UTC)
    assert working_days_after(friday, 20) == datetime(2026, 10, 30, 9, tzinfo=UTC)
    assert working_days_after(friday, 1) == datetime(2026, 10, 5, 9, tzinfo=UTC)
    assert working_days_after(datetime(2026, 10, 3, 9, tzinfo=UTC), 1).weekday() == 0
    assert asked.due == working_days_after(asked.asked, 20)


def test_nobody_sees_it_before_a_moderator_has_read_it(asked: RecordQuestion, client: Any, cast: Cast) -> None:
    page = f"/projects/{asked.project.slug}/record/questions/"
    assert "Which law" not in client.get(page).content.decode()
    assert not asked.is_public
    with pytest.raises(NotAllowed):
        moderate_question(by(cast.lena), asked.project, asked, True)
    moderate_question(by(cast.mora), asked.project, asked, True)
    text = client.get(page).content.decode()
    assert "Which law is it?" in text
    assert "Open for 0 days" in text
    assert "someone@example.org" not in text
    with pytest.raises(Conflict):
        moderate_question(by(cast.mora), asked.project, asked, True)


def test_what_is_kept_back_is_told_to_its_author_only(asked: RecordQuestion, client: Any, cast: Cast) -> None:
    with pytest.raises(Invalid):
        moderate_question(by(cast.mora), asked.project, asked, False)
    moderate_question(by(cast.mora), asked.project, asked, False, "It names a neighbour.")
    assert "It names a neighbour." in client.get(f"/records/questions/{asked.token}/").content.decode()
    assert "Which law" not in client.get(f"/projects/{asked.project.slug}/record/questions/").content.decode()
    assert "It names a neighbour." in Outbox.objects.order_by("-pk")[0].content["text"]


def test_the_answer_reaches_the_asker_and_the_next_version(shown: RecordQuestion, client: Any, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        answer_question(by(cast.flor), shown.project, shown, "corrected", "Act 7.")
    with pytest.raises(Invalid):
        answer_question(by(cast.lena), shown.project, shown, "perhaps", "Act 7.")
    done = answer_question(by(cast.lena), shown.project, shown, "corrected", "Act 7. It was missing.")
    assert "Act 7." in client.get(f"/records/questions/{done.token}/").content.decode()
    mail = Outbox.objects.order_by("-pk")[0].content
    assert mail["to"] == "someone@example.org"
    assert f"/records/questions/{done.token}/" in mail["text"]
    describe(by(cast.lena), done.project, "legal_basis", "Act 7.")
    made = publish(by(cast.lena), done.project)
    done.refresh_from_db()
    assert done.led_to == made
    entry = Entry.objects.filter(action="record.published").latest("seq")
    assert Edge.objects.filter(entry=entry, cause_kind="record_question", cause_id=str(done.pk)).exists()
    with pytest.raises(Conflict):
        answer_question(by(cast.lena), done.project, done, "corrected", "Again.")


def test_a_record_that_was_right_needs_no_new_version(shown: RecordQuestion, cast: Cast) -> None:
    answer_question(by(cast.dario), shown.project, shown, "explained", "It says so already.")
    describe(by(cast.lena), shown.project, "benefits", "Time.")
    publish(by(cast.lena), shown.project)
    shown.refresh_from_db()
    assert shown.led_to is None


def test_late_is_public_and_waits_for_the_lead(shown: RecordQuestion, client: Any, cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=50)
    late = ask(by(None, happened=long_ago), shown.project, "", "Is it in use?")
    moderate_question(by(cast.mora), shown.project, late, True)
    figures = queries.question_figures(shown.project)
    assert (figures.asked, figures.waiting, figures.overdue, figures.longest) == (2, 2, 1, 50)
    page = client.get(f"/projects/{shown.project.slug}/record/").content.decode()
    assert "2 questions open" in page
    assert "1 overdue, the oldest open for 50 days" in page
    assert "A question is open for 0 days" not in page  # the record does not know the field that it is about
    rows = dict(queries.what_next(shown.project, cast.lena.actor))
    assert "Answer 2 questions about the record, 1 overdue" in rows
    assert not [text for text, _ in queries.what_next(shown.project, cast.flor.actor) if "question" in text]


def test_a_moderator_is_told_what_waits(asked: RecordQuestion, cast: Cast) -> None:
    rows = queries.what_next(asked.project, cast.mora.actor)
    page = f"/projects/{asked.project.slug}/record/questions/moderation/"
    assert ("Read 1 question about the record", page) in rows


def test_bad_questions_are_refused(project: Project) -> None:
    for field, text, email in (
        ("nothing", "Why?", ""),
        ("", " ", ""),
        ("", "x" * 3001, ""),
        ("", "Why?", "no address"),
    ):
        with pytest.raises(Invalid):
            ask(by(None), project, field, text, email)
    assert not RecordQuestion.objects.exists()


def test_the_pages_work_without_an_account(project: Project, client: Any) -> None:
    home = f"/projects/{project.slug}/record"
    assert "Ask about this record" in client.get(f"{home}/ask/?field=risks").content.decode()
    assert client.post(f"{home}/ask/", {"field": "risks", "text": "", "email": ""}).status_code == 422
    sent = client.post(f"{home}/ask/", {"field": "risks", "text": "Which?", "email": "", "once": "a"})
    assert sent.status_code == 302
    assert "You get an answer by" in client.get(sent.url).content.decode()
    assert client.get(f"{home}/questions/moderation/").status_code == 403
    assert client.get("/records/questions/none/").status_code == 404


def test_they_travel_with_the_record(shown: RecordQuestion, client: Any, cast: Cast) -> None:
    told = client.get(f"/projects/{shown.project.slug}/record.json").json()["questions"]
    assert [(row["field"], row["days_open"], row["state"]) for row in told] == [("legal_basis", 0, "open")]
    feedback = of_project(shown.project, queries.last_version(shown.project)).record_feedback
    assert feedback is not None
    assert feedback[0].question == {"en": "Which law is it?"}
    listed = client.get(f"/api/register/records/{shown.project.slug}/questions").json()
    assert [row["text"] for row in listed] == ["Which law is it?"]
    assert "email" not in str(listed)
