"""The registers that a file of each standard comes from, and what a body calls its own system there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from minga.tools.registers import Canonical, as_json


@dataclass(frozen=True, slots=True)
class Register:
    """What a file is the list of. Systems are kept apart per ``key``; country and language are two letters.

    ``whole``: the file lists all systems, so one that it no longer has is no longer listed. False where a file holds
    one system or some of them.
    """

    key: str
    name: str
    country: str
    language: str
    whole: bool = True


DUTCH = Register("nl-records", "Algoritmeregister, records of the API (Netherlands)", "NL", "nl", whole=False)
# By standard of tools.registers. No country: the file does not say it, so --country or nothing.
REGISTERS: Mapping[str, Register] = {
    "us": Register("us2025", "AI use cases of the United States federal government, 2025", "US", "en"),
    "us_2024": Register("us2024", "AI use cases of the United States federal government, 2024", "US", "en"),
    "nl_listing": Register("nl", "Algoritmeregister (Netherlands)", "NL", "nl"),
    "nl": DUTCH,
    "nl_0_4": DUTCH,
    "nl_0_3_1": DUTCH,
    "nl_0_2_3": DUTCH,
    "nl_0_1": DUTCH,
    "atrs": Register("atrs", "Algorithmic Transparency Records (United Kingdom)", "GB", "en", whole=False),
    "atrs_4": Register("atrs", "Algorithmic Transparency Records (United Kingdom)", "GB", "en", whole=False),
    "ca": Register("ca", "Algorithmic Impact Assessments (Canada)", "CA", "en", whole=False),
    "eu": Register("eu", "Entries by Annex VIII (European Union, draft)", "EU", "en", whole=False),
    "oecd": Register("oecd", "OECD classifications (draft)", "", "en", whole=False),
    "cl": Register("cl", "Disclosure pages (Chile, draft)", "CL", "es", whole=False),
    "json": Register("minga", "Records of other Mingas", "", "en", whole=False),
}
# Names that earlier versions gave to formats.
ALIASES = {"us2025": "us", "us2024": "us_2024"}
_OWN = ("nl_lars", "own", "ca_aia")


def external_id(record: Canonical, name: str) -> str:
    """The body's own id of a system, after the body's short name where it has one.

    Without an id (704 rows of the United States, 2025): a hash of unit and name; without a name too (assessments of
    Canada that were saved early) a hash of all that it says.
    """
    ids = record.record_id or {}
    own = next((ids[key] for key in (*_OWN, *ids) if ids.get(key)), "")
    body = (record.deploying_org.identifier if record.deploying_org else "") or ""
    if not own:
        named = f"{record.org_unit or ''}\0{name}" if name else json.dumps(as_json(record), sort_keys=True)
        own = f"~{hashlib.sha256(named.encode()).hexdigest()[:16]}"
    return (f"{body}/{own}" if body else own)[:100]
