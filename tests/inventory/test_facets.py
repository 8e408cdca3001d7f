"""Facets, the words that mean the same, the comparison of groups, and one body beside the others."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from minga.inventory import comparing, terms
from minga.inventory.actions import import_inventory
from minga.inventory.board import FACETS, QUESTIONS
from minga.inventory.coding import rules
from minga.inventory.facts import answers, facets, risk, year
from minga.inventory.models import System
from minga.inventory.queries import Facet, search
from minga.inventory.readers import read_bytes
from minga.inventory.words import TITLES
from minga.ledger.action import BODY
from minga.tools.registers import Canonical, lists
from minga.tools.registers import parts as p
from minga.tools.stats import wilson
from tests.conftest import Cast, by
from tests.inventory.test_import import HEAD, nl, record

MORE = ["topic_area", "is_high_impact", "hi_appeal_process", "hi_assessment_completed", "operational_date"]


def row(number: int, name: str, agency: str = "Office X", stage: str = "Deployed", **more: str) -> dict[str, str]:
    told = dict.fromkeys([*HEAD, *MORE], "")
    return told | {"agency": agency[:2], "agency_name": agency, "id": str(number), "use_case_name": name,
                   "development_stage": stage, **more}  # fmt: skip


def table(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*HEAD, *MORE])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def inventory(cast: Cast) -> None:
    american = [
        row(1, "Flood forecast", topic_area="Energy and Environment", operational_date="2023-05-01"),
        row(2, "Chatbot for permits", agency="Bureau Y", is_high_impact="High-impact",
            hi_appeal_process="Appeal Process Established", hi_assessment_completed="Yes"),
        row(3, "Invoice audit", agency="Bureau Y", stage="Retired", is_high_impact="Not High-impact",
            hi_appeal_process="Not Applicable", hi_assessment_completed="In-progress"),
        *(row(n, f"Thing {n}", stage="Pilot") for n in range(4, 14)),
    ]  # fmt: skip
    dutch = [
        record(id="1", title="Overstromingen voorspellen", organisatie="Waterschap", impactassessment="Ja",
               juridische_basis="Waterwet"),
        record(id="2", title="Vergunningen", organisatie="Gemeente", impactassessment="Onbekend"),
    ]  # fmt: skip
    for content in (table(american), nl(*dutch)):
        import_inventory(by(cast.bea), BODY, reading=read_bytes(content, "file"))


def facet(key: str, **given: Any) -> Facet:
    return next(each for each in search("", **given).facets() if each.key == key)


def counts(key: str, **given: Any) -> dict[str, int]:
    return {value.code: value.count for value in facet(key, **given).values}


def names(text: str, **given: Any) -> set[str]:
    return {system.name for system in search(text, **given).systems}


def test_counts_follow_the_other_filters_and_not_their_own(inventory: None) -> None:
    assert counts("country") == {"US": 13, "NL": 2}
    assert counts("country", filters={"country": ["NL"]}) == {"US": 13, "NL": 2}
    assert counts("phase", filters={"country": ["NL"]}) == {"in_use": 2}
    assert counts("phase", filters={"country": ["US"], "phase": ["retired"]}) == {
        "private_pilot": 10, "in_use": 2, "retired": 1,
    }  # fmt: skip


def test_values_of_one_facet_add_and_facets_narrow(inventory: None) -> None:
    assert search("", filters={"phase": ["retired", "in_use"]}).total == 5
    assert names("", filters={"phase": ["retired", "in_use"], "body": ["Bureau Y"]}) == {
        "Chatbot for permits", "Invoice audit",
    }  # fmt: skip
    assert search("", filters={"phase": ["nonsense"]}).total == 0


def test_a_facet_says_how_many_do_not_state_it_and_what_was_read_from_words(inventory: None) -> None:
    assert (facet("theme").unstated, facet("theme").read) == (14, 0)
    task = facet("task")
    assert task.unstated == 15
    assert task.read == 2
    assert counts("task")["interaction-support"] == 1
    assert counts("task")["forecasting"] == 1


def test_what_a_register_states_is_not_overruled_by_words() -> None:
    stated = Canonical(name={"en": "Chatbot"}, capability=["forecasting"])
    found = facets(stated, ["chatbot"], "en")
    assert found["task"] == ["forecasting"]
    assert "task" not in found.get("read", [])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("inundación", "Flood forecast"),
        ("inundación", "Overstromingen voorspellen"),
        ("flood", "Overstromingen voorspellen"),
        ("licencia", "Vergunningen"),
        ("permis", "Chatbot for permits"),
        ("enchente", "Flood forecast"),
    ],
)
def test_a_query_finds_what_means_the_same_elsewhere(inventory: None, query: str, name: str) -> None:
    found = search(query)
    assert name in {system.name for system in found.systems}
    assert found.also
    assert name not in names(query, languages=False)


def test_only_languages_of_the_registers_are_looked_for(inventory: None) -> None:
    assert {each.language for each in search("flood").also} <= {"en", "nl"}


def test_the_page_says_which_words_were_looked_for(inventory: None, client: Client) -> None:
    page = client.get("/inventory/?q=inundaci%C3%B3n").content.decode()
    assert '<span lang="nl">overstroming</span> (Dutch)' in page
    assert "<mark>Overstromingen</mark>" in page
    own = client.get("/inventory/?q=inundaci%C3%B3n&own=1").content.decode()
    assert "overstroming" not in own
    assert "To search wider" in own


def test_lists_of_words_hold_the_same_concepts() -> None:
    kept = terms.words()
    assert set(kept) == {"en", "es", "nl", "fr", "pt"}
    assert len(kept["en"]) > 200
    assert all(set(each) == set(kept["en"]) for each in kept.values())
    used = {concept for codes in rules().values() for concepts in codes.values() for concept in concepts}
    assert used <= set(kept["en"])


@pytest.mark.parametrize("name", ["task", "function", "impact"])
def test_the_rule_has_the_codes_of_the_lists(name: str) -> None:
    assert set(rules()[name]) == set(lists()[name].words)


@pytest.mark.parametrize("text", ["", "¿?", "x" * 5000, "risk " * 400, "a AND b OR c*", "call for", "\x00 tender"])
def test_odd_queries_are_only_words(inventory: None, text: str) -> None:
    assert search(text).total <= 15


def test_a_phrase_counts_as_one_word() -> None:
    asked = terms.asked("call for tenders", {"nl"})
    assert len(asked.terms) == 1
    assert any(one.startswith("aanbested") and one.endswith("*") for one in asked.terms[0])


def test_topics_of_a_need_are_words_that_can_be_searched() -> None:
    told = terms.topics(
        "Los vecinos avisan de baches y de alumbrado; los baches se reparan tarde. El alumbrado y los baches."
    )
    assert told[:2] == ["baches", "alumbrado"]


def test_chips_take_a_filter_away_without_script(inventory: None, client: Client) -> None:
    page = client.get("/inventory/?q=&country=US&phase=retired").content.decode()
    assert 'href="?q=&amp;phase=retired"' in page
    assert "1 system matches" in page
    assert '<input type="hidden" name="phase" value="retired">' in page


def test_codes_from_outside_stay_text(inventory: None, client: Client) -> None:
    page = client.get("/inventory/?country=%3Cscript%3Ebad&at=%22%3E%3Cu%3E").content.decode()
    assert "<script>bad" not in page
    assert "<u>" not in page
    assert client.get("/inventory/?" + "&".join(["task=x"] * 500)).status_code == 200


def test_every_facet_and_question_has_words(inventory: None, client: Client) -> None:
    assert set(TITLES) == set(FACETS)
    assert {one["question"] for one in client.get("/api/inventory/compare").json()} == set(QUESTIONS)


def test_groups_count_silence_apart(inventory: None) -> None:
    dutch, american = comparing.groups("country", ["NL", "US", "nowhere"])
    assert dutch.counts["law"] == comparing.Count(yes=1, no=0, does_not_apply=0, unstated=1)
    assert dutch.counts["appeal"] == comparing.Count(0, 0, 0, 2)
    told = american.counts["appeal"]
    assert told == comparing.Count(yes=1, no=0, does_not_apply=1, unstated=11)
    assert told.share == 1 / 13
    assert told.interval == wilson(1, 13)
    assert american.counts["assessment"] == comparing.Count(1, 1, 0, 11)
    assert american.counts["in_use"] == comparing.Count(2, 11, 0, 0)


def test_a_small_group_has_no_share(inventory: None) -> None:
    _title, chart = comparing.charts(comparing.groups("country", ["NL", "US"]))[0]
    assert [row.too_few for row in chart.rows] == [True, False]


@pytest.mark.parametrize("way", comparing.GROUPINGS)
def test_the_comparison_has_plots_a_table_and_a_file(inventory: None, client: Client, way: str) -> None:
    page = client.get(f"/inventory/compare/?by={way}")
    assert page.status_code == 200
    assert b"There is a way to appeal" in page.content
    assert b"Says yes, of all systems, per cent" in page.content
    assert b"Before, per cent" not in page.content
    told = list(csv.DictReader(io.StringIO(client.get(f"/inventory/compare/?by={way}&format=csv").content.decode())))
    assert len(told) == 6 * len({one["group"] for one in told})
    for one in told:
        parts = [int(one[name]) for name in ("yes", "no", "does_not_apply", "not_stated")]
        assert sum(parts) == int(one["systems"])


def test_at_most_four_groups_are_compared(inventory: None, client: Client) -> None:
    five = "&".join(f"group={code}" for code in ("in", "US", "NL", "x", "y"))
    assert "Only the first 4 groups" in client.get(f"/inventory/compare/?by=country&{five}").content.decode()
    assert client.get(f"/api/inventory/compare?by=country&{five}").status_code == 422
    assert client.get("/api/inventory/compare?by=secret").status_code == 422
    assert client.get("/inventory/compare/?by=secret").status_code == 200


def test_a_body_stands_beside_the_others(inventory: None, client: Client) -> None:
    page = client.get("/inventory/body/?name=Bureau+Y").content.decode()
    assert "2 published systems" in page
    assert "All systems here" in page
    assert "by=body&amp;group=Bureau+Y&amp;group=Office+X" in page
    assert client.get("/inventory/body/?name=Nobody").status_code == 404


def test_the_api_tells_facets_and_the_same_figures_as_the_page(inventory: None, client: Client) -> None:
    told = client.get("/api/inventory/systems?phase=retired&phase=in_use&at=Bureau+Y").json()
    assert told["total"] == 2
    kinds = {each["key"]: each for each in told["facets"]}
    assert {value["code"]: value["count"] for value in kinds["phase"]["values"]} == {"in_use": 1, "retired": 1}
    assert client.get("/api/inventory/systems?q=flood").json()["also"]
    compared = client.get("/api/inventory/compare?by=country&group=US").json()
    assert next(one for one in compared if one["question"] == "appeal")["not_stated"] == 11
    system = System.objects.get(name="Flood forecast")
    assert client.get(f"/api/inventory/systems/{system.pk}").json()["canonical"]["policy_theme"] == ["environment"]


def test_years_that_a_spreadsheet_made_up_are_not_believed() -> None:
    assert [year(day) for day in ("2023-05-01", "2023", "1905-07-16", "soon", None)] == [["2023"], ["2023"], [], [], []]


@pytest.mark.parametrize(
    ("record_", "question", "answer"),
    [
        (Canonical(), "appeal", ""),
        (Canonical(appeal_route=p.Appeal(state="waived")), "appeal", "no"),
        (Canonical(appeal_route=p.Appeal(text={"en": "N/A"})), "appeal", ""),
        (Canonical(appeal_route=p.Appeal(url="https://x.example")), "appeal", "yes"),
        (Canonical(participation_events=[]), "consultation", "no"),
        (Canonical(participation_events=[p.Event(method="internal")]), "consultation", "no"),
        (Canonical(participation_events=[p.Event(method="none"), p.Event(method="panel")]), "consultation", "yes"),
        (Canonical(assessments=[p.Assessment(kind="data_protection", state="yes")]), "assessment", ""),
        (Canonical(assessments=[p.Assessment(kind="impact", state="unknown")]), "assessment", ""),
        (Canonical(assessments=[p.Assessment(summary={"nl": "IAMA"})]), "assessment", "yes"),
        (Canonical(assessments=[]), "assessment", "no"),
        (Canonical(legal_basis=[p.Law(text={"nl": "n.v.t."})]), "law", ""),
        (Canonical(legal_basis=[]), "law", "no"),
        (Canonical(us_high_impact=p.Stated(code="not_assessed")), "risk_known", "no"),
        (Canonical(risks=[p.Risk(risk={"en": "Bias"})]), "risk_known", "yes"),
        (Canonical(phase="suspended"), "in_use", "no"),
    ],
)
def test_silence_no_and_yes_are_three_things(record_: Canonical, question: str, answer: str) -> None:
    assert answers(record_)[question] == answer


def test_risk_is_what_its_own_rules_say() -> None:
    assert risk(Canonical(eu_risk_class=p.EuRisk(risk_class="high"))) == ["high"]
    assert risk(Canonical(ca_impact=p.CaImpact(level=2))) == ["not_high"]
    assert risk(Canonical()) == []


def test_the_facets_of_an_entry_are_written_with_it(inventory: None) -> None:
    kept = System.objects.get(name="Chatbot for permits").facets
    assert kept["risk"] == ["high"]
    assert kept["appeal"] == ["yes"]
    assert json.dumps(kept)
