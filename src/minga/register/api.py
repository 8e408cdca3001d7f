"""The API of this room: published records, their versions, exports and the ledger's address. All of it is public."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema

from minga.engage import limits
from minga.people.middleware import by
from minga.projects.models import Project
from minga.register import exports, queries
from minga.register.actions import ask, describe
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


class FaultOut(Schema):
    """``field``: the standard's own. ``en`` and ``es``: the sentence."""

    kind: str
    field: str
    en: str
    es: str


class LossOut(FaultOut):
    """``field``: of the record, "" where it is about the standard's ``target``."""

    target: str


class ExportOut(Schema):
    """``record``: the address of the record; ``version`` of it. ``missing``: required fields that nobody stated."""

    standard: str
    record: str
    version: int | None
    document: dict[str, Any]
    losses: list[LossOut]
    missing: list[LossOut]
    faults: list[FaultOut]


class QuestionIn(Schema):
    """``field``: of the record, "" for all of it."""

    field: str = ""
    text: str
    email: str = ""


class AskedOut(Schema):
    address: str
    due: datetime


class QuestionOut(Schema):
    id: int
    field: str
    asked: str
    days_open: int
    overdue: bool
    state: str
    outcome: str
    group: str
    text: str
    answer: str


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
def export(request: HttpRequest, slug: str, standard: str, language: str = "") -> Any:
    found = _last(slug)
    made = exports.make(found.project, found, standard, language)
    return {"document": made.document, **made.losses_as_json()}


@router.get("/records/{slug}/questions", response=list[QuestionOut], summary="Public questions about a record")
def questions(request: HttpRequest, slug: str) -> Any:
    project = get_object_or_404(Project, slug=slug)
    return [{**queries.question_as_json(one), "id": one.pk} for one in queries.questions(project)]


@router.post("/records/{slug}/questions", response={201: AskedOut}, summary="Ask about a record")
def ask_about(request: HttpRequest, slug: str, given: QuestionIn) -> Any:
    """A moderator reads it first; ``address`` is the private page where the answer is read."""
    limits.take(request, "question", each=10)
    made = ask(by(request), get_object_or_404(Project, slug=slug), given.field, given.text, given.email)
    return 201, {"address": reverse("register:question_private", args=[made.token]), "due": made.due}


@router.put("/projects/{slug}/texts/{field}", response=TextOut, summary="Write what only people know")
def write(request: HttpRequest, slug: str, field: str, given: TextIn) -> Any:
    project = get_object_or_404(Project, slug=slug)
    return describe(by(request), project, field, given.text)
