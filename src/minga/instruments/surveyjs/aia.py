"""Scoring of Canada's Algorithmic Impact Assessment, for every version of its questionnaire.

A scored question is a radiogroup, checkbox or dropdown. The suffix of its name, else of the panel it stands in, says
where it counts: ``-RS`` raw impact, ``-MS`` mitigation. A choice is worth the number behind its last hyphen. The
maxima run over all questions, hidden ones too. With at least 80 % of half the mitigation maximum the raw score is
reduced by 15 %, rounded half up; up to 25, 50 and 75 % of the raw maximum give level I, II and III, more level IV.
Source: the Directive on Automated Decision-Making's tool (canada-ca/aia-eia-js, MIT), versions 0.9 to 1.0.1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minga.instruments.definition import Level, Score, Text
from minga.instruments.scores import Contribution, Result
from minga.instruments.surveyjs import js
from minga.instruments.surveyjs.answers import Reading
from minga.instruments.surveyjs.compare import equal, is_empty
from minga.instruments.surveyjs.form import Form, Question
from minga.instruments.surveyjs.open import Outlook, outlook

NAME = "canada-aia"
KINDS = ("radiogroup", "checkbox", "dropdown")
AREAS = {"-RS": "raw", "-MS": "mitigation"}
SUFFIXES = (*AREAS, "-NS")
BANDS = (0.25, 0.5, 0.75)
ENOUGH, REDUCED = 0.8, 0.85
HIGH_FROM = 3
"""Levels III and IV, at which the directive leaves the final decision to a human being."""
TITLE: Text = {
    "en": "Algorithmic impact assessment (Canada)",
    "es": "Evaluación de impacto algorítmico (Canadá)",
    "fr": "Évaluation de l'incidence algorithmique (Canada)",
}
_TITLES: dict[str, Text] = {
    "raw": {"en": "Raw impact", "es": "Impacto bruto", "fr": "Incidence brute"},
    "mitigation": {"en": "Mitigation", "es": "Mitigación", "fr": "Atténuation"},
    "current": {"en": "Impact after mitigation", "es": "Impacto tras la mitigación", "fr": "Incidence actuelle"},
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored question: the points of each choice and the fewest and most that an answer can give."""

    question: Question
    area: str
    worth: tuple[tuple[Any, float], ...]
    known: dict[str, float]
    fewest: float
    most: float


def fits(form: Form) -> bool:
    """Whether ``form`` is built like the assessment: both areas have questions whose choices carry points."""
    found = _scored(form)
    return all(any(each.area == area and each.most > 0 for each in found) for area in AREAS.values())


def maxima(form: Form) -> dict[str, float]:
    """The highest raw impact and mitigation scores there are, hidden questions and both stages included."""
    return {area: _whole(sum(s.most for s in _scored(form) if s.area == area)) for area in AREAS.values()}


def scored_names(form: Form) -> frozenset[str]:
    """The names of the questions that count, whether shown or not."""
    return frozenset(each.question.name for each in _scored(form))


def outline(form: Form) -> tuple[Score, ...]:
    """The three scores in words; the levels are those of the current score."""
    areas = {area: [each.question.key for each in _scored(form) if each.area == area] for area in AREAS.values()}
    levels = [
        Level(
            id=str(number),
            up_to=share,
            high=number >= HIGH_FROM,
            text={"en": f"Level {roman}", "es": f"Nivel {roman}", "fr": f"Niveau {roman}"},
        )
        for number, (share, roman) in enumerate(zip((*BANDS, 1), ("I", "II", "III", "IV"), strict=True), 1)
    ]
    return (
        *(Score(id=area, title=_TITLES[area], questions=ids) for area, ids in areas.items()),
        Score(id="current", title=_TITLES["current"], questions=areas["raw"], levels=levels, shares=True),
    )


def score(reading: Reading) -> dict[str, Result]:
    """The results "raw", "mitigation" and "current"; the level is that of the current score.

    ``low`` and ``high`` hold for every way of answering what is open, taking each open question as free of the
    others, so the true range may be narrower. Where everything shown is answered they are the score itself.
    """
    form = reading.form
    seen = outlook(reading)
    parts = {area: _parts(form, reading, seen, area) for area in AREAS.values()}
    top = maxima(form)
    raw, mitigation = (_result(area, parts[area], seen, top[area]) for area in ("raw", "mitigation"))
    return {"raw": raw, "mitigation": mitigation, "current": _current(raw, mitigation, top)}


def current(raw: float, mitigation: float, most_mitigation: float) -> float:
    """The raw score, less 15 % where mitigation reaches 80 % of half its maximum; halves go up."""
    if mitigation >= ENOUGH * (most_mitigation / 2):
        return math.floor(REDUCED * raw + 0.5)
    return raw


