"""Points of several people become places; ties, gaps and conflicts are told and never settled in silence."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.procurement.ranking import rank

WEIGHTS = {1: 60, 2: 40}


def everybody(offer: int, first: int, second: int, judges: tuple[int, ...] = (7, 8)) -> dict[tuple[int, int, int], int]:
    return {(offer, criterion, judge): points for judge in judges for criterion, points in ((1, first), (2, second))}


def test_the_weighted_mean_as_a_share_of_the_highest() -> None:
    [row] = rank([5], WEIGHTS, [7, 8], everybody(5, 4, 2))
    assert (row.total, row.rank, row.tied) == (Fraction(80), 1, False)
    assert [cell.spread for cell in row.cells] == [0, 0]


def test_weights_decide() -> None:
    points = everybody(1, 4, 0) | everybody(2, 0, 4)
    assert [row.offer for row in rank([2, 1], WEIGHTS, [7, 8], points)] == [1, 2]


def test_ties_share_a_place_and_the_next_place_is_left_out() -> None:
    points = everybody(1, 3, 3) | everybody(2, 3, 3) | everybody(3, 1, 1)
    assert [(row.rank, row.tied) for row in rank([1, 2, 3], WEIGHTS, [7, 8], points)] == [
        (1, True),
        (1, True),
        (3, False),
    ]


def test_who_has_a_conflict_is_not_counted_and_not_missing() -> None:
    points = everybody(1, 4, 4, (7,)) | everybody(1, 0, 0, (8,))
    [row] = rank([1], WEIGHTS, [7, 8], points, frozenset({(8, 1)}))
    assert (row.total, row.missing) == (Fraction(100), ())


def test_what_nobody_judged_has_no_place_and_says_what_is_missing() -> None:
    last = rank([1, 2], WEIGHTS, [7], everybody(2, 2, 2, (7,)))[-1]
    assert (last.offer, last.total, last.rank) == (1, None, None)
    assert last.missing == ((7, 1), (7, 2))


@pytest.mark.parametrize("weights", [{1: 0}, {1: -3}])
def test_weights_are_positive(weights: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        rank([1], weights, [7], {})


def test_points_lie_in_their_range() -> None:
    with pytest.raises(ValueError, match="0 to 4"):
        rank([1], WEIGHTS, [7], {(1, 1, 7): 5})


TABLES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), min_size=1,
                  max_size=8)  # fmt: skip


@given(TABLES, st.randoms())
def test_the_order_in_which_offers_come_changes_no_place(table: list[tuple[int, ...]], shuffler: object) -> None:
    points = {(n, c, j): row[2 * (c - 1) + j] for n, row in enumerate(table) for c in (1, 2) for j in (0, 1)}
    offers = list(range(len(table)))
    places = {row.offer: (row.rank, row.total) for row in rank(offers, WEIGHTS, [0, 1], points)}
    shuffler.shuffle(offers)  # type: ignore[attr-defined]
    assert {row.offer: (row.rank, row.total) for row in rank(offers, WEIGHTS, [1, 0], points)} == places


@given(TABLES)
def test_a_better_offer_never_stands_behind_a_worse_one(table: list[tuple[int, ...]]) -> None:
    points = {(n, c, j): row[2 * (c - 1) + j] for n, row in enumerate(table) for c in (1, 2) for j in (0, 1)}
    places = {row.offer: row.rank or 0 for row in rank(range(len(table)), WEIGHTS, [0, 1], points)}
    for a, better in enumerate(table):
        for b, worse in enumerate(table):
            if all(x >= y for x, y in zip(better, worse, strict=True)):
                assert places[a] <= places[b]
