"""A log of votes, one a row: Polis's votes.csv, or any CSV of participant, statement, vote and perhaps time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from minga.tools.opinion.reading.account import Tally
from minga.tools.opinion.reading.columns import (
    NO_VOTE,
    PARTICIPANT,
    STATEMENT,
    TIME,
    VOTE,
    Times,
    codes_of,
    in_order,
    joined,
    superseded,
    vote_of,
)
from minga.tools.opinion.reading.table import SEPARATORS, Block, Table, is_blank
from minga.tools.opinion.votes import Votes

KEYS = ("participant", "statement", "vote")
UNKNOWN = "the statement is not in the list of statements"
OUTSIDE = "the vote is not -1, 0 or 1"
NO_TIME = "the time cannot be read"
AT_ONCE = 1 << 22
type Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Gathered:
    """The columns of the votes that can be used, block by block."""

    people: dict[str, int]
    statements: dict[str, int]
    person: list[NDArray[np.int32]]
    statement: list[NDArray[np.int32]]
    value: list[NDArray[np.int8]]
    times: Times

    @classmethod
    def empty(cls, known: Collection[str] | None) -> Gathered:
        return cls({}, {id: n for n, id in enumerate(known or ())}, [], [], [], Times())

    def add(self, person: NDArray[Any], statement: NDArray[Any], value: NDArray[Any]) -> None:
        self.person.append(person.astype(np.int32, copy=False))
        self.statement.append(statement.astype(np.int32, copy=False))
        self.value.append(value.astype(np.int8, copy=False))

    def votes(self, tally: Tally, sort: bool = True) -> Votes:
        """All of it in the order of time, ids that nobody used left out; whole-number ids in ascending order."""
        time = self.times.milliseconds()
        person, participants = _compact(joined(self.person, np.int32), list(self.people))
        statement, statements = _compact(joined(self.statement, np.int32), list(self.statements))
        value = joined(self.value, np.int8)
        if sort and time is not None and len(time) and np.any(time[1:] < time[:-1]):
            order = np.argsort(time, kind="stable")
            person, statement, value, time = person[order], statement[order], value[order], time[order]
        tally.superseded = superseded(person, statement, len(statements))
        return Votes(participants, statements, person, statement, value, time)


def _compact(codes: NDArray[np.int32], ids: list[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Codes renumbered in place so that each id is used, in the order of ``in_order``."""
    used = np.zeros(len(ids), bool)
    used[codes] = True
    kept = np.flatnonzero(used)
    names = [ids[place] for place in kept]
    order = in_order(names)
    renumber = np.empty(len(ids), np.int32)
    renumber[kept[order]] = np.arange(len(kept), dtype=np.int32)
    for start in range(0, len(codes), AT_ONCE):
        codes[start : start + AT_ONCE] = renumber[codes[start : start + AT_ONCE]]
    return codes, [names[place] for place in order]


def is_log(table: Table) -> bool:
    return table.column(STATEMENT) is not None and table.column(VOTE) is not None


def read_log(table: Table, known: Collection[str] | None, tally: Tally) -> Votes:
    """The votes of an open log. ``known`` statements: a vote on any other is rejected. Fills ``tally``."""
    places = {
        "participant": table.needed("participant", PARTICIPANT),
        "statement": table.needed("statement", STATEMENT),
        "vote": table.needed("vote", VOTE),
    }
    if (time := table.column(TIME)) is not None:
        places["time"] = time
    gathered = Gathered.empty(known)
    reader = _LogReader(len(table.header), places, gathered, known is not None, tally)
    for block in table.blocks(tally):
        reader.take(block)
    if gathered.times.missing:
        table.notes.append(
            f"{table.source}: {gathered.times.missing:,} rows have no time, so the order of the rows decides which "
            "of several votes is the newest"
        )
    return gathered.votes(tally)


