"""Goals are set and changed in public, and nothing about them is overwritten."""

from typing import Any

import pytest

from minga.ledger.action import BODY
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.steering.actions import change_goal, set_goal
from minga.steering.models import Goal
from tests.conftest import Cast, by


@pytest.fixture
def goal(project: Project, cast: Cast, offices: dict[str, Any]) -> Goal:
    return set_goal(
        by(cast.chela), BODY, title="Answers in ten days", reason="People wait.", measure="Median days",
        owner=cast.chela, year=2027, quarter=2, projects=[project],
    )  # fmt: skip


def test_every_change_of_a_goal_is_kept_with_its_reason(goal: Goal, cast: Cast, project: Project) -> None:
    change_goal(by(cast.bento), BODY, goal, "The tender was late.", {"quarter": 4, "state": "under_way"})
    change_goal(by(cast.chela), BODY, goal, "Another project does it.", {}, projects=[])
    last, first = goal.history.all()
    assert first.changes == [
        {"field": "quarter", "old": "2", "new": "4"},
        {"field": "state", "old": "planned", "new": "under_way"},
    ]
    assert last.changes == [{"field": "projects", "old": project.title, "new": ""}]
    assert (first.reason, last.reason) == ("The tender was late.", "Another project does it.")


def test_a_goal_that_is_closed_is_opened_before_it_is_changed(goal: Goal, cast: Cast) -> None:
    change_goal(by(cast.chela), BODY, goal, "Median is nine.", {"state": "reached"})
    with pytest.raises(Conflict):
        change_goal(by(cast.chela), BODY, goal, "x", {"quarter": 3})
    change_goal(by(cast.chela), BODY, goal, "It is eleven again.", {"state": "under_way", "quarter": 4})
    goal.refresh_from_db()
    assert (goal.state, goal.quarter) == ("under_way", 4)


@pytest.mark.parametrize(("year", "quarter", "field"), [(27, 1, "year"), (2027, 5, "quarter"), (2027, 0, "quarter")])
def test_a_goal_has_a_real_quarter(goal: Goal, cast: Cast, year: int, quarter: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        change_goal(by(cast.chela), BODY, goal, "x", {"year": year, "quarter": quarter})
    assert field in refused.value.fields
    goal.refresh_from_db()
    assert (goal.year, goal.quarter) == (2027, 2)


def test_saving_without_a_change_is_said(goal: Goal, cast: Cast) -> None:
    with pytest.raises(Invalid, match="Nothing was changed"):
        change_goal(by(cast.chela), BODY, goal, "x", {"quarter": 2})
    assert not goal.history.exists()


def test_staff_and_leads_set_no_goals(goal: Goal, cast: Cast) -> None:
    for person in (cast.saul, cast.lena, cast.nadie):
        with pytest.raises(NotAllowed):
            change_goal(by(person), BODY, goal, "x", {"quarter": 3})
