"""``minga instruments score``: the scores of a filled form, of SurveyJS definitions and of Minga's own sets alike."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from minga.instruments import library
from minga.instruments.checks import DefinitionError
from minga.instruments.definition import cited, say
from minga.instruments.duties import blocking, duties, is_high
from minga.instruments.evaluate import Reading, case
from minga.instruments.evaluate import read as read_own
from minga.instruments.instrument import Instrument
from minga.instruments.scores import Result
from minga.instruments.surveyjs import answers, reading
from minga.instruments.surveyjs.form import Form
from minga.instruments.surveyjs.instrument import SurveyInstrument, stated_version
from minga.instruments.surveyjs.rules import ALL, Rules, rules_for

LARGEST_ANSWERS = 20_000_000
_PUBLISHED = {
    "raw_impact_score": "raw",
    "mitigation_score": "mitigation",
    "current_score": "current",
    "impact_level": "level",
}


def score(definition: str, filled: str) -> dict[str, Any]:
    """The scores of the answers in the file ``filled`` against ``definition``, as plain data.

    ``definition``: a TOML file, a SurveyJS file (.json) or the id of a set, shipped or added; of an added one the
    version that a saved file names. The answers are an object of
    question id and answer, or a saved file of Canada's tool; a block ``official`` with published scores is compared.
    Raises DefinitionError.
    """
    given, version, published = _answers(Path(filled))
    started = time.process_time()
    if definition.lower().endswith(".json"):
        form = reading.load(Path(definition))
        found = _surveyjs(form, Path(definition).name, given)
        found["notes"] += _of_another_version(stated_version(form), version.removeprefix("v"))
    else:
        found = _named(definition, version.removeprefix("v"), given)
    if version:
        found["answers_version"] = version
    if published:
        found["published"] = _compared(found, published)
    found["seconds"] = round(time.process_time() - started, 4)
    return found


def text(found: Mapping[str, Any]) -> Iterator[str]:
    """The same for people, line by line."""
    yield f"{found['title']} ({found['rule'] or 'no rule'})"
    for one in found.get("cases", ()):
        marks = "".join(f", {mark}" for mark in ("blocks", "high") if one[mark])
        yield f"{one['field']:12} {one['value']}{marks}: {_with_article(one)}"
    yield from (f"duty: {_with_article(one)}" for one in found.get("duties", ()))
    for id, result in found["scores"].items():
        level = f", level {result['level']}" if result["level"] else ""
        yield f"{id:12} {result['value']:g} of at most {result['maximum']:g}{level}"
        if not result["value"] == result["low"] == result["high"] or len(result["levels"]) > 1:
            levels = f", possible levels: {', '.join(result['levels'])}" if result["levels"] else ""
            yield f"{'':12} when all is answered: {result['low']:g} to {result['high']:g}{levels}"
    for id, result in found["scores"].items():
        for part in result["contributions"]:
            if part["points"]:
                yield f"  {part['points']:>4g}  {part['question']}  ({id})"
    for title in ("unanswered", "unknown", "dropped"):
        if found[title]:
            yield f"{title}: {', '.join(found[title])}"
    if "published" in found:
        yield f"published scores: {found['published']['text']}"
    yield from (f"note: {note}" for note in found["notes"])


def _with_article(one: Mapping[str, Any]) -> str:
    return f"{one['text']} ({one['article']})" if one["article"] else str(one["text"])


def _surveyjs(form: Form, where: str, given: Mapping[str, Any]) -> dict[str, Any]:
    rules = rules_for(form)
    if not rules:
        known = ", ".join(each.name for each in ALL)
        problem = f"no rule set fits its structure, so nothing says what an answer is worth. Known: {known}."
        raise DefinitionError(where, [problem])
    seen = answers.read(form, given)
    results = rules.score(seen)
    notes = [f"{note.path}: {note.text}" for note in form.notes if note.kind in ("unsupported", "expression", "ring")]
    if seen.unknown:
        notes.append(
            f"{len(seen.unknown)} answers have no question in this definition; if they are many, "
            "the answers belong to another version. They are kept and do not count."
        )
    shape = _shape(say(form.title, "en") or where, rules, results, seen.unknown, seen.dropped, notes)
    if {"raw", "mitigation", "current"} <= results.keys():
        shape = {**{id: results[id].value for id in ("raw", "mitigation", "current")},
                 "level": int(results["current"].level),
                 "possible_levels": [int(each) for each in results["current"].levels], **shape}  # fmt: skip
    return shape


def _named(name: str, version: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if name.lower().endswith(".toml"):
        return _own(library.read(Path(name)), given)
    made = library.load(name, "" if name in library.names() else version)
    if isinstance(made, SurveyInstrument):
        return _surveyjs(made.form, f"{made.id} {made.version}", given)
    return _own(made, given)


def _own(definition: Instrument, given: Mapping[str, Any]) -> dict[str, Any]:
    seen = read_own(definition, given)
    notes = [] if definition.scores else ["this set has no scores."]
    title = f"{say(definition.title, 'en')} {definition.version}"
    results = definition.results(given)
    shape = _shape(title, None, results, seen.unknown, seen.dropped, notes)
    return shape | {
        "blocks": bool(blocking(definition, seen)),
        "high": is_high(definition, seen, results),
        "cases": list(_cases(definition, seen)),
        "duties": [{"id": duty.id, "text": say(duty.text, "en"), "article": cited(duty.source, "en")}
                   for duty in duties(definition, seen)],
    }  # fmt: skip


def _cases(definition: Instrument, seen: Reading) -> Iterator[dict[str, Any]]:
    """The case that each computed field has come to, with the article that says so."""
    for field in definition.computed:
        if field.cases and (taken := case(definition, seen, field.id)):
            yield {"field": field.id, "value": taken.value, "text": say(taken.text, "en"),
                   "article": cited(taken.source, "en"), "blocks": taken.blocks, "high": taken.high}  # fmt: skip


def _shape(
    title: str, rules: Rules | None, results: Mapping[str, Result], unknown: Mapping[str, Any],
    dropped: Mapping[str, Any], notes: list[str],
) -> dict[str, Any]:  # fmt: skip
    named = rules.name if rules else ", ".join(sorted({result.rule for result in results.values()}))
    return {
        "title": title,
        "rule": named,
        "scores": {id: asdict(result) for id, result in results.items()},
        "unanswered": list(dict.fromkeys(id for result in results.values() for id in result.unanswered)),
        "unknown": sorted(unknown),
        "dropped": sorted(key for key in dropped if key not in unknown),
        "notes": notes,
    }


def _of_another_version(here: str, said: str) -> list[str]:
    """A warning where the answers name another version than the one that the definition states."""
    if not here or not said or here == said:
        return []
    return [f"these answers were saved with version {said}, and this is version {here}: "
            f"the same answers can come to another level. Score them with the definition of {said}."]  # fmt: skip


def answers_in(path: Path) -> dict[str, Any]:
    """The answers in a JSON file, bare or as a saved file; DefinitionError where it holds none."""
    return _answers(path)[0]


def _answers(path: Path) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """The answers, the version they name and published scores beside them."""
    raw = reading.read_json(path, LARGEST_ANSWERS)
    if not isinstance(raw, dict):
        raise DefinitionError(path.name, ["answers are an object: question id and answer. Check the file."])
    version = str(raw.get("version") or raw.get("questionnaire_version") or "")
    published = raw["official"] if isinstance(raw.get("official"), dict) else {}
    for key in ("data", "answers"):
        if isinstance(raw.get(key), dict) and (version or published or "currentPage" in raw or len(raw) == 1):
            return raw[key], version, published
    return raw, "", {}


def _compared(found: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    pairs = {ours: (published[theirs], found[ours]) for theirs, ours in _PUBLISHED.items()
             if theirs in published and ours in found}  # fmt: skip
    apart = {name: {"published": theirs, "scored": ours} for name, (theirs, ours) in pairs.items() if theirs != ours}
    told = ", ".join(f"{name} {each['published']}, these answers give {each['scored']}" for name, each in apart.items())
    words = f"inconsistent with these answers: {told}" if apart else "agree with these answers"
    return {"agrees": not apart, "differences": apart, "text": words}


def as_json(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2)
