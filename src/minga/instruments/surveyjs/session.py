"""A form being filled in, step by step as survey-core does it: load, set the data, run the conditions, complete.

The order of the steps decides the result where forms calculate answers or drop hidden ones, so it is theirs.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from typing import Any

from minga.instruments.surveyjs import choices, dates, inside, js, remains
from minga.instruments.surveyjs.compare import equal, is_empty, is_number
from minga.instruments.surveyjs.expressions import ABSENT, Expression
from minga.instruments.surveyjs.form import CHOICES, Choice, Form, Group, Question, questions_in
from minga.instruments.surveyjs.index import BUILT_IN, COMMENT, blank, boolean_default, has_comment, index_of, into
from minga.instruments.surveyjs.js import UNDEFINED
from minga.instruments.surveyjs.paths import look_up
from minga.instruments.surveyjs.triggers import Triggers

MOST_RUNS = 11


class Session:
    """``values`` are the data as stored, ``visible`` the elements whose own condition holds."""

    def __init__(self, form: Form, now: dt.datetime) -> None:
        self.form, self.now = form, now
        self.index = index_of(form)
        self.values: dict[str, Any] = {}
        self.variables: dict[str, Any] = {}
        self.visible: dict[Group | Question, bool] = dict(self.index.visible)
        self.shown_before: dict[Group, bool] = {}
        self.filtered: dict[Question, list[Choice]] = {}
        self.dropped: dict[Question, list[Any]] = {}
        self.changed_by_hand: set[Question] = set()
        self.running = self.setting_data = self.loading = self.completed = False
        self.changed_while_running = False
        self.in_default = False
        self.page: Group | None = None
        self.passed: set[Group] = set()
        self.triggers = Triggers(self)

    # -- what SurveyJS does, in its order -------------------------------------------------------------------------

    def load(self) -> None:
        """What happens before any data: default values, then all conditions."""
        self.loading = True
        for question in self.index.with_default:
            self._default(question)
        self.loading = False
        self.run_conditions()
        self._turn_page()

    def set_data(self, data: Mapping[str, Any]) -> None:
        """Puts stored answers in place of everything there is, and runs the conditions."""
        self.values = {key.strip(): copy.deepcopy(value) if isinstance(value, dict | list) else value
                       for key, value in data.items() if key.strip() != "__proto__"}  # fmt: skip
        self.dropped.clear()
        self.changed_by_hand = {
            question for question in self.index.with_default_expression if not is_empty(self.values.get(question.key))
        }
        for question in self.index.rankings:
            if question.key in self.values:
                self.values[question.key] = choices.ranked(question, self.values[question.key])
        self.run_conditions()

    def run_conditions(self) -> None:
        """Calculated values, then all conditions page by page; again while that changes answers, at most 11 times."""
        if self.running or self.completed or self.loading:
            return
        for _ in range(MOST_RUNS):
            self.changed_while_running = False
            self.running = True
            self._run_once()
            self.running = False
            if not self.changed_while_running:
                break
        self.changed_while_running = False

    def complete(self) -> None:
        """Drops what is hidden and what is no choice, in one pass: what was shown stays shown while it runs."""
        self.completed = True
        for question in self.index.choice_questions:
            remains.drop_unused_comment(self, question)
        if self.form.clear == "none" and not self.index.own_clear:
            return
        for question in self.index.questions:
            self.clear_if_hidden(question, "none" if self.form.clear == "none" else "onComplete")

    # -- values ---------------------------------------------------------------------------------------------------

    def read(self, name: str) -> Any:
        """A variable of an expression: calculated value, question or stored answer, whatever the case; else ABSENT."""
        found = self.index.names.get(name)
        if found is None:
            found = self.index.names[name] = self.index.resolve(name)
        question, path, low = found
        if self.variables:
            held = look_up(self.variables, name)
            if held and held[0] is not UNDEFINED:
                return held[0]
        if low in BUILT_IN:
            return self._built_in(low)
        if question is not None:
            value = self.question_value(question)
            if not path:
                return value
            inner = into(value, path)
            if inner:
                return inner[0]
        held = look_up(self.values, name)
        if held:
            return held[0]
        return 0 if name.endswith(".length") else ABSENT

    def question_value(self, question: Question) -> Any:
        value = self.values.get(question.key, UNDEFINED)
        if question.takes_several:
            return [] if js.is_missing(value) else choices.as_question_reads(question, value)
        if value is UNDEFINED or isinstance(value, str):
            return UNDEFINED if value == "" and question.kind in CHOICES else value
        return choices.as_question_reads(question, value)

    def set_question(self, question: Question, value: Any) -> None:
        """As ``question.value = value``."""
        held = self.question_value(question)
        value = choices.as_question_reads(question, value)
        if question.takes_several and equal(held or [], value or []):
            return
        if equal(value, held) and not (value is held and isinstance(value, list | dict)):
            return
        if question.default_if and not self.in_default:
            self.changed_by_hand.add(question)
        if question.kind in CHOICES and not question.takes_several and isinstance(value, list):
            value = value[0] if value else UNDEFINED
        elif question.kind == "rating" and not question.raw.get("rateValues") and not js.is_nan(js.to_number(value)):
            value = js.parse_float(value)
        self.set_value(question.key, value)

    def set_value(self, key: str, value: Any) -> None:
        """As ``survey.setValue``: stores the answer, then runs conditions and triggers that hang on it."""
        held = self.values.get(key, UNDEFINED)
        if blank(value) or blank(held):
            if blank(value) and blank(held):
                return
        elif equal(value, held):
            return
        if is_empty(value):
            self.values.pop(key, None)
        else:
            self.values[key] = copy.deepcopy(value)
        self.note_change(key, value, held)

    def set_variable(self, name: str, value: Any) -> None:
        held = self.variables.get(name.lower(), UNDEFINED)
        self.values.pop(name, None)
        self.variables[name.lower()] = value
        if not equal(held, value):
            self.note_change(name.lower(), value, held)

    def note_change(self, key: str, new: Any, old: Any) -> None:
        if self.completed:
            return
        if self.running:
            self.changed_while_running = True
        else:
            self.run_conditions()
        self.triggers.check({key: (new, old)})

    # -- visibility -----------------------------------------------------------------------------------------------

    def group_shown(self, group: Group) -> bool:
        """A page or panel is shown where it may be and anything in it is."""
        if not self.visible[group]:
            return False
        return any(self.group_shown(part) if isinstance(part, Group) else self.visible[part] for part in group.parts)

    def shown(self) -> set[Question]:
        """The questions that are shown: their own condition and those of everything around them hold."""
        found: set[Question] = set()

        def down(group: Group) -> None:
            if self.visible[group]:
                for part in group.parts:
                    if isinstance(part, Group):
                        down(part)
                    elif self.visible[part]:
                        found.add(part)

        for page in self.form.pages:
            down(page)
        return found

    def question_shown(self, question: Question) -> bool:
        return self.visible[question] and all(self.visible[group] for group in self.index.around[question])

    def clear_mode(self, question: Question) -> str:
        return self.form.clear if question.clear == "default" else question.clear

    def clear_if_hidden(self, question: Question, reason: str) -> None:
        """Drops the answer of ``question`` where ``reason`` and its mode say so and it is hidden."""
        mode = self.clear_mode(question)
        if question.kind == "paneldynamic":
            inside.clear_entries(self, question, "onHiddenContainer" if reason == "onHidden" else reason)
        if mode == "none" or (reason == "onHidden" and mode == "onComplete"):
            return
        if reason == "onHiddenContainer" and mode != reason:
            return
        if self._clearable(question, reason):
            self.clear(question)
        if question.kind in CHOICES:
            remains.clear_unknown(self, question)
        elif question.kind == "matrix":
            remains.clear_columns(self, question)

    def clear(self, question: Question, keep_comment: bool = False) -> None:
        """Drops the answer of ``question`` and the comment beside it."""
        held = self.values.get(question.key, UNDEFINED)
        if self.completed and isinstance(held, str | list) and held:
            del self.values[question.key]
        elif held is not UNDEFINED:
            self.set_question(question, UNDEFINED)
        comment = question.key + COMMENT
        if not keep_comment and has_comment(question) and js.truthy(self.values.get(comment)):
            old = self.values.pop(comment)
            self.note_change(comment, UNDEFINED, old)

    # -- one run of everything ------------------------------------------------------------------------------------

    def _run_once(self) -> None:
        self._calculate()
        for page in self.form.pages:
            self._run_group(page)

    def _calculate(self) -> None:
        done: set[str] = set()

        def work_out(name: str) -> None:
            value = self.index.calculated[name]
            if name in done:
                return
            done.add(name)
            for needed in value.expression.names:
                if needed in self.index.calculated and needed != name:
                    work_out(needed)
            found = value.expression.run(self, self.now)
            if not equal(found, self.variables.get(name.lower(), UNDEFINED), case=True, trim=False):
                self.set_variable(name, found)

        for name in self.index.calculated:
            work_out(name)

    def _run_group(self, group: Group) -> None:
        watched = self.index.clears_early or group.kind == "page"
        before = self.group_shown(group) if watched else True
        for part in group.parts:
            if isinstance(part, Group):
                self._run_group(part)
            elif part in self.index.active:
                self._run_question(part)
        if group.visible_if:
            now_visible = group.visible_if.holds(self, self.now)
            if now_visible != self.visible[group]:
                self.visible[group] = now_visible
                self._group_changed(group)
        if watched and before != self.group_shown(group) != self.shown_before.get(group, True):
            self._group_changed(group)

    def _group_changed(self, group: Group) -> None:
        shown = self.shown_before[group] = self.group_shown(group)
        for question, _ in questions_in(group):
            if shown:
                self._default(question)
            else:
                self.clear_if_hidden(question, "onHiddenContainer")
        if group.kind == "page" and (group is self.page or (shown and self.page is None)):
            self._turn_page()

    def _turn_page(self) -> None:
        """A person whose page is hidden stands on the first one shown; leaving a page checks its answers once."""
        pages = self.form.pages[1:] if self.form.start_page else self.form.pages
        if self.page in pages and self.page and self.group_shown(self.page):
            return
        left, self.page = self.page, next((page for page in pages if self.group_shown(page)), None)
        if left is None or left in self.passed or left is self.page:
            return
        if self._check(left):
            self.passed.add(left)

    def _check(self, group: Group) -> bool:
        """Drops what is no choice from the shown questions of ``group``; whether no required answer is missing."""
        complete = True
        for part in group.parts:
            if isinstance(part, Group):
                complete &= not self.group_shown(part) or self._check(part)
            elif self.visible[part]:
                if part.kind in CHOICES and self.clear_mode(part) != "none":
                    remains.clear_unknown(self, part)
                complete &= not part.required or not is_empty(self.question_value(part))
        return complete

    def _run_question(self, question: Question) -> None:
        if question.visible_if:
            visible = question.visible_if.holds(self, self.now)
            if visible != self.visible[question]:
                self.visible[question] = visible
                self._question_changed(question)
        if question.expression:
            self._set_calculated(question, question.expression)
        if question in self.index.filtering:
            self._filter_choices(question)
        may = not self._clears_early(question) or self.question_shown(question)
        if question.default_if and question not in self.changed_by_hand and may:
            self._default_expression(question, question.default_if)

    def _question_changed(self, question: Question) -> None:
        early = self._clears_early(question)
        if not self.visible[question]:
            if early:
                self.clear_if_hidden(question, "onHidden")
        elif early and self.question_shown(question):
            self._default(question)

    def _set_calculated(self, question: Question, expression: Expression) -> None:
        value = expression.run(self, self.now)
        if isinstance(value, float) and value == float("inf"):
            value = UNDEFINED
        if question.precision >= 0 and is_number(value):
            value = js.to_fixed(js.to_number(value), question.precision)
        self.set_question(question, value)

    def _filter_choices(self, question: Question) -> None:
        kept = []
        for choice in question.choices:
            condition = choice.visible_if or question.choices_visible_if
            if condition is None or js.is_true(condition.run(inside.Item(choice.value, self), self.now)):
                kept.append(choice)
        if kept != self.filtered.get(question, list(question.choices)):
            self.filtered[question] = kept
            remains.clear_unknown(self, question)

    # -- defaults and remains -------------------------------------------------------------------------------------

    def _default(self, question: Question) -> None:
        if (is_empty(question.default) and not question.default_if) or not is_empty(self.question_value(question)):
            return
        if self._clears_early(question) and not self.visible[question]:
            return
        if question.default_if:
            self._default_expression(question, question.default_if)
        else:
            self._set_default(question, question.default)

    def _default_expression(self, question: Question, expression: Expression) -> None:
        value = expression.run(self, self.now)
        self._set_default(question, question.default if js.is_missing(value) else value)

    def _set_default(self, question: Question, value: Any) -> None:
        self.in_default = True
        self.set_question(question, boolean_default(question, dates.as_answer(value)))
        self.in_default = False

    def _clears_early(self, question: Question) -> bool:
        return self.clear_mode(question) in ("onHidden", "onHiddenContainer")

    def _clearable(self, question: Question, reason: str) -> bool:
        around = self.index.around[question]
        if reason == "onHiddenContainer" and not all(self.group_shown(group) for group in around):
            return True
        if self.question_shown(question):
            return False
        if self.form.start_page and around[0] is self.form.pages[0]:
            return False
        twins = self.index.by_key[question.key]
        return len(twins) < 2 or not any(twin is not question and self.question_shown(twin) for twin in twins)

    def _built_in(self, name: str) -> Any:
        if name == "locale":
            return "en"
        pages = [page for page in self.form.pages if self.group_shown(page)]
        if self.form.start_page and pages and pages[0] is self.form.pages[0]:
            pages = pages[1:]
        return (1 if pages else 0) if name == "pageno" else len(pages)
