"""A set is filled in section by section: a list of tasks, half saved pages, the next section, the result at the end."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from minga.instruments import library, queries
from minga.instruments.actions import answer, choose_set
from minga.ledger.action import BODY
from minga.ledger.guard import open_for_action
from minga.projects.models import Project
from minga.projects.queries import question_sets
from minga.projects.steps import STEPS
from tests.conftest import Cast, by

P = "/projects/early-warnings/questions/"


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def seen_in(page: str) -> str:
    """The hidden field that says which versions of the answers the page showed."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1].replace("&quot;", '"')


def send(client: Client, address: str, **given: str) -> Any:
    page = text_of(client.get(address))
    return client.post(address, {"seen": seen_in(page), "once": f"{address}{sorted(given.items())}"[:40], **given})


@pytest.fixture
def flor(client: Client, project: Project, cast: Cast) -> Client:
    client.force_login(cast.flor)
    return client


def test_the_sections_are_a_list_of_tasks(flor: Client) -> None:
    page = text_of(flor.get(f"{P}problem/"))
    assert f'href="{P}problem/sections/need/"' in page
    assert "Not begun" in page
    assert page.count('class="govuk-button"') == 1
    assert "Begin" in page


def test_a_page_asks_one_section_only_and_leads_to_the_next(flor: Client, project: Project) -> None:
    page = text_of(flor.get(f"{P}problem/sections/need/"))
    assert 'name="statement"' in page
    assert 'name="searched"' not in page
    reply = send(flor, f"{P}problem/sections/need/", statement="Calls close too soon.")
    assert reply.status_code == 302
    assert reply.headers["Location"] != f"{P}problem/sections/need/"
    assert "/sections/" in reply.headers["Location"]
    assert queries.values(queries.current(project, "problem")) == {"statement": "Calls close too soon."}


def test_one_can_save_and_go_back_to_the_list(flor: Client) -> None:
    reply = send(flor, f"{P}problem/sections/need/", statement="Calls close too soon.", list="1")
    assert reply.headers["Location"] == f"{P}problem/"
    page = text_of(flor.get(f"{P}problem/"))
    assert "Go on:" in page
    assert "missing" in page


def test_the_section_stays_where_an_answer_asks_more(flor: Client) -> None:
    reply = send(flor, f"{P}problem/sections/others/", searched="none")
    assert reply.headers["Location"] == f"{P}problem/sections/others/"
    assert 'name="search_trace"' in text_of(flor.get(f"{P}problem/sections/others/"))


def test_two_people_at_one_answer_see_both_texts(flor: Client, project: Project, cast: Cast) -> None:
    seen = seen_in(text_of(flor.get(f"{P}problem/sections/need/")))
    answer(by(cast.lena), project, "problem", {"statement": "Theirs"})
    reply = flor.post(f"{P}problem/sections/need/", {"seen": seen, "statement": "Mine", "once": "c1"})
    assert reply.status_code == 422
    assert "“Theirs”" in text_of(reply)
    assert "“Mine”" in text_of(reply)


@pytest.mark.parametrize("name", [None, "remi", "nadie"])
def test_who_may_not_answer_is_refused_before_writing(
    client: Client, project: Project, cast: Cast, name: str | None
) -> None:
    if name:
        client.force_login(getattr(cast, name))
    assert client.get(f"{P}problem/sections/need/").status_code == 403
    assert client.post(f"{P}problem/sections/need/", {"seen": "{}", "once": "x"}).status_code == 403


def test_visitors_are_led_to_the_public_result(client: Client, project: Project) -> None:
    assert client.get(f"{P}problem/").headers["Location"] == f"{P}problem/result/"


def test_sets_that_are_not_asked_here_have_no_page(flor: Client) -> None:
    assert flor.get(f"{P}readiness/").status_code == 404
    assert flor.get(f"{P}nothing/").status_code == 404
    assert flor.get(f"{P}problem/sections/nothing/").status_code == 404


def test_the_overview_says_what_waits_and_what_each_set_comes_to(flor: Client, project: Project, cast: Cast) -> None:
    page = text_of(flor.get(P))
    assert "2 question sets wait for answers" in page
    assert "Has to be answered to the end before gate 1" in page
    choose_set(by(cast.lena), project, "ai_act_tier")
    page = text_of(flor.get(P))
    assert "3 question sets wait for answers" in page
    assert "Chosen" in page


def _move(project: Project, step: int) -> None:
    with open_for_action():
        Project.objects.filter(pk=project.pk).update(step=step)


def test_the_overview_is_headed_by_what_holds(flor: Client, project: Project, cast: Cast) -> None:
    practices = [question.id for question in library.load("prohibited").sections[0].questions]
    answer(by(cast.lena), project, "prohibited", dict.fromkeys(practices, "no"))
    idle = next(step.number for step in STEPS.values() if step.number > 1 and not question_sets(step))
    _move(project, idle)
    assert "Everything that is asked so far is answered" in text_of(flor.get(P))
    answer(by(cast.lena), project, "prohibited", {"social_scoring": "yes"})
    page = text_of(flor.get(P))
    assert re.search(r"<h1[^>]*>By these answers the project cannot go on</h1>", page)
    assert page.count("By these answers the project cannot go on") == 1


def test_where_no_set_waits_nothing_is_said_to_be_answered(flor: Client, project: Project) -> None:
    _move(project, 0)
    page = text_of(flor.get(P))
    assert "Not begun" in page
    assert re.search(r"<h1[^>]*>Nothing is asked at this step</h1>", page)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_a_set_answers_in_both_languages(flor: Client, language: str) -> None:
    flor.cookies["django_language"] = language
    for page in ("", "problem/", "problem/sections/need/", "problem/answers/", "problem/result/", "problem/print/",
                 "problem/answers/statement/", "problem/share/", "problem/offline/"):  # fmt: skip
        assert flor.get(P + page).status_code == 200, page


def test_a_section_costs_as_many_queries_whatever_the_set_has(flor: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(40):
        assert flor.get(f"{P}problem/sections/need/").status_code == 200


def test_the_body_answers_about_itself(client: Client, cast: Cast, offices: dict[str, Any]) -> None:
    choose_set(by(cast.chela), BODY, "readiness")
    address = reverse("projects:body_questions", args=["readiness"])
    assert client.get(address).status_code == 302
    client.force_login(cast.saul)
    assert client.get(reverse("projects:body_question_sets")).status_code == 200
    page = text_of(client.get(address))
    first = re.search(rf'href="({address}sections/[^"]+)"', page)
    assert first
    assert client.get(first[1]).status_code == 200
    client.force_login(cast.flor)
    assert client.get(first[1]).status_code == 403
