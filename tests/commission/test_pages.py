"""The pages show what stands, offer what a person may do, and refuse in words at the field."""

import pytest
from django.test import Client

from minga.commission.actions import list_stakeholder, propose_partnership, state_need
from minga.commission.models import Agreement, Assessment, Need, Option, PriorSearch, Why
from minga.inventory.actions import import_inventory
from minga.inventory.models import System
from minga.inventory.readers import read_bytes
from minga.ledger.action import BODY
from minga.projects.models import Project
from tests.commission.test_partners import PARTIES
from tests.conftest import Cast, by
from tests.inventory.test_import import nl, record

PAGES = ("need", "priors", "options", "stakeholders", "partnership", "coproduction")
FORMS = (
    "need/state",
    "options/compare",
    "without-ai",
    "stakeholders/add",
    "beneficiaries/estimate",
    "partnership/propose",
)
NEED = {"statement": "Seen too late", "kind_1": "figure", "content_1": "300", "source_1": "Plan"}


def at(project: Project, path: str) -> str:
    return f"/projects/{project.slug}/{path}/"


@pytest.fixture
def need(project: Project, cast: Cast) -> Need:
    evidence = [{"kind": "text", "content": "<script>alert(1)</script>"}]
    return state_need(by(cast.lena), project, statement="Seen <b>too</b> late", evidence=evidence)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_open_to_visitors(need: Need, client: Client, page: str, language: str) -> None:
    found = client.get(at(need.project, page), headers={"Accept-Language": language})
    assert found.status_code == 200
    assert b'method="post"' not in found.content.split(b'id="main"')[1]
    assert b"<script>alert" not in found.content


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_for_those_who_may(need: Need, client: Client, cast: Cast, form: str) -> None:
    assert client.get(at(need.project, form)).status_code == 403
    client.force_login(cast.lena)
    assert client.get(at(need.project, form)).status_code == 200
    assert client.post(at(need.project, form), {"once": "empty"}).status_code == 422


def test_a_need_is_stated_on_its_page(project: Project, client: Client, cast: Cast) -> None:
    client.force_login(cast.flor)
    assert client.post(at(project, "need/state"), NEED).status_code == 302
    assert Need.objects.get().person == cast.flor


