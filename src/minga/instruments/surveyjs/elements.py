"""Makes typed questions, panels and conditions of the raw parts of a definition, and notes what is not reproduced."""

from __future__ import annotations

from typing import Any

from minga.instruments.surveyjs.expressions import Expression, compiled
from minga.instruments.surveyjs.form import (
    CHOICES,
    KINDS,
    TABLES,
    WITHOUT_COMMENT,
    Choice,
    Condition,
    Group,
    Note,
    Question,
    Text,
    questions_in,
)
from minga.instruments.surveyjs.grammar import ExpressionError, HostileExpression

UNREPRODUCED = {
    "choicesByUrl": "choices that a web address supplies are not fetched; every value counts as known",
    "choicesFromQuestion": "choices carried over from another question are not worked out; every value counts as known",
    "valuePropertyName": "entries of the question keep their shape; other questions do not follow them",
    "bindings": "bound properties do not follow answers",
    "maskType": "masked input is taken as stored",
    "rowsVisibleIf": "all rows count as shown",
    "columnsVisibleIf": "all columns count as shown",
    "rowCountExpression": "the number of rows is that of the answers",
    "panelCountExpression": "the number of entries is that of the answers",
    "minValueExpression": "the bound is not checked",
    "maxValueExpression": "the bound is not checked",
    "defaultRowValue": "new rows start empty",
    "defaultPanelValue": "new entries start empty",
    "detailElements": "the detail panel of a row is not shown; its answers are kept",
    "hideIfRowsEmpty": "the question stays shown without rows",
    "hideIfChoicesEmpty": "the question stays shown without choices",
    "allowCustomChoices": "values that are no choice are kept",
    "storeOthersAsComment": "the text of another answer is looked for beside the answer",
}
INTERACTIVE = ("setValueIf", "setValueExpression", "resetValueIf")
_SPECIAL = (
    (("showNoneItem", "hasNone"), "none"),
    (("showRefuseItem",), "refused"),
    (("showDontKnowItem",), "dontknow"),
)
_UNKNOWN_KEPT = ("choicesByUrl", "choicesFromQuestion", "allowCustomChoices", "valuePropertyName")


def text_of(given: Any) -> Text:
    """A text that is the same in all languages, or ``{"default": ..., "fr": ...}``, by language code."""
    if isinstance(given, dict):
        found = {str(code): str(words) for code, words in given.items() if isinstance(words, str)}
        words = found.pop("default", None)
        return found if words is None else {"en": words, **found}
    return {"en": str(given)} if isinstance(given, str | int | float) and not isinstance(given, bool) else {}


def questions_of(group: Group) -> list[tuple[Question, Group]]:
    return list(questions_in(group))


