"""What the answers about a project say of its risk holds a release back, whatever level somebody has set."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from minga.deliver import duties
from minga.deliver.actions import assess_risk, change_stage
from minga.deliver.models import Stage
from minga.design.models import Release
from minga.instruments import library
from minga.instruments.actions import answer
from minga.instruments.definition import Duty
from minga.ledger import guard
from minga.ledger.refusals import Blocked, Invalid
from minga.projects.actions import derive_tasks, drop_task, finish_task
from minga.projects.models import Project, Task
from tests.conftest import Cast, by
from tests.deliver.conftest import made_release

PRACTICES = library.load("prohibited").sections[0].questions
ALLOWED = {question.id: "no" for question in PRACTICES}
EXCEPTION = {**ALLOWED, "crime_prediction": "exception", "exception_basis": "Facts only, confirmed by the court."}


@pytest.fixture
def release(project: Project, cast: Cast) -> Release:
    with guard.open_for_action():
        return made_release(project, cast)


def missing(release: Release, stage: Stage) -> set[str]:
    return {found.duty.code for found in duties.unmet(release.project, release, stage)}


def test_a_level_below_the_answers_is_refused(project: Project, cast: Cast) -> None:
    answer(by(cast.lena), project, "prohibited", EXCEPTION)
    with pytest.raises(Invalid, match="high risk") as refusal:
        assess_risk(by(cast.lena), project, "low", "A wrong answer costs nobody anything.")
    assert "level" in refusal.value.fields
    assess_risk(by(cast.lena), project, "high", "The law says so.")
    assert duties.binding_level(project) == "high"


def test_answers_given_later_raise_the_duties_of_a_release_in_use(
    project: Project, cast: Cast, release: Release
) -> None:
    assess_risk(by(cast.lena), project, "low", "Little can go wrong.")
    change_stage(by(cast.lena), project, release, "shadow", "planned")
    assert missing(release, Stage.ONE) == set()
    answer(by(cast.lena), project, "prohibited", EXCEPTION)
    assert {"screens.answered", "groups.three"} <= missing(release, Stage.ONE)
    with pytest.raises(Blocked) as refusal:
        change_stage(by(cast.lena), project, release, "1", "planned")
    assert any(library.load("rights_assessment").title["en"] in reason for reason in refusal.value.reasons)
    answer(by(cast.lena), project, "prohibited", {**ALLOWED, "exception_basis": None})
    assert missing(release, Stage.ONE) == set()


def test_the_page_says_why_more_is_asked(project: Project, cast: Cast, client: Client) -> None:
    page, words = reverse("deliver:duties", args=[project.slug]), "this project is high risk"
    assess_risk(by(cast.lena), project, "limited", "It costs time.")
    assert words not in client.get(page).content.decode()
    answer(by(cast.lena), project, "prohibited", EXCEPTION)
    assert words in client.get(page).content.decode()


def duty(id: str, days: int = 0) -> Duty:
    return Duty(id=id, text={"en": f"Do {id}"}, days=days)


def test_what_a_question_set_asks_to_be_done_is_done_before_people_meet_the_tool(
    project: Project, cast: Cast, release: Release
) -> None:
    assess_risk(by(cast.lena), project, "low", "Little can go wrong.")
    derive_tasks(by(cast.lena), project, "dpia", [duty("now"), duty("gone"), duty("later", days=60)])
    assert "tasks.done" in missing(release, Stage.ONE)
    assert "tasks.done" not in missing(release, Stage.SHADOW)
    held = {task.duty: task for task in Task.objects.filter(project=project)}
    finish_task(by(cast.lena), project, held["now"], "The minutes of 3 May.")
    drop_task(by(cast.lena), project, held["gone"], "The register does it.")
    assert "tasks.done" not in missing(release, Stage.ONE)
    with guard.open_for_action():
        Task.objects.filter(duty="later").update(due=timezone.localdate() - timedelta(days=1))
    assert "tasks.done" in missing(release, Stage.ONE)
    with translation.override("es"):
        [left] = [one for one in duties.unmet(project, release, Stage.ONE) if one.duty.code == "tasks.done"]
        assert left.missing == "Hay 1 tarea abierta."
