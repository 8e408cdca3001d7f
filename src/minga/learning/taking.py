"""One run through a course: kept in the session, so that it needs no account and names nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import get_language

from minga.instruments import fields
from minga.instruments.definition import LongText, say
from minga.learning.course import Asked, Course
from minga.people.forming import AskForm, plain_errors

SESSION = "courses"
DRAFT = "draft_project"
"""Session key under which the end of a course leaves what a new project's form starts with."""


@dataclass
class Run:
    """How far somebody is in one version of a course. ``before`` None: left out; ``right`` None: not yet answered."""

    version: str
    asked: bool = False
    before: list[str] | None = None
    read: int = 0
    right: list[str] | None = None
    given: dict[str, Any] = field(default_factory=dict)
    measured: bool = False
    certificate: str = ""


def load(request: HttpRequest, course: Course) -> Run:
    """The run of this session; a new one where there is none or the course has changed."""
    kept = request.session.get(SESSION, {}).get(course.id)
    if not kept or kept.get("version") != course.version:
        return Run(version=course.version)
    return Run(**kept)


def keep(request: HttpRequest, course: Course, run: Run) -> None:
    request.session[SESSION] = {**request.session.get(SESSION, {}), course.id: vars(run)}


def draft(request: HttpRequest) -> dict[str, str]:
    """What the end of a course left for a new project: its fields by id; empty where there is none."""
    found: dict[str, str] = request.session.get(DRAFT, {})
    return found


def used_up(request: HttpRequest, *names: str) -> None:
    """These fields of the draft stand in a project now: another project does not start with them."""
    if DRAFT in request.session:
        request.session[DRAFT] = {name: text for name, text in draft(request).items() if name not in names}


class QuestionsForm(AskForm):
    """The questions of a course; ``whole``: each of them has to be answered."""

    use_required_attribute = False

    def __init__(self, course: Course, data: Any = None, *, whole: bool = True) -> None:
        super().__init__(data)
        self.course = course
        _add(self, [asked.question for asked in course.questions], whole)

    @property
    def given(self) -> dict[str, Any]:
        """Question id -> what was chosen, of a valid form."""
        return {asked.question.id: self.cleaned_data.get(asked.question.id) for asked in self.course.questions}


class CanvasForm(AskForm):
    """The fields with which a course ends in a draft of one's own project."""

    use_required_attribute = False

    def __init__(self, course: Course, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        _add(self, course.canvas, whole=False)
        for part in course.canvas:
            made = self.fields[part.id]
            made.required = part.required
            if isinstance(made, forms.CharField):
                made.max_length = part.longest
                made.validators.append(MaxLengthValidator(part.longest))
            if isinstance(part, LongText):
                made.widget.attrs["rows"] = 3


def _add(form: forms.Form, questions: list[Any], whole: bool) -> None:
    language = get_language() or "en"
    for question in questions:
        form.fields.update(fields.build(question, question.id, language, 0))
        form.fields[question.id].required = whole
        plain_errors(form.fields[question.id])


@dataclass(frozen=True, slots=True)
class Answered:
    """One question after the course: what was chosen, whether it was right, why, and where it says so."""

    ask: str
    chosen: list[str]
    right: list[str]
    ok: bool
    was_right: bool | None
    why: str
    page: int
    page_title: str


def answered(course: Course, run: Run) -> list[Answered]:
    """Every question of a finished run, for the page of its result."""
    numbers = {page.id: number for number, page in enumerate(course.pages, start=1)}
    titles = {page.id: page.title for page in course.pages}
    language = get_language() or "en"
    return [
        Answered(
            say(asked.question.ask, language), _words(asked, run.given.get(asked.question.id), language),
            _words(asked, asked.right, language), asked.question.id in (run.right or []),
            None if run.before is None else asked.question.id in run.before, say(asked.why, language),
            numbers[asked.page], say(titles[asked.page], language),
        )
        for asked in course.questions
    ]  # fmt: skip


def _words(asked: Asked, values: Any, language: str) -> list[str]:
    chosen = values if isinstance(values, list) else [values]
    return [say(option.text, language) for option in asked.question.options if option.value in chosen]


__all__ = ["DRAFT", "CanvasForm", "QuestionsForm", "Run", "answered", "draft", "keep", "load", "used_up"]
