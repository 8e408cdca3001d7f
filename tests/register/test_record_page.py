"""The page of a record and the list of all: what changed because of people, who decided, how it reads, as data too."""

import csv
import io
import json
import re
from typing import Any

import msgspec
import pytest
from django.template.loader import render_to_string

from minga.register import catalogue, showing_fields, telling
from minga.register.actions import describe, publish
from minga.register.collect import build
from minga.register.document import FIELDS
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


def test_the_page_leads_with_who_is_in_charge_and_what_to_do(told: Desk, home: str, client: Any) -> None:
    page = client.get(home).content.decode().partition("<main")[2]
    order = ["Ask about this record", "Contest a flag", "What it cannot do", "Who is in charge", "The whole record"]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)
    assert "who answers for it is not written yet" in page
    describe(by(told.cast.lena), told.project, "responsible_owner", "Head of audit")
    publish(by(told.cast.lena), told.project)
    page = client.get(home).content.decode()
    assert "Head of audit" in page.partition("Who decides")[0]
    assert "who answers for it is not written yet" not in page


def test_every_field_stands_in_one_of_nine_folds_and_what_is_not_known_can_be_asked(
    told: Desk, home: str, client: Any
) -> None:
    groups = showing_fields.by_group(build(told.project))
    named = [row.name for group in groups for row in group.rows]
    unknown = [name for group in groups for name, _label in group.unknown]
    assert len(groups) == 9
    assert sorted([*named, *unknown]) == sorted(FIELDS)
    page = client.get(home).content.decode().partition('id="whole"')[2]
    assert page.count("<summary") == 9
    assert f"{home}ask/?field=procurement" in page
    assert "Not known" in page


def test_a_long_list_is_cut_on_the_page_and_whole_on_its_own(told: Desk, home: str, client: Any) -> None:
    describe(by(told.cast.lena), told.project, "limits", "\n".join(f"It does not see thing {n}." for n in range(20)))
    publish(by(told.cast.lena), told.project)
    whole = client.get(home).content.decode().partition('id="whole"')[2]
    assert "thing 19" not in whole
    assert "lines more" in whole
    assert "thing 19" in client.get(f"{home}fields/limits/").content.decode()
    assert "thing 19" in client.get(f"{home}versions/2/").content.decode().partition("The whole record")[2]


def test_people_who_got_a_notice_are_not_sent_to_contest_a_flag(told: Desk, home: str, client: Any) -> None:
    record = build(told.project)
    assert record.appeal_route is not None
    for path, says in (("/contest/", "Contest a flag"), ("", "Was something decided about you?")):
        value = msgspec.structs.replace(record.appeal_route.value, path=path)
        route = msgspec.structs.replace(record.appeal_route, value=value)
        changed = msgspec.structs.replace(record, appeal_route=route)
        page = render_to_string("register/record_contest.html", {"record": changed})
        assert says in page
        assert ("Contest a flag" in page) == bool(path)


@pytest.mark.parametrize(("words", "found"), [("", True), ("SHORT", False), ("nothing like it", False)])
def test_search_in_the_list(words: str, found: bool, told: Desk, home: str, client: Any) -> None:
    title = told.project.title.split()[0].upper()
    page = client.get("/records/", {"q": words or title}).content.decode()
    assert (home in page) == found
    hostile = client.get("/records/", {"q": "\x00<script>" + "x" * 5000})
    assert hostile.status_code == 200
    assert "<script>x" not in hostile.content.decode()
    assert catalogue.folded("Atención CIUDADANA") == "atencion ciudadana"
