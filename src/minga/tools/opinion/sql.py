"""Beyond one machine: what grows with the votes as SQL that runs on DuckDB and, unchanged, on Spark.

Each text below reads a table ``votes(participant, statement, vote)`` once; it holds one row a pair, vote being +1
agree, 0 pass, -1 disagree (``LATEST`` makes it out of a log). What they return is small, or one row a participant.
The rest is a matrix of statement by statement in NumPy. Whole-number sums are exact on both engines.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minga.tools.base import ToolError

Floats = NDArray[np.float64]

LATEST = """
SELECT participant, statement, max_by(vote, cast_at) AS vote
FROM vote_log
GROUP BY participant, statement
"""
"""From ``vote_log(participant, statement, vote, cast_at)``: the newest vote of each pair."""

TALLIES = """
SELECT statement,
       CAST(sum(CASE WHEN vote = 1 THEN 1 ELSE 0 END) AS BIGINT) AS agreed,
       CAST(sum(CASE WHEN vote = -1 THEN 1 ELSE 0 END) AS BIGINT) AS disagreed,
       count(*) AS seen
FROM votes
GROUP BY statement
"""
"""Per statement: agrees, disagrees, votes."""

SUMS = """
SELECT a.statement AS one, b.statement AS other,
       count(*) AS seen,
       CAST(sum(a.vote) AS BIGINT) AS of_one,
       CAST(sum(b.vote) AS BIGINT) AS of_other,
       CAST(sum(a.vote * b.vote) AS BIGINT) AS product
FROM votes a
JOIN votes b ON a.participant = b.participant AND a.statement <= b.statement
GROUP BY a.statement, b.statement
"""
"""Per pair of statements, over those who voted on both: their number, the sums of either vote, of the product."""

PROJECTIONS = """
SELECT v.participant AS participant,
       count(*) AS seen,
       CAST(sum(p.shown) AS BIGINT) AS shown,
       sum((v.vote - p.centre) * p.axis_1) AS x,
       sum((v.vote - p.centre) * p.axis_2) AS y
FROM votes v
JOIN places p ON v.statement = p.statement
GROUP BY v.participant
"""
"""Per participant, with ``places(statement, centre, axis_1, axis_2, shown)``: unscaled place, votes, shown votes."""

GROUP_TALLIES = """
SELECT m.member_of AS member_of, v.statement AS statement,
       CAST(sum(CASE WHEN v.vote = 1 THEN 1 ELSE 0 END) AS BIGINT) AS agreed,
       CAST(sum(CASE WHEN v.vote = -1 THEN 1 ELSE 0 END) AS BIGINT) AS disagreed,
       count(*) AS seen
FROM votes v
JOIN members m ON v.participant = m.participant
GROUP BY m.member_of, v.statement
"""
"""Per group and statement, with ``members(participant, member_of)``: agrees, disagrees, votes."""


class Engine(Protocol):
    """Where the SQL runs."""

    def query(self, sql: str) -> pa.Table: ...

    def register(self, name: str, table: pa.Table) -> None:
        """Make a small table known under ``name``."""
        ...


class DuckEngine:
    """SQL on a DuckDB connection that has a table or view ``votes``."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def query(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()

    def register(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)


