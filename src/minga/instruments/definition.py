"""What a question set is: the typed shape of the TOML files in ``sets/`` and of sets a body adds itself.

Unknown keys are refused. ``library.read`` reads a file and ``checks.check`` looks at its meaning;
nothing here evaluates answers (see ``evaluate``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from minga.instruments.evaluate import Completeness, Problem, Reading
    from minga.instruments.instrument import Answers
    from minga.instruments.scores import Result

type Text = dict[str, str]
"""Language code -> the words in it. Every text of a set holds every language the set names."""

SCALE = (0, 1, 2, 3, 4)
TOPICS = ("guide", "law", "rights", "data", "fairness", "transparency", "procurement", "readiness", "governance",
          "people", "audit", "classification")  # fmt: skip


def say(text: Mapping[str, str], language: str) -> str:
    """The words in ``language`` ("es-py" falls back to "es"), else in English, else in the first."""
    for code in (language, language.partition("-")[0], "en", *text):
        if code in text:
            return text[code]
    return ""


def cited(source: Mapping[str, str] | str, language: str) -> str:
    """Where something is from, in ``language``; a plain text is the same in all of them."""
    return source if isinstance(source, str) else say(source, language)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Frozen, named fields only, unknown keys refused."""


class Source(_Part, frozen=True, kw_only=True):
    """Where a set comes from. ``date`` is the publication date of the text, as exactly as it is known."""

    title: Text
    place: Text = {}
    url: str = ""
    date: str = ""
    licence: str = ""


class Option(_Part, frozen=True, kw_only=True):
    """One choice. ``points`` count in the scores that name the question; ``was`` lists former values."""

    value: str
    text: Text
    help: Text = {}
    points: float = 0
    was: list[str] = []


class Question(_Part, tag_field="type", frozen=True, kw_only=True):
    """What every question has. ``when`` is a condition; ``was`` lists the ids it had in earlier versions.

    ``evidence`` asks for a source beside the answer.
    """

    id: str
    ask: Text
    help: Text = {}
    required: bool = False
    when: str = ""
    evidence: bool = False
    was: list[str] = []


class Single(Question, tag="single", frozen=True, kw_only=True):
    """Answer: the value of one option."""

    options: list[Option]


class Multiple(Question, tag="multiple", frozen=True, kw_only=True):
    """Answer: a list of option values, without repeats."""

    options: list[Option]


class ShortText(Question, tag="text", frozen=True, kw_only=True):
    """Answer: one line of text, at most ``longest`` characters."""

    longest: int = 200


class LongText(Question, tag="longtext", frozen=True, kw_only=True):
    """Answer: paragraphs, at most ``longest`` characters."""

    longest: int = 5_000


class Number(Question, tag="number", frozen=True, kw_only=True):
    """Answer: a number from ``lowest`` to ``highest`` in ``unit``, both allowed; ``whole``: no fractions."""

    lowest: float | None = None
    highest: float | None = None
    whole: bool = False
    unit: Text = {}


class Date(Question, tag="date", frozen=True, kw_only=True):
    """Answer: a day as text, year-month-day."""

    earliest: dt.date | None = None
    latest: dt.date | None = None


class File(Question, tag="file", frozen=True, kw_only=True):
    """Answer: {"name": file name, "sha256": 64 hex digits, "size": bytes}; the bytes are kept elsewhere."""

    kinds: list[str] = []
    largest: int = 10_000_000


class Scale(Question, tag="scale", frozen=True, kw_only=True):
    """Answer: a whole number from 0 to 4; ``labels`` says in words what each of the five means."""

    labels: list[Text]


class Matrix(Question, tag="matrix", frozen=True, kw_only=True):
    """Answer: {row value: column value}; columns carry the points. ``required`` means every row."""

    rows: list[Option]
    columns: list[Option]


class Repeated(Question, tag="repeated", frozen=True, kw_only=True):
    """Answer: a list of {question id: answer}, ``fewest`` to ``most`` of them. Groups do not nest.

    ``entry`` names one of them ("Stakeholder"). A condition inside sees its own entry and the outer answers.
    """

    questions: list[Plain]
    entry: Text
    fewest: int = 0
    most: int = 50


type Plain = Single | Multiple | ShortText | LongText | Number | Date | File | Scale | Matrix
type Anything = Plain | Repeated


class Section(_Part, frozen=True, kw_only=True):
    """A page of questions. Its ``when`` holds for all of them."""

    id: str
    title: Text
    help: Text = {}
    when: str = ""
    questions: list[Anything]


class Case(_Part, frozen=True, kw_only=True):
    """A possible value of a computed field; the first whose ``when`` holds is taken. ``text`` explains it.

    ``blocks``: a project that comes to it goes no further; ``high``: it counts as high risk. ``source`` cites the
    article or chapter that says so.
    """

    value: str
    text: Text
    help: Text = {}
    when: str = ""
    blocks: bool = False
    high: bool = False
    source: Text | str = ""


