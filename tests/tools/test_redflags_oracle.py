"""A second, slow implementation of the indicators, release by release, against the SQL on generated data."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import datetime
from typing import Any

import orjson
import pytest

from minga.tools.redflags import Settings, flag
from minga.tools.redflags.fences import Quartiles, quantile
from minga.tools.redflags.generate import generate

COUNT = 4_000
type Results = dict[str, dict[str, dict[str, float]]]
SUBMITTED = ("pending", "valid", "disqualified")


def put(results: Results, group: str, name: str, code: str, value: float) -> None:
    results.setdefault(group, {}).setdefault(name, {})[code] = value


def submitted(release: dict[str, Any]) -> list[dict[str, Any]]:
    return [bid for bid in release.get("bids", {}).get("details", []) if bid["status"] in SUBMITTED]


def sole_winner(release: dict[str, Any]) -> str | None:
    awards = release.get("awards")
    if awards is None or any(a["status"] not in ("active", "cancelled", "unsuccessful") for a in awards):
        return None
    active = [a for a in awards if a["status"] == "active"]
    if len(active) != 1 or len(active[0]["suppliers"]) != 1 or len(release["tender"].get("lots", [])) > 1:
        return None
    return str(active[0]["suppliers"][0]["id"])


def single_valid(release: dict[str, Any]) -> list[tuple[str, float, str]]:
    return [
        (bid["tenderers"][0]["id"], bid["value"]["amount"], bid["value"]["currency"])
        for bid in release["bids"]["details"]
        if bid["status"] == "valid" and len(bid["tenderers"]) == 1
    ]


class Oracle:
    """Folds releases one after another, as the reference implementation does, and flags at the end."""

    def __init__(self) -> None:
        self.results: Results = {}
        self.currency: str | None = None
        self.ratios: dict[str, tuple[float, str, str]] = {}
        self.bids_of: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.disqualified: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.classes: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))

    def fold(self, release: dict[str, Any]) -> None:
        if release["tender"]["status"] == "cancelled":
            return
        self.pair(release)
        self.simple(release)
        self.exclusion(release)
        self.counting(release)

    def same_currency(self, currency: str) -> bool:
        self.currency = self.currency or currency
        return currency == self.currency

    def pair(self, release: dict[str, Any]) -> None:
        winner = sole_winner(release)
        if winner is None:
            return
        priced = [(amount, who) for who, amount, currency in single_valid(release) if self.same_currency(currency)]
        own = min((bid for bid in priced if bid[1] == winner), default=None, key=lambda bid: bid[0])
        other = min((bid for bid in priced if bid[1] != winner), default=None, key=lambda bid: bid[0])
        if own and other and other[0] >= own[0]:
            self.ratios[release["ocid"]] = ((other[0] - own[0]) / own[0], winner, other[1])
        for who in {who for who, _, _ in single_valid(release)}:
            self.bids_of[who][0] += who == winner
            self.bids_of[who][1] += 1

    def simple(self, release: dict[str, Any]) -> None:
        ocid, tender = release["ocid"], release["tender"]
        period = tender.get("tenderPeriod", {})
        if "startDate" in period and "endDate" in period:
            length = datetime.fromisoformat(period["endDate"]) - datetime.fromisoformat(period["startDate"])
            if math.trunc(length.total_seconds() / 86400) < 15:
                put(self.results, "OCID", ocid, "R003", 1.0)
        if tender.get("numberOfTenderers") == 1 and tender["procurementMethod"] in ("open", "selective"):
            put(self.results, "OCID", ocid, "R018", 1.0)
        winners = {s["id"] for a in release.get("awards", []) if a["status"] == "active" for s in a["suppliers"]}
        for bid in release["bids"]["details"]:
            late = "endDate" in period and bid["status"] == "valid" and bid["date"] > period["endDate"]
            for who in {t["id"] for t in bid["tenderers"]} & winners if late else ():
                put(self.results, "OCID", ocid, "R030", 1.0)
                put(self.results, "Tenderer", who, "R030", 1.0)

    def exclusion(self, release: dict[str, Any]) -> None:
        ocid, bids = release["ocid"], submitted(release)
        several_lots = len(release["tender"].get("lots", [])) > 1
        prices: dict[tuple[float, str], list[frozenset[str]]] = defaultdict(list)
        for bid in bids:
            prices[bid["value"]["amount"], bid["value"]["currency"]].append(
                frozenset(t["id"] for t in bid["tenderers"])
            )
        for groups in prices.values():
            if len(set(groups)) > 1 and not several_lots:
                put(self.results, "OCID", ocid, "R028", 1.0)
                for who in frozenset().union(*groups):
                    put(self.results, "Tenderer", who, "R028", 1.0)
        awards = release.get("awards", [])
        if several_lots or not any(a["status"] == "active" for a in awards):
            return
        priced = [bid for bid in bids if self.same_currency(bid["value"]["currency"])]
        lowest = min(priced, key=lambda bid: bid["value"]["amount"], default=None)
        if lowest and lowest["status"] == "disqualified" and any(bid["status"] == "valid" for bid in priced):
            put(self.results, "OCID", ocid, "R036", 1.0)
        if all(a["status"] in ("active", "cancelled", "unsuccessful") for a in awards):
            self.sole_survivor(ocid, bids, awards)

    def sole_survivor(self, ocid: str, bids: list[dict[str, Any]], awards: list[dict[str, Any]]) -> None:
        ids = {
            status: {t["id"] for bid in bids if bid["status"] == status for t in bid["tenderers"]}
            for status in ("valid", "disqualified")
        }
        suppliers = {s["id"] for a in awards if a["status"] == "active" for s in a["suppliers"]}
        others = ids["disqualified"] - ids["valid"]
        if len(ids["valid"]) == 1 and suppliers == ids["valid"] and others:
            put(self.results, "OCID", ocid, "R035", float(len(others)))
            put(self.results, "Tenderer", next(iter(suppliers)), "R035", 0.0)

    def counting(self, release: dict[str, Any]) -> None:
        bids = submitted(release)
        for bid in bids:
            bad = bid["status"] == "disqualified"
            parties = [("Tenderer", t["id"]) for t in bid["tenderers"]]
            entity = release["tender"].get("procuringEntity", {})
            for key in [*parties, ("Buyer", release["buyer"]["id"]), ("ProcuringEntity", entity.get("id"))]:
                self.disqualified[key][0] += bad
                self.disqualified[key][1] += 1
        for award in release.get("awards", []):
            if award["status"] == "active" and len(award["suppliers"]) == 1:
                for item in award.get("items", []):
                    codes, processes = self.classes[award["suppliers"][0]["id"]]
                    codes.add(item["classification"]["id"][:2])
                    processes.add(release["ocid"])

    def finish(self) -> Results:
        self.finish_pairs()
        counts = sorted(float(n) for _, n in self.bids_of.values())
        ratios = Quartiles.of([won / n for won, n in self.bids_of.values()])
        for who, (won, n) in self.bids_of.items():
            if ratios.q1 > 0 and ratios.lower > 0 and n >= quantile(counts, 0.75) and won / n <= ratios.lower:
                put(self.results, "Tenderer", who, "R025", won / n)
        for group in ("Buyer", "ProcuringEntity", "Tenderer"):
            shares = {who: bad / n for (g, who), (bad, n) in self.disqualified.items() if g == group and who and n > 1}
            fence = Quartiles.of(list(shares.values())).upper
            for who, share in shares.items():
                if fence > 0 and share >= fence:
                    put(self.results, group, who, "R038", share)
        kinds = {who: len(codes) for who, (codes, processes) in self.classes.items() if len(processes) >= 20}
        fence = Quartiles.of([float(n) for n in kinds.values()]).upper
        for who, n in kinds.items():
            if n >= fence:
                put(self.results, "Tenderer", who, "R048", float(n))
        return self.results

    def finish_pairs(self) -> None:
        quartiles = Quartiles.of([ratio for ratio, *_ in self.ratios.values()])
        for ocid, (ratio, winner, second) in self.ratios.items():
            if quartiles.q1 > 0 and quartiles.lower > 0 and ratio <= quartiles.lower:
                put(self.results, "OCID", ocid, "R024", ratio)
                for who in (winner, second):
                    put(self.results, "Tenderer", who, "R024", 0.0)
            if quartiles.upper > 0 and ratio >= quartiles.upper:
                put(self.results, "OCID", ocid, "R058", ratio)
                put(self.results, "Tenderer", winner, "R058", 0.0)


@pytest.mark.parametrize("seed", [1, 2])
def test_same_as_the_slow_way(seed: int) -> None:
    lines = [row.line for row in generate(COUNT, seed)]
    oracle = Oracle()
    for line in lines:
        oracle.fold(orjson.loads(line))
    wanted = oracle.finish()
    found = flag(b"\n".join(lines), Settings()).cardinal()
    assert found.keys() == wanted.keys()
    for group, names in wanted.items():
        assert found[group].keys() == names.keys()
        for name, values in names.items():
            assert found[group][name] == pytest.approx(values, abs=1e-9), (group, name)
    assert {"R003", "R018", "R028", "R030", "R035", "R036", "R038"} <= {
        code for names in wanted.values() for values in names.values() for code in values
    }
