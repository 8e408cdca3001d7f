"""A gate asks whoever decides it for a course."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from minga.learning.actions import pass_course
from minga.learning.models import Certificate
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects import queries, screens
from minga.projects.actions import decide_gate, end_requirement, require_course
from minga.projects.models import Project, RequiredCourse
from tests.conftest import Cast, by
from tests.learning.conftest import course, signed_in, text_of

COURSE = "deciding_on_ai"
ADDRESS = f"/learning/courses/{COURSE}/"


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """All other evidence is there."""
    monkeypatch.setattr(queries, "evidence", lambda project, step: [])
    monkeypatch.setattr(screens, "open_screens", lambda project, step: [])


def passes(person: Person) -> Certificate:
    return pass_course(by(person), BODY, COURSE, [asked.question.id for asked in course(COURSE).questions])


def test_nobody_passes_the_gate_without_the_certificate(project: Project, cast: Cast) -> None:
    require_course(by(cast.lena), project, course=COURSE, step=1)
    with pytest.raises(Blocked) as refusal:
        decide_gate(by(cast.lena), project, 1, True, "Because.")
    [reason] = refusal.value.reasons
    assert "“Deciding on AI”" in reason
    assert reason.endswith(ADDRESS)
    passes(cast.ada)
    with pytest.raises(Blocked):
        decide_gate(by(cast.lena), project, 1, True, "Another has it.")
    passes(cast.lena)
    assert decide_gate(by(cast.lena), project, 1, True, "Because.").passed


def test_sending_a_step_back_needs_no_course(project: Project, cast: Cast) -> None:
    require_course(by(cast.lena), project, course=COURSE)
    assert not decide_gate(by(cast.lena), project, 1, False, "Not yet.").passed


def test_an_ended_certificate_is_none(project: Project, cast: Cast) -> None:
    require_course(by(cast.lena), project, course=COURSE)
    held = passes(cast.lena)
    assert held.valid_until is not None
    with_guard_off = Certificate.objects.filter(pk=held.pk)
    from minga.ledger import guard

    with guard.open_for_action():
        with_guard_off.update(valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Blocked):
        decide_gate(by(cast.lena), project, 1, True, "Because.")


def test_the_body_asks_in_every_project_and_only_it_ends_that(
    project: Project, cast: Cast, offices: dict[str, Person]
) -> None:
    required = require_course(by(cast.chela), BODY, course=COURSE)
    with pytest.raises(Blocked):
        decide_gate(by(cast.lena), project, 1, True, "Because.")
    with pytest.raises(NotAllowed):
        end_requirement(by(cast.lena), project, required)
    with pytest.raises(NotAllowed):
        end_requirement(by(cast.lena), BODY, required)
    end_requirement(by(cast.bea), BODY, required)
    assert decide_gate(by(cast.lena), project, 1, True, "Because.").passed
    assert Entry.objects.filter(action__in=["course.required", "course_requirement.ended"]).count() == 2


def test_only_for_high_risks(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    require_course(by(cast.bea), BODY, course=COURSE, only_high=True)
    monkeypatch.setattr(screens, "high_risk", lambda project: True)
    with pytest.raises(Blocked):
        decide_gate(by(cast.lena), project, 1, True, "Because.")
    monkeypatch.setattr(screens, "high_risk", lambda project: False)
    assert decide_gate(by(cast.lena), project, 1, True, "Because.").passed


def test_another_gate_is_not_concerned(project: Project, cast: Cast) -> None:
    require_course(by(cast.lena), project, course=COURSE, step=6)
    assert decide_gate(by(cast.lena), project, 1, True, "Because.").passed


def test_what_cannot_be_asked_for(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid):
        require_course(by(cast.lena), project, course="none")
    with pytest.raises(Invalid):
        require_course(by(cast.lena), project, course=COURSE, step=9)
    require_course(by(cast.lena), project, course=COURSE, step=2)
    with pytest.raises(Conflict):
        require_course(by(cast.lena), project, course=COURSE, step=2)
    for person in (cast.dario, cast.rosa, cast.olga):
        with pytest.raises(NotAllowed):
            require_course(by(person), project, course=COURSE)
    ended = end_requirement(by(cast.lena), project, RequiredCourse.objects.get())
    with pytest.raises(Conflict):
        end_requirement(by(cast.lena), project, ended)
    require_course(by(cast.lena), project, course=COURSE, step=2)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_of_the_gate_and_what_is_next_name_the_course(
    client: Client, project: Project, cast: Cast, language: str
) -> None:
    client.cookies["django_language"] = language
    require_course(by(cast.lena), project, course=COURSE, step=1)
    told = text_of(signed_in(client, cast.lena).get("/projects/early-warnings/steps/1/"))
    assert course(COURSE).title[language] in told
    assert ADDRESS in told
    assert {"en": "Take it", "es": "Tomarlo"}[language] in told
    assert ADDRESS in [address for _words, address in queries.what_next(project, cast.lena.actor)]
    assert ADDRESS not in [address for _words, address in queries.what_next(project, cast.rosa.actor)]
    gate = "/projects/early-warnings/steps/1/decide/"
    assert gate not in [address for _words, address in queries.what_next(project, cast.lena.actor)]
    passes(cast.lena)
    assert gate in [address for _words, address in queries.what_next(project, cast.lena.actor)]


def test_the_pages_on_which_it_is_set(client: Client, project: Project, cast: Cast) -> None:
    page = "/projects/early-warnings/courses/"
    assert "Ask for a course" not in text_of(client.get(page))
    signed_in(client, cast.lena)
    sent = {"course": COURSE, "step": "0", "once": "r1"}
    assert client.post(page, {**sent, "course": "none"}).status_code == 422
    assert client.post(page, sent).headers["Location"] == page
    assert "Deciding on AI" in text_of(client.get(page))
    assert client.post("/gates/courses/", {**sent, "once": "r2"}).status_code == 403
    required = RequiredCourse.objects.get()
    assert client.post(f"{page}{required.pk}/end/", {"once": "e1"}).status_code == 302
    signed_in(client, cast.bea)
    assert client.post("/gates/courses/", {**sent, "only_high": "on", "once": "r3"}).status_code == 302
    assert "only for high risks" in text_of(client.get("/gates/courses/"))
    body = RequiredCourse.objects.get(ended=None)
    assert client.post(f"/gates/courses/{body.pk}/end/", {"once": "e2"}).status_code == 302
