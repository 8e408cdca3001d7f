"""The pages of a project itself, and its part of the API."""

from typing import Any

import pytest
from django.test import Client

from minga.ledger.models import Entry
from minga.projects.actions import give_position
from minga.projects.models import DecisionRule, GateDecision, Membership, Position, Project
from minga.projects.rooms import PAGES, page_for
from minga.projects.steps import STEPS
from tests.conftest import Cast, by

P = "/projects/early-warnings"


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


def text_of(reply: Any) -> str:
    return reply.content.decode()


def test_every_evidence_need_leads_to_a_form(project: Project) -> None:
    needed = {need.action for step in STEPS.values() for need in step.evidence if not need.set}
    assert needed <= set(PAGES)
    assert [action for action in needed if not page_for(project, action)] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_step_has_a_page_for_everybody(client: Client, project: Project, cast: Cast, language: str) -> None:
    client.cookies["django_language"] = language
    for person in (None, cast.lena, cast.rosa, cast.olga):
        if person:
            signed_in(client, person)
        for number, step in STEPS.items():
            reply = client.get(f"{P}/steps/{number}/")
            assert reply.status_code == 200
            assert step.words[language] in text_of(reply)


def test_there_is_no_ninth_step(client: Client, project: Project) -> None:
    assert client.get(f"{P}/steps/9/").status_code == 404


def test_opening_a_project_needs_an_account(client: Client, cast: Cast) -> None:
    form = {"title": "Faster permits", "summary": "Sorts applications.", "once": "p1"}
    assert client.get("/projects/new/").status_code == 302
    signed_in(client, cast.nadie)
    assert client.post("/projects/new/", {"title": "", "summary": "", "once": "p0"}).status_code == 422
    reply = client.post("/projects/new/", form)
    assert reply.headers["Location"] == "/projects/faster-permits/steps/1/"
    again = client.post("/projects/new/", {**form, "once": "p2"})
    assert again.status_code == 422
    assert "Another project has this title" in text_of(again)


def test_roles_are_given_and_ended_by_the_lead(client: Client, project: Project, cast: Cast) -> None:
    form = {"person": "nadie", "role": "resident", "on_board": "on", "once": "g1"}
    assert client.post(f"{P}/people/grant/", form).status_code == 403
    signed_in(client, cast.lena)
    assert "Nobody with this name" in text_of(client.post(f"{P}/people/grant/", {**form, "person": "ghost"}))
    assert client.post(f"{P}/people/grant/", form).status_code == 302
    seat = Membership.objects.get(project=project, person=cast.nadie)
    assert seat.on_board
    assert client.post(f"{P}/people/grant/", {**form, "once": "g2"}).status_code == 422
    assert client.post(f"{P}/people/{seat.pk}/end/", {"once": "e1"}).status_code == 302
    seat.refresh_from_db()
    assert seat.ended is not None
    only = Membership.objects.get(project=project, person=cast.lena)
    assert client.post(f"{P}/people/{only.pk}/end/", {"once": "e2"}).status_code == 409


def test_the_body_appoints_and_everybody_sees_who_did(client: Client, project: Project, cast: Cast) -> None:
    assert signed_in(client, cast.lena).get(f"{P}/people/appoint/").status_code == 403
    signed_in(client, cast.bea)
    assert client.post(f"{P}/people/appoint/", {"person": "rosa", "once": "o1"}).status_code == 422
    assert client.post(f"{P}/people/appoint/", {"person": "nadie", "once": "o2"}).status_code == 302
    client.logout()
    page = text_of(client.get(f"{P}/people/"))
    assert "appointed by bea" in page
    assert "Rosa" not in page


def test_the_board_and_the_gate_by_form(client: Client, project: Project, cast: Cast) -> None:
    signed_in(client, cast.rosa)
    assert client.post(f"{P}/steps/1/position/", {"stand": "object", "once": "s1"}).status_code == 422
    objection = {"stand": "object", "dissent": "Too early.", "once": "s2"}
    assert client.post(f"{P}/steps/1/position/", objection).status_code == 302
    assert Position.objects.get().dissent == "Too early."
    assert client.get(f"{P}/steps/1/decide/").status_code == 403
    signed_in(client, cast.lena)
    refused = client.post(f"{P}/steps/1/decide/", {"passed": "yes", "reason": "It is time.", "once": "s3"})
    assert refused.status_code == 422
    assert "The need, with evidence: 0 of 1" in text_of(refused)
    assert "It is time." in text_of(refused)
    assert client.post(f"{P}/steps/1/decide/", {"passed": "no", "reason": "Not yet.", "once": "s4"}).status_code == 302
    said = {"position": Position.objects.get().pk, "group": "residents", "text": "Too early."}
    assert GateDecision.objects.get().dissent == [said]
    page = text_of(client.get(f"{P}/steps/1/"))
    assert "A resident: Too early." in page
    assert "Not yet." in page


def test_rules_and_absences_by_form(client: Client, project: Project, cast: Cast) -> None:
    assert "the lead decides" in text_of(client.get(f"{P}/rules/"))
    assert client.post(f"{P}/rules/", {"step": 1, "rule": "ballot", "once": "r0"}).status_code == 403
    signed_in(client, cast.lena)
    assert client.post(f"{P}/rules/", {"step": 1, "rule": "ballot", "once": "r1"}).status_code == 302
    assert DecisionRule.objects.get().rule == "ballot"
    form = {"group": "provider", "reason": "Asked twice, no answer.", "once": "r2"}
    assert client.post(f"{P}/absences/", form).status_code == 302
    client.logout()
    assert "Asked twice, no answer." in text_of(client.get(f"{P}/absences/"))


def test_a_refused_page_writes_nothing(client: Client, project: Project, cast: Cast) -> None:
    before = Entry.objects.count()
    signed_in(client, cast.remi)
    for page in ("people/grant/", "people/appoint/", "steps/1/position/", "steps/1/decide/"):
        assert client.post(f"{P}/{page}", {"once": "x"}).status_code == 403
    assert Entry.objects.count() == before


def test_the_api_shows_steps_and_gates(client: Client, project: Project, cast: Cast) -> None:
    give_position(by(cast.rosa), project, 1, "object", "Too early.")
    assert [row["slug"] for row in client.get("/api/projects/").json()] == ["early-warnings"]
    shown = client.get("/api/projects/early-warnings").json()
    assert [step["number"] for step in shown["steps"]] == list(range(1, 9))
    assert shown["steps"][0]["state"] == "open"
    assert shown["steps"][0]["needs"][0]["met"] is False
    assert client.get("/api/projects/none").status_code == 404
