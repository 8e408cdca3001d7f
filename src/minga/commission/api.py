"""Commissioning as data: one document to read, and the same verbs as the pages."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from minga.commission import actions, queries
from minga.commission.models import Partnership, Stakeholder
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()


class Strict(Schema):
    """A field that is not known is refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid")


class EvidenceIn(Strict):
    kind: str
    content: str
    source: str = ""


class NeedIn(Strict):
    statement: str = Field(max_length=5000)
    affected: str = Field("", max_length=5000)
    evidence: list[EvidenceIn] = Field(max_length=50)
    seen: str = Field("", max_length=40)


class WhyIn(Strict):
    text: str = Field(max_length=5000)
    position: int | None = None
    seen: str = Field("", max_length=40)


class PriorIn(Strict):
    query: str = Field(max_length=300)
    verdict: str
    note: str = Field(max_length=5000)
    relevant: list[int] = Field(default_factory=list, max_length=100)


class OptionIn(Strict):
    title: str = Field(max_length=200)
    kind: str
    cost: str
    time: str
    affected: str = Field(max_length=5000)
    risk: str = Field(max_length=5000)
    reason: str = Field(max_length=5000)
    verdict: str = "open"


class StakeholderIn(Strict):
    name: str = Field(max_length=200)
    group: str
    concern: str = Field(max_length=5000)
    path: str
    call_text: str = Field("", max_length=5000)
    call_where: str = Field("", max_length=300)
    call_answers: int | None = Field(None, ge=0, le=2**31 - 1)


class AssessmentIn(Strict):
    scores: dict[str, int]
    reasons: dict[str, str]


class BeneficiariesIn(Strict):
    who: str = Field(max_length=200)
    kind: str
    low: int = Field(ge=0, le=2**53)
    high: int = Field(ge=0, le=2**53)
    source: str = Field(max_length=5000)
    share: Decimal | None = Field(None, ge=0, le=100, decimal_places=2)


class PartyIn(Strict):
    name: str = Field(max_length=200)
    group: str
    brings: str = Field(max_length=5000)
    pay: str
    low: int | None = Field(None, ge=1, le=2**31 - 1)
    high: int | None = Field(None, ge=1, le=2**31 - 1)
    currency: str = ""
    per: str = ""


class PartnershipIn(Strict):
    aims: str = Field(max_length=5000)
    changes: str = Field("", max_length=5000)
    parties: list[PartyIn] = Field(max_length=50)
    rules: dict[int, str] = Field(default_factory=dict)


class Made(Schema):
    """What an action made: its id, and the page that shows it."""

    id: int
    page: str


Created = Status[dict[str, Any]]


def _made(thing: Any) -> Created:
    return Status(201, {"id": thing.pk, "page": thing.get_absolute_url()})


