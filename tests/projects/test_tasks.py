"""A thing to do has an owner and a day, is closed only with evidence or a reason, and volunteers are thanked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from minga.instruments.definition import Duty
from minga.ledger.action import BODY
from minga.ledger.models import Edge
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.actions import erase_person
from minga.people.models import Person
from minga.portal import overview
from minga.projects.actions import (
    assign_task,
    change_credit,
    derive_tasks,
    drop_task,
    finish_task,
    give_back_task,
    make_task,
    take_task,
)
from minga.projects.board import queries
from minga.projects.models import Project, Task
from tests.conftest import Cast, by

DUTY = Duty(id="notice", text={"en": "Publish the notice", "es": "Publicar el aviso"}, days=30, source="Article 50",
            evidence={"en": "Its address"})  # fmt: skip
OTHER = Duty(id="test", text={"en": "Test it"})


@pytest.fixture
def task(project: Project, cast: Cast) -> Task:
    return make_task(by(cast.lena), project, "Ask the union", wanted="Their answer")


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_task_is_done_only_with_evidence(project: Project, cast: Cast, task: Task) -> None:
    take_task(by(cast.flor), project, task)
    with pytest.raises(Invalid):
        finish_task(by(cast.flor), project, task, " ")
    done = finish_task(by(cast.flor), project, task, "Letter of 3 May", "https://example.org/letter")
    assert (done.state, done.closed_by, done.evidence) == ("done", cast.flor, "Letter of 3 May")
    with pytest.raises(Blocked):
        finish_task(by(cast.flor), project, task, "Again")


def test_only_its_owner_or_who_gives_tasks_says_that_it_is_done(project: Project, cast: Cast, task: Task) -> None:
    take_task(by(cast.flor), project, task)
    with pytest.raises(NotAllowed):
        finish_task(by(cast.fidel), project, task, "I think so")
    assert finish_task(by(cast.lena), project, task, "Seen it").state == "done"


def test_an_address_that_is_none_is_refused_at_its_field(project: Project, cast: Cast, task: Task) -> None:
    with pytest.raises(Invalid) as refusal:
        finish_task(by(cast.lena), project, task, "Here", "javascript:alert(1)")
    assert "evidence_url" in refusal.value.fields


def test_who_has_no_part_takes_only_what_is_open_to_all(project: Project, cast: Cast, task: Task) -> None:
    with pytest.raises(NotAllowed):
        take_task(by(cast.nadie), project, task)
    free = make_task(by(cast.lena), project, "Translate the notice", skills="Guaraní", open_to_all=True)
    assert list(queries.waiting_for_volunteers("guaraní")) == [free]
    assert take_task(by(cast.nadie), project, free).owner == cast.nadie
    assert list(queries.waiting_for_volunteers()) == []
    with pytest.raises(Conflict):
        take_task(by(cast.rosa), project, free)


def test_volunteers_are_thanked_as_they_wish(project: Project, cast: Cast, client: Client) -> None:
    for title, credit in (("Translate the notice", "Ana of the river"), ("Read the notice aloud", "")):
        free = make_task(by(cast.lena), project, title, open_to_all=True)
        take_task(by(cast.rosa), project, free)
        finish_task(by(cast.rosa), project, free, "Done it", credit=credit)
    page = client.get(reverse("projects:tasks_open")).content.decode()
    assert "Ana of the river" in page
    assert "A volunteer" in page
    assert "Rosa" not in page


def volunteered(project: Project, cast: Cast, credit: str = "Rosa of the river") -> Task:
    free = make_task(by(cast.lena), project, "Translate the notice", open_to_all=True)
    take_task(by(cast.rosa), project, free)
    return finish_task(by(cast.rosa), project, free, "Done it", credit=credit)


def test_thanks_by_name_are_taken_back_at_any_time(project: Project, cast: Cast) -> None:
    done = volunteered(project, cast)
    rosa = as_(cast.rosa)
    assert "How you are thanked" in rosa.get(done.get_absolute_url()).content.decode()
    assert "How you are thanked" not in as_(cast.lena).get(done.get_absolute_url()).content.decode()
    rosa.post(reverse("projects:task_credit", args=[done.pk]), {"credit": "", "once": "c1"})
    done.refresh_from_db()
    assert done.credit == ""
    for person in (cast.lena, cast.flor):
        with pytest.raises(NotAllowed):
            change_credit(by(person), project, done, "Rosa Quispe")
    still_open = make_task(by(cast.lena), project, "Read it aloud")
    with pytest.raises(Blocked):
        change_credit(by(cast.lena), project, still_open, "Lena")


def test_nobody_names_somebody_else_in_thanks(project: Project, cast: Cast) -> None:
    free = make_task(by(cast.lena), project, "Translate the notice", open_to_all=True)
    take_task(by(cast.rosa), project, free)
    lead = as_(cast.lena)
    assert "Your name" not in lead.get(free.get_absolute_url()).content.decode()
    with pytest.raises(Invalid) as refusal:
        finish_task(by(cast.lena), project, free, "Seen it", credit="Rosa Quispe")
    assert "credit" in refusal.value.fields
    done = finish_task(by(cast.lena), project, free, "Seen it")
    assert change_credit(by(cast.rosa), project, done, "R. Q.").credit == "R. Q."


def test_thanks_go_with_whoever_is_erased(project: Project, cast: Cast) -> None:
    done = volunteered(project, cast)
    erase_person(by(cast.bea), BODY, person=cast.rosa)
    done.refresh_from_db()
    assert (done.credit, done.state) == ("", "done")


def test_a_task_is_given_back_by_whoever_took_it(project: Project, cast: Cast) -> None:
    free = make_task(by(cast.lena), project, "Translate the notice", open_to_all=True)
    take_task(by(cast.rosa), project, free)
    for person in (cast.flor, cast.lena):
        with pytest.raises(NotAllowed):
            give_back_task(by(person), project, free)
    rosa = as_(cast.rosa)
    assert "Give it back" in rosa.get(free.get_absolute_url()).content.decode()
    rosa.post(reverse("projects:task_back", args=[free.pk]), {"once": "g1"})
    assert list(queries.waiting_for_volunteers()) == [free]
    with pytest.raises(NotAllowed):
        give_back_task(by(cast.rosa), project, free)


def test_dropping_needs_a_reason_and_is_told(project: Project, cast: Cast, task: Task, client: Client) -> None:
    with pytest.raises(Invalid):
        drop_task(by(cast.lena), project, task, "")
    drop_task(by(cast.lena), project, task, "The union has dissolved.")
    assert "The union has dissolved." in client.get(task.get_absolute_url()).content.decode()


def test_a_task_belongs_to_its_place(project: Project, cast: Cast, task: Task, offices: object) -> None:
    with pytest.raises(Conflict):
        assign_task(by(cast.chela), BODY, task, cast.saul)
    own = make_task(by(cast.chela), BODY, "Name a deputy")
    assert assign_task(by(cast.chela), BODY, own, cast.saul).owner == cast.saul
    assert list(queries.open_tasks(None)) == [own]


def test_tasks_follow_the_duties_and_what_is_done_stays(project: Project, cast: Cast) -> None:
    derive_tasks(by(cast.lena), project, "ai_act", [DUTY, OTHER])
    made = {task.duty: task for task in queries.open_tasks(project)}
    assert set(made) == {"notice", "test"}
    assert made["notice"].due == (timezone.now() + timedelta(days=30)).date()
    assert (made["notice"].source, made["notice"].wanted) == ("Article 50", "Its address")
    with pytest.raises(Invalid):
        derive_tasks(by(cast.lena), project, "ai_act", [DUTY, OTHER])
    finish_task(by(cast.lena), project, made["notice"], "https is enough")
    derive_tasks(by(cast.lena), project, "ai_act", [])
    states = dict(Task.objects.values_list("duty", "state"))
    assert states == {"notice": "done", "test": "dropped"}
    derive_tasks(by(cast.lena), project, "ai_act", [DUTY, OTHER])
    assert Task.objects.filter(duty="test", state="open").count() == 1
    assert Task.objects.filter(duty="notice").count() == 1


def test_a_task_is_in_the_language_in_which_it_was_made(project: Project, cast: Cast) -> None:
    with translation.override("es"):
        derive_tasks(by(cast.lena), project, "ai_act", [DUTY])
    found = Task.objects.get()
    assert (found.title, found.language) == ("Publicar el aviso", "es")


def test_the_owner_sees_it_among_what_is_next(project: Project, cast: Cast, task: Task) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    assign_task(by(cast.lena), project, task, cast.flor, yesterday)
    [(sentence, address)] = queries.what_next(project, cast.flor.actor)
    assert sentence == "Overdue task: Ask the union"
    assert address == task.get_absolute_url()
    assert (sentence, address) in overview.what_next(project, cast.flor.actor)


def test_the_pages(project: Project, cast: Cast, task: Task) -> None:
    board = reverse("projects:tasks", args=[project.slug])
    assert "Ask the union" in Client().get(board).content.decode()
    lead = as_(cast.lena)
    assert "Add a task" in lead.get(board).content.decode()
    new = reverse("projects:task_new", args=[project.slug])
    assert "Read it" in lead.get(new, {"title": "Read it"}).content.decode()
    assert lead.post(new, {"title": "", "once": "a"}).status_code == 422
    told = lead.post(new, {"title": "Read it", "due_0": "1", "due_1": "2", "due_2": "2030", "once": "b"})
    made = Task.objects.get(title="Read it")
    assert told.headers["Location"] == made.get_absolute_url()
    assert as_(cast.rosa).get(new).status_code == 403
    flor = as_(cast.flor)
    assert "Take this task" in flor.get(task.get_absolute_url()).content.decode()
    flor.post(reverse("projects:task_take", args=[task.pk]), {"once": "c"})
    assert flor.post(reverse("projects:task_done", args=[task.pk]), {"evidence": "", "once": "d"}).status_code == 422
    flor.post(reverse("projects:task_done", args=[task.pk]), {"evidence": "Their letter", "once": "e"})
    task.refresh_from_db()
    assert task.state == "done"
    assert Edge.objects.filter(cause_kind="task", cause_id=str(task.pk)).exists()
