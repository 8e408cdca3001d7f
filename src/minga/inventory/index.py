"""The full-text index over systems: SQLite's FTS5 or PostgreSQL's own, the same calls for both.

Both hold stems made by ``minga.inventory.stems``, in three fields with the weights NAME, BODY, PURPOSE;
the databases' own stemmers know too few languages and differ between the two. Writes happen inside actions only.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from minga.inventory.models import System
from minga.inventory.stems import stems

TABLE = "inventory_index"
NAME, BODY, PURPOSE = 6.0, 2.0, 1.0

Term = tuple[str, ...]
type Asked = tuple[str, list[Any]]
"""A statement and its values."""


def _postgres() -> bool:
    return connection.vendor == "postgresql"


def put(systems: Iterable[System]) -> None:
    """Index these systems, or index them again."""
    rows: list[list[int | str]] = [
        [s.pk, *(" ".join(stems(text, s.language)) for text in (s.name, f"{s.body} {s.unit}", s.purpose))]
        for s in systems
    ]
    sql = (
        f"INSERT INTO {TABLE} (system_id, stems) VALUES (%s, setweight(to_tsvector('simple', %s), 'A') || "
        "setweight(to_tsvector('simple', %s), 'B') || setweight(to_tsvector('simple', %s), 'C')) "
        "ON CONFLICT (system_id) DO UPDATE SET stems = excluded.stems"
        if _postgres()
        else f"INSERT OR REPLACE INTO {TABLE} (rowid, name, body, purpose) VALUES (%s, %s, %s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def match(queries: Sequence[Sequence[Term]], every: bool) -> list[int]:
    """Ids of systems that hold every term of one of the queries (or any of its terms), in no order.

    A term is a tuple of alternatives: a stem, a phrase of stems with spaces, or the beginning of a stem with a star.
    Stems are letters and digits only, so they need no escaping.
    """
    if not any(queries):
        return []
    if _postgres():
        sql = f"SELECT system_id FROM {TABLE} WHERE stems @@ to_tsquery('simple', %s)"
        return [row[0] for row in _rows(sql, [_joined(queries, every, "&", "|")])]
    # One text instead of thousands of rows: fetching them would take longer than finding them.
    sql = f"SELECT json_group_array(rowid) FROM {TABLE} WHERE {TABLE} MATCH %s"
    found: list[int] = json.loads(_rows(sql, [_joined(queries, every, "AND", "OR")])[0][0])
    return found


def best(
    queries: Sequence[Sequence[Term]], every: bool, among: Sequence[int] | None, start: int, most: int
) -> list[int]:
    """Of the ids that ``match`` finds (only those in ``among``, if given) ``most`` from ``start`` on, best first.

    Ranked by BM25 on SQLite and by ts_rank on PostgreSQL, with a hit in the name counting most.
    """
    if not any(queries):
        return []
    ranked = _ranked_postgres if _postgres() else _ranked_sqlite
    sql, values = ranked(queries, every, among)
    return [row[0] for row in _rows(f"{sql} LIMIT %s OFFSET %s", [*values, most, start])]


def _ranked_sqlite(queries: Sequence[Sequence[Term]], every: bool, among: Sequence[int] | None) -> Asked:
    # The plus keeps SQLite from asking the index once for each id.
    only = "" if among is None else "AND +rowid IN (SELECT value FROM json_each(%s))"
    ids = [] if among is None else [json.dumps(among)]
    sql = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s {only} ORDER BY bm25({TABLE}, %s, %s, %s), rowid"
    return sql, [_joined(queries, every, "AND", "OR"), *ids, NAME, BODY, PURPOSE]


def _ranked_postgres(queries: Sequence[Sequence[Term]], every: bool, among: Sequence[int] | None) -> Asked:
    only = "" if among is None else "AND system_id = ANY(%s)"
    ids = [] if among is None else [list(among)]
    sql = (
        f"SELECT system_id FROM {TABLE}, to_tsquery('simple', %s) AS asked WHERE stems @@ asked {only} "
        "ORDER BY ts_rank(ARRAY[0, %s, %s, %s]::real[], stems, asked, 1) DESC, system_id"
    )
    return sql, [_joined(queries, every, "&", "|"), *ids, PURPOSE / NAME, BODY / NAME, 1.0]


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _joined(queries: Sequence[Sequence[Term]], every: bool, both: str, either: str) -> str:
    inner = f" {both if every else either} "
    spoken = (inner.join(f"({f' {either} '.join(map(_spell, term))})" for term in terms) for terms in queries if terms)
    return f" {either} ".join(f"({each})" for each in spoken)


def _spell(alternative: str) -> str:
    if _postgres():
        return f"({' <-> '.join(alternative.split())})".replace("*", ":*")
    return f'"{alternative[:-1]}"*' if alternative.endswith("*") else f'"{alternative}"'
