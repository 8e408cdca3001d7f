"""Tables without small cells, and without a way to work them out again.

A cell of 1 to 9 people is hidden; a 0 stays, because a group nobody came from must be named. Further cells are hidden
until, for every hidden cell, the shown ones leave more than one possible value and do not even show that it is below
ten; and until no line lets a total minus its shown cells give a sum of hidden people below ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minga.tools.representation.common import MINIMUM, Floats, RepresentationError

TOTAL = ""
"""The name of a margin: the sum over all rows or columns."""
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """``cells[row, column]`` is a number of people or None where hidden; row or column ``TOTAL`` are the sums.

    It does not say which cells were hidden for being small and which to protect those: that would help to guess.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int | None]
    minimum: int

    @property
    def hidden(self) -> tuple[Cell, ...]:
        return tuple(cell for cell, count in self.cells.items() if count is None)

    def as_json(self) -> dict[str, Any]:
        return {
            "minimum": self.minimum,
            "cells": [{"row": row, "column": column, "count": n} for (row, column), n in self.cells.items()],
        }


def suppress_list(counts: Mapping[str, int], minimum: int = MINIMUM) -> Table:
    """A one-way table with its total; the groups are rows, the only column is ``TOTAL``."""
    full = {(group, TOTAL): count for group, count in counts.items()} | {(TOTAL, TOTAL): sum(counts.values())}
    return _suppress(full, tuple(counts), (), minimum)


def suppress_table(counts: Mapping[Cell, int], minimum: int = MINIMUM) -> Table:
    """A two-way table with both margins from ``counts`` by (row, column); missing combinations are 0."""
    rows = tuple(dict.fromkeys(row for row, _ in counts))
    columns = tuple(dict.fromkeys(column for _, column in counts))
    full = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    full |= {(row, TOTAL): sum(full[row, column] for column in columns) for row in rows}
    full |= {(TOTAL, column): sum(full[row, column] for row in rows) for column in columns}
    full[TOTAL, TOTAL] = sum(counts.values())
    return _suppress(full, rows, columns, minimum)


def lines(rows: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[tuple[Cell, ...], Cell]]:
    """Every (parts, whole) that a reader can subtract: rows, columns and both margins."""
    if columns:
        for row in (*rows, TOTAL):
            yield tuple((row, column) for column in columns), (row, TOTAL)
    for column in (*columns, TOTAL):
        yield tuple((row, column) for row in rows), (TOTAL, column)


def possible(table: Table, cell: Cell) -> tuple[float, float]:
    """The lowest and highest value that a reader can still think possible for a hidden cell (inf = no limit).

    The reader knows the shown cells, that totals add up, and that hidden cells are not 0.
    """
    from scipy.optimize import linprog  # heavy, and every page's process would pay for it at its start

    hidden = table.hidden
    matrix, sums = _equations(table, hidden)
    goal = np.array([float(other == cell) for other in hidden])
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * goal, A_eq=matrix, b_eq=sums, bounds=(1, None), method="highs")
        ends.append(sign * float(found.fun) if found.status == 0 else float("inf"))
    return ends[0], ends[1]


def _equations(table: Table, hidden: Sequence[Cell]) -> tuple[Floats, Floats]:
    place = {cell: number for number, cell in enumerate(hidden)}
    rows, sums = [], []
    for parts, whole in lines(table.rows, table.columns):
        row, known = np.zeros(len(hidden)), 0.0
        for cell, sign in (*((part, 1.0) for part in parts), (whole, -1.0)):
            count = table.cells[cell]
            if count is None:
                row[place[cell]] = sign
            else:
                known -= sign * count
        rows.append(row)
        sums.append(known)
    return np.array(rows), np.array(sums)


def _suppress(full: Mapping[Cell, int], rows: tuple[str, ...], columns: tuple[str, ...], minimum: int) -> Table:
    if any(count < 0 for count in full.values()) or TOTAL in rows or TOTAL in columns:
        raise RepresentationError("A count is below 0 or a group has no name. Counts are of people in named groups.")
    hidden = {cell for cell, count in full.items() if 0 < count < minimum}

    def table() -> Table:
        return Table(rows, columns, {c: None if c in hidden else n for c, n in full.items()}, minimum)

    while hidden:
        weak = _weak_line(full, hidden, rows, columns, minimum) or _weak_cell(table(), minimum)
        if not weak:
            break
        shown = [cell for cell in weak if cell not in hidden and full[cell]]
        if not shown:
            shown = [cell for cell, count in full.items() if count and cell not in hidden]
        if not shown:
            break
        hidden.add(
            min(shown, key=lambda cell: (TOTAL in cell if columns else cell == (TOTAL, TOTAL), full[cell], cell))
        )
    return table()


def _weak_line(
    full: Mapping[Cell, int], hidden: set[Cell], rows: Sequence[str], columns: Sequence[str], minimum: int
) -> tuple[Cell, ...]:
    """The cells of a line in which the hidden ones can be told by subtraction, alone or as a sum below the minimum."""
    for parts, whole in lines(rows, columns):
        inside = [cell for cell in parts if cell in hidden]
        if whole in hidden:
            if not inside:
                return parts
        elif inside and (len(inside) == 1 or sum(full[cell] for cell in inside) < minimum):
            return (*parts, whole)
    return ()


def _weak_cell(table: Table, minimum: int) -> tuple[Cell, ...]:
    """The lines through a hidden cell that has one possible value, or only values below the minimum."""
    for cell in table.hidden:
        low, high = possible(table, cell)
        if high - low < 1 - 1e-6 or high < minimum - 1e-6:
            through = [(*parts, whole) for parts, whole in lines(table.rows, table.columns) if cell in (*parts, whole)]
            return tuple(other for line in through for other in line)
    return ()
