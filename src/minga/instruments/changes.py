"""From one version of a question set to the next: what changed, where each answer goes; none is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from minga.instruments.conditions import is_empty
from minga.instruments.definition import (
    Definition,
    Matrix,
    Multiple,
    Option,
    Question,
    Repeated,
    Single,
    choices,
    fields,
)
from minga.instruments.evaluate import Answers
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


def compare(old: Definition, new: Definition) -> Changes:
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


def migrate(old: Definition, new: Definition, answers: Answers) -> Migration:
    """Brings ``answers`` from ``old`` to ``new``; one that no longer fits is dropped with the reason."""
    former = _former(old, new)
    now = {was: id for id, was in former.items()}
    result = Migration(to_ask=[id for id in new.questions if id not in former])
    for id, value in answers.items():
        if id in now:
            _carry(result, new.questions[now[id]], id, value)
        else:
            where = f"{new.id} {new.version}" if id in old.questions else f"{old.id} {old.version}"
            result.dropped.append(Dropped(id, value, f"“{id}” is not asked in {where}"))
    return result


def _carry(result: Migration, target: Question, id: str, value: Any) -> None:
    if isinstance(target, Repeated) and isinstance(value, list):
        moved = [_move_entry(target, f"{id}[{number}]", entry, result) for number, entry in enumerate(value)]
    else:
        moved = _move(target, value)
    faults = fault(target, moved) if not is_empty(moved) else []
    if faults:
        result.dropped.append(Dropped(id, value, f"the answer no longer fits “{target.id}”: {faults[0][0]}"))
        return
    result.answers[target.id] = moved
    if target.id != id:
        result.renamed[id] = target.id
    if moved != value:
        result.converted.append(target.id)


def _former(old: Definition, new: Definition) -> dict[str, str]:
    """New id -> old id of every question that both versions have."""
    found: dict[str, str] = {}
    for id, question in new.questions.items():
        for was in (id, *question.was):
            if was in old.questions and was not in found.values():
                found[id] = was
                break
    return found


def _move(question: Question, value: Any) -> Any:
    """``value`` with renamed options in their new names; unchanged where two of them would fall together."""
    names = _renames(choices(question))
    match question:
        case Single() if isinstance(value, str):
            return names.get(value, value)
        case Multiple() if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return list(dict.fromkeys(names.get(item, item) for item in value))
        case Matrix() if isinstance(value, dict):
            rows = _renames(question.rows)
            moved = {rows.get(row, row): names.get(column, column) for row, column in value.items()}
            return moved if len(moved) == len(value) else value
    return value


def _move_entry(group: Repeated, place: str, entry: Any, result: Migration) -> Any:
    """One entry of a repeated group; what no longer fits in it is dropped on its own, with its place."""
    if not isinstance(entry, dict):
        return entry
    parts = {was: part for part in group.questions for was in (*part.was, part.id)}
    moved: dict[str, Any] = {}
    for id, value in entry.items():
        part = parts.get(id)
        new = _move(part, value) if part else None
        if part is None or part.id in moved or (not is_empty(new) and fault(part, new)):
            result.dropped.append(Dropped(f"{place}.{id}", value, f"“{id}” no longer fits in “{group.id}”"))
        else:
            moved[part.id] = new
    return moved


def _renames(options: list[Option]) -> dict[str, str]:
    current = {option.value for option in options}
    return {was: option.value for option in options for was in option.was if was not in current}


def _plain(definition: Definition, id: str) -> dict[str, Any]:
    question = definition.questions[id]
    plain = fields(question) | {"section": definition.section_of[id].id}
    return {key: value for key, value in plain.items() if key not in ("id", "was")}


def _parts(definition: Definition, kind: Kind) -> dict[str, dict[str, Any]]:
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
