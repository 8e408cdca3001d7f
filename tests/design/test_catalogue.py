"""The catalogue, its withdraw switch, and the pages of tools from outside, tables and reports of checks."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from minga.design import runs, tasks
from minga.design.actions import create_release, register_version, request_check
from minga.design.models import Check, Criterion, Dataset, ToolVersion, Withdrawal
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.supplier import EXAMPLE, QUEUES, arrives, criterion, program, reports
from tests.design.test_pages import client, page, send


@pytest.fixture
def released(project: Project, cast: Cast, criterion: Criterion, mended: ToolVersion) -> ToolVersion:
    check = request_check(by(cast.dario), project, criterion, mended)
    tasks.run_check.call(check.pk)
    create_release(by(cast.lena), project, mended)
    return mended


def shown(path: str, person: Any = None, status: int = 200) -> str:
    answer = client(person).get(path)
    assert answer.status_code == status, answer.content[:3000]
    text = answer.content.decode()
    assert text.count("<h1") == 1
    assert "style=" not in text
    return text


def test_tools_and_versions_are_listed_with_what_became_of_them(cast: Cast, released: ToolVersion) -> None:
    text = shown("/tools/")
    assert "1 tool, and what became of it" in text
    assert "Short calls" in text
    assert "Released" in text
    detail = shown("/tools/shortcalls/")
    assert "C-01" in detail
    assert "Version 0.2, Early warnings" in detail
    assert "Withdraw it" not in detail
    assert "Withdraw it" in shown("/tools/shortcalls/", cast.olga)
    assert client().get("/tools/nothing/").status_code == 404
    listed = client().get("/api/design/tools").json()
    assert listed[0]["versions"][0]["checks"] == {"C-01": "passed"}
    assert listed[0]["versions"][0]["withdrawn"] is None


def test_the_overseer_withdraws_and_the_lead_restores(project: Project, cast: Cast, released: ToolVersion) -> None:
    shown("/tools/shortcalls/withdraw/", cast.rosa, status=403)
    form = shown("/tools/shortcalls/withdraw/", cast.olga)
    assert "In every project of the body" not in form
    assert "In every project of the body" in shown("/tools/shortcalls/withdraw/", cast.bea)
    given = {"version": "0.2", "place": str(project.pk), "reason": "It told residents something false."}
    answer = client(cast.olga).post("/tools/shortcalls/withdraw/", {**given, "reason": ""})
    assert answer.status_code == 422
    answer = client(cast.olga).post("/tools/shortcalls/withdraw/", given, follow=True)
    assert "It told residents something false." in answer.content.decode()
    made = Withdrawal.objects.get()
    assert (made.project, made.version, made.person) == (project, "0.2", cast.olga)
    assert "Withdrawn" in page(project, f"versions/{released.pk}/")
    assert client().get("/api/design/tools").json()[0]["versions"][0]["withdrawn"] == given["reason"]
    shown(f"/tools/shortcalls/restore/{made.pk}/", cast.rosa, status=403)
    answer = client(cast.lena).post(f"/tools/shortcalls/restore/{made.pk}/", {"reason": "Mended."}, follow=True)
    assert "Mended." in answer.content.decode()
    made.refresh_from_db()
    assert made.lifted_by == cast.lena


def test_the_catalogue_takes_as_many_queries_for_many_versions(
    project: Project, cast: Cast, released: ToolVersion
) -> None:
    def count(path: str) -> int:
        browser = client(cast.lena)
        browser.get(path)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            browser.get(path)
        return len(caught)

    few = [count("/tools/"), count("/tools/shortcalls/")]
    for number in range(3, 9):
        version = register_version(
            by(cast.dario), project, tool="shortcalls", version=str(number), settings="", change_note="x"
        )
        request_check(by(cast.dario), project, Criterion.objects.get(), version)
    assert [count("/tools/"), count("/tools/shortcalls/")] == few


def test_a_supplier_registers_a_program_on_the_page(project: Project, cast: Cast) -> None:
    assert "Register a tool from outside" in page(project, "versions/outside/", cast.paz)
    page(project, "versions/outside/", cast.rosa, status=403)
    given: dict[str, Any] = {
        "kind": "command", "tool": "street-reports", "version": "1.0", "licence": "Apache-2.0", "settings": "",
        "command": "python3 -I -B /program/tool.py", "fields_seen": "title, text", "labels": ", ".join(QUEUES),
        "open_weights": "none", "open_code": "open", "open_data": "none", "open_documentation": "open",
        "currency": "EUR", "per_cpu_second": "0.02", "chosen_on": "none", "change_note": "As delivered",
    }  # fmt: skip
    wrong = {**given, "command": "python3 /program/nothing.py", "program": program("1.0")}
    status, text = send(project, "versions/outside/", cast.paz, **wrong)
    assert status == 422
    assert "Error:" in text
    assert not ToolVersion.objects.exists()
    status, text = send(project, "versions/outside/", cast.paz, **given)
    assert (status, "There is no program" in text) == (422, True)
    status, text = send(project, "versions/outside/", cast.paz, **{**given, "program": program("1.0")})
    assert status == 200, text
    assert "the tool answered as described" in text
    kept = ToolVersion.objects.get()
    assert kept.spec["prices"]["per_cpu_second"] == "0.02"
    detail = shown("/tools/street-reports/")
    assert "a program in the sandbox" in detail
    assert "code open, documentation open" in detail


def test_a_service_needs_its_address_and_host(project: Project, cast: Cast) -> None:
    given = {
        "kind": "http", "tool": "far", "version": "1", "licence": "x", "fields_seen": "title", "chosen_on": "none",
        "open_weights": "none", "open_code": "", "change_note": "x",
    }  # fmt: skip
    status, text = send(project, "versions/outside/", cast.paz, **given)
    assert (status, "Give the address of the service." in text, "Choose one." in text) == (422, True, True)
    levels = {f"open_{part}": "closed" for part in ("weights", "code", "data", "documentation")}
    status, text = send(
        project, "versions/outside/", cast.paz, **{**given, **levels, "address": "https://advice.example/v1"}
    )
    assert (status, "MINGA_TOOL_HOSTS" in text) == (422, True)


def test_a_table_comes_in_on_the_page_and_its_criterion_too(project: Project, cast: Cast) -> None:
    given = {"name": "Reports", "purpose": "Queues", "kind": "table", "id_column": "id", "truth_column": "queue"}
    upload = SimpleUploadedFile("reports.csv", (EXAMPLE / "reports.csv").read_bytes())
    status, text = send(project, "data/new/", cast.dario, **{**given, "id_column": "", "file": upload})
    assert (status, "Say which column names each case." in text) == (422, True)
    upload.seek(0)
    given["group_columns"] = "language, made_up"
    status, text = send(project, "data/new/", cast.dario, **{**given, "file": upload})
    assert status == 200
    assert "120 rows came in" in text
    assert "How often each value occurs" in text
    data = Dataset.objects.get()
    assert data.columns == {"id": "id", "truth": "queue", "groups": ["language", "made_up"]}
    page(project, f"data/{data.pk}/sheet/", cast.dario)
    form = page(project, "criteria/new/", cast.rosa)
    assert "Of the cases that it should pick out, the share that it did." in form
    assert "language + made_up" in form
    asked = {
        "sentence": "Lamps are found.", "metric": "recall", "group_by": "language", "positive": "lighting",
        "gap": "difference", "comparison": "le", "bound": "10", "minimum_group": "10", "dataset": data.pk,
        "binding": "yes",
    }  # fmt: skip
    status, text = send(project, "criteria/new/", cast.rosa, **asked)
    assert status == 200, text
    made = Criterion.objects.get()
    assert (made.options, str(made.bound)) == ({"positive": "lighting", "gap": "difference"}, "0.1000")
    assert "largest difference between groups" in text
    status, text = send(project, "criteria/new/", cast.rosa, **{**asked, "positive": "", "metric": "latency_p95"})
    assert status == 200
    assert Criterion.objects.get(code="C-02").bound == 10


def test_the_report_as_page_data_and_paper(project: Project, cast: Cast) -> None:
    asked = criterion(cast, project, reports(cast, project))
    check = request_check(by(cast.dario), project, asked, arrives(cast, project, "1.0"))
    waiting = client().get(f"/projects/{project.slug}/checks/{check.pk}.pdf")
    assert waiting.status_code == 409
    tasks.run_check.call(check.pk)
    text = page(project, f"checks/{check.pk}/")
    for said in ("You may not need machine learning", "EUR for 1,000 cases", "As data (JSON)", "Share right"):
        assert said in text
    data = json.loads(client().get(f"/projects/{project.slug}/checks/{check.pk}.json").content)
    assert list(data).index("baseline") < list(data).index("figures")
    assert (data["metric"], data["seed"], data["state"]) == ("accuracy", runs.seed_of(check.criterion), "failed")
    assert {row["group"]: row["of"] for row in data["figures"]} == {"en": 60, "es": 60}
    assert data["seconds"] > 0
    assert data["peak_memory_mib"] > 0
    assert data["cpu_seconds"] > 0
    paper = PdfReader(io.BytesIO(_pdf(project, check)))
    words = " ".join(one.extract_text() for one in paper.pages)
    assert asked.sentence in " ".join(words.split())


def _pdf(project: Project, check: Check) -> bytes:
    answer = client().get(f"/projects/{project.slug}/checks/{check.pk}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_these_pages_speak_spanish(project: Project, cast: Cast, released: ToolVersion) -> None:
    browser = client(cast.olga)
    for path, said in {
        "/tools/": "herramienta",
        "/tools/shortcalls/": "Retirarla",
        "/tools/shortcalls/withdraw/": "Retirar ahora",
        f"/projects/{project.slug}/criteria/C-01/": "criterio",
    }.items():
        text = browser.get(path, headers={"accept-language": "es"}).content.decode()
        assert said in text, path
