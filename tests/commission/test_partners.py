"""Step 2: stakeholders are placed with reasons and history, and an agreement is signed by all or not in force."""

from typing import Any

import pytest

from minga.commission import queries
from minga.commission.actions import (
    agree_partnership,
    assess_stakeholder,
    estimate_beneficiaries,
    list_stakeholder,
    propose_partnership,
    start_partnership,
)
from minga.commission.models import Assessment, Beneficiaries, Partnership, Stakeholder
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.actions import grant_role
from minga.projects.models import Project
from minga.projects.queries import rule_for
from minga.projects.steps import STEPS
from tests.conftest import Cast, by

PARTIES: list[dict[str, Any]] = [
    {"name": "Office", "group": "agency", "brings": "Data", "pay": "salary"},
    {"name": "Observatory", "group": "residents", "brings": "Cases", "pay": "paid", "low": 20, "high": 30,
     "currency": "eur", "per": "hour"},
]  # fmt: skip


@pytest.fixture
def ministry(project: Project, cast: Cast) -> Stakeholder:
    return list_stakeholder(
        by(cast.lena), project, name="Ministry", group="agency", concern="Buys most.", path="contact"
    )


@pytest.fixture
def terms(project: Project, cast: Cast) -> Partnership:
    return propose_partnership(
        by(cast.lena), project, aims="Warn early", parties=PARTIES, rules={1: "board_majority", 5: "ballot"}
    )


def assess(project: Project, cast: Cast, stakeholder: Stakeholder, capacity: int, willingness: int) -> Assessment:
    scores = {"interest": 2, "importance": 4, "alignment": 2, "capacity": capacity, "willingness": willingness}
    return assess_stakeholder(
        by(cast.lena), project, stakeholder, scores=scores, reasons=dict.fromkeys(scores, "A letter.")
    )


@pytest.mark.parametrize(
    ("capacity", "willingness", "likelihood"),
    [
        (4, 4, "likely"),
        (3, 3, "likely"),
        (2, 4, "possible"),
        (4, 0, "possible"),
        (2, 2, "unlikely"),
        (0, 0, "unlikely"),
    ],
)
def test_two_scores_place_a_stakeholder(
    project: Project, cast: Cast, ministry: Stakeholder, capacity: int, willingness: int, likelihood: str
) -> None:
    assess(project, cast, ministry, capacity, willingness)
    (place,) = queries.placed(project)
    assert place.likelihood == likelihood
    assert place.action


def test_the_earlier_assessment_is_kept(project: Project, cast: Cast, ministry: Stakeholder) -> None:
    assess(project, cast, ministry, 4, 1)
    later = assess(project, cast, ministry, 4, 3)
    assert ministry.assessments.count() == 2
    assert queries.latest_assessment(ministry) == later


@pytest.mark.parametrize("score", [5, -1, None, "2", 2.5])
def test_scores_outside_the_scale_are_refused(project: Project, cast: Cast, ministry: Stakeholder, score: Any) -> None:
    with pytest.raises(Invalid) as refused:
        assess(project, cast, ministry, score, 4)
    assert list(refused.value.fields) == ["capacity"]


def test_every_score_needs_its_reason(project: Project, cast: Cast, ministry: Stakeholder) -> None:
    scores = dict.fromkeys(Assessment.SCORES, 2)
    with pytest.raises(Invalid) as refused:
        assess_stakeholder(by(cast.lena), project, ministry, scores=scores, reasons={"interest": "Asked."})
    assert "capacity_reason" in refused.value.fields
    assert "interest_reason" not in refused.value.fields


def test_an_open_call_keeps_its_record(project: Project, cast: Cast) -> None:
    told = {"name": "Firms", "group": "business", "concern": "They bid.", "path": "open_call"}
    with pytest.raises(Invalid):
        list_stakeholder(by(cast.lena), project, **told)
    firms = list_stakeholder(
        by(cast.lena), project, **told, call_text="Who bids?", call_where="Bulletin", call_answers=41
    )
    assert firms.call_answers == 41


