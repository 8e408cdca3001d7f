"""From one version of a question set to the next: what changed, where each answer goes; none is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from minga.instruments.conditions import is_empty
from minga.instruments.definition import (
    Matrix,
    Multiple,
    Option,
    Question,
    Repeated,
    Single,
    choices,
    fields,
    inner,
)
from minga.instruments.evaluate import Completeness, Reading
from minga.instruments.instrument import Answers, Instrument
from minga.instruments.scores import Result
from minga.instruments.values import fault

type Kind = Literal["question", "computed", "score", "section"]


@dataclass(frozen=True, slots=True)
class Change:
    """One part that is in both versions. ``what`` maps each key that differs to (old, new)."""

    kind: Kind
    id: str
    was: str
    what: dict[str, tuple[Any, Any]]

    @property
    def words_only(self) -> bool:
        """Only texts changed, so answers keep their meaning if the body agrees that the words do."""
        return set(self.what) <= {"ask", "help", "title", "text"}


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two versions."""

    old: str
    new: str
    added: tuple[tuple[Kind, str], ...]
    removed: tuple[tuple[Kind, str], ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Dropped:
    """An answer that the new version has no place for, kept with the reason."""

    question: str
    value: Any
    reason: str


@dataclass(slots=True)
class Migration:
    """Old answers in the new version. Each old answer is in ``answers`` (under its new id) or in ``dropped``.

    ``renamed`` maps old ids to new; ``converted`` names those of which option values were renamed;
    ``to_ask`` are the questions of the new version that the old one did not have.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    converted: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    to_ask: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """A version with the answers in it: its scores and levels, what follows, how far it is."""

    version: str
    results: dict[str, Result]
    reading: Reading
    completeness: Completeness

    @property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """Score -> the levels that are possible; scores without levels are left out."""
        return {id: result.levels for id, result in self.results.items() if result.levels}


@dataclass(frozen=True, slots=True)
class Report:
    """What a move to another version does: to the questions, to the answers, to scores and levels."""

    changes: Changes
    moved: Migration
    before: Standing
    after: Standing

    @property
    def level_changes(self) -> bool:
        """Whether the same answers come to another level: that happens between versions."""
        return self.before.levels != self.after.levels


def report(old: Instrument, new: Instrument, answers: Answers) -> Report:
    """Everything about moving ``answers`` from ``old`` to ``new``; nothing is stored."""
    moved = migrate(old, new, answers)
    return Report(compare(old, new), moved, standing(old, answers), standing(new, moved.answers))


def standing(instrument: Instrument, answers: Answers) -> Standing:
    """What ``answers`` come to in one version."""
    return Standing(
        instrument.version, instrument.results(answers), instrument.read(answers), instrument.completeness(answers)
    )


def compare(old: Instrument, new: Instrument) -> Changes:
    """What changed from ``old`` to ``new``, matched by id and by the ``was`` of questions."""
    former = _former(old, new)
    changed = [Change("question", id, former[id], what) for id in new.questions if id in former
               if (what := _differs(_plain(old, former[id]), _plain(new, id)))]  # fmt: skip
    added: list[tuple[Kind, str]] = [("question", id) for id in new.questions if id not in former]
    removed: list[tuple[Kind, str]] = [("question", id) for id in old.questions if id not in former.values()]
    for kind in ("section", "computed", "score"):
        before, after = _parts(old, kind), _parts(new, kind)
        added += [(kind, id) for id in after if id not in before]
        removed += [(kind, id) for id in before if id not in after]
        changed += [Change(kind, id, id, what) for id in after if id in before
                    if (what := _differs(before[id], after[id]))]  # fmt: skip
    return Changes(old.version, new.version, tuple(added), tuple(removed), tuple(changed))


def migrate(old: Instrument, new: Instrument, answers: Answers) -> Migration:
    """Brings ``answers`` from ``old`` to ``new``; one that no longer fits is dropped with the reason.

    Choices keep their meaning: one that has another value in the new version is found by its former values, else by
    its words, where exactly one choice has the same words in a language of both. An answer that ``old`` has no
    question for comes back where ``new`` has one: it was left behind by an earlier move.
    """
    former = _former(old, new)
    now = {was: id for id, was in former.items()}
    result = Migration(to_ask=[id for id in new.questions if id not in former])
    for id, value in answers.items():
        if id in now:
            _carry(result, old.questions[id], new.questions[now[id]], value)
    for id, value in answers.items():
        if id in now:
            continue
        if id in new.questions and id not in old.questions and id not in former:
            _carry(result, new.questions[id], new.questions[id], value)
        else:
            where = f"{new.id} {new.version}" if id in old.questions else f"{old.id} {old.version}"
            result.dropped.append(Dropped(id, value, f"“{id}” is not asked in {where}"))
    return result


def _carry(result: Migration, source: Question, target: Question, value: Any) -> None:
    id = source.id
    if isinstance(target, Repeated) and isinstance(value, list):
        moved = [_move_entry(source, target, f"{id}[{number}]", each, result) for number, each in enumerate(value)]
    else:
        moved = _move(source, target, value)
    faults = fault(target, moved) if not is_empty(moved) else []
    if faults:
        result.dropped.append(Dropped(id, value, f"the answer no longer fits “{target.id}”: {faults[0][0]}"))
        return
    result.answers[target.id] = moved
    if target.id != id:
        result.renamed[id] = target.id
    if moved != value:
        result.converted.append(target.id)


def _former(old: Instrument, new: Instrument) -> dict[str, str]:
    """New id -> old id of every question that both versions have; ``was`` counts both ways."""
    found: dict[str, str] = {}
    later = {was: id for id, question in old.questions.items() for was in question.was if id not in new.questions}
    for id, question in new.questions.items():
        for was in (id, *question.was, later.get(id, "")):
            if was in old.questions and was not in found.values():
                found[id] = was
                break
    return found


def _move(source: Question | None, question: Question, value: Any) -> Any:
    """``value`` with renamed options in their new names; unchanged where two of them would fall together."""
    names = _renames(choices(source) if source else [], choices(question))
    match question:
        case Single() if isinstance(value, str):
            return names.get(value, value)
        case Multiple() if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return list(dict.fromkeys(names.get(item, item) for item in value))
        case Matrix() if isinstance(value, dict):
            rows = _renames(source.rows if isinstance(source, Matrix) else [], question.rows)
            moved = {rows.get(row, row): names.get(column, column) for row, column in value.items()}
            return moved if len(moved) == len(value) else value
    return value


def _move_entry(source: Question, group: Repeated, place: str, entry: Any, result: Migration) -> Any:
    """One entry of a repeated group; what no longer fits in it is dropped on its own, with its place."""
    if not isinstance(entry, dict):
        return entry
    parts = {was: part for part in group.questions for was in (*part.was, part.id)}
    before = {part.id: part for part in inner(source)}
    moved: dict[str, Any] = {}
    for id, value in entry.items():
        part = parts.get(id)
        new = _move(before.get(id), part, value) if part else None
        if part is None or part.id in moved or (not is_empty(new) and fault(part, new)):
            result.dropped.append(Dropped(f"{place}.{id}", value, f"“{id}” no longer fits in “{group.id}”"))
        else:
            moved[part.id] = new
    return moved


def _renames(old: list[Option], new: list[Option]) -> dict[str, str]:
    """Former value -> value now, of the options that have another value; what a ``was`` says goes before words."""
    current = {option.value for option in new}
    found = {was: option.value for option in new for was in option.was if was not in current}
    for option in old:
        if option.value not in current and option.value not in found:
            same = [each.value for each in new if _same_words(option, each)]
            twins = [each for each in old if each is not option and _same_words(option, each)]
            if len(same) == 1 and not twins:
                found[option.value] = same[0]
    return found


def _same_words(one: Option, other: Option) -> bool:
    shared = set(one.text) & set(other.text)
    return bool(shared) and all(one.text[code].split() == other.text[code].split() for code in shared)


def _plain(definition: Instrument, id: str) -> dict[str, Any]:
    question = definition.questions[id]
    plain = fields(question) | {"section": definition.section_of[id].id}
    return {key: value for key, value in plain.items() if key not in ("id", "was")}


def _parts(definition: Instrument, kind: Kind) -> dict[str, dict[str, Any]]:
    found: dict[str, Any] = {
        "section": definition.sections,
        "computed": definition.computed,
        "score": definition.scores,
    }
    plain = {part.id: msgspec.to_builtins(part) for part in found[kind]}
    for part in plain.values():
        part.pop("questions", None) if kind == "section" else None
    return plain


def _differs(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (old.get(key), new.get(key)) for key in sorted({*old, *new}) if old.get(key) != new.get(key)}
