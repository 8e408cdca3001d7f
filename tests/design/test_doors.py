"""Who gets through which door of this room: pages, data and the API, by role; what is private stays so."""

import json
from typing import Any

import pytest
from django.test import Client

from minga.design import trial_tasks
from minga.design.actions import (
    approve_criterion,
    judge_case,
    open_trial,
    propose_criterion,
    propose_test_case,
    request_check,
    try_case,
    withdraw_tool,
)
from minga.design.models import Check, Comparison, TestCase, ToolVersion, Trial, TrialCase, Withdrawal
from minga.ledger.models import Entry
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.supplier import arrives, reports

SECRET = "Farola secreta"
EVERYBODY = ("visitor", "nadie", "rosa", "paz", "flor", "dario", "lena", "olga", "ada")
OPEN, CLOSED = 200, 403


@pytest.fixture
def trial(project: Project, cast: Cast) -> Trial:
    """An open trial with one answered, judged case, and something of everything else beside it."""
    version = arrives(cast, project, "1.0")
    dataset = reports(cast, project)
    made = propose_criterion(
        by(cast.rosa), project, sentence="x", metric="accuracy", comparison="ge", bound="0.8", dataset=dataset
    )
    request_check(by(cast.dario), project, approve_criterion(by(cast.ada), project, made), version)
    propose_test_case(by(cast.rosa), project, {"title": "Lamp"}, "lighting", "It was dark.")
    opened = open_trial(by(cast.flor), project, version, "Does it understand Spanish?")
    case = try_case(by(cast.flor), project, opened, {"title": SECRET, "text": "No hay luz."})
    trial_tasks.ask_tool.call(case.pk)
    case.refresh_from_db()
    judge_case(by(cast.flor), project, case, "wrong", f"Note on {SECRET}")
    return opened


def as_(cast: Cast, name: str) -> Client:
    browser = Client()
    if name != "visitor":
        person: Person = getattr(cast, name)
        browser.force_login(person)
    return browser


# path below the project -> who is let in to the form
FORMS = {
    "trials/new/": {"flor", "dario", "lena"},
    "trials/{trial}/cases/1/": {"flor", "dario", "lena"},
    "versions/new/": {"paz", "dario"},
    "versions/outside/": {"paz", "dario"},
    "data/{data}/made-up/": {"flor", "dario", "lena"},
    "test-cases/T-01/retire/": {"lena", "ada"},
    "test-cases/new/": {"rosa", "paz", "flor", "dario", "lena", "ada"},
    "comparisons/new/": {"dario", "lena"},
}


@pytest.mark.parametrize("path", FORMS)
def test_forms_open_only_for_those_who_may_send_them(project: Project, cast: Cast, trial: Trial, path: str) -> None:
    data = trial.version.checks.get().dataset_id
    address = f"/projects/{project.slug}/{path.format(trial=trial.pk, data=data)}"
    let_in = {name for name in EVERYBODY if as_(cast, name).get(address).status_code == OPEN}
    assert let_in == FORMS[path]


WRITES: dict[str, tuple[dict[str, str], set[str]]] = {
    "trials/{trial}/try/": ({"f_0": "x", "title": "Lamp", "text": "dark"}, {"flor", "dario", "lena"}),
    "trials/{trial}/end/": ({}, {"flor", "dario", "lena"}),
    "trials/{trial}/cases/1/": ({"verdict": "right"}, {"flor", "dario", "lena"}),
    "test-cases/T-01/agree/": ({}, {"lena", "ada"}),
    "versions/{version}/check/": ({}, {"lena", "dario", "paz", "olga", "flor"}),
    "versions/{version}/release/": ({}, {"lena", "ada"}),
}


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_writes_who_may_not(project: Project, cast: Cast, trial: Trial, path: str, name: str) -> None:
    given, may = WRITES[path]
    before = Entry.objects.count()
    address = f"/projects/{project.slug}/{path.format(trial=trial.pk, version=trial.version_id)}"
    answer = as_(cast, name).post(address, given)
    if name not in may:
        assert (answer.status_code in (302, CLOSED), Entry.objects.count()) == (True, before), answer.status_code
    else:
        assert answer.status_code != CLOSED