def test_a_stakeholder_listed_again_is_corrected(project: Project, cast: Cast, ministry: Stakeholder) -> None:
    list_stakeholder(by(cast.lena), project, name="Ministry", group="agency", concern="Pays.", path="existing")
    assert Stakeholder.objects.get().concern == "Pays."


def test_beneficiaries_are_a_range(project: Project, cast: Cast) -> None:
    estimate_beneficiaries(by(cast.lena), project, who="Firms", kind="indirect", low=1800, high=2600, source="Register")
    with pytest.raises(Invalid):
        estimate_beneficiaries(by(cast.lena), project, who="Firms", kind="indirect", low=9, high=2, source="Register")
    assert Beneficiaries.objects.get().high == 2600


def test_terms_need_two_groups(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid, match="two groups"):
        propose_partnership(by(cast.lena), project, aims="x", parties=PARTIES[:1], rules={})


@pytest.mark.parametrize(
    "wrong", [{"low": None}, {"low": 40}, {"currency": ""}, {"per": "year"}, {"pay": "gold"}, {"brings": ""}]
)
def test_pay_has_a_whole_band_or_none(project: Project, cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        propose_partnership(by(cast.lena), project, aims="x", parties=[PARTIES[0], {**PARTIES[1], **wrong}], rules={})
    assert all(name.startswith("party_2_") for name in refused.value.fields)


def test_rules_hold_once_all_have_signed(project: Project, cast: Cast, terms: Partnership) -> None:
    agree_partnership(by(cast.lena), project, terms, terms.parties.get(group="agency"))
    with pytest.raises(Blocked, match="Observatory"):
        start_partnership(by(cast.lena), project, terms)
    agree_partnership(by(cast.rosa), project, terms, terms.parties.get(group="residents"))
    start_partnership(by(cast.lena), project, terms)
    assert [rule_for(project, STEPS[n]) for n in (1, 5)] == ["board_majority", "ballot"]
    assert Entry.objects.filter(chain=project.chain, action="rule.agreed").count() == 2


def test_each_party_signs_for_itself_and_once(project: Project, cast: Cast, terms: Partnership) -> None:
    office = terms.parties.get(group="agency")
    with pytest.raises(NotAllowed, match="own group"):
        agree_partnership(by(cast.rosa), project, terms, office)
    agree_partnership(by(cast.lena), project, terms, office)
    with pytest.raises(Conflict, match="signed already"):
        agree_partnership(by(cast.ada), project, terms, office)


def test_a_new_version_needs_new_signatures(project: Project, cast: Cast, terms: Partnership) -> None:
    agree_partnership(by(cast.lena), project, terms, terms.parties.get(group="agency"))
    with pytest.raises(Invalid):
        propose_partnership(by(cast.lena), project, aims="x", parties=PARTIES, rules={})
    second = propose_partnership(by(cast.lena), project, aims="x", parties=PARTIES, rules={}, changes="Shorter.")
    assert (second.version, second.agreements.count()) == (2, 0)
    with pytest.raises(Conflict, match="current version"):
        agree_partnership(by(cast.rosa), project, terms, terms.parties.get(group="residents"))


def test_the_typology_counts_what_happened(project: Project, cast: Cast, terms: Partnership) -> None:
    person = cast.nadie
    grant_role(by(cast.lena), project, person=person, role="resident")
    agree_partnership(by(cast.lena, history="demonstration"), project, terms, terms.parties.get(group="agency"))
    cells = {(cell.level, cell.phase): cell for cell in queries.typology(project)}
    assert len(cells) == 12
    assert cells["individual", "commission"].entries == 0
    collective = cells["collective", "commission"]
    assert (collective.entries, collective.groups, collective.demonstration) == (1, ("agency",), 1)
