"""Projects of the portfolio, money set aside, and coverage. Money is decimal text in the currency beside it."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema

from minga.projects.models import Project
from minga.steering import money, portfolio
from minga.steering.models import Coverage, FundingLine

router = Router()


class PortfolioRowOut(Schema):
    """A project, in the columns of ``/body/portfolio.csv``; null where nothing is stated."""

    project: str
    title: str
    outcome: str
    phase: str
    step: int
    step_title: str
    in_use: bool
    share_percent: int | None
    risk: str
    oecd_task: str
    oecd_function: str
    benefits_stated: int
    benefits_measured: int
    worth_low: int | None
    worth_high: int | None
    cost_low: int | None
    cost_high: int | None
    worth_currency: str | None
    funding_amount: str | None
    funding_released: str | None
    funding_currency: str | None
    coverage_unit: str | None
    coverage_planned: int | None
    coverage_reached: int | None
    cost_per_unit_planned: str | None
    cost_per_unit_real: str | None
    coverage_currency: str | None
    reviews_open: int
    reviews_overdue: int
    overdue: str


@router.get("/portfolio", response=list[PortfolioRowOut], summary="All projects, or some of them")
def rows(request: HttpRequest, phase: str = "", risk: str = "", use: str = "", late: bool = False) -> Any:
    """``use``: yes or no; ``late``: only where something is overdue. What is no choice is passed over."""
    return [portfolio.as_dict(row) for row in portfolio.rows(portfolio.wanted(phase, risk, use, late=late))]


@router.get("/portfolio/{slug}", response=PortfolioRowOut, summary="One project of the portfolio")
def row(request: HttpRequest, slug: str) -> Any:
    return portfolio.as_dict(portfolio.row_of(get_object_or_404(Project, slug=slug)))


class FundingPartOut(Schema):
    """``condition``: none, gate, check or review; ``of``: which; ``evidence``: [chain, number of the entry]."""

    number: int
    amount: str
    condition: str
    of: str
    words: str
    met: bool
    released: datetime | None
    evidence: list[list[str | int]]


class FundingLineOut(Schema):
    id: int
    name: str
    giver: str
    project: str
    shared_with: str
    currency: str
    amount: str
    released: str
    stated: datetime
    ended: datetime | None
    ended_reason: str
    parts: list[FundingPartOut]
    page: str


def _line(found: FundingLine) -> FundingLineOut:
    parts = [(part, money.evidence(part)) for part in found.instalments.all()]
    return FundingLineOut(
        id=found.pk, name=found.name, giver=found.giver, project=found.project.slug if found.project else "",
        shared_with=found.shared_with, currency=found.currency, amount=str(found.amount), released=str(found.released),
        stated=found.stated, ended=found.ended, ended_reason=found.ended_reason, page=found.get_absolute_url(),
        parts=[
            FundingPartOut(
                number=part.number, amount=str(part.amount), condition=part.condition, of=part.of, words=told.words,
                met=told.met, released=part.released, evidence=part.evidence,
            )
            for part, told in parts
        ],
    )  # fmt: skip


@router.get("/funding", response=list[FundingLineOut], summary="Money set aside, and what each part waits for")
def funding(request: HttpRequest) -> Any:
    """The lines that hold."""
    return [_line(found) for found in money.lines()]


@router.get("/funding/{pk}", response=FundingLineOut, summary="One funding line")
def funding_line(request: HttpRequest, pk: int) -> Any:
    return _line(get_object_or_404(FundingLine.objects.select_related("project"), pk=pk))


class CoverageCountOut(Schema):
    """Both in all, until the day ``on``."""

    on: date
    units: int
    spent: str
    source: str


class CoverageOut(Schema):
    """``cost_planned``: fixed + per unit x planned; ``affordable``: how many units the money set aside reaches."""

    unit: str
    wanted: int
    planned: int
    fixed: str
    per_unit: str
    currency: str
    source: str
    stated: datetime
    cost_planned: str
    cost_per_unit_planned: str | None
    cost_per_unit_real: str | None
    over_plan: str | None
    funded: str | None
    affordable: int | None
    counts: list[CoverageCountOut]


class EarlierCoverageOut(Schema):
    unit: str
    wanted: int
    planned: int
    source: str
    stated: datetime
    ended: datetime


class ProjectCoverageOut(Schema):
    """``current`` is null where nobody has planned how far the project is to reach."""

    project: str
    current: CoverageOut | None
    earlier: list[EarlierCoverageOut]
    page: str


@router.get("/coverage/{slug}", response=ProjectCoverageOut, summary="How far a project is to reach and reaches")
def coverage(request: HttpRequest, slug: str) -> Any:
    project = get_object_or_404(Project, slug=slug)
    reach = money.reach(project)
    earlier = Coverage.objects.filter(project=project).exclude(ended=None).order_by("-pk")
    return {
        "project": slug,
        "current": _reach(reach) if reach else None,
        "earlier": [EarlierCoverageOut.from_orm(one) for one in earlier],
        "page": reverse("steering:coverage", args=[slug]),
    }


def _reach(found: money.Reach) -> CoverageOut:
    plan = found.coverage
    return CoverageOut(
        unit=plan.unit, wanted=plan.wanted, planned=plan.planned, fixed=str(plan.fixed), per_unit=str(plan.per_unit),
        currency=plan.currency, source=plan.source, stated=plan.stated, cost_planned=str(found.cost),
        cost_per_unit_planned=_text(found.each_planned), cost_per_unit_real=_text(found.each_real),
        over_plan=_text(found.over), funded=_text(found.funded), affordable=found.affordable,
        counts=[
            CoverageCountOut(on=one.on, units=one.units, spent=str(one.spent), source=one.source)
            for one in plan.counts.all()
        ],
    )  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
