"""Pool and quotas from CSV files; every row ends as used or as rejected with a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from minga.tools.intake.errors import MEBIBYTE, Limits
from minga.tools.intake.sources import open_source
from minga.tools.panel.model import Member, PanelError, Quotas, value_fault

SEPARATORS = ",;\t"
HEADERS = (
    ("feature", "value", "low", "high"),
    ("feature", "value", "min", "max"),
    ("category", "feature", "min", "max"),
    ("category", "name", "min", "max"),
)
"""Headers of a quota file; the last two are those that the Sortition Foundation's files have."""
LARGEST_FIELD = 100_000
FILE_LIMITS = Limits(bytes=64 * MEBIBYTE)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not used; ``row`` is its line in the file, from 1."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pool:
    """``rows_in`` = people used + problems."""

    members: tuple[Member, ...]
    problems: tuple[Problem, ...]
    rows_in: int


def read_quotas(path: Path) -> Quotas:
    """Quotas from a CSV with one of ``HEADERS``; any row that cannot be read stops it (PanelError names the row)."""
    quotas: dict[str, dict[str, tuple[int, int]]] = {}
    names: tuple[str, ...] | None = None
    for line, row in _rows(path):
        if names is None:
            names = next((header for header in HEADERS if set(header) <= set(row)), None)
            if names is None:
                raise PanelError(f"{path} has the columns {', '.join(row)}. It needs: feature, value, low, high.")
        feature, value, low, high = (row[name] for name in names)
        if not feature or not value or not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit()):
            raise PanelError(
                f"{path}, row {line}: {feature!r}, {value!r}, {low!r}, {high!r} is no quota. "
                "Give a feature, a value and two whole numbers."
            )
        if value in quotas.setdefault(feature, {}):
            raise PanelError(f"{path}, row {line}: {feature} {value!r} has a quota already. Keep one of the two rows.")
        quotas[feature][value] = (int(low), int(high))
    return quotas


def read_pool(path: Path, quotas: Quotas, *, id_column: str = "id", household_column: str = "household") -> Pool:
    """People from a CSV with an id, the features that have quotas and, optionally, a household."""
    members: dict[str, Member] = {}
    problems: list[Problem] = []
    rows = 0
    for line, row in _rows(path):
        if not rows:
            _check_columns(path, row, id_column, quotas)
        rows += 1
        who = row[id_column]
        fault = _fault(who, row, members, quotas)
        if fault:
            problems.append(Problem(line, fault))
            continue
        features = {feature: row[feature] for feature in quotas}
        members[who] = Member(who, features, row.get(household_column) or None)
    return Pool(tuple(members.values()), tuple(problems), rows)


def _fault(who: str, row: Mapping[str, str], members: Mapping[str, Member], quotas: Quotas) -> str | None:
    if SHORT in row:
        return row[SHORT]
    if not who or "\n" in who:
        return "has no id, or one with a line break"
    if who in members:
        return f"repeats the id {who!r}; the first row with it is used"
    fault = value_fault(row, quotas)
    return fault and fault.rstrip(".")


def _check_columns(path: Path, row: Mapping[str, str], id_column: str, quotas: Quotas) -> None:
    missing = [column for column in (id_column, *quotas) if column not in row]
    if missing:
        have = ", ".join(column for column in row if column != SHORT)
        raise PanelError(
            f"{path} has no column {', '.join(missing)}; its columns are {have}. "
            "Name the columns as in the quota file (--id names the column of ids)."
        )


SHORT = "\x00fault"
"""The key under which a row with too few or too many cells carries what is wrong with it."""


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) below the header; cells and headers without surrounding blanks."""
    with open_source(path, limits=FILE_LIMITS) as stream:
        data = stream.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PanelError(f"{path} is not UTF-8 (byte {error.start:,}). Save it as CSV in UTF-8.") from None
    separator = _separator(text.split("\n", 1)[0], path)
    csv.field_size_limit(LARGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, path)
            else:
                yield reader.line_num, _cells(header, cells)
    except csv.Error as error:
        raise PanelError(f"{path}, row {reader.line_num}: {error}. Check the quotes and separators there.") from None
    if header is None:
        raise PanelError(f"{path} has no header. Its first row must name the columns.")


def _header(cells: list[str], path: Path) -> list[str]:
    names = [cell.strip() for cell in cells]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise PanelError(f"{path} has two columns {', '.join(twice)}. Remove or rename one of them.")
    return names


def _cells(header: list[str], cells: list[str]) -> dict[str, str]:
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    if len(cells) != len(header):
        row = {**dict.fromkeys((name for name in header if name), ""), **row}
        row[SHORT] = f"has {len(cells)} cells where the header has {len(header)}"
    return row


def _separator(header: str, path: Path) -> str:
    found = [separator for separator in SEPARATORS if separator in header]
    if len(found) > 1:
        raise PanelError(
            f"The header of {path} has two kinds of separators. Use commas, semicolons or tabs, not a mix."
        )
    return found[0] if found else ","
