"""Who is affected, who took part, and the balance of power, as the pages show them: small groups are left out."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.engage.queries import affected as reads
from minga.engage.queries.people import silent
from minga.engage.queries.power import power
from minga.projects.models import Project

router = Router()


class SizeOut(Schema):
    """One group of the affected. ``size`` is a number of people, or of shares where the reference is an estimate."""

    margin: str
    key: str
    label: str
    size: float
    share: float


class LineOut(Schema):
    """Shares in 0..1, the gap in points, with 95 % Wilson intervals; null means not shown (one to nine people)."""

    key: str
    label: str
    affected: float
    people: int | None
    share: float | None
    low: float | None
    high: float | None
    gap: float | None
    ratio: float | None
    differs: bool


class EstimateOut(Schema):
    """A figure with its 95 % interval; null where there are too few (``of``) to judge."""

    value: float | None
    low: float | None
    high: float | None
    of: float
    method: str


class WeightingOut(Schema):
    used: int
    effective: int
    design_effect: float
    largest: float
    warnings: list[str]


class ComparisonOut(Schema):
    """One phase (``kind`` is its name), conversation, session or panel, by actor group or by self-description."""

    kind: str
    title: str
    href: str
    margin: str
    finding: str
    people: int | None
    said: int | None
    not_said: int | None
    lines: list[LineOut]
    together: LineOut | None
    representativeness: EstimateOut | None
    by_chance: EstimateOut | None
    weighting: WeightingOut | None

    @staticmethod
    def resolve_representativeness(one: reads.Comparison) -> Any:
        return one.figures.representativeness if one.figures else None

    @staticmethod
    def resolve_by_chance(one: reads.Comparison) -> Any:
        return one.figures.by_chance if one.figures else None


class SilentOut(Schema):
    phase: str
    groups: list[str]
    now: bool


class AffectedOut(Schema):
    """``source`` is empty where nobody has said who is affected."""

    source: str
    url: str
    as_of: date | None
    estimated: bool
    sizes: list[SizeOut]
    phases: list[ComparisonOut]
    parts: list[ComparisonOut]
    silent: list[SilentOut]


@router.get("/{slug}/affected", response=AffectedOut, summary="Who took part against who is affected")
def get_affected(request: HttpRequest, slug: str) -> Any:
    project = get_object_or_404(Project, slug=slug)
    reference = reads.affected(project)
    found = {
        "source": reference.source if reference else "",
        "url": reference.url if reference else "",
        "as_of": reference.as_of if reference else None,
        "estimated": bool(reference and reference.estimated),
        "sizes": _sizes(reference) if reference else [],
        "phases": reads.by_phase(project, reference) if reference else [],
        "parts": reads.comparisons(project, reference) if reference else [],
    }
    silent_ = [{"phase": phase, "groups": groups, "now": now} for phase, groups, now in silent(project)]
    return found | {"silent": silent_}


def _sizes(reference: reads.Affected) -> list[dict[str, Any]]:
    return [
        {
            "margin": str(margin),
            "key": key,
            "label": reference.label(key),
            "size": reference.sizes[margin][key],
            "share": share,
        }
        for margin in reference.sizes
        for key, share in reference.shares(margin).items()
    ]


class InfluenceOut(Schema):
    """``adopted`` of all changes are the group's; ``ratio`` is their share over the group's share of the affected."""

    group: str
    adopted: int
    affected: float
    share: EstimateOut
    ratio: EstimateOut


class FinalSayOut(Schema):
    group: str
    decisions: int
    share: EstimateOut


class GatesOut(Schema):
    rule: str
    label: str
    decided: int
    against_ballot: int
    dissent: int


class PowerOut(Schema):
    """``spread`` is the Gini coefficient of contributions over the people who gave any."""

    finding: str
    changes: int
    influences: list[InfluenceOut]
    spread: EstimateOut
    deciders: list[FinalSayOut]
    gates: list[GatesOut]
    ballots: int
    overridden: int


@router.get("/{slug}/power", response=PowerOut, summary="Whose changes were adopted, and who held the final say")
def get_power(request: HttpRequest, slug: str) -> Any:
    return power(get_object_or_404(Project, slug=slug))
