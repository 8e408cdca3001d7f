"""The opinion map as a whole: what holds for any votes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from minga.tools.base import ToolError
from minga.tools.opinion import OpinionMap, Settings, Statement, Votes, map_opinions

Rows = list[tuple[str, str, int]]
ROWS = st.lists(
    st.tuples(st.integers(0, 30).map("p{}".format), st.integers(0, 12).map("s{}".format), st.integers(-1, 1)),
    max_size=250,
)
ALL = Settings(
    resamples=3,
    constituencies={f"p{n}": "staff" if n % 3 else "residents" for n in range(25)},
    weights={f"p{n}": 1.0 + n % 4 for n in range(28)},
    smallest=3,
)


def planted(
    people: int, statements: int, groups: int, seed: int, seen: float = 0.6
) -> tuple[NDArray[Any], NDArray[Any]]:
    """(votes with NaN, group of each): groups with opposite leanings and some noise."""
    rng = np.random.default_rng(seed)
    own = rng.integers(0, groups, people)
    leaning = rng.choice([0.1, 0.9], (groups, statements))
    drawn = rng.random((people, statements))
    votes = np.where(drawn < 0.1, 0.0, np.where(rng.random((people, statements)) < leaning[own], 1.0, -1.0))
    votes[rng.random((people, statements)) > seen] = np.nan
    return votes, own


def last_votes(rows: Rows) -> dict[tuple[str, str], int]:
    return {(person, statement): vote for person, statement, vote in rows}


def numbers(value: Any) -> list[float]:
    """Every number anywhere in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [float(value)] if isinstance(value, int | float) else []


@tried(max_examples=60)
@given(rows=ROWS, rejected=st.sets(st.integers(0, 12), max_size=13), mode=st.sampled_from(["minga", "polis"]))
def test_any_votes_give_a_finite_map(rows: Rows, rejected: set[int], mode: Any) -> None:
    statements = [Statement(f"s{n}", moderated=-1 if n in rejected else n % 2, meta=n == 4) for n in range(14)]
    chosen = Settings(**{name: getattr(ALL, name) for name in ALL.__slots__} | {"mode": mode})
    found = map_opinions(Votes.from_rows(rows), statements, chosen).as_json()
    assert np.isfinite(numbers(found)).all()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert sum(person["votes"] for person in found["participants"].values()) == len(last_votes(rows))
    grouped = [person for person in found["participants"].values() if person["group"] is not None]
    assert sum(group["members"] for group in found["groups"]["list"]) == len(grouped)
    assert sorted(id for base in found["base_clusters"] for id in base["members"]) == sorted(
        id for id, person in found["participants"].items() if person["group"] is not None
    )


@tried(max_examples=60)
@given(rows=ROWS)
def test_tallies_of_groups_add_up(rows: Rows) -> None:
    found = map_opinions(Votes.from_rows(rows)).as_json()
    grouped = {id for id, person in found["participants"].items() if person["group"] is not None}
    expected: dict[str, list[int]] = {id: [0, 0, 0] for id in found["statements"]}
    for (person, statement), vote in last_votes(rows).items():
        expected[statement][vote + 1] += person in grouped
    for statement in found["statements"] if grouped else []:
        cells = [group["votes"][statement] for group in found["group_votes"].values()]
        assert [sum(cell[key] for cell in cells) for key in ("disagree", "pass", "agree")] == expected[statement]
        assert all(cell["seen"] == cell["agree"] + cell["disagree"] + cell["pass"] for cell in cells)


@tried(max_examples=40)
@given(rows=ROWS, data=st.data())
def test_the_last_vote_counts(rows: Rows, data: st.DataObject) -> None:
    final = [(person, statement, vote) for (person, statement), vote in last_votes(rows).items()]
    again = map_opinions(Votes.from_rows(final)).as_json()
    overruled = data.draw(st.lists(st.sampled_from(final), max_size=20)) if final else []
    earlier = [(person, statement, -vote) for person, statement, vote in overruled]
    votes = Votes.from_rows([*final, *earlier, *final])
    assert map_opinions(votes).as_json() == again


@pytest.mark.parametrize("seed", range(3))
def test_flipping_every_vote_mirrors_the_map(seed: int) -> None:
    votes, _ = planted(80, 30, 2, seed)
    one, other = (map_opinions(Votes.from_matrix(sign * votes)) for sign in (1, -1))
    np.testing.assert_allclose(one.ground.places, -other.ground.places, atol=1e-9)
    np.testing.assert_allclose(one.ground.axes.centre, -other.ground.axes.centre)
    assert [(pick.statement, pick.count) for pick in one.agreed] == [
        (pick.statement, pick.count) for pick in other.disagreed
    ]
    assert one.grouping is not None
    assert other.grouping is not None
    assert {frozenset(np.flatnonzero(one.grouping.label == group)) for group in range(one.grouping.k)} == {
        frozenset(np.flatnonzero(other.grouping.label == group)) for group in range(other.grouping.k)
    }


def test_components_and_places_are_those_of_scikit_learn_when_everybody_voted() -> None:
    votes, _ = planted(150, 90, 3, 1, seen=1.0)
    found = map_opinions(Votes.from_matrix(votes)).ground
    reference = PCA(2, svd_solver="full").fit(votes)
    turn = np.sign(np.sum(reference.components_ * found.axes.components, axis=1))
    np.testing.assert_allclose(found.axes.components * turn[:, None], reference.components_, atol=1e-9)
    np.testing.assert_allclose(found.places * turn, reference.transform(votes), atol=1e-8)
    np.testing.assert_allclose(found.axes.variance, reference.explained_variance_ratio_, atol=1e-9)


