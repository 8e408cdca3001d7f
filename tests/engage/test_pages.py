"""The pages and the API of this room, as a visitor without script uses them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from minga.engage import actions
from minga.engage.models import Ballot, BallotVote, Contribution, Voted
from minga.projects.models import Project
from tests.conftest import Cast, by

WORDS = "A flag on half of everything helps nobody."
HTML = "<script>alert(1)</script> & <b>bold</b>"
P = "/projects/early-warnings"
FORM = {"text": WORDS, "kind": "objection", "group": "business", "language": "en", "email": ""}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


def text_of(reply: Any) -> str:
    return reply.content.decode()


def test_a_visitor_gives_and_follows_the_private_link(client: Client, project: Project, cast: Cast) -> None:
    assert client.get(f"{P}/contributions/new/").status_code == 200
    reply = client.post(f"{P}/contributions/new/", {**FORM, "once": "k1"}, follow=True)
    given = Contribution.objects.get()
    assert reply.redirect_chain[0][0] == f"/answers/{given.token}/"
    assert WORDS in text_of(reply)
    assert reply.headers["X-Robots-Tag"] == "noindex"
    assert client.get(f"{P}/contributions/{given.pk}/").status_code == 404
    assert client.get("/answers/no-such-token/").status_code == 404


def test_the_same_form_sent_twice_gives_once(client: Client, project: Project) -> None:
    for _ in range(2):
        assert client.post(f"{P}/contributions/new/", {**FORM, "once": "k2"}).status_code == 302
    assert Contribution.objects.count() == 1


def test_a_bad_form_comes_back_with_what_was_written(client: Client, project: Project) -> None:
    reply = client.post(f"{P}/contributions/new/", {**FORM, "email": "nobody", "once": "k3"})
    assert reply.status_code == 422
    assert WORDS in text_of(reply)
    assert Contribution.objects.count() == 0


def test_missing_answers_are_named_in_plain_words(client: Client, project: Project) -> None:
    page = text_of(client.post(f"{P}/contributions/new/", {"once": "k4"}))
    assert "Fill this in." in page
    assert "Choose one." in page
    assert "This field is required" not in page


def test_html_is_text(client: Client, project: Project, cast: Cast) -> None:
    given = actions.submit(by(cast.rosa), project, text=HTML)
    for address in (f"{P}/contributions/", f"{P}/contributions/{given.pk}/", f"/answers/{given.token}/"):
        page = text_of(client.get(address))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_flood_is_stopped_with_words_and_nothing_is_lost(client: Client, project: Project) -> None:
    for number in range(10):
        assert client.post(f"{P}/contributions/new/", {**FORM, "once": f"f{number}"}).status_code == 302
    reply = client.post(f"{P}/contributions/new/", {**FORM, "once": "f10"})
    assert reply.status_code == 422
    assert "short time" in text_of(reply)
    assert WORDS in text_of(reply)
    assert Contribution.objects.count() == 10


def test_an_address_has_a_limit_of_its_own(project: Project) -> None:
    codes = [
        Client().post(f"{P}/contributions/new/", {**FORM, "once": f"a{number}"}).status_code for number in range(61)
    ]
    assert codes == [302] * 60 + [422]


def test_a_hidden_text_is_shown_to_nobody(client: Client, project: Project, cast: Cast) -> None:
    given = actions.submit(by(None), project, text=WORDS)
    actions.moderate(by(cast.mora), project, given, show=False, reason="personal_data")
    for address in (f"{P}/contributions/", f"{P}/contributions/{given.pk}/", f"{P}/moderation/", f"{P}/decisions/"):
        page = client.get(address)
        assert page.status_code == 200
        assert WORDS not in text_of(page)
    assert "something personal" in text_of(client.get(f"{P}/moderation/"))
    assert WORDS in text_of(client.get(f"/answers/{given.token}/"))


def test_moderating_and_deciding_by_form(client: Client, project: Project, cast: Cast) -> None:
    given = actions.submit(by(None), project, text=WORDS)
    signed_in(client, cast.mora)
    assert WORDS in text_of(client.get(f"{P}/contributions/inbox/"))
    assert client.post(f"{P}/contributions/{given.pk}/moderate/", {"show": "no", "once": "m1"}).status_code == 422
    assert client.post(f"{P}/contributions/{given.pk}/moderate/", {"show": "yes", "once": "m2"}).status_code == 302
    signed_in(client, cast.fabia)
    decision = {"outcome": "adopted", "reason": "It becomes a criterion.", "reply": "Yours did it.", "once": "d1"}
    assert client.post(f"{P}/contributions/{given.pk}/decide/", decision).status_code == 302
    client.logout()
    public = text_of(client.get(f"{P}/contributions/{given.pk}/"))
    assert "It becomes a criterion." in public
    assert "Yours did it." not in public
    assert "Yours did it." in text_of(client.get(f"/answers/{given.token}/"))
    assert "1 of 1 answered in time" in text_of(client.get(f"{P}/decisions/"))


def test_two_tabs_deciding_the_same_thing(client: Client, project: Project, cast: Cast) -> None:
    given = actions.submit(by(cast.rosa), project, text=WORDS)
    signed_in(client, cast.lena)
    first = {"outcome": "adopted", "reason": "Yes.", "once": "t1"}
    assert client.post(f"{P}/contributions/{given.pk}/decide/", first).status_code == 302
    reply = client.post(f"{P}/contributions/{given.pk}/decide/", {**first, "reason": "Other words.", "once": "t2"})
    assert reply.status_code == 422
    assert "decided already" in text_of(reply)
    assert "Other words." in text_of(reply)


@pytest.mark.parametrize("page", ["contributions/inbox/", "ballots/new/"])
def test_pages_of_a_role_refuse_others(client: Client, project: Project, cast: Cast, page: str) -> None:
    assert client.get(f"{P}/{page}").status_code == 403
    assert signed_in(client, cast.bruno).get(f"{P}/{page}").status_code == 403


def test_the_lists_filter(client: Client, project: Project, cast: Cast) -> None:
    actions.submit(by(cast.rosa), project, text="A question?", kind="question")
    actions.submit(by(cast.rosa), project, text="An objection.", kind="objection")
    page = text_of(client.get(f"{P}/contributions/?kind=question"))
    assert "A question?" in page
    assert "An objection." not in page
    assert "An objection." in text_of(client.get(f"{P}/contributions/?waiting"))


def test_about_must_be_public_and_of_this_project(client: Client, project: Project, cast: Cast) -> None:
    given = actions.submit(by(cast.rosa), project, text=WORDS)
    assert given.ledger_title in text_of(client.get(f"{P}/contributions/new/?about=contribution:{given.pk}"))
    for about in ("contribution:999", "contribution:x", "nonsense:1", "person:1"):
        assert client.get(f"{P}/contributions/new/?about={about}").status_code == 404


@pytest.fixture
def ballot(project: Project, cast: Cast) -> Ballot:
    soon = timezone.now() + timedelta(days=2)
    return actions.open_ballot(by(cast.fabia), project, text="Shall it bind?", closes=soon, about="gate:1")


def test_voting_takes_two_steps_and_happens_once(client: Client, ballot: Ballot, cast: Cast) -> None:
    signed_in(client, cast.rosa)
    address = f"{P}/ballots/{ballot.pk}/vote/"
    page = text_of(client.get(address))
    assert len(re.findall(r'name="choice" value="(?:yes|no)"', page)) == 2
    assert "You chose" in text_of(client.post(address, {"choice": "no", "once": "v1"}))
    assert Voted.objects.count() == 0
    assert client.post(address, {"choice": "no", "sure": "on", "once": "v2"}).status_code == 302
    assert BallotVote.objects.get().choice == "no"
    again = client.post(address, {"choice": "yes", "sure": "on", "once": "v3"})
    assert again.status_code == 409
    assert BallotVote.objects.count() == 1


def test_no_number_is_shown_before_a_ballot_closes(client: Client, ballot: Ballot, cast: Cast) -> None:
    actions.cast(by(cast.rosa), ballot.project, ballot, "yes")
    page = text_of(client.get(f"{P}/ballots/{ballot.pk}/"))
    assert "1 yes" not in page
    assert client.get(f"/api/engage/{ballot.project.slug}/ballots").json()[0]["result"] == {}
    actions.close_ballot(by(cast.fabia, happened=ballot.closes + timedelta(hours=1)), ballot.project, ballot)
    assert "Passed with 1 yes to 0 no" in text_of(client.get(f"{P}/ballots/{ballot.pk}/"))
    assert "1 yes, 0 no" in text_of(client.get(f"{P}/ballots/"))


def test_a_visitor_cannot_vote(client: Client, ballot: Ballot) -> None:
    assert client.get(f"{P}/ballots/{ballot.pk}/vote/").status_code == 302
    assert client.post(f"{P}/ballots/{ballot.pk}/vote/", {"choice": "yes", "once": "v9"}).status_code == 403


def test_opening_a_ballot_by_form(client: Client, project: Project, cast: Cast) -> None:
    day = timezone.now() + timedelta(days=5)
    form = {
        "text": "Shall gate 1 pass?",
        "about": "gate:1",
        "groups": ["residents", "business"],
        "closes_day": day.day,
        "closes_month": day.month,
        "closes_year": day.year,
        "quorum": 3,
        "threshold": 66,
        "once": "o1",
    }
    signed_in(client, cast.lena)
    assert client.post(f"{P}/ballots/new/", {**form, "threshold": 10}).status_code == 422
    assert client.post(f"{P}/ballots/new/", form).status_code == 302
    made = Ballot.objects.get()
    assert (made.about, made.threshold, set(made.groups)) == ("gate:1", 66, {"business", "residents"})
    assert made.closes.date() == day.date()


@pytest.mark.parametrize(
    "body",
    [
        {"text": "half a pair \ud800"},
        {"text": "a null \x00 inside"},
        {"text": WORDS, "language": "\ud800"},
        {"text": WORDS, "about_kind": "contribution", "about_id": "x"},
        {"text": WORDS, "about_kind": "contribution", "about_id": "9" * 40},
        {"text": WORDS, "about_kind": "contribution", "about_id": "\x00"},
        {"text": WORDS, "kind": "rumour"},
    ],
)
def test_odd_input_is_refused_by_name(client: Client, project: Project, body: dict[str, str]) -> None:
    reply = client.post(f"/api/engage/{project.slug}/contributions", body, content_type="application/json")
    assert reply.status_code == 422
    assert Contribution.objects.count() == 0


def test_the_api_gives_public_parts_and_takes_contributions(client: Client, project: Project, cast: Cast) -> None:
    shown = actions.submit(by(cast.rosa), project, text="Public words.")
    actions.submit(by(None), project, text="Held words.")
    actions.decide(by(cast.lena), project, shown, outcome="adopted", reason="Right.", reply="Only for Rosa.")
    address = f"/api/engage/{project.slug}/contributions"
    listed = client.get(address).json()
    assert [row["text"] for row in listed] == ["Public words."]
    assert listed[0]["decision"]["reason"] == "Right."
    assert "Only for Rosa." not in str(listed)
    assert shown.token not in str(listed)
    sent = client.post(address, {"text": WORDS}, content_type="application/json", headers={"Idempotency-Key": "api1"})
    assert sent.status_code == 201
    assert sent.json()["status"] == "held"
    bad = client.post(address, {"text": " "}, content_type="application/json")
    assert (bad.status_code, "text" in bad.json()["fields"]) == (422, True)
