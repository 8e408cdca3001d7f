"""What a SurveyJS definition makes of answers: what is shown, and the data that completion leaves.

reading = read(form, data)      # as ``survey.data = data``
reading.visible, reading.completed   # then as ``survey.doComplete()``
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minga.instruments.surveyjs.compare import is_empty
from minga.instruments.surveyjs.form import Calculated, Form
from minga.instruments.surveyjs.index import COMMENT
from minga.instruments.surveyjs.js import UNDEFINED, plain
from minga.instruments.surveyjs.session import Session


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers as the form sees them.

    ``visible``: names of the questions shown, in order. ``pages``: names of the pages shown. ``data``: after the
    conditions ran; ``completed``: after completion, which drops hidden answers in one pass. ``dropped``: what was
    given and is not in ``completed``. ``unknown``: given, but the form has no question for it (kept in the data).
    ``calculated``: the calculated values.
    """

    form: Form
    visible: tuple[str, ...]
    pages: tuple[str, ...]
    data: dict[str, Any]
    completed: dict[str, Any]
    dropped: dict[str, Any]
    unknown: dict[str, Any]
    calculated: dict[str, Any]


def read(form: Form, data: Mapping[str, Any], now: dt.datetime | None = None) -> Reading:
    """Works out ``data`` in ``form``; ``now`` (naive, local) is what today() says, else the clock does."""
    session = begin(form, now or dt.datetime.now())
    session.set_data(data)
    shown = session.shown()
    visible = tuple(question.name for question in session.index.questions if question in shown)
    pages = tuple(page.name for page in form.pages if session.group_shown(page))
    before = _data(session)
    session.complete()
    completed = _data(session)
    return Reading(
        form=form,
        visible=visible,
        pages=pages,
        data=before,
        completed=completed,
        dropped={key: value for key, value in data.items() if key not in completed and not is_empty(value)},
        unknown={key: value for key, value in data.items() if not _known(session, key)},
        calculated={value.name: plain(session.variables.get(value.name.lower())) for value in form.calculated},
    )


def begin(form: Form, now: dt.datetime) -> Session:
    """A session before any data. What loading alone decides is worked out once per form where it cannot change."""
    if form.calculated or form.triggers or not _still(form):
        session = Session(form, now)
        session.load()
        return session
    if "loaded" not in form.memory:
        first = Session(form, now)
        first.load()
        form.memory["loaded"] = (first.visible, first.filtered, first.shown_before, first.page, first.passed)
    session = Session(form, now)
    visible, filtered, shown, session.page, passed = form.memory["loaded"]
    session.visible, session.filtered, session.shown_before = dict(visible), dict(filtered), dict(shown)
    session.passed = set(passed)
    return session


def _still(form: Form) -> bool:
    """Whether no condition of the form calls a function: then loading gives the same at any time."""
    if "still" not in form.memory:
        conditions = [condition for question, _ in form.questions()
                      for condition in (question.visible_if, question.expression, question.default_if,
                                        question.choices_visible_if) if condition]  # fmt: skip
        form.memory["still"] = not any(condition.calls for condition in conditions) and not any(
            group.visible_if.calls for _, group in form.questions() if group.visible_if
        )
    return bool(form.memory["still"])


def _data(session: Session) -> dict[str, Any]:
    found = {
        key: value if isinstance(value, str) else plain(value)
        for key, value in session.values.items()
        if value is not UNDEFINED
    }
    for value in session.form.calculated:
        held = _calculated(session, value)
        if value.in_result and held is not UNDEFINED:
            found[value.name] = plain(held)
    return found


def _calculated(session: Session, value: Calculated) -> Any:
    """A calculated value that is nothing but the answer of a several-choices question stays that very list."""
    held = session.variables.get(value.name.lower(), UNDEFINED)
    name = value.expression.names[0] if value.expression.names else ""
    if isinstance(held, list) and value.expression.text.strip() == f"{{{name}}}":
        question, path, _ = session.index.resolve(name)
        if question and question.takes_several and not path:
            return session.question_value(question)
    return held


def _known(session: Session, key: str) -> bool:
    name = key.strip()
    return name in session.index.by_key or name.removesuffix(COMMENT) in session.index.by_key