class SparkEngine:
    """The same on a Spark session that has a view ``votes`` (the extra ``spark`` brings PySpark)."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def query(self, sql: str) -> pa.Table:
        return self.session.sql(sql).toArrow()

    def register(self, name: str, table: pa.Table) -> None:
        self.session.createDataFrame(table).createOrReplaceTempView(name)


@dataclass(frozen=True, slots=True)
class SqlMap:
    """The map as the engines give it: S statements and P participants, in the order of their ids.

    ``tallies`` (3, S): agrees, disagrees, votes. ``centre`` (S,): mean vote, -1..1. ``components`` (2, S), of length
    1, the entry of largest size positive. ``variance`` (2,): share along each, 0..1. ``places`` (P, 2) and ``seen``
    (P,): where each participant is, and votes cast.
    """

    statements: list[Any]
    tallies: NDArray[np.int64]
    centre: Floats
    components: Floats
    variance: Floats
    participants: list[Any]
    places: Floats
    seen: NDArray[np.int64]


def mapped(engine: Engine, zeroed: Collection[Hashable] = ()) -> SqlMap:
    """Three passes: tallies, sums, projections. ``zeroed``: statements left out by moderation, and meta statements.

    As in memory: a missing cell counts as the mean of its column; a zeroed statement counts as voted on by all with
    0; a participant lies at sqrt(S / n) * sum over votes of (vote - mean) * component, n being the votes.
    """
    statements, tallies = _tallies(engine.query(TALLIES))
    out = np.array([statement in zeroed for statement in statements], bool)
    agreed, disagreed, seen = tallies
    centre = np.where(out, 0.0, (agreed - disagreed) / np.maximum(seen, 1))
    components, variance = _axes(covered(engine.query(SUMS), statements, centre, out))
    engine.register("places", _places(statements, centre, components, out))
    found = engine.query(PROJECTIONS).sort_by("participant")
    counted = found["shown"].to_numpy() + int(out.sum())
    scale = np.sqrt(len(statements) / np.maximum(counted, 1))
    places = np.stack([found["x"].to_numpy(), found["y"].to_numpy()], axis=1) * scale[:, None]
    people = found["participant"].to_pylist()
    return SqlMap(statements, tallies, centre, components, variance, people, places, found["seen"].to_numpy())


def covered(sums: pa.Table, statements: list[Any], centre: Floats, zeroed: NDArray[np.bool_]) -> Floats:
    """(S, S) sums over participants of (vote - mean) * (vote - mean), a missing vote being the mean.

    With n people who voted on both i and j: sum(v_i v_j) - m_i sum(v_j) - m_j sum(v_i) + n m_i m_j.
    """
    number = {statement: place for place, statement in enumerate(statements)}
    one = np.array([number[statement] for statement in sums["one"].to_pylist()], np.int64)
    other = np.array([number[statement] for statement in sums["other"].to_pylist()], np.int64)
    seen, of_one, of_other, product = (sums[name].to_numpy() for name in ("seen", "of_one", "of_other", "product"))
    first, second = centre[one], centre[other]
    matrix = np.zeros((len(statements), len(statements)))
    matrix[one, other] = product - first * of_other - second * of_one + seen * first * second
    matrix[other, one] = matrix[one, other]
    matrix[zeroed] = 0.0
    matrix[:, zeroed] = 0.0
    return matrix


def group_tallies(engine: Engine, groups: Mapping[Any, Any]) -> dict[tuple[Any, Any], tuple[int, int, int]]:
    """(group, statement) -> (agrees, disagrees, votes), in one pass; participants without a group count nowhere."""
    if not groups:
        raise ToolError("No participant has a group, so there is nothing to count by group. Give at least one group.")
    engine.register(
        "members", pa.table({"participant": pa.array(groups.keys()), "member_of": pa.array(groups.values())})
    )
    rows = engine.query(GROUP_TALLIES).to_pylist()
    return {
        (row["member_of"], row["statement"]): (int(row["agreed"]), int(row["disagreed"]), int(row["seen"]))
        for row in rows
    }


def _tallies(found: pa.Table) -> tuple[list[Any], NDArray[np.int64]]:
    found = found.sort_by("statement")
    if not len(found):
        raise ToolError("The table votes is empty. The wrong file was probably loaded. Load at least one vote.")
    return found["statement"].to_pylist(), np.stack(
        [found[name].to_numpy().astype(np.int64) for name in ("agreed", "disagreed", "seen")]
    )


def _axes(matrix: Floats) -> tuple[Floats, Floats]:
    """The two leading eigenvectors (2, S), zero where there is no variance, and their shares of it."""
    from scipy.linalg import eigh

    size = len(matrix)
    components, variance = np.zeros((2, size)), np.zeros(2)
    whole = float(np.trace(matrix))
    if whole <= 0:
        return components, variance
    values, vectors = eigh(matrix, subset_by_index=(max(size - 2, 0), size - 1))
    for place, (value, vector) in enumerate(zip(values[::-1], vectors.T[::-1], strict=True)):
        if value > values[-1] * 1e-12:
            components[place] = vector * np.sign(vector[np.abs(vector).argmax()])
            variance[place] = value / whole
    return components, variance


def _places(statements: list[Any], centre: Floats, components: Floats, zeroed: NDArray[np.bool_]) -> pa.Table:
    return pa.table(
        {
            "statement": pa.array(statements),
            "centre": centre,
            "axis_1": components[0],
            "axis_2": components[1],
            "shown": (~zeroed).astype(np.int64),
        }
    )
