"""The pages say what happened and what to do, for each role, and every form does what its action does."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from minga.design import queries, tasks
from minga.design.actions import create_release, import_dataset, register_version, request_check, sign_exception
from minga.design.models import Check, Criterion, DataAssessment, Dataset, Release, SignedException, ToolVersion
from minga.engage.models import Ballot
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.conftest import MENDED, calls, lines, release
from tests.design.tool import ShortCalls

Write = Callable[..., Path]


def client(person: Person | None = None) -> Client:
    browser = Client()
    if person is not None:
        browser.force_login(person)
    return browser


def page(project: Project, path: str, person: Person | None = None, status: int = 200) -> str:
    answer = client(person).get(f"/projects/{project.slug}/{path}")
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def send(project: Project, path: str, person: Person, **given: object) -> "tuple[int, str]":
    answer = client(person).post(f"/projects/{project.slug}/{path}", given, follow=True)
    return answer.status_code, answer.content.decode()


def day(name: str, value: date) -> dict[str, int]:
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


@pytest.fixture
def failed(project: Project, cast: Cast, criterion: Criterion, first: ToolVersion) -> Check:
    check = request_check(by(cast.dario), project, criterion, first)
    tasks.run_check.call(check.pk)
    return Check.objects.get(pk=check.pk)


@pytest.fixture
def passed(project: Project, cast: Cast, criterion: Criterion, failed: Check, mended: ToolVersion) -> Check:
    check = request_check(by(cast.dario), project, criterion, mended)
    tasks.run_check.call(check.pk)
    return Check.objects.get(pk=check.pk)


def test_every_page_opens_for_everybody(project: Project, cast: Cast, passed: Check, failed: Check) -> None:
    made = create_release(by(cast.lena), project, passed.version)
    until = timezone.localdate() + timedelta(days=9)
    signed = sign_exception(by(cast.lena), project, failed.version, failed.criterion, reason="r", expires=until)
    data = passed.dataset
    paths = [
        "data/", f"data/{data.pk}/", f"data/{data.pk}/sheet/", "criteria/", "criteria/C-01/", "versions/",
        f"versions/{passed.version_id}/", f"versions/{failed.version_id}/", "checks/", f"checks/{failed.pk}/",
        f"checks/{passed.pk}/", "releases/", f"releases/{made.pk}/", f"exceptions/{signed.pk}/",
    ]  # fmt: skip
    for path in paths:
        for person in (None, cast.lena, cast.olga, cast.rosa):
            text = page(project, path, person)
            assert text.count("<h1") == 1, path
            assert "style=" not in text, path


def test_the_failed_check_says_so_and_is_charted(project: Project, failed: Check) -> None:
    text = page(project, f"checks/{failed.pk}/")
    assert "Version 0.1 failed the check" in text
    assert "Failed. Release blocked." in text
    assert "100.0\u202f%" in text
    assert "200 of 200" in text
    assert "You may not need machine learning" in text
    assert "too few to judge" in text


def test_the_passed_check_shows_before_and_after(project: Project, passed: Check) -> None:
    text = page(project, f"checks/{passed.pk}/")
    assert "Version 0.2 passed the check" in text
    assert "version 0.1" in text
    assert "version 0.2" in text


def test_a_running_check_asks_again_without_script(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion
) -> None:
    check = request_check(by(cast.dario), project, criterion, first)
    text = page(project, f"checks/{check.pk}/")
    assert '<meta http-equiv="refresh"' in text
    assert "waits for the worker" in text


def test_a_version_lists_what_is_missing_and_is_released(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion, mended: ToolVersion
) -> None:
    assert "C-01 has not been checked on this version." in page(project, f"versions/{mended.pk}/", cast.lena)
    text = page(project, f"versions/{mended.pk}/", cast.lena)
    assert "methods · Small purchase" in text
    status, _text = send(project, f"versions/{mended.pk}/release/", cast.lena)
    assert status == 409
    send(project, f"versions/{mended.pk}/check/", cast.dario)
    check = Check.objects.get()
    tasks.run_check.call(check.pk)
    assert "Release this version" in page(project, f"versions/{mended.pk}/", cast.lena)
    status, text = send(project, f"versions/{mended.pk}/release/", cast.lena)
    assert status == 200
    assert "Version 0.2 passed every binding check" in text
    assert Release.objects.get().version == mended


def test_importing_by_upload(project: Project, cast: Cast) -> None:
    file = SimpleUploadedFile("calls.jsonl", lines(calls()))
    status, text = send(project, "data/new/", cast.dario, name="Calls", purpose="Warnings", file=file)
    assert status == 200
    assert "406" in text
    assert Dataset.objects.get().source == "calls.jsonl"


def test_a_bad_upload_says_what_to_do_at_the_field(project: Project, cast: Cast) -> None:
    file = SimpleUploadedFile("calls.csv", b"a;b\n1;2\n")
    status, text = send(project, "data/new/", cast.dario, name="Calls", purpose="Warnings", file=file)
    assert status == 422
    assert "No row of calls.csv can be used" in text
    assert 'id="id_file-error"' in text
    status, text = send(project, "data/new/", cast.dario, name="Calls", purpose="Warnings")
    assert "Give a file or an address" in text
    assert not Dataset.objects.exists()


def test_the_import_page_is_closed_to_others(project: Project, cast: Cast) -> None:
    for person in (cast.rosa, None):
        text = page(project, "data/new/", person, status=403)
        assert 'type="file"' not in text


def test_problems_come_as_csv_that_no_spreadsheet_runs(project: Project, cast: Cast, write: Write) -> None:
    good = release(1, "Open call", date(2026, 1, 5), 20)
    bad = b'{"ocid": "x", "=1+1": 1, "=1+1": 2}\n'
    data = import_dataset(by(cast.dario), project, source=write(lines([good]) + bad), name="n", purpose="p")
    answer = client(cast.dario).get(f"/projects/{project.slug}/data/{data.pk}/problems.csv")
    rows = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert rows[0] == "line,state,reason"
    assert rows[1].startswith("2,failed,")
    assert client().get(f"/projects/{project.slug}/data/{data.pk}/problems.csv").status_code == 403


def test_splitting_on_the_page(project: Project, cast: Cast, dataset: Dataset) -> None:
    status, text = send(project, f"data/{dataset.pk}/split/", cast.dario, **day("at", date(2026, 2, 15)))
    assert status == 200
    assert Dataset.objects.count() == 3
    status, text = send(project, f"data/{dataset.pk}/split/", cast.dario, **day("at", date(2031, 2, 15)))
    assert status == 422
    assert "would be empty" in text


def test_the_data_questions_open_with_the_profile(project: Project, cast: Cast, dataset: Dataset) -> None:
    text = page(project, f"data/{dataset.pk}/questions/", cast.flor)
    assert "Where the profile already knows an answer" in text
    assert re.search(r'value="2026"', text)
    seen = re.search(r'name="seen" value="([^"]*)"', text)
    assert seen
    posted = {
        "seen": seen[1].replace("&quot;", '"'), "publisher": "Open data office", "publisher_partner": "yes",
        "standard": "full", "missing": ["nothing"], "need": "Days open", "personal": "no", "harm": "None found",
        **day("updated", date(2026, 4, 10)), "rhythm": "daily", "ml_use": "nothing", "simpler": ["rule"],
        "effort": "1", "steward": "Office", "lawful_basis": "Example", "recipients": "University: research",
    }  # fmt: skip
    status, text = send(project, f"data/{dataset.pk}/questions/", cast.flor, **posted)
    assert status == 200
    assert "still open" in text
    seen = re.search(r'name="seen" value="([^"]*)"', text)
    assert seen
    posted |= {"seen": seen[1].replace("&quot;", '"'), "standard_name": "OCDS"}
    status, text = send(project, f"data/{dataset.pk}/questions/", cast.flor, **posted)
    assert status == 200
    assert "Datasheet" in text
    assert "University: research" in text
    assert DataAssessment.objects.count() == 1


def test_from_proposal_to_ballot(project: Project, cast: Cast, dataset: Dataset) -> None:
    given = {
        "sentence": "At most a fifth.", "metric": "flag_share", "group_by": "procurement_method", "comparison": "le",
        "bound": "20", "minimum_group": "30", "dataset": dataset.pk, "binding": "yes",
    }  # fmt: skip
    status, text = send(project, "criteria/new/", cast.rosa, **given)
    assert status == 200
    assert "at most 20\u202f%" in text
    criterion = Criterion.objects.get()
    assert str(criterion.params["bound"]) == "0.2"
    tomorrow = timezone.localdate() + timedelta(days=3)
    status, _text = send(
        project, "criteria/ballot/", cast.lena, chosen=[criterion.pk], text="Shall it bind?",
        groups=["residents", "frontline"], quorum="1", threshold="50", **day("closes", tomorrow),
    )  # fmt: skip
    assert Ballot.objects.get().params == [criterion.params]
    assert "Approve without a ballot" in page(project, "criteria/C-01/", cast.ada)
    status, text = send(project, "criteria/C-01/approve/", cast.ada, reason="The law")
    assert status == 200
    assert "The tool must meet this" in text


def test_a_proposal_that_cannot_be_measured_comes_back(project: Project, cast: Cast, dataset: Dataset) -> None:
    given = {"sentence": "s", "metric": "rows_used_share", "group_by": "procurement_method", "comparison": "le",
             "bound": "20", "minimum_group": "30", "dataset": dataset.pk, "binding": "yes"}  # fmt: skip
    status, text = send(project, "criteria/new/", cast.rosa, **given)
    assert status == 422
    assert "cannot be judged by this group" in text


def test_registering_on_the_page(
    project: Project, cast: Cast, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minga.design.forms.installed", lambda: {"shortcalls": ShortCalls()})
    given = {"tool": "shortcalls", "version": "0.2", "settings": MENDED, "change_note": "n",
             "chosen_on": dataset.pk}  # fmt: skip
    status, text = send(project, "versions/new/", cast.dario, **given)
    assert status == 200
    assert ToolVersion.objects.get().settings.replace("\r", "") == MENDED
    status, text = send(project, "versions/new/", cast.dario, **{**given, "version": "0.3", "settings": "["})
    assert status == 422
    assert "not TOML" in text


def test_signing_an_exception_on_the_pages(project: Project, cast: Cast, failed: Check) -> None:
    until = timezone.localdate() + timedelta(days=20)
    path = f"versions/{failed.version_id}/exception/C-01/"
    status, _text = send(project, path, cast.lena, reason="Only on paper", **day("expires", until))
    assert status == 200
    signed = SignedException.objects.get()
    assert "does not hold yet" in page(project, f"exceptions/{signed.pk}/")
    assert any("sign" in sentence for sentence, _link in queries.what_next(project, cast.olga.actor))
    status, text = send(project, f"exceptions/{signed.pk}/", cast.olga)
    assert "This exception holds until" in text
    page(project, path, cast.dario, status=403)


def test_what_next_follows_the_work(project: Project, cast: Cast, criterion: Criterion, write: Write) -> None:
    def sentences(person: Person) -> str:
        return " ".join(sentence for sentence, _link in queries.what_next(project, person.actor))

    assert "Answer the data questions" in sentences(cast.dario)
    assert "Register the first version" in sentences(cast.dario)
    version = register_version(by(cast.dario), project, tool="shortcalls", version="1", settings="", change_note="x")
    assert "Check version 1: C-01" in sentences(cast.dario)
    tasks.run_check.call(request_check(by(cast.dario), project, criterion, version).pk)
    assert "failed its check" in sentences(cast.dario)


def test_the_api(project: Project, cast: Cast, failed: Check) -> None:
    base = f"/api/design/{project.slug}"
    assert client().get(f"{base}/datasets").json()[0]["rows_in"] == 406
    assert client().get(f"{base}/criteria").json()[0]["code"] == "C-01"
    assert client().get(f"{base}/checks/{failed.pk}").json()["state"] == "failed"
    standing = client().get(f"{base}/versions/{failed.version_id}/standing").json()
    assert standing[0]["met"] is False
    for name in ("versions", "checks", "releases", "exceptions"):
        assert client().get(f"{base}/{name}").status_code == 200
    given = {"criterion": "C-01", "version_id": failed.version_id}
    answer = client().post(f"{base}/checks", given, content_type="application/json")
    assert answer.status_code == 403
    answer = client(cast.dario).post(f"{base}/checks", given, content_type="application/json")
    assert answer.status_code == 201, answer.content


def test_spanish_pages(project: Project, cast: Cast, failed: Check) -> None:
    browser = client()
    browser.cookies["django_language"] = "es"
    answer = browser.get(f"/projects/{project.slug}/checks/{failed.pk}/", headers={"accept-language": "es"})
    assert "no superó la comprobación" in answer.content.decode()
