"""What the sessions of one form share, worked out once: its questions by key and name, and which have work to do."""

from __future__ import annotations

from typing import Any

from minga.instruments.surveyjs import js
from minga.instruments.surveyjs.compare import is_empty
from minga.instruments.surveyjs.form import CHOICES, Form, Group, Question
from minga.instruments.surveyjs.js import UNDEFINED
from minga.instruments.surveyjs.paths import follow, steps

COMMENT = "-Comment"
BUILT_IN = ("pageno", "pagecount", "locale")


def boolean_default(question: Question, value: Any) -> Any:
    """A yes/no question takes "true" and "false" as its default, and stores its own two values."""
    if question.kind != "boolean":
        return value
    yes, no = question.raw.get("valueTrue", True), question.raw.get("valueFalse", False)
    if value in ("true", True) or value == yes:
        return yes
    return no if value in ("false", False) or value == no else UNDEFINED


def has_comment(question: Question) -> bool:
    """Whether the text beside the answer belongs to the question; else it is an answer that no question has."""
    return question.comment_area or bool(question.raw.get("showOtherItem") or question.raw.get("hasOther"))


def blank(value: Any) -> bool:
    return js.is_missing(value) or (isinstance(value, str) and not value)


def into(value: Any, path: tuple[Any, ...]) -> tuple[Any] | None:
    """A path below a question's own name; a first index without more gives an entry, or nothing."""
    (_, index), *rest = path
    if index is not None:
        if isinstance(value, list) and index >= 0:
            value = value[index] if index < len(value) else UNDEFINED
        elif rest:
            return None
    return (follow(value, rest) if rest and not is_empty(value) else None) if rest else (value,)


class Index:
    """What one form's sessions share: questions by key and by name, and which of them have anything to run."""

    def __init__(self, form: Form) -> None:
        self.questions = [question for question, _ in form.questions()]
        self.by_key: dict[str, list[Question]] = {}
        self.low: dict[str, Question] = {}
        for question in self.questions:
            self.by_key.setdefault(question.key, []).append(question)
            self.low.setdefault(question.key.lower(), question)
        self.around: dict[Question, tuple[Group, ...]] = {}
        self.visible: dict[Group | Question, bool] = {}
        for page in form.pages:
            self._enter(page, ())
        self.names: dict[str, tuple[Question | None, tuple[Any, ...], str]] = {}
        self.calculated = {value.name: value for value in form.calculated}
        self.choice_questions = [question for question in self.questions if question.kind in CHOICES]
        self.known = {
            q: frozenset(choice.value for choice in q.choices if isinstance(choice.value, str))
            for q in self.choice_questions
        }
        self.with_default = [q for q in self.questions if not is_empty(q.default) or q.default_if]
        self.with_default_expression = [q for q in self.questions if q.default_if]
        self.filtering = {
            q for q in self.questions if q.choices and (q.choices_visible_if or any(c.visible_if for c in q.choices))
        }
        self.active = {
            q for q in self.questions
            if q.visible_if or q.expression or q.default_if or q in self.filtering
        }  # fmt: skip
        self.rankings = [q for q in self.questions if q.kind == "ranking" and not q.raw.get("selectToRankEnabled")]
        self.own_clear = any(q.clear != "default" for q in self.questions)
        early = ("onHidden", "onHiddenContainer")
        self.clears_early = form.clear in early or bool(self.with_default) or any(
            q.clear in early for q in self.questions
        )  # fmt: skip

    def _enter(self, group: Group, around: tuple[Group, ...]) -> None:
        self.visible[group] = group.visible
        for part in group.parts:
            if isinstance(part, Group):
                self._enter(part, (*around, group))
            else:
                self.visible[part] = part.visible
                self.around[part] = (*around, group)

    def resolve(self, name: str) -> tuple[Question | None, tuple[Any, ...], str]:
        """The question a name begins with, the longest first, and the path below it."""
        path = steps(name)
        last = next((at for at, (_, index) in enumerate(path) if index is not None), len(path) - 1)
        for end in range(last, -1, -1):
            key = ".".join(part for part, _ in path[: end + 1]).lower().removesuffix("-unwrapped")
            if key in self.low:
                below = path[end:] if path[end][1] is not None or end + 1 < len(path) else ()
                return self.low[key], below, name.lower()
        return None, (), name.lower()


def index_of(form: Form) -> Index:
    if "index" not in form.memory:
        form.memory["index"] = Index(form)
    found: Index = form.memory["index"]
    return found
