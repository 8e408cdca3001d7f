"""What SurveyJS's triggers do when an answer changes: set a value, copy one, or work one out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minga.instruments.surveyjs import dates
from minga.instruments.surveyjs.compare import equal
from minga.instruments.surveyjs.expressions import ABSENT
from minga.instruments.surveyjs.form import Trigger
from minga.instruments.surveyjs.js import UNDEFINED
from minga.instruments.surveyjs.paths import steps

if TYPE_CHECKING:
    from minga.instruments.surveyjs.session import Session

MOST_ROUNDS = 3

type Changes = dict[str, tuple[Any, Any]]


class Triggers:
    """Runs the triggers that hang on a change; changes they make count in the next of at most three rounds."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.running = False
        self.changes: Changes = {}

    def check(self, changes: Mapping[str, tuple[Any, Any]]) -> None:
        if not self.session.form.triggers or self.session.completed:
            return
        if self.running:
            self.changes.update(changes)
            return
        self.running, self.changes = True, dict(changes)
        before = dict(self.changes)
        for _ in range(MOST_ROUNDS):
            for trigger in self.session.form.triggers:
                self._one(trigger)
            if self.changes.keys() == before.keys():
                break
            self.changes = {key: change for key, change in self.changes.items() if key not in before}
            before = dict(self.changes)
        self.running = False

    def _one(self, trigger: Trigger) -> None:
        copies = trigger.kind == "copyvalue"
        if not trigger.to and trigger.kind != "runexpression":
            return
        if trigger.kind != "runexpression" and list(self.changes) == [trigger.to]:
            return
        names = list(trigger.when.names) if trigger.when else []
        if copies and trigger.source:
            names.append(trigger.source)
        if names and not any(self._changed(name) for name in names):
            return
        if trigger.when is None:
            if copies and names:
                self._act(trigger)
        elif trigger.when.run(self.session, self.session.now) is True:
            self._act(trigger)

    def _changed(self, name: str) -> bool:
        first = steps(name)[0][0].lower()
        return any(key.lower() in (first, name.lower()) and not equal(new, old, trim=False, case=True)
                   for key, (new, old) in self.changes.items())  # fmt: skip

    def _act(self, trigger: Trigger) -> None:
        session = self.session
        if trigger.kind == "setvalue":
            if trigger.to_variable:
                session.set_variable(trigger.to, trigger.value)
            else:
                self._set(trigger.to, trigger.value)
        elif trigger.kind == "copyvalue":
            value = session.read(trigger.source)
            if value is not ABSENT:
                self._set(trigger.to, value)
        elif trigger.expression:
            value = trigger.expression.run(session, session.now)
            if trigger.to and value is not UNDEFINED:
                self._set(trigger.to, dates.as_answer(value))

    def _set(self, name: str, value: Any) -> None:
        question = self.session.index.low.get(name.lower())
        if question:
            self.session.set_question(question, value)
        elif "." not in name:
            self.session.set_value(name, value)
