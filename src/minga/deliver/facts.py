"""Neutral facts of a contracting release: what anybody reads on its first page, nothing from the tool."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CHARACTERS = re.compile(r"#char=(\d+),(\d+)$")
"""A passage of a text, as RFC 5147 writes it: from the first number up to, not including, the second."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The header of a case. ``amount`` is in ``currency``; None or "" where the source is silent."""

    title: str
    buyer: str
    method: str
    amount: float | None
    currency: str
    published: datetime | None
    bidders: int | None


def look(value: Any, *path: str) -> Any:
    """What stands at a path of keys, or None."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def rows(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; whatever else stands there is passed over."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """A date or time of the source (ISO 8601), or None."""
    try:
        return datetime.fromisoformat(text(value).replace("Z", "+00:00"))
    except ValueError:
        return None


def source_value(source: Any, path: str) -> tuple[bool, Any]:
    """(whether it is there, what stands there) at a path such as "/bids/details/0/value/amount" or "text#char=3,9"."""
    if passage := CHARACTERS.search(path):
        there, whole = source_value(source, path[: passage.start()])
        found = whole[int(passage[1]) : int(passage[2])] if there and isinstance(whole, str) else ""
        return bool(found), found or None
    here = source
    for part in path.strip("/").split("/") if path.strip("/") else ():
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(here, Mapping) and key in here:
            here = here[key]
        elif isinstance(here, list) and key.isdecimal() and int(key) < len(here):
            here = here[int(key)]
        else:
            return False, None
    return True, here


def buyer_of(source: Mapping[str, Any]) -> Mapping[str, Any]:
    """The buyer's entry among the parties where there is one, else the reference to it."""
    named = look(source, "buyer") or look(source, "tender", "procuringEntity") or {}
    if not isinstance(named, Mapping):
        return {}
    for party in rows(source.get("parties")):
        if party.get("id") is not None and party.get("id") == named.get("id"):
            return {**named, **party}
    return named


def email_of(party: Mapping[str, Any]) -> str:
    address = text(look(party, "contactPoint", "email"))
    return address if address.count("@") == 1 and " " not in address else ""


def facts(source: Mapping[str, Any]) -> Facts:
    """The header facts of a contracting release."""
    tender = source.get("tender") if isinstance(source.get("tender"), Mapping) else {}
    amount = look(tender, "value", "amount")
    return Facts(
        title=text(look(tender, "title")) or text(look(tender, "id")) or text(source.get("ocid")),
        buyer=text(buyer_of(source).get("name")),
        method=text(look(tender, "procurementMethodDetails")) or text(look(tender, "procurementMethod")),
        amount=float(amount) if isinstance(amount, int | float) and not isinstance(amount, bool) else None,
        currency=text(look(tender, "value", "currency")),
        published=moment(look(tender, "tenderPeriod", "startDate")) or moment(source.get("date")),
        bidders=_bidders(source),
    )


def _bidders(source: Mapping[str, Any]) -> int | None:
    bids = rows(look(source, "bids", "details"))
    names = {text(t.get("id")) for bid in bids for t in rows(bid.get("tenderers"))} - {""}
    if names:
        return len(names)
    counted = look(source, "tender", "numberOfTenderers")
    return counted if isinstance(counted, int) else None


def days_open(source: Mapping[str, Any]) -> int | None:
    """Whole days that a call was open, from its start to its end; None without both dates."""
    start = moment(look(source, "tender", "tenderPeriod", "startDate"))
    end = moment(look(source, "tender", "tenderPeriod", "endDate"))
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return None
    return (end - start).days if end >= start else None


def others(source: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every organisation or person named in the source besides the buyer, possibly more than once."""
    buyer = buyer_of(source).get("id")
    yield from (party for party in rows(source.get("parties")) if party.get("id") != buyer)
    for bid in rows(look(source, "bids", "details")):
        yield from rows(bid.get("tenderers"))
    for award in rows(source.get("awards")):
        yield from rows(award.get("suppliers"))
    yield from rows(look(source, "tender", "tenderers"))
