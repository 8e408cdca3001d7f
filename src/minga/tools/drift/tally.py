"""Shares and calibration by month and by group, counted part by part in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.drift.reading import Part
from minga.tools.drift.settings import DriftError

RATES = ("abstention", "override", "appeal", "right", "inside_interval")
FLAGS = ("abstained", "overridden", "appealed", "right", "inside")
STEPS = 1000
MOST_MONTHS = 240
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def months_of(days: NDArray[Any]) -> Counts:
    """Months since 1970 of days since 1970; -1 stays -1."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(days < 0, -1, months)


def month_name(month: int) -> str:
    """ "2026-03", or "" for -1."""
    return "" if month < 0 else str(np.datetime64(month, "M"))


@dataclass(slots=True)
class Sums:
    """Of probabilities with a known outcome: ``cells`` (2, 1001) cases and right ones by probability in thousandths;
    sums of (probability - right), of its square and of its fourth power."""

    cells: Floats = field(default_factory=lambda: np.zeros((2, STEPS + 1)))
    n: int = 0
    first: float = 0.0
    second: float = 0.0
    fourth: float = 0.0

    def add(self, probability: Floats, right: Floats) -> None:
        place = np.rint(probability * STEPS).astype(np.int64)
        self.cells[0] += np.bincount(place, minlength=STEPS + 1)
        self.cells[1] += np.bincount(place, right, STEPS + 1)
        off = probability - right
        square = off * off
        self.n += len(off)
        self.first += float(off.sum())
        self.second += float(square.sum())
        self.fourth += float((square * square).sum())

    def plus(self, other: Sums) -> Sums:
        return Sums(
            self.cells + other.cells,
            self.n + other.n,
            self.first + other.first,
            self.second + other.second,
            self.fourth + other.fourth,
        )


@dataclass(slots=True)
class Tally:
    """``shares[attribute, group, month]`` is (6 rates, 2): cases that are so, of those known; the last row holds the
    cases. ("", "", month) is the whole. ``sums`` by month."""

    shares: dict[tuple[str, str, int], Counts] = field(default_factory=dict)
    sums: dict[int, Sums] = field(default_factory=dict)
    months: set[int] = field(default_factory=set)

    def add(self, part: Part, groups: dict[str, tuple[NDArray[np.int64], list[str]]]) -> None:
        """``groups``: by attribute the code of each row and the names of the codes."""
        if not len(part.day):
            return
        month = months_of(part.day)
        found, local = np.unique(month, return_inverse=True)
        self.months.update(found.tolist())
        if len(self.months) > MOST_MONTHS:
            raise DriftError(
                f"The dates span more than {MOST_MONTHS} different months. A column of birthdays or the like was "
                "probably taken for the day of the advice. Name the right column as at."
            )
        flags = [part.flags[name] for name in FLAGS]
        self._count("", local, [""], found.tolist(), flags)
        for attribute, (codes, names) in groups.items():
            self._count(attribute, codes * len(found) + local, names, found.tolist(), flags)
        self._sum(part, local, found.tolist())

    def _count(self, attribute: str, keys: Counts, names: list[str], months: list[int], flags: list[Floats]) -> None:
        size = len(names) * len(months)
        table = np.zeros((size, len(RATES) + 1, 2), np.int64)
        table[:, -1, :] = np.bincount(keys, minlength=size)[:, None]
        for number, flag in enumerate(flags):
            known = ~np.isnan(flag)
            if known.any():
                table[:, number, 1] = np.bincount(keys[known], minlength=size)
                table[:, number, 0] = np.bincount(keys[known & (flag == 1)], minlength=size)
        for place in np.flatnonzero(table[:, -1, 0]).tolist():
            key = (attribute, names[place // len(months)], months[place % len(months)])
            self.shares[key] = self.shares[key] + table[place] if key in self.shares else table[place].copy()

    def _sum(self, part: Part, local: Counts, months: list[int]) -> None:
        known = ~(np.isnan(part.probability) | np.isnan(part.flags["right"]))
        if not known.any():
            return
        for number, month in enumerate(months):
            here = known & (local == number)
            if here.any():
                self.sums.setdefault(month, Sums()).add(part.probability[here], part.flags["right"][here])

    def leave_out(self, attributes: set[str]) -> None:
        """Forget the groups of these attributes."""
        self.shares = {key: counts for key, counts in self.shares.items() if key[0] not in attributes}

    def whole(self) -> dict[tuple[str, str], Counts]:
        """The shares over all months, by (attribute, group)."""
        together: dict[tuple[str, str], Counts] = {}
        for (attribute, group, _), counts in self.shares.items():
            key = (attribute, group)
            together[key] = together[key] + counts if key in together else counts
        return together

    def all_sums(self) -> Sums:
        total = Sums()
        for sums in self.sums.values():
            total = total.plus(sums)
        return total
