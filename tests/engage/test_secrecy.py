"""Nobody finds one person's votes: no page, file or API answer holds a participant's id, link or hash for any role."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from pypdf import PdfReader

from minga.engage import actions, tasks
from minga.engage.actions.invitations import fresh_codes
from minga.engage.actions.voting import tidy_code
from minga.engage.models import Conversation, Invitation, Joined, Participant, Vote, link_hash
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.conftest import SEEDS

ROLES = ["", "lena", "rosa", "fabia", "mora", "olga", "remi", "bea"]
LINK = re.compile(r'(?:href|src)="(/[^"#?]*(?:\?[^"#]*)?)')
VOTERS, MOST = 12, 45


@pytest.fixture
def secrets(project: Project, cast: Cast) -> tuple[Conversation, set[str]]:
    """A conversation by codes in which twelve people voted and a tally was made, and all that must never be shown."""
    held = actions.open_conversation(by(cast.fabia), project, title="Secret", seeds=SEEDS, access="codes")
    codes = fresh_codes(VOTERS)
    end = timezone.now() + timedelta(days=9)
    actions.make_invitations(by(cast.fabia), project, held, codes, end, constituency="residents")
    hidden = {*codes, *map(tidy_code, codes)}
    for number, code in enumerate(codes):
        seat = actions.join(by(None), project, held, code=code)
        hidden |= {seat.token, str(seat.participant.pk)}
        for statement in held.statements.all():
            choice = (1, -1, 0)[(number + statement.number) % 3]
            actions.cast_vote(by(None), project, seat.participant, statement, choice)
    tasks.tally_conversation.func(held.pk)
    hidden |= set(Participant.objects.values_list("link", flat=True))
    hidden |= set(Invitation.objects.values_list("code_hash", flat=True))
    for model in (Vote, Invitation, Joined):
        hidden |= {str(pk) for pk in model.objects.values_list("pk", flat=True)}
    return held, {str(one) for one in hidden}


def pages(client: Client, start: list[str]) -> Iterator[tuple[str, str]]:
    """(address, text with headers) of every page and file that links lead to, one of each kind of address."""
    waiting, kinds = list(start), set[str]()
    while waiting and len(kinds) < MOST:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in kinds or path.startswith(("/static/", "/accounts/logout")):
            continue
        kinds.add(kind)
        reply = client.get(path)
        text = text_of(reply)
        yield path, f"{text} {dict(reply.headers)}"
        if "html" in reply.headers.get("Content-Type", ""):
            waiting += LINK.findall(text.replace("&amp;", "&"))


def text_of(reply: Any) -> str:
    """What an answer holds, also inside a ZIP file or a PDF."""
    content = reply.getvalue() if reply.streaming else reply.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            content = b" ".join(files.read(name) for name in files.namelist())
    elif content.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return str(content.decode("utf-8", "replace"))


def kind_of(path: str) -> str:
    """The name of the address and, in the API, the path, as all of that is one name."""
    plain = path.partition("?")[0]
    try:
        return plain if plain.startswith("/api/") else resolve(plain).view_name
    except Resolver404:
        return plain


def addresses(held: Conversation) -> list[str]:
    """Every address of the conversation, also those to which no link leads, and the API's."""
    here, slug = f"/conversations/{held.pk}/", held.project.slug
    names = ["", "vote/", "mine/", "seat/", "you/", "join/", "invitations/", "rooms/", "rooms/tally.pdf", "embed/"]
    results = ["", "statements/", "votes.zip", "results.json", "report.pdf"]
    api = [f"conversations/{held.pk}", f"conversations/{held.pk}/results", f"{slug}/conversations", f"{slug}/affected"]
    return [
        *(here + name for name in (*names, "moderation/", "moderation/log/")),
        *(f"{here}results/{name}" for name in results),
        *(f"/api/engage/{name}" for name in api),
        f"/projects/{slug}/",
    ]


def test_no_page_of_any_role_tells_who_voted_what(cast: Cast, secrets: tuple[Conversation, set[str]]) -> None:
    held, hidden = secrets
    for name in ROLES:
        client, read = Client(), set[str]()
        if name:
            client.force_login(getattr(cast, name))
        for path, text in pages(client, addresses(held)):
            found = [one for one in hidden if one in text]
            assert not found, f"{path} shows {found[:3]} to {name or 'a visitor'}"
            read.add(path)
        assert read >= set(addresses(held)) - {"/"}, f"{name} did not ask for every address"


def test_the_exports_hold_every_vote_under_numbers_of_their_own(
    client: Client, secrets: tuple[Conversation, set[str]]
) -> None:
    held, hidden = secrets
    text = text_of(client.get(f"/conversations/{held.pk}/results/votes.zip"))
    assert "participant" in text
    assert not [one for one in hidden if one in text]


def test_what_is_searched_for_is_what_a_voter_has(
    client: Client, cast: Cast, secrets: tuple[Conversation, set[str]]
) -> None:
    """The check above could find something: the voter's own page of the link does hold it."""
    held, _hidden = secrets
    code = fresh_codes(1)
    actions.make_invitations(by(cast.fabia), held.project, held, code, timezone.now() + timedelta(days=9))
    seat = actions.join(by(None), held.project, held, code=code[0])
    assert link_hash(seat.token) == seat.participant.link
    client.get(f"/conversations/{held.pk}/link/{seat.token}/")
    assert seat.token in client.get(f"/conversations/{held.pk}/seat/").content.decode()
