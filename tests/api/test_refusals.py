"""What the API answers when it refuses, and that a repeated request changes nothing twice."""

import json
from typing import Any

import pytest
from django.test import Client

from minga.commission.models import Need
from minga.engage.models import Contribution
from minga.ledger.models import Entry
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast

SHAPE = {"what", "cause", "do", "fields", "reasons"}
NEED = {
    "statement": "Auditors open the files that somebody complains about.",
    "evidence": [{"kind": "figure", "content": "300 of 12,000 calls opened", "source": "audit plan"}],
}


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/{path}", json.dumps(body), content_type="application/json", headers=headers)


def signed_in(person: Person, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def test_a_refused_action_says_what_why_and_what_to_do(cast: Cast, project: Project) -> None:
    answer = post(signed_in(cast.lena), f"commission/{project.slug}/need", {**NEED, "statement": " "})
    refusal = answer.json()
    assert answer.status_code == 422
    assert set(refusal) == SHAPE
    assert refusal["what"]
    assert refusal["do"]
    assert "statement" in refusal["fields"]
    assert not Need.objects.exists()


@pytest.mark.parametrize("name", ["paz", "olga", "mora", "nadie", None])
def test_a_wrong_role_is_refused(cast: Cast, project: Project, name: str | None) -> None:
    client = Client() if name is None else signed_in(getattr(cast, name))
    answer = post(client, f"commission/{project.slug}/need", NEED)
    assert answer.status_code == 403
    assert set(answer.json()) == SHAPE
    assert not Need.objects.exists()


def test_a_repeated_request_changes_nothing_twice(cast: Cast, project: Project) -> None:
    client = signed_in(cast.lena)
    first = post(client, f"commission/{project.slug}/need", NEED, idempotency_key="once-1")
    entries = Entry.objects.count()
    again = post(client, f"commission/{project.slug}/need", NEED, idempotency_key="once-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Need.objects.count() == 1
    assert Entry.objects.count() == entries


def test_the_same_key_for_something_else_is_a_conflict(cast: Cast, project: Project) -> None:
    client = signed_in(cast.lena)
    post(client, f"commission/{project.slug}/need", NEED, idempotency_key="once-1")
    other = {**NEED, "statement": "Something else."}
    answer = post(client, f"commission/{project.slug}/need", other, idempotency_key="once-1")
    assert answer.status_code == 409
    assert set(answer.json()) == SHAPE
    assert Need.objects.count() == 1


def test_a_visitor_who_sends_twice_gives_once(project: Project) -> None:
    client, body = Client(), {"text": "In our district nobody sees the calls.", "language": "en"}
    answers = [post(client, f"engage/{project.slug}/contributions", body, idempotency_key="v-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Contribution.objects.count() == 1


def test_a_signed_in_write_without_a_csrf_token_is_refused(cast: Cast, project: Project) -> None:
    client = signed_in(cast.lena, enforce_csrf_checks=True)
    answer = post(client, f"commission/{project.slug}/need", NEED)
    assert answer.status_code == 403
    assert set(answer.json()) == SHAPE
    assert not Need.objects.exists()

    client.get("/accounts/password/change/")
    token = client.cookies["csrftoken"].value
    assert post(client, f"commission/{project.slug}/need", NEED, x_csrftoken=token).status_code == 201


@pytest.mark.parametrize("path", ["projects/no-such-project", "register/records/no-such-project", "deliver/flags/F-9"])
def test_what_is_not_there_is_not_found(db: None, path: str) -> None:
    assert Client().get(f"/api/{path}").status_code == 404


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "null", '{"text": 1}', "\x00"])
def test_a_body_that_is_no_contribution_is_refused(project: Project, body: str) -> None:
    answer = Client().post(f"/api/engage/{project.slug}/contributions", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert not Contribution.objects.exists()


def test_a_visitor_without_cookies_is_known_by_the_idempotency_key(project: Project) -> None:
    said = {"text": "A warning on half of all tenders is no warning."}
    answers = [
        post(Client(), f"engage/{project.slug}/contributions", said, idempotency_key=key) for key in ("a", "a", "b")
    ]
    assert {answer.status_code for answer in answers} == {201}
    assert Contribution.objects.count() == 2
