"""What programs read of this room: the public parts, and for those inside the alerts; writes are the same actions."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.api import api
from minga.assess import seals
from minga.assess.actions import acknowledge_alert, demand, state_benefit, state_cost, state_data_use
from minga.assess.models import Alert, AlertBound, Demand
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.projects.models import Project
from tests.assess.watched import JUNE, Months
from tests.conftest import Cast, by
from tests.deliver.counter import Counter, as_


def at(project: Project, path: str) -> str:
    return f"/api/assess/projects/{project.slug}/{path}"


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


@pytest.fixture
def alert(counter: Counter) -> Alert:
    counter.receive()
    counter.receive()
    with guard.open_for_action():
        return Alert.objects.create(
            project=counter.project, release=counter.release, metric="failed", figure={"now": 0.2, "low": 0.12},
            records=[1, 2], bound=Decimal("0.1"),
        )  # fmt: skip


# Alerts


@pytest.mark.parametrize(
    ("who", "status", "records"),
    [("lena", 200, [1, 2]), ("flor", 200, [1, 2]), ("olga", 200, [1, 2]), ("dario", 200, None),
     ("rosa", 403, None), ("nadie", 403, None), (None, 403, None)],
)  # fmt: skip
def test_who_reads_alerts_and_their_cases(
    counter: Counter, alert: Alert, who: str | None, status: int, records: list[int] | None
) -> None:
    answer = as_(getattr(counter.cast, who) if who else None).get(at(counter.project, "alerts"))
    assert answer.status_code == status
    if status == 200:
        (row,) = answer.json()
        assert (row["metric"], row["bound"], row["bound_by"], row["cases"]) == ("failed", 0.1, "", 2)
        assert row["records"] == records


def test_an_alert_is_looked_into(counter: Counter, alert: Alert) -> None:
    where = at(counter.project, f"alerts/{alert.pk}/acknowledgement")
    assert post(as_(counter.cast.rosa), where, {"done": "Mended."}).status_code == 403
    assert post(as_(counter.cast.flor), where, {"done": "Mended."}).status_code == 403
    assert post(as_(counter.cast.dario), where, {"done": " "}).status_code == 422
    answer = post(as_(counter.cast.dario), where, {"done": "Mended."})
    assert (answer.status_code, answer.json()["done"], answer.json()["records"]) == (201, "Mended.", None)
    assert Entry.objects.filter(action="alert.acknowledged").count() == 1
    assert post(as_(counter.cast.dario), where, {"done": "Again."}).status_code == 409


def test_many_alerts_in_as_few_queries(counter: Counter, alert: Alert, django_assert_max_num_queries: Any) -> None:
    acknowledge_alert(by(counter.cast.dario), counter.project, alert, "Mended.")
    with guard.open_for_action():
        Alert.objects.bulk_create(
            Alert(project=counter.project, release=counter.release, metric="feature", about=f"f{n}") for n in range(20)
        )
    client = as_(counter.cast.lena)
    with django_assert_max_num_queries(8):
        assert len(client.get(at(counter.project, "alerts")).json()) == 21


# Bounds and weeks


def test_bounds_are_public_and_the_lead_writes_them(project: Project, cast: Cast) -> None:
    where = at(project, "alert-bounds")
    given = {"metric": "failed", "bound": "0.05", "reason": "The council."}
    assert post(as_(cast.dario), where, given).status_code == 403
    for wrong in ("NaN", "-1", "1e400", "ten"):
        refused = post(as_(cast.lena), where, given | {"bound": wrong})
        assert (refused.status_code, "bound" in refused.json()["fields"]) == (422, True)
    assert not AlertBound.objects.exists()
    assert post(as_(cast.lena), where, given).json()["bound"] == 0.05
    rows = {row["metric"]: row for row in as_(None).get(where).json()}
    assert len(rows) == len(Alert.Metric.values)
    assert (rows["failed"]["bound"], rows["failed"]["default"], rows["failed"]["reason"]) == (0.05, 0.1, "The council.")
    assert (rows["late"]["written_by"], rows["late"]["since"]) == ("", None)


def test_weeks_are_public(counter: Counter) -> None:
    Months(counter).fill(JUNE, cases=60)
    rows = as_(None).get(at(counter.project, f"releases/{counter.release.pk}/weeks")).json()
    assert rows[0]["start"] == "2026-05-18"
    assert sum(row["adoption"]["of"] for row in rows) == 60
    assert as_(None).get(at(counter.project, "releases/99999/weeks")).status_code == 404


# Demands


def test_demands_are_public_and_answered_by_the_lead(project: Project, cast: Cast) -> None:
    where, due = at(project, "demands"), timezone.localdate() + timedelta(days=3)
    asked = {"question": "Why was case 4 refused?", "due": due.isoformat()}
    assert post(as_(cast.lena), where, asked).status_code == 403
    made = post(as_(cast.olga), where, asked)
    assert (made.status_code, made.json()["overseer"]) == (201, cast.olga.public_name)
    answer = f"{where}/{made.json()['id']}/answer"
    assert post(as_(cast.olga), answer, {"answer": "Because."}).status_code == 403
    assert post(as_(cast.lena), answer, {"answer": ""}).status_code == 422
    assert post(as_(cast.lena), answer, {"answer": "Because."}).status_code == 201
    (row,) = as_(None).get(where).json()
    assert (row["answer"], row["answered_by"], row["late"]) == ("Because.", cast.lena.public_name, False)


def test_a_demand_past_its_day_is_late(project: Project, cast: Cast) -> None:
    asked = demand(by(cast.olga), project, "Why?", timezone.localdate() + timedelta(days=1))
    with guard.open_for_action():
        Demand.objects.filter(pk=asked.pk).update(due=timezone.now() - timedelta(days=1))
    (row,) = as_(None).get(at(project, "demands")).json()
    assert row["late"]


# Worth


def _state(project: Project, cast: Cast, kind: str) -> None:
    state_benefit(
        by(cast.lena), project, kind=kind, name=kind, unit="days", baseline=Decimal(20), baseline_source="Book",
        expected_low=Decimal(9), expected_high=Decimal(12), owner=cast.lena, beneficiaries="Who writes",
        due=timezone.localdate() + timedelta(days=9), worth_low=Decimal(1000), worth_high=Decimal(2000), currency="PEN",
    )  # fmt: skip


def test_worth_is_public_with_both_kinds_only(project: Project, cast: Cast) -> None:
    where = at(project, "worth")
    _state(project, cast, "efficiency")
    state_cost(
        by(cast.dario), project, kind="human", name="Reading", unit="hours", low=Decimal(100), high=Decimal(150),
        yearly=True, source="Desk", price_low=Decimal(30), price_high=Decimal(40),
    )  # fmt: skip
    hidden = as_(None).get(where).json()
    assert (hidden["benefits"], hidden["costs"], hidden["expected"]) == ([], [], None)
    assert hidden["missing"] == ["legitimacy"]
    assert len(as_(cast.flor).get(where).json()["benefits"]) == 1
    _state(project, cast, "legitimacy")
    told = as_(None).get(where).json()
    assert {row["beneficiaries"] for row in told["benefits"]} == {"Who writes"}
    assert {row["currency"] for row in (*told["benefits"], *told["costs"], told["expected"])} == {"PEN"}


def test_data_uses_are_public_and_none_is_never_assumed(project: Project, cast: Cast) -> None:
    where = at(project, "worth")
    told = as_(None).get(where).json()
    assert (told["data_uses"], told["no_data_use"]) == ([], None)
    state_data_use(by(cast.lena), project, none=True)
    assert as_(None).get(where).json()["no_data_use"] is not None
    state_data_use(by(cast.lena), project, which="Letters", use="Sold.", earner="Taller Ltd")
    told = as_(None).get(where).json()
    assert ([row["earner"] for row in told["data_uses"]], told["no_data_use"]) == (["Taller Ltd"], None)


# The seal


def test_the_rules_of_the_seal_and_where_a_project_stands(project: Project) -> None:
    rules = as_(None).get("/api/assess/seal").json()
    assert [row["code"] for row in rules["rules"]] == [rule.code for rule in seals.RULES]
    told = as_(None).get(at(project, "seal")).json()
    assert (told["expires"], told["version"]) == (None, seals.VERSION)
    assert {row["code"]: row["met"] for row in told["results"]} == {
        result.rule.code: result.met for result in seals.results(project)
    }


@pytest.mark.filterwarnings("error::UserWarning")
def test_every_schema_has_a_name_of_its_own() -> None:
    names = api.get_openapi_schema()["components"]["schemas"]
    assert {"AlertOut", "AlertBoundOut", "WeekOut", "DemandOut", "WorthOut", "SealOut"} <= set(names)
    assert not [name for name in names if name[-1].isdigit()]
