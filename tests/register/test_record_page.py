"""The page of a record and the list of all: what changed because of people, who decided, how it reads, as data too."""

import csv
import io
import json
import re
from typing import Any

import pytest

from minga.register import telling
from minga.register.actions import describe, publish
from minga.register.collect import build
from tests.conftest import by
from tests.deliver.conftest import Desk


@pytest.fixture
def home(told: Desk) -> str:
    describe(by(told.cast.lena), told.project, "source_code_url", "https://example.org/code")
    publish(by(told.cast.lena), told.project)
    return f"/projects/{told.project.slug}/record/"


def test_limits_and_known_failures_lead(told: Desk, home: str, client: Any) -> None:
    page = client.get(home).content.decode().partition("<main")[2]
    failing = page.index("Where it is known to fail")
    assert page.index("What it cannot do") < failing < page.index("It does not see floods.")
    assert "What people said, and what changed" in page
    spanish = client.get(home, headers={"accept-language": "es"}).content.decode()
    assert "No ve inundaciones." in spanish
    assert "se sabe que falla" in spanish


def test_json_ld_is_valid_and_cannot_end_the_element(told: Desk, home: str, client: Any) -> None:
    describe(by(told.cast.lena), told.project, "territory", "</script><script>alert(1)</script> & more")
    publish(by(told.cast.lena), told.project)
    page = client.get(home).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    graph = json.loads(found[0])["@graph"]
    assert [part["@type"] for part in graph] == ["SoftwareApplication", "GovernmentService", "Dataset"]
    assert graph[1]["areaServed"] == "</script><script>alert(1)</script> & more"
    assert graph[0]["codeRepository"] == "https://example.org/code"
    assert "alert(1)</script>" not in found[0]


def test_it_says_how_it_reads(told: Desk, home: str, client: Any) -> None:
    assert "How it reads" in client.get(home).content.decode()
    describe(by(told.cast.lena), told.project, "description", "The tool reads a call. It counts the days. " * 5)
    assert telling.readability(build(told.project)).score is not None


def test_who_decided_is_told_without_names(told: Desk) -> None:
    from tests.register.test_canonical import full

    rows = telling.gates(full(build(told.project)))
    assert [(row.step, row.rule, row.passed) for row in rows] == [(1, "the lead decides", True)]


def test_a_field_has_its_own_page_with_its_history(told: Desk, home: str, client: Any) -> None:
    describe(by(told.cast.lena), told.project, "risks", "It may be late.")
    publish(by(told.cast.lena), told.project)
    describe(by(told.cast.lena), told.project, "risks", "It may be late, or wrong.")
    publish(by(told.cast.lena), told.project)
    page = client.get(f"{home}fields/risks/").content.decode()
    assert "It may be late, or wrong." in page
    assert page.count("Public record, version") >= 2
    assert "Somebody wrote this: no log can confirm it." in page
    assert f"{home}ask/?field=risks" in page
    assert client.get(f"{home}fields/nothing/").status_code == 404
    assert client.get(f"{home}fields/gates/").status_code == 200


def test_the_list_of_all_records(told: Desk, home: str, client: Any) -> None:
    page = client.get("/records/").content.decode()
    assert told.project.title in page
    assert "1 tool has a public record" in page
    found = client.get("/records.json").json()
    assert found["counts"] == {"task": {"event-detection": 1}, "function": {"oversight": 1}, "phase": {"in_use": 1}}
    rows = list(csv.DictReader(io.StringIO(client.get("/records.csv").content.decode("utf-8-sig"), newline="")))
    assert [row["project"] for row in rows] == [told.project.slug]
    assert rows[0]["address"].endswith(home)
    assert told.project.title in client.get("/records/?task=event-detection").content.decode()
    assert home not in client.get("/records/?task=forecasting").content.decode()


def test_what_people_write_is_asked_with_the_words_that_others_read(told: Desk, home: str, client: Any) -> None:
    client.force_login(told.cast.lena)
    page = client.get(f"{home}texts/org_type/").content.decode()
    assert "Municipality or local authority" in page
    assert "UK ATRS" in page
    assert "required by" in client.get(f"{home}texts/").content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_opens(language: str, told: Desk, home: str, client: Any) -> None:
    client.force_login(told.cast.lena)
    for page in ("", "versions/", "versions/1/", "questions/", "ask/", "follow/", "texts/", "publish/"):
        assert client.get(home + page, headers={"accept-language": language}).status_code == 200