class Maker:
    """Collects ``notes``, ``problems`` (which refuse the definition) and the ``languages`` met on the way."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.problems: list[str] = []
        self.languages: set[str] = set()
        self.expressions: list[tuple[str, Expression]] = []

    def page(self, raw: Any, path: str, at: int) -> Group | None:
        if not isinstance(raw, dict):
            self.problems.append(f"{path}: a page must be an object.")
            return None
        return self._group(raw, path, "page", raw.get("name") or f"page{at + 1}")

    def _group(self, raw: dict[str, Any], path: str, kind: Any, name: Any) -> Group:
        return Group(
            name=str(name),
            kind=kind,
            path=path,
            title=self._text(raw.get("title")),
            visible=raw.get("visible", True) is not False,
            visible_if=self.condition(raw, "visibleIf", path),
            parts=self._parts(raw.get("elements", raw.get("questions")), f"{path}.elements"),
        )

    def _parts(self, given: Any, path: str) -> tuple[Group | Question, ...]:
        found: list[Group | Question] = []
        for at, raw in enumerate(self.dicts(given, path)):
            place = f"{path}[{at}]"
            if raw.get("type") in ("panel", "flowpanel"):
                found.append(self._group(raw, place, "panel", raw.get("name") or ""))
            else:
                question = self.question(raw, place)
                found += [question] if question else []
        return tuple(found)

    def question(self, raw: dict[str, Any], path: str, kind: str = "") -> Question | None:
        """The question ``raw``; a problem where it has no name."""
        kind = kind or str(raw.get("type") or "")
        name = raw.get("name")
        if not isinstance(name, str) or not name.strip():
            self.problems.append(f"{path}: a question needs a name; SurveyJS keeps its answer under it.")
            return None
        path = f"{path} ({name})"
        self._note_unreproduced(raw, path, kind)
        return Question(
            name=name,
            key=str(raw.get("valueName") or name),
            kind=kind,
            path=path,
            title=self._text(raw.get("title")) or {"en": name},
            help=self._text(raw.get("description")),
            visible=raw.get("visible", True) is not False,
            visible_if=self.condition(raw, "visibleIf", path),
            required=bool(raw.get("isRequired")),
            required_if=self.condition(raw, "requiredIf", path),
            clear=str(raw.get("clearIfInvisible") or "default"),
            choices=self._choices(raw.get("choices"), f"{path}.choices") if kind in CHOICES else (),
            choices_visible_if=self.condition(raw, "choicesVisibleIf", path),
            special=tuple(value for names, value in _SPECIAL if any(raw.get(name) for name in names)),
            default=raw.get("defaultValue"),
            default_if=self.condition(raw, "defaultValueExpression", path),
            expression=self.condition(raw, "expression", path) if kind == "expression" else None,
            precision=raw["precision"] if isinstance(raw.get("precision"), int) else -1,
            keeps_unknown=any(raw.get(each) for each in _UNKNOWN_KEPT),
            comment_area=kind not in WITHOUT_COMMENT and bool(raw.get("showCommentArea") or raw.get("hasComment")),
            rows=self._choices(raw.get("rows"), f"{path}.rows") if kind.startswith("matrix") else (),
            columns=self._choices(raw.get("columns"), f"{path}.columns") if kind == "matrix" else (),
            several=raw.get("cellType") == "checkbox",
            parts=self._inside(raw, path, kind),
            raw=raw,
        )

    def _inside(self, raw: dict[str, Any], path: str, kind: str) -> tuple[Group | Question, ...]:
        if kind == "paneldynamic":
            return self._parts(raw.get("templateElements"), f"{path}.templateElements")
        if kind not in TABLES:
            return ()
        usual = str(raw.get("cellType") or "dropdown")
        cells = []
        for at, column in enumerate(self.dicts(raw.get("columns"), f"{path}.columns")):
            given = str(column.get("cellType") or "default")
            choices = column.get("choices") or raw.get("choices")
            cell = {**column, **({"choices": choices} if choices else {})}
            made = self.question(cell, f"{path}.columns[{at}]", usual if given == "default" else given)
            cells += [made] if made else []
        return tuple(cells)

    def _choices(self, given: Any, path: str) -> tuple[Choice, ...]:
        found = []
        for at, raw in enumerate(given if isinstance(given, list) else []):
            if isinstance(raw, dict):
                if raw.get("elements"):
                    self.notes.append(Note("unsupported", f"{path}[{at}]", "questions inside a choice are not shown."))
                condition = self.condition(raw, "visibleIf", f"{path}[{at}]")
                found.append(
                    Choice(raw.get("value"), self._text(raw.get("text")) or text_of(raw.get("value")), condition)
                )
            elif isinstance(raw, str) and "|" in raw:
                value, _, text = raw.partition("|")
                found.append(Choice(value, text_of(text)))
            else:
                found.append(Choice(raw, text_of(raw)))
        return tuple(found)

    def condition(self, raw: dict[str, Any], name: str, path: str) -> Condition:
        """The compiled expression under ``name``, None where there is none or SurveyJS could not read it either."""
        given = raw.get(name)
        if given in (None, ""):
            return None
        place = f"{path}.{name}"
        if not isinstance(given, str):
            self.problems.append(f"{place}: an expression is a text.")
            return None
        try:
            made = compiled(given)
        except HostileExpression as error:
            self.problems.append(f"{place}: the expression is refused: {error}")
            return None
        except ExpressionError as error:
            self.notes.append(Note("expression", place, str(error)))
            return None
        self.expressions.append((place, made))
        for function in made.unknown:
            text = f"the function {function}() is not reproduced: it gives nothing. Remove it, or calculate the value."
            self.notes.append(Note("unsupported", place, text))
        for variable in made.names:
            if variable.startswith("$"):
                text = f"{{{variable}}} asks for a property of a question on screen: it gives nothing."
                self.notes.append(Note("unsupported", place, text))
        return made

    def dicts(self, given: Any, path: str) -> list[dict[str, Any]]:
        """The objects of a list; anything else in it is a problem."""
        if given is None:
            return []
        if not isinstance(given, list):
            self.problems.append(f"{path}: must be a list.")
            return []
        for at, each in enumerate(given):
            if not isinstance(each, dict):
                self.problems.append(f"{path}[{at}]: must be an object.")
        return [each for each in given if isinstance(each, dict)]

    def _text(self, given: Any) -> Text:
        found = text_of(given)
        self.languages.update(found)
        return found

    def _note_unreproduced(self, raw: dict[str, Any], path: str, kind: str) -> None:
        if kind not in KINDS:
            text = f"questions of type {kind or '(none)'!r} are not known: the answer is kept as it is."
            self.notes.append(Note("unsupported", path, text))
        for name, text in UNREPRODUCED.items():
            if raw.get(name) not in (None, "", False, [], {}, "none"):
                self.notes.append(Note("unsupported", f"{path}.{name}", f"{text}."))
        for name in INTERACTIVE:
            if raw.get(name):
                text = "acts when a person changes an answer; stored answers are taken as they are."
                self.notes.append(Note("interactive", f"{path}.{name}", text))
                self.condition(raw, name, path)
        if raw.get("showOtherItem") or raw.get("hasOther"):
            text = "an answer that is no choice is not turned into the other answer; it is dropped on completion."
            self.notes.append(Note("unsupported", f"{path}.showOtherItem", text))
