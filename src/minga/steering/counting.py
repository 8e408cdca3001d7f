"""What many bodies answered, counted. No body's own answers leave here but to those who run the survey. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from minga.instruments import library
from minga.instruments.definition import Matrix, Multiple, Number, Question, Scale, Single, say
from minga.instruments.instrument import Instrument
from minga.instruments.models import Answer
from minga.ledger.action import BODY
from minga.ledger.queries import SMALLEST_GROUP
from minga.steering.models import Survey, SurveyedBody
from minga.tools.stats import wilson

ABOUT = "surveyed_body"
FEWEST = 3
"""A count of one or two bodies would tell who they are."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One choice. ``count`` None: withheld. ``low`` and ``high``: the 95 % Wilson interval of the share, in 0..1."""

    value: str
    label: str
    count: int | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Counted:
    """One question: how many bodies were asked it and answered it (None: withheld), and its choices.

    ``mean`` for numbers; ``grid``: the cells are rows times columns, in their order; texts are only counted, because
    words can name the body.
    """

    question: str
    title: str
    asked: int | None
    answered: int | None
    cells: tuple[Cell, ...]
    mean: float | None = None
    grid: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """``rate`` in 0..1 with its interval is of the bodies that were asked; ``shown``: enough to publish counts."""

    asked: int
    answered: int
    rate: float | None
    low: float
    high: float
    shown: bool
    questions: tuple[Counted, ...]


def definition_of(survey: Survey) -> Instrument:
    """The survey's questions."""
    return library.load(survey.set)


def response(survey: Survey) -> Counts:
    """How many answered, without their answers."""
    asked, answered = survey.bodies.count(), survey.bodies.exclude(answered=None).count()
    low, high = wilson(answered, asked)
    return Counts(asked, answered, answered / asked if asked else None, low, high, False, ())


def counts(survey: Survey, *, public: bool) -> Counts:
    """What is counted. In public nothing is told apart below SMALLEST_GROUP bodies, and no cell below FEWEST.

    While a survey is open the public counts grow by so many bodies at once: the difference between two readings would
    else be the answers of one body.
    """
    handed_in = list(survey.bodies.exclude(answered=None).order_by("answered", "pk"))
    shown = not public or len(handed_in) >= SMALLEST_GROUP
    if public and survey.is_open():
        handed_in = handed_in[: len(handed_in) // SMALLEST_GROUP * SMALLEST_GROUP]
    questions = tuple(_questions(survey, handed_in, public)) if shown else ()
    return replace(response(survey), shown=shown, questions=questions)


def given(survey: Survey, bodies: Iterable[SurveyedBody]) -> dict[int, dict[str, Any]]:
    """Body -> question -> the newest answer handed in, without those taken back.

    What was saved later counts only when it is handed in too.
    """
    asked = {str(body.pk): body for body in bodies if body.answered}
    rows = Answer.objects.filter(chain=BODY.chain, set=survey.set, about_kind=ABOUT).order_by("version")
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for about, question, value, created in rows.values_list("about_id", "question", "value", "created"):
        body = asked.get(about)
        if body and body.answered and created <= body.answered:
            found[body.pk][question] = value
    return {
        body: {question: value for question, value in answers.items() if value is not None}
        for body, answers in found.items()
    }


def _questions(survey: Survey, bodies: list[SurveyedBody], public: bool) -> Iterable[Counted]:
    definition = definition_of(survey)
    answers = given(survey, bodies)
    visible = {body.pk: set(definition.read(answers.get(body.pk, {})).visible) for body in bodies}
    for question in definition.questions.values():
        asked = [body.pk for body in bodies if question.id in visible[body.pk]]
        values = [answers[pk][question.id] for pk in asked if question.id in answers.get(pk, {})]
        yield _count(question, len(asked), values, public)


def _count(question: Question, asked: int, values: list[Any], public: bool) -> Counted:
    language = get_language() or "en"
    title = say(question.ask, language)
    if public and len(values) < SMALLEST_GROUP:
        return Counted(question.id, title, None, None, ())
    mean = sum(values) / len(values) if isinstance(question, Number) and values else None
    cells = _cells(question, values, language, public)
    return Counted(question.id, title, asked, len(values), cells, mean, isinstance(question, Matrix))


def _cells(question: Question, values: list[Any], language: str, public: bool) -> tuple[Cell, ...]:
    labels = _labels(question, language)
    tally = Counter(key for value in values for key in _keys(question, value))
    found = {value: tally[value] for value in labels}
    hidden = withheld(found, len(values)) if public else set()
    return tuple(_cell(value, label, found[value], len(values), value in hidden) for value, label in labels.items())


def withheld(found: Mapping[str, int], of: int) -> set[str]:
    """The choices that are not published: one or two bodies chose them, or did not; and, so that the gap to the total
    does not tell the number, the next smallest where only one would be missing."""
    small = {value for value, count in found.items() if 0 < count < FEWEST or 0 < of - count < FEWEST}
    if len(small) == 1:
        others = sorted((count, value) for value, count in found.items() if value not in small and count)
        small |= {others[0][1]} if others else set()
    return small


def _labels(question: Question, language: str) -> dict[str, str]:
    if isinstance(question, Single | Multiple):
        return {option.value: say(option.text, language) for option in question.options}
    if isinstance(question, Scale):
        return {str(place): say(text, language) for place, text in enumerate(question.labels)}
    if isinstance(question, Matrix):
        return {
            f"{row.value}:{column.value}": f"{say(row.text, language)}: {say(column.text, language)}"
            for row in question.rows
            for column in question.columns
        }
    return {}


def _keys(question: Question, value: Any) -> list[str]:
    if isinstance(question, Multiple):
        return [str(one) for one in value]
    if isinstance(question, Matrix):
        return [f"{row}:{column}" for row, column in value.items() if column]
    return [str(value)]


def _cell(value: str, label: str, count: int, of: int, hidden: bool) -> Cell:
    if hidden or not of:
        return Cell(value, label, None if hidden else count, None, None, None)
    low, high = wilson(count, of)
    return Cell(value, label, count, count / of, low, high)
