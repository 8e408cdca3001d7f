"""The API of the body says what its public pages say: no residents, no answers of one body, no address of anybody."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.ledger import checkpoints
from minga.ledger.action import BODY
from minga.projects.models import Project
from minga.steering import federation, portfolio
from minga.steering.actions import (
    add_member,
    call_meeting,
    change_goal,
    close_group,
    count_coverage,
    decide,
    invite,
    keep_signed_list,
    open_group,
    open_survey,
    plan_coverage,
    publish_output,
    publish_report,
    set_goal,
    state_funding,
    write_minutes,
)
from minga.steering.refreshing import refresh
from tests.conftest import Cast, by
from tests.steering.conftest import Neighbour

TODAY = timezone.localdate()


def told(path: str) -> Any:
    reply = Client().get(f"/api/steering/{path}")
    assert reply.status_code == 200, reply.content
    return reply.json()


@pytest.mark.parametrize(
    "path",
    ["portfolio/no", "coverage/no", "funding/9", "roadmap/9", "groups/9", f"reports/{TODAY.year}", "surveys/9",
     "partners/9", "partners/9/records", "records/9", "signed-list", f"roadmap/{10**30}"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(db: None, path: str) -> None:
    assert Client().get(f"/api/steering/{path}").status_code == 404


@pytest.mark.parametrize("path", ["portfolio", "funding", "roadmap", "groups", "reports", "surveys", "partners"])
def test_a_body_without_anything_has_empty_lists(db: None, path: str) -> None:
    assert told(path) == []


def test_the_portfolio_is_that_of_the_page_with_its_filters(project: Project, cast: Cast) -> None:
    [row] = told("portfolio")
    assert list(row) == list(portfolio.HEAD)
    assert row == told(f"portfolio/{project.slug}") == Client().get("/body/portfolio.json").json()["projects"][0]
    assert told("portfolio?use=yes") == told("portfolio?risk=high") == told("portfolio?late=true") == []
    assert told("portfolio?risk=nonsense&phase=%00&use=no") == [row]


def test_money_and_coverage_are_decimal_text(project: Project, cast: Cast, offices: dict[str, Any]) -> None:
    assert told(f"coverage/{project.slug}")["current"] is None
    parts = [(Decimal(100), "none", ""), (Decimal("50.5"), "gate", "1")]
    line = state_funding(by(cast.bea), BODY, name="Fund", giver="Bank", parts=parts, project=project, currency="EUR")
    numbers: dict[str, Any] = {"unit": "cities", "wanted": 350, "fixed": Decimal(40), "source": "s", "currency": "EUR"}
    plan_coverage(by(cast.bea), BODY, project, planned=9, per_unit=Decimal(10), **numbers)
    plan = plan_coverage(by(cast.bea), BODY, project, planned=12, per_unit=Decimal(10), **numbers)
    count_coverage(by(cast.bea), BODY, plan, on=TODAY, units=3, spent=Decimal("71.25"), source="Books")
    found = told(f"coverage/{project.slug}")
    current = found["current"]
    assert (current["cost_planned"], current["cost_per_unit_real"], current["over_plan"]) == ("160.00", "23.75", "1.25")
    assert (current["funded"], current["affordable"]) == ("150.50", 11)
    assert [(one["units"], one["spent"]) for one in current["counts"]] == [(3, "71.25")]
    assert [one["planned"] for one in found["earlier"]] == [9]
    assert Client().get(found["page"]).status_code == 200
    assert told("funding") == [told(f"funding/{line.pk}")]
    [first, second] = told(f"funding/{line.pk}")["parts"]
    assert (first["met"], second["amount"], second["met"]) == (True, "50.50", False)
    assert "Gate 1 is passed" in second["words"]


def test_goals_carry_their_history(project: Project, cast: Cast, offices: dict[str, Any]) -> None:
    goal = set_goal(
        by(cast.chela), BODY, title="Ten days", reason="r", measure="m", owner=cast.rosa, year=2027, quarter=1,
        projects=[project],
    )  # fmt: skip
    change_goal(by(cast.chela), BODY, goal, "Late.", {"quarter": 3})
    [found] = told("roadmap")
    assert found == told(f"roadmap/{goal.pk}")
    assert (found["quarter"], found["projects"], found["owner"]) == (3, [project.slug], cast.rosa.public_name)
    assert found["history"][0]["changes"] == [{"field": "quarter", "old": "1", "new": "3"}]


def test_a_group_is_told_with_its_minutes_and_without_its_residents(cast: Cast, offices: dict[str, Any]) -> None:
    cast.rosa.display_name = "Rosa Quispe"
    cast.rosa.save()
    group = open_group(by(cast.chela), BODY, name="Letters", purpose="A guide.")
    add_member(by(cast.chela), BODY, group, cast.flor, chairs=True)
    add_member(by(cast.chela), BODY, group, cast.rosa)
    meeting = call_meeting(by(cast.flor), BODY, group, on=TODAY, agenda="The draft")
    write_minutes(by(cast.saul), BODY, meeting, minutes="We met.", present=2, follow_ups=[("Ask", cast.rosa, None)])
    decide(by(cast.flor), BODY, meeting, text="Use it.", votes_for=2, votes_against=0, abstained=0)
    publish_output(by(cast.flor), BODY, group, title="Guide", url="https://guide.example")
    close_group(by(cast.chela), BODY, group, reason="Done.")
    found = told(f"groups/{group.pk}")
    assert (found["members"], found["residents"], found["closed_reason"]) == ([cast.flor.public_name], 1, "Done.")
    [met] = found["meetings"]
    assert (met["minutes"], met["present"], met["decisions"][0]["passed"]) == ("We met.", 2, True)
    assert met["follow_ups"][0]["owner"] == cast.rosa.public_name
    assert found["outputs"][0]["url"] == "https://guide.example"
    assert "Quispe" not in str(found) + str(told("groups"))
    assert "meetings" not in told("groups")[0]


def test_a_report_is_there_once_it_is_published(project: Project, cast: Cast, offices: dict[str, Any]) -> None:
    publish_report(by(cast.chela), BODY, TODAY.year)
    [found] = told("reports")
    assert (found["year"], found["version"]) == (TODAY.year, 1)
    assert "document" not in found
    assert told(f"reports/{TODAY.year}")["document"]["figures"]["projects"]["all"] == 1


def test_a_survey_tells_no_names_no_addresses_and_no_links(cast: Cast, offices: dict[str, Any]) -> None:
    made = open_survey(
        by(cast.saul), BODY, set_id="body_survey", title="In use", purpose="To know.", closes=TODAY + timedelta(9)
    )
    invite(by(cast.saul), BODY, made, [("City of Lima", "lima@example.org")])
    token = made.bodies.get().token
    client = Client()
    client.force_login(cast.saul)
    found = client.get(f"/api/steering/surveys/{made.pk}").json()
    assert (found["asked"], found["answered"], found["shown"], found["questions"]) == (1, 0, False, [])
    whole = str(found) + str(told("surveys"))
    assert not any(words in whole for words in ("Lima", "lima@example.org", token))


def test_our_signed_list_and_records_of_others_are_told_as_they_came(
    published: Project, cast: Cast, neighbour: Neighbour, pem: bytes
) -> None:
    statement, texts = federation.statement()
    keep_signed_list(by(cast.bea), BODY, statement, texts, *checkpoints.sign(statement, pem))
    ours = told("signed-list")
    assert (ours["number"], ours["records"], ours["behind"]) == (1, 1, False)
    assert Client().get(ours["address"]).json()["signature"] == ours["signature"]
    neighbour.lists({"a": {"title": "<b>Tool</b>"}})
    refresh(by(cast.bea), neighbour.partner(cast))
    [partner] = told("partners")
    assert (partner["records"], partner["number"], partner["trouble"]) == (1, 1, "")
    assert partner == told(f"partners/{partner['id']}")
    [row] = told(f"partners/{partner['id']}/records")
    record = told(f"records/{row['id']}")
    assert federation.hash_of(record["text"]) == row["sha256"]
    assert told(f"partners/{partner['id']}/records?page=2") == []
    assert Client().get(f"/api/steering/partners/{partner['id']}/records?page=0").status_code == 422
