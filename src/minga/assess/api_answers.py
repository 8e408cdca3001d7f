"""The API of what the body answers for: demands of the overseer, what the tool brings and costs, the seal."""

from datetime import date, datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from minga.assess import queries, seals, worth
from minga.assess.actions import answer_demand, demand
from minga.assess.models import Cost, Demand, Seal
from minga.people.middleware import actor_of, by
from minga.projects.models import Project

router = Router()


class DemandOut(Schema):
    """A demand is public, and so is its answer. ``late``: answered after ``due``, or not yet and ``due`` is over."""

    id: int
    question: str
    overseer: str
    asked: datetime
    due: datetime
    late: bool
    answer: str
    answered: datetime | None
    answered_by: str


class DemandIn(Schema):
    """``due``: a day after today, by whose end the body answers."""

    question: str = Field(max_length=10_000)
    due: date


class DemandAnswerIn(Schema):
    """An answer stands; everybody reads it."""

    answer: str = Field(max_length=10_000)


class WorthBenefitOut(Schema):
    """Numbers in ``unit``; ``worth_low`` and ``worth_high`` are ``currency`` per unit and year, null without a price.

    ``reached`` is null until somebody measured; ``beneficiaries`` is "" where nobody said who benefits.
    """

    kind: str
    name: str
    beneficiaries: str
    unit: str
    baseline: float
    expected_low: float
    expected_high: float
    measured: float | None
    measured_low: float | None
    measured_high: float | None
    events: int
    reached: bool | None
    worth_low: float | None
    worth_high: float | None
    currency: str
    due: date


class WorthCostOut(Schema):
    """``low`` to ``high`` in ``unit``; prices are ``currency`` per unit, null without a price."""

    kind: str
    name: str
    unit: str
    low: float
    high: float
    price_low: float | None
    price_high: float | None
    currency: str
    yearly: bool
    measured: bool


class WorthReturnOut(Schema):
    """Money in ``currency`` over ``years``, discounted; nine in ten combinations lie from ``low`` to ``high``, all
    from ``worst`` to ``best``: worth less costs, divided by costs."""

    years: int
    currency: str
    worth_low: float
    worth_high: float
    costs_low: float
    costs_high: float
    worst: float
    best: float
    low: float
    high: float


class DataUseOut(Schema):
    """A use of the project's data that earns money."""

    data: str
    use: str
    earner: str
    stated: datetime


class WorthOut(Schema):
    """Benefits, costs and returns are empty for those outside until both kinds of benefit are stated (``missing``).

    ``no_data_use``: when a person said that no use of the data earns money; null where nobody did.
    """

    missing: list[str]
    benefits: list[WorthBenefitOut]
    costs: list[WorthCostOut]
    expected: WorthReturnOut | None
    measured: WorthReturnOut | None
    data_uses: list[DataUseOut]
    no_data_use: datetime | None


class SealRuleOut(Schema):
    code: str
    words: str


class SealRulesOut(Schema):
    """The rules by which the seal is awarded today."""

    version: str
    rules: list[SealRuleOut]


class SealResultOut(Schema):
    """A rule as it stands today; ``found`` shows it, or says what is missing; ``evidence`` is an address."""

    code: str
    words: str
    met: bool
    found: str
    evidence: str


class SealOut(Schema):
    """``expires`` is null where the project holds no seal."""

    version: str
    awarded: datetime | None
    expires: date | None
    results: list[SealResultOut]


def _demand(asked: Demand) -> DemandOut:
    return DemandOut(
        id=asked.pk,
        question=asked.question,
        overseer=asked.overseer.public_name,
        asked=asked.asked,
        due=asked.due,
        late=asked.is_overdue() or bool(asked.answered and asked.answered > asked.due),
        answer=asked.answer,
        answered=asked.answered,
        answered_by=asked.answered_by.public_name if asked.answered_by else "",
    )


@router.get("/projects/{slug}/demands", response=list[DemandOut], summary="What the overseer demanded to know")
def demands(request: HttpRequest, slug: str) -> list[DemandOut]:
    found = Demand.objects.filter(project=get_object_or_404(Project, slug=slug))
    return [_demand(one) for one in found.select_related("overseer", "answered_by")]


