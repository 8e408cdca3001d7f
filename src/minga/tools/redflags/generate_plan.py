"""What is decided about an invented process before it is written: ordinary, awkward or a planted case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from math import exp
from random import Random
from typing import Any

from minga.tools.redflags.generate_world import (
    BY_DETAILS,
    FIRST_LEVEL_CLASSES,
    SPLIT_THRESHOLD,
    Method,
    World,
    draw_bidders,
    draw_method,
)

CASES = {
    "cover_bids": 0.03,
    "always_losing": 0.015,
    "all_but_one_disqualified": 0.008,
    "late_winning_bid": 0.007,
    "identical_prices": 0.007,
    "many_classes": 0.01,
    "split_contract": 0.002,
    "short_call": 0.01,
}
"""Planted kinds and the share of processes that get each (``split_contract``: share of clusters begun)."""
SPLIT_SIZE = 4
ODDITIES = {"zero_bids": 0.015, "two_active_awards": 0.006, "consortium": 0.015, "lots": 0.01}
"""Valid but awkward data, present whether or not rows are broken on purpose."""
_COMPETITIVE_CASES = frozenset(CASES) - {"many_classes", "split_contract", "short_call"}


@dataclass(slots=True)
class Plan:
    """What is decided about a process before it is written out."""

    ocid: str
    published: datetime
    label: str | None
    oddity: str | None
    buyer: int
    method: Method
    class_index: int
    base: float
    days: float
    bidders: int
    cluster_supplier: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Drawer:
    """Draws plans one after another; a begun split contract goes on over the next processes of its buyer."""

    world: World
    rng: Random
    serial: int = 0
    cluster: list[Plan] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)

    def next(self, ocid: str, published: datetime) -> Plan:
        self.serial += 1
        if self.cluster and self.serial % 3 == 0:
            plan = self.cluster.pop()
            plan.ocid, plan.published = ocid, published
            return plan
        plan = self._ordinary(ocid, published)
        if not self.cluster:
            plan.label = _pick(self.rng, CASES)
        elif (label := _pick(self.rng, CASES)) != "split_contract":
            plan.label = label
        plan.oddity = None if plan.label else _pick(self.rng, ODDITIES)
        self._shape(plan)
        return plan

    def turn(self, kind: str, among: int) -> int:
        """Round robin over the planted parties of a kind, so that each gets its fair number of processes."""
        self.turns[kind] = self.turns.get(kind, -1) + 1
        return self.turns[kind] % among

    def _ordinary(self, ocid: str, published: datetime) -> Plan:
        rng = self.rng
        method = draw_method(rng)
        return Plan(
            ocid=ocid,
            published=published,
            label=None,
            oddity=None,
            buyer=int(self.world.buyers * rng.random() ** 1.5),
            method=method,
            class_index=int(len(FIRST_LEVEL_CLASSES) * rng.random() ** 1.3),
            base=exp(min(26.0, max(14.0, rng.gauss(19.80, 2.14)))),
            days=method.period_days(rng.random()),
            bidders=1 if method.code in ("direct", "limited") else draw_bidders(rng),
        )

    def _shape(self, plan: Plan) -> None:
        rng, label = self.rng, plan.label
        if label in _COMPETITIVE_CASES or plan.oddity in ("two_active_awards", "lots", "consortium"):
            plan.bidders = max(3, plan.bidders)
            if plan.method.code in ("direct", "limited"):
                plan.method = BY_DETAILS["Menor cuantía nacional"]
        if label == "all_but_one_disqualified":
            groups = max(1, (self.world.buyers - 18) // 40 + 1)
            plan.buyer = min(self.world.buyers - 1, 17 + 40 * self.turn(label, groups))
        elif label == "many_classes":
            plan.notes["party"] = self.turn(label, self.world.generalists)
            plan.class_index = self.turns[label] // self.world.generalists % len(FIRST_LEVEL_CLASSES)
        elif label == "always_losing":
            plan.notes["party"] = self.turn(label, self.world.losers)
        elif label == "short_call":
            plan.days = rng.uniform(1.0, 3.4)
        elif label == "split_contract":
            self._begin_cluster(plan)
        if plan.oddity == "zero_bids":
            plan.bidders = 0

    def _begin_cluster(self, first: Plan) -> None:
        first.method = BY_DETAILS["Contratación Directa"]
        first.cluster_supplier = self.rng.random()
        first.bidders = 1
        first.days = first.method.period_days(self.rng.random())
        parts = []
        for _ in range(SPLIT_SIZE - 1):
            part = self._ordinary("", first.published)
            part.label, part.buyer, part.class_index = first.label, first.buyer, first.class_index
            part.method, part.bidders, part.cluster_supplier = first.method, 1, first.cluster_supplier
            part.days = first.days
            parts.append(part)
        for part in (first, *parts):
            part.base = SPLIT_THRESHOLD * self.rng.uniform(0.91, 0.995)
        self.cluster = parts


def _pick(rng: Random, shares: dict[str, float]) -> str | None:
    u = rng.random()
    for name, share in shares.items():
        u -= share
        if u < 0:
            return name
    return None
