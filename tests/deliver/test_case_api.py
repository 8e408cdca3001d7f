"""Other systems hand cases in and take determinations back, by the same rules as the pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minga.deliver import incoming, tasks
from minga.deliver.actions import close_service
from minga.deliver.models import Access, Case, CaseFile, Contact
from minga.people.models import Person
from tests.conftest import by
from tests.deliver.counter import Counter, as_

GIVEN = {"fields": {"need": "A roof", "income": "900"}, "email": "rosa@example.org"}


def post(counter: Counter, who: Person | None, given: dict[str, Any], **headers: str) -> Any:
    address = f"/api/deliver/projects/{counter.project.slug}/services/{counter.service.slug}/cases"
    client = as_(who)
    return client.post(address, given, content_type="application/json", headers=headers)


def test_the_services_are_public(counter: Counter) -> None:
    [found] = as_(None).get(f"/api/deliver/projects/{counter.project.slug}/services").json()
    assert (found["service"], found["tool"], found["takes_cases_online"]) == ("roof-grants", "incomes", True)
    assert [field["name"] for field in found["fields"]][:2] == ["need", "income"]


def test_a_visitor_hands_a_case_in_and_gets_the_private_address(counter: Counter) -> None:
    sent = post(counter, None, GIVEN)
    assert sent.status_code == 201
    assert sent.json() == {"case": 1, "state": "open", "private": Contact.objects.get().get_absolute_url()}
    assert Case.objects.get().origin == "api"


def test_the_same_key_hands_it_in_once(counter: Counter) -> None:
    answers = [post(counter, None, GIVEN, idempotency_key="k-1").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Case.objects.count() == 1


@pytest.mark.parametrize("more", [{"id": "7"}, {"route": "post"}, {"received": "2020-01-01T00:00:00Z"}])
def test_a_visitor_cannot_reach_into_the_cases_of_others(counter: Counter, more: dict[str, str]) -> None:
    post(counter, counter.cast.flor, {**GIVEN, "id": "7"})
    assert post(counter, None, {**GIVEN, **more}).status_code == 403


def test_the_desk_gives_its_own_id_and_route_and_the_link_is_told_once(counter: Counter) -> None:
    first = post(counter, counter.cast.flor, {**GIVEN, "id": "7", "route": "phone"})
    again = post(counter, counter.cast.flor, {**GIVEN, "id": "7", "route": "phone"})
    assert first.json()["private"]
    assert again.json() == {"case": 1, "state": "open", "private": ""}
    assert Case.objects.get().route == "phone"


@pytest.mark.parametrize("given", [{"fields": {}}, {**GIVEN, "email": "nowhere"}])
def test_what_is_wrong_is_named(counter: Counter, given: dict[str, Any]) -> None:
    sent = post(counter, None, given)
    assert sent.status_code == 422
    assert sent.json()["fields"]


def test_an_unknown_route_is_named(counter: Counter) -> None:
    assert post(counter, counter.cast.flor, {**GIVEN, "route": "pigeon"}).json()["fields"]["route"]


def test_a_service_without_a_form_takes_none_from_visitors(counter: Counter) -> None:
    counter.set(form_open=False)
    assert post(counter, None, GIVEN).status_code == 409
    assert post(counter, counter.cast.flor, GIVEN).status_code == 201
    close_service(by(counter.cast.lena), counter.project, counter.service, "Moved")
    assert post(counter, counter.cast.flor, GIVEN).status_code == 409


def test_officials_read_what_was_decided_and_each_case_notes_it(counter: Counter) -> None:
    made = counter.decide(counter.receive(outside_id="P-1"), "refused")
    address = f"/api/deliver/projects/{counter.project.slug}/services/{counter.service.slug}/determinations"
    for stranger in (None, counter.cast.rosa, counter.cast.bruno):
        assert as_(stranger).get(address).status_code == 403
    [found] = as_(counter.cast.flor).get(address).json()
    assert (found["id"], found["outcome"], found["fields"]) == ("P-1", "refused", {"need": "A roof"})
    assert Access.objects.get(case=made.case, what="export").person == counter.cast.flor
    assert as_(counter.cast.flor).get(address, {"after": made.pk}).json() == []


def send(counter: Counter, who: Person | None, data: bytes, name: str = "cases.csv", **headers: str) -> Any:
    address = f"/api/deliver/projects/{counter.project.slug}/services/{counter.service.slug}/files"
    return as_(who).post(address, {"file": SimpleUploadedFile(name, data), "route": "post"}, headers=headers)


def test_a_file_goes_the_same_way_as_on_the_page(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming.parts, "__defaults__", (0, 10))
    sent = send(counter, counter.cast.flor, b"need\n" + b"A roof\n" * 24 + b'""\n')
    assert sent.status_code == 201
    found = sent.json()
    assert (found["rows_in"], found["done"], found["taken"], found["finished"]) == (25, 10, 10, None)
    tasks.take_over.call(found["file"], counter.cast.flor.pk)
    address = f"/api/deliver/projects/{counter.project.slug}/services/{counter.service.slug}/files/{found['file']}"
    done = as_(counter.cast.flor).get(address).json()
    assert (done["taken"], done["rejected"], done["failed"]) == (24, 1, 0)
    assert done["problems"][0][:2] == [26, "rejected"]
    assert Case.objects.count() == 24
    assert as_(counter.cast.rosa).get(address).status_code == 403


def test_the_same_key_takes_a_file_over_once(counter: Counter) -> None:
    answers = [send(counter, counter.cast.flor, b"need\nA roof\n", idempotency_key="f-1").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Case.objects.count() == CaseFile.objects.count() == 1


def test_files_are_for_the_desk_and_of_a_known_kind(counter: Counter) -> None:
    assert send(counter, None, b"need\nA roof\n").status_code == 403
    assert send(counter, counter.cast.flor, b"MZ", "cases.exe").status_code == 422
    assert not Case.objects.exists()
