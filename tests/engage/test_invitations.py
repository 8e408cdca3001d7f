"""Invitation codes: many at once, printed once, stored as hashes, each opens one seat."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from minga.engage import actions
from minga.engage.actions.invitations import ALPHABET, Codes, fresh_codes
from minga.engage.actions.voting import tidy_code
from minga.engage.models import Conversation, Invitation, InvitationBatch, Participant, link_hash
from minga.engage.queries.rooms import batches
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.conftest import SEEDS

SOON = timedelta(days=30)


@pytest.fixture
def invited(project: Project, cast: Cast) -> Conversation:
    """A conversation that codes open."""
    return actions.open_conversation(by(cast.fabia), project, title="By letter", seeds=SEEDS, access="codes")


def ask(invited: Conversation, **given: Any) -> dict[str, Any]:
    day = timezone.localdate() + SOON
    parts = {"expires_day": day.day, "expires_month": day.month, "expires_year": day.year}
    return {"count": "12", "constituency": "residents", "kind": "csv", "once": "i1", **parts, **given}


def address(invited: Conversation) -> str:
    return f"/conversations/{invited.pk}/invitations/"


def make(
    project: Project, cast: Cast, invited: Conversation, count: int, **given: Any
) -> tuple[InvitationBatch, Codes]:
    codes = fresh_codes(count)
    expires = given.pop("expires", timezone.now() + SOON)
    return actions.make_invitations(by(cast.fabia), project, invited, codes, expires, **given), codes


def test_codes_are_different_long_and_easy_to_read() -> None:
    codes = fresh_codes(2000)
    assert len(set(map(tidy_code, codes))) == 2000
    assert all(re.fullmatch(r"(\w{4}-){2}\w{4}", code) for code in codes)
    assert set("".join(codes)) - {"-"} == set(ALPHABET)
    assert not set(ALPHABET) & set("ILOU")
    assert all(tidy_code(code) == code.replace("-", "") for code in codes)
    assert len(ALPHABET) ** 12 >= 2**60
    assert codes[0] not in f"{codes} {codes!r}"


def test_only_hashes_are_kept_and_the_entry_tells_count_and_group(
    project: Project, cast: Cast, invited: Conversation
) -> None:
    batch, codes = make(project, cast, invited, 25, constituency="business")
    kept = set(Invitation.objects.values_list("code_hash", flat=True))
    assert kept == {link_hash(tidy_code(code)) for code in codes}
    entry = Entry.objects.get(action="invitations.made")
    assert entry.payload == '{"constituency":"business","count":25}'
    assert entry.subject_id == str(batch.pk)


def test_a_code_of_the_batch_opens_one_seat_of_its_group(project: Project, cast: Cast, invited: Conversation) -> None:
    _batch, codes = make(project, cast, invited, 3, constituency="frontline")
    seat = actions.join(by(None), project, invited, code=codes[1].lower().replace("-", " ")).participant
    assert seat.constituency == "frontline"
    with pytest.raises(Invalid):
        actions.join(by(None), project, invited, code=codes[1])


def test_codes_end_with_their_last_day(project: Project, cast: Cast, invited: Conversation) -> None:
    _batch, codes = make(project, cast, invited, 1)
    with guard.open_for_action():
        InvitationBatch.objects.update(expires=timezone.now())
    with pytest.raises(Invalid):
        actions.join(by(None), project, invited, code=codes[0])


@pytest.mark.parametrize(
    ("count", "given"),
    [
        (2001, {}),
        (1, {"expires": timezone.now() - timedelta(hours=1)}),
        (1, {"expires": timezone.now() + timedelta(days=400)}),
        (1, {"constituency": "oversight"}),
        (1, {"stratum": "left-handed"}),
    ],
)
def test_a_batch_that_cannot_work_is_not_made(
    count: int, given: dict[str, Any], project: Project, cast: Cast, invited: Conversation
) -> None:
    with pytest.raises(Invalid):
        make(project, cast, invited, count, **given)
    assert not Invitation.objects.exists()


def test_no_codes_for_a_conversation_that_needs_none(project: Project, cast: Cast, conversation: Conversation) -> None:
    with pytest.raises(Blocked):
        make(project, cast, conversation, 1)


def test_only_lead_and_facilitator_make_codes(project: Project, cast: Cast, invited: Conversation) -> None:
    for person in (cast.mora, cast.olga, cast.rosa):
        with pytest.raises(NotAllowed):
            actions.make_invitations(by(person), project, invited, fresh_codes(1), timezone.now() + SOON)


def test_a_form_sent_twice_makes_one_batch_and_says_so(project: Project, cast: Cast, invited: Conversation) -> None:
    expires = timezone.now() + SOON
    for codes in (fresh_codes(2), fresh_codes(2)):
        try:
            actions.make_invitations(by(cast.fabia), project, invited, codes, expires)
        except Conflict:
            pytest.fail("two forms make two batches")
    once = by(cast.fabia)
    actions.make_invitations(once, project, invited, fresh_codes(2), expires)
    with pytest.raises(Conflict, match="handed out then"):
        actions.make_invitations(once, project, invited, fresh_codes(2), expires)
    assert InvitationBatch.objects.count() == 3
    assert Invitation.objects.count() == 6


def test_the_answer_is_a_csv_whose_links_lead_to_a_seat(client: Client, cast: Cast, invited: Conversation) -> None:
    client.force_login(cast.fabia)
    reply = client.post(address(invited), ask(invited))
    assert reply["Content-Type"].startswith("text/csv")
    assert "no-store" in reply["Cache-Control"]
    assert reply["Referrer-Policy"] == "no-referrer"
    rows = list(csv.DictReader(io.StringIO(reply.content.decode())))
    assert len(rows) == 12
    assert {row["constituency"] for row in rows} == {"Residents"}
    visitor = Client()
    link = rows[3]["link"]
    page = visitor.get(link[link.index("/conversations") :])
    assert f'value="{rows[3]["code"]}"' in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    sat = visitor.post(f"/conversations/{invited.pk}/join/", {"code": rows[3]["code"], "once": "j1"})
    assert sat["Location"].endswith("/seat/")
    assert Participant.objects.get().constituency == "residents"


def test_the_answer_is_a_pdf_with_every_code(client: Client, cast: Cast, invited: Conversation) -> None:
    client.force_login(cast.fabia)
    reply = client.post(address(invited), ask(invited, kind="pdf"))
    assert reply["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(reply.content)).pages)
    found = {
        tidy_code("".join(code)) for code in re.findall(r"\b([0-9A-Z]{4})[ -]([0-9A-Z]{4})[ -]([0-9A-Z]{4})\b", text)
    }
    assert {link_hash(code) for code in found} == set(Invitation.objects.values_list("code_hash", flat=True))


def test_the_page_never_shows_codes_again_and_counts_in_tens(
    client: Client, project: Project, cast: Cast, invited: Conversation
) -> None:
    batch, codes = make(project, cast, invited, 25, constituency="residents")
    for used, shown in ((0, None), (9, None), (10, 10), (19, 10), (25, 20)):
        with guard.open_for_action():
            Invitation.objects.update(used=False)
            chosen = Invitation.objects.values_list("pk", flat=True)[:used]
            Invitation.objects.filter(pk__in=list(chosen)).update(used=True)
        assert batches(invited) == [(batch, shown)]
    client.force_login(cast.fabia)
    page = client.get(address(invited)).content.decode()
    assert "at least 20" in page
    assert not [code for code in codes if code in page or link_hash(tidy_code(code)) in page]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"count": "0"}, "Write 1 or more."),
        ({"count": "many"}, "whole number"),
        ({"expires_year": "2001"}, "from today to a year from now"),
        ({"kind": "fax"}, "fax"),
    ],
)
def test_a_wrong_form_comes_back_and_makes_nothing(
    given: dict[str, str], words: str, client: Client, cast: Cast, invited: Conversation
) -> None:
    client.force_login(cast.lena)
    reply = client.post(address(invited), ask(invited, **given))
    assert (reply.status_code, words in reply.content.decode()) == (422, True)
    assert not InvitationBatch.objects.exists()


def test_others_do_not_see_the_page(client: Client, cast: Cast, invited: Conversation) -> None:
    for person in (None, cast.mora, cast.olga):
        if person:
            client.force_login(person)
        assert client.get(address(invited)).status_code == 403
        assert client.post(address(invited), ask(invited)).status_code == 403


def test_an_open_conversation_says_why_there_are_no_codes(
    client: Client, cast: Cast, conversation: Conversation
) -> None:
    client.force_login(cast.fabia)
    page = client.get(address(conversation)).content.decode()
    assert "This conversation takes no codes" in page
    assert "Make the codes" not in page
    assert client.post(address(conversation), ask(conversation, constituency="")).status_code == 422
