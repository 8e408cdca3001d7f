"""A table of advice, part by part: every row used, rejected (read, cannot serve) or failed (cannot be read)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from minga.tools.drift.cells import as_days, as_flags, as_numbers, as_texts
from minga.tools.drift.settings import GROUP_PREFIX, ROLES, Columns, DriftError

BATCH = 1 << 16
BLOCK = 1 << 22
EXAMPLES = 3
NUMERIC_SHARE = 0.99
OVERRULED = ("edit", "edited", "reject", "rejected")
KEPT = ("accept", "accepted", "cannot_tell")
Kind = Literal["number", "category"]
Source = Path | str | Iterable[Any]


@dataclass(slots=True)
class Account:
    """What became of the rows of one table.

    ``torn`` of the failed rows had too few or too many cells; the others are numbered without those. ``reasons``
    counts rows, ``examples`` names the first three of each. ``cells`` counts, by column, what is no number where
    numbers stand and so counts as missing.
    """

    rows_in: int = 0
    used: int = 0
    rejected: int = 0
    failed: int = 0
    torn: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[int]] = field(default_factory=dict)
    cells: Counter[str] = field(default_factory=Counter)

    def refuse(self, rows: list[int], state: Literal["rejected", "failed"], reason: str, count: int) -> None:
        setattr(self, state, getattr(self, state) + count)
        self.reasons[reason] += count
        shown = self.examples.setdefault(reason, [])
        shown.extend(rows[: EXAMPLES - len(shown)])

    def as_json(self) -> dict[str, Any]:
        reasons = [{"reason": r, "rows": n, "first": self.examples.get(r, [])} for r, n in self.reasons.most_common()]
        return {
            "in": self.rows_in,
            "used": self.used,
            "rejected": self.rejected,
            "failed": self.failed,
            "reasons": reasons,
            "unreadable_cells": dict(self.cells),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """The used rows of one batch. Arrays have one entry a row; NaN is not known. ``day`` counts from 1970, -1 unknown.

    ``flags`` are 0, 1 or NaN by name (abstained, overridden, appealed, right, inside).
    """

    cases: Any
    day: np.ndarray[Any, Any]
    numbers: dict[str, np.ndarray[Any, Any]]
    texts: dict[str, Any]
    flags: dict[str, np.ndarray[Any, Any]]
    probability: np.ndarray[Any, Any]


@dataclass(slots=True)
class Plan:
    """Which column is what. Made on the first batch of the reference, kept for the window."""

    columns: Columns
    features: dict[str, Kind] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    proposal: Kind | None = None
    probability: bool = False
    dated: bool = False
    strange: set[str] = field(default_factory=set)
    made: bool = False

    def make(self, batch: Any) -> None:
        names, columns = list(batch.schema.names), self.columns
        wanted = [columns.case, *columns.groups, *columns.features, *columns.categories]
        if lacking := [name for name in wanted if name not in names]:
            raise DriftError(
                f"The table has no column {', '.join(map(repr, lacking))}; it has {', '.join(names[:20])}. Name the "
                "columns as they are in the table (Columns, or --column and --feature on the command line)."
            )
        self.groups = columns.groups or tuple(name for name in names if name.startswith(GROUP_PREFIX))
        taken = {getattr(columns, role) for role in ROLES} | {"month", *self.groups}
        chosen = columns.features or [name for name in names if name not in taken]
        self.features = {
            name: "category" if name in columns.categories else kind_of(batch.column(name)) for name in chosen
        }
        if columns.proposal in names:
            self.proposal = kind_of(batch.column(columns.proposal))
        self.probability = columns.probability in names
        self.dated = columns.at in names or "month" in names
        self.made = True

    def compare(self, batch: Any) -> None:
        """Remember the columns of a later batch that nothing is done with."""
        if not self.columns.features:
            taken = {getattr(self.columns, role) for role in ROLES} | {"month", *self.groups, *self.features}
            self.strange |= set(batch.schema.names) - taken

    def series(self) -> dict[str, tuple[str, Kind]]:
        """What is watched: by column ("output", "feature" or "group", number or category)."""
        outputs: dict[str, tuple[str, Kind]] = {}
        if self.proposal:
            outputs[self.columns.proposal] = ("output", self.proposal)
        if self.probability:
            outputs[self.columns.probability] = ("output", "number")
        features: dict[str, tuple[str, Kind]] = {name: ("feature", kind) for name, kind in self.features.items()}
        groups: dict[str, tuple[str, Kind]] = dict.fromkeys(self.groups, ("group", "category"))
        return outputs | features | groups


def kind_of(column: Any) -> Kind:
    """Numbers, or text of which at least 99 % reads as numbers; else a category. Whole numbers with few different
    values stay numbers: their bins are then the values themselves."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        return "number"
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        numbers, unreadable = as_numbers(column)
        there = int((~np.isnan(numbers)).sum())
        return "number" if there and there >= NUMERIC_SHARE * (there + unreadable) else "category"
    return "category"