def test_wrong_evidence_is_told_at_its_field(project: Project, client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    wrong = {**NEED, "kind_3": "url", "content_3": "not an address"}
    page = client.post(at(project, "need/state"), wrong)
    assert page.status_code == 422
    assert b'href="#id_content_3"' in page.content
    assert not Need.objects.exists()


def test_the_same_form_sent_twice_acts_once(need: Need, client: Client, cast: Cast) -> None:
    client.force_login(cast.rosa)
    for _again in range(2):
        assert client.post(at(need.project, "need"), {"text": "Because", "once": "abc"}).status_code == 302
    assert Why.objects.count() == 1


def test_a_rung_is_changed_from_its_link(need: Need, client: Client, cast: Cast) -> None:
    client.force_login(cast.rosa)
    client.post(at(need.project, "need"), {"text": "Because"})
    assert b"Change answer 1" in client.get(at(need.project, "need") + "?change=1").content
    client.post(at(need.project, "need"), {"text": "Since", "position": "1"})
    assert Why.objects.get(position=1, version=2).text == "Since"


def test_two_tabs_do_not_write_over_each_other(need: Need, client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    page = client.get(at(need.project, "need/state")).content
    assert b'name="seen" value="1"' in page
    first = client.post(at(need.project, "need/state"), {**NEED, "seen": "1"})
    second = client.post(at(need.project, "need/state"), {**NEED, "statement": "Other", "seen": "1"})
    assert (first.status_code, second.status_code) == (302, 422)
    assert "Somebody changed this" in second.content.decode()
    assert "Other" in second.content.decode()


def test_a_listed_stakeholder_is_not_overwritten_unseen(need: Need, client: Client, cast: Cast) -> None:
    told = {"name": "Ministry", "group": "agency", "concern": "Buys.", "path": "contact"}
    ministry = list_stakeholder(by(cast.lena), need.project, **told)
    client.force_login(cast.fabia)
    address = at(need.project, "stakeholders/add")
    assert client.post(address, {**told, "seen": "0"}).status_code == 422
    seen = ministry.at.isoformat()
    assert client.post(f"{address}?name=Ministry", {**told, "concern": "Pays.", "seen": seen}).status_code == 302


def test_a_search_is_made_and_recorded(need: Need, client: Client, cast: Cast) -> None:
    import_inventory(by(cast.bea), BODY, reading=read_bytes(nl(record(title="Fraude opsporen")), "nl.json"))
    client.force_login(cast.rosa)
    assert b"<mark>Fraude</mark>" in client.get(at(need.project, "priors") + "?q=fraude").content
    told = {"query": "fraude", "relevant": [System.objects.get().pk], "verdict": "learn"}
    assert client.post(at(need.project, "priors"), told).status_code == 422
    assert client.post(at(need.project, "priors"), {**told, "note": "Not it."}).status_code == 302
    assert PriorSearch.objects.get().found == 1


def test_options_are_compared_and_ai_declined(need: Need, client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    told = {"title": "Alerts", "kind": "non_ai", "cost": "low", "time": "weeks", "affected": "Firms", "risk": "Few",
            "verdict": "pursue", "reason": "Cheap"}  # fmt: skip
    client.post(at(need.project, "options/compare"), told)
    assert Option.objects.get().title == "Alerts"
    assert b"Alerts" in client.get(at(need.project, "without-ai")).content
    client.post(at(need.project, "without-ai"), {"reason": "Alerts are enough."})
    page = client.get(at(need.project, "options")).content.decode()
    assert "Decided: no AI" in page
    assert "Alerts are enough." in page
    assert "Do not use AI" not in page


def test_a_stakeholder_is_assessed_and_drawn(need: Need, client: Client, cast: Cast) -> None:
    told = {"name": "Ministry", "group": "agency", "concern": "Buys.", "path": "contact"}
    ministry = list_stakeholder(by(cast.lena), need.project, **told)
    client.force_login(cast.fabia)
    scores = dict.fromkeys(Assessment.SCORES, "3")
    address = f"{ministry.get_absolute_url()}assess/"
    assert client.post(address, scores).status_code == 422
    reasons = {f"{name}_reason": "A letter." for name in Assessment.SCORES}
    assert client.post(address, {**scores, **reasons}).status_code == 302
    page = client.get(at(need.project, "stakeholders")).content
    assert b"<svg" in page
    assert b"Invite as a partner" in page
    assert b"A letter." in client.get(ministry.get_absolute_url()).content


def test_terms_are_proposed_and_signed(need: Need, client: Client, cast: Cast) -> None:
    client.force_login(cast.lena)
    told = {"aims": "Warn", **{f"rule_{n}": "lead" for n in range(1, 9)}}
    for party in PARTIES:
        told |= {f"{party['group']}_{name}": value for name, value in party.items() if name != "group"}
    half = {**told, "residents_low": ""}
    assert b'href="#id_residents_low"' in client.post(at(need.project, "partnership/propose"), half).content
    assert client.post(at(need.project, "partnership/propose"), told).status_code == 302
    page = client.get(at(need.project, "partnership")).content.decode()
    assert "Sign for Office" in page
    assert "Sign for Observatory" not in page


def test_signing_is_refused_to_another_group(need: Need, client: Client, cast: Cast) -> None:
    terms = propose_partnership(by(cast.lena), need.project, aims="Warn", parties=PARTIES, rules={})
    client.force_login(cast.rosa)
    office = terms.parties.get(group="agency")
    refused = client.post(at(need.project, f"partnership/{terms.pk}/sign"), {"party": office.pk})
    assert refused.status_code == 403
    assert not Agreement.objects.exists()


def test_the_api_reads_and_acts(need: Need, client: Client, cast: Cast) -> None:
    address = f"/api/commission/{need.project.slug}"
    assert client.get(address).json()["need"]["statement"] == "Seen <b>too</b> late"
    told = {"text": "Because"}
    assert client.post(f"{address}/whys", told, content_type="application/json").status_code == 403
    client.force_login(cast.rosa)
    assert client.post(f"{address}/whys", told, content_type="application/json").status_code == 201
    assert client.post(f"{address}/whys", {"txt": "x"}, content_type="application/json").status_code == 422
    assert client.get(address).json()["whys"][0]["text"] == "Because"
