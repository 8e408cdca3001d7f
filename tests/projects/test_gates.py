"""A gate passes with its evidence, by its rule, and keeps the dissent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.engage.actions import cast as vote
from minga.engage.actions import close_ballot, moderate, open_ballot, submit
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects import queries, screens
from minga.projects.actions import (
    agree_rule,
    decide_gate,
    end_without_ai,
    explain_absence,
    give_position,
)
from minga.projects.models import Project
from minga.projects.steps import STEPS, Need
from tests.conftest import ON_BOARD, Cast, by


def at_step(project: Project, number: int) -> None:
    """Put the project at a step, behind the ledger's back."""
    from minga.ledger import guard

    with guard.open_for_action():
        Project.objects.filter(pk=project.pk).update(step=number)
    project.refresh_from_db()


def needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All evidence is there: these tests are about the rules."""
    monkeypatch.setattr(queries, "evidence", lambda project, step: [])
    monkeypatch.setattr(screens, "open_screens", lambda project, step: [])


def decide(project: Project, by_: Any, passed: bool = True) -> Any:
    return decide_gate(by_, project, project.step, passed, "Because.")


def test_missing_evidence_blocks_and_is_listed(project: Project, cast: Cast) -> None:
    with pytest.raises(Blocked) as refusal:
        decide(project, by(cast.lena))
    assert len(refusal.value.reasons) == len(STEPS[1].evidence) + len(STEPS[1].screens)
    project.refresh_from_db()
    assert (project.step, project.gates.count()) == (1, 0)


def test_sending_a_step_back_needs_no_evidence(project: Project, cast: Cast) -> None:
    gate = decide(project, by(cast.lena), passed=False)
    project.refresh_from_db()
    assert (gate.passed, project.step) == (False, 1)


def test_evidence_counts_entries_and_groups(project: Project, cast: Cast) -> None:
    at_step(project, 5)
    need = next(row for row in queries.evidence(project, STEPS[5]) if row.need.action == "contribution.submitted")
    assert (need.found, need.met) == (0, False)
    submit(by(cast.rosa), project, text="One.")
    submit(by(cast.rosa), project, text="Two.")
    row = queries.evidence(project, STEPS[5])[0]
    assert (row.found, row.groups, row.met) == (2, ("residents",), False)
    assert row.words == "Contributions from two groups: from 1 of 2 groups"
    submit(by(cast.bruno), project, text="Three.")
    assert queries.evidence(project, STEPS[5])[0].met


def test_the_lead_decides_by_default_and_the_project_moves_on(
    project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_nothing(monkeypatch)
    assert decide(project, by(cast.lena)).rule == "lead"
    project.refresh_from_db()
    assert project.step == 2
    with pytest.raises(Conflict):
        decide_gate(by(cast.lena), project, 1, True, "Again.")


def test_a_majority_of_the_seats_is_needed(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_nothing(monkeypatch)
    agree_rule(by(cast.lena), project, step=1, rule="board_majority")
    assert {"lena", "flor", "rosa"} == ON_BOARD
    give_position(by(cast.lena), project, 1, "agree")
    with pytest.raises(Blocked, match="1 of 3"):
        decide(project, by(cast.lena))
    give_position(by(cast.rosa), project, 1, "object", "It comes too early.")
    give_position(by(cast.flor), project, 1, "agree")
    gate = decide(project, by(cast.lena))
    assert gate.tally == {"seats": 3, "agree": 2, "object": 1, "abstain": 0}
    assert [(said["group"], said["text"]) for said in gate.dissent] == [("residents", "It comes too early.")]


def test_consent_waits_for_every_objection(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_nothing(monkeypatch)
    agree_rule(by(cast.lena), project, step=1, rule="board_consent")
    for person in (cast.lena, cast.flor):
        give_position(by(person), project, 1, "agree")
    give_position(by(cast.rosa), project, 1, "object", "No.")
    with pytest.raises(Blocked, match="consent"):
        decide(project, by(cast.lena))
    give_position(by(cast.rosa), project, 1, "abstain")
    assert decide(project, by(cast.lena)).passed


def test_an_objection_says_why_and_needs_a_seat(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid):
        give_position(by(cast.rosa), project, 1, "object")
    with pytest.raises(NotAllowed):
        give_position(by(cast.bruno), project, 1, "agree")


def hold_ballot(project: Project, cast: Cast, choice: str) -> None:
    closes = timezone.now() + timedelta(days=1)
    ballot = open_ballot(by(cast.lena), project, text="Pass?", about="gate:1", closes=closes)
    vote(by(cast.rosa), project, ballot, choice)
    close_ballot(by(cast.lena, happened=closes + timedelta(hours=1)), project, ballot)


def test_a_ballot_decides_where_it_was_agreed(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_nothing(monkeypatch)
    agree_rule(by(cast.lena), project, step=1, rule="ballot")
    with pytest.raises(Blocked, match="No ballot"):
        decide(project, by(cast.lena))
    hold_ballot(project, cast, "no")
    with pytest.raises(Blocked, match="did not pass"):
        decide(project, by(cast.lena))
    hold_ballot(project, cast, "yes")
    assert decide(project, by(cast.lena)).passed


def test_deciding_against_a_ballot_is_marked_in_public(
    project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_nothing(monkeypatch)
    hold_ballot(project, cast, "no")
    assert decide(project, by(cast.lena)).against_ballot


def test_a_phase_closes_only_when_nobody_is_silent_without_a_reason(
    project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_nothing(monkeypatch)
    at_step(project, 4)
    silent = queries.silent_groups(project, "commission")
    assert "provider" in silent
    with pytest.raises(Blocked) as refusal:
        decide(project, by(cast.lena))
    assert len(refusal.value.reasons) == len(silent)
    submit(by(cast.paz), project, text="We offer to explain our method.")
    for group in queries.silent_groups(project, "commission"):
        explain_absence(by(cast.lena), project, phase="commission", group=group, reason="Asked twice, no answer.")
    assert decide(project, by(cast.lena)).passed
    project.refresh_from_db()
    assert project.phase == "design"


def test_a_rule_is_agreed_before_its_gate_is_passed(
    project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_nothing(monkeypatch)
    decide(project, by(cast.lena))
    with pytest.raises(Blocked):
        agree_rule(by(cast.lena), project, step=1, rule="ballot")
    with pytest.raises(Invalid):
        agree_rule(by(cast.lena), project, step=9, rule="ballot")


def test_no_ai_is_an_outcome_and_closes_the_gates(project: Project, cast: Cast) -> None:
    end_without_ai(by(cast.lena), project, "A checklist does it.")
    project.refresh_from_db()
    assert (project.outcome, project.outcome_reason) == ("no_ai", "A checklist does it.")
    assert queries.what_next(project, cast.lena.actor) == []
    with pytest.raises(Conflict):
        decide(project, by(cast.lena))


def test_what_next_depends_on_who_looks(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any("need" in sentence for sentence, _ in queries.what_next(project, cast.lena.actor))
    assert queries.what_next(project, by(None).actor) == []
    needs_nothing(monkeypatch)
    assert [s for s, _ in queries.what_next(project, cast.lena.actor)] == ["Decide gate 1: its evidence is complete"]
    agree_rule(by(cast.lena), project, step=1, rule="board_majority")
    assert [s for s, _ in queries.what_next(project, cast.rosa.actor)] == ["Say where you stand on gate 1"]


def test_what_next_tells_the_body_that_nobody_watches(cast: Cast) -> None:
    from minga.ledger.action import BODY
    from minga.projects.actions import open_project

    made = open_project(by(cast.lena), BODY, title="Unwatched", summary="Nobody looks yet.")
    assert queries.what_next(made, cast.bea.actor)[0][1] == "/projects/unwatched/people/appoint/"


def test_what_a_moderator_has_not_shown_is_neither_evidence_nor_a_voice(project: Project, cast: Cast) -> None:
    at_step(project, 5)
    given = submit(by(None), project, text="Sent by anybody.", group="residents")

    def counted() -> tuple[int, int]:
        return queries.evidence(project, STEPS[5])[0].found, queries.groups_taking_part(project, "design")["residents"]

    assert counted() == (0, 0)
    moderate(by(cast.mora), project, given, show=True)
    assert counted() == (1, 1)
    moderate(by(cast.mora), project, given, show=False, reason="off_topic")
    assert counted() == (0, 0)


def test_moderating_and_leading_is_not_being_heard(project: Project, cast: Cast) -> None:
    moderate(by(cast.mora), project, submit(by(None), project, text="Hello.", group="residents"), show=True)
    silent = queries.silent_groups(project, "commission")
    assert ("agency" in silent, "oversight" in silent, "residents" in silent) == (True, True, False)


def test_only_entries_that_say_what_is_needed_count(project: Project, cast: Cast) -> None:
    decide(project, by(cast.lena), passed=False)
    for passed in (True, False):
        need = Need("gate.decided", 1, {"en": "Decided"}, having={"passed": passed, "step": 1})
        (row,) = queries.evidence(project, replace(STEPS[1], evidence=(need,)))
        assert (row.found, row.met) == (int(not passed), not passed)


def test_a_prototype_must_have_passed_a_check_that_counts() -> None:
    (need,) = (need for need in STEPS[5].evidence if need.action == "check.finished")
    assert need.having == {"state": "passed", "counts": True}


def test_every_next_thing_leads_to_a_page(project: Project, cast: Cast) -> None:
    """The evidence that a gate misses is given where its action lives, not only in question sets."""
    client = Client()
    client.force_login(cast.lena)
    addresses = [address for _words, address in queries.what_next(project, cast.lena.actor)]
    assert addresses
    assert {client.get(address).status_code for address in addresses} == {200}
