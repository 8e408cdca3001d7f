"""Reading conversations: Polis exports, fixtures and plain logs, every row accounted for."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minga.tools.base import ToolError
from minga.tools.intake import IntakeError, Limits, open_source
from minga.tools.opinion.reading.account import FileAccount, Problem, Report, Tally
from minga.tools.opinion.reading.check import differences, miscounted
from minga.tools.opinion.reading.comments import Comment, read_comments
from minga.tools.opinion.reading.fixture import read_json_comments, read_json_votes
from minga.tools.opinion.reading.log import is_log, read_log
from minga.tools.opinion.reading.matrix import Matrix, is_matrix, read_matrix
from minga.tools.opinion.reading.matrix import read_groups as _read_groups
from minga.tools.opinion.reading.table import open_table
from minga.tools.opinion.votes import Votes

__all__ = ["Comment", "Conversation", "FileAccount", "Problem", "Report", "read", "read_groups"]

MATRICES = ("participants-votes.csv", "participant-votes.csv")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as read. +1 agree, 0 pass, -1 disagree.

    ``votes`` are in the order of time and hold re-votes (the last one counts) and only statements with a vote;
    ``statements`` are all that the list of statements has; ``groups`` maps participants to the group that Polis
    gave them (those without one are left out); ``summary`` is Polis's summary.csv; ``report`` accounts for rows.
    """

    votes: Votes
    statements: tuple[Comment, ...]
    groups: Mapping[str, str]
    report: Report
    summary: Mapping[str, str] = field(default_factory=dict)


def read(path: str | Path) -> Conversation:
    """Read a Polis export folder, a fixture folder, or a CSV of participant, statement, vote and perhaps time.

    Raises ToolError (what happened, likely cause, what to do) where the whole cannot be used; single rows that
    cannot be used are rejected or failed in ``report``. The file is read in blocks of 16 MiB, so memory grows with
    the votes only (17 bytes each are kept, about twice that at the peak); files above 8 GiB are refused.
    """
    path = Path(path)
    if not path.exists():
        raise ToolError(
            f"There is nothing at {path}. The name is probably misspelt, or the path is meant from another folder. "
            "Give a folder with a Polis export, or a CSV file of participant, statement, vote."
        )
    return _Reading().folder(path) if path.is_dir() else _Reading().single(path)


def read_groups(path: str | Path) -> tuple[dict[str, str], FileAccount]:
    """(participant -> group, account) of a CSV of participant, group; an empty group means: in none."""
    tally = Tally(Path(path).name)
    with open_table(Path(path)) as table:
        groups = _read_groups(table, tally)
    if not groups:
        raise _nothing_used(tally, "participant with a group")
    return groups, tally.account()


