"""In the example invented people decide about calls: so real data lose their names first.

Every named organisation becomes "Buyer 12" or "Bidder 7", every title and description says only the method and a
number, and links and documents go. Dates, amounts, methods, bids and awards stay as they are.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from minga.tools.base import ToolError
from minga.tools.intake import strict_json

ORGANISATIONS = {"buyer", "procuringEntity", "suppliers", "tenderers", "parties", "payer", "payee"}
BUYERS = {"buyer", "procuringEntity", "payer"}
DROPPED = {"documents", "uri", "url", "contactPoint", "address", "identifier", "additionalIdentifiers", "legalName"}
WORDS = {"title", "description", "rationale", "procurementMethodRationale", "statusDetails"}


def mask(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each line without names; one that cannot be read stays as it is, so that the import can say why."""
    for number, line in enumerate(lines, start=1):
        try:
            release = strict_json(line)
        except ToolError:
            yield line
            continue
        yield orjson.dumps(_masked(release, f"call {number}", ""))


def _masked(value: Any, call: str, key: str) -> Any:
    if isinstance(value, list):
        return [_masked(item, call, key) for item in value]
    if not isinstance(value, dict):
        return f"Example, {call}" if key in WORDS and isinstance(value, str) else value
    kept = {name: _masked(item, call, name) for name, item in value.items() if name not in DROPPED}
    if key in ORGANISATIONS:
        kept |= _pseudonym(value, key)
    return kept


def _pseudonym(organisation: dict[str, Any], key: str) -> dict[str, str]:
    """The same organisation keeps the same pseudonym wherever it stands."""
    known = str(organisation.get("id") or organisation.get("name") or "")
    number = int(hashlib.sha256(known.encode()).hexdigest()[:8], 16) % 100_000
    buys = key in BUYERS or not {"buyer", "procuringEntity"}.isdisjoint(organisation.get("roles") or ())
    return {"id": f"example-{number}", "name": f"{'Buyer' if buys else 'Bidder'} {number} (name left out)"}