def parts(source: Source, plan: Plan, account: Account) -> Iterator[Part]:
    """The used rows of a Parquet file, a CSV file (gzip or not) or Arrow batches or tables, batch by batch."""
    for batch in batches(source, account):
        if not plan.made:
            plan.make(batch)
        plan.compare(batch)
        first = account.rows_in - account.torn
        account.rows_in += batch.num_rows
        part = _part(batch, plan, account, first)
        account.used += len(part.day)
        yield part


def batches(source: Source, account: Account) -> Iterator[Any]:
    if not isinstance(source, str | Path):
        yield from _handed(source)
        return
    path = Path(source)
    read = _parquet if path.suffix in (".parquet", ".pq") else _csv
    try:
        yield from read(path, account)
    except OSError as error:
        raise DriftError(f"{path} cannot be read: {error.strerror or error}. Check the name and the rights.") from None
    except pa.ArrowInvalid as error:
        raise DriftError(
            f"{path} cannot be read as {'Parquet' if read is _parquet else 'CSV'}: {str(error)[:300]}. The file is cut "
            "short, of another kind, or not in UTF-8. Export it again as UTF-8 CSV or as Parquet."
        ) from None


def _handed(source: Iterable[Any]) -> Iterator[Any]:
    for given in [source] if isinstance(source, pa.Table | pa.RecordBatch) else source:
        table = pa.Table.from_batches([given]) if isinstance(given, pa.RecordBatch) else given
        if not isinstance(table, pa.Table):
            raise DriftError(
                f"A table of advice must be a file or Arrow batches, not {type(given).__name__}. Build batches with "
                "pyarrow.RecordBatch.from_pylist."
            )
        yield from table.combine_chunks().to_batches(max_chunksize=BATCH)


def _parquet(path: Path, account: Account) -> Iterator[Any]:
    with pyarrow.parquet.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=BATCH, use_threads=False)


def _csv(path: Path, account: Account) -> Iterator[Any]:
    names, delimiter = header(path)

    def skip(row: Any) -> str:
        lines = row.text.strip("\r\n").count("\n") + 1  # an open quotation mark swallows the rows after it
        account.rows_in += lines
        account.torn += lines
        place = [] if row.number is None else [row.number]
        reason = f"the row has {row.actual_columns} cells, the first line has {row.expected_columns}"
        account.refuse(place, "failed", reason, lines)
        return "skip"

    with pa.input_stream(str(path), compression="detect") as stream:
        reader = pyarrow.csv.open_csv(
            stream,
            pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK),
            pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
        yield from reader