class _LogReader:
    def __init__(self, width: int, places: dict[str, int], into: Gathered, closed: bool, tally: Tally) -> None:
        self.names = [f"c{n}" for n in range(width)]
        self.places = {what: f"c{place}" for what, place in places.items()}
        self.into, self.closed, self.tally = into, closed, tally
        self.time_type: pa.DataType = pa.int64()

    def take(self, block: Block) -> None:
        """One block: what can be used is added, the rest is refused with its line and reason."""
        table, ragged = self._parsed(block)
        place = _Places(block, ragged)
        self.tally.rows_in += len(table) + len(ragged)
        self._refuse_ragged(block, ragged)
        person, statement, value = self._coded(table)
        bad = (person < 0) | (statement < 0) | (value == NO_VOTE)
        times: list[NDArray[Any]] | None = None
        if "time" in self.places:
            *times, unread = self.into.times.add(table[self.places["time"]])
            bad |= unread
        if bad.any():
            self._refuse(place, bad, person, statement, value)
            person, statement, value = person[~bad], statement[~bad], value[~bad]
        self.into.add(person, statement, value)
        if times is not None:
            self.into.times.keep(*(column[~bad] if bad.any() else column for column in times))

    def _parsed(self, block: Block) -> tuple[pa.Table, list[tuple[int, str, int]]]:
        try:
            return self._arrow(block)
        except pa.ArrowInvalid:
            if self.time_type == pa.string():
                raise
            self.time_type = pa.string()
            return self._arrow(block)

    def _arrow(self, block: Block) -> tuple[pa.Table, list[tuple[int, str, int]]]:
        ragged: list[tuple[int, str, int]] = []

        def skip(row: Any) -> str:
            ragged.append((row.number, row.text, row.actual_columns))
            return "skip"

        coded = pa.dictionary(pa.int32(), pa.string())
        types = {self.places[key]: coded for key in KEYS}
        if "time" in self.places:
            types[self.places["time"]] = self.time_type
        return (
            arrow_csv.read_csv(
                pa.BufferReader(block.data),
                arrow_csv.ReadOptions(use_threads=False, block_size=len(block.data) + 1, column_names=self.names),
                arrow_csv.ParseOptions(
                    delimiter=block.separator,
                    quote_char=False,
                    ignore_empty_lines=False,
                    invalid_row_handler=skip,
                ),
                arrow_csv.ConvertOptions(
                    column_types=types, include_columns=list(types), strings_can_be_null=False, check_utf8=False
                ),
            ),
            ragged,
        )

    def _coded(self, table: pa.Table) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
        people, place = _dictionary(table[self.places["participant"]])
        person = codes_of(people, self.into.people, closed=False)[place]
        said, place = _dictionary(table[self.places["statement"]])
        statement = codes_of(said, self.into.statements, self.closed)[place]
        votes, place = _dictionary(table[self.places["vote"]])
        coded = [vote_of(text) for text in votes]
        value = np.array([NO_VOTE if vote is None else vote for vote in coded], np.int8)[place]
        return person, statement, value

    def _refuse_ragged(self, block: Block, ragged: list[tuple[int, str, int]]) -> None:
        for number, text, cells in ragged:
            if is_blank(text):
                self.tally.rows_in -= 1
                continue
            self.tally.refuse(block.first + number - 1, ragged_reason(text, cells, len(self.names), block), text)

    def _refuse(
        self, at: _Places, bad: Mask, person: NDArray[Any], statement: NDArray[Any], value: NDArray[Any]
    ) -> None:
        """Each bad row once, under the first reason that applies; blank lines are no rows."""
        blank = at.blank(bad & (person == -1) & (statement == -1) & (value == NO_VOTE))
        self.tally.rows_in -= int(blank.sum())
        left = bad & ~blank
        for reason, mask in (
            ("the participant is empty", person == -1),
            ("the statement is empty", statement == -1),
            (UNKNOWN, statement == -2),
            (OUTSIDE, value == NO_VOTE),
            (NO_TIME, left),
        ):
            rows = left & mask
            left &= ~mask
            if count := int(rows.sum()):
                self.tally.refuse_all(at.examples(rows), count, reason)


def ragged_reason(text: str, cells: int, width: int, block: Block) -> str:
    """Why a row with a wrong number of cells is refused: another separator, or simply too many or too few."""
    for other in SEPARATORS:
        if other != block.separator and text.count(other) == width - 1:
            return "separated by another sign than the first line"
    return f"{cells} cells where the first line has {width}"


def _dictionary(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], column.type)
    return whole.dictionary.to_pylist(), whole.indices.to_numpy()


class _Places:
    """From the place of a row in a parsed block to its line in the file."""

    def __init__(self, block: Block, ragged: list[tuple[int, str, int]]) -> None:
        self.block = block
        self._skipped = {number - 1 for number, _, _ in ragged}
        self._lines: list[str] | None = None
        self._rows: NDArray[np.int64] | None = None

    def _opened(self) -> tuple[list[str], NDArray[np.int64]]:
        if self._lines is None or self._rows is None:
            self._lines = self.block.lines()
            whole = np.ones(len(self._lines), bool)
            whole[list(self._skipped)] = False
            self._rows = np.flatnonzero(whole)
        return self._lines, self._rows

    def blank(self, rows: Mask) -> Mask:
        """Which of ``rows`` are lines without anything, not even a separator."""
        found = np.zeros(len(rows), bool)
        if rows.any():
            lines, places = self._opened()
            for row in np.flatnonzero(rows):
                found[row] = is_blank(lines[places[row]])
        return found

    def examples(self, rows: Mask) -> Iterator[tuple[int, str]]:
        lines, places = self._opened()
        for row in np.flatnonzero(rows):
            yield self.block.first + int(places[row]), lines[places[row]].replace("\x1f", ",")
