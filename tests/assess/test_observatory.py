"""Every project is coded by one codebook from its own ledger; gaps say why; nothing printed claims cause."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from minga.assess import associations, observatory, showing_observatory
from minga.assess.actions import measure_benefit, state_benefit
from minga.assess.actions.experience import record_experience
from minga.assess.codebook import Level, Missing
from minga.assess.observatory import VARIABLES, Happened, code, levels
from minga.engage.actions import decide, submit
from minga.inventory.models import Source, System
from minga.ledger import guard
from minga.ledger.action import BODY, GROUPS, PHASES, Actor
from minga.projects.actions import open_project
from minga.projects.models import Project
from minga.projects.queries import groups_taking_part
from tests.conftest import Cast, by

NAMES = [one.name for one in VARIABLES]


def happened(action: str, group: str = "residents", phase: str = "design", groups: tuple[str, ...] = ()) -> Happened:
    return Happened(phase, action, group, groups)


def benefit(project: Project, cast: Cast, kind: str, name: str) -> Any:
    return state_benefit(
        by(cast.lena), project, kind=kind, name=name, unit="days", baseline=Decimal(20), baseline_source="Book",
        expected_low=Decimal(9), expected_high=Decimal(12), owner=cast.lena, beneficiaries="Who writes",
        due=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip


def row(**values: Any) -> dict[str, Any]:
    return dict.fromkeys(NAMES, Missing.NOT_YET) | {"example": 0} | values


@pytest.mark.parametrize(
    ("what", "level"),
    [
        ([], Level.NONE),
        ([happened("dataset.assessed", "digital")], Level.INFORM),
        ([happened("contribution.submitted", "agency")], Level.INFORM),
        ([happened("contribution.submitted")], Level.CONSULT),
        ([happened("votes.tallied", "agency", groups=("frontline", "business"))], Level.CONSULT),
        ([happened("votes.tallied", "agency", groups=("frontline",))], Level.INFORM),
        ([happened("contribution.decided", "agency", groups=("residents",))], Level.INVOLVE),
        ([happened("contribution.decided", "agency", groups=("frontline",))], Level.INFORM),
        ([happened("recommendation.made", "agency")], Level.INVOLVE),
        ([happened("session.recorded", "agency")], Level.INFORM),
        ([happened("test_case.proposed", "business")], Level.INVOLVE),
        ([happened("criterion.proposed")], Level.COLLABORATE),
        ([happened("position.given", "frontline")], Level.INFORM),
        ([happened("ballot.closed", "agency")], Level.EMPOWER),
    ],
)
def test_the_highest_level_that_the_ledger_shows(what: list[Happened], level: Level) -> None:
    found = levels(what)
    assert found["design"] == level
    assert found["deliver"] == Level.NONE


def test_a_ballot_that_is_not_followed_empowers_nobody() -> None:
    assert levels([happened("ballot.closed", "agency")], ["design"])["design"] == Level.CONSULT
    assert levels([happened("ballot.closed", "agency")], ["deliver"])["design"] == Level.EMPOWER


def test_every_variable_has_a_value_or_says_why_not(project: Project) -> None:
    found = code(project)
    assert list(found) == NAMES
    assert len(set(NAMES)) == len(NAMES)
    for one in VARIABLES:
        value = found[one.name]
        if isinstance(value, Missing):
            continue
        assert isinstance(value, {"text": str, "day": str, "whole": int, "decimal": float, "code": int}[one.kind])
        if one.kind == "code":
            assert value in {known for known, _words in one.values}


def test_who_took_part_is_what_the_project_itself_counts(project: Project, cast: Cast) -> None:
    submit(by(cast.rosa), project, "It must not flag my shop.")
    found, counts = code(project), groups_taking_part(project, "commission")
    assert {group: found[f"part_commission_{group}"] for group in GROUPS} == {
        group: int(count > 0) for group, count in counts.items()
    }
    assert found["part_commission_residents"] == 1
    assert found["level_commission"] == Level.CONSULT
    assert found["contributions"] == 1
    assert found["residents_on_board"] == 1


def test_what_was_answered_counts_for_whoever_gave_it(project: Project, cast: Cast) -> None:
    given = submit(by(cast.flor), project, "Letters wait for weeks.")
    decide(by(cast.lena), project, given, "adopted", "It is measured from now on.")
    assert code(project)["level_commission"] == Level.INFORM
    given = submit(by(cast.rosa), project, "It must not flag my shop.")
    decide(by(cast.lena), project, given, "adopted", "Small shops are left out.")
    assert code(project)["level_commission"] == Level.INVOLVE


def test_phases_that_are_ahead_are_not_zero(project: Project) -> None:
    found = code(project)
    for phase in PHASES[1:]:
        assert found[f"groups_{phase}"] == found[f"level_{phase}"] == Missing.NOT_YET


def test_efficiency_is_not_coded_without_legitimacy(project: Project, cast: Cast) -> None:
    assert code(project)["efficiency_reached"] == Missing.NOBODY
    faster = benefit(project, cast, "efficiency", "Days")
    for value, days in ((11, -1), (30, 0)):
        on = timezone.localdate() + timedelta(days=days)
        measure_benefit(by(cast.flor), project, faster, value=Decimal(value), events=9, how="Counted.", on=on)
    assert code(project)["efficiency_reached"] == Missing.ONE_SIDED
    assert code(project)["return_low"] == Missing.ONE_SIDED
    benefit(project, cast, "legitimacy", "Heard")
    found = code(project)
    assert (found["efficiency_reached"], found["legitimacy_reached"]) == (0, Missing.NOT_YET)
    assert (found["efficiency_measured"], found["legitimacy_measured"]) == (1, 0)


def test_trust_is_coded_by_whether_people_won_and_from_ten_on(project: Project) -> None:
    nobody = Actor(key="", group="residents", kind="visitor")
    for number in range(19):
        won = "no" if number < 10 else "yes"
        answers = {"given_by": "decided", "capable": "1", "easy": "7", "won": won, "fair": 4, "trust": number % 2 * 4}
        record_experience(by(nobody), project, answers, f"lock-{number}")
    found = code(project)
    assert (found["trust_lost"], found["fair_lost"], found["ease_lost"]) == (0.5, 1, 50)
    assert found["trust_won"] == found["ease_won"] == found["answers_won"] == Missing.TOO_FEW
    assert found["answers_lost"] == 10
    assert showing_observatory.portfolio([found]).rows[0][-2:] == ("too few", "5 of 10")
    assert not {"trust", "ease", "fair"} & set(NAMES)


def test_the_dataset_tells_why_cells_are_empty(project: Project, client: Any) -> None:
    text = b"".join(client.get("/observatory.csv").streaming_content).decode()
    (line,) = csv.DictReader(io.StringIO(text))
    assert list(line) == [*NAMES, "missing"]
    reasons = dict(part.split("=") for part in line["missing"].split(";"))
    assert reasons["level_design"] == "not_yet"
    for name in NAMES:
        assert (line[name] == "") == (name in reasons)
    document = client.get("/observatory.json").json()
    assert [one["name"] for one in document["variables"]] == NAMES
    assert document["rows"][0]["missing"] == reasons
    assert set(reasons.values()) <= set(document["missing"])
    assert document["licence"]
    assert "do not show cause" in document["note"]
    assert len(document["associations"]) == len(associations.PAIRS)


def test_nobody_is_named_in_it(project: Project, cast: Cast, client: Any) -> None:
    submit(by(cast.rosa), project, "A secret sentence.")
    text = (
        b"".join(client.get("/observatory.csv").streaming_content).decode()
        + client.get("/observatory.json").content.decode()
    )
    for told in ("secret sentence", "rosa", "Rosa", "Lena", cast.rosa.key):
        assert told not in text


def test_systems_of_other_bodies_are_coded_alike(project: Project, client: Any) -> None:
    with guard.open_for_action():
        source = Source.objects.create(key="register", name="Register", country="NL", language="nl", file_name="x.csv")
        System.objects.create(source=source, external_id="7", name="=Sorter", body="City", country="NL", language="nl")
        System.objects.create(source=source, external_id="8", name="Gone", body="City", country="NL", listed=False)
    text = b"".join(client.get("/observatory.csv?with=imported").streaming_content).decode()
    own, other = csv.DictReader(io.StringIO(text))
    assert (own["source"], other["source"], other["country"], other["project"]) == ("own", "register", "NL", "7")
    assert other["title"] == "'=Sorter"
    assert "rules_met=not_published" in other["missing"]
    assert "register" not in b"".join(client.get("/observatory.csv").streaming_content).decode()


def pairs(n: int, seed: int = 1) -> list[dict[str, Any]]:
    chance = np.random.default_rng(seed)
    return [
        row(groups_design=int(a), rules_met=float(b))
        for a, b in zip(chance.integers(0, 8, n), chance.random(n), strict=True)
    ]


PAIR = [("groups_design", "rules_met")]


def test_nothing_is_computed_below_ten_projects() -> None:
    (found,) = associations.associations(pairs(9), PAIR)
    assert (found.n, found.rho, found.low) == (9, None, None)
    (found,) = associations.associations([*pairs(9), row(groups_design=3)], PAIR)
    assert (found.n, found.rho) == (9, None)


@pytest.mark.parametrize("n", [10, 25, 80])
def test_it_is_the_correlation_of_ranks(n: int) -> None:
    rows = pairs(n)
    (found,) = associations.associations(rows, PAIR)
    ranks = [rankdata([row[name] for row in rows]) for name in PAIR[0]]
    assert found.rho == pytest.approx(np.corrcoef(ranks)[0, 1])


def test_what_is_the_same_everywhere_goes_with_nothing() -> None:
    (found,) = associations.associations([row(groups_design=3, rules_met=n / 12) for n in range(12)], PAIR)
    assert (found.rho, found.alike) == (None, True)


def test_the_interval_by_hand_and_wider_for_more_pairs() -> None:
    low, high = associations.interval(0.5, 28)
    half = 1.959964 * ((1 + 0.125) / 25) ** 0.5
    assert (low, high) == (
        pytest.approx(np.tanh(np.arctanh(0.5) - half)),
        pytest.approx(np.tanh(np.arctanh(0.5) + half)),
    )
    wide = associations.interval(0.5, 28, 25)
    assert wide[0] < low < high < wide[1]
    assert associations.interval(1.0, 10)[0] < 0.7


@given(st.floats(-1, 1), st.integers(4, 500), st.integers(1, 40))
def test_an_interval_holds_its_value(rho: float, n: int, several: int) -> None:
    low, high = associations.interval(rho, n, several)
    assert -1 <= low <= rho <= high <= 1


def test_pairs_that_have_nothing_to_do_with_each_other_are_rarely_told_apart() -> None:
    """The intervals of 25 unrelated pairs leave out 0 in one world of twenty: of forty worlds, rarely in over six."""
    worlds, claimed = 40, 0
    names = [f"x{number}" for number in range(10)]
    several = [(one, other) for one in names[:5] for other in names[5:]]
    for seed in range(worlds):
        table = np.random.default_rng(seed).random((30, 10))
        rows = [dict(zip(names, map(float, values), strict=True)) for values in table]
        claimed += any(found.differs for found in associations.associations(rows, several))
    assert claimed <= 6


def test_invented_examples_are_shown_but_not_computed_with(project: Project, cast: Cast, client: Any) -> None:
    with guard.open_for_action():
        Project.objects.update(demonstration=True)
    found = observatory.snapshot()
    assert (len(found.rows), len(found.real)) == (1, 0)
    page = client.get("/observatory/").content.decode()
    assert "1 invented example is left out of it." in page
    assert "(example)" in page


def test_the_finding_counts_projects_that_reached_design() -> None:
    rows = [row(part_design_residents=1), row(part_design_residents=0), row()]
    assert showing_observatory.finding(rows) == "Residents took part in the design of 1 of 2 projects"
    assert showing_observatory.finding([row()]) == "No project has come to its design yet"


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(project: Project, client: Any, language: str) -> None:
    for path in ("/observatory/", "/observatory/codebook/"):
        page = client.get(path, headers={"accept-language": language}).content.decode()
        assert f'lang="{language}"' in page
    page = client.get("/observatory/", headers={"accept-language": language}).content.decode()
    assert ("no demuestra causas" in page) == (language == "es")


def test_without_any_project_it_says_so(db: None, client: Any) -> None:
    assert "There is no project yet." in client.get("/observatory/").content.decode()


def test_a_page_costs_the_same_however_many_projects(
    project: Project, cast: Cast, client: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        open_project(by(cast.lena), BODY, title=f"Project {number}", summary="Sorts letters.")
    observatory.snapshot()
    with django_assert_max_num_queries(6):
        assert "Project 4" in client.get("/observatory/").content.decode()


def test_only_what_changed_is_coded_again(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    other = open_project(by(cast.lena), BODY, title="Letters", summary="Sorts letters.")
    coded: list[str] = []
    monkeypatch.setattr(observatory, "code", lambda one: coded.append(one.slug) or row(project=one.slug))
    observatory.snapshot()
    submit(by(cast.rosa), project, "It must not flag my shop.")
    cache.delete(observatory._key("all"))
    observatory.snapshot()
    assert sorted(coded) == sorted([project.slug, other.slug, project.slug])
