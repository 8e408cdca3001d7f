"""Reads whose SQL is worked out once in each process, for the pages that stand open all day.

Working out the SQL of a query costs Django several times what the database needs to answer it (make bench). A
``Prepared`` read is written as a query set like any other; its SQL is remembered, and only the values change.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

START = 1_987_654_321
"""Stands for the place at which a window on the rows begins: write it as ``rows[START : START + 25]``."""
_FIRST_MARK = 1_900_000_000


class _Known(NamedTuple):
    """A read as it was worked out: SQL, where each value stands in its parameters, and how a row is read."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    read: Callable[[list[Any]], list[Any]]


class Prepared:
    """``build(shape, *marks)`` gives the query set for a shape; a mark stands for each value, by its type.

    Values are whole numbers or texts, each compared with a column. What depends on anything else, such as which
    filters are given, belongs to the shape.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], counted: bool = False) -> None:
        """``counted``: not the rows are wanted, only how many there are, as the one row ``(number,)``."""
        self._build, self._counted = build, counted
        self._known = lru_cache(maxsize=64)(self._work_out)

    def __call__(self, *values: int | str, shape: tuple[Any, ...] = (), start: int = 0) -> list[Any]:
        """The rows, as instances or as the query set's ``values_list`` gives them."""
        known = self._known(shape, tuple(map(type, values)))
        params = list(known.params)
        for place, value in known.places:
            params[place] = values[value]
        with connection.cursor() as cursor:
            cursor.execute(known.sql.replace(str(START), str(int(start))), params)
            return known.read(cursor.fetchall())

    def _work_out(self, shape: tuple[Any, ...], types: tuple[type, ...]) -> _Known:
        marks = [_mark(index, kind) for index, kind in enumerate(types)]
        rows = self._build(*shape, *marks)
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        places = tuple((place, marks.index(param)) for place, param in enumerate(params) if param in marks)
        if unused := set(range(len(marks))) - {value for _place, value in places}:
            raise ValueError(f"The values {sorted(unused)} of a prepared read are not parameters of its SQL: {sql}")
        if self._counted:
            return _Known(f"SELECT COUNT(*) FROM ({sql}) counted", tuple(params), places, list)
        return _Known(sql, tuple(params), places, _reader(compiler, rows._iterable_class is ModelIterable))


def _mark(index: int, kind: type) -> int | str:
    number = _FIRST_MARK + index
    return number if kind is int else f"mark {number}"


def _reader(compiler: Any, whole: bool) -> Callable[[list[Any]], list[Any]]:
    """Turns rows of the database into instances with their related ones, or into tuples."""
    select = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(select)

    def converted(rows: list[Any]) -> list[Any]:
        return [tuple(row) for row in compiler.apply_converters(rows, converters)] if converters else rows

    return _instances(compiler, compiler.klass_info, converted) if whole else converted


def _instances(
    compiler: Any, info: dict[str, Any], converted: Callable[[list[Any]], list[Any]]
) -> Callable[[list[Any]], list[Any]]:
    model, fields = info["model"], info["select_fields"]
    own = slice(fields[0], fields[-1] + 1)
    names = [column[0].target.attname for column in compiler.select[own]]
    mode = compiler.query.model._default_manager.all()._fetch_mode
    related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS, mode)

    def instances(rows: list[Any]) -> list[Any]:
        found = []
        for row in converted(rows):
            made = model.from_db(DEFAULT_DB_ALIAS, names, row[own])
            for populate in related:
                populate.populate(row, made)
            for name, place in compiler.annotation_col_map.items():
                setattr(made, name, row[place])
            found.append(made)
        return found

    return instances
