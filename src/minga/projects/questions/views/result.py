"""What a filled set comes to: cases with their article, scores with their range, duties with their tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from minga.instruments import conditions, policies, queries
from minga.instruments.definition import Case, Duty, Score, cited, say
from minga.instruments.evaluate import case
from minga.instruments.models import Answer
from minga.instruments.outcomes import figure
from minga.instruments.queries import Filled
from minga.instruments.scores import Result
from minga.instruments.show import shown
from minga.projects.models import Task
from minga.projects.questions import showing
from minga.projects.questions.following import duties_of, tasks_of
from minga.projects.questions.place import Here, here_of
from minga.projects.questions.views.filling import origin_of


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A computed field: the case it came to with its words and article, or (``figure``) its number.

    ``correct``: where the answer that brought it about can be changed.
    """

    title: str
    text: str
    help: str
    source: str
    blocks: bool
    high: bool
    correct: str = ""

    @property
    def words(self) -> str:
        return f"{self.title}: {self.text}"


@dataclass(frozen=True, slots=True)
class Part:
    """What one question adds to a score."""

    title: str
    href: str
    points: str
    answered: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A score in words: figures as text, ``levels`` those that are still possible."""

    title: str
    value: str
    low: str
    high: str
    maximum: str
    settled: bool
    levels: list[str]
    open: list[Part]
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class DutyRow:
    text: str
    help: str
    evidence: str
    source: str
    task: Task | None
    late: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question that is asked now, with its answer in words."""

    question: str
    text: str
    answer: Answer | None
    href: str
    comments: int