class Computed(_Part, frozen=True, kw_only=True):
    """Follows from answers: an ``expression`` (a number in ``unit``) or ``cases`` (a named outcome)."""

    id: str
    title: Text
    expression: str = ""
    unit: Text = {}
    cases: list[Case] = []


class Level(_Part, frozen=True, kw_only=True):
    """A named band of a score: up to and including ``up_to``, in points or as a share of the maximum.

    ``high``: a project that comes to it counts as high risk.
    """

    id: str
    text: Text
    up_to: float
    high: bool = False


class Score(_Part, frozen=True, kw_only=True):
    """Points of ``questions`` put together by the named ``rule``; see ``scores``.

    ``levels`` rise; with ``shares`` their bounds are shares (0 to 1) of the highest reachable score.
    """

    id: str
    title: Text
    questions: list[str]
    rule: Literal["sum", "mean", "highest"] = "sum"
    levels: list[Level] = []
    shares: bool = False


class Duty(_Part, frozen=True, kw_only=True):
    """Something to do that follows from the answers, where ``when`` holds; without ``when`` always.

    ``evidence`` says what shows that it was done, ``days`` until when, ``source`` the article or chapter it is from.
    """

    id: str
    text: Text
    help: Text = {}
    when: str = ""
    evidence: Text = {}
    days: int = 0
    source: Text | str = ""


class Definition(_Part, dict=True, frozen=True, kw_only=True):
    """One version of a question set. ``about``: what a filled form is about; ``draft``: not yet checked.

    ``topics`` (of ``TOPICS``) and ``country`` (two letters, "" for none) are how the catalogue finds it; ``step`` is
    the project step at which it is of use, 0 for any. It is an ``Instrument``: the engine behind its methods lies in
    ``evaluate``, ``scores`` and ``duties``, which know this module, so they are imported when they are called.
    """

    id: str
    version: str
    date: dt.date
    languages: list[str]
    title: Text
    source: Source
    sections: list[Section]
    about: Literal["project", "stakeholder", "group", "dataset", "tool", "body"] = "project"
    intro: Text = {}
    draft: bool = False
    draft_note: Text = {}
    computed: list[Computed] = []
    scores: list[Score] = []
    lists: dict[str, list[Option]] = {}
    duties: list[Duty] = []
    topics: list[str] = []
    country: str = ""
    step: int = 0

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question that stands directly in a section, by id, in order."""
        return {question.id: question for section in self.sections for question in section.questions}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        return {question.id: section for section in self.sections for question in section.questions}

    def question(self, id: str) -> Question:
        """The question ``id``; KeyError with the set's id and the ids it has where there is none."""
        try:
            return self.questions[id]
        except KeyError:
            known = ", ".join(self.questions)
            raise KeyError(f"question {id!r} is not in set {self.id} {self.version}; it has: {known}") from None

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the whole set as plain data."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    def read(self, answers: Answers) -> Reading:
        """What is asked and what counts; see ``evaluate``."""
        from minga.instruments import evaluate

        return evaluate.read_definition(self, answers)

    def problems(self, answers: Answers, *, complete: bool = False) -> list[Problem]:
        """What is wrong with ``answers``, and with ``complete`` what is missing."""
        from minga.instruments import evaluate

        return evaluate.problems_in(self, answers, complete)

    def completeness(self, answers: Answers) -> Completeness:
        """How many required questions are answered, and which are not."""
        from minga.instruments import evaluate

        return evaluate.completeness_of(self, answers)

    def results(self, answers: Answers) -> dict[str, Result]:
        """Every score, by id."""
        from minga.instruments import scores

        return scores.scores(self, answers)

    def follows(self, reading: Reading) -> list[Duty]:
        """The duties whose condition holds, in the set's order."""
        from minga.instruments.conditions import holds

        known = {**reading.answers, **reading.computed}
        return [duty for duty in self.duties if holds(duty.when, known)]

    def may_follow(self, reading: Reading) -> list[Duty]:
        """None: a condition over what is not answered does not hold, and holds as soon as it is."""
        return []


def inner(question: Question) -> list[Plain]:
    """The questions inside a repeated group; none for any other question."""
    return question.questions if isinstance(question, Repeated) else []


def choices(question: Question) -> list[Option]:
    """The options one picks from: of a single or multiple choice, the columns of a matrix."""
    if isinstance(question, Single | Multiple):
        return question.options
    return question.columns if isinstance(question, Matrix) else []


def every_question(definition: Definition) -> Iterator[tuple[Question, Repeated | None]]:
    """All questions in order, those inside repeated groups with their group."""
    for question in (question for section in definition.sections for question in section.questions):
        yield question, None
        for part in inner(question):
            yield part, question if isinstance(question, Repeated) else None


def fields(question: Question) -> dict[str, Any]:
    """The question as plain data, its ``type`` included."""
    plain: dict[str, Any] = msgspec.to_builtins(question)
    return plain
