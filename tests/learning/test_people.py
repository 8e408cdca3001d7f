"""People who know: they enter themselves, projects ask, they accept or not, and hours are counted."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from minga.jobs.models import Outbox
from minga.learning import matching, queries
from minga.learning.actions import (
    accept_request,
    ask_help,
    close_request,
    decline_request,
    end_expert,
    enter_expert,
    give_hours,
    state_skill_need,
)
from minga.learning.models import Expert, HelpOffer, HelpRequest, SkillNeed
from minga.ledger.action import BODY
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.actions import erase_person
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.learning.conftest import signed_in, text_of

PAGE = "/projects/early-warnings/skills/"


def knows(person: Person, *skills: str, **more: object) -> Expert:
    return enter_expert(by(person), BODY, skills=list(skills), **more)  # type: ignore[arg-type]


def asks(cast: Cast, project: Project, *skills: str) -> HelpRequest:
    return ask_help(by(cast.lena), project, skills=list(skills), text="Read a check with us.")


def test_somebody_enters_changes_and_leaves(client: Client, cast: Cast) -> None:
    signed_in(client, cast.dario)
    page = "/learning/people/me/"
    assert client.post(page, {"availability": "now", "once": "e0"}).status_code == 422
    sent = {"skills": ["data", "law"], "more": "I keep the codes.", "availability": "now", "hours": "5"}
    assert client.post(page, {**sent, "listed": "on", "once": "e1"}).status_code == 302
    assert "I keep the codes." in text_of(client.get("/learning/people/"))
    assert "I keep the codes." not in text_of(client.get("/learning/people/", {"skill": "security"}))
    client.post(page, {**sent, "skills": ["law"], "once": "e2"})
    assert queries.skills_of(cast.dario) == ["law"]
    assert "I keep the codes." not in text_of(client.get("/learning/people/"))
    client.post(f"{page}end/", {"once": "e3"})
    left = Expert.objects.get()
    assert (left.skills, left.more, left.is_public) == ([], "", False)
    assert queries.skills_of(cast.dario) == []
    with pytest.raises(Conflict):
        end_expert(by(cast.dario), BODY)


def test_residents_are_never_shown_by_name(client: Client, cast: Cast) -> None:
    knows(cast.rosa, "community", listed=True)
    told = text_of(client.get("/learning/people/"))
    assert "Rosa" not in told
    assert "A resident" in told


def test_visitors_do_not_enter(client: Client, cast: Cast) -> None:
    assert client.get("/learning/people/me/").status_code == 302
    with pytest.raises(NotAllowed):
        enter_expert(by(None), BODY, skills=["data"])
    for wrong in ([], ["magic"]):
        with pytest.raises(Invalid):
            enter_expert(by(cast.dario), BODY, skills=wrong)


def test_those_whose_skills_overlap_most_are_asked(project: Project, cast: Cast) -> None:
    cast.paz.email = "paz@example.org"
    cast.paz.save()
    knows(cast.nadie, "law")
    knows(cast.bruno, "data", hours=2)
    knows(cast.remi, "data", hours=9)
    knows(cast.paz, "data", "statistics")
    knows(cast.fabia, "data", "statistics", availability="later")
    knows(cast.lena, "data", "statistics")
    request = asks(cast, project, "data", "statistics")
    offers = list(request.offers.order_by("pk"))
    assert [offer.expert.person for offer in offers] == [cast.paz, cast.remi, cast.bruno]
    assert offers[0].overlap == ["data", "statistics"]
    assert [letter.content["to"] for letter in Outbox.objects.filter(kind="email")] == ["paz@example.org"]
    assert [address for _words, address in queries.what_next(cast.remi)] == [request.get_absolute_url()]


def test_not_always_the_same_are_asked(project: Project, cast: Cast) -> None:
    knows(cast.bruno, "data")
    knows(cast.remi, "data")
    asks(cast, project, "data")
    first = [expert.person for expert, _overlap in matching.best(["data"], most=1)]
    assert first == [cast.bruno]
    request = HelpRequest.objects.get()
    decline_request(by(cast.remi), project, request)
    assert [expert.person for expert, _overlap in matching.best(["data"], most=1)] == [cast.remi]


def test_from_the_request_to_the_hours(client: Client, project: Project, cast: Cast) -> None:
    knows(cast.remi, "data", listed=True)
    request = asks(cast, project, "data")
    address = request.get_absolute_url()
    offer = HelpOffer.objects.get()
    with pytest.raises(Blocked):
        give_hours(by(cast.remi), project, offer, hours=Decimal(3))
    signed_in(client, cast.remi)
    client.post(f"{address}answer/", {"said": "accept", "note": "Call me at noon", "once": "a1"})
    assert "Call me at noon" not in text_of(Client().get(address))
    assert "Call me at noon" in text_of(signed_in(Client(), cast.lena).get(address))
    assert "1 person helps" in text_of(client.get("/learning/people/"))
    assert client.post(f"{address}answer/", {"said": "hours", "hours": "x", "once": "h0"}).status_code == 302
    client.post(f"{address}answer/", {"said": "hours", "hours": "3.5", "once": "h1"})
    offer.refresh_from_db()
    assert (offer.state, offer.hours) == ("done", Decimal("3.5"))
    with pytest.raises(NotAllowed):
        close_request(by(cast.remi), project, request, outcome="Done.")
    close_request(by(cast.lena), project, request, outcome="The check is readable now.")
    with pytest.raises(Blocked):
        accept_request(by(cast.remi), project, request)
    assert "The check is readable now." in text_of(client.get(address))


def test_who_is_not_shown_in_the_directory_is_not_named_when_helping(
    client: Client, project: Project, cast: Cast
) -> None:
    knows(cast.bruno, "data")
    request = asks(cast, project, "data")
    accept_request(by(cast.bruno), project, request, note="bruno@example.org")
    told = text_of(client.get(request.get_absolute_url()))
    assert "Somebody in the directory" in told
    assert "Bruno" not in told
    assert "bruno@" not in told
    assert "Bruno" in text_of(signed_in(client, cast.lena).get(request.get_absolute_url()))
    knows(cast.bruno, "data", listed=True)
    assert "Bruno" in text_of(Client().get(request.get_absolute_url()))
    end_expert(by(cast.bruno), BODY)
    assert "Bruno" not in text_of(Client().get(request.get_absolute_url()))


def test_who_is_not_in_the_directory_answers_nothing(project: Project, cast: Cast) -> None:
    request = asks(cast, project, "data")
    with pytest.raises(NotAllowed):
        accept_request(by(cast.nadie), project, request)
    with pytest.raises(NotAllowed):
        ask_help(by(cast.rosa), project, skills=["data"], text="Me too.")
    knows(cast.nadie, "law")
    assert accept_request(by(cast.nadie), project, request).state == "accepted"
    with pytest.raises(Conflict):
        accept_request(by(cast.nadie), project, request)


@pytest.mark.parametrize("hours", ["0", "-1", "2001"])
def test_hours_that_cannot_be(project: Project, cast: Cast, hours: str) -> None:
    knows(cast.remi, "data")
    request = asks(cast, project, "data")
    offer = accept_request(by(cast.remi), project, request)
    with pytest.raises(Invalid):
        give_hours(by(cast.remi), project, offer, hours=Decimal(hours))
    with pytest.raises(NotAllowed):
        give_hours(by(cast.nadie), project, offer, hours=Decimal(1))


def test_erasing_takes_what_somebody_wrote(project: Project, cast: Cast) -> None:
    knows(cast.remi, "data", more="I live in Areguá", listed=True)
    request = asks(cast, project, "data")
    accept_request(by(cast.remi), project, request, note="My number is 5")
    erase_person(by(cast.bea), BODY, person=cast.remi)
    expert, offer = Expert.objects.get(), HelpOffer.objects.get()
    assert (expert.more, expert.skills, offer.note) == ("", [], "")
    assert expert.ended is not None


def test_the_gap_and_who_could_fill_it(client: Client, project: Project, cast: Cast) -> None:
    state_skill_need(by(cast.lena), project, skill="law", reason="Notices")
    state_skill_need(by(cast.lena), project, skill="data")
    knows(cast.dario, "data")
    knows(cast.nadie, "law", listed=True, body="University")
    missing, present = queries.gaps(project)
    assert (missing.need.skill, missing.present, missing.missing) == ("law", 0, True)
    assert [expert.person for expert in missing.partners] == [cast.nadie]
    assert (present.need.skill, present.present, present.partners) == ("data", 1, [])
    told = text_of(client.get(PAGE))
    assert "Nobody in the project has it" in told
    assert "University" in told
    with pytest.raises(Conflict):
        state_skill_need(by(cast.dario), project, skill="law")
    signed_in(client, cast.lena)
    client.post(f"{PAGE}{SkillNeed.objects.get(skill='data').pk}/end/", {"once": "x1"})
    assert [gap.need.skill for gap in queries.gaps(project)] == ["law"]
    asked = text_of(client.get(f"{PAGE}ask/"))
    assert re.search(r'value="law"[^>]* checked', asked)


def test_what_is_asked_for_carries_the_project(client: Client, project: Project, cast: Cast) -> None:
    signed_in(client, cast.lena)
    sent = {"skills": ["data"], "text": "Help us.", "hours": "4", "once": "q1",
            "until_day": "1", "until_month": "2", "until_year": "2027"}  # fmt: skip
    reply = client.post(f"{PAGE}ask/", sent)
    made = HelpRequest.objects.get()
    assert reply.headers["Location"] == made.get_absolute_url()
    assert (made.project_slug, made.until) == ("early-warnings", date(2027, 2, 1))
    assert client.get("/projects/none/skills/").status_code == 404
    assert signed_in(Client(), cast.rosa).get(f"{PAGE}ask/").status_code == 403


def test_needs_are_stated_by_those_who_take_part(client: Client, project: Project, cast: Cast) -> None:
    assert signed_in(client, cast.rosa).post(PAGE, {"skill": "law", "once": "s1"}).status_code == 302
    assert signed_in(Client(), cast.nadie).post(PAGE, {"skill": "law", "once": "s2"}).status_code == 403
    with pytest.raises(NotAllowed):
        state_skill_need(by(cast.lena), BODY, skill="law")
