"""Questions of a SurveyJS definition as Minga's own types, and their answers in both shapes.

An answer is kept as Minga keeps it: choices by their text, what has no type of ours as JSON in a text. Nothing is
lost on the way: ``to_form(from_form(value))`` is the value that the form had.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from minga.instruments import definition as own
from minga.instruments.conditions import is_empty
from minga.instruments.surveyjs import js
from minga.instruments.surveyjs.elements import text_of
from minga.instruments.surveyjs.form import SINGLE_CHOICE, Choice, Question, Text, inner_questions
from minga.instruments.surveyjs.index import COMMENT
from minga.instruments.surveyjs.words import joined, plain_text

LONGEST, LONGEST_LINE, MOST_ENTRIES = 20_000, 1_000, 100
_WITHOUT_QUESTION = ("html", "image", "empty", "expression")
_SPECIAL: dict[str, Text] = {
    "none": {"en": "None", "es": "Ninguna", "fr": "Aucune"},
    "refused": {"en": "Refuse to answer", "es": "Prefiero no responder", "fr": "Refus de répondre"},
    "dontknow": {"en": "Don't know", "es": "No sé", "fr": "Je ne sais pas"},
    "other": {"en": "Other (describe)", "es": "Otra (descríbala)", "fr": "Autre (précisez)"},
}
_BOTH: tuple[tuple[bool, Text], ...] = (
    (True, {"en": "Yes", "es": "Sí", "fr": "Oui"}),
    (False, {"en": "No", "es": "No", "fr": "Non"}),
)
_COMMENT: Text = {"en": "Comment", "es": "Comentario", "fr": "Commentaire"}


@dataclass(frozen=True, slots=True)
class Mapped:
    """One question in Minga's type. ``name``: the SurveyJS question; ``comment``: the text beside its answer.

    ``values``: option -> the choice's value where that is no text; ``as_json``: the text holds JSON.
    """

    question: own.Question
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    as_json: bool = False
    comment: bool = False
    parts: Mapping[str, Mapped] = field(default_factory=dict)

    def to_form(self, value: Any) -> Any:
        """A stored answer as the form expects it; what does not fit the type passes unchanged."""
        if self.as_json:
            return _loaded(value)
        match self.question:
            case own.Single():
                return self._value(value)
            case own.Multiple() if isinstance(value, list):
                return [self._value(item) for item in value]
            case own.Matrix() if isinstance(value, Mapping):
                return {row: self._value(column) for row, column in value.items()}
            case own.Repeated() if isinstance(value, list):
                return [self._entry(entry, back=False) for entry in value]
        return value

    def from_form(self, value: Any) -> Any:  # noqa: PLR0911
        """The form's answer as Minga stores it."""
        if self.as_json:
            return value if is_empty(value) else json.dumps(value, ensure_ascii=False)
        match self.question:
            case own.Single():
                return self._option(value)
            case own.Multiple() if isinstance(value, list):
                return [self._option(item) for item in value]
            case own.Multiple(options=options):
                one = self._option(value)
                return [one] if any(option.value == one for option in options) else value
            case own.Matrix() if isinstance(value, Mapping):
                return {row: self._option(column) for row, column in value.items()}
            case own.Repeated() if isinstance(value, list):
                return [self._entry(entry, back=True) for entry in value]
            case own.Number() if isinstance(value, str):
                return _number(value)
        return value

    def _value(self, option: Any) -> Any:
        return self.values.get(option, option) if isinstance(option, str) else option

    def _option(self, value: Any) -> Any:
        return next((text for text, held in self.values.items() if held == value and type(held) is type(value)), value)

    def _entry(self, entry: Any, *, back: bool) -> Any:
        if not isinstance(entry, Mapping):
            return entry
        return {
            key: value if (part := self.parts.get(key)) is None
            else part.from_form(value) if back else part.to_form(value)
            for key, value in entry.items()
        }  # fmt: skip


def mapped(question: Question, required: bool) -> Iterable[Mapped]:
    """``question`` and, where it has one, the comment beside it; nothing for texts and calculated values."""
    if question.kind in _WITHOUT_QUESTION:
        return
    yield _one(question, question.key, required)
    if question.comment_area or _has_other(question):
        ask = plain_text(text_of(question.raw.get("commentText") or question.raw.get("otherText"))) or _COMMENT
        made = own.LongText(
            id=question.key + COMMENT, ask=joined(plain_text(question.title), ask, ": "), longest=LONGEST
        )
        yield Mapped(made, question.name, comment=True)


def _one(question: Question, id: str, required: bool) -> Mapped:
    given: dict[str, Any] = {
        "id": id,
        "ask": plain_text(question.title),
        "help": plain_text(question.help or text_of(question.raw.get("help"))),
        "required": required,
    }
    made = _choice(question, given) or _group(question, given) or _plain(question, given)
    if made:
        return made
    return Mapped(own.LongText(**given, longest=LONGEST), question.name, as_json=True)


