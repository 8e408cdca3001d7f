"""The public parts of data, criteria, versions, checks and releases; and asking for a check."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import ModelSchema, Router, Schema, Status

from minga.design import actions, api_trying, catalogue, queries
from minga.design.commitments import Standing as CharterStanding
from minga.design.commitments import standing as charter_standing
from minga.design.models import Check, Criterion, Dataset, Release, ToolVersion
from minga.engage.models import Charter
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()
router.add_router("", api_trying.router)
MOST = 200


class DatasetOut(ModelSchema):
    class Meta:
        model = Dataset
        fields = [
            "id", "name", "purpose", "kind", "columns", "source", "state", "sha256", "rows_in", "rows_used",
            "rows_rejected", "rows_failed", "notices", "period_from", "period_to", "steward", "lawful_basis",
            "imported",
        ]  # fmt: skip


class CriterionOut(Schema):
    """``bound`` is in the metric's unit, a share in 0..1."""

    code: str
    sentence: str
    metric: str
    options: dict[str, Any]
    group_by: str
    comparison: str
    bound: Decimal
    minimum_group: int
    binding: bool
    state: str
    dataset_id: int
    approved: datetime | None


class VersionOut(Schema):
    """``state`` is preparing, ready or failed; there is no hash before it is ready, and ``problem`` says why not."""

    id: int
    tool: str
    version: str
    settings: str
    kind: str
    state: str
    problem: str
    content_hash: str
    chosen_on_id: int | None
    change_note: str
    registered: datetime


class CheckOut(Schema):
    """``counts`` is false where it can never serve as a pass; shares in ``figures`` lie in 0..1."""

    id: int
    criterion: str
    version: str
    state: str
    counts: bool
    same_data: bool
    worst: str
    worst_value: Decimal | None
    figures: dict[str, Any]
    seed: int
    tool_hash: str
    data_hash: str
    duration_ms: int
    cpu_ms: int | None
    cost_per_1000: Decimal | None
    requested: datetime
    finished: datetime | None

    @staticmethod
    def resolve_criterion(check: Check) -> str:
        return check.criterion.code

    @staticmethod
    def resolve_version(check: Check) -> str:
        return check.version.version


class ReleaseOut(Schema):
    id: int
    version: str
    created: datetime
    checks: list[int]
    exceptions: list[int]

    @staticmethod
    def resolve_version(release: Release) -> str:
        return release.version.version

    @staticmethod
    def resolve_checks(release: Release) -> list[int]:
        return [check.pk for check in release.checks.all()]

    @staticmethod
    def resolve_exceptions(release: Release) -> list[int]:
        return [exception.pk for exception in release.exceptions.all()]


class ExceptionOut(Schema):
    id: int
    reason: str
    expires: date
    lead_signed: datetime | None
    overseer_signed: datetime | None


class StandingOut(Schema):
    """How a binding criterion stands for a version; see ``minga.design.queries.Standing``."""

    criterion: str
    state: str
    met: bool
    reason: str


class CharterOut(Schema):
    """``replaces_id``: the charter that it replaced; ``made_by``: how it came about."""

    id: int
    title: str
    introduction: str
    made_by: str
    language: str
    adopted: date
    replaces_id: int | None


class HeldOut(Schema):
    """``state``: passed, failed or not_yet (not checked, or no version in use); ``check_id`` is that check."""

    project: str
    criterion: str
    sentence: str
    binding: bool
    why: str
    version: str | None
    check_id: int | None
    state: str


class CommitmentOut(Schema):
    """``held`` is empty where no tool is held to the commitment yet."""

    number: int
    text: str
    contribution_id: int | None
    held: list[HeldOut]

    @staticmethod
    def of(row: CharterStanding) -> dict[str, Any]:
        held = [
            {
                "project": one.project.slug,
                "criterion": one.criterion.code,
                "sentence": one.criterion.sentence,
                "binding": one.criterion.binding,
                "why": one.link.why,
                "version": one.version.version if one.version else None,
                "check_id": one.check.pk if one.check else None,
                "state": one.kind,
            }
            for one in row.held
        ]
        given = row.commitment
        return {
            "number": given.number, "text": given.text, "contribution_id": given.contribution_id, "held": held
        }  # fmt: skip


class WholeCharterOut(CharterOut):
    commitments: list[CommitmentOut]


