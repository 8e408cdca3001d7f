"""Answers for which a condition of a question set holds, found by search: nothing in a set may be out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, product
from typing import Any

from minga.instruments.conditions import Logic, Node, Not, evaluate, holds, names, parse, truth
from minga.instruments.conditions import Value as Literal
from minga.instruments.definition import (
    Computed,
    Date,
    Definition,
    File,
    Matrix,
    Multiple,
    Number,
    Question,
    Repeated,
    Scale,
    Single,
)
from minga.instruments.evaluate import read

type Goal = tuple[Node, bool]
type Answers = dict[str, Any]

STEPS, TRIES = 20_000, 5_000


def reach(definition: Definition, *conditions: str, but_not: tuple[str, ...] = ()) -> Answers | None:
    """Answers with which all ``conditions`` hold and none of ``but_not``; None where the search finds none."""
    return _Search(definition, conditions, but_not).found()


class _Search:
    """Goals are taken apart until each is about one question; each question keeps what it must fulfil."""

    def __init__(self, definition: Definition, conditions: tuple[str, ...], but_not: tuple[str, ...]) -> None:
        self.definition = definition
        self.conditions, self.but_not = conditions, but_not
        self.computed = {field.id: field for field in definition.computed}
        self.steps = 0

    def found(self) -> Answers | None:
        wanted = [(parse(text), True) for text in self.conditions if text]
        return self.solve([*wanted, *((parse(text), False) for text in self.but_not if text)], {}, frozenset(), ())

    def solve(
        self, goals: list[Goal], atoms: dict[str, list[Goal]], shown: frozenset[str], late: tuple[str, ...]
    ) -> Answers | None:
        self.steps += 1
        if self.steps > STEPS:
            return None
        if not goals:
            return self.leaf(atoms, late)
        (node, want), rest = goals[0], goals[1:]
        for more, ids in self.ways(node, want):
            if more is not None:
                answers = self.solve([*more, *rest], atoms, shown, late)
            else:
                answers = self.keep((node, want), ids, rest, atoms, shown, late)
            if answers is not None:
                return answers
        return None

    def ways(self, node: Node, want: bool) -> Iterator[tuple[list[Goal] | None, set[str]]]:
        """Each way to make ``node`` come to ``want``: goals instead of it, or None where it is about questions."""
        if isinstance(node, Not):
            yield [(node.part, not want)], set()
        elif isinstance(node, Logic):
            parts = [(node.left, want), (node.right, want)]
            if (node.word == "and") is want:
                yield parts, set()
            else:
                yield from (([part], set()) for part in parts)
        else:
            ids = set(names(node))
            field = self.computed.get(next(iter(ids))) if len(ids) == 1 else None
            if field is not None and field.cases:
                yield from ((goals, set()) for goals in self.cases(field, node, want))
            else:
                yield None, ids

    def cases(self, field: Computed, node: Node, want: bool) -> Iterator[list[Goal]]:
        earlier: list[Goal] = []
        for case in field.cases:
            when = parse(case.when) if case.when else Literal(1)
            if truth(evaluate(node, {field.id: case.value})) is want:
                yield [(when, True), *earlier]
            earlier.append((when, False))
        if truth(evaluate(node, {})) is want:
            yield earlier

    def keep(
        self, goal: Goal, ids: set[str], rest: list[Goal], atoms: dict[str, list[Goal]],
        shown: frozenset[str], late: tuple[str, ...],
    ) -> Answers | None:  # fmt: skip
        questions = self.under(ids)
        if len(questions) == 1 and ids == questions:
            (id,) = questions
            atoms = {**atoms, id: [*atoms.get(id, []), goal]}
            fitting = self.fitting(id, atoms[id])
            if not fitting:
                return None
            answered = {id} if fitting[0] is not None else set()
        elif not questions:
            return self.solve(rest, atoms, shown, late) if truth(evaluate(goal[0], {})) is goal[1] else None
        else:
            late, answered = (*late, *sorted(questions)), set(questions)
        visible = [(parse(text), True) for id in answered - shown for text in self.asked(id) if text]
        return self.solve([*visible, *rest], atoms, shown | answered, late)

    def under(self, ids: set[str]) -> set[str]:
        """The questions that ``ids`` come from, computed fields followed down."""
        found = set()
        for id in ids:
            field = self.computed.get(id)
            found |= self.under(set(names(parse(field.expression)))) if field else {id}
        return found

    def asked(self, id: str) -> tuple[str, str]:
        return self.definition.section_of[id].when, self.definition.questions[id].when

    def fitting(self, id: str, goals: list[Goal]) -> list[Any]:
        return [
            value
            for value in candidates(self.definition.questions[id], goals)
            if all(truth(evaluate(node, {id: value})) is want for node, want in goals)
        ]

    def leaf(self, atoms: dict[str, list[Goal]], late: tuple[str, ...]) -> Answers | None:
        """The answers, if all conditions hold for them as the engine reads them."""
        fixed = {id: self.fitting(id, goals)[0] for id, goals in atoms.items() if id not in late}
        for values in islice(self.free(atoms, set(late)), TRIES):
            given = {id: value for id, value in {**fixed, **values}.items() if value is not None}
            reading = read(self.definition, given)
            known = {**reading.answers, **reading.computed}
            good = all(holds(text, known) for text in self.conditions)
            if good and not any(holds(text, known) for text in self.but_not if text):
                return given
        return None

    def free(self, atoms: dict[str, list[Goal]], late: set[str]) -> Iterator[Answers]:
        """Values for questions that count together; those of one expression move together, from low to high."""
        groups: list[list[str]] = []
        for ids in (
            *(self.under({id}) for id, field in self.computed.items() if field.expression),
            *({id} for id in late),
        ):
            groups.append(sorted((ids & late).difference(*groups)))
        values = {id: self.fitting(id, atoms.get(id, [])) for id in late}
        sizes = [range(max((len(values[id]) for id in group), default=1)) for group in groups]
        for places in product(*sizes):
            at = {id: place for group, place in zip(groups, places, strict=True) for id in group}
            yield {id: values[id][min(place, len(values[id]) - 1)] for id, place in at.items()}


def candidates(question: Question, goals: list[Goal]) -> list[Any]:
    """No answer first, then valid answers that differ in what conditions can tell apart."""
    numbers = [value for node, _ in goals for value in _literals(node) if isinstance(value, int | float)]
    match question:
        case Single():
            return [None, *(option.value for option in question.options)]
        case Multiple():
            values = [option.value for option in question.options]
            return [None, *([v] for v in values), *map(list, combinations(values, 2)), values]
        case Scale():
            return [None, 0, 1, 2, 3, 4]
        case Number():
            near = [n + step for n in [*numbers, 0, 10, 1000] for step in (0, -1, 1)]
            low, high = question.lowest, question.highest
            return [None, *(n for n in near if (low is None or n >= low) and (high is None or n <= high))]
        case Date():
            return [None, str(question.earliest or question.latest or "2026-03-12")]
        case File():
            return [None, {"name": f"a.{(question.kinds or ['pdf'])[0]}", "sha256": "0" * 64, "size": 1}]
        case Matrix():
            rows, columns = [row.value for row in question.rows], [column.value for column in question.columns]
            return [None, *({row: c} for row in rows for c in columns), *(dict.fromkeys(rows, c) for c in columns)]
        case Repeated():
            entry = {part.id: candidates(part, [])[1] for part in question.questions}
            most = min(question.most, max([question.fewest, 5, *(int(n) + 1 for n in numbers)]))
            return [None, *([entry] * count for count in range(1, most + 1))]
    return [None, *(value for node, _ in goals for value in _literals(node) if isinstance(value, str)), "words"]


def _literals(node: Any) -> Iterator[Any]:
    if isinstance(node, Literal):
        yield node.value
    for part in ("left", "right", "part"):
        if hasattr(node, part):
            yield from _literals(getattr(node, part))
