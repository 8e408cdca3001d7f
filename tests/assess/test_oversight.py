"""The overseer demands, the body answers in public and in time, and an auditor's questions lead to evidence."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from minga.assess import oversight
from minga.assess.actions import answer_demand, demand
from minga.assess.models import Demand
from minga.commission.actions import state_need
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by


def _soon(days: int = 7) -> object:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def asked(project: Project, cast: Cast) -> Demand:
    return demand(by(cast.olga), project, "Why does district 4 wait longer?", _soon())  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["lena", "flor", "rosa"])
def test_only_the_overseer_demands(project: Project, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        demand(by(getattr(cast, name)), project, "Why?", _soon())  # type: ignore[arg-type]


@pytest.mark.parametrize("days", [0, -1])
def test_the_day_lies_ahead(project: Project, cast: Cast, days: int) -> None:
    with pytest.raises(Invalid):
        demand(by(cast.olga), project, "Why?", _soon(days))  # type: ignore[arg-type]


def test_question_and_answer_are_public(project: Project, cast: Cast, asked: Demand, client: Client) -> None:
    answer_demand(by(cast.lena), project, asked, "Two people left the team.")
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "Why does district 4 wait longer?" in page
    assert "Two people left the team." in page
    assert "Answered in time" in page


def test_an_answer_stands(project: Project, cast: Cast, asked: Demand) -> None:
    answer_demand(by(cast.lena), project, asked, "Two people left the team.")
    with pytest.raises(Conflict):
        answer_demand(by(cast.lena), project, asked, "No, three.")


def test_late_is_shown_as_late(project: Project, cast: Cast, client: Client) -> None:
    past = by(cast.olga, happened=timezone.now() - timedelta(days=9))
    late = demand(past, project, "Why?", _soon(-2))  # type: ignore[arg-type]
    assert late.is_overdue()
    assert "Overdue since" in client.get(f"/projects/{project.slug}/oversight/").content.decode()
    answer_demand(by(cast.lena), project, late, "Because.")
    assert "due on" in client.get(late.get_absolute_url()).content.decode()


def test_the_lead_answers_on_the_page(project: Project, cast: Cast, asked: Demand, client: Client) -> None:
    client.force_login(cast.lena)
    client.post(asked.get_absolute_url(), {"answer": "Two people left.", "once": "a"})
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Two people left.", cast.lena)
    client.force_login(cast.flor)
    assert client.post(asked.get_absolute_url(), {"answer": "No.", "once": "b"}).status_code == 403


def test_an_auditors_questions_lead_to_evidence_or_say_that_there_is_none(project: Project, cast: Cast) -> None:
    state_need(by(cast.rosa), project, "Letters are not read.", [{"kind": "text", "content": "I waited."}])
    found = {row.ask: row for _title, part in oversight.questions(project) for row in part}
    assert found["Why is a tool needed, and who said so?"].entries == 1
    assert found["Why is a tool needed, and who said so?"].last is not None
    assert found["Was the stop switch tried?"].entries == 0
    assert found["Was the stop switch tried?"].last is None


def test_it_asks_the_database_once(project: Project, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        oversight.questions(project)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["olga", "lena", None])
def test_pages_in_both_languages(
    project: Project, cast: Cast, asked: Demand, client: Client, language: str, name: str | None
) -> None:
    if name:
        client.force_login(getattr(cast, name))
    for path in (f"/projects/{project.slug}/oversight/", asked.get_absolute_url()):
        page = client.get(path, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()
