"""Procedures and suppliers as data: what is public of them. Offers only once all are decided on."""

from datetime import date, datetime
from decimal import Decimal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.procurement import queries
from minga.procurement.models import Procedure, Supplier

router = Router()


class AwardCriterionOut(Schema):
    name: str
    text: str
    weight: int


class OfferOut(Schema):
    """``total`` in 0..100 and ``place`` are null where not everybody judged it."""

    name: str
    state: str
    reason: str
    price: Decimal | None
    unit: str
    amount: Decimal | None
    total: float | None
    place: int | None
    tied: bool


class ProcedureOut(Schema):
    id: int
    kind: str
    title: str
    text: str
    project: str
    stage: str
    budget: Decimal | None
    currency: str
    opens: datetime | None
    closes: datetime | None
    takes_offers: bool
    criteria: list[AwardCriterionOut]
    decided: bool
    offers: list[OfferOut]
    page: str


class SupplierOut(Schema):
    id: int
    name: str
    state: str
    country: str
    offers_what: str
    url: str
    until: date | None
    page: str


def _procedure(found: Procedure) -> ProcedureOut:
    done = queries.decided(found)
    return ProcedureOut(
        id=found.pk, kind=found.kind, title=found.title, text=found.text, stage=found.stage, budget=found.budget,
        project=found.project.slug if found.project else "", currency=found.currency, opens=found.opens,
        closes=found.closes, takes_offers=found.takes_offers(), decided=done, page=found.get_absolute_url(),
        criteria=[AwardCriterionOut(name=one.name, text=one.text, weight=one.weight) for one in found.criteria.all()],
        offers=_offers(found) if done else [],
    )  # fmt: skip


def _offers(found: Procedure) -> list[OfferOut]:
    return [
        OfferOut(
            name=row.offer.name, state=row.offer.state, reason=row.offer.reason, price=row.offer.price,
            unit=row.offer.unit, amount=row.offer.amount, total=row.total, place=row.ranked.rank, tied=row.ranked.tied,
        )
        for row in queries.compared(found)
    ]  # fmt: skip


@router.get("/procedures", response=list[ProcedureOut])
def procedures(request: HttpRequest) -> list[ProcedureOut]:
    """Everything that has begun to ask for offers, newest first."""
    return [_procedure(found) for found in queries.public_procedures()]


@router.get("/procedures/{pk}", response=ProcedureOut)
def procedure(request: HttpRequest, pk: int) -> ProcedureOut:
    return _procedure(get_object_or_404(queries.public_procedures(), pk=pk))


@router.get("/suppliers", response=list[SupplierOut])
def suppliers(request: HttpRequest) -> list[SupplierOut]:
    """Suppliers that are or were qualified, with the day until which they are."""
    return [_supplier(found) for found in Supplier.objects.all() if found.is_public]


@router.get("/suppliers/{pk}", response=SupplierOut)
def supplier(request: HttpRequest, pk: int) -> SupplierOut:
    found = get_object_or_404(Supplier, pk=pk)
    if not found.is_public:
        raise Http404
    return _supplier(found)


def _supplier(found: Supplier) -> SupplierOut:
    return SupplierOut(
        id=found.pk, name=found.name, state=found.stands, country=found.country, offers_what=found.offers_what,
        url=found.url, until=found.until, page=found.get_absolute_url(),
    )  # fmt: skip
