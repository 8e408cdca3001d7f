"""A SurveyJS definition as an ``Instrument``: asked, read and scored by its own rules, stored in Minga's shapes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from minga.instruments import evaluate
from minga.instruments.conditions import is_empty
from minga.instruments.definition import Computed, Duty, Question, Score, Section, Source, Text
from minga.instruments.evaluate import Completeness, Problem, Reading
from minga.instruments.instrument import Answers
from minga.instruments.scores import Result
from minga.instruments.surveyjs import answers as filling
from minga.instruments.surveyjs.expressions import Plain
from minga.instruments.surveyjs.form import Form, Group, questions_in
from minga.instruments.surveyjs.index import COMMENT
from minga.instruments.surveyjs.mapping import Mapped, mapped
from minga.instruments.surveyjs.requirements import Duties
from minga.instruments.surveyjs.rules import Rules, rules_for
from minga.instruments.surveyjs.words import heading, joined, plain, plain_text

LEVEL = "level"
POSSIBLE = "possible_levels"


@dataclass(frozen=True)
class SurveyInstrument:
    """``form`` under the id and version that the body gave it. ``requirements``: the duties of each level, if known.

    Answers are converted on reading, and what counts is the data that completion would leave, in SurveyJS's single
    pass; stored answers stay as they are. Two questions that share a ``valueName`` are one question here, asked
    where either of them is shown.
    """

    form: Form
    id: str
    version: str
    requirements: Duties | None = None
    url: str = ""
    file_name: str = ""
    date: dt.date | None = None
    about: str = "project"
    draft: bool = False
    draft_note: Text = field(default_factory=dict)
    step: int = 0

    @property
    def languages(self) -> tuple[str, ...]:
        return self.form.languages

    @cached_property
    def rules(self) -> Rules | None:
        return rules_for(self.form)

    @cached_property
    def title(self) -> Text:
        """The form's own title, else that of its rule set, else its id."""
        return plain_text(self.form.title) or (self.rules.title if self.rules else {}) or {"en": self.id}

    @cached_property
    def intro(self) -> Text:
        """The texts of a first page that asks nothing."""
        first = self.form.pages[0]
        asks = any(question.kind not in ("html", "image") for question, _ in questions_in(first))
        return {} if asks else _texts(first)

    @cached_property
    def source(self) -> Source:
        return Source(
            title=self._heading() or self.title, url=self.url, place={"en": self.file_name} if self.file_name else {}
        )

    @property
    def topics(self) -> tuple[str, ...]:
        return self.rules.topics if self.rules else ()

    @property
    def country(self) -> str:
        return self.rules.country if self.rules else ""

    @property
    def scores(self) -> tuple[Score, ...]:
        return self.rules.outline(self.form) if self.rules else ()

    @cached_property
    def computed(self) -> tuple[Computed, ...]:
        """The calculated questions of the form."""
        return tuple(
            Computed(id=question.key, title=plain_text(question.title))
            for question, _ in self.form.questions()
            if question.kind == "expression"
        )

    @cached_property
    def mapped(self) -> dict[str, Mapped]:
        """Every question by the name of its answer in the data."""
        scored = self.rules.scored(self.form) if self.rules else frozenset()
        found: dict[str, Mapped] = {}
        for question, _ in self.form.questions():
            for each in mapped(question, question.required or question.name in scored):
                found.setdefault(each.question.id, each)
        return found

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """A section for each page; for each titled panel where a page has several."""
        found: list[Section] = []
        placed: set[str] = set()
        for id, title, groups in _pages(self.form):
            questions = [each for group in groups for each in self._questions(group) if each.id not in placed]
            placed.update(question.id for question in questions)
            if questions:
                words = _texts(*groups)
                anything: list[Any] = questions
                found.append(Section(id=id, title=title or {"en": id}, help=words, questions=anything))
        return tuple(found)

    @cached_property
    def questions(self) -> dict[str, Question]:
        return {question.id: question for section in self.sections for question in section.questions}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        return {question.id: section for section in self.sections for question in section.questions}

    @cached_property
    def fingerprint(self) -> str:
        content = json.dumps([self.id, self.version, self.form.raw], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def question(self, id: str) -> Question:
        """The question ``id``; KeyError where the form has none."""
        try:
            return self.questions[id]
        except KeyError:
            raise KeyError(f"question {id!r} is not in {self.id} {self.version}") from None

    def to_form(self, answers: Answers) -> dict[str, Any]:
        """Stored answers as the form's data; those without a question pass as they are."""
        return {id: self.mapped[id].to_form(value) if id in self.mapped else value for id, value in answers.items()}

    def from_form(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The form's data as answers to store."""
        return {key: self.mapped[key].from_form(value) if key in self.mapped else value for key, value in data.items()}

    def read(self, answers: Answers) -> Reading:
        """What is asked and what counts; ``computed`` has the calculated values and, where scored, the level."""
        return self._reading(answers, self._fill(answers))

    def problems(self, answers: Answers, *, complete: bool = False) -> list[Problem]:
        """As for every set; with ``complete`` also what is required only with these answers."""
        found = evaluate.problems_in(self, answers, complete)
        gaps = self._required_now(answers) if complete else []
        return found + [Problem(id, "required", {}, self.questions[id].ask) for id in gaps]

    def completeness(self, answers: Answers) -> Completeness:
        """Counts required questions and all that score: a scored question left open leaves the level open."""
        found = evaluate.completeness_of(self, answers)
        gaps = tuple(self._required_now(answers))
        return replace(found, required=found.required + len(gaps), missing=(*found.missing, *gaps))

    def results(self, answers: Answers) -> dict[str, Result]:
        return self._scored(self._fill(answers))

    def follows(self, reading: Reading) -> list[Duty]:
        """The duties of the level, once nothing that is open can change it."""
        possible = self._possible(reading)
        return list(self.requirements[possible[0] - 1]) if self.requirements and len(possible) == 1 else []

    def may_follow(self, reading: Reading) -> list[Duty]:
        """The duties of the highest level that is still possible, while several are."""
        possible = self._possible(reading)
        return list(self.requirements[max(possible) - 1]) if self.requirements and len(possible) > 1 else []

    def _possible(self, reading: Reading) -> list[int]:
        levels = reading.computed.get(POSSIBLE) or []
        return [int(level) for level in levels if 0 < int(level) <= len(self.requirements or ())]

    def _fill(self, answers: Answers) -> filling.Reading:
        return filling.read(self.form, self.to_form(answers))

    def _reading(self, answers: Answers, filled: filling.Reading) -> Reading:
        shown = set(filled.visible)
        keys = {question.key for question, _ in self.form.questions() if question.name in shown}
        visible = tuple(id for id in self.questions if self._asked(id, keys, filled.data))
        asked = set(visible)
        counts = {
            id: self.mapped[id].from_form(filled.completed[id])
            for id in visible
            if id in filled.completed and not is_empty(filled.completed[id])
        }
        return Reading(
            definition=self,
            visible=visible,
            answers=counts,
            dropped={id: value for id, value in answers.items()
                     if id in self.questions and id not in counts and not is_empty(value)
                     and (id not in asked or not is_empty(filled.dropped.get(id)))},
            unknown={id: value for id, value in answers.items() if id not in self.questions},
            computed=self._computed(filled),
        )  # fmt: skip

    def _asked(self, id: str, keys: set[str], data: Mapping[str, Any]) -> bool:
        """A comment is asked beside its question; where it describes the other choice, only with that choice."""
        each = self.mapped[id]
        if not each.comment:
            return id in keys
        key = id.removesuffix(COMMENT)
        held = data.get(key)
        other = held == "other" or (isinstance(held, list) and "other" in held)
        question = next(question for question, _ in self.form.questions() if question.key == key)
        return key in keys and (question.comment_area or other)

    def _computed(self, filled: filling.Reading) -> dict[str, Any]:
        found: dict[str, Any] = {field.id: filled.completed.get(field.id) for field in self.computed}
        found |= filled.calculated
        levels = next((result.levels for result in self._scored(filled).values() if result.levels), ())
        if levels:
            found |= {LEVEL: levels[0] if len(levels) == 1 else None, POSSIBLE: list(levels)}
        return found

    def _scored(self, filled: filling.Reading) -> dict[str, Result]:
        found = self.rules.score(filled) if self.rules else {}
        keys = {question.name: question.key for question, _ in self.form.questions() if question.name != question.key}
        return {id: _renamed(result, keys) for id, result in found.items()} if keys else found

    def _required_now(self, answers: Answers) -> list[str]:
        """Questions that are asked, unanswered and required by a condition that holds."""
        conditional = [(q.key, q.required_if) for q, _ in self.form.questions() if q.required_if]
        if not conditional:
            return []
        filled = self._fill(answers)
        reading = self._reading(answers, filled)
        scope, now = Plain(filled.data), dt.datetime.now()
        return [
            key for key, condition in conditional
            if key in reading.visible and key not in reading.answers and not self.questions[key].required
            and condition and condition.holds(scope, now)
        ]  # fmt: skip

    def _questions(self, group: Group) -> Iterator[Question]:
        for question, _ in questions_in(group):
            for id in (question.key, question.key + COMMENT):
                if id in self.mapped and self.mapped[id].name == question.name:
                    yield self.mapped[id].question

    def _heading(self) -> Text:
        """The first heading of the opening texts: where the publisher writes name and version."""
        for question, _ in questions_in(self.form.pages[0]):
            found = {code: heading(words) for code, words in _html(question.raw).items()}
            if any(found.values()):
                return {code: words for code, words in found.items() if words}
        return {}


def stated_version(form: Form) -> str:
    """The version that the first heading of the opening texts ends with ("... v1.0.1" is "1.0.1"), else ""."""
    words = SurveyInstrument(form, "", "").source.title.get("en", "")
    found = re.search(r"\bv?(\d+(?:\.\d+)+)$", words)
    return found[1] if found else ""


def _renamed(result: Result, keys: Mapping[str, str]) -> Result:
    """Rule sets name questions; everything else here goes by the name of the answer."""
    return replace(
        result,
        unanswered=tuple(keys.get(name, name) for name in result.unanswered),
        contributions=tuple(replace(part, question=keys.get(part.question, part.question))
                            for part in result.contributions),
    )  # fmt: skip


def _pages(form: Form) -> Iterator[tuple[str, Text, tuple[Group, ...]]]:
    """Id, title and groups of each section. A page with several titled panels falls into those."""
    for page in form.pages:
        panels = [part for part in page.parts if isinstance(part, Group) and part.title]
        page_title = plain_text(page.title)
        if len(panels) < 2:
            title = joined(page_title, plain_text(panels[0].title), ": ") if panels else page_title
            yield page.name, title, (page,)
            continue
        loose = tuple(part for part in page.parts if part not in panels)
        if loose:
            yield page.name, page_title, (replace(page, parts=loose),)
        for at, panel in enumerate(panels, 1):
            name = panel.name or str(at)
            yield f"{page.name}.{name}", joined(page_title, plain_text(panel.title), ": "), (panel,)


def _texts(*groups: Group) -> Text:
    """The text elements of ``groups`` in one, without marks."""
    found: Text = {}
    for group in groups:
        for question, _ in questions_in(group):
            if question.kind == "html":
                found = joined(found, {code: plain(words) for code, words in _html(question.raw).items()}, "\n\n")
    return found


def _html(raw: Mapping[str, Any]) -> Text:
    given = raw.get("html")
    if isinstance(given, str):
        return {"en": given}
    if not isinstance(given, Mapping):
        return {}
    return {"en" if code == "default" else str(code): words for code, words in given.items() if isinstance(words, str)}
