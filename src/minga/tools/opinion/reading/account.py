"""What became of every row: used + rejected + failed = rows in, each reason counted, with the first examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

EXAMPLES_PER_REASON = 3
LONGEST_EXAMPLE = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not used. ``line``: in the file from 1 (of a JSON file the record, from 1).

    ``state`` is "rejected" (read, but cannot serve) or "failed" (cannot be read).
    """

    line: int
    state: str
    reason: str
    what: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "state": self.state, "reason": self.reason, "what": self.what}


@dataclass(frozen=True, slots=True)
class FileAccount:
    """One file's rows. ``superseded`` are the used rows that a later vote of the same pair replaces.

    ``unit`` says what is counted: "rows", "records" (JSON), or "cells" (the votes inside the rows of a matrix).
    """

    name: str
    unit: str
    rows_in: int
    used: int
    rejected: int
    failed: int
    superseded: int
    reasons: dict[str, int]
    examples: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "in": self.rows_in,
            "used": self.used,
            "rejected": self.rejected,
            "failed": self.failed,
            "superseded": self.superseded,
            "reasons": self.reasons,
            "examples": [problem.as_json() for problem in self.examples],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What was read: an account per file, and notes on the whole (encoding, disagreement between two files ...)."""

    files: tuple[FileAccount, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"files": [file.as_json() for file in self.files], "notes": list(self.notes)}


@dataclass(slots=True)
class Tally:
    """Counts while a file is read."""

    name: str
    unit: str = "rows"
    rows_in: int = 0
    rejected: int = 0
    failed: int = 0
    superseded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[Problem] = field(default_factory=list)

    @property
    def used(self) -> int:
        return self.rows_in - self.rejected - self.failed

    def refuse(self, line: int, reason: str, what: str = "", failed: bool = False) -> None:
        """One row, already counted in ``rows_in``, is not used."""
        self.refuse_all([(line, what)], 1, reason, failed)

    def refuse_all(self, first: Iterable[tuple[int, str]], count: int, reason: str, failed: bool = False) -> None:
        """``count`` rows share a reason; ``first`` yields the (line, what) of the first few."""
        self.failed += count * failed
        self.rejected += count * (not failed)
        room = EXAMPLES_PER_REASON - min(self.reasons[reason], EXAMPLES_PER_REASON)
        self.reasons[reason] += count
        state = "failed" if failed else "rejected"
        for (line, what), _ in zip(first, range(room), strict=False):
            self.examples.append(Problem(line, state, reason, shortened(what)))

    def account(self) -> FileAccount:
        return FileAccount(
            self.name,
            self.unit,
            self.rows_in,
            self.used,
            self.rejected,
            self.failed,
            self.superseded,
            dict(self.reasons),
            tuple(self.examples),
        )

    def summary(self) -> str:
        """The reasons in one line, the most frequent first."""
        return "; ".join(f"{count:,} x {reason}" for reason, count in self.reasons.most_common(4))


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_EXAMPLE else text[:LONGEST_EXAMPLE] + "..."
