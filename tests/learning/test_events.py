"""Champions with what they did, and events from their announcement to what came out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from minga.learning import queries
from minga.learning.actions import (
    accept_request,
    announce_event,
    ask_help,
    end_champion,
    enter_expert,
    form_team,
    give_hours,
    hold_event,
    join_event,
    name_champion,
    record_output,
)
from minga.learning.models import Champion, Event, EventOutput, Joined
from minga.ledger.action import BODY
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.learning.conftest import signed_in, text_of


@pytest.fixture
def champion(cast: Cast) -> Champion:
    return name_champion(by(cast.bea), BODY, person=cast.flor, unit="Open calls")


def announced(host: Person, kind: str = "hackathon", days: int = 0, course: str = "") -> Event:
    on = timezone.localdate() + timedelta(days=days)
    return announce_event(by(host), BODY, kind=kind, title="Two days", where="Town hall", on=on, course=course)


def test_what_a_champion_did_is_counted(champion: Champion, project: Project, cast: Cast) -> None:
    assert not queries.activity(champion).anything
    hold_event(by(cast.flor), BODY, announced(cast.flor), came=12, learnt="Ask earlier.")
    hold_event(by(cast.flor), BODY, announced(cast.flor, "training", course="what_is_ai"), came=9, learnt="Much.")
    announced(cast.flor, "training", course="what_is_ai")
    enter_expert(by(cast.flor), BODY, skills=["frontline"])
    request = ask_help(by(cast.lena), project, skills=["frontline"], text="Sit in with us.")
    offer = accept_request(by(cast.flor), project, request)
    give_hours(by(cast.flor), project, offer, hours=Decimal("2.5"))
    [(unit, [done])] = queries.champions()
    assert unit == "Open calls"
    assert (done.events, done.courses, done.helped, done.hours) == (2, 1, 1, Decimal("2.5"))


def test_only_the_body_names_champions(champion: Champion, cast: Cast, offices: dict[str, Person]) -> None:
    with pytest.raises(Conflict):
        name_champion(by(cast.chela), BODY, person=cast.flor, unit="Open calls")
    with pytest.raises(NotAllowed):
        name_champion(by(cast.lena), BODY, person=cast.lena, unit="Roads")
    end_champion(by(cast.chela), BODY, champion)
    assert queries.champions() == []
    with pytest.raises(Conflict):
        end_champion(by(cast.chela), BODY, champion)


def test_who_may_announce(champion: Champion, cast: Cast) -> None:
    assert queries.may_announce(cast.flor.actor)
    assert queries.may_announce(cast.bea.actor)
    assert not queries.may_announce(cast.rosa.actor)
    with pytest.raises(NotAllowed):
        announced(cast.rosa)
    enter_expert(by(cast.rosa), BODY, skills=["community"])
    assert announced(cast.rosa, "meetup").host == cast.rosa
    with pytest.raises(Invalid):
        announced(cast.flor, "party")
    with pytest.raises(Invalid):
        announced(cast.flor, "training", course="none")


def test_teams_and_who_is_in_them(champion: Champion, cast: Cast) -> None:
    event = announced(cast.flor, days=3)
    join_event(by(cast.rosa), BODY, event)
    team = form_team(by(cast.dario), BODY, event, name="Plain", works_on="A notice")
    join_event(by(cast.rosa), BODY, event, team=team)
    assert (team.members.count(), event.joined.count()) == (2, 2)
    with pytest.raises(Conflict):
        form_team(by(cast.rosa), BODY, event, name="Plain", works_on="Another")
    with pytest.raises(Conflict):
        join_event(by(cast.rosa), BODY, announced(cast.flor), team=team)
    with pytest.raises(Blocked, match="lies ahead"):
        hold_event(by(cast.flor), BODY, event, came=3, learnt="x")
    assert not Joined.objects.filter(person=cast.rosa, event=event).get().is_public


def test_what_came_out_and_what_follows(champion: Champion, client: Client, cast: Cast) -> None:
    event = announced(cast.flor)
    team = form_team(by(cast.dario), BODY, event, name="Plain", works_on="A notice")
    with pytest.raises(NotAllowed):
        record_output(by(cast.rosa), BODY, event, title="A draft")
    with pytest.raises(Invalid):
        record_output(by(cast.dario), BODY, event, title="A draft", url="ftp://x")
    signed_in(client, cast.dario)
    sent = {"title": "A draft", "url": "https://example.org/d", "follow_up": "Try it & see", "team": str(team.pk)}
    assert client.post(f"/learning/events/{event.pk}/output/", {**sent, "once": "o1"}).status_code == 302
    assert EventOutput.objects.get().team == team
    assert "title=Try+it+%26+see" not in text_of(client.get(event.get_absolute_url()))
    signed_in(client, cast.bea)
    told = text_of(client.get(event.get_absolute_url()))
    assert "Has to follow: Try it &amp; see" in told
    assert "/body/tasks/new/?title=Try+it+%26+see" in told
    form = text_of(client.get("/body/tasks/new/", {"title": "Try it & see"}))
    assert 'value="Try it &amp; see"' in form


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_from_announcing_to_telling(champion: Champion, client: Client, cast: Cast, language: str) -> None:
    client.cookies["django_language"] = language
    signed_in(client, cast.flor)
    today = timezone.localdate()
    sent = {"kind": "hackathon", "title": "Short deadlines", "where": "Room 4", "starts": "14:30", "once": "v1",
            "on_day": str(today.day), "on_month": str(today.month), "on_year": str(today.year)}  # fmt: skip
    assert client.post("/learning/events/new/", {**sent, "starts": "late"}).status_code == 422
    address = client.post("/learning/events/new/", {**sent, "once": "v2"}).headers["Location"]
    assert "Short deadlines" in text_of(client.get("/learning/events/"))
    signed_in(client, cast.rosa)
    client.post(f"{address}join/", {"once": "j1"})
    client.post(f"{address}team/", {"name": "Two", "works_on": "Forms", "once": "j2"})
    assert client.post(f"{address}held/", {"came": "3", "learnt": "Much.", "once": "j3"}).status_code == 403
    signed_in(client, cast.flor)
    assert client.post(f"{address}held/", {"came": "-1", "learnt": "Much.", "once": "j4"}).status_code == 422
    assert client.post(f"{address}held/", {"came": "3", "learnt": "Much.", "once": "j5"}).status_code == 302
    told = text_of(Client().get(address))
    assert "Rosa" not in told
    assert "Much." in told
    assert "Short deadlines" in text_of(client.get("/learning/events/"))
    assert "Open calls" in text_of(client.get("/learning/champions/"))


def test_champions_are_named_on_their_page(client: Client, cast: Cast) -> None:
    page = "/learning/champions/"
    sent = {"person": "dario", "unit": "Digital", "once": "c1"}
    assert signed_in(client, cast.lena).post(page, sent).status_code == 403
    signed_in(client, cast.bea)
    assert client.post(page, {**sent, "person": "ghost"}).status_code == 422
    assert client.post(page, {**sent, "once": "c2"}).status_code == 302
    assert "Dario" in text_of(client.get(page))
    assert client.post(f"{page}{Champion.objects.get().pk}/end/", {"once": "c3"}).status_code == 302
