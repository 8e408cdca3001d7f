"""Voting pages without script: the first vote takes a seat, answers can be changed, links stay private."""

import re
from typing import Any

import pytest
from django.test import Client

from minga.engage import actions
from minga.engage.models import Contribution, Conversation, Participant, Vote
from minga.engage.seat import cookie_of
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.conftest import SEEDS

NUMBER = re.compile(r'name="statement" value="(\d+)"')


def number_on(reply: Any) -> str:
    found = NUMBER.search(reply.content.decode())
    assert found
    return found[1]


def vote(client: Client, conversation: Conversation, answer: str = "agree") -> Any:
    address = f"/conversations/{conversation.pk}/vote/"
    return client.post(address, {"statement": number_on(client.get(address)), "vote": answer})


def test_the_first_vote_takes_a_seat_and_opens_no_session(client: Client, conversation: Conversation) -> None:
    reply = vote(client, conversation)
    assert reply.status_code == 302
    assert reply["Location"].endswith("/vote/#vote")
    cookie = reply.cookies[cookie_of(conversation)]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "sessionid" not in client.cookies
    vote(client, conversation, "pass")
    assert (Participant.objects.count(), Vote.objects.count()) == (1, 2)


def test_looking_takes_no_seat(client: Client, conversation: Conversation) -> None:
    client.get(f"/conversations/{conversation.pk}/")
    client.get(f"/conversations/{conversation.pk}/vote/")
    assert not Participant.objects.exists()


def test_after_the_last_statement_there_is_an_end(client: Client, conversation: Conversation) -> None:
    for _ in SEEDS:
        vote(client, conversation)
    page = client.get(f"/conversations/{conversation.pk}/vote/").content.decode()
    assert "You answered all 5 statements" in page


def test_an_answer_is_changed_from_the_list_of_one_s_own(client: Client, conversation: Conversation) -> None:
    reply = vote(client, conversation, "agree")
    assert reply.status_code == 302
    mine = f"/conversations/{conversation.pk}/mine/"
    page = client.get(mine).content.decode()
    assert "Your answer: Agree" in page
    number = re.search(r"/vote/(\d+)/", page)[1]  # type: ignore[index]
    again = client.get(f"/conversations/{conversation.pk}/vote/{number}/")
    assert number_on(again) == number
    client.post(f"/conversations/{conversation.pk}/vote/", {"statement": number, "vote": "unclear"})
    assert list(Vote.objects.values_list("choice", flat=True)) == [Vote.Choice.UNCLEAR]
    assert Client().get(mine).status_code == 302


def test_the_private_link_opens_the_seat_elsewhere(client: Client, conversation: Conversation) -> None:
    vote(client, conversation)
    seat = client.get(f"/conversations/{conversation.pk}/seat/")
    # Not "no-referrer": browsers then send "Origin: null" with the forms of the page, which are refused as forged.
    assert (seat["Referrer-Policy"], seat["X-Robots-Tag"]) == ("same-origin", "noindex")
    link = re.search(rf"/conversations/{conversation.pk}/link/[\w-]+/", seat.content.decode())[0]  # type: ignore[index]
    other = Client()
    taken = other.get(link)
    assert (taken.status_code, taken["Referrer-Policy"], taken["X-Robots-Tag"]) == (302, "no-referrer", "noindex")
    vote(other, conversation)
    assert (Participant.objects.count(), Vote.objects.count()) == (1, 2)
    assert Client().get(link[:-4] + "/").status_code == 409


@pytest.mark.parametrize("answer", ["", "yes", "9"])
def test_an_answer_that_is_none_of_the_four_is_refused(answer: str, client: Client, conversation: Conversation) -> None:
    assert vote(client, conversation, answer).status_code >= 400
    assert not Vote.objects.exists()


@pytest.mark.parametrize("number", ["", "0", "99", "x", "1" * 30])
def test_a_statement_that_does_not_exist(number: str, client: Client, conversation: Conversation) -> None:
    reply = client.post(f"/conversations/{conversation.pk}/vote/", {"statement": number, "vote": "agree"})
    assert reply.status_code == 404


def test_codes_lead_through_a_page_of_their_own(client: Client, project: Project, cast: Cast) -> None:
    held = actions.open_conversation(by(cast.fabia), project, title="Codes", seeds=SEEDS, access="codes")
    address = f"/conversations/{held.pk}/vote/"
    assert client.get(address)["Location"].endswith("/join/")
    assert client.post(address, {"statement": "1", "vote": "agree"})["Location"].endswith("/join/")
    assert client.post(f"/conversations/{held.pk}/join/", {"code": "NONE", "once": "c1"}).status_code == 422
    assert not Participant.objects.exists()


