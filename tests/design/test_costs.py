"""What a tool of our own costs: the time measured always, money where somebody set a price."""

import pytest
from django.test import Client

from minga.design import catalogue, tasks
from minga.design.actions import request_check
from minga.design.models import Check, Criterion, ToolVersion
from minga.ledger import guard
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.conftest import MENDED
from tests.design.tool import ShortCalls


@pytest.fixture
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minga.design.forms.installed", lambda: {"shortcalls": ShortCalls()})


def checked(cast: Cast, criterion: Criterion, version: ToolVersion, cpu_ms: int) -> Check:
    check = request_check(by(cast.dario), version.project, criterion, version)
    tasks.run_check.call(check.pk)
    with guard.open_for_action():
        Check.objects.filter(pk=check.pk).update(cpu_ms=cpu_ms)
    check.refresh_from_db()
    return check


def test_computing_time_is_told_without_a_price(
    client: Client, cast: Cast, criterion: Criterion, mended: ToolVersion
) -> None:
    assert catalogue.entries()[0].cpu == ""
    check = checked(cast, criterion, mended, 812)
    assert check.dataset.rows_used == 406
    assert (catalogue.entries()[0].cpu, catalogue.entries()[0].cost) == ("2.00 s", "")
    assert "2.00 s of computing for 1,000 cases" in client.get("/tools/").content.decode()
    page = client.get("/tools/shortcalls/").content.decode()
    assert "no price is set: whoever registers the next version can say" in page
    assert "not known" not in page
    assert client.get("/api/design/tools").json()[0]["versions"][0]["cpu_seconds_per_1000"] == "2.00 s"


@pytest.mark.usefixtures("_offered")
def test_a_price_in_the_form_gives_the_cost(client: Client, project: Project, cast: Cast, criterion: Criterion) -> None:
    client.force_login(cast.dario)
    given = {"tool": "shortcalls", "version": "7", "settings": MENDED, "chosen_on": "none", "change_note": "Priced"}
    client.post(f"/projects/{project.slug}/versions/new/", {**given, "per_cpu_second": "0.5", "currency": "USD"})
    version = ToolVersion.objects.get(version="7")
    assert version.spec["prices"]["per_cpu_second"] == "0.5"
    assert version.spec["licence"] == ShortCalls.card.licence
    check = checked(cast, criterion, version, 10)
    assert check.cost_per_1000 is not None
    assert catalogue.entries()[0].cost.endswith("USD")
    form = client.get(f"/projects/{project.slug}/versions/new/").content.decode()
    assert 'value="0.5"' in form
    client.post(f"/projects/{project.slug}/versions/new/", {**given, "version": "8"})
    same = ToolVersion.objects.get(version="8")
    assert same.spec == {}
    assert same.content_hash == version.content_hash