class _Reading:
    def __init__(self) -> None:
        self.tallies: list[Tally] = []
        self.notes: list[str] = []

    def folder(self, path: Path) -> Conversation:
        if (path / "votes.json").exists():
            return self._fixture(path)
        log = path / "votes.csv"
        matrix = next((path / name for name in MATRICES if (path / name).exists()), None)
        if not log.exists() and matrix is None:
            raise _no_export(path)
        statements = self._comments(path / "comments.csv")
        known = [statement.id for statement in statements] if statements else None
        summary = _summary(path / "summary.csv")
        if matrix is None:
            return self._conversation(self._log(log, known), statements, {}, summary)
        found = self._matrix(matrix, known)
        votes = found.votes()
        if log.exists():
            of_matrix, votes = votes, self._log(log, known)
            self.notes.extend(differences(votes, of_matrix, log.name, matrix.name))
        self._some(votes, found.cells)
        return self._conversation(votes, statements, found.groups, summary)

    def single(self, path: Path) -> Conversation:
        if path.suffix.lower() == ".json":
            votes = read_json_votes(path, None, self._tally(path, "records"), self.notes)
            self._some(votes, self.tallies[0])
            return self._conversation(votes, (), {})
        with open_table(path) as table:
            if not is_log(table) and is_matrix(table):
                matrix = self._took(read_matrix(table, None))
                votes, groups = matrix.votes(), matrix.groups
                self._some(votes, matrix.cells)
            else:
                tally = self._tally(path)
                votes, groups = read_log(table, None, tally), {}
                self._some(votes, tally)
            self.notes.extend(table.notes)
        return self._conversation(votes, (), groups)

    def _fixture(self, path: Path) -> Conversation:
        listed = path / "comments.json"
        statements = read_json_comments(listed, self._tally(listed, "records")) if listed.exists() else ()
        known = [str(statement.id) for statement in statements] if statements else None
        tally = self._tally(path / "votes.json", "records")
        votes = read_json_votes(path / "votes.json", known, tally, self.notes)
        self._some(votes, tally)
        return self._conversation(votes, statements, {})

    def _comments(self, path: Path) -> tuple[Comment, ...]:
        if not path.exists():
            self.notes.append("comments.csv is missing: no statement has a text, and none is left out by moderation")
            return ()
        tally = self._tally(path)
        statements = read_comments(path, tally, self.notes)
        if not statements:
            raise _nothing_used(tally, "statement")
        return statements

    def _matrix(self, path: Path, known: Sequence[object] | None) -> Matrix:
        with open_table(path) as table:
            matrix = self._took(read_matrix(table, None if known is None else [str(id) for id in known]))
            self.notes.extend(table.notes)
        return matrix

    def _took(self, matrix: Matrix) -> Matrix:
        self.tallies += [matrix.rows, matrix.cells]
        return matrix

    def _log(self, path: Path, known: Sequence[object] | None) -> Votes:
        tally = self._tally(path)
        with open_table(path) as table:
            votes = read_log(table, None if known is None else [str(id) for id in known], tally)
            self.notes.extend(table.notes)
        self._some(votes, tally)
        return votes

    def _tally(self, path: Path, unit: str = "rows") -> Tally:
        self.tallies.append(Tally(path.name, unit))
        return self.tallies[-1]

    def _some(self, votes: Votes, tally: Tally) -> None:
        if not len(votes):
            raise _nothing_used(tally, "vote")

    def _conversation(
        self,
        votes: Votes,
        statements: tuple[Comment, ...],
        groups: Mapping[str, str],
        summary: Mapping[str, str] | None = None,
    ) -> Conversation:
        listed = next((tally.name for tally in self.tallies if tally.name.startswith("comments")), "comments.csv")
        revotes = sum(tally.superseded for tally in self.tallies)
        self.notes.extend(miscounted(votes, revotes, statements, listed))
        report = Report(tuple(tally.account() for tally in self.tallies), tuple(self.notes))
        return Conversation(votes, statements, groups, report, summary or {})


def _nothing_used(tally: Tally, what: str) -> ToolError:
    if not tally.rows_in:
        return ToolError(
            f"{tally.name} names its columns but has no {what} under them. The export was probably made before "
            f"anything happened, or was cut. Export it again once there is at least one {what}."
        )
    first = tally.examples[0]
    return ToolError(
        f"Of {tally.rows_in:,} {tally.unit} in {tally.name} not one {what} can be used: {tally.summary()}. The first, "
        f"in line {first.line}, reads: {first.what!r}. Correct the file and try again."
    )


def _no_export(path: Path) -> ToolError:
    found = ", ".join(sorted(entry.name for entry in path.iterdir())[:8]) or "nothing"
    return ToolError(
        f"{path} is no export of a conversation: it has neither votes.csv nor participants-votes.csv nor votes.json. "
        f"It holds {found}. Unpack the export first, or give the folder in which these files lie."
    )


def _summary(path: Path) -> dict[str, str]:
    """The key,value lines of summary.csv; what is not of that form is left out, as nothing is computed from it."""
    try:
        with open_source(path, limits=Limits(bytes=1 << 20)) as stream:
            text = stream.read().decode("utf-8-sig", "replace")
    except IntakeError:
        return {}
    return {row[0]: row[1] for row in csv.reader(io.StringIO(text, newline="")) if len(row) == 2}
