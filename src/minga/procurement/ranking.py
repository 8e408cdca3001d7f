"""Points of several people put together into a ranking, with the doubt: spread, gaps and ties are told, not hidden.

The total of an offer is the weighted mean of its criteria, each the mean of its assessors' points (0 to 4), as a
share of the highest possible (0 to 100). Who has a conflict of interest with an offer is not counted for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

HIGHEST = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One offer under one criterion: the mean of ``points``, None without any; ``spread`` is highest less lowest."""

    criterion: int
    points: tuple[int, ...]

    @property
    def mean(self) -> Fraction | None:
        return Fraction(sum(self.points), len(self.points)) if self.points else None

    @property
    def spread(self) -> int:
        return max(self.points) - min(self.points) if self.points else 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """One offer: ``total`` in 0..100, None while a criterion has no points; ``rank`` from 1, shared by ties.

    ``missing``: (assessor, criterion) that still have to be judged.
    """

    offer: int
    cells: tuple[Cell, ...]
    total: Fraction | None
    rank: int | None
    tied: bool
    missing: tuple[tuple[int, int], ...]


def rank(
    offers: Iterable[int],
    weights: Mapping[int, int],
    assessors: Sequence[int],
    points: Mapping[tuple[int, int, int], int],
    conflicts: frozenset[tuple[int, int]] = frozenset(),
) -> list[Ranked]:
    """Offers, the best first; those that cannot be ranked yet come last, in the order given.

    ``weights``: criterion -> weight, positive. ``points``: (offer, criterion, assessor) -> 0..4. ``conflicts``:
    (assessor, offer). Ties share a rank and are marked: nothing here breaks them. Raises ValueError for points out of
    range or weights that are not positive.
    """
    if any(weight <= 0 for weight in weights.values()):
        raise ValueError("every weight is positive")
    if any(not 0 <= value <= HIGHEST for value in points.values()):
        raise ValueError(f"points go from 0 to {HIGHEST}")
    rows = [_row(offer, weights, [a for a in assessors if (a, offer) not in conflicts], points) for offer in offers]
    totals = sorted((row.total for row in rows if row.total is not None), reverse=True)
    placed = [_placed(row, totals) for row in rows]
    return sorted(placed, key=lambda row: (row.rank is None, row.rank or 0))


def _row(
    offer: int, weights: Mapping[int, int], judges: Sequence[int], points: Mapping[tuple[int, int, int], int]
) -> Ranked:
    cells, missing = [], []
    for criterion in weights:
        given = [points[offer, criterion, judge] for judge in judges if (offer, criterion, judge) in points]
        missing += [(judge, criterion) for judge in judges if (offer, criterion, judge) not in points]
        cells.append(Cell(criterion, tuple(given)))
    return Ranked(offer, tuple(cells), _total(cells, weights), None, False, tuple(missing))


def _total(cells: Sequence[Cell], weights: Mapping[int, int]) -> Fraction | None:
    if not cells or any(cell.mean is None for cell in cells):
        return None
    weighted = sum((cell.mean or Fraction(0)) * weights[cell.criterion] for cell in cells)
    return Fraction(100) * weighted / (HIGHEST * sum(weights.values()))


def _placed(row: Ranked, totals: Sequence[Fraction]) -> Ranked:
    if row.total is None:
        return row
    place = totals.index(row.total) + 1
    return Ranked(row.offer, row.cells, row.total, place, totals.count(row.total) > 1, row.missing)
