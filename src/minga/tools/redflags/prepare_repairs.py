"""The repairs of ``prepare`` on one release, each noted: what was found, where, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from minga.tools.redflags.prepare_settings import PrepareSettings

BID_STATUSES = frozenset({"invited", "pending", "valid", "disqualified", "withdrawn"})
AWARD_STATUSES = frozenset({"pending", "active", "cancelled", "unsuccessful"})

Json = dict[str, Any]


class Finding(NamedTuple):
    """One quality issue; ``indexes`` are array positions joined by ".", ``repair`` is "" if it is left."""

    path: str
    indexes: str
    value: object
    description: str
    repair: str = ""


def number_as_text(number: float) -> str:
    """A JSON number as its shortest text: 1, 1.5, 1e20."""
    if isinstance(number, int):
        return str(number)
    mantissa, mark, exponent = repr(number).partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else mantissa


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(slots=True)
class Repairer:
    """Repairs one release in place; make one for each release."""

    settings: PrepareSettings
    findings: list[Finding] = field(default_factory=list)
    roles: dict[str, set[str]] = field(default_factory=dict)

    def repair(self, release: Json) -> list[Finding]:
        """All findings, in the order in which they were met."""
        self._references(release, "parties", "/parties[]", "", None)
        if self.settings.party_roles:
            self._collect_roles(release)
        buyer_prefix = self.settings.prefix_buyer_or_procuring_entity_id
        self._reference(release.get("buyer"), "/buyer", "", buyer_prefix, "buyer")
        tender = release.get("tender")
        if isinstance(tender, dict):
            entity = tender.get("procuringEntity")
            self._reference(entity, "/tender/procuringEntity", "", buyer_prefix, "procuringEntity")
            self._split_details(tender)
        if self.settings.move_auctions:
            self._move_auctions(release)
        self._bids(release)
        cancelled = self._awards_with_cancelled_contracts(release)
        self._awards(release, cancelled)
        if self.settings.party_roles:
            self._write_roles(release)
        return self.findings

    def note(self, path: str, indexes: str, value: object, description: str, repair: str = "") -> None:
        self.findings.append(Finding(path, indexes, value, description, repair))

    # References to organisations

    def _as_text(self, holder: Json, key: str, path: str, indexes: str) -> None:
        value = holder.get(key)
        if _is_number(value):
            holder[key] = number_as_text(value)  # type: ignore[arg-type]
            self.note(path, indexes, value, "is a number", "written as text")

    def _reference(self, reference: object, path: str, indexes: str, prefix: str, role: str | None) -> None:
        if not isinstance(reference, dict):
            return
        self._as_text(reference, "id", f"{path}/id", indexes)
        found = reference.get("id")
        if not isinstance(found, str):
            return
        if found in self.settings.redact_organization_ids:
            del reference["id"]
            self.note(f"{path}/id", indexes, found, "is a placeholder", "removed")
            return
        if not found.startswith(prefix):
            reference["id"] = prefix + found
            self.note(f"{path}/id", indexes, found, "lacks its prefix", f"set to {prefix}{found}")
        if role and reference["id"] in self.roles:
            self.roles[reference["id"]].add(role)

    def _references(self, holder: Json, key: str, path: str, prefix: str, role: str | None, index: str = "") -> None:
        value = holder.get(key)
        if isinstance(value, dict):
            value = holder[key] = [value]
            self.note(path.removesuffix("[]"), index, "", "is an object", "put into an array")
        if isinstance(value, list):
            for place, entry in enumerate(value):
                self._reference(entry, path, f"{index}.{place}" if index else str(place), prefix, role)

    def _collect_roles(self, release: Json) -> None:
        parties = release.get("parties")
        for party in parties if isinstance(parties, list) else ():
            if isinstance(party, dict) and isinstance(party.get("id"), str):
                roles = party.get("roles")
                named = roles if isinstance(roles, list) else ()
                self.roles[party["id"]] = {role for role in named if isinstance(role, str)}

    def _write_roles(self, release: Json) -> None:
        parties = release.get("parties")
        for place, party in enumerate(parties if isinstance(parties, list) else ()):
            if not isinstance(party, dict) or not isinstance(party.get("id"), str):
                continue
            roles = sorted(self.roles[party["id"]])
            before = party.get("roles")
            if roles and before != roles:
                party["roles"] = roles
                known = before if isinstance(before, list) else []
                added = [role for role in roles if role not in known]
                if added:
                    self.note("/parties[]/roles", str(place), "", "not set", f"added {', '.join(added)}")

    # The tender and its auctions

    def _split_details(self, tender: Json) -> None:
        separator, details = (
            self.settings.split_procurement_method_details,
            tender.get("procurementMethodDetails"),
        )
        if separator is None or not isinstance(details, str):
            return
        kept = (details.split(separator)[0] if separator else "").rstrip()
        if kept != details:
            tender["procurementMethodDetails"] = kept
            self.note("/tender/procurementMethodDetails", "", details, "carries a detail", f"set to {kept}")

    def _move_auctions(self, release: Json) -> None:
        auctions = release.get("auctions")
        if "auctions" in release and "bids" in release:
            self.note("/auctions", "", "", "cannot be moved: /bids is occupied")
        elif isinstance(auctions, list):
            details: list[Any] = []
            for auction in auctions:
                stages = auction.get("stages") if isinstance(auction, dict) else None
                for stage in stages if isinstance(stages, list) else ():
                    if isinstance(stage, dict) and isinstance(moved := stage.pop("bids", None), list):
                        details += moved
            release["bids"] = {"details": details}
            where = "/auctions[]/stages[]/bids"
            self.note(where, "", "", "is not the standard place", f"{len(details)} moved to /bids/details")

    # Bids

    def _bids(self, release: Json) -> None:
        bids = release.get("bids")
        details = bids.get("details") if isinstance(bids, dict) else None
        for place, bid in enumerate(details if isinstance(details, list) else ()):
            if not isinstance(bid, dict):
                self.note("/bids/details[]", str(place), bid, "is not an object")
                continue
            self._bid_value(bid, str(place))
            self._schemes(bid, "/bids/details[]", str(place), ids=False)
            default, codes = self.settings.bid_status, self.settings.bid_status_codes
            self._status(bid, "/bids/details[]/status", str(place), default, codes, BID_STATUSES)
            prefix = self.settings.prefix_tenderer_or_supplier_id
            self._references(bid, "tenderers", "/bids/details[]/tenderers[]", prefix, "tenderer", str(place))

    def _bid_value(self, bid: Json, index: str) -> None:
        value = bid.get("value")
        if not isinstance(value, dict):
            return
        amount = value.get("amount")
        if _is_number(amount):
            if float(amount) in self.settings.redact_amounts:  # type: ignore[arg-type]
                del value["amount"]
                self.note("/bids/details[]/value/amount", index, amount, "is a placeholder", "removed")
            elif amount == 0:
                self.note("/bids/details[]/value/amount", index, "", "is zero")
        elif amount is not None:
            self.note("/bids/details[]/value/amount", index, amount, "is not a number")
        self._default(value, "currency", "/bids/details[]/value/currency", index, self.settings.currency)

    def _default(self, holder: Json, key: str, path: str, indexes: str, default: str | None) -> None:
        if key in holder:
            return
        if default is not None:
            holder[key] = default
        self.note(path, indexes, "", "not set", "" if default is None else f"set to {default}")

    def _schemes(self, holder: Json, path: str, index: str, *, ids: bool) -> None:
        """Classification schemes of the items and, where ``ids``, the classification ids as text."""
        items = holder.get("items")
        for place, item in enumerate(items if isinstance(items, list) else ()):
            classification = item.get("classification") if isinstance(item, dict) else None
            if isinstance(classification, dict):
                where, indexes = f"{path}/items[]/classification", f"{index}.{place}"
                if ids:
                    self._as_text(classification, "id", f"{where}/id", indexes)
                default = self.settings.item_classification_scheme
                self._default(classification, "scheme", f"{where}/scheme", indexes, default)

    def _status(
        self,
        holder: Json,
        path: str,
        index: str,
        default: str | None,
        codes: Any,
        known: frozenset[str],
    ) -> None:
        self._default(holder, "status", path, index, default)
        status = holder.get("status")
        if not isinstance(status, str):
            return
        if status in codes:
            holder["status"] = codes[status]
            self.note(path, index, status, "is not the standard code", f"set to {codes[status]}")
        if holder["status"] not in known:
            self.note(path, index, holder["status"], "invalid")

    # Awards and contracts

    def _awards_with_cancelled_contracts(self, release: Json) -> set[str]:
        """Ids of the awards all of whose contracts are cancelled; empty unless the setting asks for it."""
        contracts = release.get("contracts")
        cancelled: dict[str, bool] = {}
        if not self.settings.award_status_by_contract_status or not isinstance(contracts, list):
            return set()
        for place, contract in enumerate(contracts):
            if not isinstance(contract, dict):
                continue
            self._as_text(contract, "awardID", "/contracts[]/awardID", str(place))
            award = contract.get("awardID")
            if isinstance(award, str):
                cancelled[award] = cancelled.get(award, True) and contract.get("status") == "cancelled"
        return {award for award, all_cancelled in cancelled.items() if all_cancelled}

    def _awards(self, release: Json, cancelled: set[str]) -> None:
        awards = release.get("awards")
        for place, award in enumerate(awards if isinstance(awards, list) else ()):
            index = str(place)
            if not isinstance(award, dict):
                self.note("/awards[]", index, award, "is not an object")
                continue
            self._as_text(award, "id", "/awards[]/id", index)
            self._schemes(award, "/awards[]", index, ids=True)
            default, codes = self.settings.award_status, self.settings.award_status_codes
            self._status(award, "/awards[]/status", index, default, codes, AWARD_STATUSES)
            if award.get("id") in cancelled and award.get("status") != "cancelled":
                before, award["status"] = award.get("status"), "cancelled"
                self.note("/awards[]/status", index, before, "all its contracts are cancelled", "set to cancelled")
            prefix = self.settings.prefix_tenderer_or_supplier_id
            self._references(award, "suppliers", "/awards[]/suppliers[]", prefix, "supplier", index)
