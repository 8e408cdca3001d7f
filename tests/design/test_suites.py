"""Participants write cases that must come out right; agreed ones are frozen, asked of each version, and told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minga.design import queries, suites, tasks
from minga.design.actions import (
    agree_test_case,
    approve_criterion,
    ask_for_suite,
    propose_test_case,
    request_check,
    retire_test_case,
)
from minga.design.models import Check, Criterion, Dataset, TestCase, ToolVersion
from minga.engage.actions import submit
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.supplier import arrives
from tests.design.test_pages import page, send

LAMP = {"title": "Farola apagada", "text": "No hay luz en la plaza."}
HOLE = {"title": "Pothole", "text": "A deep pothole on Mill Road."}


def write(
    cast: Cast, project: Project, source: dict[str, str], expected: str, person: Person | None = None
) -> TestCase:
    made = propose_test_case(by(person or cast.rosa), project, source, expected, "It was routed wrongly for months.")
    return agree_test_case(by(cast.lena), project, made)


@pytest.fixture
def checked(project: Project, cast: Cast) -> tuple[ToolVersion, Criterion]:
    """Two cases, of which version 1.0, which knows English only, gets one right."""
    write(cast, project, LAMP, "lighting")
    write(cast, project, HOLE, "roads")
    asked = approve_criterion(by(cast.ada), project, ask_for_suite(by(cast.rosa), project))
    version = arrives(cast, project, "1.0")
    check = request_check(by(cast.dario), project, asked, version)
    assert tasks.run_check.call(check.pk) == "failed"
    return version, asked


def test_a_case_is_proposed_agreed_and_retired(project: Project, cast: Cast) -> None:
    said = submit(by(cast.rosa), project, text="Lamps in the square are never mended.", language="en")
    case = propose_test_case(by(cast.rosa), project, LAMP, " lighting ", "Lamps wait.", contribution=said)
    assert (case.code, case.expected, case.state) == ("T-01", "lighting", "proposed")
    entry = Entry.objects.get(action="test_case.proposed")
    assert Edge.objects.filter(entry=entry, cause_kind="contribution", cause_id=str(said.pk)).exists()
    with pytest.raises(NotAllowed):
        agree_test_case(by(cast.rosa), project, case)
    agreed = agree_test_case(by(cast.ada), project, case)
    assert (agreed.state, agreed.agreed is not None) == ("agreed", True)
    with pytest.raises(Conflict):
        agree_test_case(by(cast.lena), project, case)
    assert retire_test_case(by(cast.lena), project, case, "Streets were renamed.").state == "retired"
    with pytest.raises(Conflict):
        retire_test_case(by(cast.lena), project, case, "Again.")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "at least one field"),
        ({"text": "  "}, "at least one field"),
        ({"id": "7", "text": "x"}, "cannot be called “id”"),
        ({"expected": "roads", "text": "x"}, "cannot be called “expected”"),
        ({"text": "x" * 20_001}, "too large"),
        ({"text": "Write to ana.lopez@gmail.com"}, "looks like an e-mail address"),
        ({"text": "My number is 12345678-Z"}, "looks like an identity number"),
        ({"text": "Call +34 600 123 456"}, "looks like a telephone"),
        ({"pay": {"to": "ES91 2100 0418 4502 0005 1332"}}, "looks like a bank account"),
    ],
)
def test_what_is_no_case_is_refused(project: Project, cast: Cast, source: dict[str, object], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose_test_case(by(cast.rosa), project, source, "roads", "Because.")
    assert said in refused.value.fields["source"]
    assert not TestCase.objects.exists()


def test_what_is_invented_is_taken_when_somebody_says_so(project: Project, cast: Cast) -> None:
    harmless = {"text": "Lamp 4512 on 12 March 2026 cost 1,250.00 EUR, write to ana@example.org"}
    propose_test_case(by(cast.rosa), project, harmless, "lighting", "Because.")
    looks_real = {"text": "Call +34 600 123 456"}
    propose_test_case(by(cast.rosa), project, looks_real, "lighting", "Because.", invented=True)
    assert [case.code for case in TestCase.objects.all()] == ["T-01", "T-02"]


def test_nothing_agreed_gives_no_suite(project: Project, cast: Cast) -> None:
    propose_test_case(by(cast.rosa), project, LAMP, "lighting", "Because.")
    with pytest.raises(Blocked, match="No case has been agreed"):
        ask_for_suite(by(cast.lena), project)
    assert not Dataset.objects.exists()


def test_the_same_cases_are_the_same_dataset(project: Project, cast: Cast) -> None:
    write(cast, project, LAMP, "lighting")
    first = suites.frozen(by(cast.lena), project)
    assert suites.frozen(by(cast.dario), project) == first
    write(cast, project, HOLE, "roads")
    second = suites.frozen(by(cast.lena), project)
    assert (first.rows_used, second.rows_used) == (1, 2)
    assert suites.current_hash(project) == second.sha256


def test_a_check_tells_which_case_came_out_wrong(
    project: Project, cast: Cast, checked: tuple[ToolVersion, Criterion]
) -> None:
    version, asked = checked
    (found,) = suites.tried(project)
    assert (found.verdict("T-01"), found.wrong["T-01"], found.verdict("T-02")) == ("wrong", "general", "right")
    mended = arrives(cast, project, "1.1")
    again = request_check(by(cast.dario), project, asked, mended)
    assert tasks.run_check.call(again.pk) == "passed"
    newest, older = suites.tried(project)
    assert (newest.version, newest.wrong, older.version) == (mended, {}, version)
    assert queries.standing(mended, asked).state == "passed"
    write(cast, project, {"title": "Tree", "text": "A fallen tree."}, "trees")
    assert queries.standing(mended, asked).state == "old"
    assert newest.verdict("T-03") == ""


def test_the_page_shows_right_and_wrong_by_version(
    project: Project, cast: Cast, checked: tuple[ToolVersion, Criterion]
) -> None:
    text = page(project, "test-cases/")
    assert "1 case comes out wrong on street-reports 1.0" in text
    assert "1.0: wrong, gave “general”" in text
    assert "1.0: right" in text
    assert "Write a case" not in text
    assert "It was routed wrongly for months." in page(project, "test-cases/T-01/")
    assert "incorrecto, dio «general»" in client_says(project, "test-cases/")


def client_says(project: Project, path: str) -> str:
    from tests.design.test_pages import client

    answer = client().get(f"/projects/{project.slug}/{path}", headers={"accept-language": "es"})
    return answer.content.decode()


def test_a_resident_writes_a_case_on_the_page_and_the_lead_agrees(project: Project, cast: Cast) -> None:
    arrives(cast, project, "1.0")
    form = page(project, "test-cases/new/", cast.rosa)
    assert "lighting" in form
    given = {
        "case_0": "Farola apagada", "case_1": "Llame al 600 123 456", "more": "street: Mayor", "expected": "lighting",
        "because": "Lamps wait.",
    }  # fmt: skip
    status, text = send(project, "test-cases/new/", cast.rosa, **given)
    assert (status, "looks like a telephone" in text) == (422, True)
    status, text = send(project, "test-cases/new/", cast.rosa, **{**given, "case_1": "", "more": "street"})
    assert (status, "Write each line as" in text) == (422, True)
    status, text = send(project, "test-cases/new/", cast.rosa, **given, invented="on")
    assert (status, "This case must give “lighting”" in text) == (200, True)
    case = TestCase.objects.get()
    assert case.source == {"title": "Farola apagada", "text": "Llame al 600 123 456", "street": "Mayor"}
    send(project, "test-cases/T-01/agree/", cast.lena)
    assert "Propose it as a criterion" in page(project, "test-cases/", cast.rosa)
    status, text = send(project, "test-cases/criterion/", cast.rosa)
    assert (status, "Every case that people agreed on" in text) == (200, True)
    made = Criterion.objects.get()
    assert (made.metric, made.comparison, made.bound, made.dataset.kind) == ("exact_match", "ge", 1, "suite")
    assert "Propose it as a criterion" not in page(project, "test-cases/", cast.rosa)
    status, _ = send(project, "test-cases/T-01/retire/", cast.lena, reason="Renamed.")
    assert (status, TestCase.objects.get().state) == (200, "retired")


def test_visitors_read_and_do_not_write(project: Project, cast: Cast) -> None:
    write(cast, project, LAMP, "lighting")
    for person in (None, cast.olga, cast.nadie):
        assert "T-01" in page(project, "test-cases/", person)
        page(project, "test-cases/new/", person, status=403)


def test_the_list_takes_as_many_queries_for_many_cases(
    project: Project, cast: Cast, checked: tuple[ToolVersion, Criterion]
) -> None:
    def count() -> int:
        page(project, "test-cases/")
        with CaptureQueriesContext(connection) as caught:
            page(project, "test-cases/")
        return len(caught)

    few = count()
    for number in range(12):
        write(cast, project, {"text": f"Case {number}"}, "roads")
    assert Check.objects.count() == 1
    assert count() == few


def test_cases_are_read_and_written_by_the_api(project: Project, cast: Cast) -> None:
    from tests.design.test_pages import client

    address = f"/api/design/{project.slug}/test-cases"
    told = {"source": LAMP, "expected": "lighting", "because": "Lamps wait."}
    assert client().post(address, told, content_type="application/json").status_code == 403
    answer = client(cast.rosa).post(address, told, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (201, "T-01")
    assert client().get(address).json()[0]["source"] == LAMP
