"""The lottery over panels: published first, then drawn with a seed that nobody could know before."""

from __future__ import annotations

import bisect
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np

from minga.tools.panel import lots
from minga.tools.panel.explain import explain
from minga.tools.panel.fairness import Fairness, fairness
from minga.tools.panel.leximin import Distribution, leximin
from minga.tools.panel.model import Member, Quotas, checked
from minga.tools.panel.programme import best_panel
from minga.tools.panel.space import Floats, Kind, Space, build


@dataclass(frozen=True, slots=True)
class Entry:
    """One panel of the lottery: how many tickets it holds, and how many people of each kind it takes."""

    tickets: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Lottery:
    """Panels with their tickets (in all ``lots.TICKETS``), in a fixed order; ``hash`` commits to all of it.

    ``chances``: by id, the exact chance of being selected in this lottery, 0 to 1. ``gap``: how far the chance of the
    worst-off may lie below the leximin optimum. ``method``: see ``leximin.Distribution``.
    """

    quotas: Quotas
    size: int
    one_per_household: bool
    kinds: tuple[Kind, ...]
    entries: tuple[Entry, ...]
    chances: Mapping[str, float]
    fairness: Fairness
    method: str
    gap: float

    @cached_property
    def hash(self) -> str:
        """SHA-256 of ``published()`` as JSON with sorted keys and without spaces."""
        text = json.dumps(self.published(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def published(self) -> dict[str, Any]:
        """All that is needed to draw again by hand; holds ids of the pool, so publish it with ids that name nobody."""
        return {
            "scheme": lots.SCHEME,
            "size": self.size,
            "quotas": {feature: {v: list(pair) for v, pair in vs.items()} for feature, vs in self.quotas.items()},
            "one_per_household": self.one_per_household,
            "kinds": [
                {"values": list(kind.values), "household": [list(v) for v in kind.household], "people": kind.households}
                for kind in self.kinds
            ],
            "panels": [{"tickets": entry.tickets, "counts": list(entry.counts)} for entry in self.entries],
        }

    def entry(self, ticket: int) -> int:
        """The place of the panel that holds a ticket: tickets are dealt in the order of the panels, from 0."""
        return bisect.bisect_right(list(accumulate(entry.tickets for entry in self.entries)), ticket)

    def members(self, place: int, seed: str) -> list[str]:
        """The people of one panel: of each kind, those with the lowest lot numbers; sorted by id.

        Where households count, households of one make-up are put in the order of their lots and dealt to the kinds
        in turn; in each, the person with the lowest lot number is taken.
        """
        chosen: list[str] = []
        used: dict[object, int] = defaultdict(int)
        for kind, count in zip(self.kinds, self.entries[place].counts, strict=True):
            alone = len(kind.household) == 1
            order = self._household_order(kind, seed)
            start = 0 if alone else used[kind.household]
            for home in order[start : start + count]:
                chosen.append(min(kind.households[home], key=lambda who: lots.lot(seed, "lot", who)))
            used[kind.household] += count
        return sorted(chosen)

    def _household_order(self, kind: Kind, seed: str) -> list[int]:
        alike = [other for other in self.kinds if other.household == kind.household]
        purpose = "lot" if len(kind.household) == 1 else "household"

        def number(home: int) -> str:
            return lots.lot(seed, purpose, min(min(other.households[home]) for other in alike))

        return sorted(range(len(kind.households)), key=number)


def lottery(pool: Sequence[Member], quotas: Quotas, size: int, *, one_per_household: bool = False) -> Lottery:
    """The leximin-fair lottery over all panels of ``size`` from ``pool`` that meet ``quotas``.

    Raises PanelError for bad input and Infeasible, with the smallest changes that help, where no panel exists.
    """
    people = checked(pool, quotas, size)
    space = build(people, quotas, size, one_per_household)
    if best_panel(space, np.zeros(len(space.kinds))) is None:
        raise explain(space, people, quotas)
    return _lottery(space, quotas, leximin(space))


def _lottery(space: Space, quotas: Quotas, found: Distribution) -> Lottery:
    dealt = _tickets(found.chances)
    panels = [tuple(int(count) for count in panel) for panel in found.panels]
    entries = tuple(Entry(tickets, counts) for counts, tickets in sorted(zip(panels, dealt, strict=True)) if tickets)
    weights = np.array([entry.tickets for entry in entries]) / lots.TICKETS
    shares: Floats = np.array([entry.counts for entry in entries]).T @ weights / space.sizes
    chances = {
        who: float(share)
        for kind, share in zip(space.kinds, shares, strict=True)
        for home in kind.households
        for who in home
    }
    figures = fairness(list(chances.values()), space.size)
    return Lottery(
        {feature: dict(values) for feature, values in quotas.items()},
        space.size,
        space.one_per_household,
        space.kinds,
        entries,
        dict(sorted(chances.items())),
        figures,
        found.method,
        found.gap,
    )


def _tickets(chances: Floats) -> list[int]:
    """Chances as whole tickets that add up (largest remainders first, then in order)."""
    exact = chances * lots.TICKETS
    dealt = np.floor(exact).astype(np.int64)
    missing = lots.TICKETS - int(dealt.sum())
    order = np.argsort(-(exact - dealt), kind="stable")
    dealt[order[:missing]] += 1
    return [int(count) for count in dealt]
