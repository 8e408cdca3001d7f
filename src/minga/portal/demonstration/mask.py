"""In the example invented people decide about calls: so real data lose their names first.

Every named organisation becomes "Buyer 12" or "Bidder 7", every title and description says only the method and a
number, and links and documents go. Each identifier is replaced by a hash, so that no real call can be looked up by
it. Dates, amounts, methods, bids and awards stay as they are.
"""

import hashlib
from collections.abc import Iterable, Iterator
from secrets import token_bytes
from typing import Any

import orjson

from minga.tools.base import ToolError
from minga.tools.intake import strict_json

ORGANISATIONS = {"buyer", "procuringEntity", "suppliers", "tenderers", "parties", "payer", "payee"}
BUYERS = {"buyer", "procuringEntity", "payer"}
DROPPED = {"documents", "uri", "url", "contactPoint", "address", "identifier", "additionalIdentifiers", "legalName"}
IDENTIFIERS = {
    "id", "ocid", "awardID", "relatedLot", "relatedLots", "relatedBid", "relatedBids", "relatedItem", "relatedItems",
}  # fmt: skip
CODED = {"classification", "additionalClassifications", "unit"}
WORDS = {"title", "description", "rationale", "procurementMethodRationale", "statusDetails"}


def mask(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each line without names; one that cannot be read stays as it is, so that the import can say why."""
    masking = Masking(token_bytes(16))
    for number, line in enumerate(lines, start=1):
        try:
            release = strict_json(line)
        except ToolError:
            yield line
            continue
        yield orjson.dumps(masking.masked(release, f"call {number}", ""))


class Masking:
    """One pass over a file. Its salt is kept nowhere: with it, real identifiers could be tried one after another."""

    def __init__(self, salt: bytes) -> None:
        self.salt = salt

    def masked(self, value: Any, call: str, key: str) -> Any:
        if isinstance(value, list):
            return [self.masked(item, call, key) for item in value]
        if not isinstance(value, dict):
            return self._value(value, call, key)
        kept = {name: self._inner(item, call, name, key) for name, item in value.items() if name not in DROPPED}
        if key in ORGANISATIONS:
            kept |= self._pseudonym(value, key)
        return kept

    def _inner(self, item: Any, call: str, name: str, within: str) -> Any:
        """The id of a classification or a unit is a public code, which signs are computed from."""
        return item if name == "id" and within in CODED else self.masked(item, call, name)

    def _value(self, value: Any, call: str, key: str) -> Any:
        if key in WORDS and isinstance(value, str):
            return f"Example, {call}"
        if key == "ocid" and isinstance(value, str):
            return f"ocds-example-{self._hashed(value)}"
        if key in IDENTIFIERS and isinstance(value, str | int) and not isinstance(value, bool):
            return f"example-{self._hashed(str(value))}"
        return value

    def _hashed(self, known: str) -> str:
        return hashlib.sha256(self.salt + known.encode()).hexdigest()[:16]

    def _pseudonym(self, organisation: dict[str, Any], key: str) -> dict[str, str]:
        """The same organisation keeps the same pseudonym wherever it stands."""
        known = str(organisation.get("id") or organisation.get("name") or "")
        number = int(self._hashed(known)[:8], 16) % 100_000
        buys = key in BUYERS or not {"buyer", "procuringEntity"}.isdisjoint(organisation.get("roles") or ())
        return {"id": f"example-{number}", "name": f"{'Buyer' if buys else 'Bidder'} {number} (name left out)"}
