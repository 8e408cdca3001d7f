"""What of people and tool together is public: figures with enough behind them, the risk level, duties, drills."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.deliver import duties, quality
from minga.deliver.models import Drill
from minga.design.models import Release
from minga.projects.models import Project
from minga.tools.base import Figure

router = Router()


class QualityFigureOut(Schema):
    """A share (or kappa, or seconds) with its 95 % interval; only what has enough events is given."""

    metric: str
    group: str
    count: int
    of: int
    value: float
    low: float
    high: float


class DutyOut(Schema):
    """One duty of the project's risk level, and whether it is met."""

    code: str
    words: str
    stage: str
    met: bool
    missing: str


class DrillOut(Schema):
    """One try of the stop switch: ``hidden`` of ``looked_at`` cases hid their advice."""

    release: str
    at: datetime
    stage: str
    looked_at: int
    hidden: int
    milliseconds: int
    passed: bool


class DutiesOut(Schema):
    """``level`` is "" while nobody has set it."""

    level: str
    reason: str
    duties: list[DutyOut]
    drills: list[DrillOut]


def _figures(project: Project) -> list[Figure]:
    return [
        quality.commission_rate(project),
        quality.right_followed(project),
        quality.omission_rate(project),
        *quality.both(project),
        quality.overrule_share(project),
        quality.adherence_gap(project),
        quality.missed_share_of_control(project),
        *quality.kappas(project),
        *quality.seconds(project),
    ]


@router.get("/projects/{slug}/quality", response=list[QualityFigureOut], summary="How people and tool do together")
def figures(request: HttpRequest, slug: str) -> list[QualityFigureOut]:
    project = get_object_or_404(Project, slug=slug)
    return [
        QualityFigureOut(
            metric=one.metric, group=one.group, count=one.count, of=one.of, value=one.value, low=one.low, high=one.high
        )
        for one in _figures(project)
        if one.value is not None and one.low is not None and one.high is not None
    ]


@router.get("/projects/{slug}/duties", response=DutiesOut, summary="Risk level, duties and drills")
def standing(request: HttpRequest, slug: str) -> DutiesOut:
    project = get_object_or_404(Project, slug=slug)
    level = duties.level_of(project)
    release = Release.objects.filter(project=project).select_related("version").order_by("-pk").first()
    drills = Drill.objects.filter(project=project).select_related("release__version")
    return DutiesOut(
        level=level.level if level else "",
        reason=level.reason if level else "",
        duties=[
            DutyOut(
                code=one.duty.code, words=str(one.duty.words), stage=one.duty.stage, met=one.met, missing=one.missing
            )
            for one in duties.standing(project, release)
        ],
        drills=[
            DrillOut(
                release=one.release.ledger_title, at=one.at, stage=one.stage, looked_at=one.looked_at,
                hidden=one.hidden, milliseconds=one.milliseconds, passed=one.passed,
            )
            for one in drills[:100]
        ],
    )  # fmt: skip
