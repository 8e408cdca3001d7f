"""Whoever signs in sees what waits for them, over all projects and the body, and nobody else's."""

from django.test import Client
from django.urls import reverse

from minga.ledger.action import BODY
from minga.people.models import Person
from minga.projects.actions import assign_task, make_task
from minga.projects.models import Project
from tests.conftest import Cast, by


def page(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("portal:mine")).content.decode()


def test_tasks_and_next_steps_of_all_places_stand_on_one_page(project: Project, cast: Cast, offices: object) -> None:
    own = make_task(by(cast.lena), project, "Ask the union")
    assign_task(by(cast.lena), project, own, cast.flor)
    make_task(by(cast.chela), BODY, "Name a deputy", owner=cast.saul)
    flor, saul = page(cast.flor), page(cast.saul)
    assert "Ask the union" in flor
    assert project.title in flor
    assert "Name a deputy" not in flor
    assert "Name a deputy" in saul
    assert "Ask the union" not in saul


def test_who_has_nothing_to_do_is_told_what_others_need(project: Project, cast: Cast) -> None:
    assert "Nothing waits for you" in page(cast.nadie)


def test_a_volunteers_task_elsewhere_is_there_too(project: Project, cast: Cast) -> None:
    free = make_task(by(cast.lena), project, "Translate the notice", open_to_all=True)
    assign_task(by(cast.lena), project, free, cast.nadie)
    assert "Translate the notice" in page(cast.nadie)


def test_visitors_sign_in_first(client: Client, db: None) -> None:
    assert client.get(reverse("portal:mine")).status_code == 302


def test_a_task_of_the_body_has_no_thread_of_a_project(cast: Cast, offices: object, client: Client) -> None:
    task = make_task(by(cast.chela), BODY, "Name a deputy")
    assert client.get(reverse("portal:thread", args=["task", task.pk])).status_code == 404
    assert "/threads/" not in client.get(task.get_absolute_url()).content.decode()
