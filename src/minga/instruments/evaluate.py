"""What a question set says about given answers: what is asked, left out, wrong, missing.

Answers are a mapping of question id to value; the value's shape per type stands in ``definition``. ``read``,
``problems`` and ``completeness`` take any ``Instrument``; what they do for Minga's own sets stands below them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minga.instruments import messages
from minga.instruments.conditions import evaluate, holds, is_empty, parse, truth
from minga.instruments.definition import Case, Computed, Definition, Plain, Question, Repeated, say
from minga.instruments.instrument import Answers, Instrument
from minga.instruments.plan import Step, plan
from minga.instruments.values import fault


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``entry`` counts from 0 and ``part`` names the question inside a repeated group."""

    question: str
    code: str
    values: Mapping[str, Any]
    asked: Mapping[str, str]
    entry: int | None = None
    part: str = ""

    def text(self, language: str = "en") -> str:
        """What is wrong and what to do, in ``language``, without the question."""
        return messages.text(self.code, language, self.values)

    def sentence(self, language: str = "en") -> str:
        """The same, opening with the question it is about."""
        asked = say(self.asked, language) or self.question
        place = "" if self.entry is None else f" ({self.entry + 1})"
        return f"{asked}{place} {self.text(language)}"


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers as a definition sees them.

    ``visible`` has the ids asked, in the set's order; ``answers`` only what is asked and answered;
    ``dropped`` what was answered but is not asked now; ``unknown`` what the set has no question for;
    ``computed`` the value of each computed field, None where it cannot be known yet.
    """

    definition: Instrument
    visible: tuple[str, ...]
    answers: dict[str, Any]
    dropped: dict[str, Any]
    unknown: dict[str, Any]
    computed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a form is: of the visible ``required`` questions those ``answered`` and ``missing``."""

    required: int
    answered: int
    missing: tuple[str, ...]
    visible: int
    filled: int

    @property
    def complete(self) -> bool:
        return not self.missing


def read(instrument: Instrument, answers: Answers) -> Reading:
    """What ``instrument`` asks and what of ``answers`` counts."""
    return instrument.read(answers)


def problems(instrument: Instrument, answers: Answers, *, complete: bool = False) -> list[Problem]:
    """What is wrong with ``answers``; with ``complete`` a required question without an answer counts too.

    Answers to questions that are not asked now are not judged: they are left out (``read().dropped``).
    """
    return instrument.problems(answers, complete=complete)


def completeness(instrument: Instrument, answers: Answers) -> Completeness:
    """Counts what must be answered and names what is missing; an entry with a gap counts as missing."""
    return instrument.completeness(answers)


def read_definition(definition: Definition, answers: Answers) -> Reading:
    """Works out what is asked. An answer that is not asked counts as missing for all other conditions too."""
    known: dict[str, Any] = {}
    shown: set[str] = set()
    computed: dict[str, Any] = {}
    for step in steps(definition):
        if isinstance(step.item, Computed):
            computed[step.item.id] = known[step.item.id] = _compute(step.item, known)
        elif _asked(step, known):
            shown.add(step.item.id)
            value = _tidy(step.item, answers.get(step.item.id), known)
            if not is_empty(value):
                known[step.item.id] = value
    order = tuple(id for id in definition.questions if id in shown)
    return Reading(
        definition=definition,
        visible=order,
        answers={id: known[id] for id in order if id in known},
        dropped={id: v for id, v in answers.items()
                 if id in definition.questions and id not in shown and not is_empty(v)},
        unknown={id: v for id, v in answers.items() if id not in definition.questions},
        computed={field.id: computed[field.id] for field in definition.computed},
    )  # fmt: skip


def problems_in(instrument: Instrument, answers: Answers, complete: bool = False) -> list[Problem]:
    """The problems of any set whose conditions, if it has any, are read by ``instrument.read``."""
    reading = instrument.read(answers)
    which = {"set": instrument.id, "version": instrument.version}
    found = [Problem(id, "unknown_question", {"id": id, **which}, {}) for id in reading.unknown]
    for id in reading.visible:
        found += _problems_of(instrument.questions[id], reading, complete)
    return found


def completeness_of(instrument: Instrument, answers: Answers) -> Completeness:
    """The same for how far a form is."""
    reading = instrument.read(answers)
    questions = instrument.questions
    must = [id for id in reading.visible if _must(questions[id])]
    missing = tuple(
        id for id in must if any(p.code in messages.GAPS for p in _problems_of(questions[id], reading, complete=True))
    )
    return Completeness(len(must), len(must) - len(missing), missing, len(reading.visible), len(reading.answers))


def case(definition: Instrument, reading: Reading, id: str) -> Case | None:
    """The case that the computed field ``id`` came to, with its words; None where none holds."""
    field = next(field for field in definition.computed if field.id == id)
    return next((case for case in field.cases if case.value == reading.computed.get(id)), None)


def shown_inside(group: Repeated, entry: Mapping[str, Any], outer: Answers) -> list[Plain]:
    """The questions asked in one entry of a repeated group, in order."""
    shown: list[Plain] = []
    known = dict(outer)
    for part in group.questions:
        if holds(part.when, known):
            shown.append(part)
            known[part.id] = entry.get(part.id)
    return shown


def steps(definition: Definition) -> tuple[Step, ...]:
    """The plan of ``definition``, worked out once per definition."""
    if "steps" not in definition.__dict__:
        definition.__dict__["steps"] = plan(definition)
    found: tuple[Step, ...] = definition.__dict__["steps"]
    return found


def _asked(step: Step, known: Answers) -> bool:
    return all(truth(evaluate(node, known)) for node in step.conditions)


def _compute(field: Computed, known: Answers) -> Any:
    if field.expression:
        return evaluate(parse(field.expression), known)
    return next((case.value for case in field.cases if holds(case.when, known)), None)


def _tidy(question: Question | Computed, value: Any, known: Answers) -> Any:
    """The value without what is not asked inside it and without blank entries."""
    if not isinstance(question, Repeated) or not isinstance(value, list):
        return value
    entries = []
    for entry in value:
        if not isinstance(entry, Mapping):
            entries.append(entry)
            continue
        asked = {part.id for part in shown_inside(question, entry, known)}
        own = {part.id for part in question.questions}
        kept = {id: v for id, v in entry.items() if (id in asked or id not in own) and not is_empty(v)}
        entries += [kept] if kept else []
    return entries


def _must(question: Question) -> bool:
    return question.required or (isinstance(question, Repeated) and question.fewest > 0)


def _problems_of(question: Question, reading: Reading, complete: bool) -> list[Problem]:
    value: Any = reading.answers.get(question.id)
    if is_empty(value):
        return [Problem(question.id, "required", {}, question.ask)] if complete and _must(question) else []
    found = [Problem(question.id, code, values, question.ask) for code, values in fault(question, value, complete)]
    if not found and isinstance(question, Repeated):
        for number, entry in enumerate(value):
            found += _problems_inside(question, number, entry, reading.answers, complete)
    return found


def _problems_inside(
    group: Repeated, number: int, entry: Mapping[str, Any], outer: Answers, complete: bool
) -> list[Problem]:
    found = []
    for part in shown_inside(group, entry, outer):
        value = entry.get(part.id)
        faults = fault(part, value, complete) if not is_empty(value) else []
        if is_empty(value) and part.required and complete:
            faults = [("required", {})]
        found += [Problem(group.id, code, values, part.ask, number, part.id) for code, values in faults]
    return found