def test_a_vote_costs_few_queries(
    client: Client, conversation: Conversation, django_assert_max_num_queries: Any
) -> None:
    vote(client, conversation)
    number = number_on(client.get(f"/conversations/{conversation.pk}/vote/"))
    with django_assert_max_num_queries(8):
        client.post(f"/conversations/{conversation.pk}/vote/", {"statement": number, "vote": "agree"})


def test_a_translation_is_shown_as_one(
    client: Client, conversation: Conversation, project: Project, cast: Cast
) -> None:
    for number in range(1, 6):
        words = f"Traducción {number}."
        actions.add_translation(by(cast.mora), project, conversation.statements.get(number=number), "es", words)
    page = client.get(f"/conversations/{conversation.pk}/vote/", headers={"Accept-Language": "es"}).content.decode()
    assert "Traducción" in page
    assert any(seed in page.replace("&#x27;", "'") for seed in SEEDS)
    assert 'lang="es"' in page
    plain = client.get(f"/conversations/{conversation.pk}/vote/", headers={"Accept-Language": "en"}).content.decode()
    assert "Traducción" not in plain
    vote(client, conversation)
    mine = f"/conversations/{conversation.pk}/mine/"
    assert "Traducción" in client.get(mine, headers={"Accept-Language": "es"}).content.decode()


def test_the_home_page_leads_to_what_can_be_voted_on(
    client: Client, conversation: Conversation, project: Project, cast: Cast
) -> None:
    address = f"/conversations/{conversation.pk}/vote/"
    page = client.get("/").content.decode()
    assert conversation.title in page
    assert address in page
    actions.close_conversation(by(cast.fabia), project, conversation)
    assert address not in client.get("/").content.decode()


def test_somebody_says_it_in_their_own_words(client: Client, conversation: Conversation) -> None:
    form = {"text": "Say it plainly.", "group": "residents", "language": "en", "email": "", "once": "s1"}
    reply = client.post(f"/conversations/{conversation.pk}/say/", form)
    made = Contribution.objects.get(text="Say it plainly.")
    assert reply["Location"] == made.get_answer_url()
    assert (made.status, made.statement.number) == ("held", 6)


def test_who_you_are_is_voluntary(client: Client, conversation: Conversation) -> None:
    vote(client, conversation)
    you = f"/conversations/{conversation.pk}/you/"
    assert client.post(you, {"constituency": "", "once": "y1"}).status_code == 302
    assert Participant.objects.get().constituency == ""
    client.post(you, {"constituency": "business", "once": "y2"})
    assert Participant.objects.get().constituency == "business"
    assert client.post(you, {"constituency": "kings", "once": "y3"}).status_code == 422


def test_a_facilitator_opens_and_closes(client: Client, project: Project, cast: Cast) -> None:
    form = {
        "title": "What first?", "introduction": "", "seeds": "\n".join(SEEDS), "language": "en", "policy_area": "",
        "access": "open", "constituencies": ["residents"], "strict": "yes", "reply_days": "20", "once": "o1",
        "closes_0": "", "closes_1": "", "closes_2": "",
    }  # fmt: skip
    address = "/projects/early-warnings/conversations/new/"
    assert client.get(address).status_code == 403
    client.force_login(cast.fabia)
    assert client.post(address, {**form, "seeds": "One."}).status_code == 422
    assert client.post(address, {**form, "once": "o2"}).status_code == 302
    held = Conversation.objects.get()
    assert held.title in client.get("/projects/early-warnings/conversations/").content.decode()
    for page in ("", "extend/", "close/"):
        assert client.get(f"/conversations/{held.pk}/{page}").status_code == 200
    assert client.post(f"/conversations/{held.pk}/close/", {"reason": "", "once": "o3"}).status_code == 302
    held.refresh_from_db()
    assert not held.is_open()
    assert client.get(f"/conversations/{held.pk}/vote/").status_code == 302


def test_a_first_vote_that_is_refused_takes_no_seat(
    client: Client, conversation: Conversation, project: Project, cast: Cast
) -> None:
    actions.reword(by(cast.mora), project, conversation.statements.get(number=1), "Clearer words.", "Clearer")
    reply = client.post(f"/conversations/{conversation.pk}/vote/", {"statement": "1", "vote": "agree"})
    assert reply.status_code == 409
    assert not Participant.objects.exists()


def test_a_browser_without_cookies_is_told_what_to_do(conversation: Conversation) -> None:
    reply = Client(enforce_csrf_checks=True).post(
        f"/conversations/{conversation.pk}/vote/", {"statement": "1", "vote": "agree"}
    )
    assert reply.status_code == 403
    assert "Allow cookies" in reply.content.decode()
