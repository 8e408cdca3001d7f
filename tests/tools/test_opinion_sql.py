"""The SQL that runs beyond one machine says on DuckDB what NumPy says."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from minga.tools.base import ToolError
from minga.tools.opinion import Settings, map_opinions, sql
from minga.tools.opinion.reading import read
from minga.tools.opinion.votes import Votes
from tests.shared import shared


def engine(votes: Votes) -> sql.DuckEngine:
    """A DuckDB with the log of ``votes``, from which LATEST makes the table."""
    log = pa.table(
        {
            "participant": pa.array(votes.participants).take(pa.array(votes.person)),
            "statement": pa.array(votes.statements).take(pa.array(votes.statement)),
            "vote": votes.value,
            "cast_at": np.arange(len(votes)),
        }
    )
    connection = duckdb.connect()
    connection.register("vote_log", log)
    connection.execute(f"CREATE TABLE votes AS {sql.LATEST}")
    return sql.DuckEngine(connection)


def matrix(votes: Votes) -> NDArray[np.float64]:
    """(P, S) last votes, NaN where nobody voted."""
    cells = np.full((len(votes.participants), len(votes.statements)), np.nan)
    for person, statement, value in zip(votes.person, votes.statement, votes.value, strict=True):
        cells[person, statement] = value
    return cells


class Plain:
    """The same by the formulas, on the whole matrix, without SQL."""

    def __init__(self, votes: Votes, zeroed: set[str]) -> None:
        cells = matrix(votes)
        out = np.array([statement in zeroed for statement in votes.statements])
        cells[:, out] = 0.0
        self.centre = np.nanmean(cells, axis=0)
        self.centred = np.where(np.isnan(cells), 0.0, cells - self.centre)
        self.counted = np.count_nonzero(~np.isnan(cells), axis=1)

    def places(self, components: NDArray[np.float64]) -> NDArray[np.float64]:
        scale = np.sqrt(self.centred.shape[1] / self.counted)
        return np.asarray(self.centred @ components.T * scale[:, None])


def check(votes: Votes, zeroed: set[str]) -> None:
    """Everything equals the plain way to 1e-9; components by what defines them, as their sign has no meaning."""
    found, plain = sql.mapped(engine(votes), zeroed), Plain(votes, zeroed)
    rows = [list(votes.participants).index(id) for id in found.participants]
    columns = [list(votes.statements).index(id) for id in found.statements]
    cells = matrix(votes)[:, columns]
    np.testing.assert_array_equal(found.tallies, [(cells == 1).sum(0), (cells == -1).sum(0), (~np.isnan(cells)).sum(0)])
    np.testing.assert_allclose(found.centre, plain.centre[columns], atol=1e-12)
    gram = plain.centred[:, columns].T @ plain.centred[:, columns]
    values = np.linalg.eigvalsh(gram)[::-1][:2]
    for place, value in enumerate(values):
        share = value / np.trace(gram) if np.trace(gram) > 1e-12 else 0.0
        assert found.variance[place] == pytest.approx(share, abs=1e-9)
        np.testing.assert_allclose(
            gram @ found.components[place], value * found.components[place], atol=1e-9 * max(1, values[0])
        )
        assert np.linalg.norm(found.components[place]) == pytest.approx(1.0 if value > 1e-9 else 0.0, abs=1e-9)
    components = np.zeros_like(found.components)
    components[:, columns] = found.components
    np.testing.assert_allclose(found.places, plain.places(components)[rows], atol=1e-9)
    np.testing.assert_array_equal(found.seen, (~np.isnan(cells)).sum(1)[rows])


def _rows(people: int, statements: int) -> st.SearchStrategy[list[tuple[str, str, int]]]:
    return st.lists(
        st.tuples(
            st.integers(0, people - 1).map("p{}".format),
            st.integers(0, statements - 1).map("s{}".format),
            st.sampled_from([1, 0, -1]),
        ),
        min_size=1,
        max_size=60,
    )


@settings(max_examples=120)
@given(rows=_rows(9, 6), zeroed=st.sets(st.integers(0, 5).map("s{}".format), max_size=3))
def test_equals_numpy(rows: list[tuple[str, str, int]], zeroed: set[str]) -> None:
    check(Votes.from_rows(rows), zeroed)


@settings(max_examples=60)
@given(
    rows=_rows(9, 6), groups=st.dictionaries(st.integers(0, 8).map("p{}".format), st.sampled_from("xyz"), min_size=1)
)
def test_tallies_by_group(rows: list[tuple[str, str, int]], groups: dict[str, str]) -> None:
    votes = Votes.from_rows(rows)
    expected: dict[tuple[str, str], tuple[int, int, int]] = {}
    for (participant, statement), vote in {(p, s): v for p, s, v in rows}.items():
        if participant in groups:
            before = expected.get((groups[participant], statement), (0, 0, 0))
            expected[groups[participant], statement] = (
                before[0] + (vote == 1),
                before[1] + (vote == -1),
                before[2] + 1,
            )
    assert sql.group_tallies(engine(votes), groups) == expected


@pytest.mark.parametrize("name", ["london.youth.policing", "scoop-hivemind.biodiversity"])
def test_real_conversation(name: str) -> None:
    found = read(shared(f"data/deliberation/{name}"))
    check(found.votes, {str(s.id) for s in found.statements if s.moderated == -1})


@pytest.mark.parametrize("name", ["london.youth.policing", "vtaiwan.uberx"])
def test_equals_the_map_in_memory(name: str) -> None:
    """What one machine draws: centre, components up to their sign, places, and tallies by Polis's groups."""
    conversation = read(shared(f"data/deliberation/{name}"))
    votes = conversation.votes
    inside = map_opinions(votes, conversation.statements, Settings(groups=dict(conversation.groups)))
    made = engine(votes)
    found = sql.mapped(made, {s.id for s in conversation.statements if s.moderated == -1 or s.meta})
    columns = [found.statements.index(id) for id in votes.statements]
    rows = [found.participants.index(id) for id in votes.participants]
    np.testing.assert_allclose(found.centre[columns], inside.ground.axes.centre, atol=1e-9)
    np.testing.assert_array_equal(found.tallies[:, columns], inside.ground.tallies)
    components = found.components[:, columns]
    sign = np.sign((components * inside.ground.axes.components).sum(1))
    np.testing.assert_allclose(components * sign[:, None], inside.ground.axes.components, atol=1e-9)
    np.testing.assert_allclose(found.places[rows] * sign, inside.ground.places, atol=1e-9)
    for (group, statement), counts in sql.group_tallies(made, conversation.groups).items():
        place = list(votes.statements).index(statement)
        assert tuple(inside.tallies[:, inside.group_names.index(group), place].astype(int)) == counts


def test_nothing_to_count() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE votes (participant INTEGER, statement INTEGER, vote TINYINT)")
    with pytest.raises(ToolError, match="votes is empty"):
        sql.mapped(sql.DuckEngine(connection))
    with pytest.raises(ToolError, match="No participant has a group"):
        sql.group_tallies(sql.DuckEngine(connection), {})
