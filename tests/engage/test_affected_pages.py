"""The pages of this part as visitors and the project's people use them, without script; the feeds, the CSV, the API."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from minga.engage import actions
from minga.engage.actions.affected import Row
from minga.engage.models import AffectedGroup, Contribution, Conversation, Decision, Reference
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.test_affected import heard, voted

P = "/projects/early-warnings"
GIVEN = {
    "source": "Census 2022, table 4", "url": "https://example.org/census", "as_of_day": "1", "as_of_month": "3",
    "as_of_year": "2026", "size_residents": "800", "size_business": "200", "once": "r1",
}  # fmt: skip
ROWS = [Row("group", "residents", 800), Row("group", "business", 200)]


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def reference(project: Project, cast: Cast) -> Reference:
    return actions.give_reference(by(cast.fabia), project, rows=ROWS, source="Census", as_of=date(2026, 1, 1))


def read(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, path
    return reply.content.decode()


@pytest.mark.parametrize("page", ["affected", "power", "answers", "you-said"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_stands_before_anything_happened(client: Client, project: Project, page: str, language: str) -> None:
    client.cookies["django_language"] = language
    assert f'lang="{language}"' in read(client, f"{P}/{page}/")


def test_saying_who_is_affected_by_form(client: Client, project: Project, cast: Cast) -> None:
    assert client.get(f"{P}/affected/give/").status_code == 403
    client.force_login(cast.fabia)
    assert "Frontline" in read(client, f"{P}/affected/give/")
    table = "margin,key,people,name\nstratum,young,400,Under 30\nstratum,old,600,30 and over"
    assert client.post(f"{P}/affected/give/", {**GIVEN, "table": table}).status_code == 302
    assert sorted(AffectedGroup.objects.values_list("key", "size")) == [
        ("business", 200), ("old", 600), ("residents", 800), ("young", 400),
    ]  # fmt: skip
    page = read(client, f"{P}/affected/")
    assert "5 rows in" not in page
    assert "4 rows in = 4 used + 0 not used" in page
    assert "https://example.org/census" in page
    assert "Under 30" in page


def test_bad_lines_are_named_and_left_out_only_on_request(client: Client, project: Project, cast: Cast) -> None:
    client.force_login(cast.lena)
    bad = b"\xef\xbb\xbfmargin;key;people;name\nstratum;young;400\nstratum;old;6 hundred\nage;x;3\nstratum;old;600;30+"
    sent = {**GIVEN, "file": SimpleUploadedFile("groups.csv", bad)}
    reply = client.post(f"{P}/affected/give/", sent)
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "6 rows in = 4 used + 2 not used" in page
    assert "Line 3:" in page
    assert "6 hundred" in page
    assert not Reference.objects.exists()
    again = {**sent, "file": SimpleUploadedFile("groups.csv", bad), "leave_out": "on"}
    assert client.post(f"{P}/affected/give/", again).status_code == 302
    told = json.loads(Entry.objects.get(action="reference.given").payload)
    assert (told["rows_in"], told["rejected"]) == (6, 2)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"x" * 200_001, b'group,"residents\n,,,\n', b"\x00,\x00"])
def test_files_that_are_no_list_get_a_message(client: Client, project: Project, cast: Cast, content: bytes) -> None:
    client.force_login(cast.lena)
    reply = client.post(f"{P}/affected/give/", {**GIVEN, "file": SimpleUploadedFile("groups.csv", content)})
    assert reply.status_code == 422
    assert not Reference.objects.exists()


def test_the_finding_is_the_heading(client: Client, project: Project, cast: Cast, reference: Reference) -> None:
    heard(project, cast, "residents", 30)
    heard(project, cast, "business", 30)
    page = read(client, f"{P}/affected/")
    assert "Residents are under-heard by 30 points" in page
    assert "Nobody heard" in page
    assert "Residents are under-heard by 30 points" in read(client, f"{P}/")


def numbers_of(told: Any) -> list[dict[str, Any]]:
    return [*told["phases"], *told["parts"]]


def test_no_page_and_no_api_tells_of_a_small_group(
    client: Client, project: Project, cast: Cast, reference: Reference, conversation: Conversation
) -> None:
    heard(project, cast, "residents", 14)
    heard(project, cast, "business", 3)
    voted(conversation, {("residents", ""): 31, ("business", ""): 4, ("frontline", ""): 13, ("", ""): 17})
    told = client.get("/api/engage/early-warnings/affected").json()
    for one in numbers_of(told):
        for line in one["lines"]:
            assert line["people"] is None or line["people"] == 0 or line["people"] >= 10
            assert (line["people"] is None) == (line["share"] is None)
    part = next(one for one in told["parts"] if one["kind"] == "conversation" and one["margin"] == "group")
    page = read(client, f"{P}/affected/")
    assert "31 of" in page
    assert part["people"] == 65
    hidden = 65 - sum(line["people"] or 0 for line in part["lines"]) - (part["not_said"] or 0)
    assert hidden >= 10


def test_the_table_of_steps_counts_voters(client: Client, project: Project, conversation: Conversation) -> None:
    from minga.portal import life

    voted(conversation, {("provider", ""): 12, ("residents", ""): 15})
    row = life.participation(project).rows[0]
    by_group = dict(zip(("agency", "frontline", "business", "digital", "provider"), row.counts, strict=False))
    assert (by_group["provider"], by_group["business"]) == (12, 0)


def test_answering_several_by_form(client: Client, project: Project, cast: Cast) -> None:
    given = [actions.submit(by(cast.rosa), project, text=f"Sentence number {n}.") for n in range(3)]
    page = f"{P}/answers/together/"
    assert client.get(page).status_code == 403
    client.force_login(cast.fabia)
    assert "Sentence number 2." in read(client, page)
    assert "Sentence number 2." not in read(client, f"{page}?q=number+1")
    words = {"outcome": "adapted", "reason": "One reason for both.", "once": "t1"}
    assert client.post(page, words).status_code == 422
    reply = client.post(page, {**words, "contributions": [given[0].pk, 999], "once": "t2"})
    assert reply.status_code == 422
    assert "One reason for both." in reply.content.decode()
    sent = client.post(page, {**words, "contributions": [given[0].pk, given[1].pk], "once": "t3"})
    assert sent.status_code == 302
    assert Decision.objects.filter(outcome="adapted").count() == 2
    client.logout()
    public = read(client, f"{P}/answers/")
    assert "One reply to 2 contributions" in public
    assert "One reason for both." in read(client, f"/answers/{given[1].token}/")


def test_answers_in_public_as_a_page_csv_feed_and_api(client: Client, project: Project, cast: Cast) -> None:
    then = timezone.now() - timedelta(days=45)
    late = actions.submit(by(cast.rosa, happened=then), project, text="Nobody answers me.")
    given = actions.submit(by(cast.rosa), project, text="=cmd|' /C calc'!A0")
    actions.decide(by(cast.lena), project, given, outcome="declined", reason="It is no sentence.")
    page = read(client, f"{P}/answers/")
    assert "1 of 2 answers that were due are given" in page
    assert "Nobody answers me." in page
    assert "too few to judge a rate" in page
    rows = list(csv.DictReader(io.StringIO(read(client, f"{P}/answers/?format=csv"))))
    assert [(row["contribution"], row["outcome"]) for row in rows] == [(str(given.pk), "declined")]
    assert rows[0]["text"].startswith("'=")
    feed = read(client, f"{P}/answers/feed.atom")
    assert "It is no sentence." in feed
    assert "Nobody answers me." not in feed
    told = client.get("/api/engage/early-warnings/answers").json()
    assert (told["all"]["answered"], [each["id"] for each in told["overdue"]]) == (1, [late.pk])


def test_a_conversation_has_a_feed_of_its_answers(
    client: Client, project: Project, cast: Cast, conversation: Conversation
) -> None:
    statement = conversation.statements.get(number=2)
    actions.decide(by(cast.lena), project, statement.contribution, outcome="adopted", reason="It is a criterion.")
    other = actions.submit(by(cast.rosa), project, text="Elsewhere.")
    actions.decide(by(cast.lena), project, other, outcome="adopted", reason="Another reason.")
    feed = read(client, f"/conversations/{conversation.pk}/answers.atom")
    assert "It is a criterion." in feed
    assert "Another reason." not in feed
    assert client.get("/conversations/999/answers.atom").status_code == 404


def test_you_said_we_did(client: Client, project: Project, cast: Cast) -> None:
    for number in range(27):
        given = actions.submit(by(cast.rosa), project, text=f"Sentence {number}.")
        outcome = "declined" if number else "adopted"
        actions.decide(by(cast.lena), project, given, outcome=outcome, reason=f"Reason {number}.")
    page = read(client, f"{P}/you-said/")
    assert "1 of 27 replies adopt or adapt what was said" in page
    assert "Reason 26." in page
    assert "Reason 0." not in page
    whole = read(client, f"{P}/you-said/?all")
    assert "Reason 0." in whole
    assert "No criterion or check has followed from it yet" in whole
    told = client.get("/api/engage/early-warnings/said?limit=2").json()
    assert [row["reason"] for row in told] == ["Reason 26.", "Reason 25."]


def test_the_balance_of_power(client: Client, project: Project, cast: Cast, reference: Reference) -> None:
    for number in range(12):
        given = actions.submit(by(cast.bruno), project, text=f"Sentence {number}.")
        actions.decide(by(cast.lena), project, given, outcome="adopted", reason="Yes.")
    page = read(client, f"{P}/power/")
    assert "Residents changed nothing so far" in page
    assert "Technology providers: 0 of 12 changes" in page
    told = client.get("/api/engage/early-warnings/power").json()
    ratios = {one["group"]: one["ratio"]["value"] for one in told["influences"]}
    assert ratios == {"residents": 0.0, "business": pytest.approx(5.0), "provider": None}


def test_pages_cope_with_what_nobody_waits_for(
    client: Client, project: Project, cast: Cast, conversation: Conversation
) -> None:
    seed = conversation.statements.get(number=1).contribution
    assert seed.due is None
    for path in (
        f"{P}/contributions/", f"{P}/contributions/{seed.pk}/", f"{P}/decisions/", f"{P}/", f"{P}/answers/",
        f"/answers/{seed.token}/", "/",
    ):  # fmt: skip
        page = read(client, path)
        assert "Answer by <" not in page
    assert "No answer is owed" in read(client, f"{P}/contributions/{seed.pk}/")
    client.force_login(cast.fabia)
    assert "No answer is owed" in read(client, f"{P}/contributions/inbox/")
    listed = client.get("/api/engage/early-warnings/contributions").json()
    assert {each["due"] for each in listed} == {None}
    with guard.open_for_action():
        Contribution.objects.filter(pk=seed.pk).update(status="decided")
        Decision.objects.create(
            project=project, contribution=seed, outcome="adopted", reason="Yes.", decided_by=cast.lena
        )
    for path in (f"{P}/answers/", f"{P}/you-said/", f"{P}/decisions/", f"{P}/contributions/{seed.pk}/"):
        assert "Yes." in read(client, path)
