"""Constituencies, weights and time: small cells stay hidden, weights only lose information, history is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from minga.tools.opinion import Settings, Votes, map_opinions
from minga.tools.opinion.representative import consensus
from tests.tools.test_opinion_map import planted

ROWS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 4), st.integers(-1, 1)), max_size=200, unique_by=lambda row: row[:2]
)


def mapped(rows: list[tuple[Any, ...]], **settings: Any) -> dict[str, Any]:
    return map_opinions(Votes.from_rows(rows), (), Settings(**settings)).as_json()


def everybody(people: int, statement: str, vote: int, first: int = 0) -> list[tuple[str, str, int]]:
    return [(f"p{number}", statement, vote) for number in range(first, first + people)]


def named(**sizes: int) -> dict[str, str]:
    """p0, p1 ... into constituencies of these sizes."""
    names = [name for name, size in sizes.items() for _ in range(size)]
    return {f"p{number}": name for number, name in enumerate(names)}


def test_consensus_within_each_constituency() -> None:
    rows = everybody(20, "x", 1) + everybody(20, "x", -1, 20) + everybody(40, "y", 1)
    found = mapped(rows, constituencies=named(residents=20, staff=20))["constituencies"]
    residents, staff = found["list"]["residents"], found["list"]["staff"]
    assert [pick["statement"] for pick in residents["consensus"]["agree"]] == ["x", "y"]
    assert [pick["statement"] for pick in staff["consensus"]["agree"]] == ["y"]
    assert [pick["statement"] for pick in staff["consensus"]["disagree"]] == ["x"]
    assert residents["votes"]["x"] == {"agree": 20, "disagree": 0, "pass": 0, "seen": 20}
    assert found["across"]["y"] == pytest.approx((21 / 22) ** 2)
    assert found["across"]["x"] == pytest.approx(21 / 22 * 1 / 22)


def test_a_small_constituency_is_hidden_and_another_with_it() -> None:
    rows = everybody(45, "x", 1)
    found = mapped(rows, constituencies=named(residents=25, staff=15, suppliers=5))["constituencies"]["list"]
    assert found["suppliers"] == {"suppressed": True}
    assert found["staff"] == {"suppressed": True}, "else the suppliers are the total less the other two"
    assert found["residents"]["suppressed"] is False


def test_enough_people_outside_hide_a_small_constituency_by_themselves() -> None:
    rows = everybody(60, "x", 1)
    found = mapped(rows, constituencies=named(residents=25, staff=15, suppliers=5))["constituencies"]["list"]
    assert [part["suppressed"] for part in (found["residents"], found["staff"], found["suppliers"])] == [
        False,
        False,
        True,
    ]


def test_a_single_cell_is_hidden_with_its_complement() -> None:
    rows = everybody(40, "x", 1) + everybody(20, "y", 1) + everybody(4, "y", -1, 20)
    found = mapped(rows, constituencies=named(residents=20, staff=20))["constituencies"]["list"]
    assert found["staff"]["votes"]["y"] is None
    assert found["residents"]["votes"]["y"] is None
    assert found["staff"]["votes"]["x"]["seen"] == 20
    assert all(pick["statement"] != "y" for pick in found["residents"]["consensus"]["agree"])


@tried(max_examples=80)
@given(rows=ROWS, smallest=st.integers(2, 12))
def test_no_small_number_of_voters_can_be_worked_out(rows: list[tuple[int, int, int]], smallest: int) -> None:
    belongs = {number: ("a", "b", "c", "")[number % 4] for number in range(41)}
    found = mapped(list(rows), constituencies=belongs, smallest=smallest)["constituencies"]["list"]
    people = {person for person, _, _ in rows}
    shown = [part for part in found.values() if not part["suppressed"]]
    rest = len(people) - sum(part["people"] for part in shown)
    assert all(part["people"] >= smallest or part["people"] == 0 for part in shown)
    assert rest == 0 or rest >= smallest or not any(part["people"] for part in shown)
    for statement in {str(statement) for _, statement, _ in rows}:
        cells = [part["votes"][statement] for part in shown if part["votes"][statement] is not None]
        seen = sum(1 for _, each, _ in rows if str(each) == statement)
        hidden = seen - sum(cell["seen"] for cell in cells)
        assert all(cell["seen"] == 0 or cell["seen"] >= smallest for cell in cells)
        assert hidden == 0 or hidden >= smallest or not any(cell["seen"] for cell in cells)


def test_equal_weights_change_nothing() -> None:
    votes, _ = planted(60, 20, 2, 1)
    rows = Votes.from_matrix(votes)
    found = map_opinions(rows, (), Settings(weights=dict.fromkeys(range(60), 2.5)))
    assert found.reweighted is not None
    plain = consensus(found.ground.tallies, ~found.ground.zeroed)
    for ours, expected in zip((found.reweighted.agreed, found.reweighted.disagreed), plain, strict=True):
        assert [pick.statement for pick in ours] == [pick.statement for pick in expected]
        assert [pick.z for pick in ours] == pytest.approx([pick.z for pick in expected])
    assert found.reweighted.effective_people == pytest.approx(60)


def test_weights_turn_the_consensus_to_the_affected_population() -> None:
    rows = everybody(80, "x", 1) + everybody(20, "x", -1, 80)
    weights = {f"p{number}": 0.25 if number < 80 else 4.0 for number in range(100)}
    found = mapped(rows, weights=weights)
    assert [pick["statement"] for pick in found["consensus"]["agree"]] == ["x"]
    assert found["reweighted"]["consensus"]["agree"] == []
    assert [pick["statement"] for pick in found["reweighted"]["consensus"]["disagree"]] == ["x"]
    shares = found["reweighted"]["statements"]["x"]
    assert (shares["agree"], shares["disagree"]) == pytest.approx((0.2, 0.8))
    assert shares["effective"] == pytest.approx(100**2 / (80 / 16 + 20 * 16))
    assert shares["effective"] < 100


def test_voters_without_a_weight_are_left_out_and_counted() -> None:
    found = mapped(everybody(30, "x", 1), weights={f"p{number}": 1.0 for number in range(12)})["reweighted"]
    assert (found["people"], found["missing"]) == (12, 18)
    assert found["statements"]["x"]["effective"] == pytest.approx(12)


def timed(votes: np.ndarray[Any, Any], seed: int) -> Votes:
    rows = Votes.from_matrix(votes)
    order = np.random.default_rng(seed).permutation(len(rows))
    return Votes(
        rows.participants,
        rows.statements,
        rows.person[order],
        rows.statement[order],
        rows.value[order],
        1_000 * np.arange(len(rows), dtype=np.int64),
    )


def test_stability_over_time() -> None:
    votes = timed(planted(120, 40, 2, 2)[0], 0)
    found = map_opinions(votes, (), Settings(cut_points=5)).as_json()
    history = found["stability"]
    assert [moment["votes"] for moment in history] == [-(-len(votes) * part // 5) for part in range(1, 6)]
    assert [moment["time"] for moment in history] == [(moment["votes"] - 1) * 1_000 for moment in history]
    assert history[0]["with_previous"] is None
    assert history[-1]["with_last"] == 1.0
    assert history[-1]["people"] == sum(person["in"] for person in found["participants"].values())
    assert history[-1]["k"] == found["groups"]["k"]
    assert history[-2]["with_last"] == history[-1]["with_previous"] > 0.9


def test_without_times_there_is_no_history() -> None:
    votes = Votes.from_matrix(planted(30, 10, 2, 2)[0])
    assert map_opinions(votes, (), Settings(cut_points=5)).stability == []
    assert map_opinions(timed(planted(30, 10, 2, 2)[0], 1)).stability == []
