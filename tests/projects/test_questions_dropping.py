"""A set that is asked no longer takes its open duties with it; what was done stays; taken up again, they are back."""

import pytest
from django.test import Client

from minga.instruments import library, queries
from minga.instruments.actions import answer, choose_set, drop_set
from minga.instruments.models import ChosenSet
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import NotAllowed
from minga.projects.actions import derive_tasks, finish_task, make_task, take_task
from minga.projects.models import Project, Task
from minga.projects.questions.following import follow
from minga.projects.questions.place import Here
from minga.projects.roles import TABLE
from tests.conftest import Cast, by

P = "/projects/early-warnings/questions/"
SET = "oecd_classification"
CLOSED = "The question set that it follows from is no longer asked here."


def given() -> dict[str, object]:
    """Answers to every single choice, by which duties follow."""
    questions = library.load(SET).questions.values()
    return {one.id: one.options[-1].value for one in questions if type(one).__name__ == "Single" and not one.when}


@pytest.fixture
def chosen(project: Project, cast: Cast) -> ChosenSet:
    row = choose_set(by(cast.lena), project, SET)
    answer(by(cast.lena), project, SET, given())
    follow(by(cast.lena), Here(project, cast.lena.actor), SET)
    assert Task.objects.filter(project=project, set=SET, state="open").count() > 1
    return row


def test_dropping_a_set_closes_its_open_duties_in_the_same_action(
    chosen: ChosenSet, project: Project, cast: Cast
) -> None:
    first = Task.objects.filter(set=SET).first()
    assert first is not None
    take_task(by(cast.flor), project, first)
    finish_task(by(cast.flor), project, first, evidence="Minutes of 3 May")
    other = make_task(by(cast.lena), project, "Call the union")
    before = Entry.objects.count()
    drop_set(by(cast.lena), project, chosen, "We build no such thing.")
    assert Entry.objects.count() == before + 1
    closed = Task.objects.filter(set=SET).exclude(pk=first.pk)
    assert {(one.state, one.evidence) for one in closed} == {("dropped", f"{CLOSED} We build no such thing.")}
    assert {one.closed_by for one in closed} == {cast.lena}
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.state, other.state) == ("done", "open")
    told = Entry.objects.get(action="instrument.dropped").payload
    assert all(f'"{one.duty}"' in told for one in closed)
    assert f'"{first.duty}"' not in told


def test_the_page_asks_why_and_the_tasks_say_it(
    client: Client, chosen: ChosenSet, project: Project, cast: Cast
) -> None:
    client.force_login(cast.lena)
    assert "Why is it no longer needed?" in client.get(f"{P}{SET}/").content.decode()
    client.post(f"{P}{SET}/drop/", {"once": "d1", "reason": "No automated decision"})
    assert not Task.objects.filter(set=SET, state="open").exists()
    assert Task.objects.filter(set=SET, evidence=f"{CLOSED} No automated decision").exists()


def test_taking_it_up_again_brings_the_duties_back(
    client: Client, chosen: ChosenSet, project: Project, cast: Cast
) -> None:
    wanted = set(Task.objects.filter(set=SET).values_list("duty", flat=True))
    drop_set(by(cast.lena), project, chosen)
    client.force_login(cast.lena)
    client.post(f"{P}choose/", {"once": "d2", "set": SET})
    assert set(Task.objects.filter(set=SET, state="open").values_list("duty", flat=True)) == wanted


def test_everybody_who_may_take_a_set_up_may_bring_its_duties_back(
    client: Client, chosen: ChosenSet, project: Project, cast: Cast
) -> None:
    assert set(TABLE["instrument.chosen"]) <= set(TABLE["tasks.derived"])
    drop_set(by(cast.lena), project, chosen)
    client.force_login(cast.ada)
    assert client.post(f"{P}choose/", {"once": "d3", "set": SET}).status_code == 302
    assert Task.objects.filter(set=SET, state="open").exists()


def test_duties_of_a_set_that_a_step_asks_for_stay(project: Project, cast: Cast) -> None:
    row = choose_set(by(cast.lena), project, "prohibited")
    task = derive_tasks(by(cast.lena), project, "prohibited", library.shipped("prohibited").duties)
    drop_set(by(cast.lena), project, row)
    task.refresh_from_db()
    assert task.state == "open"


def test_another_projects_and_the_body_s_duties_stay(chosen: ChosenSet, project: Project, cast: Cast) -> None:
    task = derive_tasks(by(cast.bea), BODY, SET, library.shipped(SET).duties)
    drop_set(by(cast.lena), project, chosen)
    task.refresh_from_db()
    assert task.state == "open"


def test_answers_about_something_else_keep_the_duties_of_the_place(
    chosen: ChosenSet, project: Project, cast: Cast
) -> None:
    other = choose_set(by(cast.lena), project, SET, about=("tool", 3))
    drop_set(by(cast.lena), project, other)
    assert Task.objects.filter(set=SET, state="open").exists()
    assert queries.choice(project, SET) == chosen


def test_who_may_not_drop_closes_nothing(chosen: ChosenSet, project: Project, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        drop_set(by(cast.flor), project, chosen, "I do not like it")
    assert Task.objects.filter(set=SET, state="open").exists()
