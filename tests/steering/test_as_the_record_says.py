"""What the body says of a tool is what the tool's record says, and tasks of the body are not late in silence."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.design.models import ToolVersion
from minga.ledger import guard
from minga.ledger.action import BODY
from minga.projects.actions import finish_task, make_task
from minga.projects.models import Project, Task
from minga.projects.roles import Role
from minga.register.collect.system import kind
from minga.steering import portfolio, showing, yearly
from minga.steering.actions import call_meeting, decide, open_group, write_minutes
from minga.steering.counting import Counts
from minga.steering.models import GroupMeeting
from tests.conftest import Cast, by
from tests.design.tool import CARD

TODAY = timezone.localdate()


@pytest.fixture
def registered(project: Project) -> Project:
    """A project that was opened as something else than what the card of its tool says."""
    project.oecd_task, project.oecd_function = "reasoning-with-knowledge-structures", "service-delivery"
    with guard.open_for_action():
        project.save(update_fields=["oecd_task", "oecd_function"])
        ToolVersion.objects.create(project=project, tool="shortcalls", version="1", card=asdict(CARD))
    return project


def test_the_report_and_the_portfolio_say_the_kind_that_the_record_says(registered: Project) -> None:
    assert kind(registered) == (CARD.oecd_task, CARD.oecd_function)
    figures = yearly.document(TODAY.year)["figures"]["projects"]
    assert (figures["tasks"], figures["functions"]) == ({CARD.oecd_task: 1}, {CARD.oecd_function: 1})
    told = portfolio.as_dict(portfolio.row_of(registered))
    assert (told["oecd_task"], told["oecd_function"]) == kind(registered)


def test_before_there_is_a_tool_the_kind_is_that_of_the_project(project: Project) -> None:
    assert kind(project) == ("", "")
    project.oecd_task = "forecasting"
    assert kind(project) == ("forecasting", "")


@pytest.fixture
def meeting(cast: Cast, offices: dict[str, Any]) -> GroupMeeting:
    """Minutes with one follow-up that should have been done yesterday, and one without a day."""
    group = open_group(by(cast.chela), BODY, name="Letters", purpose="A guide.")
    made = call_meeting(by(cast.saul), BODY, group, on=TODAY - timedelta(days=9), agenda="The draft")
    follow_ups = [("Write chapter 2", cast.flor, TODAY - timedelta(days=1)), ("Ask the courts", None, None)]
    write_minutes(by(cast.saul), BODY, made, minutes="We read it.", present=3, follow_ups=follow_ups)
    return made


@pytest.mark.parametrize(("language", "words"), [("en", "1 task of the body is overdue"),
                                                 ("es", "1 tarea del organismo está atrasada")])  # fmt: skip
def test_an_overdue_follow_up_is_told_where_the_body_is_seen(meeting: GroupMeeting, language: str, words: str) -> None:
    visitor = Client(headers={"accept-language": language})
    for page in ("/body/", "/body/portfolio/"):
        text = visitor.get(page).content.decode()
        assert words in text, page
        assert 'href="/body/tasks/"' in text, page
    assert words not in visitor.get("/body/portfolio/?phase=deliver").content.decode()


def test_the_minutes_mark_what_is_overdue_and_nothing_else(meeting: GroupMeeting, cast: Cast) -> None:
    late, other = meeting.tasks.order_by("pk")
    text = Client().get(meeting.get_absolute_url()).content.decode()
    assert text.count("Overdue") == 1
    assert text.index(late.title) < text.index("Overdue") < text.index(other.title)
    finish_task(by(cast.flor), BODY, late, evidence="Chapter 2 stands.")
    assert "Overdue" not in Client().get(meeting.get_absolute_url()).content.decode()
    assert "overdue" not in Client().get("/body/").content.decode()


def test_a_task_of_a_project_is_not_one_of_the_body(project: Project, cast: Cast) -> None:
    make_task(by(cast.lena), project, "Write the notice", due=TODAY - timedelta(days=1))
    assert Task.objects.filter(project=None).count() == 0
    assert "of the body is overdue" not in Client().get("/body/").content.decode()


def test_published_minutes_press_nobody_to_decide_more(meeting: GroupMeeting, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.saul)
    text = client.get(meeting.get_absolute_url()).content.decode()
    link = text.split("Record a decision")[0].rsplit("<a ", 1)[1]
    assert "govuk-button--secondary" in link
    decide(by(cast.saul), BODY, meeting, text="Use large letters.", votes_for=3, votes_against=0, abstained=0)
    assert client.get(meeting.get_absolute_url()).status_code == 200


def test_the_matrix_is_a_short_list_where_there_is_no_room(project: Project) -> None:
    text = Client().get("/body/roles/").content.decode()
    assert '<th scope="col" class="num">Step 1</th>' in text
    matrix = text.split('id="matrix"')[1]
    assert '<div class="wide-only">' in matrix
    short = matrix.split("phone-only")[1].split("</ul>")[0]
    assert short.count("<li>") == len(Role)
    assert "Steps 1, 2" in short
    assert "1 person" in short


def test_a_share_of_a_few_bodies_is_not_told_in_per_cent() -> None:
    def told(asked: int, answered: int) -> str:
        return showing.response(Counts(asked, answered, answered / asked, 0.0, 1.0, False, ()))

    assert told(3, 0) == "0 of 3 bodies answered"
    assert told(20, 5) == "5 of 20 bodies answered (25.0\u202f%)"
