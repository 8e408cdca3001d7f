"""Published yearly reports, and what surveys of other bodies counted."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.steering import counting
from minga.steering.models import AnnualReport, Survey

router = Router()


class AnnualReportOut(Schema):
    year: int
    version: int
    note: str
    published: datetime
    page: str


class AnnualReportWithDocumentOut(AnnualReportOut):
    """``document``: {format, body, year, until, figures, rows}; docs/steering.md says what is counted how."""

    document: dict[str, Any]


def _report(found: AnnualReport) -> dict[str, Any]:
    told = {name: getattr(found, name) for name in ("year", "version", "note", "published", "document")}
    return told | {"page": found.get_absolute_url()}


@router.get("/reports", response=list[AnnualReportOut], summary="Published yearly reports, every version")
def reports(request: HttpRequest) -> Any:
    return [_report(found) for found in AnnualReport.objects.all()]


@router.get("/reports/{year}", response=AnnualReportWithDocumentOut, summary="The newest published report of a year")
def report(request: HttpRequest, year: int) -> Any:
    return _report(get_object_or_404(AnnualReport.objects.filter(year=year).order_by("-version")[:1]))


class SurveyOut(Schema):
    """``asked`` and ``answered``: how many bodies."""

    id: int
    title: str
    purpose: str
    set: str
    opened: datetime
    closes: date
    open: bool
    asked: int
    answered: int
    page: str


class SurveyChoiceOut(Schema):
    """``count`` is null where it is withheld; ``share``, ``low`` and ``high`` (95 %, Wilson) in 0..1."""

    value: str
    label: str
    count: int | None
    share: float | None
    low: float | None
    high: float | None


class SurveyQuestionOut(Schema):
    """``answered`` is null below ten; ``mean`` of numbers."""

    question: str
    title: str
    asked: int | None
    answered: int | None
    mean: float | None
    choices: list[SurveyChoiceOut]


class CountedSurveyOut(SurveyOut):
    """``shown``: whether ten bodies have answered; below that ``questions`` is empty."""

    shown: bool
    questions: list[SurveyQuestionOut]


def _survey(found: Survey, told: counting.Counts) -> dict[str, Any]:
    names = ("title", "purpose", "set", "opened", "closes")
    return {name: getattr(found, name) for name in names} | {
        "id": found.pk, "open": found.is_open(), "asked": told.asked, "answered": told.answered,
        "page": found.get_absolute_url(),
    }  # fmt: skip


@router.get("/surveys", response=list[SurveyOut], summary="The same questions to many bodies")
def surveys(request: HttpRequest) -> Any:
    return [_survey(found, counting.response(found)) for found in Survey.objects.all()]


@router.get("/surveys/{pk}", response=CountedSurveyOut, summary="What was counted in a survey")
def survey(request: HttpRequest, pk: int) -> Any:
    found = get_object_or_404(Survey, pk=pk)
    told = counting.counts(found, public=True)
    questions = [
        SurveyQuestionOut(
            question=one.question, title=one.title, asked=one.asked, answered=one.answered, mean=one.mean,
            choices=[SurveyChoiceOut.from_orm(cell) for cell in one.cells],
        )
        for one in told.questions
    ]  # fmt: skip
    return _survey(found, told) | {"shown": told.shown, "questions": questions}
