"""The pages of the body: who may do what on them, both languages, and what visitors never see."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.projects.models import BodySeat, Project, Task
from minga.steering import portfolio, whodoes, yearly
from minga.steering.actions import (
    call_meeting,
    invite,
    open_group,
    open_survey,
    plan_coverage,
    publish_report,
    set_goal,
    state_funding,
)
from minga.steering.models import AnnualReport, FundingLine, Goal, Group, GroupMeeting, PartnerBody, Survey
from minga.steering.models.federation import fingerprint
from tests.conftest import Cast, by

YEAR = timezone.localdate().year


def as_(person: Any, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


@pytest.fixture
def full(project: Project, cast: Cast, offices: dict[str, Any]) -> Project:
    """A body with something on each of its pages."""
    parts = [(Decimal(100), "none", ""), (Decimal(50), "gate", "1")]
    state_funding(by(cast.bea), BODY, name="Pilot fund", giver="Ministry", parts=parts, project=project)
    set_goal(
        by(cast.chela), BODY, title="Ten days", reason="r", measure="m", owner=cast.chela, year=2027, quarter=1,
        projects=[project],
    )  # fmt: skip
    open_group(by(cast.chela), BODY, name="Letters", purpose="A guide.")
    open_survey(
        by(cast.saul), BODY, set_id="body_survey", title="In use", purpose="To know.",
        closes=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    return project


PAGES = ("", "roles/", "portfolio/", "roadmap/", "groups/", "reports/", f"reports/{YEAR}/", "surveys/", "partners/")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_public_and_offers_visitors_no_office(full: Project, page: str, language: str) -> None:
    reply = Client(headers={"accept-language": language}).get(f"/body/{page}")
    assert reply.status_code == 200
    text = reply.content.decode()
    assert f'<html lang="{language}' in text
    for form in ("/give/", "/new/", "/publish/", "/add/"):
        assert f'href="/body/{page}{form.strip("/")}/"' not in text


@pytest.mark.parametrize(
    "path",
    [
        "offices/give/",
        "funding/new/",
        "roadmap/new/",
        "groups/new/",
        f"reports/{YEAR}/publish/",
        "surveys/new/",
        "partners/add/",
    ],
)
def test_a_form_is_refused_before_it_is_shown(full: Project, cast: Cast, path: str) -> None:
    assert as_(cast.lena).get(f"/body/{path}").status_code == 403
    assert as_(cast.bea).get(f"/body/{path}").status_code == 200


def test_offices_are_given_and_ended_on_the_page(cast: Cast) -> None:
    client = as_(cast.bea)
    assert "Nobody holds" in client.get("/body/").content.decode()
    client.post("/body/offices/give/", {"person": "chela", "role": "chief_ai_officer", "once": "1"})
    seat = BodySeat.objects.get()
    assert cast.chela.public_name in client.get("/body/").content.decode()
    client.post(f"/body/offices/{seat.pk}/end/", {"once": "2"})
    seat.refresh_from_db()
    assert seat.ended is not None


def test_the_matrix_names_what_nobody_can_do(project: Project, cast: Cast) -> None:
    assert whodoes.gaps(project) == []
    from minga.projects.actions import end_role

    for name in ("dario", "paz"):
        end_role(by(cast.lena), project, project.memberships.get(person=getattr(cast, name)))
    end_role(by(cast.lena), project, project.memberships.get(person=cast.ada))
    found = whodoes.gaps(project)
    assert [(gap.step, gap.roles) for gap in found if "provider" in gap.roles and "frontline" not in gap.roles]
    text = Client().get("/body/roles/").content.decode()
    assert all(str(gap.words) in text for gap in found)


def test_a_project_without_an_overseer_is_a_gap(cast: Cast) -> None:
    from minga.projects.actions import open_project

    made = open_project(by(cast.lena), BODY, title="Alone", summary="One person.")
    assert whodoes.gaps(made)[0].roles == ("overseer",)


def test_the_portfolio_filters_counts_and_leaves_as_csv_and_json(full: Project, cast: Cast) -> None:
    from minga.projects.actions import open_project

    open_project(by(cast.dario), BODY, title="=Another", summary="Another tool.")
    rows = list(csv.DictReader(io.StringIO(Client().get("/body/portfolio.csv").content.decode())))
    assert {row["title"] for row in rows} == {"Early warnings", "'=Another"}
    told = Client().get("/body/portfolio.json").json()["projects"]
    assert list(told[0]) == list(portfolio.HEAD)
    ours = next(one for one in told if one["project"] == full.slug)
    assert (ours["funding_amount"], ours["funding_released"], ours["risk"]) == ("150.00", "0", "unknown")
    assert Client().get("/body/portfolio.json?use=yes").json()["projects"] == []
    assert len(Client().get("/body/portfolio.json?phase=commission&risk=unknown").json()["projects"]) == 2
    assert "No project fits" in Client().get("/body/portfolio/?risk=high").content.decode()
    assert Client().get("/body/portfolio/?risk=nonsense").status_code == 200


def test_an_overdue_task_is_told_and_found(full: Project, cast: Cast) -> None:
    from minga.projects.actions import make_task

    yesterday = timezone.localdate() - timedelta(days=1)
    make_task(by(cast.lena), full, "Write the notice", due=yesterday)
    found = portfolio.rows(portfolio.Wanted(late=True))
    assert [row.late for row in found] == [("1 task is overdue",)]
    assert portfolio.totals(found).late == 1


def test_a_part_is_released_by_its_button_and_refused_in_words(full: Project, cast: Cast) -> None:
    line = FundingLine.objects.get()
    first, second = line.instalments.all()
    client = as_(cast.chela)
    client.post(f"/body/funding/parts/{first.pk}/release/", {"once": "1"})
    first.refresh_from_db()
    assert first.released_by == cast.chela
    reply = client.post(f"/body/funding/parts/{second.pk}/release/", {"once": "2"}, follow=True)
    assert "Gate 1 is passed" in reply.content.decode()
    second.refresh_from_db()
    assert second.released is None


def test_money_is_set_aside_by_the_form(project: Project, cast: Cast) -> None:
    given = {
        "name": "Fund", "giver": "Bank", "project": project.pk, "currency": "eur", "amount_1": "10.50",
        "condition_1": "gate", "of_1": "3", "amount_2": "", "once": "1",
    }  # fmt: skip
    reply = as_(cast.bea).post("/body/funding/new/", given)
    assert reply.status_code == 302
    part = FundingLine.objects.get().instalments.get()
    assert (part.amount, part.condition, part.of) == (Decimal("10.50"), "gate", "3")
    reply = as_(cast.bea).post("/body/funding/new/", given | {"of_1": "12", "once": "2"})
    assert reply.status_code == 422
    assert "from 1 to 8" in reply.content.decode()


def test_coverage_is_planned_and_counted_by_forms(project: Project, cast: Cast) -> None:
    client = as_(cast.bea)
    where = f"/body/coverage/{project.slug}/"
    plan = {
        "unit": "cities", "wanted": "350", "planned": "100", "fixed": "1000", "per_unit": "10", "currency": "EUR",
        "source": "Estimate", "once": "1",
    }  # fmt: skip
    assert client.post(f"{where}plan/", plan).status_code == 302
    count = {
        "on_day": "1",
        "on_month": "2",
        "on_year": "2026",
        "units": "12",
        "spent": "1200",
        "source": "Books",
        "once": "2",
    }
    assert client.post(f"{where}count/", count).status_code == 302
    text = client.get(where).content.decode()
    assert "80\u00a0EUR more than planned" in text


def test_a_goal_is_set_and_changed_by_forms(project: Project, cast: Cast, offices: dict[str, Any]) -> None:
    client = as_(cast.chela)
    given = {
        "title": "Ten days", "reason": "People wait.", "measure": "Median", "owner": "chela", "year": "2027",
        "quarter": "2", "projects": [project.pk], "once": "1",
    }  # fmt: skip
    assert client.post("/body/roadmap/new/", given).status_code == 302
    goal = Goal.objects.get()
    changed = given | {"state": "under_way", "quarter": "3", "reason": "Late.", "once": "2"}
    assert client.post(f"/body/roadmap/{goal.pk}/change/", changed).status_code == 302
    text = Client().get(f"/body/roadmap/{goal.pk}/").content.decode()
    assert "Quarter: from “2” to “3”" in text


def test_a_group_meets_decides_and_publishes_by_forms(full: Project, cast: Cast) -> None:
    group = Group.objects.get()
    chela, visitor = as_(cast.chela), Client()
    chela.post(f"/body/groups/{group.pk}/seat/", {"person": "rosa", "once": "1"})
    day = timezone.localdate() - timedelta(days=1)
    when = {"on_day": day.day, "on_month": day.month, "on_year": day.year}
    chela.post(f"/body/groups/{group.pk}/meet/", {**when, "agenda": "The draft", "once": "2"})
    meeting = GroupMeeting.objects.get()
    minutes = {"minutes": "We read it.", "present": "3", "task_1": "Write", "owner_1": "flor", "once": "3"}
    assert chela.post(f"/body/meetings/{meeting.pk}/minutes/", minutes).status_code == 302
    assert Task.objects.get(project=None).owner == cast.flor
    votes = {"text": "Use it.", "votes_for": "2", "votes_against": "0", "abstained": "1", "once": "4"}
    assert chela.post(f"/body/meetings/{meeting.pk}/decide/", votes).status_code == 302
    output = {"title": "Guide", "url": "https://guide.example", "once": "5"}
    assert chela.post(f"/body/groups/{group.pk}/publish/", output).status_code == 302
    text = visitor.get(f"/body/groups/{group.pk}/").content.decode()
    assert "https://guide.example" in text
    assert "1 resident, not named in public" in text
    assert "Rosa" not in text
    assert "2 for, 0 against, 1 abstained" in visitor.get(f"/body/meetings/{meeting.pk}/").content.decode()


def test_a_body_answers_behind_its_link_saves_and_hands_in(full: Project, cast: Cast) -> None:
    survey = Survey.objects.get()
    invite(by(cast.saul), BODY, survey, [("City of Lima", "")])
    body = survey.bodies.get()
    visitor = Client()
    page = visitor.get(body.get_private_url())
    assert page["X-Robots-Tag"] == "noindex"
    assert "City of Lima" in page.content.decode()
    assert "City of Lima" not in visitor.get(f"/body/surveys/{survey.pk}/").content.decode()
    assert "City of Lima" in as_(cast.saul).get(f"/body/surveys/{survey.pk}/").content.decode()
    reply = visitor.post(f"{body.get_private_url()}hand-in/", {"once": "1"}, follow=True)
    assert "no answer yet" in reply.content.decode()
    assert visitor.get(f"/body/surveys/{survey.pk}.csv?bodies=yes").status_code == 403


def test_the_report_of_a_year_is_frozen_and_versioned(full: Project, cast: Cast) -> None:
    made = publish_report(by(cast.chela), BODY, YEAR)
    assert made.document["figures"]["projects"]["all"] == 1
    assert made.document["figures"]["money"] == {"EUR": {"set_aside": "150.00", "released": "0"}}
    from minga.ledger.refusals import Conflict, Invalid

    with pytest.raises(Conflict):
        publish_report(by(cast.chela), BODY, YEAR)
    from minga.projects.actions import open_project

    open_project(by(cast.dario), BODY, title="Another", summary="Another tool.")
    with pytest.raises(Invalid) as refused:
        publish_report(by(cast.chela), BODY, YEAR)
    assert "note" in refused.value.fields
    publish_report(by(cast.chela), BODY, YEAR, note="A project more.")
    assert AnnualReport.objects.get(version=1).document["figures"]["projects"]["all"] == 1
    assert Client().get(f"/body/reports/{YEAR}.json").json()["version"] == 2
    assert Client().get(f"/body/reports/{YEAR}.csv").content.decode().count("\r\n") == 3
    with pytest.raises(Invalid):
        publish_report(by(cast.chela), BODY, YEAR + 1)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_report_prints(full: Project, language: str) -> None:
    reply = Client(headers={"accept-language": language}).get(f"/body/reports/{YEAR}.pdf")
    assert reply.content.startswith(b"%PDF")


def test_few_people_of_a_group_are_not_counted_in_the_report(full: Project, cast: Cast) -> None:
    from minga.engage.actions import submit

    submit(by(cast.rosa), full, text="A flag on everything helps nobody.")
    assert yearly.document(YEAR)["figures"]["participation"]["residents"] is None
    assert Client().get("/body/reports/1999/").status_code == 404


def test_a_partner_that_cannot_be_reached_is_kept_with_its_reason(cast: Cast) -> None:
    given = {
        "name": "Elsewhere", "address": "https://127.0.0.1", "fingerprint": fingerprint("0" * 64),
        "how": "By telephone", "once": "1",
    }  # fmt: skip
    reply = as_(cast.bea).post("/body/partners/add/", given, follow=True)
    assert "not a public" in reply.content.decode()
    partner = PartnerBody.objects.get()
    assert partner.trouble
    assert "By telephone" in Client().get(f"/body/partners/{partner.pk}/").content.decode()


def test_the_published_records_leave_in_the_columns_of_the_us_inventory(published: Project) -> None:
    reply = Client().get("/body/reports/inventory-us.csv")
    assert reply["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "Early warnings" in rows[1]


def test_incidents_of_the_year_are_all_counted_and_told_by_state(full: Project, cast: Cast) -> None:
    from minga.assess.models import Incident

    found = yearly.document(YEAR)["figures"]["incidents"]
    assert found["all"] == 0
    assert set(Incident.State.values) < set(found)


def test_no_part_and_no_follow_up_is_lost_in_silence(full: Project, cast: Cast) -> None:
    given = {
        "name": "Fund", "giver": "Bank", "project": full.pk, "currency": "EUR", "amount_1": "10", "amount_2": "",
        "condition_2": "gate", "of_2": "3", "once": "1",
    }  # fmt: skip
    reply = as_(cast.bea).post("/body/funding/new/", given)
    assert reply.status_code == 422
    assert "amount_2" in reply.context["form"].errors
    assert FundingLine.objects.count() == 1
    meeting = call_meeting(by(cast.chela), BODY, Group.objects.get(), on=timezone.localdate(), agenda="The draft")
    minutes = {"minutes": "We read it.", "present": "3", "task_1": "", "owner_1": "flor", "once": "3"}
    reply = as_(cast.chela).post(f"/body/meetings/{meeting.pk}/minutes/", minutes)
    assert reply.status_code == 422
    assert "task_1" in reply.context["form"].errors
    meeting.refresh_from_db()
    assert meeting.minuted is None


def test_the_project_page_leads_to_its_place_in_the_portfolio_and_to_its_coverage(full: Project) -> None:
    visitor = Client()
    text = visitor.get(f"/projects/{full.slug}/").content.decode()
    for address in (f"/body/portfolio/{full.slug}/", f"/body/coverage/{full.slug}/"):
        assert f'href="{address}"' in text
        assert visitor.get(address, follow=True).status_code == 200
    reply = visitor.get(f"/body/portfolio/{full.slug}/")
    assert reply["Location"] == f"/body/portfolio/#{full.slug}"
    assert f'id="{full.slug}"' in visitor.get("/body/portfolio/").content.decode()
    assert f'href="/body/portfolio/{full.slug}/"' in visitor.get(f"/body/coverage/{full.slug}/").content.decode()
    assert visitor.get("/body/portfolio/no-such-project/").status_code == 404


BAD: tuple[dict[str, str], ...] = (
    {},
    {"name": "\0", "title": "\0", "unit": "\0", "purpose": "\0", "text": "\0", "minutes": "\0", "agenda": "\0"},
    {"name": "x" * 10**5, "title": "x" * 10**5, "unit": "x" * 10**5, "year": "9" * 400, "present": "-1"},
    {"amount_1": "NaN", "condition_1": "nonsense", "project": "x", "currency": "<b>", "owner": "no such person"},
    {"amount_1": "1e99", "fixed": "Infinity", "per_unit": "-5", "wanted": "1.5", "planned": "٣", "quarter": "5"},
    {
        "url": "javascript:alert(1)",
        "address": "https://[",
        "fingerprint": "=cmd()",
        "set_id": "../../etc",
        "kind": "king",
    },
    {"on_day": "31", "on_month": "2", "on_year": "2026", "closes_day": "x", "until_year": "0", "votes_for": "9" * 30},
)


@pytest.mark.parametrize("given", BAD, ids=range(len(BAD)))
def test_bad_input_comes_back_with_words_and_changes_nothing(full: Project, cast: Cast, given: dict[str, str]) -> None:
    """Every form of the room: 422 with the form, never 500, and nothing is written."""
    chela = as_(cast.chela)
    group = Group.objects.get()
    meeting = call_meeting(by(cast.chela), BODY, group, on=timezone.localdate(), agenda="The draft")
    plan_coverage(
        by(cast.chela),
        BODY,
        full,
        unit="cities",
        wanted=3,
        planned=2,
        fixed=Decimal(1),
        per_unit=Decimal(1),
        source="s",
    )
    survey, line, goal = Survey.objects.get(), FundingLine.objects.get(), Goal.objects.get()
    entries = Entry.objects.count()
    for path in (
        "offices/give/", "funding/new/", f"funding/{line.pk}/end/", f"coverage/{full.slug}/plan/",
        f"coverage/{full.slug}/count/", "roadmap/new/", f"roadmap/{goal.pk}/change/", "groups/new/",
        f"groups/{group.pk}/close/", f"groups/{group.pk}/seat/", f"groups/{group.pk}/meet/",
        f"groups/{group.pk}/publish/", f"meetings/{meeting.pk}/minutes/", f"meetings/{meeting.pk}/decide/",
        "surveys/new/", f"surveys/{survey.pk}/invite/", "partners/add/",
    ):  # fmt: skip
        client = as_(cast.bea) if path == "offices/give/" else chela
        reply = client.post(f"/body/{path}", given | {"once": path})
        assert reply.status_code == 422, path
        assert reply.context["form"].errors, path
    assert Entry.objects.count() == entries


def test_a_second_press_changes_nothing_twice(full: Project, cast: Cast) -> None:
    chela = as_(cast.chela)
    given = {"name": "Second", "purpose": "P", "kind": "working", "once": "same"}
    first, again = (chela.post("/body/groups/new/", given) for _ in range(2))
    assert (first.status_code, first["Location"]) == (302, again["Location"])
    assert Group.objects.filter(name="Second").count() == 1