def level(value: float, most_raw: float) -> int:
    """1 to 4; a score on the boundary belongs to the lower level."""
    return 1 + sum(value > share * most_raw for share in BANDS)


def standing(results: Mapping[str, Result]) -> dict[str, int]:
    """Raw, mitigation, current and level as whole numbers, for a register; what is open may still change is left out.

    A level that several ways of answering could move is not stated: it would read as lower than it is.
    """
    areas = [name for name in (*AREAS.values(), "current") if name in results]
    found = {name: round(results[name].value) for name in areas if results[name].settled}
    levels = results["current"].levels if "current" in results else ()
    return found | ({"level": int(levels[0])} if len(levels) == 1 else {})


def _current(raw: Result, mitigation: Result, top: Mapping[str, float]) -> Result:
    value = current(raw.value, mitigation.value, top["mitigation"])
    reach = {current(r, m, top["mitigation"]) for r in (raw.low, raw.high) for m in (mitigation.low, mitigation.high)}
    levels = sorted({
        each
        for m in (mitigation.low, mitigation.high)
        for each in range(
            level(current(raw.low, m, top["mitigation"]), top["raw"]),
            level(current(raw.high, m, top["mitigation"]), top["raw"]) + 1,
        )
    })  # fmt: skip
    return Result(
        id="current",
        rule=NAME,
        value=_whole(value),
        low=_whole(min(reach)),
        high=_whole(max(reach)),
        maximum=top["raw"],
        unanswered=(*raw.unanswered, *mitigation.unanswered),
        contributions=(),
        level=str(level(value, top["raw"])),
        levels=tuple(str(each) for each in levels),
    )


def _result(area: str, parts: tuple[Contribution, ...], seen: Outlook, top: float) -> Result:
    return Result(
        id=area,
        rule=NAME,
        value=_whole(sum(part.points for part in parts)),
        low=_whole(sum(part.low for part in parts)),
        high=_whole(sum(part.high for part in parts)),
        maximum=top,
        unanswered=tuple(part.question for part in parts if part.question in seen.open and not part.counts),
        contributions=parts,
        level="",
        levels=(),
    )


def _parts(form: Form, reading: Reading, seen: Outlook, area: str) -> tuple[Contribution, ...]:
    visible = seen.visible
    found = []
    for scored in _scored(form):
        if scored.area != area:
            continue
        question = scored.question
        answer = reading.completed.get(question.key)
        asked, open_end = question.name in visible, question.name in seen.unsettled
        counts = asked and not is_empty(answer)
        worth = points(scored, answer) if counts else 0.0
        low = high = worth
        if asked and not counts:
            low, high = scored.fewest, scored.most
        if open_end:
            low, high = 0.0, max(high, worth if counts else scored.most)
        if asked or open_end:
            found.append(
                Contribution(question.name, _whole(worth), low, high, counts, asked or open_end, asked and not open_end)
            )
    return tuple(found)


def points(scored: Scored, answer: Any) -> float:
    """The points of ``answer``; those of several choices add up. What is no choice is worth what its text says."""
    if isinstance(answer, list):
        return sum(scored.known[item] if isinstance(item, str) and item in scored.known else _worth(item)
                   for item in answer)  # fmt: skip
    if isinstance(answer, str) and answer in scored.known:
        return scored.known[answer]
    return next((worth for value, worth in scored.worth if equal(value, answer, case=True)), 0.0)


def _scored(form: Form) -> tuple[Scored, ...]:
    if NAME not in form.memory:
        form.memory[NAME] = tuple(
            _of(question, area)
            for question, group in form.questions()
            if question.kind in KINDS and question.choices and (area := _area(question.name, group.name))
        )
    found: tuple[Scored, ...] = form.memory[NAME]
    return found


def _area(name: str, parent: str) -> str:
    for each in (name, parent):
        if each[-3:] in SUFFIXES:
            return AREAS.get(each[-3:], "")
    return ""


def _of(question: Question, area: str) -> Scored:
    worth = tuple((choice.value, _worth(choice.value)) for choice in question.choices)
    each = [value for _, value in worth]
    most = sum(each) if question.takes_several else max(each)
    known = {value: points for value, points in worth if isinstance(value, str)}
    return Scored(question, area, worth, known, min(each), most)


def _worth(value: Any) -> float:
    """``"item3-2"`` is worth 2; what has no number behind a hyphen is worth nothing."""
    _, hyphen, behind = js.to_text(value).rpartition("-")
    found = js.to_number(behind) if hyphen and behind.strip() else 0.0
    return found if math.isfinite(found) else 0.0


def _whole(value: float) -> float:
    return js.tidy(float(value))
