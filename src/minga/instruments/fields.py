"""Questions as form fields, and back: what to show, what it starts with, and the answer that was sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from minga.instruments.conditions import is_empty
from minga.instruments.definition import (
    Date,
    File,
    LongText,
    Matrix,
    Multiple,
    Number,
    Option,
    Question,
    Repeated,
    Scale,
    ShortText,
    Single,
    say,
)
from minga.web.forms import DateField, HintedChoice

MOST_RADIOS = 15
"""More choices than this are a list that opens, so that one question does not fill three screens."""
MOST_COLUMNS = 6
"""The same for the columns of a table, of which each row asks again."""


def build(question: Question, name: str, language: str, entries: int) -> dict[str, forms.Field]:
    """Field name -> field. A table has one per row, a repeated group those of ``entries`` entries."""
    if isinstance(question, Repeated):
        made: dict[str, forms.Field] = {}
        for number in range(entries):
            for part in question.questions:
                made |= build(part, f"{name}__{number}__{part.id}", language, 0)
        return made
    if isinstance(question, Matrix):
        return {f"{name}__{row.value}": _cell(question, row, language) for row in question.rows}
    return {name: _plain(question, language)}


def _cell(question: Matrix, row: Option, language: str) -> forms.Field:
    """One row of a table; a list to choose from where columns are many, or where a choice may be taken back."""
    given: dict[str, Any] = {"label": say(row.text, language), "help_text": say(row.help, language)}
    if question.required and len(question.columns) <= MOST_COLUMNS:
        return _radios(question.columns, language, required=True, **given)
    choices = [("", "–"), *_choices(question.columns, language)]
    return forms.ChoiceField(choices=choices, required=question.required, **given)


def initial(question: Question, name: str, value: Any) -> dict[str, Any]:
    """Field name -> what it shows for a stored ``value``."""
    if isinstance(question, Repeated):
        started: dict[str, Any] = {}
        for number, entry in enumerate(value or []):
            for part in question.questions:
                started |= initial(part, f"{name}__{number}__{part.id}", entry.get(part.id))
        return started
    if isinstance(question, Matrix):
        return {f"{name}__{row}": column for row, column in (value or {}).items()}
    if isinstance(question, Date) and value:
        return {name: dt.date.fromisoformat(value)}
    if isinstance(question, File):
        return {}
    return {name: "" if value is None else value if isinstance(value, list) else str(value)}


def collect(question: Question, name: str, sent: Mapping[str, Any], entries: int, before: Any) -> Any:
    """The answer in what was ``sent``, not yet judged; a file of ``before`` stays where no new one was attached."""
    match question:
        case Repeated():
            old = before if isinstance(before, list) else []
            stored = [*old, *[{}] * entries]
            return [entry(question, f"{name}__{number}", sent, stored[number]) for number in range(entries)]
        case Matrix():
            chosen = {row.value: sent.get(f"{name}__{row.value}") for row in question.rows}
            return {row: column for row, column in chosen.items() if column}
        case File():
            return _keep(sent[name]) if sent.get(name) else None if sent.get(removing(name)) else before
    return _value(question, sent.get(name))


def removing(name: str) -> str:
    """The field with which the file of the field ``name`` is taken back."""
    return f"{name}__remove"


def entry(group: Repeated, name: str, sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of a repeated group without its blanks; empty where nothing was filled in."""
    values = {part.id: collect(part, f"{name}__{part.id}", sent, 0, before.get(part.id)) for part in group.questions}
    return {id: value for id, value in values.items() if not is_empty(value)}


def _value(question: Question, sent: Any) -> Any:
    if sent in (None, "", []):
        return None
    match question:
        case Number():
            return _number(sent)
        case Scale():
            return int(sent) if sent.isdigit() else sent
        case Date():
            return sent.isoformat()
        case LongText():
            return sent.replace("\r\n", "\n")
    return sent


def _number(text: str) -> int | float | str:
    """A number typed with a point or a comma; the text itself where it is none, for the engine to refuse."""
    try:
        number = Decimal(text.strip().replace("\u202f", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number) > 10**15:
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def _keep(upload: Any) -> dict[str, Any]:
    """Stores an upload under the hash of its content, and returns the answer that points to it."""
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()
    path = f"instruments/{digest[:2]}/{digest}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    return {"name": upload.name, "sha256": digest, "size": len(content)}


def _plain(question: Question, language: str) -> forms.Field:  # noqa: PLR0911
    given: dict[str, Any] = {
        "label": say(question.ask, language),
        "help_text": say(question.help, language),
        "required": question.required,
    }
    match question:
        case Single() if len(question.options) > MOST_RADIOS:
            return forms.ChoiceField(choices=[("", "–"), *_choices(question.options, language)], **given)
        case Single():
            return _radios(question.options, language, **given)
        case Multiple():
            choices = _choices(question.options, language)
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **given)
        case Scale():
            labels = [(str(n), f"{n}. {say(label, language)}") for n, label in enumerate(question.labels)]
            return forms.ChoiceField(choices=labels, widget=forms.RadioSelect, **given)
        case Date():
            return DateField(**given)
        case File():
            return forms.FileField(**given)
        case LongText():
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **given)
        case Number():
            return _number_field(question, language, given)
        case ShortText():
            return forms.CharField(**given)
    raise TypeError(f"question {question.id} has a type without a field: {type(question).__name__}")


def _number_field(question: Number, language: str, given: dict[str, Any]) -> forms.Field:
    unit = say(question.unit, language)
    given["label"] = f"{given['label']} ({unit})" if unit else given["label"]
    mode = "numeric" if question.whole else "decimal"
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": mode}), **given)


def _radios(options: list[Option], language: str, **given: Any) -> forms.Field:
    return forms.ChoiceField(choices=_choices(options, language), widget=forms.RadioSelect, **given)


def _choices(options: list[Option], language: str) -> list[tuple[str, str]]:
    return [(option.value, HintedChoice(say(option.text, language), hint=say(option.help, language)))
            for option in options]  # fmt: skip
