"""Votes on paper and in a room: what cannot be read is counted, and nothing is kept before it was looked at."""

import html
import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader

from minga.engage import actions, queries
from minga.engage.models import Arrivals, Conversation, Participant, RoomCount, RoomTally, Statement, Vote
from minga.engage.queries.rooms import read_hands, read_sheets, recorded_before
from minga.engage.tallying import counted, is_due
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by

KNOWN = {1: True, 2: True, 3: True, 4: False, 5: True}


def record(project: Project, cast: Cast, conversation: Conversation, **given: Any) -> RoomTally:
    terms = {"where": "Town hall", "held": timezone.localdate(), "people": 30, **given}
    return actions.record_room(by(cast.fabia), project, conversation, **terms)


def payload() -> dict[str, Any]:
    return dict(json.loads(Entry.objects.get(action="room.recorded").payload))


def test_a_sheet_is_a_line() -> None:
    typed = read_sheets("1a 2d 3p 5u\n\n 1A,2D;3a\n", KNOWN)
    assert [(sheet.line, sheet.votes) for sheet in typed.sheets] == [
        (1, {1: 1, 2: -1, 3: 0, 5: 9}),
        (3, {1: 1, 2: -1, 3: 1}),
    ]
    assert (typed.lines, typed.marks, typed.used, typed.not_used, typed.rejected) == (2, 7, 7, 0, ())
    assert typed.totals()[3] == {0: 1, 1: 1}


@pytest.mark.parametrize(
    ("line", "mark", "why"),
    [
        ("1a 9a", "9a", "There is no statement 9."),
        ("1a 4a", "4a", "Statement 4 is no longer voted on."),
        ("1a 2x", "2x", "Unknown letter: use a, d, p or u."),
        ("1a 2", "2", "Not a number and one letter, such as 4a."),
        ("1a a2", "a2", "Not a number and one letter, such as 4a."),
        ("1a 2ad", "2ad", "Not a number and one letter, such as 4a."),
        ("1a -", "-", "Not a number and one letter, such as 4a."),
    ],
)
def test_a_mark_that_cannot_be_used_is_named(line: str, mark: str, why: str) -> None:
    typed = read_sheets(line, KNOWN)
    assert [(one.line, one.mark, one.why) for one in typed.rejected] == [(1, mark, why)]
    assert (typed.marks, typed.used, typed.not_used) == (2, 1, 1)


def test_a_number_that_stands_twice_is_used_neither_time() -> None:
    typed = read_sheets("1a 2d 1d\n3a 3a", KNOWN)
    assert [one.mark for one in typed.rejected] == ["1a", "1d", "3a", "3a"]
    assert (typed.lines, len(typed.sheets), typed.blank) == (2, 1, 1)
    assert (typed.marks, typed.used, typed.not_used) == (5, 1, 4)


def test_hands_are_a_line_per_statement() -> None:
    hands = read_hands("1: 12a 3d 1p\n5 2u 4a\n", KNOWN, 20)
    assert hands.counts == {1: {1: 12, -1: 3, 0: 1}, 5: {9: 2, 1: 4}}
    assert (hands.lines, hands.rejected) == (2, ())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("9: 1a", "There is no statement 9."),
        ("4: 1a", "Statement 4 is no longer voted on."),
        ("1: 12a 9d", "21 hands are more than the 20 people in the room."),
        ("1:", "After the number"),
        ("1: 3a 4a", "After the number"),
        ("1: 3x", "After the number"),
        ("hall 3a", "does not begin with the number"),
        ("2: 3a\n2: 4a", "Statement 2 stands on two lines; neither is used."),
    ],
)
def test_a_line_of_hands_that_cannot_be_used_is_named(line: str, why: str) -> None:
    hands = read_hands(line, KNOWN, 20)
    assert all(why in one.why for one in hands.rejected)
    assert (hands.lines, hands.counts) == (len(hands.rejected), {})


