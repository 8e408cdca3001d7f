"""The results as files: what others can compute from them, and whom nobody can find in them."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from minga.engage import tasks
from minga.engage.models import Conversation, Participant, Vote
from minga.engage.tallying import digest_of
from minga.tools.opinion.reading import read
from tests.engage.voting import CAMPS, fill


@pytest.fixture
def tallied(conversation: Conversation) -> Conversation:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20), "agency": (CAMPS[1], 4)}, noise=0.2)
    tasks.tally_conversation.func(conversation.pk)
    return conversation


def files(client: Client, conversation: Conversation) -> dict[str, str]:
    reply = client.get(f"/conversations/{conversation.pk}/results/votes.zip")
    assert reply.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(reply))) as found:
        assert {entry.date_time for entry in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: found.read(name).decode() for name in found.namelist()}


def test_the_votes_can_be_read_back(client: Client, tallied: Conversation, tmp_path: Path) -> None:
    for name, text in files(client, tallied).items():
        (tmp_path / name).write_text(text)
    found = read(tmp_path)
    assert (len(found.votes), len(found.votes.participants)) == (54 * 5, 54)
    per_statement = sorted(zip(found.votes.statement.tolist(), found.votes.value.tolist(), strict=True))
    stored = Vote.objects.filter(participant__conversation=tallied).values_list("statement__number", "choice")
    numbers = [int(str(name)) for name in found.votes.statements]
    assert sorted((numbers[at], value) for at, value in per_statement) == sorted(stored)
    assert {one.text for one in found.statements} == {one.contribution.text for one in tallied.statements.all()}


def test_the_votes_lead_to_nobody(client: Client, tallied: Conversation) -> None:
    found = files(client, tallied)
    everything = "".join(found.values())
    for pk in Participant.objects.values_list("pk", flat=True):
        assert str(pk) not in everything
    assert "residents" not in everything
    rows = list(csv.DictReader(io.StringIO(found["votes.csv"])))
    assert set(rows[0]) == {"comment-id", "voter-id", "vote"}
    comments = list(csv.DictReader(io.StringIO(found["comments.csv"])))
    assert {row["timestamp"] + row["author-id"] for row in comments} == {""}


def test_ids_are_drawn_anew_each_time(client: Client, tallied: Conversation) -> None:
    first, second = files(client, tallied)["votes.csv"], files(client, tallied)["votes.csv"]
    assert first != second
    assert sorted(vote_and_statement(first)) == sorted(vote_and_statement(second))


def vote_and_statement(text: str) -> list[tuple[str, str]]:
    return [(row["comment-id"], row["vote"]) for row in csv.DictReader(io.StringIO(text))]


@pytest.mark.parametrize("name", ["votes.zip", "results.json", "report.pdf"])
def test_under_ten_people_nothing_is_handed_out(client: Client, conversation: Conversation, name: str) -> None:
    fill(conversation, {"residents": (CAMPS[0], 9)})
    tasks.tally_conversation.func(conversation.pk)
    reply = client.get(f"/conversations/{conversation.pk}/results/{name}")
    assert reply.status_code == 409
    assert "Fewer than 10 people have voted" in reply.content.decode()


def test_anybody_can_check_the_digest(client: Client, tallied: Conversation) -> None:
    found = client.get(f"/conversations/{tallied.pk}/results/results.json").json()
    tally = tallied.tallies.get()
    assert found["digest"] == tally.digest == digest_of(found["tallies"])
    assert [row[0] for row in found["tallies"]] == [1, 2, 3, 4, 5]
    for number, agree, disagree, passed in found["tallies"]:
        votes = Vote.objects.filter(statement__conversation=tallied, statement__number=number)
        counts = [votes.filter(choice=choice).count() for choice in (1, -1, 0)]
        assert [agree, disagree, passed] == counts == found["results"]["statements"][str(number)]["all"]
    assert found["took_part"] == {"residents": 30, "business": None, "agency": None}


def test_the_json_names_statements_by_number(client: Client, tallied: Conversation) -> None:
    found = client.get(f"/conversations/{tallied.pk}/results/results.json").json()
    results = found["results"]
    numbers = {one["number"] for one in found["statements"]}
    assert {*results["agreed"], *results["rejected"], *results["divides"]} <= numbers == {1, 2, 3, 4, 5}
    assert json.dumps(found).count('"points"') == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_report_is_a_pdf(client: Client, tallied: Conversation, language: str) -> None:
    from pypdf import PdfReader

    reply = client.get(f"/conversations/{tallied.pk}/results/report.pdf", headers={"Accept-Language": language})
    assert reply.headers["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(b"".join(reply))).pages)
    assert "When should a tender set off a warning?" in text
    assert "Whoever is flagged must see why." in text.replace("\n", " ")
    assert ("statements" if language == "en" else "afirmaciones") in text


def test_what_is_not_open_yet_is_not_there(client: Client, conversation: Conversation) -> None:
    from minga.ledger import guard

    with guard.open_for_action():
        conversation.state = Conversation.State.DRAFT
        conversation.save()
    for path in ("results/", "results/votes.zip", "results/results.json", "embed/", "feed.atom"):
        assert client.get(f"/conversations/{conversation.pk}/{path}").status_code == 404
