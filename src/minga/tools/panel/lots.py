"""Lots that anybody can draw again: SHA-256 of a short text, read as a whole number.

The text is a JSON list without spaces, in UTF-8, for example ``["minga-panel-1","2026-05-01 7 12 33","ticket"]``::

    printf '%s' '["minga-panel-1","2026-05-01 7 12 33","ticket"]' | sha256sum

Read the 64 hexadecimal digits as one number N. The ticket drawn is N mod TICKETS. The lot number of a person is the
digits themselves for ``["minga-panel-1",SEED,"lot",ID]``: among people with equal claims, lower digits come first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

SCHEME = "minga-panel-1"
TICKETS = 1_000_000_000


def digest(*parts: object) -> str:
    """The 64 hexadecimal digits of a lot's text."""
    text = json.dumps([SCHEME, *parts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def ticket(seed: str, tickets: int = TICKETS) -> int:
    """The ticket drawn, 0 to ``tickets`` - 1; uneven by less than 1e-67."""
    return int(digest(seed, "ticket"), 16) % tickets


def lot(seed: str, purpose: str, who: str) -> str:
    """The lot number of one person (or household) for one purpose."""
    return digest(seed, purpose, who)


def in_lot_order(seed: str, purpose: str, people: Iterable[str]) -> list[str]:
    """People in the order of their lot numbers, so that their order in the pool plays no part."""
    return sorted(people, key=lambda who: (lot(seed, purpose, who), who))


def fraction(seed: str, purpose: str, who: str) -> float:
    """The lot number as a share of its range, 0 to 1 (its first 13 digits)."""
    return int(lot(seed, purpose, who)[:13], 16) / 16**13