def test_sheets_become_participants_without_a_link(project: Project, cast: Cast, conversation: Conversation) -> None:
    room = record(project, cast, conversation, sheets="1a 2d\n1d 9a 2x\n9a\n", constituency="residents")
    assert room.sheets == 2
    people = list(Participant.objects.all())
    assert {(one.origin, one.link, one.constituency, one.in_burst) for one in people} == {
        ("paper", None, "residents", False)
    }
    assert sorted(Vote.objects.values_list("statement__number", "choice")) == [(1, -1), (1, 1), (2, -1)]
    assert payload() == {
        "people": 30,
        "constituency": "residents",
        "sheets_in": 3,
        "sheets": 2,
        "sheets_rejected": 1,
        "votes_in": 6,
        "votes": 3,
        "votes_rejected": 3,
    }


def test_typed_sheets_ask_for_a_tally_and_make_no_burst(
    project: Project, cast: Cast, conversation: Conversation
) -> None:
    record(project, cast, conversation, people=60, sheets="\n".join(["1a 2d 3a"] * 60))
    assert is_due(conversation)
    arrived = Arrivals.objects.get()
    assert (arrived.votes, arrived.joined) == (180, 0)
    assert counted(conversation).participants == 60
    assert not actions.join(by(None), project, conversation).participant.in_burst


def test_hands_stand_beside_the_map(project: Project, cast: Cast, conversation: Conversation) -> None:
    record(project, cast, conversation, hands="1: 12a 3d 1p 2u\n8: 3a")
    count = RoomCount.objects.get()
    assert (count.statement.number, count.agree, count.disagree, count.passed, count.unclear) == (1, 12, 3, 1, 2)
    assert not Participant.objects.exists()
    assert not Vote.objects.exists()
    assert payload() == {
        "people": 30, "constituency": "", "statements_in": 2, "statements": 1, "statements_rejected": 1, "hands": 18,
    }  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sheets": "1a", "hands": "1: 1a"},
        {"sheets": "words"},
        {"hands": "words"},
        {"sheets": "1a", "where": " "},
        {"sheets": "1a", "held": date(2999, 1, 1)},
        {"sheets": "1a", "people": 0},
        {"sheets": "1a\n1a\n1a", "people": 2},
        {"sheets": "1a", "constituency": "oversight"},
        {"sheets": "1a " * 200_000},
        {"sheets": "1a\n" * 501, "people": 600},
    ],
)
def test_what_cannot_be_a_meeting_is_not_recorded(
    given: dict[str, Any], project: Project, cast: Cast, conversation: Conversation
) -> None:
    with pytest.raises(Invalid):
        record(project, cast, conversation, **given)
    assert not RoomTally.objects.exists()
    assert not Participant.objects.exists()


def test_a_closed_conversation_takes_no_paper(project: Project, cast: Cast, conversation: Conversation) -> None:
    actions.close_conversation(by(cast.fabia), project, conversation)
    with pytest.raises(Blocked):
        record(project, cast, conversation, sheets="1a")


def test_others_record_nothing(project: Project, cast: Cast, conversation: Conversation) -> None:
    for person in (None, cast.rosa, cast.mora, cast.olga):
        with pytest.raises(NotAllowed):
            actions.record_room(by(person), project, conversation, "Hall", timezone.localdate(), 5, sheets="1a")


def test_a_statement_retired_since_printing_is_rejected(
    project: Project, cast: Cast, conversation: Conversation
) -> None:
    with guard.open_for_action():
        Statement.objects.filter(number=2).update(retired=timezone.now())
    record(project, cast, conversation, sheets="1a 2a")
    assert (payload()["votes"], payload()["votes_rejected"]) == (1, 1)


def test_the_same_stack_twice_is_noticed(project: Project, cast: Cast, conversation: Conversation) -> None:
    today = timezone.localdate()
    assert not recorded_before(conversation, "Town hall", today)
    record(project, cast, conversation, sheets="1a")
    assert recorded_before(conversation, " town hall ", today)
    assert not recorded_before(conversation, "Town hall", today - timedelta(days=1))


