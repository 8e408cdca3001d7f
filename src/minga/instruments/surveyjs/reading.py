"""Loads a SurveyJS definition as its publisher wrote it. The file is not changed, and nothing in it is run."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from minga.instruments.checks import DefinitionError
from minga.instruments.surveyjs import elements, rings
from minga.instruments.surveyjs.form import Calculated, Form, Group, Note, Question, Trigger, inner_questions

LARGEST = 20_000_000
DEEPEST, MOST_DIGITS = 200, 1_000
MOST_QUESTIONS = 20_000
CLEAR_MODES = ("none", "onComplete", "onHidden", "onHiddenContainer")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # not the words of a pattern such as "[^\\\\u0000-\\\\u007f]"
_TOO_DEEP = "it is nested too deeply to be a form or its answers. Check where it comes from."
_SURVEY_UNREPRODUCED = ("loadSurveyFromService", "surveyId", "questionsOnPageMode", "showPreviewBeforeComplete")


def load(path: Path) -> Form:
    """The definition in the JSON file ``path``; raises DefinitionError with every problem found."""
    return read(read_json(path, LARGEST), path.name)


def read_json(path: Path, largest: int) -> Any:
    """What the file holds; DefinitionError where it is too large (looked at first), not UTF-8 or not JSON."""
    return decode(_content(path, largest), path.name, largest)


def decode(content: bytes, where: str, largest: int = LARGEST) -> Any:
    """What ``content`` says as JSON; ``where`` names it in the DefinitionError."""
    if len(content) > largest:
        raise DefinitionError(where, [f"it has {len(content):,} bytes; at most {largest:,} are read. Check the file."])
    try:
        raw = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant, parse_int=_whole)
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} is not UTF-8. Save the file as UTF-8 and try again."
        raise DefinitionError(where, [problem]) from error
    except RecursionError as error:
        raise DefinitionError(where, [_TOO_DEEP]) from error
    except ValueError as error:
        raise DefinitionError(where, [f"it is not valid JSON: {error}. Correct that place."]) from error
    if _deeper(raw, DEEPEST):
        raise DefinitionError(where, [_TOO_DEEP])
    if _NUL.search(content) or not _is_text(raw):
        raise DefinitionError(where, ["it holds half a character or an empty one (NUL), which no text can have. "
                                      "Save it anew in the program that made it."])  # fmt: skip
    return raw


def _content(path: Path, largest: int) -> bytes:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= largest else b""
    except OSError as error:
        raise DefinitionError(path.name, [f"it cannot be opened ({error.strerror}). Check the path."]) from error
    if size > largest:
        raise DefinitionError(path.name, [f"it has {size:,} bytes; at most {largest:,} are read. Check the file."])
    return content


def read(raw: Any, where: str) -> Form:
    """The definition ``raw`` (parsed JSON); ``where`` names it in messages. Raises DefinitionError."""
    if not isinstance(raw, dict):
        raise DefinitionError(where, ["it is not a form: a SurveyJS definition is an object with pages."])
    makes = elements.Maker()
    try:
        pages = _pages(raw, makes)
        calculated = _calculated(raw, makes)
        triggers = _triggers(raw, makes)
    except RecursionError as error:
        raise DefinitionError(where, ["its panels are nested too deeply. Flatten them."]) from error
    problems = makes.problems + _duplicates(pages, calculated, makes)
    if not pages and not problems:
        problems = ["it has no pages with questions. Check that this is the definition and not the answers."]
    if problems:
        raise DefinitionError(where, problems)
    form = Form(
        title=elements.text_of(raw.get("title")),
        pages=pages,
        calculated=calculated,
        triggers=triggers,
        clear=_clear_mode(raw, makes),
        start_page=len(pages) > 1 and bool(raw.get("firstPageIsStarted") or raw.get("firstPageIsStartPage")),
        languages=tuple(sorted(makes.languages)) or ("en",),
        notes=(),
        raw=raw,
    )
    notes = (*makes.notes, *_unknown_properties(raw), *rings.unknown_names(form, makes), *rings.rings(form))
    return Form(**{**{name: getattr(form, name) for name in Form.__slots__}, "notes": notes})


def _pages(raw: dict[str, Any], makes: elements.Maker) -> tuple[Group, ...]:
    given = raw.get("pages")
    if given is None and ("elements" in raw or "questions" in raw):
        given = [{"name": "page1", "elements": raw.get("elements", raw.get("questions"))}]
    if given is None:
        return ()
    if not isinstance(given, list):
        makes.problems.append("pages: must be a list of pages.")
        return ()
    return tuple(page for at, each in enumerate(given) if (page := makes.page(each, f"pages[{at}]", at)))


def _duplicates(pages: tuple[Group, ...], calculated: tuple[Calculated, ...], makes: elements.Maker) -> list[str]:
    """Two questions of one name would write over each other's answers: refused, but for texts without an answer."""
    questions = [question for page in pages for question, _ in elements.questions_of(page)]
    counted = Counter(question.name for question in questions)
    problems: list[str] = []
    for name, times in counted.items():
        twins = [question for question in questions if question.name == name]
        if times < 2:
            continue
        places = ", ".join(question.path for question in twins)
        if any(question.takes_answers for question in twins):
            problems.append(
                f'the name "{name}" is used by {times} questions ({places}): give each its own name, '
                "and the same valueName where they are meant to share one answer."
            )
        else:
            makes.notes.append(Note("duplicate", twins[1].path, f'the text "{name}" has the name of another one.'))
    for name, times in Counter(value.name.lower() for value in calculated).items():
        if times > 1:
            problems.append(f'the calculated value "{name}" is defined {times} times. Keep one.')
    problems += _duplicates_inside(questions)
    if len(questions) > MOST_QUESTIONS:
        problems.append(f"it has {len(questions):,} questions; at most {MOST_QUESTIONS:,} are read.")
    return problems


