"""What a course is: the typed shape of the TOML files in ``courses/`` and of those that a body adds.

Its questions are those of question sets (``instruments.definition``), with the right answer and the reason beside
each. Unknown keys are refused, and ``parse`` names everything that does not fit together.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from minga.instruments import checks
from minga.instruments.definition import (
    Definition,
    LongText,
    Multiple,
    Section,
    ShortText,
    Single,
    Text,
)
from minga.instruments.definition import Source as SetSource
from minga.learning.prose import unknown_terms

LARGEST = 1_000_000
MOST_PAGES = 20
FEWEST_QUESTIONS = 3
# What the forms of a course call their own hidden fields and buttons.
TAKEN = ("csrfmiddlewaretoken", "once", "skip")

type Given = Mapping[str, str | list[str]]
"""Question id -> the value or the values that somebody chose."""


class CourseError(ValueError):
    """A course file cannot be used. ``problems`` lists all that is wrong, each with what to do."""

    def __init__(self, where: str, problems: list[str]) -> None:
        self.where, self.problems = where, problems
        super().__init__("\n".join([f"{where} cannot be used:", *(f"- {problem}" for problem in problems)]))


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Frozen, named fields only, unknown keys refused."""


class Source(_Part, frozen=True, kw_only=True):
    """A text that the course was written from, in our own words. ``date`` as exactly as it is known."""

    title: str
    date: str
    url: str = ""


class Page(_Part, frozen=True, kw_only=True):
    """One page to read; ``text`` as paragraphs and lists (see ``prose``)."""

    id: str
    title: Text
    text: Text


class Asked(_Part, frozen=True, kw_only=True):
    """A question with its right option (all of them for a multiple choice), why, and the page that says so."""

    question: Single | Multiple
    right: list[str]
    why: Text
    page: str

    def is_right(self, given: Any) -> bool:
        """Whether exactly the right options were chosen."""
        chosen = given if isinstance(given, list) else [given] if given else []
        return sorted(chosen) == sorted(self.right)


class Course(_Part, dict=True, frozen=True, kw_only=True):
    """One version of a course.

    ``pass_mark``: the share (0 to 1) of questions to answer rightly; ``refresher_months``: how long a certificate is
    valid, 0 for ever; ``canvas``: fields that its readers fill in at its end to draft a project of their own.
    """

    id: str
    version: str
    date: dt.date
    languages: list[str]
    title: Text
    summary: Text
    audience: Literal["decision_makers", "staff", "public"]
    minutes: int
    pass_mark: float
    refresher_months: int = 0
    sources: list[Source]
    pages: list[Page]
    questions: list[Asked]
    canvas: list[ShortText | LongText] = []

    @property
    def needed(self) -> int:
        """How many questions have to be answered rightly."""
        # 0.55 of 20 is 11.000000000000002 in floating point, and 11 is meant.
        return math.ceil(self.pass_mark * len(self.questions) - 1e-9)

    def right(self, given: Given) -> list[str]:
        """The ids of the questions answered rightly."""
        return [asked.question.id for asked in self.questions if asked.is_right(given.get(asked.question.id))]

    def passes(self, score: int) -> bool:
        return score >= self.needed


def parse(text: str, where: str) -> Course:
    """The course written in ``text`` as TOML; raises CourseError with every problem found. ``where`` names the file."""
    if len(text) > LARGEST:
        raise CourseError(where, [f"it has {len(text):,} characters; a course has at most {LARGEST:,}."])
    course = read(text, where)
    if problems := [*_whole(course), *_sources(course), *_pages(course), *_questions(course), *_canvas(course)]:
        raise CourseError(where, problems)
    return course