@require_safe
def result(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """Public, single answers left out."""
    here = here_of(request, slug)
    origin = origin_of(here, set_id)
    found = queries.filled(here.place, set_id)
    cases, scores = case_rows(here, found), score_rows(here, found)
    heading = finding(found, cases, scores)
    now, later = duties_of(found)
    context = {
        "here": here,
        "origin": origin,
        "filled": found,
        "finding": heading,
        "cases": [row for row in cases if not row.blocks and (row.help or row.source or row.words != heading)],
        "forbidden": [row for row in cases if row.blocks],
        "is_high": any(row.high for row in cases),
        "scores": scores,
        "duties": duty_rows(here, set_id, now),
        "may_apply": duty_rows(here, set_id, later),
        "reads": here.has_part,
        "rules": here.url("questions_rules", set_id) if policies.of_set(set_id) else "",
        "may_answer": origin.asked and here.may("instrument.answered"),
        "sets_address": here.url("question_sets"),
        **showing.heading(here, found.definition),
    }
    return render(request, "projects/questions/result.html", context)


def finding(found: Filled, cases: list[CaseRow], scores: list[ScoreRow]) -> str:
    """What the answers come to, in one line."""
    missing = len(found.completeness.missing)
    if any(row.blocks for row in cases):
        return _("By these answers the project cannot go on")
    if not found.completeness.filled:
        return _("Nothing is answered yet")
    if missing:
        words = ngettext("%(count)s required answer is missing", "%(count)s required answers are missing", missing)
        return words % {"count": missing}
    known = [f"{row.title}: {row.levels[0]}" for row in scores if len(row.levels) == 1]
    known += [row.words for row in sorted(cases, key=lambda row: not row.high)]
    return known[0] if known else _("Everything that is required is answered")


def case_rows(here: Here, found: Filled) -> list[CaseRow]:
    """The computed fields that can be known."""
    rows = []
    for item in found.definition.computed:
        value = found.reading.computed.get(item.id)
        if value is None:
            continue
        taken = case(found.definition, found.reading, item.id) if item.cases else None
        unit = say(item.unit, showing.language())
        words = taken or Case(value="", text={"en": str(value) if item.cases else f"{figure(value)} {unit}".strip()})
        row = _case_row(say(item.title, showing.language()), words)
        rows.append(replace(row, correct=_correct(here, found, words) if row.blocks else ""))
    return rows


def _case_row(title: str, taken: Case) -> CaseRow:
    text, help = (say(words, showing.language()) for words in (taken.text, taken.help))
    return CaseRow(title, text, help, cited(taken.source, showing.language()), taken.blocks, taken.high)


def _correct(here: Here, found: Filled, taken: Case) -> str:
    """The first answered question that the case hangs on, in its section; the sections where none is found."""
    cause = next(_behind(found, taken.when), "")
    return _place_of(here, found, cause) if cause else here.url("questions", found.definition.id)


def _behind(found: Filled, when: str) -> Iterator[str]:
    """The answered questions that a condition hangs on, those behind other cases included."""
    for id in conditions.names(conditions.parse(when)) if when else ():
        if id in found.reading.answers:
            yield id
        elif id in found.reading.computed and (taken := case(found.definition, found.reading, id)):
            yield from _behind(found, taken.when)


def _place_of(here: Here, found: Filled, id: str) -> str:
    definition = found.definition
    return f"{here.url('questions_section', definition.id, definition.section_of[id].id)}#q-{id}"


def score_rows(here: Here, found: Filled) -> list[ScoreRow]:
    """The scores of which something is asked; open questions are listed once, where several scores wait for them."""
    rows: list[ScoreRow] = []
    for one in found.scores.values():
        if not one.unanswered and not any(part.counts for part in one.contributions):
            continue
        row = score_row(here, found, one)
        told = any(before.open == row.open for before in rows)
        rows.append(replace(row, open=[]) if told else row)
    return rows


def score_row(here: Here, found: Filled, one: Result) -> ScoreRow:
    score = next(score for score in found.definition.scores if score.id == one.id)
    names = {level.id: say(level.text, showing.language()) for level in score.levels}
    return ScoreRow(
        title=say(score.title, showing.language()),
        value=figure(one.value), low=figure(one.low), high=figure(one.high), maximum=figure(one.maximum),
        settled=one.settled, levels=[names[id] for id in one.levels],
        open=[_part(here, found, id, "") for id in one.unanswered],
        parts=_parts(here, found, score, one),
    )  # fmt: skip


def _parts(here: Here, found: Filled, score: Score, one: Result) -> list[Part]:
    counted = sorted((part for part in one.contributions if part.counts), key=lambda part: -part.points)
    return [_part(here, found, part.question, figure(part.points)) for part in counted]


def _part(here: Here, found: Filled, id: str, points: str) -> Part:
    title = say(found.definition.questions[id].ask, showing.language())
    return Part(title, _place_of(here, found, id), points, bool(points))


def duty_rows(here: Here, set_id: str, duties: list[Duty]) -> list[DutyRow]:
    tasks, today = tasks_of(here, set_id), timezone.localdate()
    rows = []
    for duty in duties:
        task = tasks.get(duty.id)
        late = task is not None and task.state == Task.State.OPEN and task.due is not None and task.due < today
        text, help, evidence = (say(words, showing.language()) for words in (duty.text, duty.help, duty.evidence))
        rows.append(DutyRow(text, help, evidence, cited(duty.source, showing.language()), task, late))
    return rows


@require_safe
def answers(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """Every question that is asked now with its answer, who gave it and when; for those who take part."""
    here = here_of(request, slug)
    origin_of(here, set_id)
    here.must_have_part()
    found = queries.filled(here.place, set_id)
    context = {"here": here, "filled": found, "sections": answer_rows(here, found),
               **showing.heading(here, found.definition)}  # fmt: skip
    return render(request, "projects/questions/answers.html", context)


def answer_rows(here: Here, found: Filled) -> list[tuple[str, list[AnswerRow]]]:
    comments = showing.open_comments(here, found.definition.id)
    rows = []
    for part in showing.live_sections(found):
        ids = [question.id for question in part.questions if question.id in found.reading.visible]
        rows.append((say(part.title, showing.language()), [_answer_row(here, found, id, comments[id]) for id in ids]))
    return rows


def _answer_row(here: Here, found: Filled, id: str, comments: int) -> AnswerRow:
    question = found.definition.questions[id]
    text = shown(question, found.reading.answers.get(id), showing.language())
    href = here.url("questions_answer", found.definition.id, id)
    return AnswerRow(say(question.ask, showing.language()), text, found.current.get(id), href, comments)
