"""Answers from a CSV file: one row per case, a column for each thing that is known."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minga.tools.measure.answers import Answers, MeasureError, ProbabilityOf
from minga.tools.measure.rows import Problem


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Which column holds what; "" where there is none. Without ``case`` the rows are numbered from 1."""

    truth: str = "truth"
    proposal: str = "proposal"
    case: str = ""
    probability: str = ""
    seconds: str = ""
    cost: str = ""
    by: tuple[str, ...] = ()

    @property
    def numbers(self) -> dict[str, str]:
        named = {"probability": self.probability, "seconds": self.seconds, "cost": self.cost}
        return {name: column for name, column in named.items() if column}

    @property
    def texts(self) -> dict[str, str]:
        named = {"truth": self.truth, "proposal": self.proposal, "cases": self.case}
        return {name: column for name, column in named.items() if column}

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.texts.values(), *self.numbers.values(), *self.by)


def read_answers(path: Path, names: ColumnNames, probability_of: ProbabilityOf = "proposal") -> Answers:
    """An empty proposal is an abstention, an empty truth is unknown. Rows that cannot be read count as failed.

    Raises MeasureError where a named column is missing, and OSError where the file cannot be opened.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            places = _places(next(rows, []), names, path)
            return _answers(rows, places, names, probability_of)
    except UnicodeDecodeError:
        raise MeasureError(f"{path.name} is not UTF-8 text. Save it as “CSV UTF-8” and try again.") from None
    except csv.Error as error:
        raise MeasureError(f"{path.name} is not a well-formed CSV file ({error}). Export it again.") from None


def _places(header: Sequence[str], names: ColumnNames, path: Path) -> dict[str, int]:
    absent = [column for column in names.all if column not in header]
    if absent:
        raise MeasureError(
            f"{path.name} has no column {', '.join(f'“{name}”' for name in absent)}. "
            f"Its columns: {', '.join(header) or 'none'}. Name the right ones."
        )
    return {column: header.index(column) for column in names.all}


def _answers(
    rows: Iterator[list[str]], places: dict[str, int], names: ColumnNames, probability_of: ProbabilityOf
) -> Answers:
    columns: dict[str, list[Any]] = {name: [] for name in (*names.texts, *names.numbers)}
    groups: dict[str, list[str | None]] = {name: [] for name in names.by}
    problems, least = [], max(places.values(), default=-1) + 1
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        case = f"line {number}"
        if len(row) < least:
            problems.append(Problem(case, "failed", "the row has too few columns"))
            continue
        values = {name: _number(row[places[column]]) for name, column in names.numbers.items()}
        if any(value is not None and math.isnan(value) for value in values.values()):
            problems.append(Problem(case, "failed", "a number cannot be read"))
            continue
        for name, column in names.texts.items():
            columns[name].append(row[places[column]].strip() or None)
        for name, value in values.items():
            columns[name].append(value)
        for name in names.by:
            groups[name].append(row[places[name]].strip() or None)
    if "cases" in columns:
        columns["cases"] = [case or f"row {place}" for place, case in enumerate(columns["cases"], start=1)]
    truth = columns.pop("truth", [None] * len(columns["proposal"]))
    return Answers.from_columns(
        truth=truth, groups=groups, probability_of=probability_of, problems=problems, **columns
    )  # fmt: skip


def _number(text: str) -> float | None:
    """None where empty, NaN where it is no finite number."""
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
