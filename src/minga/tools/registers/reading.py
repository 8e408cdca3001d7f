"""Files of registers into canonical records. Every row ends as used, rejected with a reason, or failed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from minga.tools.intake import Limits, open_source
from minga.tools.registers import files
from minga.tools.registers.canonical import FORMAT, Canonical, from_json
from minga.tools.registers.convert import to_record
from minga.tools.registers.files import Row
from minga.tools.registers.losses import Loss
from minga.tools.registers.standards import Standard, standards
from minga.tools.registers.standards import standard as by_key
from minga.tools.registers.unusable import Unreadable, UnusableFile

LIMITS = Limits(compressed_bytes=32 * 2**20, bytes=64 * 2**20)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not used. ``line`` of a CSV, number of the record elsewhere, from 1.

    ``why``: no_name, repeated (``what`` is the line of the first), wrong_type, or a key of ``unusable.ROW``.
    """

    line: int
    why: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave. ``lines[i]`` is where ``records[i]`` stands; ``left_out[i]`` are its fields about persons."""

    standard: Standard
    records: list[Canonical] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    left_out: list[tuple[str, ...]] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)

    @property
    def rows_in(self) -> int:
        return self.used + len(self.rejected) + len(self.failed)

    @property
    def used(self) -> int:
        return len(self.records)

    def losses_of(self, number: int) -> list[Loss]:
        """What the record ``records[number]`` cannot hold, and what was left out of it."""
        kept = self.records[number].foreign.get(self.standard.key, {})
        held = [Loss("kept_apart", target=name) for name, each in kept.items() if each.value not in (None, "", [])]
        return [*(Loss("left_out", target=name) for name in self.left_out[number]), *held, *self._claims(number)]

    def _claims(self, number: int) -> Iterator[Loss]:
        record = self.records[number]
        for line in self.standard.lines:
            lens = line.lens
            codes, path = getattr(lens, "codes", None), getattr(lens, "path", None)
            if codes is None or path is None or path.every:
                continue
            found = path.get(record)
            for code in found if isinstance(found, list) else [found]:
                value = codes.write(code) if code else None
                others = [each for each in codes.shared(value) if each != code] if value else []
                if others and value:
                    figures = {"value": value, "codes": tuple(others), "list": getattr(lens, "of", "")}
                    yield Loss("claims_more", path.field, line.name, figures)

    @property
    def losses(self) -> Counter[tuple[str, str]]:
        """How many records have which loss, by (kind, field of the standard)."""
        return Counter((loss.kind, loss.target) for number in range(self.used) for loss in self.losses_of(number))


def read(source: str | Path | bytes, standard: str = "", language: str = "") -> Imported:
    """Read a file, or its content, into records.

    ``standard`` is told from the content where it is not given; ``language`` is that of the texts, by default the
    standard's. Raises IntakeError where the file as a whole cannot be used, ToolError where there is no such standard.
    """
    content = source if isinstance(source, bytes) else _content(source)
    if not content.strip():
        raise UnusableFile("empty")
    key = standard or files.guess(content)
    if not key:
        raise UnusableFile("no_standard", keys=", ".join(standards()))
    by = by_key(key)
    imported = Imported(by)
    seen: dict[str, int] = {}
    for line, row in files.rows(content, by):
        _use(imported, line, row, language, seen)
    return imported


def _content(source: str | Path) -> bytes:
    with open_source(source, limits=LIMITS) as stream:
        return stream.read()


def _use(imported: Imported, line: int, row: Row | Unreadable, language: str, seen: dict[str, int]) -> None:
    if isinstance(row, Unreadable):
        imported.failed.append(Problem(line, row.kind, row.what))
        return
    same = repr(row)
    if same in seen:
        imported.rejected.append(Problem(line, "repeated", str(seen[same])))
        return
    seen[same] = line
    needed = imported.standard.name_field
    if needed and not str(row.get(needed) or "").strip():
        imported.rejected.append(Problem(line, "no_name", needed))
        return
    try:
        record, left_out = _record(row, imported.standard, language)
    except msgspec.ValidationError as error:
        imported.failed.append(Problem(line, "wrong_type", str(error)))
        return
    imported.records.append(record)
    imported.lines.append(line)
    imported.left_out.append(left_out)


def _record(row: Row, standard: Standard, language: str) -> tuple[Canonical, tuple[str, ...]]:
    if standard.kind != "canonical":
        return to_record(row, standard, language)
    if row.get("format") != FORMAT:
        raise msgspec.ValidationError(f"format is {row.get('format')!r}, not {FORMAT!r}")
    return from_json(row), ()
