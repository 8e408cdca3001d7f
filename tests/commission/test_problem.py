"""Step 1: a need has evidence, the ladder keeps its versions, searches and options are recorded."""

import json

import pytest

from minga.commission import queries
from minga.commission.actions import answer_why, compare_option, search_priors, state_need
from minga.commission.models import Need, Option, PriorSearch, Why
from minga.inventory.actions import import_inventory
from minga.inventory.models import System
from minga.inventory.readers import read_bytes
from minga.ledger.action import BODY
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.inventory.test_import import nl, record

FIGURE = {"kind": "figure", "content": "300 of 12,000", "source": "Work plan"}
WORDS = {"kind": "text", "content": "We see it too late.", "source": ""}


@pytest.fixture
def need(project: Project, cast: Cast) -> Need:
    return state_need(by(cast.lena), project, statement="Seen too late", evidence=[FIGURE, WORDS])


def option(by_whom: object, project: Project, **given: str) -> Option:
    told = {"title": "Go on as now", "kind": "nothing", "cost": "none", "time": "weeks", "affected": "All",
            "risk": "None", "reason": "Cheap", **given}  # fmt: skip
    return compare_option(by(by_whom), project, **told)  # type: ignore[arg-type]


def test_a_need_keeps_its_evidence(need: Need) -> None:
    assert [piece.kind for piece in need.evidence.all()] == ["figure", "text"]
    entry = Entry.objects.get(subject_kind="need", subject_id=str(need.pk))
    assert json.loads(entry.payload) == {"version": 1, "evidence": ["figure", "text"]}


def test_a_need_without_evidence_is_refused(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid, match="no evidence"):
        state_need(by(cast.lena), project, statement="Seen too late", evidence=[])
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    "piece",
    [
        {"kind": "url", "content": "javascript:alert(1)"},
        {"kind": "url", "content": "https://[half"},
        {"kind": "figure", "content": "many", "source": "x"},
        {"kind": "figure", "content": "3"},
        {"kind": "song", "content": "la"},
        {"kind": "text", "content": " "},
    ],
)
def test_evidence_that_shows_nothing_is_refused(project: Project, cast: Cast, piece: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        state_need(by(cast.lena), project, statement="Seen too late", evidence=[WORDS, piece])
    assert list(refused.value.fields) == ["evidence_2"]


def test_a_need_stated_again_is_the_next_version(need: Need, project: Project, cast: Cast) -> None:
    again = state_need(by(cast.flor), project, statement="Seen late", evidence=[WORDS])
    assert (again.version, queries.current_need(project)) == (2, again)
    assert Edge.objects.filter(cause_kind="need", cause_id=str(need.pk)).exists()


def test_the_ladder_keeps_versions_and_authors(need: Need, project: Project, cast: Cast) -> None:
    for person in (cast.rosa, cast.bruno, cast.flor):
        answer_why(by(person), project, text="Because")
    answer_why(by(cast.paz), project, text="Because of trust", position=2)
    assert [(why.position, why.version) for why in queries.current_whys(project)] == [(1, 1), (2, 2), (3, 1)]
    assert [why.person for why in queries.why_history(project)[2]] == [cast.paz, cast.bruno]


def test_why_needs_a_need(project: Project, cast: Cast) -> None:
    with pytest.raises(Blocked):
        answer_why(by(cast.rosa), project, text="Because")


@pytest.mark.parametrize("position", [0, -1, 3, 99])
def test_a_rung_that_is_not_there(need: Need, project: Project, cast: Cast, position: int) -> None:
    answer_why(by(cast.rosa), project, text="Because")
    with pytest.raises(Invalid):
        answer_why(by(cast.rosa), project, text="Because", position=position)
    assert Why.objects.count() == 1


def test_a_search_keeps_query_count_and_verdict(need: Need, project: Project, cast: Cast) -> None:
    import_inventory(by(cast.bea), BODY, reading=read_bytes(nl(record(title="Fraude opsporen")), "nl.json"))
    found = System.objects.get()
    search = search_priors(
        by(cast.rosa), project, query="fraude", verdict="reuse", note="It fits.", relevant=[found.pk]
    )
    assert (search.searched, search.found, list(search.relevant.all())) == (1, 1, [found])
    assert Edge.objects.filter(cause_kind="system", cause_id=str(found.pk)).exists()


def test_searches_that_say_nothing_are_refused(project: Project, cast: Cast) -> None:
    with pytest.raises(Blocked, match="inventory"):
        search_priors(by(cast.rosa), project, query="fraude", verdict="none", note="Nothing.")
    import_inventory(by(cast.bea), BODY, reading=read_bytes(nl(record()), "nl.json"))
    with pytest.raises(Invalid):
        search_priors(by(cast.rosa), project, query="fraude", verdict="reuse", note="Which?")
    with pytest.raises(Conflict):
        search_priors(by(cast.rosa), project, query="fraude", verdict="learn", note="Gone", relevant=[999])
    assert not PriorSearch.objects.exists()


def test_options_stand_side_by_side_in_their_last_version(project: Project, cast: Cast) -> None:
    option(cast.lena, project)
    option(cast.dario, project, title="Tool", kind="ai")
    option(cast.flor, project, title="Alerts", kind="non_ai")
    option(cast.rosa, project, title="Alerts", kind="non_ai", verdict="pursue")
    assert [(o.title, o.version) for o in queries.options(project)] == [
        ("Tool", 1),
        ("Alerts", 2),
        ("Go on as now", 1),
    ]


def test_options_without_ai_can_be_counted_by_a_gate(project: Project, cast: Cast) -> None:
    option(cast.lena, project)
    option(cast.lena, project, title="Tool", kind="ai")
    payloads = Entry.objects.filter(action="option.compared").values_list("payload", flat=True)
    assert [json.loads(payload)["set"] for payload in payloads] == ["without_ai", "with_ai"]


@pytest.mark.parametrize("wrong", [{"kind": "magic"}, {"cost": "?"}, {"time": ""}, {"risk": " "}, {"verdict": "yes"}])
def test_an_option_with_a_gap_is_refused(project: Project, cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        option(cast.lena, project, **wrong)
    assert set(refused.value.fields) == set(wrong)


def test_visitors_and_overseers_do_not_commission(project: Project, cast: Cast) -> None:
    for person in (cast.olga, cast.nadie, None):
        with pytest.raises(NotAllowed):
            state_need(by(person), project, statement="x", evidence=[WORDS])