def read(text: str, where: str) -> Course:
    """The same without asking whether it fits together: for what was checked when it was added.

    A rule that is stricter today must not take away a course that people hold certificates of.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Course)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CourseError(where, [f"it is not valid TOML: {error}. Correct that place."]) from error
    except msgspec.ValidationError as error:
        raise CourseError(where, [_explain(str(error))]) from error


def _explain(message: str) -> str:
    what, _, path = message.partition(" - at `$")
    place = path.rstrip("`").lstrip(".") or "the course"
    what = what.replace("Object contains unknown field", "unknown key")
    what = what.replace("Object missing required field", "missing key")
    return f"{place}: {what}. Correct it."


def _whole(course: Course) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,59}", course.id):
        yield f'the id "{course.id}" starts with a small letter and has small letters, digits and _ only.'
    if not re.fullmatch(r"[0-9A-Za-z.]{1,20}", course.version):
        yield f'the version "{course.version}" has digits, letters and points only, at most 20.'
    if not 0 < course.pass_mark <= 1:
        yield f"pass_mark is {course.pass_mark}; it is a share above 0 and at most 1."
    if not 1 <= course.minutes <= 600:
        yield f"minutes is {course.minutes}; say between 1 and 600."
    if not 0 <= course.refresher_months <= 120:
        yield f"refresher_months is {course.refresher_months}; say between 0 (never) and 120."
    # The title stands for what a set has and a course has not, so its own problem would be named three times.
    told = (problem for problem in checks.check(_as_set(course)) if not problem.startswith(("source:", "section ")))
    yield from (problem.replace("the set:", "summary:", 1) for problem in told)


def _as_set(course: Course) -> Definition:
    """The questions as a question set, so that the same rules hold for them: ids, languages, options."""
    asked = [asked.question for asked in course.questions]
    sections = [Section(id="questions", title=course.title, questions=[*asked, *course.canvas])]
    return Definition(
        id=course.id, version=course.version, date=course.date, languages=course.languages, title=course.title,
        source=SetSource(title=course.title), sections=sections, intro=course.summary,
    )  # fmt: skip


def _sources(course: Course) -> Iterator[str]:
    if not course.sources:
        yield "name at least one source with its date."
    for source in course.sources:
        if not source.title.strip() or not source.date.strip():
            yield f'source "{source.title}": it needs a title and a date. Add what is missing.'
        if source.url and not source.url.startswith(("https://", "http://")):
            yield f'source "{source.title}": "{source.url}" is no web address. Write it from https:// on.'


def _pages(course: Course) -> Iterator[str]:
    if not 1 <= len(course.pages) <= MOST_PAGES:
        yield f"it has {len(course.pages)} pages; a course has 1 to {MOST_PAGES}."
    for id, count in Counter(page.id for page in course.pages).items():
        if count > 1:
            yield f'page "{id}" stands {count} times. Give each its own id.'
    for page in course.pages:
        for text in (page.title, page.text):
            yield from _languages(course, f'page "{page.id}"', text)
        for term in dict.fromkeys(term for text in page.text.values() for term in unknown_terms(text)):
            yield f'page "{page.id}": the glossary has no term "{term}". Look it up at /glossary.json, or take it out.'


def _questions(course: Course) -> Iterator[str]:
    if len(course.questions) < FEWEST_QUESTIONS:
        yield f"it asks {len(course.questions)} questions; at least {FEWEST_QUESTIONS} are needed to measure anything."
    pages = {page.id for page in course.pages}
    for asked in course.questions:
        place = f'question "{asked.question.id}"'
        yield from _languages(course, f"{place}, why", asked.why)
        options = [option.value for option in asked.question.options]
        unknown = [value for value in asked.right if value not in options]
        if unknown:
            yield f'{place}: right names "{unknown[0]}", no option of it. Use: {", ".join(options)}.'
        if not asked.right or (isinstance(asked.question, Single) and len(asked.right) != 1):
            yield f"{place}: name the right option, exactly one where one may be chosen."
        if len(set(asked.right)) != len(asked.right):
            yield f"{place}: right names an option twice, so nobody could answer it. Name each once."
        if asked.question.when:
            yield f"{place}: it has a condition, and a course asks every question. Take the condition out."
        yield from _name(place, asked.question.id)
        if asked.page not in pages:
            yield f'{place}: there is no page "{asked.page}". Use: {", ".join(sorted(pages))}.'


def _canvas(course: Course) -> Iterator[str]:
    if course.canvas and "title" not in [part.id for part in course.canvas]:
        yield 'canvas: it has no field "title", and a draft is called by it. Add one of the type text.'
    for part in course.canvas:
        yield from _name(f'canvas "{part.id}"', part.id)


def _name(place: str, id: str) -> Iterator[str]:
    if id in TAKEN:
        yield f"{place}: the form itself uses this id. Choose another."


def _languages(course: Course, place: str, text: Text) -> Iterator[str]:
    missing = [code for code in course.languages if not text.get(code, "").strip()]
    if missing:
        yield f"{place}: the text in {', '.join(missing)} is missing. Add it."