def test_places_are_scaled_up_for_who_voted_on_little() -> None:
    votes, _ = planted(60, 40, 2, 2)
    found = map_opinions(Votes.from_matrix(votes)).ground
    mean = np.nanmean(votes, axis=0)
    scale = np.sqrt(votes.shape[1] / np.isfinite(votes).sum(1))
    expected = (np.nan_to_num(votes - mean) @ found.axes.components.T) * scale[:, None]
    np.testing.assert_allclose(found.places, expected, atol=1e-9)
    np.testing.assert_allclose(
        found.axes.projection, np.sqrt(votes.shape[1]) * (1 - mean) * found.axes.components, atol=1e-9
    )


def few(rows: Rows, **chosen: Any) -> OpinionMap:
    return map_opinions(Votes.from_rows(rows), (), Settings(resamples=2, **chosen))


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("a", "x", 1)],
        [("a", "x", 1), ("a", "y", -1)],
        [("a", "x", 1), ("b", "x", -1)],
        [(f"p{n}", f"s{m}", 0) for n in range(20) for m in range(8)],
        [(f"p{n}", f"s{m}", 1) for n in range(20) for m in range(8)],
        [(f"p{n}", "x", n % 3 - 1) for n in range(40)],
        [("a", f"s{m}", m % 3 - 1) for m in range(40)],
    ],
    ids=["nothing", "one vote", "one person", "one statement", "all pass", "all agree", "one column", "one row"],
)
@pytest.mark.parametrize("mode", ["minga", "polis"])
def test_small_and_empty_conversations(rows: Rows, mode: str) -> None:
    found = few(rows, mode=mode).as_json()
    assert np.isfinite(numbers(found)).all()
    assert found["groups"]["real"] is not True


def test_people_without_votes_and_statements_without_votes() -> None:
    column = np.array([0, 0, 1], np.int32)
    votes = Votes(
        ["a", "b", "silent"], ["x", "y", "unseen"], column, np.array([0, 1, 0], np.int32), np.ones(3, np.int8)
    )
    found = map_opinions(votes, [Statement("x"), Statement("new"), Statement("gone", moderated=-1)]).as_json()
    silent = found["participants"]["silent"]
    assert (silent["group"], silent["in"], silent["votes"]) == (None, False, 0)
    fresh = ((1 - 1 / 2) * 1 * (1 / 2) * 9) ** 2
    assert found["priorities"]["new"] == pytest.approx(fresh)
    assert found["priorities"]["unseen"] == pytest.approx(fresh)
    assert "gone" not in found["priorities"]


def test_rejected_meta_and_unmoderated_statements() -> None:
    votes, _ = planted(60, 12, 2, 4)
    rows = Votes.from_matrix(votes)
    statements = [
        Statement(0, moderated=-1),
        Statement(1, meta=True),
        *(Statement(n, moderated=1) for n in range(2, 11)),
    ]
    loose, strict = (map_opinions(rows, statements, Settings(strict=strict)) for strict in (False, True))
    assert np.flatnonzero(loose.ground.zeroed).tolist() == [0, 1]
    assert np.flatnonzero(strict.ground.zeroed).tolist() == [0, 1, 11]
    for found, hidden in ((loose, [0, 1]), (strict, [0, 1, 11])):
        assert not found.ground.axes.extremity[hidden].any()
        named = [pick.statement for picks in [*found.representative, found.agreed, found.disagreed] for pick in picks]
        assert not set(named) & set(hidden)
        assert found.priorities[1] == 49.0


def test_votes_are_refused_that_are_none() -> None:
    with pytest.raises(ToolError, match="neither"):
        Votes.from_rows([("a", "x", 2)])
    with pytest.raises(ToolError, match="neither"):
        Votes.from_matrix(np.array([[0.5]]))
    one = np.zeros(1, np.int32)
    with pytest.raises(ToolError, match="statement 0, but only 0"):
        Votes(["a"], [], one, one, np.ones(1, np.int8))
    with pytest.raises(ToolError, match="different lengths"):
        Votes(["a"], ["x"], one, one, np.ones(2, np.int8))


@pytest.mark.parametrize(
    "wrong", [{"mode": "other"}, {"k": 0}, {"resamples": -1}, {"weights": {"a": -1.0}}, {"weights": {"a": np.nan}}]
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ToolError):
        map_opinions(Votes.from_rows([("a", "x", 1)]), (), Settings(**wrong))


def test_matrices_of_integers_and_of_floats_are_the_same_votes() -> None:
    votes, _ = planted(30, 9, 2, 5)
    whole = np.where(np.isnan(votes), -9, votes).astype(np.int8)
    one, other = Votes.from_matrix(votes), Votes.from_matrix(whole)
    assert [one.person.tolist(), one.statement.tolist(), one.value.tolist()] == [
        other.person.tolist(),
        other.statement.tolist(),
        other.value.tolist(),
    ]


def test_a_table_built_in_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from minga.tools.opinion import table

    rng = np.random.default_rng(3)
    columns = person, statement = [rng.integers(0, high, 500).astype(np.int32) for high in (40, 11)]
    votes = Votes(range(40), range(11), person, statement, rng.integers(-1, 2, 500).astype(np.int8))
    whole = table.Table.of(votes)
    monkeypatch.setattr(table, "CELLS_AT_ONCE", 70)
    monkeypatch.setattr(table, "AT_ONCE", 13)
    parts = table.Table.of(votes)
    for name in ("start", "column", "value"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
    expected = {(int(p), int(s)): int(v) for p, s, v in zip(*columns, votes.value, strict=True)}
    assert {
        (int(p), int(s)): int(v) for p, s, v in zip(parts.person(), parts.column, parts.value, strict=True)
    } == expected
    np.testing.assert_array_equal(parts.tallies()[2], np.bincount([s for _, s in expected], minlength=11))