class ListedOut(Schema):
    """``openness`` and ``cost_per_1000`` are in words; ``withdrawn`` is the reason, or null where it may be used."""

    project: str
    version_id: int
    version: str
    kind: str
    licence: str
    openness: str
    cost_per_1000: str
    cpu_seconds_per_1000: str
    content_hash: str
    release_id: int | None
    withdrawn: str | None
    checks: dict[str, str]


class ToolOut(Schema):
    tool: str
    title: str
    summary: str
    versions: list[ListedOut]

    @staticmethod
    def of(entry: catalogue.Entry) -> dict[str, Any]:
        versions = [
            {
                "project": one.version.project.slug,
                "version_id": one.version.pk,
                "version": one.version.version,
                "kind": one.version.kind,
                "licence": one.about.licence,
                "openness": one.about.openness,
                "cost_per_1000": one.cost,
                "cpu_seconds_per_1000": one.cpu,
                "content_hash": one.version.content_hash,
                "release_id": one.release.pk if one.release else None,
                "withdrawn": one.withdrawal.reason if one.withdrawal else None,
                "checks": {check.criterion.code: check.state for check in one.checks},
            }
            for one in entry.listed
        ]
        return {"tool": entry.tool, "title": entry.about.title, "summary": entry.about.summary, "versions": versions}


class CheckIn(Schema):
    criterion: str
    version_id: int


def _project(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


@router.get("/charters", response=list[CharterOut])
def charters(request: HttpRequest) -> Any:
    """All charters of the body, the newest first, replaced ones too."""
    return Charter.objects.all()[:MOST]


@router.get("/charters/{int:pk}", response=WholeCharterOut)
def charter(request: HttpRequest, pk: int) -> Any:
    """A charter with the criteria behind each commitment and the newest check of the version in use."""
    found = get_object_or_404(Charter, pk=pk)
    commitments = [CommitmentOut.of(row) for row in charter_standing(found)]
    return {**CharterOut.from_orm(found).dict(), "commitments": commitments}


@router.get("/tools", response=list[ToolOut])
def tools(request: HttpRequest) -> Any:
    """The catalogue: every tool and version of all projects, with its newest checks and the withdrawals in force."""
    return [ToolOut.of(entry) for entry in catalogue.entries()[:MOST]]


@router.get("/{slug}/datasets", response=list[DatasetOut])
def datasets(request: HttpRequest, slug: str) -> Any:
    return Dataset.objects.filter(project=_project(slug))[:MOST]


@router.get("/{slug}/criteria", response=list[CriterionOut])
def criteria(request: HttpRequest, slug: str) -> Any:
    return queries.criteria(_project(slug))[:MOST]


@router.get("/{slug}/versions", response=list[VersionOut])
def versions(request: HttpRequest, slug: str) -> Any:
    return queries.versions(_project(slug))[:MOST]


@router.get("/{slug}/versions/{int:pk}/standing", response=list[StandingOut])
def standing(request: HttpRequest, slug: str, pk: int) -> Any:
    """What stands in the way of releasing a version."""
    version = get_object_or_404(ToolVersion, project=_project(slug), pk=pk)
    return [
        {"criterion": one.criterion.code, "state": one.state, "met": one.met, "reason": one.reason}
        for one in queries.readiness(version)
    ]


@router.get("/{slug}/checks", response=list[CheckOut])
def checks(request: HttpRequest, slug: str) -> Any:
    return Check.objects.filter(project=_project(slug)).select_related("criterion", "version")[:MOST]


@router.get("/{slug}/checks/{int:pk}", response=CheckOut)
def check(request: HttpRequest, slug: str, pk: int) -> Any:
    return get_object_or_404(Check, project=_project(slug), pk=pk)


@router.post("/{slug}/checks", response={201: CheckOut})
def request_check(request: HttpRequest, slug: str, given: CheckIn) -> Any:
    """Ask for a check; the worker runs it and ``state`` tells when it is done."""
    project = _project(slug)
    criterion = get_object_or_404(Criterion, project=project, code=given.criterion)
    version = get_object_or_404(ToolVersion, project=project, pk=given.version_id)
    return Status(201, actions.request_check(by(request), project, criterion, version))


@router.get("/{slug}/releases", response=list[ReleaseOut])
def releases(request: HttpRequest, slug: str) -> Any:
    return Release.objects.filter(project=_project(slug)).select_related("version")[:MOST]


@router.get("/{slug}/exceptions", response=list[ExceptionOut])
def exceptions(request: HttpRequest, slug: str) -> Any:
    """Every signed exception: they are public."""
    return _project(slug).exceptions.all()[:MOST]
