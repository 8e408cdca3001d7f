"""Records into documents of a standard, with what is lost; and rows of a standard into records, with what is kept."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from minga.tools.registers import files
from minga.tools.registers.canonical import Canonical, as_json, fields, stated
from minga.tools.registers.lens import Giving
from minga.tools.registers.losses import Loss
from minga.tools.registers.parts import Kept, Part, Text
from minga.tools.registers.paths import hints, is_part, item_type
from minga.tools.registers.standards import Standard
from minga.tools.registers.standards import standard as by_key

EXPLAINED = {"coarser", "no_code", "shortened", "too_long", "precision", "one_only", "left_out"}
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Exported:
    """``fields``: the document's fields by name; ``document``: in the shape that the standard is exchanged in."""

    standard: Standard
    fields: dict[str, Any]
    document: dict[str, Any]
    losses: tuple[Loss, ...]

    def write(self) -> bytes:
        """The file to hand in, with this one record."""
        return files.write([self.document], self.standard)


def export(record: Canonical, standard: str, language: str = "", persons: bool = False) -> Exported:
    """The record as a document of a standard, and everything that the document does not say.

    ``language`` of the texts, by default that of the standard. ``persons``: also fill in fields that name a person,
    for a form that is handed in and not published. Raises ToolError where there is no such standard.
    """
    by = by_key(standard)
    if by.kind == "canonical":
        return Exported(by, as_json(record), as_json(record), ())
    to = Giving(language or by.language, losses=[], persons=persons)
    told, kept, outdated = _with_kept(record, fields_of(record, by, to), by)
    losses = [loss for loss in to.losses or () if loss.target not in kept]
    losses = _summed(losses + _compared(record, told, by, to, losses))
    losses += _foreign(record, by)
    losses += [Loss("outdated", target=name) for name in outdated]
    losses += [Loss("missing", target=name) for name in missing(told, by)]
    return Exported(by, told, files.document(told, by, _address(record)), tuple(losses))


def _address(record: Canonical) -> str:
    links = record.public_url or []
    return next((link.url for link in links if link.kind == "record" and link.url), "")


def fields_of(record: Canonical, standard: Standard, to: Giving) -> dict[str, Any]:
    """What the record alone says in the fields of the standard."""
    told: dict[str, Any] = {}
    for line in standard.lines:
        value = line.give(record, to)
        if value is not None:
            told[line.name] = value
        elif standard.empty is not None:
            told[line.name] = standard.empty
    out = {line.name for line in standard.lines if not line.applies(told)}
    told = {name: value for name, value in told.items() if name not in out}
    if to.losses:
        to.losses = [loss for loss in to.losses if loss.target not in out]
    if standard.rest is not None:
        told |= standard.rest.get(record) or {}
    return told


def fingerprint(value: Any) -> str:
    return "" if value is None else hashlib.blake2s(repr(value).encode(), digest_size=8).hexdigest()


def _with_kept(
    record: Canonical, told: dict[str, Any], standard: Standard
) -> tuple[dict[str, Any], set[str], list[str]]:
    """The fields with what was kept as it was written, as long as the record says what it said then.

    Also the names of the fields that this gave, and of those where the kept value is out of date.
    """
    given, outdated = set(), []
    for name, kept in record.foreign.get(standard.key, {}).items():
        if fingerprint(told.get(name)) != kept.over:
            outdated.append(name)
            continue
        given.add(name)
        if kept.absent:
            told.pop(name, None)
        else:
            told[name] = kept.value
    return told, given, outdated


def missing(told: Mapping[str, Any], standard: Standard) -> list[str]:
    """The fields that the standard requires and the document leaves empty."""
    return [line.name for line in standard.lines if told.get(line.name) in (None, "", []) and _required(line, told)]


def _required(line: Any, told: Mapping[str, Any]) -> bool:
    conditions = line.required_if
    if not line.applies(told):
        return False
    return line.required or bool(conditions and all(told.get(name) in values for name, *values in conditions))


def _foreign(record: Canonical, standard: Standard) -> list[Loss]:
    """What was read from files of other standards and is no part of the record."""
    others = ((key, kept) for key, kept in record.foreign.items() if key != standard.key)
    return [
        Loss("foreign", target=f"{key}: {name}")
        for key, fields_kept in others
        for name, kept in fields_kept.items()
        if not kept.over and kept.value not in (None, "", [])
    ]


