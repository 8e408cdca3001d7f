"""Polis's participants-votes.csv: a row per participant, a column per statement, and Polis's own group."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from minga.tools.base import ToolError
from minga.tools.opinion.reading.account import Tally
from minga.tools.opinion.reading.columns import GROUP, NO_VOTE, PARTICIPANT, clean_id, repeated, vote_of
from minga.tools.opinion.reading.log import OUTSIDE, UNKNOWN, Gathered, ragged_reason
from minga.tools.opinion.reading.table import Block, Table, is_blank
from minga.tools.opinion.votes import Votes

ABOUT = ("xid", "group-id", "group", "n-comments", "n-votes", "n-agree", "n-disagree", "n-pass")
"""Columns about the participant. ``xid`` names people in another system and is never kept."""


@dataclass(slots=True)
class Matrix:
    """What a matrix holds: ``rows`` and ``cells`` account for participants and for the votes in their cells."""

    gathered: Gathered
    rows: Tally
    cells: Tally
    groups: dict[str, str] = field(default_factory=dict)
    claimed: int = 0
    agrees: int = 0
    disagrees: int = 0

    def votes(self) -> Votes:
        return self.gathered.votes(self.cells)


def is_matrix(table: Table) -> bool:
    return "participant" in table.header and ("n-votes" in table.header or "group-id" in table.header)


def read_matrix(table: Table, known: Collection[str] | None) -> Matrix:
    """The votes and groups of an open matrix. ``known`` statements: votes on any other are rejected."""
    matrix = Matrix(Gathered.empty(known), Tally(table.source), Tally(table.source, "cells"))
    reader = _MatrixReader(table, matrix, known)
    for block in table.blocks(matrix.rows):
        reader.take(block)
    _check_sign(table.source, matrix)
    return matrix


def _check_sign(source: str, matrix: Matrix) -> None:
    """Refuse a matrix whose own count of agreeing votes is that of its -1."""
    if matrix.agrees != matrix.disagrees and matrix.claimed == matrix.disagrees:
        raise ToolError(
            f"In {source} the column n-agree counts the votes that read -1, so agreement is written as -1 there. "
            "Polis does so inside. Turn the sign of the votes: here +1 is agree."
        )


class _MatrixReader:
    def __init__(self, table: Table, matrix: Matrix, known: Collection[str] | None) -> None:
        self.table, self.matrix = table, matrix
        self.person = table.needed("participant", PARTICIPANT)
        self.group = table.column(GROUP)
        self.agree = table.column(("n-agree",))
        about = {place for place, name in enumerate(table.header) if name in ABOUT} | {self.person}
        self.columns = [place for place in range(len(table.header)) if place not in about]
        self._number_statements(known)

    def _number_statements(self, known: Collection[str] | None) -> None:
        names = [clean_id(self.table.names[place]) for place in self.columns]
        twice = repeated(names)
        if twice is not None:
            raise ToolError(
                f"{self.table.source} has two columns for statement {twice!r}, so it is not clear which votes count. "
                "Remove one of them."
            )
        statements = self.matrix.gathered.statements
        if known is None:
            statements.update({name: number for number, name in enumerate(names)})
        self.codes = np.array([statements.get(name, -1) for name in names], np.int32)

    def take(self, block: Block) -> None:
        try:
            found = self._arrow(block)
        except pa.ArrowInvalid:
            found = None
        if found is None:
            self._line_by_line(block)
            return
        people, groups, agree, values = found
        self.matrix.rows.rows_in += len(people)
        lines = range(block.first, block.first + len(people))
        kept = [self._person(people[n], groups[n], line) for n, line in enumerate(lines)]
        self._add(np.array(kept, np.int64), values, lines)
        self.matrix.claimed += agree

    def _arrow(self, block: Block) -> tuple[list[str], list[str], int, NDArray[np.int8]] | None:
        """All cells at once; None where a row needs a closer look."""
        names = [f"c{n}" for n in range(len(self.table.header))]
        types = {names[place]: pa.int8() for place in self.columns} | {names[self.person]: pa.string()}
        if self.group is not None:
            types[names[self.group]] = pa.string()
        if self.agree is not None:
            types[names[self.agree]] = pa.int64()
        found = arrow_csv.read_csv(
            pa.BufferReader(block.data),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(block.data) + 1, column_names=names),
            arrow_csv.ParseOptions(delimiter=block.separator, quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=False
            ),
        )
        people = [clean_id(text) for text in found[names[self.person]].to_pylist()]
        if "" in people:
            return None
        groups = found[names[self.group]].to_pylist() if self.group is not None else [""] * len(people)
        agree = sum(n or 0 for n in found[names[self.agree]].to_pylist()) if self.agree is not None else 0
        values = [found[names[place]].fill_null(NO_VOTE).to_numpy() for place in self.columns]
        return people, groups, agree, np.stack(values, axis=1) if values else np.empty((len(people), 0), np.int8)

    def _line_by_line(self, block: Block) -> None:
        for line, text in enumerate(block.lines(), block.first):
            if is_blank(text):
                continue
            cells = text.split(block.separator)
            self.matrix.rows.rows_in += 1
            if len(cells) != len(self.table.header):
                reason = ragged_reason(text, len(cells), len(self.table.header), block)
                self.matrix.rows.refuse(line, reason, text)
                continue
            group = cells[self.group] if self.group is not None else ""
            person = self._person(clean_id(cells[self.person]), group, line)
            self._add(np.array([person]), self._values(cells)[None, :], [line])
            if self.agree is not None and cells[self.agree].isdigit():
                self.matrix.claimed += int(cells[self.agree])

    def _values(self, cells: Sequence[str]) -> NDArray[np.int8]:
        """NO_VOTE where the cell is empty, 9 where it is no vote."""
        read = [NO_VOTE if not cells[place].strip() else vote_of(cells[place]) for place in self.columns]
        return np.array([9 if vote is None else vote for vote in read], np.int8)

    def _person(self, participant: str, group: str, line: int) -> int:
        """The number of a participant; -1 where the row is refused."""
        people = self.matrix.gathered.people
        if not participant or participant in people:
            reason = "the participant occurs in an earlier row" if participant else "the participant is empty"
            self.matrix.rows.refuse(line, reason, participant)
            return -1
        people[participant] = len(people)
        if group := clean_id(group):
            self.matrix.groups[participant] = group
        return people[participant]

    def _add(self, person: NDArray[np.int64], values: NDArray[np.int8], lines: Sequence[int]) -> None:
        """Votes out of the cells of the rows that are used; each other cell that is not empty is refused."""
        given = (values != NO_VOTE) & (person >= 0)[:, None]
        cells = self.matrix.cells
        cells.rows_in += int(np.count_nonzero(given))
        outside = given & (np.abs(values) > 1)
        unknown = given & ~outside & (self.codes < 0)
        for bad, reason in ((outside, OUTSIDE), (unknown, UNKNOWN)):
            if count := int(np.count_nonzero(bad)):
                cells.refuse_all(self._examples(bad, values, lines), count, reason)
        rows, columns = np.nonzero(given & ~outside & ~unknown)
        value = values[rows, columns]
        self.matrix.gathered.add(person[rows], self.codes[columns], value)
        self.matrix.agrees += int(np.count_nonzero(value == 1))
        self.matrix.disagrees += int(np.count_nonzero(value == -1))

    def _examples(self, bad: NDArray[Any], values: NDArray[np.int8], lines: Sequence[int]) -> Iterator[tuple[int, str]]:
        for row, column in zip(*np.nonzero(bad), strict=True):
            vote = f", vote {values[row, column]}" if abs(values[row, column]) < 9 else ""
            yield lines[row], f"statement {self.table.names[self.columns[column]]}{vote}"


def read_groups(table: Table, tally: Tally) -> dict[str, str]:
    """Participant -> group out of an open CSV of participant, group. An empty group means: in none."""
    person, group = table.needed("participant", PARTICIPANT), table.needed("group", GROUP)
    groups: dict[str, str] = {}
    for block in table.blocks(tally):
        for line, text in enumerate(block.lines(), block.first):
            if is_blank(text):
                continue
            tally.rows_in += 1
            cells = next(csv.reader([text], delimiter=block.separator, quoting=csv.QUOTE_NONE))
            if len(cells) != len(table.header):
                tally.refuse(line, ragged_reason(text, len(cells), len(table.header), block), text)
                continue
            participant, name = clean_id(cells[person]), clean_id(cells[group])
            if not participant or participant in groups:
                reason = "the participant occurs in an earlier row" if participant else "the participant is empty"
                tally.refuse(line, reason, text)
            else:
                groups[participant] = name
    return {participant: name for participant, name in groups.items() if name}
