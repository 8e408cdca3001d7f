"""One invented contracting process as an OCDS compiled release, written from its plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from minga.tools.redflags.generate_plan import Drawer, Plan
from minga.tools.redflags.generate_world import CURRENCY, FIRST_LEVEL_CLASSES, OTHER_CURRENCY, THINGS, World

_SUBMISSION = ["electronicSubmission", "inPerson"]


def _money(amount: float, currency: str) -> dict[str, Any]:
    return {"amount": int(amount), "currency": currency}


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds") + "-04:00"


def write_release(plan: Plan, world: World, drawer: Drawer) -> dict[str, Any]:
    """The compiled release of a plan (a dict of JSON types, about 4 KB when written)."""
    rng = drawer.rng
    currency = OTHER_CURRENCY if rng.random() < 0.01 else CURRENCY
    buyer = world.buyer(plan.buyer)
    closes = plan.published + timedelta(days=plan.days)
    tenderers = _tenderers(plan, world, rng)
    bids = _bids(plan, rng, tenderers, closes, currency)
    winners = _choose_winners(plan, rng, bids)
    status = _status(plan, rng, bool(winners))
    tender = _tender(plan, rng, buyer, closes, currency, len(tenderers), status)
    release: dict[str, Any] = {
        "ocid": plan.ocid,
        "id": f"{plan.ocid}-compiled",
        "date": _stamp(closes + timedelta(days=20)),
        "tag": ["compiled"],
        "initiationType": "tender",
        "language": "es",
        "parties": _parties(buyer, tenderers, bids, winners),
        "buyer": {"id": buyer["id"], "name": buyer["name"]},
        "tender": tender,
        "bids": {"details": bids},
    }
    if rng.random() < 0.68:
        release["planning"] = {"budget": {"amount": _money(plan.base * 1.05, currency)}}
    if status == "complete":
        release["awards"], release["contracts"] = _outcome(plan, winners, tender["items"], closes)
    elif status == "unsuccessful":
        release["awards"] = [{"id": "award-1", "status": "unsuccessful"}]
    return release


def _tenderers(plan: Plan, world: World, rng: Random) -> list[dict[str, Any]]:
    """Distinct tenderers; planted parties come first (the winner's place) or last."""
    if plan.cluster_supplier is not None:
        return [world.supplier(plan.class_index, plan.cluster_supplier)]
    chosen: dict[str, dict[str, Any]] = {}
    if plan.label == "many_classes":
        party = world.generalist(plan.notes["party"])
        chosen[party["id"]] = party
    elif plan.label == "always_losing":
        party = world.loser(plan.notes["party"])
        chosen[party["id"]] = party
    for _ in range(plan.bidders * 3):
        if len(chosen) >= plan.bidders:
            break
        neighbour = plan.class_index + (rng.random() < 0.1)
        party = world.supplier(neighbour % len(FIRST_LEVEL_CLASSES), rng.random())
        chosen[party["id"]] = party
    return list(chosen.values())


def _bids(
    plan: Plan, rng: Random, tenderers: list[dict[str, Any]], closes: datetime, currency: str
) -> list[dict[str, Any]]:
    bids = []
    span = min(plan.days, 6.0)
    for number, party in enumerate(tenderers, 1):
        u = rng.random()
        status = "valid" if u < 0.80 or plan.label or plan.oddity else "disqualified" if u < 0.94 else "withdrawn"
        amount = plan.base * (0.75 + abs(rng.gauss(0.2, 0.18)))
        if plan.cluster_supplier is not None:
            amount = plan.base
        bids.append(
            {
                "id": f"bid-{number}",
                "status": status,
                "date": _stamp(closes - timedelta(days=span * rng.random())),
                "tenderers": [{"id": party["id"], "name": party["name"]}],
                "value": _money(amount, currency),
            }
        )
    return bids


def _choose_winners(plan: Plan, rng: Random, bids: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The winning bids after the planted manipulation; the lowest valid bid wins in 85 % of the rest."""
    valid = [bid for bid in bids if bid["status"] == "valid"]
    if not valid and bids and rng.random() < 0.8:
        bids[0]["status"] = "valid"
        valid = bids[:1]
    if not valid:
        return []
    valid.sort(key=lambda bid: int(bid["value"]["amount"]))
    winner = valid[0] if rng.random() < 0.85 else rng.choice(valid)
    if plan.label:
        winner = _manipulate(plan, rng, bids, valid)
    elif plan.oddity == "consortium" and len(valid) > 2:
        partner = valid.pop()
        bids.remove(partner)
        winner["tenderers"] = winner["tenderers"] + partner["tenderers"]
    elif plan.oddity == "lots" and len(valid) > 1:
        for place, bid in enumerate(valid):
            bid["relatedLots"] = [f"lot-{place % 2 + 1}"]
        return valid[:2]
    elif plan.oddity == "two_active_awards" and len(valid) > 1:
        return valid[:2]
    return [winner]


def _manipulate(plan: Plan, rng: Random, bids: list[dict[str, Any]], valid: list[dict[str, Any]]) -> dict[str, Any]:
    """Plant the case among all-valid bids (ascending) and return the winner."""
    winner = valid[0]
    lowest = winner["value"]["amount"]
    match plan.label:
        case "cover_bids":
            for bid in valid[1:]:
                bid["value"]["amount"] = int(lowest * (1 + rng.uniform(0.0005, 0.004))) + 1
        case "always_losing":
            loser = bids[0]
            winner = next(bid for bid in valid if bid is not loser)
            loser["value"]["amount"] = int(winner["value"]["amount"] * rng.uniform(1.05, 1.4))
        case "all_but_one_disqualified":
            winner = valid[-1]
            for bid in valid[:-1]:
                bid["status"] = "disqualified"
        case "late_winning_bid":
            late = datetime.fromisoformat(max(bid["date"] for bid in bids)) + timedelta(days=6 + rng.random())
            winner["date"] = late.isoformat(timespec="seconds")
        case "identical_prices":
            valid[1]["value"]["amount"] = lowest
        case "many_classes":
            winner = bids[0]
            winner["value"]["amount"] = min(lowest, winner["value"]["amount"])
        case _:
            pass
    return winner


def _status(plan: Plan, rng: Random, won: bool) -> str:
    u = rng.random()
    if plan.label:
        return "complete"
    if u < 0.017:
        return "cancelled"
    if u < 0.073:
        return "active"
    return "complete" if won and u >= 0.08 else "unsuccessful"


def _tender(
    plan: Plan,
    rng: Random,
    buyer: dict[str, Any],
    closes: datetime,
    currency: str,
    number_of_tenderers: int,
    status: str,
) -> dict[str, Any]:
    thing = THINGS[plan.class_index % len(THINGS)]
    tender: dict[str, Any] = {
        "id": "tender-1",
        "title": f"Adquisición de {thing} para {buyer['name']}",
        "description": f"Llamado ficticio para la provisión de {thing}, según pliego de bases y condiciones.",
        "status": status,
        "procurementMethod": plan.method.code,
        "procurementMethodDetails": plan.method.details,
        "mainProcurementCategory": "services" if plan.class_index > 40 else "goods",
        "awardCriteria": "priceOnly",
        "submissionMethod": _SUBMISSION,
        "value": _money(plan.base, currency),
        "tenderPeriod": _period(plan, rng, closes),
        "numberOfTenderers": number_of_tenderers,
        "procuringEntity": {"id": buyer["id"], "name": buyer["name"]},
        "items": _items(plan, rng, thing),
    }
    if plan.oddity == "lots":
        tender["lots"] = [{"id": f"lot-{n}", "title": f"Lote {n}", "status": status} for n in (1, 2)]
        for place, item in enumerate(tender["items"]):
            item["relatedLot"] = f"lot-{place % 2 + 1}"
    return tender


def _period(plan: Plan, rng: Random, closes: datetime) -> dict[str, Any]:
    """The tender period; without a label, an end, a start or the order of the two is now and then wrong."""
    period = {"startDate": _stamp(plan.published), "endDate": _stamp(closes)}
    u = 1.0 if plan.label else rng.random()
    if u < 0.027:
        del period["endDate"]
    elif u < 0.036:
        del period["startDate"]
    elif u < 0.03624:
        period = {"startDate": period["endDate"], "endDate": period["startDate"]}
    return period


def _items(plan: Plan, rng: Random, thing: str) -> list[dict[str, Any]]:
    first = FIRST_LEVEL_CLASSES[plan.class_index]
    return [
        {
            "id": f"item-{number}",
            "description": f"{thing.capitalize()}, renglón {number}",
            "classification": {
                "scheme": "UNSPSC",
                "id": f"{first}{rng.randrange(100_000, 1_000_000)}",
                "description": f"Clase {first}",
            },
            "quantity": rng.randrange(1, 500),
            "unit": {"name": "Unidad"},
        }
        for number in range(1, 3 + (rng.random() < 0.4))
    ]


def _parties(
    buyer: dict[str, Any],
    tenderers: list[dict[str, Any]],
    bids: list[dict[str, Any]],
    winners: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    won = {tenderer["id"] for bid in winners for tenderer in bid["tenderers"]}
    named = {tenderer["id"] for bid in bids for tenderer in bid["tenderers"]}
    parties = [buyer]
    for party in tenderers:
        if party["id"] in named:
            parties.append({**party, "roles": ["tenderer", "supplier"]} if party["id"] in won else party)
    return parties


def _outcome(
    plan: Plan, winners: list[dict[str, Any]], items: list[dict[str, Any]], closes: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    decided = closes + timedelta(days=12)
    awards, contracts = [], []
    for number, bid in enumerate(winners, 1):
        award = {
            "id": f"award-{number}",
            "title": f"Adjudicación {number}",
            "status": "active",
            "date": _stamp(decided),
            "value": bid["value"],
            "suppliers": bid["tenderers"],
            "items": items,
        }
        if "relatedLots" in bid:
            award["relatedLots"] = bid["relatedLots"]
        awards.append(award)
        contracts.append(
            {
                "id": f"contract-{number}",
                "awardID": award["id"],
                "status": "active",
                "value": bid["value"],
                "dateSigned": _stamp(decided + timedelta(days=8)),
                "period": {
                    "startDate": _stamp(decided + timedelta(days=10)),
                    "endDate": _stamp(decided + timedelta(days=190)),
                },
            }
        )
    return awards, contracts