@router.post("/projects/{slug}/demands", response={201: DemandOut}, summary="For the overseer: demand an answer")
def ask(request: HttpRequest, slug: str, given: DemandIn) -> Status[DemandOut]:
    return Status(201, _demand(demand(by(request), get_object_or_404(Project, slug=slug), given.question, given.due)))


@router.post("/projects/{slug}/demands/{pk}/answer", response={201: DemandOut}, summary="For the lead: answer a demand")
def reply(request: HttpRequest, slug: str, pk: int, given: DemandAnswerIn) -> Status[DemandOut]:
    project = get_object_or_404(Project, slug=slug)
    asked = get_object_or_404(Demand, project=project, pk=pk)
    return Status(201, _demand(answer_demand(by(request), project, asked, given.answer)))


@router.get("/projects/{slug}/worth", response=WorthOut, summary="What the tool brings and costs, and for whom")
def read_worth(request: HttpRequest, slug: str) -> WorthOut:
    project = get_object_or_404(Project, slug=slug)
    found, data = worth.report(project), worth.data_uses(project)
    shown = found.whole or queries.is_member(actor_of(request), project)
    return WorthOut(
        missing=[kind.value for kind in found.missing],
        benefits=[_benefit(line) for line in found.lines] if shown else [],
        costs=[_cost(cost) for cost in found.costs] if shown else [],
        expected=_return(found.expected, found.currency) if shown else None,
        measured=_return(found.measured, found.currency) if shown else None,
        data_uses=[DataUseOut(data=u.data, use=u.use, earner=u.earner, stated=u.stated) for u in data.uses],
        no_data_use=data.none.stated if data.none else None,
    )


def _benefit(line: worth.Line) -> WorthBenefitOut:
    one, measured = line.benefit, line.measured
    return WorthBenefitOut(
        kind=one.kind,
        name=one.name,
        beneficiaries=one.beneficiaries,
        unit=one.unit,
        baseline=float(one.baseline),
        expected_low=float(one.expected_low),
        expected_high=float(one.expected_high),
        measured=_number(measured.value if measured else None),
        measured_low=_number(measured.low if measured else None),
        measured_high=_number(measured.high if measured else None),
        events=measured.events if measured else 0,
        reached=line.reached,
        worth_low=_number(one.worth_low),
        worth_high=_number(one.worth_high),
        currency=one.currency,
        due=one.due,
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _cost(one: Cost) -> WorthCostOut:
    return WorthCostOut(
        kind=one.kind,
        name=one.name,
        unit=one.unit,
        low=float(one.low),
        high=float(one.high),
        price_low=_number(one.price_low),
        price_high=_number(one.price_high),
        currency=one.currency,
        yearly=one.yearly,
        measured=one.measured,
    )


def _return(found: worth.Return | None, currency: str) -> WorthReturnOut | None:
    if found is None:
        return None
    return WorthReturnOut(
        years=found.years,
        currency=currency,
        worth_low=found.worth.low,
        worth_high=found.worth.high,
        costs_low=found.costs.low,
        costs_high=found.costs.high,
        worst=found.worst,
        best=found.best,
        low=found.low,
        high=found.high,
    )


@router.get("/seal", response=SealRulesOut, summary="The published rules of the seal")
def seal_rules(request: HttpRequest) -> SealRulesOut:
    rules = [SealRuleOut(code=one.code, words=str(one.words)) for one in seals.RULES]
    return SealRulesOut(version=seals.VERSION, rules=rules)


@router.get("/projects/{slug}/seal", response=SealOut, summary="Where a project stands with each rule of the seal")
def seal(request: HttpRequest, slug: str) -> SealOut:
    project = get_object_or_404(Project, slug=slug)
    held: Seal | None = seals.current(project)
    results = [
        SealResultOut(
            code=one.rule.code, words=str(one.rule.words), met=one.met, found=one.words, evidence=one.href
        )
        for one in seals.results(project)
    ]  # fmt: skip
    return SealOut(
        version=held.rules_version if held else seals.VERSION,
        awarded=held.awarded if held else None,
        expires=held.expires if held else None,
        results=results,
    )
