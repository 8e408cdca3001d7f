"""The fields of a contracting release that the indicators need; everything else is skipped while decoding.

Missing objects are shared empty ones, so that flattening needs no test for None. A null, or a value of
another type, fails here and goes to ``repair``.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field


class Organisation(Struct, gc=False):
    id: str | None = None


class Value(Struct, gc=False):
    amount: float | None = None
    currency: str | None = None


class Period(Struct, gc=False):
    startDate: str | None = None
    endDate: str | None = None


NO_ORGANISATION, NO_VALUE, NO_PERIOD = Organisation(), Value(), Period()


class Bid(Struct, gc=False):
    status: str | None = None
    date: str | None = None
    tenderers: list[Organisation] = []
    value: Value = field(default_factory=lambda: NO_VALUE)


class Bids(Struct, gc=False):
    details: list[Bid] | None = None


class Item(Struct, gc=False):
    classification: Organisation = field(default_factory=lambda: NO_ORGANISATION)


class Award(Struct, gc=False):
    status: str | None = None
    suppliers: list[Organisation] = []
    items: list[Item] = []


class Tender(Struct, gc=False):
    status: str | None = None
    procurementMethod: str | None = None
    procurementMethodDetails: str | None = None
    tenderPeriod: Period = field(default_factory=lambda: NO_PERIOD)
    procuringEntity: Organisation = field(default_factory=lambda: NO_ORGANISATION)
    numberOfTenderers: float | None = None
    lots: list[Any] = []


NO_BIDS, NO_TENDER = Bids(), Tender()


class Release(Struct, gc=False):
    ocid: str | None = None
    date: str | None = None
    buyer: Organisation = field(default_factory=lambda: NO_ORGANISATION)
    tender: Tender = field(default_factory=lambda: NO_TENDER)
    bids: Bids = field(default_factory=lambda: NO_BIDS)
    awards: list[Award] | None = None
    compiledRelease: Raw | UnsetType = UNSET
    releases: list[Raw] | UnsetType = UNSET
    records: list[Raw] | UnsetType = UNSET


decode = msgspec.json.Decoder(Release).decode