def header(path: Path) -> tuple[list[str], str]:
    """(names of the columns, separator), from the first line."""
    with pa.input_stream(str(path), compression="detect") as stream:
        line = stream.read(1 << 16).split(b"\n", 1)[0]
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line:
        raise DriftError(f"{path} is not UTF-8 text. Save it as CSV in UTF-8, or as Parquet with the name .parquet.")
    text = line.decode("utf-8-sig", "replace").strip("\r")
    if not text.strip():
        raise DriftError(f"{path} is empty or has no header. Give a CSV file whose first line names the columns.")
    delimiter = max(",;\t|", key=text.count)
    names = [name.strip('"') for name in text.split(delimiter)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DriftError(f"{path} names the column {twice[0]!r} twice. Rename one of the two.")
    return names, delimiter


class _Rows:
    """Which rows of a batch are still good, and why the others are not."""

    def __init__(self, batch: Any, account: Account, first: int) -> None:
        self.batch, self.account, self.first = batch, account, first
        self.good = np.ones(batch.num_rows, bool)

    def drop(self, bad: np.ndarray[Any, Any], state: Literal["rejected", "failed"], reason: str) -> None:
        bad = bad & self.good
        if bad.any():
            rows = (np.flatnonzero(bad)[:EXAMPLES] + self.first + 1).tolist()
            self.account.refuse(rows, state, reason, int(bad.sum()))
            self.good &= ~bad

    def column(self, name: str, read: Callable[[Any], Any]) -> Any:
        """What ``read`` makes of the column; None where there is none."""
        if name not in self.batch.schema.names:
            return None
        try:
            return read(self.batch.column(name))
        except (pa.ArrowNotImplementedError, pa.ArrowTypeError):
            raise DriftError(
                f"the column {name!r} holds {self.batch.column(name).type}, neither number, text, date nor yes and no. "
                "Leave it out by naming the columns to watch (Columns.features, --feature)."
            ) from None

    def numbers(self, name: str) -> np.ndarray[Any, Any]:
        """The column as numbers; unreadable cells are counted and NaN, and all are NaN where there is no column."""
        found = self.column(name, as_numbers)
        if found is None:
            return np.full(len(self.good), np.nan)
        if found[1]:
            self.account.cells[name] += found[1]
        return found[0]


def _part(batch: Any, plan: Plan, account: Account, first: int) -> Part:
    rows, columns = _Rows(batch, account, first), plan.columns
    cases = rows.column(columns.case, as_texts)
    if cases is None:
        raise DriftError(f"The table has no column {columns.case!r} that names the case. Add it or name another.")
    rows.drop(pc.equal(cases, "").to_numpy(zero_copy_only=False), "rejected", "the case has no id")
    day = _days(rows, columns)
    probability = rows.numbers(columns.probability)
    rows.drop((probability < 0) | (probability > 1), "rejected", "the probability is not between 0 and 1")
    flags = _flags(rows, columns)
    flags["right"] = _right(rows, plan)
    flags["inside"] = _inside(rows, columns)
    watched = {name: kind for name, (_, kind) in plan.series().items() if name != columns.probability}
    numbers = {name: rows.numbers(name) for name, kind in watched.items() if kind == "number"}
    if plan.probability:
        numbers[columns.probability] = probability
    nothing = pa.nulls(batch.num_rows, pa.string()).fill_null("")
    texts = {}
    for name in (name for name, kind in watched.items() if kind == "category"):
        found = rows.column(name, as_texts)
        texts[name] = nothing if found is None else found
    return _kept(Part(cases, day, numbers, texts, flags, probability), rows.good)


def _kept(part: Part, good: np.ndarray[Any, Any]) -> Part:
    if good.all():
        return part
    mask = pa.array(good)
    return Part(
        part.cases.filter(mask),
        part.day[good],
        {name: values[good] for name, values in part.numbers.items()},
        {name: values.filter(mask) for name, values in part.texts.items()},
        {name: values[good] for name, values in part.flags.items()},
        part.probability[good],
    )


def _days(rows: _Rows, columns: Columns) -> np.ndarray[Any, Any]:
    found = rows.column(columns.at, as_days)
    found = rows.column("month", as_days) if found is None else found
    if found is None:
        return np.full(len(rows.good), -1, np.int64)
    days, unreadable = found
    rows.drop(unreadable, "failed", "the date is not one between 1970 and 2199, such as 2026-03-14")
    return days


def _flags(rows: _Rows, columns: Columns) -> dict[str, np.ndarray[Any, Any]]:
    flags = {}
    for name, column in (("abstained", columns.abstained), ("appealed", columns.appealed)):
        flags[name], unreadable = rows.column(column, as_flags) or _unknown(rows)
        rows.drop(unreadable, "failed", f"{name} is neither yes nor no")
    proposed = rows.column(columns.proposal, as_texts)
    if proposed is not None:
        empty = pc.equal(proposed, "").to_numpy(zero_copy_only=False)
        said = flags["abstained"]
        rows.drop(empty & (said == 0), "rejected", "neither a proposal nor an abstention")
        rows.drop(~empty & (said == 1), "rejected", "a proposal and an abstention at once")
        flags["abstained"] = empty.astype(np.float64)
    flags["overridden"] = _overridden(rows, columns)
    return flags


def _unknown(rows: _Rows) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return np.full(len(rows.good), np.nan), np.zeros(len(rows.good), bool)


def _overridden(rows: _Rows, columns: Columns) -> np.ndarray[Any, Any]:
    found = rows.column(columns.determination, as_texts)
    if found is None:
        return _unknown(rows)[0]
    against, kept, none = (
        pc.is_in(found, value_set=pa.array(words)).to_numpy(zero_copy_only=False)
        for words in (list(OVERRULED), list(KEPT), [""])
    )
    rows.drop(~(against | kept | none), "rejected", "the determination is not accept, edit, reject or cannot_tell")
    return np.where(none, np.nan, against.astype(np.float64))


def _right(rows: _Rows, plan: Plan) -> np.ndarray[Any, Any]:
    """1 where the proposal is the truth, NaN where either is missing. Numbers are judged by their interval alone."""
    columns = plan.columns
    if plan.proposal != "category":
        return _unknown(rows)[0]
    proposed, truth = rows.column(columns.proposal, as_texts), rows.column(columns.truth, as_texts)
    if proposed is None or truth is None:
        return _unknown(rows)[0]
    known = pc.and_(pc.not_equal(proposed, ""), pc.not_equal(truth, "")).to_numpy(zero_copy_only=False)
    same = pc.equal(proposed, truth).to_numpy(zero_copy_only=False)
    return np.where(known, same.astype(np.float64), np.nan)


def _inside(rows: _Rows, columns: Columns) -> np.ndarray[Any, Any]:
    """1 where the truth lies in the interval, ends included; NaN where one of the three is missing."""
    if columns.low not in rows.batch.schema.names or columns.high not in rows.batch.schema.names:
        return _unknown(rows)[0]
    low, high, truth = (rows.numbers(name) for name in (columns.low, columns.high, columns.truth))
    known = ~(np.isnan(low) | np.isnan(high) | np.isnan(truth))
    return np.where(known, ((low <= truth) & (truth <= high)).astype(np.float64), np.nan)


@contextmanager
def told(which: str) -> Iterator[None]:
    """Names the table (reference or window) in an error about it."""
    try:
        yield
    except DriftError as error:
        raise DriftError(f"The {which}: {error}") from None
