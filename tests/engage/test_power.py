"""Whose changes were adopted against who is affected, how evenly people gave, and who held the final say."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from minga.engage import actions
from minga.engage.actions.affected import Row
from minga.engage.models import Conversation
from minga.engage.queries.power import power
from minga.ledger import guard
from minga.ledger.action import Actor
from minga.projects.models import GateDecision, Project
from tests.conftest import Cast, by

ROWS = [Row("group", "residents", 80), Row("group", "business", 20)]


@pytest.fixture
def reference(project: Project, cast: Cast) -> None:
    actions.give_reference(by(cast.lena), project, rows=ROWS, source="Census", as_of=date(2026, 1, 1))


def adopted(project: Project, cast: Cast, group: str, count: int, outcome: str = "adopted") -> None:
    for number in range(count):
        visitor = Actor(key=f"{group}-{number}", group=group, kind="visitor")
        given = actions.submit(by(visitor), project, text="It must be fair.", group=group)
        actions.moderate(by(cast.mora), project, given, show=True)
        actions.decide(by(cast.lena), project, given, outcome=outcome, reason="Because.")


def test_the_ratio_is_share_of_changes_over_share_of_affected(reference: None, project: Project, cast: Cast) -> None:
    adopted(project, cast, "residents", 8)
    adopted(project, cast, "residents", 5, "declined")
    adopted(project, cast, "business", 20, "adapted")
    adopted(project, cast, "provider", 4)
    found = power(project)
    by_group = {one.group: one for one in found.influences}
    assert found.changes == 32
    assert by_group["residents"].ratio.value == pytest.approx(8 / 32 / 0.8)
    assert by_group["business"].ratio.value == pytest.approx(20 / 32 / 0.2)
    residents = by_group["residents"].ratio
    assert residents.low is not None
    assert residents.high is not None
    assert residents.low < 0.3125 < residents.high < 1
    assert by_group["provider"].ratio.value is None
    assert by_group["provider"].share.value == pytest.approx(4 / 32)
    assert found.finding == "Residents changed 0.3 times what their share of the affected would be"


def test_suppliers_are_listed_even_with_nothing(reference: None, project: Project, cast: Cast) -> None:
    adopted(project, cast, "residents", 30)
    groups = [one.group for one in power(project).influences]
    assert groups == ["residents", "business", "provider"]
    assert power(project).finding == "Businesses changed nothing so far"


def test_under_ten_changes_nothing_is_judged(reference: None, project: Project, cast: Cast) -> None:
    adopted(project, cast, "residents", 9)
    found = power(project)
    assert not found.judged
    assert found.finding == "9 adopted changes: too few to judge"
    assert found.spread.value is None


def test_without_a_reference_it_says_so(project: Project, cast: Cast) -> None:
    adopted(project, cast, "residents", 10)
    assert "Nobody has said" in power(project).finding
    assert power(project).influences == ()


def test_the_spread_counts_people_and_has_an_interval(project: Project, cast: Cast) -> None:
    adopted(project, cast, "residents", 12)
    even = power(project).spread
    assert (even.value, even.of) == (0, 12)
    for _ in range(30):
        actions.submit(by(cast.rosa), project, text="Again.")
    uneven = power(project).spread
    assert uneven.value is not None
    assert uneven.low is not None
    assert uneven.high is not None
    assert uneven.of == 13
    assert uneven.low < uneven.value <= uneven.high
    assert uneven.value > 0.5


def test_what_the_project_put_in_itself_is_no_voice(conversation: Conversation, project: Project, cast: Cast) -> None:
    actions.decide(
        by(cast.lena), project, conversation.statements.get(number=1).contribution, outcome="adopted", reason="Yes."
    )
    found = power(project)
    assert (found.changes, found.given) == (0, {})


def test_who_held_the_final_say(project: Project, cast: Cast) -> None:
    together = [actions.submit(by(cast.rosa), project, text=f"Sentence {number}.") for number in range(3)]
    actions.answer_together(by(cast.lena), project, together, outcome="adopted", reason="Yes.")
    alone = actions.submit(by(cast.rosa), project, text="One more.")
    actions.decide(by(cast.fabia), project, alone, outcome="declined", reason="No.")
    deciders = power(project).deciders
    assert [(one.group, one.decisions, one.share.value) for one in deciders] == [("agency", 2, None)]


def test_ballots_that_were_not_followed_are_counted(project: Project, cast: Cast) -> None:
    soon = timezone.now() + timedelta(days=1)
    ballot = actions.open_ballot(by(cast.lena), project, text="Pass gate 1?", about="gate:1", closes=soon)
    actions.cast(by(cast.rosa), project, ballot, "no")
    actions.close_ballot(by(cast.lena, happened=soon + timedelta(minutes=1)), project, ballot)
    with guard.open_for_action():
        for against in (True, False):
            GateDecision.objects.create(
                project=project, step=1 if against else 2, passed=True, rule="lead", reason="Because.",
                against_ballot=against, decided_by=cast.lena,
            )  # fmt: skip
    found = power(project)
    assert (found.ballots, found.overridden) == (1, 1)
    gates = {gate.rule: (gate.decided, gate.against_ballot) for gate in found.gates}
    assert gates["lead"] == (2, 1)
    assert gates["ballot"] == (0, 0)


def test_merged_and_split_statements_count_for_their_authors(
    conversation: Conversation, project: Project, cast: Cast
) -> None:
    said = [
        actions.submit(by(person), project, text=f"From {person}.", group=group, conversation=conversation)
        for person, group in ((cast.rosa, "residents"), (cast.bruno, "business"), (cast.flor, "frontline"))
    ]
    merged = actions.merge(by(cast.mora), project, [one.statement for one in said[:2]], "Both.", "The same")
    parts = actions.split(by(cast.mora), project, said[2].statement, ["One thing.", "Another thing."], "Two")
    for given in (merged, *parts):
        actions.decide(by(cast.lena), project, given, outcome="adopted", reason="Yes.")
    found = power(project)
    assert found.changes == 4
    assert found.given == {"residents": 1, "business": 1, "frontline": 3}