def test_cases_and_notes_of_a_trial_are_for_those_who_take_part(project: Project, cast: Cast, trial: Trial) -> None:
    base = f"/projects/{project.slug}/trials/{trial.pk}"
    for name in EVERYBODY:
        browser = as_(cast, name)
        shown = SECRET in browser.get(f"{base}/").content.decode()
        told = SECRET in json.dumps(browser.get(f"{base}.json").json(), ensure_ascii=False)
        assert (shown, told) == ((name not in ("visitor", "nadie")),) * 2, name
        listed = json.dumps(browser.get(f"/api/design/{project.slug}/trials").json(), ensure_ascii=False)
        assert SECRET not in listed
    case = TrialCase.objects.get()
    for name in ("visitor", "nadie"):
        address = f"/projects/{project.slug}/test-cases/new/?trial_case={case.pk}"
        assert SECRET not in as_(cast, name).get(address).content.decode()


def test_the_ledger_tells_nothing_of_a_trial_case(project: Project, trial: Trial) -> None:
    kept = json.dumps(list(Entry.objects.values_list("payload", flat=True)), ensure_ascii=False, default=str)
    assert SECRET not in kept


API: dict[str, tuple[dict[str, Any], set[str]]] = {
    "checks": ({"criterion": "C-01", "version": "1.0"}, {"lena", "dario", "paz", "olga", "flor"}),
    "test-cases": (
        {"source": {"title": "y"}, "expected": "roads", "because": "z"},
        {"rosa", "paz", "flor", "dario", "lena", "ada"},
    ),
}


@pytest.mark.parametrize("path", API)
def test_the_api_writes_for_the_same_people(project: Project, cast: Cast, trial: Trial, path: str) -> None:
    given, may = API[path]
    for name in EVERYBODY:
        before = (Check.objects.count(), TestCase.objects.count())
        answer = as_(cast, name).post(f"/api/design/{project.slug}/{path}", given, content_type="application/json")
        if name not in may:
            assert 400 <= answer.status_code < 500, (name, answer.content)
            assert (Check.objects.count(), TestCase.objects.count()) == before
        else:
            assert answer.status_code not in (401, 403), (name, answer.content)


def test_the_switch_is_for_lead_overseer_and_body(project: Project, cast: Cast, trial: Trial) -> None:
    given = {"reason": "It is wrong.", "place": f"{project.pk}", "version": ""}
    for name in (*EVERYBODY, "bea"):
        address = "/tools/street-reports/withdraw/"
        opened = as_(cast, name).get(address).status_code == OPEN
        assert opened == (name in ("lena", "olga", "bea")), name
        if not opened:
            as_(cast, name).post(address, given)
    assert not Withdrawal.objects.exists()


def test_a_withdrawn_tool_is_refused_at_every_door(project: Project, cast: Cast, trial: Trial) -> None:
    """A check and a trial case that wait for the worker meet the switch there."""
    from minga.design import tasks

    waiting = Check.objects.get(state="queued")
    case = try_case(by(cast.flor), project, trial, {"title": "Lamp", "text": "dark"})
    withdraw_tool(by(cast.olga), project, "street-reports", "It is wrong.")
    assert tasks.run_check.call(waiting.pk) == "broken"
    assert trial_tasks.ask_tool.call(case.pk) == "failed"
    case.refresh_from_db()
    assert "withdrawn" in case.failure
    assert case.advice["said"] is None
    version = ToolVersion.objects.get()
    base = f"/projects/{project.slug}/versions/{version.pk}"
    assert as_(cast, "dario").post(f"{base}/check/", {"criterion": "C-01"}).status_code == 409
    assert as_(cast, "lena").post(f"{base}/release/").status_code == 409
    assert Check.objects.count() == 1
    assert not Comparison.objects.exists()
