"""What answers come to is public: cases with their article, scores with their range, duties with their tasks."""

import re
from typing import Any

import pytest
from django.test import Client

from minga.instruments import library
from minga.instruments.actions import answer, choose_set
from minga.instruments.definition import Definition
from minga.instruments.published import published
from minga.ledger.models import Entry
from minga.projects.actions import finish_task, take_task
from minga.projects.models import Project, Task
from minga.projects.questions.following import follow
from minga.projects.questions.paper import paper
from minga.projects.questions.place import Here
from tests.conftest import Cast, by

P = "/projects/early-warnings/questions/"
NOTHING = {question.id: "no" for question in library.load("prohibited").sections[0].questions}


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def test_a_forbidden_use_shows_its_article_and_what_to_do(client: Client, project: Project, cast: Cast) -> None:
    answer(by(cast.lena), project, "prohibited", {**NOTHING, "social_scoring": "yes"})
    page = text_of(client.get(f"{P}prohibited/result/"))
    assert "govuk-error-summary" in page
    assert "Article 5(1)(c)" in page
    assert "No gate passes" in page
    assert "Correct the answers" not in page
    assert page.count("It scores people socially") == 1
    assert "<h1>By these answers the project cannot go on</h1>" in page
    client.force_login(cast.flor)
    page = text_of(client.get(f"{P}prohibited/result/"))
    assert "Correct the answers" in page
    assert f'href="{P}prohibited/sections/practices/#q-social_scoring"' in page
    assert "By these answers the project cannot go on" in text_of(client.get(P))


def test_the_finding_is_the_heading_and_the_way_leads_back(client: Client, project: Project, cast: Cast) -> None:
    client.force_login(cast.flor)
    assert "<h1>Nothing is answered yet</h1>" in text_of(client.get(f"{P}prohibited/result/"))
    answer(by(cast.lena), project, "prohibited", NOTHING)
    page = text_of(client.get(f"{P}prohibited/result/"))
    assert "<h1>Outcome: None of the forbidden uses</h1>" in page
    assert page.count('class="govuk-button"') == 1
    assert re.search(rf'<a[^>]*href="{P}"[^>]*>\s*Back to the question sets', page)


def test_a_score_of_which_nothing_is_asked_is_not_shown(client: Client, project: Project, cast: Cast) -> None:
    choose_set(by(cast.lena), project, "dpia")
    answer(by(cast.lena), project, "dpia", {"personal": "no"})
    page = text_of(client.get(f"{P}dpia/result/"))
    assert "<h1>Assessment of data protection: No personal data, so not needed</h1>" in page
    assert "In place, or does not apply" not in page


def test_saving_a_section_that_forbids_leads_to_the_result(client: Client, project: Project, cast: Cast) -> None:
    client.force_login(cast.flor)
    seen = '{"' + '": 0, "'.join(NOTHING) + '": 0}'
    reply = client.post(
        f"{P}prohibited/sections/practices/", {**NOTHING, "social_scoring": "yes", "seen": seen, "once": "r1"}
    )
    assert reply.headers["Location"] == f"{P}prohibited/result/"


def test_single_answers_are_for_those_who_take_part(client: Client, project: Project, cast: Cast) -> None:
    answer(by(cast.lena), project, "problem", {"statement": "Calls close too soon."})
    assert "Calls close too soon." not in text_of(client.get(f"{P}problem/result/"))
    assert "Calls close too soon." not in text_of(client.get(f"{P}problem/print/"))
    for page in ("problem/answers/", "problem/answers/statement/", "problem/answers.xlsx"):
        assert client.get(P + page).status_code == 403
    for name in ("olga", "rosa", "remi"):
        client.force_login(getattr(cast, name))
        assert "Calls close too soon." in text_of(client.get(f"{P}problem/answers/"))
    client.force_login(cast.bea)
    assert client.get(f"{P}problem/answers/").status_code == 403


