"""Agreement by who people are: only from published counts, with the doubt of the weights; and groups over time."""

import io
from datetime import date
from pathlib import Path
from typing import cast as typed

import pytest
from django.core.cache import cache
from django.test import Client

from minga.engage import actions, tasks
from minga.engage.actions.affected import Row
from minga.engage.models import Conversation, Participant
from minga.engage.queries.affected import Affected
from minga.engage.queries.voices import Weighed, inside, weighed
from minga.engage.tallying import counted
from minga.engage.tallying.reading import cast_votes
from minga.engage.tallying.shapes import Document
from minga.ledger import guard
from minga.ledger.action import SYSTEM, By
from minga.projects.models import Project
from minga.tools.opinion import Settings, map_opinions
from minga.tools.opinion.reading import read
from tests.conftest import Cast, by
from tests.engage.voting import CAMPS, fill
from tests.shared import shared

EVEN = Affected({"group": {"residents": 500.0, "business": 500.0}}, {}, "Census")


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def tallied(conversation: Conversation) -> Conversation:
    fill(conversation, {"residents": (CAMPS[0], 60), "business": (CAMPS[1], 20), "frontline": (CAMPS[1], 4)}, noise=0.1)
    tasks.tally_conversation.func(conversation.pk)
    return conversation


def document_of(conversation: Conversation) -> Document:
    return typed(Document, conversation.tallies.get().document)


def refer(project: Project, cast: Cast, *rows: tuple[str, int]) -> None:
    given = [Row("group", group, size) for group, size in rows]
    actions.give_reference(by(cast.fabia), project, rows=given, source="Census 2024", as_of=date(2026, 1, 1))


def test_weighted_shares_are_those_of_the_tool(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 60), "business": (CAMPS[1], 20)}, noise=0.1)
    tasks.tally_conversation.func(conversation.pk)
    found = weighed(document_of(conversation), EVEN)
    assert isinstance(found, Weighed)
    cast_now = cast_votes(conversation)
    weight = {"residents": 80 * 0.5 / 60, "business": 80 * 0.5 / 20}
    weights = {row: weight[name] for row, name in enumerate(cast_now.constituency.tolist())}
    tool = map_opinions(cast_now.votes, cast_now.statements, Settings(weights=weights)).reweighted
    assert tool is not None
    assert found.shares
    for at, key in enumerate(map(str, cast_now.votes.statements)):
        assert found.shares[key].weighted == pytest.approx(tool.shares[0, at])
        assert found.shares[key].effective == pytest.approx(tool.effective[at])
    assert set(found.agreed) == {str(cast_now.votes.statements[pick.statement]) for pick in tool.agreed}


def test_no_weight_is_computed_from_a_count_that_is_not_shown(tallied: Conversation) -> None:
    document = document_of(tallied)
    reference = Affected({"group": {"residents": 500.0, "business": 400.0, "frontline": 100.0}}, {}, "Census")
    assert document["took_part"]["people"] == {"residents": 60, "business": None, "frontline": None}
    assert weighed(document, reference) is None
    assert inside(document) == []


def test_a_statement_with_a_hidden_count_has_no_weight(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)})
    tasks.tally_conversation.func(conversation.pk)
    document = document_of(conversation)
    first = str(conversation.statements.get(number=1).pk)
    whole = weighed(document, EVEN)
    assert whole is not None
    assert first in whole.shares
    document["results"]["statements"][first]["constituencies"]["business"] = None
    part = weighed(document, EVEN)
    assert part is not None
    assert set(whole.shares) - set(part.shares) == {first}
    assert [key for one in inside(document) if one.constituency == "business" for key, *_ in one.agreed] == [
        str(conversation.statements.get(number=number).pk) for number in (2, 4)
    ]


def test_weights_that_explode_are_told(
    client: Client, conversation: Conversation, project: Project, cast: Cast
) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12), "business": (CAMPS[1], 88)}, noise=0.1)
    tasks.tally_conversation.func(conversation.pk)
    refer(project, cast, ("residents", 900), ("business", 50), ("agency", 50))
    page = client.get(f"/conversations/{conversation.pk}/results/").content.decode()
    assert "If those who voted were like those affected" in page
    assert "a few speak for many" in page
    assert "Nobody came from:" in page
    assert "Census 2024" in page
    told = client.get(f"/conversations/{conversation.pk}/results/results.json").json()
    assert told["weighted"]["people"] == 100
    assert any("a few speak for many" in warning for warning in told["weighted"]["warnings"])
    assert {one["constituency"]: one["people"] for one in told["by_constituency"]} == {"business": 88, "residents": 12}