def _duplicates_inside(questions: list[Question]) -> list[str]:
    found = []
    for question in questions:
        for name, times in Counter(inner.name for inner in inner_questions(question)).items():
            if times > 1:
                found.append(f'{question.path}: "{name}" is defined {times} times inside it. Give each its own name.')
    return found


def _calculated(raw: dict[str, Any], makes: elements.Maker) -> tuple[Calculated, ...]:
    found = []
    for at, each in enumerate(makes.dicts(raw.get("calculatedValues"), "calculatedValues")):
        path = f"calculatedValues[{at}]"
        expression = makes.condition(each, "expression", path)
        if isinstance(each.get("name"), str) and expression:
            found.append(Calculated(each["name"], expression, bool(each.get("includeIntoResult"))))
        elif not isinstance(each.get("name"), str):
            makes.problems.append(f"{path}: a calculated value needs a name.")
    return tuple(found)


def _triggers(raw: dict[str, Any], makes: elements.Maker) -> tuple[Trigger, ...]:
    found = []
    for at, each in enumerate(makes.dicts(raw.get("triggers"), "triggers")):
        path = f"triggers[{at}]"
        kind = str(each.get("type", "")).lower().removesuffix("trigger")
        if kind in ("setvalue", "copyvalue", "runexpression"):
            to = str(each.get("setToName") or "")
            made = Trigger(
                kind=kind,
                when=makes.condition(_old_trigger(each), "expression", path),
                to=to,
                value=each.get("setValue"),
                source=str(each.get("fromName") or ""),
                expression=makes.condition(each, "runExpression", path),
                to_variable=bool(each.get("isVariable")),
            )
            found.append(made)
        elif kind in ("complete", "skip"):
            text = f"a {kind} trigger acts on the page a person is on; stored answers are taken as they are."
            makes.notes.append(Note("interactive", path, text))
        else:
            makes.notes.append(Note("unsupported", path, f"triggers of type {each.get('type')!r} are not reproduced."))
    return tuple(found)


def _old_trigger(each: dict[str, Any]) -> dict[str, Any]:
    """Triggers once had a name, an operator and a value instead of an expression."""
    if each.get("expression") or not each.get("name"):
        return each
    operator, value = str(each.get("operator") or "equal").lower(), each.get("value")
    if operator in ("empty", "notempty"):
        return {**each, "expression": f"{{{each['name']}}} {operator}"}
    if value is None or value == "":
        return each
    plain = isinstance(value, bool | int | float)
    written = str(value).lower() if isinstance(value, bool) else value
    return {**each, "expression": f"{{{each['name']}}} {operator} {written if plain else repr(str(value))}"}


def _clear_mode(raw: dict[str, Any], makes: elements.Maker) -> str:
    given = raw.get("clearInvisibleValues", "onComplete")
    mode = {True: "onComplete", False: "none"}.get(given, given) if isinstance(given, bool) else given
    if mode not in CLEAR_MODES:
        makes.notes.append(Note("unsupported", "clearInvisibleValues", f"{given!r} is not known; onComplete is used."))
        return "onComplete"
    return str(mode)


def _unknown_properties(raw: dict[str, Any]) -> list[Note]:
    return [
        Note("unsupported", name, f"{name} is not reproduced; the form is read page by page.")
        for name in _SURVEY_UNREPRODUCED
        if raw.get(name) not in (None, "", "standard", False)
    ]


def _deeper(raw: Any, most: int) -> bool:
    """Whether lists and objects lie more than ``most`` deep in each other; goes down level by level."""
    level = [raw]
    for _ in range(most + 1):
        nested = [each for each in level if isinstance(each, dict | list)]
        if not nested:
            return False
        level = [part for each in nested for part in (each.values() if isinstance(each, dict) else each)]
    return True


def _is_text(raw: Any) -> bool:
    """Whether all of it can be written as UTF-8: half a character cannot."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number with {len(digits):,} digits is no answer")
    return int(digits)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
