"""A frontline worker opens a trial in minutes, tries made-up cases, and it ends by itself with a report."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from minga.design import case_fields, clock, suites, trial_tasks, trials
from minga.design.actions import (
    end_trial,
    judge_case,
    keep_answer,
    open_trial,
    propose_test_case,
    try_case,
    withdraw_tool,
)
from minga.design.models import TestCase, ToolVersion, Trial, TrialCase
from minga.ledger.action import SYSTEM, By
from minga.ledger.guard import open_for_action
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from minga.tools.base import Advice
from minga.tools.providers import Answer
from minga.tools.stats import wilson
from tests.conftest import Cast, by
from tests.design.supplier import arrives, reports
from tests.design.test_pages import client, page, send

LAMP = {"title": "Street lamp out", "text": "The lamp on Mill Road is dark."}
SPANISH = {"title": "Farola apagada", "text": "No hay luz."}


@pytest.fixture
def version(project: Project, cast: Cast) -> ToolVersion:
    return arrives(cast, project, "1.0")


@pytest.fixture
def trial(project: Project, cast: Cast, version: ToolVersion) -> Trial:
    return open_trial(by(cast.flor), project, version, "Does it understand Spanish?")


def answered(cast: Cast, trial: Trial, source: dict[str, str]) -> TrialCase:
    """A case with an answer of the real program, from the sandbox."""
    case = try_case(by(cast.flor), trial.project, trial, source)
    assert trial_tasks.ask_tool.call(case.pk) == "answered"
    case.refresh_from_db()
    return case


def given(case: TrialCase, proposal: str = "roads", cpu: float = 0.5, failure: str = "") -> TrialCase:
    """An answer as the worker would keep it."""
    advice = None if failure else Advice(str(case.number), proposal)
    return keep_answer(By(SYSTEM), case.trial.project, case, Answer(str(case.number), advice, failure, cpu, cpu))


def test_it_is_open_with_safe_limits(project: Project, cast: Cast, trial: Trial) -> None:
    assert (trial.ends - trial.opened, trial.most_cases) == (timedelta(days=14), 50)
    assert trials.is_open(trial)
    assert trials.is_open(trial, trial.ends - timedelta(seconds=1))
    assert not trials.is_open(trial, trial.ends)


def test_only_those_who_work_on_it_open_one(project: Project, cast: Cast, version: ToolVersion) -> None:
    for person in (cast.rosa, cast.paz, cast.olga, cast.nadie):
        with pytest.raises(NotAllowed):
            open_trial(by(person), project, version, "May I?")
    with pytest.raises(Invalid) as refused:
        open_trial(by(cast.flor), project, version, "How long?", days=61, most_cases=501)
    assert set(refused.value.fields) == {"days", "most_cases"}


def test_a_withdrawn_version_is_not_tried(project: Project, cast: Cast, trial: Trial) -> None:
    waiting = try_case(by(cast.flor), project, trial, LAMP)
    withdraw_tool(by(cast.olga), project, tool="street-reports", reason="It told residents something false.")
    with pytest.raises(Blocked, match="withdrawn"):
        open_trial(by(cast.flor), project, trial.version, "Again?")
    assert trial_tasks.ask_tool.call(waiting.pk) == "failed"
    waiting.refresh_from_db()
    assert "It told residents something false." in waiting.failure


def test_the_worker_asks_the_tool_and_a_person_judges(project: Project, cast: Cast, trial: Trial) -> None:
    right, wrong = answered(cast, trial, LAMP), answered(cast, trial, SPANISH)
    assert (right.advice["said"]["proposal"], wrong.advice["said"]["proposal"]) == ("lighting", "general")
    assert trial_tasks.ask_tool.call(right.pk) == "nothing to do"
    judge_case(by(cast.fidel), project, right, "right")
    judge_case(by(cast.flor), project, wrong, "unsure")
    judge_case(by(cast.flor), project, wrong, "wrong", "It knows no Spanish.")
    told = trials.report(trial)
    assert (told["tried"], told["judged"], told["failed"], told["waiting"]) == (2, 2, 0, 0)
    share = {row["verdict"]: (row["count"], row["of"], row["low"], row["high"]) for row in told["verdicts"]}
    assert share["wrong"] == (1, 2, *wilson(1, 2))
    assert share["unsure"][0] == 0
    assert told["cpu_seconds"] > 0
    with pytest.raises(NotAllowed):
        judge_case(by(cast.rosa), project, right, "wrong")
    with pytest.raises(Invalid):
        judge_case(by(cast.flor), project, right, "splendid")


def test_nothing_is_judged_before_it_is_answered(project: Project, cast: Cast, trial: Trial) -> None:
    case = try_case(by(cast.flor), project, trial, LAMP)
    with pytest.raises(Blocked, match="not answered yet"):
        judge_case(by(cast.flor), project, case, "right")


def test_cost_is_computed_from_measured_time(project: Project, cast: Cast, trial: Trial) -> None:
    given(try_case(by(cast.flor), project, trial, LAMP), cpu=0.5)
    given(try_case(by(cast.flor), project, trial, SPANISH), cpu=1.5)
    told = trials.report(trial)
    assert (Decimal(told["cost_per_1000"]), told["currency"]) == (Decimal("20"), "EUR")  # 1 s a case at 0.02 a second


def test_real_data_and_more_cases_than_agreed_are_refused(project: Project, cast: Cast, version: ToolVersion) -> None:
    trial = open_trial(by(cast.flor), project, version, "One case?", most_cases=1)
    with pytest.raises(Invalid) as refused:
        try_case(by(cast.flor), project, trial, {"text": "I am at ana.lopez@gmail.com"})
    assert "Only made-up cases may be tried" in refused.value.fields["source"]
    with pytest.raises(Invalid):
        try_case(by(cast.flor), project, trial, {})
    try_case(by(cast.flor), project, trial, {"text": "I am at ana.lopez@gmail.com"}, invented=True)
    with pytest.raises(Blocked, match="All 1 cases"):
        try_case(by(cast.flor), project, trial, LAMP)


def test_it_ends_by_itself_with_a_report_that_stays(project: Project, cast: Cast, trial: Trial) -> None:
    judged, failed = (try_case(by(cast.flor), project, trial, LAMP) for _ in range(2))
    late = try_case(by(cast.flor), project, trial, SPANISH)
    judge_case(by(cast.flor), project, given(judged), "useless", "We know that.")
    given(failed, failure="The program ended without an answer.")
    assert clock.end_trials() is None
    _over(trial)
    with pytest.raises(Conflict):
        try_case(by(cast.flor), project, trial, LAMP)
    with pytest.raises(Conflict):
        judge_case(by(cast.flor), project, judged, "right")
    assert clock.end_trials() == "1 trials ended"
    assert clock.end_trials() is None
    trial.refresh_from_db()
    told = trial.report
    assert (trial.state, trial.ended) == ("ended", trial.ends)
    assert (told["tried"], told["failed"], told["waiting"], told["judged"]) == (3, 1, 1, 1)
    assert told["failures"] == [["The program ended without an answer.", 1]]
    assert trial_tasks.ask_tool.call(late.pk) == "nothing to do"
    with pytest.raises(Conflict):
        given(late)
    assert Entry.objects.get(action="trial.ended").group == "agency"


def _over(trial: Trial) -> None:
    from minga.ledger.guard import open_for_action

    with open_for_action():
        Trial.objects.filter(pk=trial.pk).update(ends=timezone.now() - timedelta(minutes=1))


def test_a_person_ends_it_earlier_once(project: Project, cast: Cast, trial: Trial) -> None:
    ended = end_trial(by(cast.flor), project, trial)
    assert ended.report["tried"] == 0
    assert ended.report["verdicts"][0]["value"] is None
    with pytest.raises(Conflict):
        end_trial(by(cast.flor), project, trial)


def test_a_case_whose_task_is_lost_ends_as_failed(
    project: Project, cast: Cast, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = try_case(by(cast.flor), project, trial, LAMP)
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.all().delete()
    monkeypatch.setattr(clock, "PATIENCE", timedelta(0))
    assert clock.end_orphans() == "ended 0 checks, 0 readings, 1 trial cases"
    case.refresh_from_db()
    assert "ended several times" in case.failure


def test_a_frontline_worker_opens_tries_and_judges_on_the_page(
    project: Project, cast: Cast, version: ToolVersion
) -> None:
    page(project, "trials/new/", cast.rosa, status=403)
    assert "Only made-up cases are tried." in page(project, "trials/new/", cast.flor)
    told = {"question": "Does it understand Spanish?", "version": version.pk, "days": 14, "most_cases": 50}
    status, text = send(project, "trials/new/", cast.flor, **{**told, "question": ""})
    assert status == 422
    status, text = send(project, "trials/new/", cast.flor, **told)
    assert (status, "Try a made-up case" in text) == (200, True)
    trial = Trial.objects.get()
    where = f"trials/{trial.pk}/"
    status, text = send(project, f"{where}try/", cast.flor, case_0="Call +34 600 123 456", case_1="", more="")
    assert (status, "Only made-up cases may be tried" in text, "Error:" in text) == (422, True, True)
    status, text = send(project, f"{where}try/", cast.flor, case_0="Farola", case_1="No hay luz.", more="")
    assert (status, "The tool is being asked." in text) == (200, True)
    case = TrialCase.objects.get()
    assert case.source == {"title": "Farola", "text": "No hay luz."}
    trial_tasks.ask_tool.call(case.pk)
    assert "The tool proposes “general”." in page(project, where, cast.flor)
    status, text = send(project, f"{where}cases/1/", cast.flor, note="No verdict")
    assert status == 422
    status, text = send(project, f"{where}cases/1/", cast.flor, verdict="wrong", note="It knows no Spanish.")
    assert (status, "It knows no Spanish." in text) == (200, True)
    assert "Make case 1 one that must come out right" in text
    status, text = send(project, f"{where}end/", cast.flor)
    assert (status, "Propose a criterion" in text) == (200, True)


def test_a_case_has_the_fields_that_the_tool_a_service_or_the_data_have(
    project: Project, cast: Cast, version: ToolVersion, first: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names(which: ToolVersion) -> list[str]:
        return [field.name for field in case_fields.fields_of(project, which)]

    monkeypatch.setattr(case_fields, "_offers", [])
    assert names(version) == ["title", "text"]
    assert names(first) == ["text"]
    propose_test_case(by(cast.rosa), project, {"days": "3"}, "short", "Because.")
    assert names(first) == ["days"]
    reports(cast, project)
    assert set(names(first)) == {"title", "text", "made_up"}
    income = case_fields.Field("income", "Income a month")
    case_fields.offer_fields(lambda place, tool: [income] if tool == "shortcalls" else [])
    assert case_fields.fields_of(project, first) == [income]
    assert names(version) == ["title", "text"]


def test_a_wrong_case_becomes_a_test_case(project: Project, cast: Cast, trial: Trial) -> None:
    case = answered(cast, trial, SPANISH)
    judge_case(by(cast.flor), project, case, "wrong")
    form = page(project, f"test-cases/new/?trial_case={case.pk}", cast.flor)
    assert "Farola apagada" in form
    assert "Farola apagada" not in page(project, f"test-cases/new/?trial_case={case.pk + 1}", cast.flor)
    told = {"case_0": "Farola apagada", "case_1": "No hay luz.", "expected": "lighting", "because": "Lamps wait."}
    send(project, f"test-cases/new/?trial_case={case.pk}", cast.flor, **told)
    made = TestCase.objects.get()
    entry = Entry.objects.get(action="test_case.proposed")
    assert Edge.objects.filter(entry=entry, cause_kind="trial", cause_id=str(trial.pk)).exists()
    assert not suites.agreed(project).filter(pk=made.pk).exists()


@pytest.mark.parametrize("name", ["nobody", "nadie", "olga", "rosa"])
def test_cases_and_notes_are_for_those_who_take_part(project: Project, cast: Cast, trial: Trial, name: str) -> None:
    case = answered(cast, trial, SPANISH)
    judge_case(by(cast.flor), project, case, "wrong", "It knows no Spanish.")
    person: Person | None = None if name == "nobody" else getattr(cast, name)
    inside = name in ("olga", "rosa")
    for path in (f"trials/{trial.pk}/", f"trials/{trial.pk}.json"):
        text = client(person).get(f"/projects/{project.slug}/{path}").content.decode()
        assert ("It knows no Spanish." in text) == inside
        assert "Farola apagada" in text if inside else "Farola apagada" not in text
    assert client(person).get(f"/projects/{project.slug}/trials/{trial.pk}.json").json()["judged"] == 1


def test_the_api_tells_what_an_ended_trial_found(project: Project, cast: Cast, trial: Trial) -> None:
    judge_case(by(cast.flor), project, given(try_case(by(cast.flor), project, trial, LAMP)), "right", "Good.")
    end_trial(by(cast.flor), project, trial)
    (told,) = client().get(f"/api/design/{project.slug}/trials").json()
    assert (told["state"], told["found"]["judged"], "cases" in told["found"]) == ("ended", 1, False)


def test_the_page_takes_as_many_queries_for_many_cases(project: Project, cast: Cast, trial: Trial) -> None:
    def count(path: str) -> int:
        page(project, path, cast.flor)
        with CaptureQueriesContext(connection) as caught:
            page(project, path, cast.flor)
        return len(caught)

    paths = [f"trials/{trial.pk}/", "trials/"]
    given(try_case(by(cast.flor), project, trial, LAMP))
    few = [count(path) for path in paths]
    for _ in range(8):
        given(try_case(by(cast.flor), project, trial, SPANISH))
    assert [count(path) for path in paths] == few


def test_a_worker_that_comes_too_late_asks_nothing_and_keeps_nothing(
    project: Project, cast: Cast, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = try_case(by(cast.flor), project, trial, LAMP)
    with open_for_action():
        Trial.objects.update(ends=timezone.now())  # and the clock has not closed it yet
    monkeypatch.setattr(trial_tasks.tools, "advise", lambda *asked: pytest.fail("a tool was asked after the end"))
    assert trial_tasks.ask_tool.call(case.pk) == "nothing to do"
    case.refresh_from_db()
    with pytest.raises(Conflict):
        given(case)
    assert clock.end_trials() == "1 trials ended"
    trial.refresh_from_db()
    assert (trial.report["tried"], trial.report["waiting"]) == (1, 1)
    case.refresh_from_db()
    assert trials.is_waiting(case)