def test_without_a_reference_nothing_is_weighted(client: Client, conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)}, noise=0.1)
    tasks.tally_conversation.func(conversation.pk)
    page = client.get(f"/conversations/{conversation.pk}/results/").content.decode()
    assert "If those who voted were like those affected" not in page
    assert "What each of them agrees on" in page


def test_each_constituency_has_its_own_consensus(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)})
    tasks.tally_conversation.func(conversation.pk)
    keys = {number: str(pk) for number, pk in conversation.statements.values_list("number", "pk")}
    residents, business = inside(document_of(conversation))
    assert {key for key, _count, _of in residents.agreed} == {keys[1], keys[2], keys[3]}
    assert {key for key, _count, _of in business.agreed} == {keys[1], keys[2], keys[4]}
    assert {key for key, _count, _of in business.rejected} == {keys[3], keys[5]}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_report_says_who_took_part(
    client: Client, conversation: Conversation, project: Project, cast: Cast, language: str
) -> None:
    from pypdf import PdfReader

    fill(conversation, {"residents": (CAMPS[0], 12), "business": (CAMPS[1], 88)}, noise=0.1)
    tasks.tally_conversation.func(conversation.pk)
    refer(project, cast, ("residents", 900), ("business", 100))
    reply = client.get(f"/conversations/{conversation.pk}/results/report.pdf", headers={"Accept-Language": language})
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(b"".join(reply))).pages)
    assert "Census 2024" in text
    assert ("under-heard by 78 points" if language == "en" else "78") in text.replace("\n", " ")


def test_too_few_of_a_known_reference_is_not_called_unknown(
    client: Client, conversation: Conversation, project: Project, cast: Cast
) -> None:
    from pypdf import PdfReader

    fill(conversation, {"": (CAMPS[0], 30)}, noise=0.1)
    tasks.tally_conversation.func(conversation.pk)
    refer(project, cast, ("residents", 900), ("business", 100))
    reply = client.get(f"/conversations/{conversation.pk}/results/report.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(b"".join(reply))).pages)
    assert "Nobody has said yet who is affected" not in text
    assert "Too few people took part so far" in text.replace("\n", " ")


def test_an_import_keeps_how_its_groups_came_about(client: Client, project: Project, cast: Cast) -> None:
    reading = read(shared("data/deliberation/london.youth.policing"))
    moments = actions.over_time(reading)
    made = actions.import_conversation(by(cast.fabia), project, reading, "London", "Polis, CC BY 4.0", moments=moments)
    kept = made.import_report["stability"]
    assert len(kept) == 10
    assert kept[-1]["votes"] == len(reading.votes)
    assert kept[-1]["with_last"] == pytest.approx(1.0)
    tasks.tally_conversation.func(made.pk)
    page = client.get(f"/conversations/{made.pk}/results/").content.decode()
    assert "Were the groups the same all along?" in page
    assert "Agreement with the end" in page


def test_votes_without_times_tell_no_story(tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("participant,statement,vote\na,1,1\nb,1,-1\n")
    assert actions.over_time(read(file)) == []


def test_a_live_conversation_shows_its_earlier_tallies(client: Client, conversation: Conversation) -> None:
    for people in (30, 12):
        fill(conversation, {"residents": (CAMPS[0], people), "business": (CAMPS[1], people)}, noise=0.1)
        by_system = By(SYSTEM, once=f"tally {people}")
        actions.tally_votes(by_system, conversation.project, conversation, counted(conversation))
    page = client.get(f"/conversations/{conversation.pk}/results/").content.decode()
    table = page[page.index("Were the groups the same all along?") :]
    assert ">60<" in table
    assert ">84<" in table


@pytest.mark.parametrize(
    ("paper", "sentence"), [(12, "12 people voted on paper"), (3, "Fewer than ten people voted on paper"), (0, "")]
)
def test_the_use_of_paper_is_counted(client: Client, conversation: Conversation, paper: int, sentence: str) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30)}, noise=0.1)
    on_paper = list(conversation.participants.values_list("pk", flat=True)[:paper])
    with guard.open_for_action():
        conversation.participants.filter(pk__in=on_paper).update(origin=Participant.Origin.PAPER)
    tasks.tally_conversation.func(conversation.pk)
    page = client.get(f"/conversations/{conversation.pk}/results/").content.decode()
    assert sentence in page
    assert ("voted on paper" in page) == bool(sentence)
