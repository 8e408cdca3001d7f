"""Questions inside the entries of repeated panels and tables: what they see, and what completion leaves of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from minga.instruments.surveyjs import choices, js
from minga.instruments.surveyjs.compare import is_empty
from minga.instruments.surveyjs.expressions import Scope
from minga.instruments.surveyjs.form import CHOICES, Group, Question, inner_questions
from minga.instruments.surveyjs.paths import look_up

if TYPE_CHECKING:
    from minga.instruments.surveyjs.session import Session

_PREFIX = {"paneldynamic": "panel", "matrixdropdown": "row", "matrixdynamic": "row"}


class Item:
    """The scope of a choice's condition: ``{item}`` is its value."""

    def __init__(self, value: Any, outer: Scope) -> None:
        self.value, self.outer = value, outer

    def read(self, name: str) -> Any:
        return self.value if name.lower() in ("item", "choice", "self") else self.outer.read(name)


class Entry:
    """The scope inside one entry: ``{panel.x}`` or ``{row.x}`` is its own answer, all else that of the form."""

    def __init__(self, question: Question, entry: Any, place: tuple[int, Any], outer: Scope) -> None:
        self.prefix = _PREFIX[question.kind]
        self.entry = entry if isinstance(entry, dict) else {}
        self.index, self.row = place
        self.outer = outer

    def read(self, name: str) -> Any:
        low = name.lower()
        if low.startswith(f"{self.prefix}."):
            found = look_up(self.entry, name[len(self.prefix) + 1 :])
            return found[0] if found else js.UNDEFINED
        if low in (f"{self.prefix}index", f"visible{self.prefix}index"):
            return self.index + (self.prefix == "row")
        if low in ("rowvalue", "rowname") and self.prefix == "row":
            return self.row
        return self.outer.read(name)


def has_conditions(question: Question) -> bool:
    """Whether anything inside the entries of ``question`` can be hidden."""
    return any(_conditional(part) for part in question.parts)


def shown_inside(session: Session, question: Question, entry: Any, place: tuple[int, Any]) -> list[Question]:
    """The inner questions that one entry shows."""
    scope = Entry(question, entry, place, session)
    shown: list[Question] = []
    for part in question.parts:
        _collect(part, scope, session.now, shown)
    return shown


def clear_entries(session: Session, question: Question, reason: str) -> None:
    """Drops what is hidden inside each entry of a repeated panel, and what is no choice there."""
    value = session.values.get(question.key)
    if not isinstance(value, list) or (reason == "onHiddenContainer" and not has_conditions(question)):
        return
    kept = []
    for at, entry in enumerate(value):
        shown = shown_inside(session, question, entry, (at, None))
        kept.append(_cleared(session, question, entry, shown, reason))
    if kept != value:
        session.values[question.key] = kept


def _cleared(session: Session, question: Question, entry: Any, shown: list[Question], reason: str) -> Any:
    if not isinstance(entry, dict):
        return entry
    left = dict(entry)
    for inner in inner_questions(question):
        mode = session.clear_mode(inner)
        if inner.key not in left or mode == "none" or (reason == "onHiddenContainer" and mode != reason):
            continue
        if inner not in shown:
            left.pop(inner.key)
            left.pop(f"{inner.key}-Comment", None)
        elif inner.kind in CHOICES and not inner.keeps_unknown and not is_empty(left[inner.key]):
            found = choices.without_unknown(inner, choices.as_question_reads(inner, left[inner.key]), inner.choices)
            if found is js.UNDEFINED:
                left.pop(inner.key)
            elif found != left[inner.key]:
                left[inner.key] = found
    return left


def _collect(part: Group | Question, scope: Scope, now: dt.datetime, shown: list[Question]) -> None:
    visible = part.visible if part.visible_if is None else part.visible_if.holds(scope, now)
    if not visible:
        return
    if isinstance(part, Question):
        shown.append(part)
        return
    for inner in part.parts:
        _collect(inner, scope, now, shown)


def _conditional(part: Group | Question) -> bool:
    if part.visible_if or not part.visible:
        return True
    return isinstance(part, Group) and any(_conditional(inner) for inner in part.parts)
