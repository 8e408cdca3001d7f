"""The window month by month: shares with intervals, calibration, and the gaps between groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.drift.calibration import calibration
from minga.tools.drift.judge import share
from minga.tools.drift.result import Gap, Month, Share
from minga.tools.drift.settings import Settings
from minga.tools.drift.statistics import difference
from minga.tools.drift.tally import RATES, Sums, Tally, month_name

Counts = NDArray[np.int64]


def months(tally: Tally, settings: Settings) -> tuple[Month, ...]:
    """One for each month that has rows, in order; rows without a date come first as month ""."""
    by_month: dict[int, dict[tuple[str, str], Counts]] = {}
    for (attribute, group, month), counts in tally.shares.items():
        by_month.setdefault(month, {})[attribute, group] = counts
    return tuple(_month(month, by_month[month], tally.sums.get(month, Sums()), settings) for month in sorted(by_month))


def _month(month: int, held: Mapping[tuple[str, str], Counts], sums: Sums, settings: Settings) -> Month:
    whole = held["", ""]
    abstained, known = whole[0].tolist()
    groups: dict[str, dict[str, dict[str, Share]]] = {}
    for (attribute, group), counts in sorted(held.items()):
        if attribute:
            groups.setdefault(attribute, {})[group] = shares(counts, settings)
    return Month(
        month_name(month),
        int(whole[-1, 0]),
        share(known - abstained, known, settings.minimum_group),
        shares(whole, settings),
        calibration(sums, settings.minimum),
        groups,
        gaps(held, settings),
    )


def shares(counts: Counts, settings: Settings) -> dict[str, Share]:
    """Of each rate that is known for at least one case."""
    pairs: list[Any] = counts.tolist()
    return {
        rate: share(pair[0], pair[1], settings.minimum_group)
        for rate, pair in zip(RATES, pairs, strict=False)
        if pair[1]
    }


def gaps(held: Mapping[tuple[str, str], Counts], settings: Settings) -> tuple[Gap, ...]:
    """For each attribute and share the groups furthest apart, among those with at least the minimum of cases."""
    found = []
    for attribute in sorted({attribute for attribute, _ in held if attribute}):
        names = sorted(group for key, group in held if key == attribute)
        for number, rate in enumerate(RATES):
            known = {name: held[attribute, name][number].tolist() for name in names}
            known = {name: pair for name, pair in known.items() if pair[1] >= settings.minimum_group}
            if len(known) >= 2:
                ordered = sorted((pair[0] / pair[1], name) for name, pair in known.items())
                lowest, highest = ordered[0][1], ordered[-1][1]
                found.append(Gap(rate, attribute, highest, lowest, *difference(*known[highest], *known[lowest])))
    return tuple(found)