def _project(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


@router.get("/{slug}", summary="All of a project's commissioning that is public")
def read(request: HttpRequest, slug: str) -> dict[str, Any]:
    project = _project(slug)
    need = queries.current_need(project)
    return {
        "need": need and {"statement": need.statement, "affected": need.affected, "version": need.version},
        "evidence": list(need.evidence.values("kind", "content", "source")) if need else [],
        "whys": [{"position": w.position, "version": w.version, "text": w.text} for w in queries.current_whys(project)],
        "searches": [
            {"query": s.query, "searched": s.searched, "found": s.found, "verdict": s.verdict, "note": s.note}
            for s in queries.prior_searches(project)
        ],
        "options": [
            {name: getattr(o, name) for name in (*OptionIn.model_fields, "version")} for o in queries.options(project)
        ],
        "stakeholders": [_stakeholder(place) for place in queries.placed(project)],
        "beneficiaries": [
            {"who": b.who, "kind": b.kind, "low": b.low, "high": b.high, "share": b.share, "source": b.source}
            for b in queries.beneficiaries(project)
        ],
        "partnership": _partnership(queries.current_partnership(project)),
        "typology": [
            {
                "level": c.level,
                "phase": c.phase,
                "entries": c.entries,
                "groups": c.groups,
                "demonstration": c.demonstration,
            }
            for c in queries.typology(project)
        ],
    }


def _stakeholder(place: queries.Placed) -> dict[str, Any]:
    stakeholder, assessment = place.stakeholder, place.assessment
    scores = {name: getattr(assessment, name) for name in assessment.SCORES} if assessment else None
    return {
        **{name: getattr(stakeholder, name) for name in ("id", *StakeholderIn.model_fields)},
        "scores": scores,
        "likelihood": place.likelihood,
        "proposed": place.action,
    }


def _partnership(partnership: Partnership | None) -> dict[str, Any] | None:
    if partnership is None:
        return None
    parties = [
        {
            **{name: getattr(party, name) for name in PartyIn.model_fields},
            "id": party.pk,
            "signed": hasattr(party, "agreement"),
        }
        for party in partnership.parties.select_related("agreement")
    ]
    return {
        "id": partnership.pk,
        "version": partnership.version,
        "aims": partnership.aims,
        "rules": partnership.rules,
        "in_force": partnership.in_force,
        "parties": parties,
    }


@router.post("/{slug}/need", response={201: Made}, summary="State the need")
def need(request: HttpRequest, slug: str, told: NeedIn) -> Created:
    return _made(actions.state_need(by(request), _project(slug), **told.dict()))


@router.post("/{slug}/whys", response={201: Made}, summary="Answer why it matters")
def why(request: HttpRequest, slug: str, told: WhyIn) -> Created:
    return _made(actions.answer_why(by(request), _project(slug), **told.dict()))


@router.post("/{slug}/searches", response={201: Made}, summary="Record a search for tools that exist")
def prior(request: HttpRequest, slug: str, told: PriorIn) -> Created:
    return _made(actions.search_priors(by(request), _project(slug), **told.dict()))


@router.post("/{slug}/options", response={201: Made}, summary="Compare an option")
def option(request: HttpRequest, slug: str, told: OptionIn) -> Created:
    return _made(actions.compare_option(by(request), _project(slug), **told.dict()))


@router.post("/{slug}/stakeholders", response={201: Made}, summary="List a stakeholder")
def stakeholder(request: HttpRequest, slug: str, told: StakeholderIn) -> Created:
    return _made(actions.list_stakeholder(by(request), _project(slug), **told.dict()))


@router.post("/{slug}/stakeholders/{int:pk}/assessments", response={201: Made}, summary="Assess a stakeholder")
def assessment(request: HttpRequest, slug: str, pk: int, told: AssessmentIn) -> Created:
    project = _project(slug)
    about = get_object_or_404(Stakeholder, pk=pk, project=project)
    return _made(actions.assess_stakeholder(by(request), project, about, **told.dict()))


@router.post("/{slug}/beneficiaries", response={201: Made}, summary="Estimate who gains")
def beneficiaries(request: HttpRequest, slug: str, told: BeneficiariesIn) -> Created:
    return _made(actions.estimate_beneficiaries(by(request), _project(slug), **told.dict()))


@router.post("/{slug}/partnership", response={201: Made}, summary="Propose the terms of working together")
def partnership(request: HttpRequest, slug: str, told: PartnershipIn) -> Created:
    return _made(actions.propose_partnership(by(request), _project(slug), **told.dict()))


@router.post("/{slug}/partnership/{int:pk}/signatures/{int:party}", response={201: Made}, summary="Sign for a party")
def sign(request: HttpRequest, slug: str, pk: int, party: int) -> Created:
    project = _project(slug)
    version = get_object_or_404(Partnership, pk=pk, project=project)
    signer = get_object_or_404(version.parties, pk=party)
    return _made(actions.agree_partnership(by(request), project, version, signer))


@router.post("/{slug}/partnership/{int:pk}/start", response={201: Made}, summary="Put the agreement into force")
def start(request: HttpRequest, slug: str, pk: int) -> Created:
    project = _project(slug)
    version = get_object_or_404(Partnership, pk=pk, project=project)
    return _made(actions.start_partnership(by(request), project, version))
