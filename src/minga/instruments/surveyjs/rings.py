"""Names that lead nowhere, and values or conditions that hang on each other in a ring."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from minga.instruments.surveyjs.form import Condition, Form, Group, Note, Question
from minga.instruments.surveyjs.paths import steps

if TYPE_CHECKING:
    from minga.instruments.surveyjs.elements import Maker

CONTEXT = ("panel", "row", "item", "choice", "self", "parent", "prevrow", "nextrow", "prevpanel", "nextpanel",
           "parentpanel", "panelindex", "visiblepanelindex", "rowindex", "visiblerowindex", "rowvalue", "rowname",
           "rowtitle", "totalrow", "survey", "composite", "matrix", "column")  # fmt: skip
BUILT_IN = ("pageno", "pagecount", "locale", "questioncount", "correctanswers", "correctedanswers",
            "correctedanswercount", "incorrectanswers", "incorrectedanswers", "incorrectedanswercount")  # fmt: skip


def unknown_names(form: Form, makes: Maker) -> list[Note]:
    """Variables that no question, calculated value or context of the form answers to; they count as empty."""
    known = {question.key.lower() for question, _ in form.questions()}
    known |= {value.name.lower() for value in form.calculated} | set(CONTEXT) | set(BUILT_IN)
    known |= {f"{question.key.lower()}-comment" for question, _ in form.questions()}
    found = []
    for path, expression in makes.expressions:
        for name in expression.names:
            first = steps(name)[0][0].lower()
            if name.startswith("$") or name.find(":") > 0 or first in known or name.lower() in known:
                continue
            if first.removesuffix("-unwrapped") not in known and ".columns" not in path and ".template" not in path:
                found.append(Note("name", path, f"{{{name}}} is not in the form: it counts as empty."))
    return found


def rings(form: Form) -> list[Note]:
    """Each ring once, named. SurveyJS recalculates at most ten times more and keeps what it has then; so do we."""
    values = _find_ring(dict(_value_needs(form)))
    found = []
    if values:
        text = f"calculations hang on each other: {' -> '.join(values)}. They are worked out at most eleven times."
        found.append(Note("ring", values[0], text))
    shown = _find_ring(dict(_condition_needs(form)))
    if shown:
        text = f"what is shown hangs on each other: {' -> '.join(shown)}. A hidden answer still counts for the others."
        found.append(Note("ring", shown[0], text))
    return found


def _value_needs(form: Form) -> Iterator[tuple[str, set[str]]]:
    for value in form.calculated:
        yield value.name.lower(), _names(value.expression)
    for question, _ in form.questions():
        if question.expression or question.default_if:
            yield question.key.lower(), _names(question.expression) | _names(question.default_if)


def _condition_needs(form: Form) -> Iterator[tuple[str, set[str]]]:
    def down(parts: tuple[Group | Question, ...], above: set[str]) -> Iterator[tuple[str, set[str]]]:
        for part in parts:
            needs = above | _names(part.visible_if)
            if isinstance(part, Group):
                yield from down(part.parts, needs)
            elif needs:
                yield part.key.lower(), needs

    yield from down(form.pages, set())


def _names(condition: Condition) -> set[str]:
    return {steps(name)[0][0].lower() for name in condition.names} if condition else set()


def _find_ring(needs: dict[str, set[str]]) -> list[str]:
    try:
        tuple(TopologicalSorter({name: found & needs.keys() for name, found in needs.items()}).static_order())
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []
