"""The order in which questions and computed fields can be worked out: what they depend on comes first."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from minga.instruments.conditions import Node, names, parse
from minga.instruments.definition import Computed, Definition, Question, inner


class Circular(ValueError):
    """Conditions that depend on each other in a ring; ``ring`` names the ids in order."""

    def __init__(self, ring: list[str]) -> None:
        super().__init__(" -> ".join(ring))
        self.ring = ring


@dataclass(frozen=True, slots=True)
class Step:
    """One question or computed field with the conditions that must all hold before it counts.

    ``needs``: the ids that decide whether it is shown, or what it comes to.
    """

    item: Question | Computed
    conditions: tuple[Node, ...]
    needs: frozenset[str]


def plan(definition: Definition) -> tuple[Step, ...]:
    """All questions and computed fields, each after everything its conditions look at; raises Circular."""
    steps = {
        question.id: _step(question, (section.when, question.when))
        for section in definition.sections
        for question in section.questions
    }
    steps |= {computed.id: _step(computed, ()) for computed in definition.computed}
    try:
        order = TopologicalSorter({id: step.needs & set(steps) for id, step in steps.items()})
        return tuple(steps[id] for id in order.static_order())
    except CycleError as error:
        raise Circular(list(reversed(error.args[1]))) from error


def _step(item: Question | Computed, conditions: tuple[str, ...]) -> Step:
    nodes = tuple(parse(text) for text in conditions if text)
    needs = {id for node in nodes for id in names(node)}
    if isinstance(item, Computed):
        texts = [item.expression, *(case.when for case in item.cases)]
        needs |= {id for text in texts if text for id in names(parse(text))}
    else:
        inside = {id for part in inner(item) if part.when for id in names(parse(part.when))}
        needs |= inside - {part.id for part in inner(item)}
    return Step(item, nodes, frozenset(needs))