def typed(**given: str) -> dict[str, str]:
    day = timezone.localdate()
    parts = {"held_day": str(day.day), "held_month": str(day.month), "held_year": str(day.year)}
    return {"where": "School", "people": "20", "constituency": "", "once": "r1", **parts, **given}


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def test_it_is_looked_at_before_it_is_kept(client: Client, cast: Cast, conversation: Conversation) -> None:
    client.force_login(cast.fabia)
    address = f"/conversations/{conversation.pk}/rooms/sheets/"
    preview = client.post(address, typed(sheets="1a 2d\n2a 7a 3x")).content.decode()
    assert "2 of 2 sheets and 3 of 5 answers can be used." in preview
    assert "There is no statement 7." in preview
    assert not RoomTally.objects.exists()
    kept = hidden(preview)
    again = client.post(address, {**kept, "change": "yes"}).content.decode()
    assert "1a 2d\n2a 7a 3x" in again.replace("\r", "")
    assert not RoomTally.objects.exists()
    for _twice in range(2):
        assert client.post(address, {**kept, "keep": "yes"})["Location"].endswith("/rooms/")
    assert RoomTally.objects.get().place == "School"
    assert Participant.objects.count() == 2
    page = client.get(f"/conversations/{conversation.pk}/rooms/").content.decode()
    assert "School" in page
    assert "2 sheets" in page
    assert "Is it the same stack?" in client.post(address, typed(sheets="1a")).content.decode()


def test_hands_through_the_pages(client: Client, cast: Cast, conversation: Conversation) -> None:
    client.force_login(cast.lena)
    address = f"/conversations/{conversation.pk}/rooms/hands/"
    assert client.post(address, typed(hands="nothing")).status_code == 422
    preview = client.post(address, typed(hands="1: 12a 3d\n3: 40a")).content.decode()
    assert "40 hands are more than the 20 people in the room." in preview
    client.post(address, {**hidden(preview), "keep": "yes"})
    assert RoomCount.objects.get().agree == 12
    assert "hands on 1 statement" in client.get(f"/conversations/{conversation.pk}/rooms/").content.decode()


def test_sheets_are_printed_with_every_statement(client: Client, cast: Cast, conversation: Conversation) -> None:
    client.force_login(cast.fabia)
    for name, count in (("sheets", 3), ("tally", 1)):
        reply = client.get(f"/conversations/{conversation.pk}/rooms/{name}.pdf?count={count}")
        assert reply["Content-Type"] == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(reply.content)).pages)
        joined = re.sub(r"\s+", "", text)
        for statement in queries.votable(conversation):
            assert joined.count(re.sub(r"\s+", "", statement.contribution.text)) == count
    assert client.get(f"/conversations/{conversation.pk}/rooms/sheets.pdf?count=101").status_code == 422


def test_the_pages_are_for_those_who_may_record(client: Client, cast: Cast, conversation: Conversation) -> None:
    client.force_login(cast.olga)
    for page in ("", "sheets/", "hands/", "sheets.pdf", "tally.pdf"):
        assert client.get(f"/conversations/{conversation.pk}/rooms/{page}").status_code == 403


def test_letters_are_the_keys_of_the_page_in_its_language() -> None:
    assert read_sheets("1u 2n", KNOWN).used == 1
    with translation.override("es"):
        typed_there = read_sheets("1u 2n 3a", KNOWN)
    assert [sheet.votes for sheet in typed_there.sheets] == [{1: 9, 2: 9, 3: 1}]


def test_the_meeting_of_nobody_in_particular_can_be_chosen(
    client: Client, cast: Cast, conversation: Conversation
) -> None:
    client.force_login(cast.fabia)
    address = f"/conversations/{conversation.pk}/rooms/sheets/"
    assert 'value="none"' in client.get(address).content.decode()
    for chosen, kept in (("none", ""), ("business", "business")):
        client.post(address, {**typed(sheets="1a", once=chosen), "constituency": chosen, "keep": "yes"})
        assert RoomTally.objects.latest("pk").constituency == kept
