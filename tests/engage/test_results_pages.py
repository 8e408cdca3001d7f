"""Pages, frame, feed and API of results, as a visitor without script uses them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from minga.engage import tasks
from minga.engage.actions import add_seeds, decide
from minga.engage.models import Contribution, Conversation, Participant, Vote
from minga.ledger import guard
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.voting import CAMPS, fill


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def tallied(conversation: Conversation) -> Conversation:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)}, noise=0.05)
    tasks.tally_conversation.func(conversation.pk)
    return conversation


def text_of(reply: Any) -> str:
    assert reply.status_code == 200, reply.content
    return str(reply.content.decode())


def test_the_page_starts_with_the_finding(client: Client, tallied: Conversation) -> None:
    page = text_of(client.get(f"/conversations/{tallied.pk}/results/"))
    heading = page.split("<h1>")[1].split("</h1>")[0]
    assert "agree on 2 of 5 statements and reject 1. They divide on 2." in heading
    assert page.index("Whoever is flagged must see why.") < page.index("What divides")
    assert page.index("What divides") < page.index('id="map"') < page.index("Who took part")
    assert "50 people" in page.replace("\xa0", " ")
    assert "computed 0\xa0minutes ago" in page


def test_old_results_have_a_date(client: Client, tallied: Conversation) -> None:
    long_ago = datetime(2026, 3, 12, 12, tzinfo=UTC)
    with guard.open_for_action():
        tallied.tallies.update(computed=long_ago)
    for page in ("results", "embed"):
        found = text_of(client.get(f"/conversations/{tallied.pk}/{page}/"))
        assert "computed 12 March 2026" in found.replace("\xa0", " ")
        assert " ago" not in found


def test_before_enough_have_voted_it_says_how_many_are_missing(client: Client, conversation: Conversation) -> None:
    address = f"/conversations/{conversation.pk}/results/"
    assert "10 more people are needed." in text_of(client.get(address))
    fill(conversation, {"residents": (CAMPS[0], 9)})
    tasks.tally_conversation.func(conversation.pk)
    page = text_of(client.get(address))
    assert "1 more person is needed." in page
    assert "Whoever is flagged" not in page
    assert client.get(f"{address}statements/").status_code == 404


def test_results_with_and_without_patterns(
    client: Client, conversation: Conversation, project: Project, cast: Cast
) -> None:
    add_seeds(by(cast.lena), project, conversation, [f"Thought {number}." for number in range(7)])
    fill(conversation, {"residents": (CAMPS[0], 25)}, noise=0.5)
    fill(conversation, {"business": ((-1,) * 12, 4)})
    tasks.tally_conversation.func(conversation.pk)
    address = f"/conversations/{conversation.pk}/results/"
    page = text_of(client.get(address))
    assert "4 people voted exactly like at least two others" in page
    assert "29 people" in page
    assert "?without=patterns" in page
    assert "25 people" in text_of(client.get(f"{address}?without=patterns"))


def test_all_statements_can_be_ordered(client: Client, tallied: Conversation) -> None:
    address = f"/conversations/{tallied.pk}/results/statements/"
    by_number = text_of(client.get(f"{address}?by=number"))
    texts = [one.contribution.text for one in tallied.statements.order_by("number")]
    places = [by_number.index(text) for text in texts]
    assert places == sorted(places)
    dividing = text_of(client.get(f"{address}?by=divides"))
    assert dividing.index(texts[2]) < dividing.index(texts[0])
    assert '<strong aria-current="true">what divides</strong>' in dividing


def test_only_the_embedded_page_may_be_framed(client: Client, tallied: Conversation) -> None:
    framed = client.get(f"/conversations/{tallied.pk}/embed/")
    page = client.get(f"/conversations/{tallied.pk}/results/")
    assert "X-Frame-Options" not in framed.headers
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert not framed.cookies
    assert f"/conversations/{tallied.pk}/embed/" in text_of(page)
    assert "agree on 2 of 5" in text_of(framed)


def test_texts_are_shown_as_they_were_written(client: Client, tallied: Conversation) -> None:
    with guard.open_for_action():
        Contribution.objects.update(text="<script>alert(1)</script> & more")
    for path in ("results/", "results/statements/", "embed/"):
        page = text_of(client.get(f"/conversations/{tallied.pk}/{path}"))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


def test_the_feed_tells_statements_decisions_and_tallies(
    client: Client, tallied: Conversation, project: Project, cast: Cast
) -> None:
    first = tallied.statements.order_by("number").first()
    assert first is not None
    decide(by(cast.lena), project, first.contribution, outcome="adopted", reason="It becomes a criterion.")
    with guard.open_for_action():
        Contribution.objects.filter(statement__number=5).update(status="hidden")
    feed = text_of(client.get(f"/conversations/{tallied.pk}/feed.atom"))
    assert "New statement 2" in feed
    assert "New statement 5" not in feed
    assert "Statement 1: Adopted" in feed
    assert "250 votes of 50 people" in feed


def api(path: str) -> str:
    return f"/api/engage/{path}"


def post(client: Client, path: str, **body: object) -> Any:
    return client.post(api(path), body, content_type="application/json")


def test_the_api_lists_conversations_and_statements(client: Client, tallied: Conversation, project: Project) -> None:
    (listed,) = client.get(api(f"{project.slug}/conversations")).json()
    assert (listed["id"], listed["people"], listed["votes"]) == (tallied.pk, 50, 250)
    assert client.get(api(f"conversations/{tallied.pk}")).json() == listed
    statements = client.get(api(f"conversations/{tallied.pk}/statements")).json()
    assert [one["number"] for one in statements] == [1, 2, 3, 4, 5]
    assert all(one["agree"] + one["disagree"] + one["passed"] == 50 for one in statements)
    assert client.get(api(f"conversations/{tallied.pk}/results")).json()["results"]["people"] == 50


def test_the_api_takes_a_vote_and_gives_the_token_once(client: Client, conversation: Conversation) -> None:
    votes = f"conversations/{conversation.pk}/votes"
    first = post(client, votes, statement=1, choice="agree", constituency="residents")
    assert first.status_code == 201, first.content
    token = first.json()["token"]
    second = post(client, votes, statement=1, choice="disagree", token=token)
    assert second.json() == {"statement": 1, "choice": "disagree", "token": None}
    assert Participant.objects.get().constituency == "residents"
    assert list(Vote.objects.values_list("choice", flat=True)) == [-1]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"statement": 99, "choice": "agree"}, 404),
        ({"statement": 1, "choice": "perhaps"}, 422),
        ({"statement": 1, "choice": "agree", "token": "wrong"}, 422),
        ({"statement": 1, "choice": "agree", "constituency": "martians"}, 422),
        ({"choice": "agree"}, 422),
    ],
)
def test_the_api_refuses_a_vote_that_cannot_be(
    client: Client, conversation: Conversation, body: dict[str, object], status: int
) -> None:
    reply = post(client, f"conversations/{conversation.pk}/votes", **body)
    assert (reply.status_code, Vote.objects.count(), Participant.objects.count()) == (status, 0, 0)


def test_a_closed_conversation_takes_nothing(client: Client, conversation: Conversation) -> None:
    with guard.open_for_action():
        conversation.state = Conversation.State.CLOSED
        conversation.save()
    assert post(client, f"conversations/{conversation.pk}/votes", statement=1, choice="agree").status_code == 409
    assert post(client, f"conversations/{conversation.pk}/statements", text="Too late.").status_code == 409


def test_the_api_takes_a_statement(client: Client, conversation: Conversation) -> None:
    reply = post(client, f"conversations/{conversation.pk}/statements", text="Small calls need no warning.")
    assert reply.status_code == 201, reply.content
    made = Contribution.objects.get(pk=reply.json()["contribution"])
    assert (made.text, made.statement.number, reply.json()["status"]) == ("Small calls need no warning.", 6, "held")


def test_results_are_refused_to_the_api_as_to_the_page(client: Client, conversation: Conversation) -> None:
    reply = client.get(api(f"conversations/{conversation.pk}/results"))
    assert reply.status_code == 409
    assert "Fewer than 10" in reply.json()["cause"]
    for statement in client.get(api(f"conversations/{conversation.pk}/statements")).json():
        assert (statement["agree"], statement["groups"]) == (None, {})


def test_spanish(client: Client, tallied: Conversation) -> None:
    page = text_of(client.get(f"/conversations/{tallied.pk}/results/", headers={"Accept-Language": "es"}))
    assert "de 5 afirmaciones" in page
    assert "Lo que divide" in page
    assert "They divide" not in page


def test_who_may_open_a_ballot_is_led_to_the_draft_of_a_criterion(
    client: Client, tallied: Conversation, cast: Cast
) -> None:
    address = f"/conversations/{tallied.pk}/results/"
    assert "/criteria/from/" not in text_of(client.get(address))
    assert "sessionid" not in client.cookies
    client.force_login(cast.lena)
    assert "/criteria/from/" in text_of(client.get(address))