def _choice(question: Question, given: dict[str, Any]) -> Mapped | None:
    """A question with choices; None where the file has none, or their order is the answer (a ranking)."""
    if question.kind == "boolean":
        labels = {True: question.raw.get("labelTrue"), False: question.raw.get("labelFalse")}
        kept = {True: question.raw.get("valueTrue", True), False: question.raw.get("valueFalse", False)}
        choices = tuple(Choice(kept[side], text_of(labels[side]) or words) for side, words in _BOTH)
        return _single(question, choices, given)
    if question.kind == "rating" and question.raw.get("rateValues"):
        return _single(question, _raw_choices(question.raw["rateValues"]), given)
    if question.kind == "matrix" and question.rows and question.columns and not question.several:
        columns, values = _options(question.columns)
        rows, _ = _options(question.rows)
        return Mapped(own.Matrix(**given, rows=rows, columns=columns), question.name, values)
    if not question.choices or question.raw.get("choicesByUrl") or question.kind == "ranking":
        return None
    choices = (*question.choices, *_special(question))
    if question.takes_several:
        options, values = _options(choices)
        return Mapped(own.Multiple(**given, options=options), question.name, values)
    return _single(question, choices, given) if question.kind in SINGLE_CHOICE else None


def _single(question: Question, choices: Iterable[Choice], given: dict[str, Any]) -> Mapped:
    options, values = _options(choices)
    return Mapped(own.Single(**given, options=options), question.name, values)


def _group(question: Question, given: dict[str, Any]) -> Mapped | None:
    """Repeated panels and rows."""
    if question.kind not in ("paneldynamic", "matrixdynamic") or not question.parts:
        return None
    inside = [part for part in inner_questions(question) if part.kind not in _WITHOUT_QUESTION]
    parts = {}
    for part in inside:
        made = _one(part, part.key, part.required and not part.visible_if)
        flat = not isinstance(made.question, own.Repeated)
        parts[part.key] = made if flat else _kept_whole(part)
    raw, panel = question.raw, question.kind == "paneldynamic"
    fewest, most = (
        raw.get("minPanelCount" if panel else "minRowCount"),
        raw.get("maxPanelCount" if panel else "maxRowCount"),
    )
    entry = text_of(raw.get("templateTitle")) if panel else {}
    made_of: list[Any] = [part.question for part in parts.values()]
    group = own.Repeated(
        **given, questions=made_of, entry=plain_text(entry) or given["ask"],
        fewest=_count(fewest, 0), most=_count(most, MOST_ENTRIES),
    )  # fmt: skip
    return Mapped(group, question.name, parts=parts)


def _kept_whole(question: Question) -> Mapped:
    kept = own.LongText(id=question.key, ask=plain_text(question.title), longest=LONGEST)
    return Mapped(kept, question.name, as_json=True)


def _plain(question: Question, given: dict[str, Any]) -> Mapped | None:
    raw = question.raw
    made: own.Question | None = None
    if question.kind == "comment":
        made = own.LongText(**given, longest=_count(raw.get("maxLength"), LONGEST))
    elif question.kind == "rating":
        made = own.Number(**given, lowest=_bound(raw.get("rateMin", 1)), highest=_bound(raw.get("rateMax", 5)))
    elif question.kind == "slider" and raw.get("sliderType", "single") == "single":
        made = own.Number(**given, lowest=_bound(raw.get("min", 0)), highest=_bound(raw.get("max", 100)))
    elif question.kind == "text":
        made = _line(raw, given)
    elif question.kind == "file" and not raw.get("allowMultiple"):
        made = own.File(**given, largest=_count(raw.get("maxSize"), 10_000_000))
    return Mapped(made, question.name) if made else None


def _line(raw: dict[str, Any], given: dict[str, Any]) -> own.Question:
    kind = raw.get("inputType", "text")
    if kind in ("number", "range"):
        return own.Number(**given, lowest=_bound(raw.get("min")), highest=_bound(raw.get("max")))
    if kind == "date":
        return own.Date(**given, earliest=_day(raw.get("min")), latest=_day(raw.get("max")))
    return own.ShortText(**given, longest=_count(raw.get("maxLength"), LONGEST_LINE))


def _options(choices: Iterable[Choice]) -> tuple[list[own.Option], dict[str, Any]]:
    """Options by text, the first of each, and the values that are no text."""
    options: dict[str, own.Option] = {}
    values: dict[str, Any] = {}
    for choice in choices:
        text = choice.value if isinstance(choice.value, str) else js.to_text(choice.value)
        if text in options:
            continue
        options[text] = own.Option(value=text, text=plain_text(choice.text) or {"en": text})
        if not isinstance(choice.value, str):
            values[text] = choice.value
    return list(options.values()), values


def _special(question: Question) -> Iterable[Choice]:
    for name in (*question.special, *(("other",) if _has_other(question) else ())):
        given = question.raw.get({"none": "noneText", "other": "otherText", "refused": "refuseText"}.get(name, ""))
        yield Choice(name, text_of(given) or _SPECIAL[name])


def _has_other(question: Question) -> bool:
    return bool(question.raw.get("showOtherItem") or question.raw.get("hasOther"))


def _raw_choices(given: Any) -> list[Choice]:
    found = []
    for item in given if isinstance(given, list) else []:
        value = item.get("value") if isinstance(item, Mapping) else item
        found.append(Choice(value, text_of(item.get("text")) if isinstance(item, Mapping) else text_of(value)))
    return found


def _loaded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _number(text: str) -> Any:
    try:
        found = float(text)
    except ValueError:
        return text
    if not math.isfinite(found):
        return text
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _count(given: Any, usual: int) -> int:
    return given if type(given) is int and given > 0 else usual


def _bound(given: Any) -> float | None:
    return float(given) if isinstance(given, int | float) and not isinstance(given, bool) else None


def _day(given: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