def _compared(
    record: Canonical, told: Mapping[str, Any], standard: Standard, to: Giving, known: list[Loss]
) -> list[Loss]:
    """What reading the document back shows to be lost, beyond the losses that the rules know of."""
    found: list[Loss] = []
    back: dict[str, set[Any]] = {}
    for place, value in leaves(take(told, standard, to.language, persons=True)):
        back.setdefault(place, set()).update(_marks(value))
    explained = {loss.field for loss in known if loss.kind in EXPLAINED}
    others: set[str] = set()
    open_places = _open(record, told, standard)
    for name in stated(record):
        if fields()[name].internal and not to.persons:
            found.append(Loss("left_out", name))
            continue
        lost, carried = [], False
        for place, value in leaves(record, name):
            if not _marks(value).isdisjoint(back.get(place, ())):
                carried = True
                others |= set(value) - {to.language} if isinstance(value, dict) and to.language in value else set()
            else:
                lost.append(place)
        if lost and not carried and name not in explained and _shut(lost, standard, open_places):
            found.append(Loss("not_applicable", name))
            continue
        found += _of_field(name, lost, carried, standard, name in explained)
    return found + ([Loss("other_languages", "languages", "", {"languages": sorted(others)})] if others else [])


def _open(record: Canonical, told: Mapping[str, Any], standard: Standard) -> set[str]:
    """The places that the fields carry which apply to this record."""
    lenses = (line.lens for line in standard.lines if line.applies(told) and line.met(record))
    rest = {standard.rest.schema} if standard.rest else set()
    return {place for lens in lenses if lens for place in lens.reads} | rest


def _shut(lost: list[str], standard: Standard, open_places: set[str]) -> bool:
    """Whether the standard has fields for this, and none of them applies."""
    placed = {place for place in lost if place in standard.reads}
    return bool(placed) and placed.isdisjoint(open_places)


def _of_field(name: str, lost: list[str], carried: bool, standard: Standard, explained: bool) -> Iterator[Loss]:
    placed = [place for place in lost if place in standard.reads]
    if lost and not carried and not placed and not explained:
        yield Loss("no_place", name)
        return
    unplaced = [_side(place) for place in lost if place not in standard.reads]
    if unplaced:
        yield Loss("part_no_place", name, "", {"parts": tuple(dict.fromkeys(unplaced))})
    if placed and not explained:
        yield Loss("flattened", name, "", {"parts": tuple(dict.fromkeys(map(_side, placed)))})


def _side(place: str) -> str:
    return place.partition(".")[2].partition(".")[0] or "text"


def _marks(value: Any) -> set[Any]:
    """What shows that a value is there: a text in any of its languages, or the value itself."""
    if isinstance(value, dict):
        return set(value.values())
    return {repr(value) if isinstance(value, list) else value}


def _summed(losses: list[Loss]) -> list[Loss]:
    """Each loss once: the same text in another language counts once per field of the standard."""
    seen: dict[tuple[Any, ...], Loss] = {}
    for loss in losses:
        key = (loss.kind, loss.field, loss.target, repr(sorted(loss.figures.items())))
        seen.setdefault(key, loss)
    return list(seen.values())


def leaves(record: Canonical, only: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value of a record with its place, such as ("risks.severity", {...}); places have no numbers."""
    for name, hint in hints(Canonical).items():
        if name not in {"foreign", "format"} and (not only or name == only):
            yield from _leaves(getattr(record, name), hint, name)


def _leaves(value: Any, hint: Any, place: str) -> Iterator[tuple[str, Any]]:
    if value is None:
        return
    if is_part(hint):
        yield from _sides(value, hint, place)
    elif hint is Text or not isinstance(value, dict | list) or not value:
        yield place, value
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, item_type(hint), place)
    else:
        for key, each in value.items():
            yield (place, (key, repr(each))) if place.endswith(".answers") else (f"{place}.{key}", each)


def _sides(part: Part, of: type, place: str) -> Iterator[tuple[str, Any]]:
    for name, hint in hints(of).items():
        yield from _leaves(getattr(part, name), hint, f"{place}.{name}")


def take(row: Mapping[str, Any], standard: Standard, language: str, persons: bool = False) -> Canonical:
    """The record that a row's fields tell, without what it cannot hold."""
    record = Canonical()
    for line in standard.lines:
        value = row.get(line.name)
        if value is not None and value != "":
            line.take(record, value, language, persons)
    if standard.rest is not None:
        answers = {name: value for name, value in row.items() if name not in standard.by_name}
        if answers:
            standard.rest.set(record, answers)
    return record


def to_record(row: Mapping[str, Any], standard: Standard, language: str = "") -> tuple[Canonical, tuple[str, ...]]:
    """A row as a record, and the fields left out because they name persons.

    What the record would not give back as it was written is kept under ``foreign``, and nothing else.
    """
    spoken = language or standard.language
    record = take(row, standard, spoken)
    told = fields_of(record, standard, Giving(spoken))
    kept: dict[str, Kept] = {}
    left_out = []
    for name, value in row.items():
        said = told.get(name, _NOTHING)
        if said is not _NOTHING and said == value and type(said) is type(value):
            continue
        line = standard.by_name.get(name)
        if line is not None and line.person:
            left_out.append(name)
        else:
            kept[name] = Kept(value=value, over=fingerprint(told.get(name)))
    for name, said in told.items():
        if name not in row:
            kept[name] = Kept(over=fingerprint(said), absent=True)
    if kept:
        record.foreign = {standard.key: kept}
    return record, tuple(left_out)
