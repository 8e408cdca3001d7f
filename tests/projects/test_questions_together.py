"""Several people fill one set: they ask each other until a day, comment, and see every version."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.instruments.actions import answer
from minga.instruments.models import Answer, Comment, Share
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.projects.queries import what_next
from tests.conftest import Cast, by

P = "/projects/early-warnings/questions/"
NEED = {"statement": "Calls close too soon.", "affected": "Small firms", "how_known": ["complaints"]}


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


@pytest.fixture
def lena(client: Client, project: Project, cast: Cast) -> Client:
    client.force_login(cast.lena)
    return client


def ask(client: Client, person: Any, section: str = "need", days: int = 7, once: str = "s1") -> Any:
    due = timezone.localdate() + dt.timedelta(days=days)
    form = {"person": person.pk, "section": section, "due_day": due.day, "due_month": due.month, "due_year": due.year}
    return client.post(f"{P}problem/share/", {**form, "once": once})


def test_who_is_asked_sees_it_first_and_it_ends_by_itself(lena: Client, project: Project, cast: Cast) -> None:
    assert ask(lena, cast.flor).status_code == 302
    share = Share.objects.get()
    assert (share.person, share.section) == (cast.flor, "need")
    assert "Flor is asked to answer until" in text_of(lena.get(f"{P}problem/"))
    sentence, address = what_next(project, cast.flor.actor)[0]
    assert "Answer what you were asked in" in sentence
    assert address == f"{P}problem/sections/need/"
    assert address not in [where for _words, where in what_next(project, cast.dario.actor)]
    lena.force_login(cast.flor)
    assert "Asked of you" in text_of(lena.get(P))
    assert f'href="{address}"' in text_of(lena.get("/instruments/"))
    answer(by(cast.flor), project, "problem", NEED)
    share.refresh_from_db()
    assert share.ended is not None
    assert "Asked of you" not in text_of(lena.get(P))


def test_two_sections_of_one_set_are_two_lines_and_ones_own_come_first(
    lena: Client, project: Project, cast: Cast
) -> None:
    ask(lena, cast.flor, "need", once="s1")
    ask(lena, cast.flor, "limits", once="s2")
    lines = [words for words, _address in what_next(project, cast.flor.actor) if "what you were asked in" in words]
    assert len(set(lines)) == 2
    lena.force_login(cast.flor)
    page = text_of(lena.get("/mine/"))
    assert "What goes wrong”" in page
    assert "What a tool cannot do”" in page
    answer(by(cast.flor), project, "problem", NEED)
    page = text_of(lena.get(f"{P}problem/"))
    (primary,) = re.findall(r'<a [^>]*class="govuk-button"[^>]*>', page)
    assert f'href="{P}problem/sections/limits/"' in primary


def test_after_ones_own_section_comes_the_next_one_was_asked_for(lena: Client, project: Project, cast: Cast) -> None:
    ask(lena, cast.flor, "need", once="s1")
    ask(lena, cast.flor, "limits", once="s2")
    lena.force_login(cast.flor)
    seen = json.dumps(dict.fromkeys(("statement", "affected", "how_known"), 0))
    reply = lena.post(f"{P}problem/sections/need/", {"seen": seen, "once": "o1", **NEED})
    assert reply.headers["Location"] == f"{P}problem/sections/limits/"


def test_a_request_can_be_taken_back(lena: Client, cast: Cast) -> None:
    ask(lena, cast.flor)
    share = Share.objects.get()
    lena.force_login(cast.dario)
    assert lena.post(f"{P}shares/{share.pk + 99}/end/", {"once": "e0"}).status_code == 404
    lena.force_login(cast.lena)
    assert lena.post(f"{P}shares/{share.pk}/end/", {"once": "e1"}).status_code == 302
    share.refresh_from_db()
    assert share.ended is not None


def test_a_past_day_and_somebody_without_a_part_are_refused(lena: Client, cast: Cast) -> None:
    assert ask(lena, cast.flor, days=-1).status_code == 422
    assert ask(lena, cast.nadie).status_code == 422
    assert ask(lena, cast.olga).status_code == 422
    assert not Share.objects.exists()


def test_residents_are_named_only_to_who_knows_their_names(lena: Client, cast: Cast) -> None:
    assert "Rosa" in text_of(lena.get(f"{P}problem/share/"))
    ask(lena, cast.rosa)
    lena.force_login(cast.flor)
    assert "Rosa" not in text_of(lena.get(f"{P}problem/share/"))
    assert "Rosa" not in text_of(lena.get(f"{P}problem/"))


def test_a_comment_is_said_seen_and_settled(lena: Client, project: Project, cast: Cast) -> None:
    answer(by(cast.lena), project, "problem", NEED)
    lena.force_login(cast.olga)
    address = f"{P}problem/answers/statement/"
    assert lena.post(address, {"do": "comment", "comment-text": "", "once": "k0"}).status_code == 422
    said = {"do": "comment", "comment-text": "Too soon for whom?", "once": "k1"}
    assert lena.post(address, said).status_code == 302
    comment = Comment.objects.get()
    assert (comment.answer_version, comment.author) == (1, cast.olga)
    lena.force_login(cast.flor)
    assert "1 open comment" in text_of(lena.get(f"{P}problem/sections/need/"))
    assert "Too soon for whom?" in text_of(lena.get(address))
    assert lena.post(f"{P}comments/{comment.pk}/settle/", {"once": "k2"}).status_code == 302
    assert "1 open comment" not in text_of(lena.get(f"{P}problem/sections/need/"))
    assert "Settled comments" in text_of(lena.get(address))


def test_every_version_stays_with_who_gave_it(lena: Client, project: Project, cast: Cast) -> None:
    answer(by(cast.lena), project, "problem", NEED)
    answer(by(cast.flor), project, "problem", {"statement": "Calls close within days."})
    page = text_of(lena.get(f"{P}problem/answers/statement/"))
    assert page.index("Calls close within days.") < page.index("Calls close too soon.")
    assert "2 versions of the answer" in page
    assert "Flor" in page


def test_a_source_is_kept_beside_any_answer(lena: Client, project: Project, cast: Cast) -> None:
    answer(by(cast.lena), project, "problem", NEED)
    address = f"{P}problem/answers/affected/"
    wrong = {"do": "evidence", "evidence-url": "the shelf", "evidence-seen": 1, "once": "v0"}
    assert lena.post(address, wrong).status_code == 422
    right = {"do": "evidence", "evidence-evidence": "Register of firms", "evidence-url": "https://example.org/firms",
             "evidence-seen": 1, "once": "v1"}  # fmt: skip
    assert lena.post(address, right).status_code == 302
    kept = Answer.objects.get(question="affected", version=2)
    assert (kept.value, kept.evidence) == ("Small firms", "Register of firms")


@pytest.mark.parametrize("name", [None, "nadie", "remi"])
def test_who_has_no_part_can_neither_ask_nor_comment(
    client: Client, project: Project, cast: Cast, name: str | None
) -> None:
    if name:
        client.force_login(getattr(cast, name))
    before = Entry.objects.count()
    assert client.post(f"{P}problem/share/", {"person": cast.flor.pk, "once": "n1"}).status_code == 403
    said = {"do": "comment", "comment-text": "Hello", "once": "n2"}
    assert client.post(f"{P}problem/answers/statement/", said).status_code == 403
    assert Entry.objects.count() == before