def test_answers_that_the_public_record_takes_are_marked(client: Client, project: Project, cast: Cast) -> None:
    client.force_login(cast.flor)
    mark = "Can go into the public record when it is published."
    taken = published("problem")
    assert {"choice_reason", "cannot"} <= taken
    section = library.load("problem").section_of["choice_reason"]
    marked = [one.id for part in paper(library.load("problem"), {}) for one in part.items if one.published]
    assert set(marked) == taken
    answer(
        by(cast.lena), project, "problem", {"choice": library.shipped("problem").questions["choice"].options[0].value}
    )
    page = text_of(client.get(f"{P}problem/sections/{section.id}/"))
    assert page[page.index('id="q-choice_reason"') :].split('class="asked"')[1].count(mark) == 1
    assert mark in text_of(client.get(f"{P}problem/print/"))
    assert "Some answers can go into the public record" in text_of(client.get(P))
    assert mark not in text_of(client.get(f"{P}prohibited/print/"))


def test_scores_say_their_range_and_what_is_open(client: Client, project: Project, cast: Cast) -> None:
    name = _scored()
    choose_set(by(cast.lena), project, name)
    scored = library.load(name).scores[0].questions
    page = text_of(client.get(f"{P}{name}/result/"))
    assert "scored question" in page
    assert f"#q-{scored[0]}" not in page
    client.force_login(cast.flor)
    page = text_of(client.get(f"{P}{name}/result/"))
    assert "An empty answer never lowers the level" in page
    assert f"#q-{scored[0]}" in page


def _scored() -> str:
    """A shipped set about a project that scores questions which are asked at once."""
    for one in library.everything():
        if one.about == "project" and one.scores and one.scores[0].questions[0] in one.read({}).visible:
            return one.id
    raise AssertionError("no shipped set about a project has a score")


def test_duties_become_tasks_and_show_their_evidence(client: Client, project: Project, cast: Cast) -> None:
    one, question, value, _duty = _conditional()
    choose_set(by(cast.lena), project, one.id)
    answer(by(cast.lena), project, one.id, {question: value})
    follow(by(cast.lena), Here(project, cast.lena.actor), one.id)
    wanted = [duty.id for duty in one.follows(one.read({question: value}))]
    assert sorted(Task.objects.values_list("duty", flat=True)) == sorted(wanted)
    before = Entry.objects.count()
    follow(by(cast.lena), Here(project, cast.lena.actor), one.id)
    assert Entry.objects.count() == before
    task = Task.objects.get(duty=wanted[0])
    take_task(by(cast.flor), project, task)
    finish_task(by(cast.flor), project, task, evidence="Minutes of 3 May")
    page = text_of(client.get(f"{P}{one.id}/result/"))
    assert "Minutes of 3 May" in page
    assert "Done, with evidence" in page


def test_tasks_keep_in_step_with_every_save(client: Client, project: Project, cast: Cast) -> None:
    one, question, value, duty = _conditional()
    choose_set(by(cast.lena), project, one.id)
    answer(by(cast.lena), project, one.id, {question: value})
    here = Here(project, cast.lena.actor)
    follow(by(cast.lena), here, one.id)
    assert Task.objects.get(duty=duty).state == Task.State.OPEN
    answer(by(cast.lena), project, one.id, {question: None})
    follow(by(cast.lena), here, one.id)
    assert Task.objects.get(duty=duty).state == Task.State.DROPPED


def _conditional() -> tuple[Definition, str, Any, str]:
    """A set, and one answer that alone brings a duty with it."""
    for name in library.names():
        one = library.shipped(name)
        always = {duty.id for duty in one.follows(one.read({}))}
        for id in one.read({}).visible if one.about == "project" and one.duties else ():
            for option in getattr(one.questions[id], "options", ()):
                value = [option.value] if type(one.questions[id]).__name__ == "Multiple" else option.value
                for duty in one.follows(one.read({id: value})):
                    if duty.id not in always:
                        return one, id, value, duty.id
    raise AssertionError("no shipped set has a duty that hangs on one answer")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_result_is_told_in_both_languages(client: Client, project: Project, cast: Cast, language: str) -> None:
    answer(by(cast.lena), project, "prohibited", {**NOTHING, "emotions": "yes"})
    client.cookies["django_language"] = language
    page = text_of(client.get(f"{P}prohibited/result/"))
    assert {"en": "What is public here", "es": "Qué es público aquí"}[language] in page
