"""Our signed list, the partners and who vouched for them, and their records exactly as they came."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from minga.steering import federation, others
from minga.steering.models import PartnerBody, SignedList, TheirRecord
from minga.steering.models.federation import fingerprint

router = Router()
A_PAGE = 100


class SignedListOut(Schema):
    """Our newest list. ``behind``: a record was published since. ``address``: where the list itself is served."""

    number: int
    signed: datetime
    records: int
    public_key: str
    fingerprint: str
    signature: str
    behind: bool
    address: str


class PartnerBodyOut(Schema):
    """``number`` and ``made`` are of the last list kept, ``records`` how many stand on it; ``trouble``: why nothing
    came last, or "". ``phases``: how many records in each phase, by the code that all registers share."""

    id: int
    name: str
    address: str
    fingerprint: str
    vouched_by: str
    how: str
    added: datetime
    ended: datetime | None
    number: int
    made: datetime | None
    records: int
    phases: dict[str, int]
    trouble: str
    page: str


class PartnerRecordOut(Schema):
    """A record of another body. ``listed``: it stands on their last list; ``sha256``: of its text."""

    id: int
    partner: int
    external_id: str
    title: str
    url: str
    sha256: str
    came: datetime
    listed: bool
    page: str


class PartnerRecordWithTextOut(PartnerRecordOut):
    """``text``: the JSON as it came, of which ``sha256`` is the hash. It is theirs: nothing in it was checked here."""

    text: str


@router.get("/signed-list", response=SignedListOut, summary="Our own signed list: its number, key and signature")
def signed_list(request: HttpRequest) -> Any:
    found = SignedList.objects.first()
    if found is None:
        raise Http404
    return SignedListOut(
        number=found.number, signed=found.signed, records=len(found.records), public_key=found.public_key,
        fingerprint=fingerprint(found.public_key), signature=found.signature, behind=federation.is_behind(found),
        address=federation.PATH,
    )  # fmt: skip


@router.get("/partners", response=list[PartnerBodyOut], summary="Bodies whose records are shown, and who vouched")
def partners(request: HttpRequest) -> Any:
    """Those that still hold; one that has ended stays readable by itself."""
    return [_partner(other) for other in others.others()]


@router.get("/partners/{pk}", response=PartnerBodyOut, summary="One body whose records are shown")
def partner(request: HttpRequest, pk: int) -> Any:
    return _partner(others.of(get_object_or_404(PartnerBody.objects.select_related("vouched_by"), pk=pk)))


def _partner(other: others.Other) -> PartnerBodyOut:
    found = other.partner
    return PartnerBodyOut(
        id=found.pk, name=found.name, address=found.address, fingerprint=found.fingerprint,
        vouched_by=found.vouched_by.public_name, how=found.how, added=found.added, ended=found.ended,
        number=found.number, made=found.made, records=other.records,
        phases=other.phases, trouble=found.trouble, page=found.get_absolute_url(),
    )  # fmt: skip


@router.get("/partners/{pk}/records", response=list[PartnerRecordOut], summary="The records of one body, by title")
def partner_records(request: HttpRequest, pk: int, page: int = Query(1, ge=1, le=1000)) -> Any:
    """A hundred at a time; an empty list is behind the last ``page``."""
    found = get_object_or_404(PartnerBody, pk=pk).records.defer("text").order_by("title", "pk")
    return [_record(one) for one in found[(page - 1) * A_PAGE : page * A_PAGE]]


@router.get("/records/{pk}", response=PartnerRecordWithTextOut, summary="A record of another body as it came")
def partner_record(request: HttpRequest, pk: int) -> Any:
    found = get_object_or_404(TheirRecord, pk=pk)
    return _record(found) | {"text": found.text}


def _record(found: TheirRecord) -> dict[str, Any]:
    names = ("external_id", "title", "url", "sha256", "came", "listed")
    told = {name: getattr(found, name) for name in names}
    return told | {"id": found.pk, "partner": found.partner_id, "page": found.get_absolute_url()}
