"""What the shape of a TOML file cannot say: that ids, languages, conditions and scores fit together."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise

from minga.instruments import plan
from minga.instruments.conditions import ConditionError, comparisons, names, parse
from minga.instruments.definition import (
    TOPICS,
    Computed,
    Date,
    Definition,
    Duty,
    Level,
    Matrix,
    Multiple,
    Number,
    Option,
    Question,
    Repeated,
    Scale,
    Score,
    Single,
    Text,
    choices,
    every_question,
    inner,
)

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
MOST_DAYS, MOST_POINTS = 3_650, 1_000_000
SCORED = (Single, Multiple, Scale, Matrix)


class DefinitionError(ValueError):
    """A question set cannot be used. ``problems`` lists all that is wrong, each with what to do."""

    def __init__(self, where: str, problems: list[str]) -> None:
        self.where, self.problems = where, problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{where} cannot be used, {count}:", *(f"- {problem}" for problem in problems)]))


def check(definition: Definition) -> list[str]:
    """Every problem of ``definition``, in sentences that name the question; empty where it can be used."""
    problems = [*_ids(definition), *_languages(definition)]
    for question, group in every_question(definition):
        problems += [f'question "{question.id}": {text}' for text in _question(definition, question, group)]
    for section in definition.sections:
        problems += [f'section "{section.id}": {text}' for text in _condition(definition, section.when, {})]
    for computed in definition.computed:
        problems += [f'computed "{computed.id}": {text}' for text in _computed(definition, computed)]
    for score in definition.scores:
        problems += [f'score "{score.id}": {text}' for text in _score(definition, score)]
    for duty in definition.duties:
        problems += [f'duty "{duty.id}": {text}' for text in _duty(definition, duty)]
    problems += [f'topic "{topic}" is not known. Use: {", ".join(TOPICS)}.'
                 for topic in definition.topics if topic not in TOPICS]  # fmt: skip
    return problems or list(_rings(definition))


def _ids(definition: Definition) -> Iterator[str]:
    sections = [section.id for section in definition.sections]
    questions = [question.id for question, _ in every_question(definition)]
    named = questions + [computed.id for computed in definition.computed]
    for kind, ids in (("section", sections), ("question or computed field", named),
                      ("score", [score.id for score in definition.scores]),
                      ("duty", [duty.id for duty in definition.duties])):  # fmt: skip
        for id, count in Counter(ids).items():
            if count > 1:
                yield f'{kind} "{id}" stands {count} times. Give each its own id.'
            if not _ID.fullmatch(id):
                yield f'{kind} "{id}": an id starts with a letter and has letters, digits and _ . - only.'
    if not questions:
        yield "it asks nothing. Add at least one section with one question."


def _languages(definition: Definition) -> Iterator[str]:
    if not definition.languages:
        yield 'languages is empty. Name at least one, such as ["en", "es"].'
    for place, text in _texts(definition):
        missing = [code for code in definition.languages if not text.get(code, "").strip()]
        extra = sorted(set(text) - set(definition.languages))
        if missing:
            yield f"{place}: the text in {', '.join(missing)} is missing. Add it."
        if extra:
            yield f"{place}: it also speaks {', '.join(extra)}. Add that to languages or take the text out."


def _texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    """Every text that must be there, and every optional one that is, with where it stands."""
    yield "title", definition.title
    yield "source", definition.source.title
    yield from _optional("the set", definition.intro, definition.draft_note, definition.source.place)
    for section in definition.sections:
        yield f'section "{section.id}"', section.title
        yield from _optional(f'section "{section.id}"', section.help)
    for question, _ in every_question(definition):
        yield from _question_texts(question)
    for computed in definition.computed:
        yield f'computed "{computed.id}"', computed.title
        for case in computed.cases:
            yield f'computed "{computed.id}" value "{case.value}"', case.text
            yield from _optional(f'computed "{computed.id}" value "{case.value}"', case.help, *_source(case.source))
        yield from _optional(f'computed "{computed.id}"', computed.unit)
    for score in definition.scores:
        yield f'score "{score.id}"', score.title
        yield from ((f'score "{score.id}" level "{level.id}"', level.text) for level in score.levels)
    for duty in definition.duties:
        yield f'duty "{duty.id}"', duty.text
        yield from _optional(f'duty "{duty.id}"', duty.help, duty.evidence, *_source(duty.source))


def _question_texts(question: Question) -> Iterator[tuple[str, Text]]:
    place = f'question "{question.id}"'
    yield place, question.ask
    yield from _optional(place, question.help)
    for option in [*choices(question), *(question.rows if isinstance(question, Matrix) else [])]:
        yield f'{place} option "{option.value}"', option.text
        yield from _optional(f'{place} option "{option.value}"', option.help)
    if isinstance(question, Scale):
        yield from ((f"{place} label {number}", label) for number, label in enumerate(question.labels))
    if isinstance(question, Repeated):
        yield f"{place} entry", question.entry
    if isinstance(question, Number):
        yield from _optional(place, question.unit)


def _source(source: Text | str) -> list[Text]:
    return [] if isinstance(source, str) else [source]


def _optional(place: str, *texts: Text) -> Iterator[tuple[str, Text]]:
    yield from ((place, text) for text in texts if text)


def _question(definition: Definition, question: Question, group: Repeated | None) -> Iterator[str]:
    siblings = {part.id: part for part in inner(group)} if group else {}
    yield from _condition(definition, question.when, siblings)
    if isinstance(question, Scale) and len(question.labels) != 5:
        yield f"a scale from 0 to 4 needs 5 labels, and it has {len(question.labels)}."
    if isinstance(question, Single | Multiple | Matrix):
        yield from _options("options" if not isinstance(question, Matrix) else "columns", choices(question))
    if isinstance(question, Matrix):
        yield from _options("rows", question.rows, fewest=1)
    if isinstance(question, Repeated) and not question.questions:
        yield "the repeated group asks nothing. Add questions to it."
    for low, high in _bounds(question):
        if low is not None and high is not None and low > high:
            yield f"its lowest bound {low} is above its highest {high}. Swap or correct them."


def _bounds(question: Question) -> Iterator[tuple[float | None, float | None]]:
    match question:
        case Number():
            yield question.lowest, question.highest
        case Date(earliest=low, latest=high) if low and high:
            yield low.toordinal(), high.toordinal()
        case Repeated():
            yield question.fewest, question.most


def _options(what: str, options: list[Option], fewest: int = 2) -> Iterator[str]:
    if len(options) < fewest:
        yield f"it has {len(options)} {what}; at least {fewest} are needed."
    for value, count in Counter(option.value for option in options).items():
        if count > 1:
            yield f'the value "{value}" stands {count} times in its {what}. Give each its own.'
        if not value.strip():
            yield f"one of its {what} has an empty value. Give it one."
    for option in options:
        if not _counts(option.points):
            yield f'the value "{option.value}" gives {option.points:g} points. Give a number up to {MOST_POINTS:,}.'


def _counts(points: float) -> bool:
    """Whether this can be added up: a number, and none that drowns all others."""
    return math.isfinite(points) and abs(points) <= MOST_POINTS


def _condition(definition: Definition, text: str, siblings: Mapping[str, Question]) -> Iterator[str]:
    if not text:
        return
    try:
        node = parse(text)
    except ConditionError as error:
        yield f"its condition cannot be read: {error}."
        return
    known = {**definition.questions, **siblings}
    ids = [*known, *(computed.id for computed in definition.computed)]
    for id in dict.fromkeys(names(node)):
        if id not in ids:
            yield _unknown(definition, id, ids)
    for id, value in comparisons(node):
        values = [option.value for option in choices(known[id])] if isinstance(known.get(id), Single | Multiple) else []
        if values and value not in values:
            known_values = ", ".join(values)
            yield f'its condition compares "{id}" with "{value}", no option of it. Use: {known_values}.'


def _unknown(definition: Definition, id: str, known: Iterable[str]) -> str:
    for question, group in every_question(definition):
        if question.id == id and group:
            return f'its condition names "{id}", which is asked inside "{group.id}": use it only there.'
    close = get_close_matches(id, list(known), n=1)
    hint = f'Did you mean "{close[0]}"?' if close else "Use the id of a question of this set."
    return f'its condition names "{id}", which is not asked. {hint}'


def _computed(definition: Definition, computed: Computed) -> Iterator[str]:
    if bool(computed.expression) == bool(computed.cases):
        yield "it needs either an expression or cases, one of the two."
    for text in (computed.expression, *(case.when for case in computed.cases)):
        yield from _condition(definition, text, {})
    for case in computed.cases[:-1]:
        if not case.when:
            yield f'its case "{case.value}" has no condition, so no later one is reached. Put it last.'


def _score(definition: Definition, score: Score) -> Iterator[str]:
    for id in score.questions:
        question = definition.questions.get(id)
        if question is None:
            yield f'it counts "{id}", which is not asked. Use the id of a question that stands in a section.'
        elif not isinstance(question, SCORED):
            yield f'it counts "{id}", which gives no points. Only single, multiple, scale and matrix do.'
    if len(set(score.questions)) != len(score.questions) or not score.questions:
        yield "name each question that counts once, and at least one."
    yield from _levels(score.levels, score.shares)


def _duty(definition: Definition, duty: Duty) -> Iterator[str]:
    yield from _condition(definition, duty.when, {})
    if not 0 <= duty.days <= MOST_DAYS:
        yield f"it is due in {duty.days} days. Give 0 (no day) to {MOST_DAYS}."


def _levels(levels: list[Level], shares: bool) -> Iterator[str]:
    bounds = [level.up_to for level in levels]
    if not all(map(_counts, bounds)):
        yield f"one of its levels goes up to no number, or to more than {MOST_POINTS:,}. Correct it."
    elif any(low >= high for low, high in pairwise(bounds)):
        yield "its levels do not rise. Order them by up_to."
    if shares and bounds and (bounds[0] < 0 or bounds[-1] != 1):
        yield "as shares the levels run from 0 to 1, and the last up_to is 1."


def _rings(definition: Definition) -> Iterator[str]:
    try:
        plan.plan(definition)
    except plan.Circular as ring:
        yield f"these conditions wait for each other: {ring}. Take one of them out."
