"""The saved file of Canada's tool, out and in: {version, currentPage, data, translationsOnResult} (Django: words)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.instruments import messages
from minga.instruments.checks import DefinitionError
from minga.instruments.conditions import is_empty
from minga.instruments.definition import Repeated
from minga.instruments.surveyjs import reading
from minga.instruments.surveyjs.instrument import SurveyInstrument
from minga.instruments.values import fault
from minga.instruments.workbook import Unreadable

LARGEST = 20_000_000
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that does not fit its question, with its value."""

    question: str
    value: Any
    reason: str


@dataclass(slots=True)
class Saved:
    """What a saved file says. ``rows_in`` (its answers) = ``used`` + rejected.

    ``given`` is for ``answer(..., keep=True)``: hidden answers and those of ``unknown`` are kept too. ``blank`` ones
    count as used.
    """

    version: str
    given: dict[str, Any] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    rejected: list[Refused] = field(default_factory=list)
    rows_in: int = 0
    used: int = 0


def version_of(content: bytes) -> str:
    """The version that a saved file was made with, without a leading v; Unreadable where it is no such file."""
    return str(_opened(content).get("version") or "").strip().removeprefix("v")


def read(content: bytes, instrument: SurveyInstrument) -> Saved:
    """The answers in a saved file; Unreadable where it is none, or of another version than ``instrument``."""
    raw = _opened(content)
    version = str(raw.get("version") or "").strip().removeprefix("v")
    if version and version != instrument.version:
        raise Unreadable(
            _("This file was saved with version %(version)s, and here it is version %(wanted)s. Take the set up in "
              "that version, read the file, and bring the answers over.")
            % {"version": version[:20], "wanted": instrument.version}
        )  # fmt: skip
    result = Saved(version, rows_in=len(raw["data"]))
    language = get_language() or "en"
    for id, value in instrument.from_form(raw["data"]).items():
        problem = _problem(instrument, id, value, language)
        if problem:
            result.rejected.append(Refused(id, value, problem))
            continue
        result.used += 1
        if not is_empty(value):
            result.given[id] = value
            if id not in instrument.questions:
                result.unknown.append(id)
    return result


def write(instrument: SurveyInstrument, answers: Mapping[str, Any], page: int = 0) -> bytes:
    """The saved file of ``answers``, those hidden and those without a question too, as the official tool reads it."""
    whole = {
        "version": instrument.version,
        "currentPage": page,
        "data": instrument.to_form(answers),
        "translationsOnResult": {},
    }
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def _opened(content: bytes) -> dict[str, Any]:
    try:
        raw = reading.decode(content, "saved.json", LARGEST)
    except DefinitionError as error:
        raise Unreadable(_("What is wrong with it: %(why)s") % {"why": " ".join(error.problems)}) from error
    if isinstance(raw, dict) and "pages" in raw:
        raise Unreadable(_("This is the questionnaire itself, not answers to it. Send the file that “Save” made."))
    if not isinstance(raw, dict) or not isinstance(raw.get("data"), dict):
        raise Unreadable(_("This is no saved assessment: it has no “data”. Send the file that “Save” made."))
    return raw


def _problem(instrument: SurveyInstrument, id: str, value: Any, language: str) -> str:
    if len(id) > LONGEST_ID:
        return _("its name is too long to keep")
    question = instrument.questions.get(id)
    if question is None or is_empty(value):
        return ""
    found = fault(question, value)
    if isinstance(question, Repeated) and not found:
        given = [(part, entry.get(part.id)) for entry in value for part in question.questions]
        found = [each for part, answer in given if not is_empty(answer) for each in fault(part, answer)]
    return " ".join(dict.fromkeys(messages.text(code, language, values) for code, values in found))
