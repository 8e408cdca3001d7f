"""Task, function and impact are said once: when a project opens, or as answers to the OECD's questions."""

import re

import pytest
from django.test import Client

from minga.instruments import classification, queries
from minga.instruments.actions import answer, choose_set
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid, NotAllowed
from minga.projects.actions import classify
from minga.projects.models import Project
from minga.projects.questions.following import follow
from minga.projects.questions.place import Here
from tests.conftest import Cast, by

GIVEN = {"title": "Bins by need", "summary": "Says which bins are full. Sends nobody.", "once": "o1"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_form_offers_the_lists_in_the_language_of_the_page(client: Client, cast: Cast, language: str) -> None:
    client.force_login(cast.lena)
    client.cookies["django_language"] = language
    page = client.get("/projects/new/").content.decode()
    for name, of in (("task", "task"), ("function", "function"), ("impacts", "impact")):
        for code, words in classification.choices(of, language):
            assert re.search(rf'name="{name}"[^§]*value="{code}"', page)
            assert words in page


def test_what_is_known_of_a_new_project_is_answered_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    kind = {"task": "forecasting", "function": "service-delivery", "impacts": ["productivity", "responsiveness"]}
    assert client.post("/projects/new/", {**GIVEN, **kind}).status_code == 302
    made = Project.objects.get(title="Bins by need")
    assert (made.oecd_task, made.oecd_function) == ("forecasting", "service-delivery")
    answers = queries.filled(made, "oecd").reading.answers
    assert answers == {"task": "forecasting", "function": "service-delivery", "impact": kind["impacts"]}
    assert queries.choice(made, "oecd")
    assert client.post("/projects/new/", {**GIVEN, **kind}).status_code == 302
    assert Entry.objects.filter(action="project.classified").count() == 1


def test_nothing_need_be_known_of_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    client.post("/projects/new/", {**GIVEN, "task": "", "function": ""})
    made = Project.objects.get(title="Bins by need")
    assert (made.oecd_task, queries.choice(made, "oecd")) == ("", None)
    assert not Entry.objects.filter(action="project.classified").exists()


def test_a_kind_that_is_not_in_the_list_opens_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    assert client.post("/projects/new/", {**GIVEN, "task": "<b>", "impacts": ["wealth"]}).status_code == 422
    assert not Project.objects.filter(title="Bins by need").exists()


def test_an_answer_to_the_set_tells_the_project(project: Project, cast: Cast) -> None:
    choose_set(by(cast.lena), project, "oecd")
    answer(by(cast.flor), project, "oecd", {"task": "recognition"})
    follow(by(cast.flor), Here(project, cast.flor.actor), "oecd")
    project.refresh_from_db()
    assert project.oecd_task == "recognition"
    before = Entry.objects.count()
    follow(by(cast.flor), Here(project, cast.flor.actor), "oecd")
    assert Entry.objects.count() == before


def test_it_is_changed_and_the_answer_with_it(project: Project, cast: Cast) -> None:
    classify(by(cast.lena), project, task="recognition", impacts=["accountability"])
    classify(by(cast.lena), project, task="forecasting")
    answers = queries.filled(project, "oecd").reading.answers
    assert answers == {"task": "forecasting", "impact": ["accountability"]}
    with pytest.raises(Invalid, match="Nothing was changed"):
        classify(by(cast.lena), project, task="forecasting")


def test_unknown_codes_and_wrong_roles_are_refused(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        classify(by(cast.lena), project, task="magic", function="oversight", impacts=["wealth"])
    assert set(refused.value.fields) == {"task", "impact"}
    for name in ("olga", "remi", "nadie"):
        with pytest.raises(NotAllowed):
            classify(by(getattr(cast, name)), project, task="forecasting")
