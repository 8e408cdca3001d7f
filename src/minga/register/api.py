"""The API of this room: published records, their versions, exports and the ledger's address. All of it is public."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.people.middleware import by
from minga.projects.models import Project
from minga.register import exports
from minga.register.actions import describe
from minga.register.document import from_json
from minga.register.models import RecordVersion

router = Router()


class RecordVersionOut(Schema):
    """``changes``: [{field, kind, old, new}] since the version before."""

    number: int
    published: datetime
    note: str
    ledger_entry: int
    changes: list[dict[str, Any]]


class RecordOut(RecordVersionOut):
    """``document``: field -> {value, known_from}, or null where it is not known."""

    project: str
    document: dict[str, Any]


class LossOut(Schema):
    kind: str
    field: str
    why: str


class ExportOut(Schema):
    standard: str
    document: dict[str, Any]
    losses: list[LossOut]


class TextIn(Schema):
    text: str


class TextOut(Schema):
    field: str
    text: str
    written: datetime


def _version(found: RecordVersion) -> dict[str, Any]:
    return {
        "number": found.number,
        "published": found.published,
        "note": found.note,
        "ledger_entry": found.head,
        "changes": found.changes,
    }


def _last(slug: str) -> RecordVersion:
    found = RecordVersion.objects.filter(project__slug=slug).order_by("-number")
    return get_object_or_404(found[:1])


@router.get("/records", response=list[RecordOut], summary="The last published record of every project")
def records(request: HttpRequest) -> Any:
    found: dict[int, RecordVersion] = {}
    for version in RecordVersion.objects.select_related("project").order_by("project", "number"):
        found[version.project_id] = version
    return [_record(version) for version in found.values()]


def _record(found: RecordVersion) -> dict[str, Any]:
    return {**_version(found), "project": found.project.slug, "document": found.document}


@router.get("/records/{slug}", response=RecordOut, summary="One published record")
def one(request: HttpRequest, slug: str) -> Any:
    return _record(_last(slug))


@router.get("/records/{slug}/versions", response=list[RecordVersionOut], summary="All versions with what changed")
def versions(request: HttpRequest, slug: str) -> Any:
    project = get_object_or_404(Project, slug=slug)
    return [_version(found) for found in RecordVersion.objects.filter(project=project)]


@router.get("/records/{slug}/exports/{standard}", response=ExportOut, summary="The record under another standard")
def export(request: HttpRequest, slug: str, standard: str) -> Any:
    chosen = exports.standard(standard)
    document, losses = chosen.export(from_json(_last(slug).document))
    return {"standard": chosen.name, "document": document, "losses": [loss.as_json() for loss in losses]}


@router.put("/projects/{slug}/texts/{field}", response=TextOut, summary="Write what only people know")
def write(request: HttpRequest, slug: str, field: str, given: TextIn) -> Any:
    project = get_object_or_404(Project, slug=slug)
    return describe(by(request), project, field, given.text)
