"""Hidden cells stay hidden, whatever is subtracted."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from minga.tools.representation import TOTAL, RepresentationError, Table, suppress_list, suppress_table
from minga.tools.representation.suppression import possible

COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 80))


def system(table: Table) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray]:
    """Every sum that a reader can check, written out anew: unknown cells, coefficients, right sides."""
    unknown = [cell for cell, count in table.cells.items() if count is None]
    sums: list[tuple[list[tuple[str, str]], tuple[str, str]]] = []
    rows, columns = [*table.rows, TOTAL], [*table.columns, TOTAL]
    for column in columns:
        sums.append(([(row, column) for row in table.rows], (TOTAL, column)))
    if table.columns:
        for row in rows:
            sums.append(([(row, column) for column in table.columns], (row, TOTAL)))
    matrix, right = np.zeros((len(sums), len(unknown))), np.zeros(len(sums))
    for place, (parts, whole) in enumerate(sums):
        for cell, sign in [*((part, 1) for part in parts), (whole, -1)]:
            count = table.cells[cell]
            if count is None:
                matrix[place, unknown.index(cell)] += sign
            else:
                right[place] -= sign * count
    return unknown, matrix, right


def assert_safe(table: Table, true: dict[tuple[str, str], int]) -> None:
    for cell, count in table.cells.items():
        assert count is None or count == true[cell]
        assert count is None or count == 0 or count >= table.minimum
    unknown, matrix, right = system(table)
    for place in range(len(unknown)):
        goal = np.eye(len(unknown))[place]
        determined = np.linalg.matrix_rank(np.vstack([matrix, goal])) == np.linalg.matrix_rank(matrix)
        assert not determined
        ends = [linprog(s * goal, A_eq=matrix, b_eq=right, bounds=(1, None)) for s in (1, -1)]
        low = ends[0].fun
        high = -ends[1].fun if ends[1].status == 0 else np.inf
        assert high - low >= 1 - 1e-6
        assert high >= table.minimum - 1e-6
    for row, sum_of in zip(matrix, right, strict=True):
        if (row > 0).any() and not (row < 0).any():
            assert sum_of >= table.minimum


def margins(counts: dict[tuple[str, str], int], rows: list[str], columns: list[str]) -> dict[tuple[str, str], int]:
    true = dict(counts)
    true |= {(row, TOTAL): sum(counts[row, c] for c in columns) for row in rows}
    true |= {(TOTAL, c): sum(counts[row, c] for row in rows) for c in columns}
    return true | {(TOTAL, TOTAL): sum(counts.values())}


@settings(max_examples=150)
@given(st.lists(COUNTS, min_size=1, max_size=7))
def test_no_hidden_cell_of_a_list_can_be_worked_out(counts: list[int]) -> None:
    named = {f"g{i}": count for i, count in enumerate(counts)}
    true = {(group, TOTAL): count for group, count in named.items()} | {(TOTAL, TOTAL): sum(counts)}
    assert_safe(suppress_list(named), true)


@settings(max_examples=120)
@given(st.integers(1, 4).flatmap(lambda w: st.lists(st.lists(COUNTS, min_size=w, max_size=w), min_size=1, max_size=4)))
def test_no_hidden_cell_of_a_table_can_be_worked_out(counts: list[list[int]]) -> None:
    rows, columns = [f"r{i}" for i in range(len(counts))], [f"c{j}" for j in range(len(counts[0]))]
    named = {(r, c): counts[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    assert_safe(suppress_table(named), margins(named, rows, columns))


def test_the_smallest_other_group_is_hidden_too() -> None:
    table = suppress_list({"a": 4, "b": 40, "c": 25, "d": 0})
    assert table.hidden == (("a", TOTAL), ("c", TOTAL))
    assert table.cells["d", TOTAL] == 0
    assert table.cells[TOTAL, TOTAL] == 69


def test_two_small_groups_whose_sum_is_small_need_a_third() -> None:
    assert suppress_list({"a": 2, "b": 3, "c": 30, "d": 50}).hidden == (("a", TOTAL), ("b", TOTAL), ("c", TOTAL))


def test_two_groups_of_nine_hide_without_a_third() -> None:
    assert len(suppress_list({"a": 9, "b": 9, "c": 30}).hidden) == 2


def test_nothing_small_nothing_hidden() -> None:
    assert suppress_table({("r", "c"): 10, ("r", "d"): 11, ("s", "c"): 0, ("s", "d"): 50}).hidden == ()


def test_a_single_small_group_hides_its_total() -> None:
    assert suppress_list({"a": 3}).hidden == (("a", TOTAL), (TOTAL, TOTAL))


def test_one_small_cell_of_a_table_takes_a_rectangle_with_it() -> None:
    counts = {(r, c): 20 + 3 * i for i, (r, c) in enumerate(itertools.product("rst", "xyz"))}
    counts["r", "x"] = 5
    table = suppress_table(counts)
    inside = [cell for cell in table.hidden if TOTAL not in cell]
    assert len(inside) == 4
    assert len({row for row, _ in inside}) == len({column for _, column in inside}) == 2
    assert all(table.cells[cell] is not None for cell in table.cells if TOTAL in cell)


def test_possible_values_of_a_hidden_cell_by_hand() -> None:
    table = suppress_list({"a": 4, "b": 40, "c": 25})
    assert possible(table, ("a", TOTAL)) == pytest.approx((1, 28))


def test_result_does_not_say_why_a_cell_is_hidden() -> None:
    found = suppress_list({"a": 4, "b": 40, "c": 25}).as_json()
    assert found["cells"][0] == {"row": "a", "column": "", "count": None}
    assert set(found["cells"][0]) == {"row", "column", "count"}


@pytest.mark.parametrize("counts", [{"a": -1}, {"": 4}])
def test_counts_without_sense_are_refused(counts: dict[str, int]) -> None:
    with pytest.raises(RepresentationError):
        suppress_list(counts)
