"""Writing a conversation in the layout of a Polis export, by default without what could tell who a voter is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from minga.tools.base import ToolError
from minga.tools.intake import csv_safe
from minga.tools.opinion.votes import AGREE, DISAGREE, UNSEEN, Statement, Votes

ROWS_AT_ONCE = 2_000
COMMENT_COLUMNS = (
    "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body", "is-seed",
    "is-meta",
)  # fmt: skip
SUMMARY_KEYS = (
    "topic", "url", "views", "voters", "voters-in-conv", "commenters", "comments", "groups",
    "conversation-description",
)  # fmt: skip
CELL = {AGREE: ",1", DISAGREE: ",-1", 0: ",0", UNSEEN: ","}


def write_polis(
    into: Path | MutableMapping[str, bytes],
    votes: Votes,
    statements: Sequence[Statement] = (),
    *,
    groups: Mapping[Any, Any] | None = None,
    summary: Mapping[str, str] | None = None,
    identified: bool = False,
    times: bool = False,
    random: np.random.Generator | None = None,
) -> tuple[str, ...]:
    """Write comments.csv, votes.csv, participants-votes.csv and summary.csv; returns their names.

    ``into``: a folder (made where it is missing), or a mapping that takes name -> content. Votes are +1, 0, -1.
    Without ``identified`` participants get fresh ids 0, 1, ... in random order (``random``: where to draw it
    from, by default the operating system) and no statement names its author. Without ``times`` no vote and no
    statement carries a time, only the last vote of each pair is written, and the order of rows tells nothing.
    ``groups``: participant -> group, for the column group-id. ``read`` reads all of it back. Texts that a
    spreadsheet would run as a formula get a leading apostrophe.
    """
    _writable([*votes.participants, *votes.statements, *(statement.id for statement in statements)])
    group_of = {str(key): str(value) for key, value in (groups or {}).items()}
    named = [str(id) for id in votes.participants]
    cast = votes if times else _last_only(votes)
    if not identified:
        cast, order = _fresh(cast, random or np.random.default_rng())
        group_of = {str(new): group_of[named[old]] for new, old in enumerate(order) if named[old] in group_of}
    last = _last_only(cast)
    parts = {
        "comments.csv": _comments(last, statements, identified, times),
        "votes.csv": _log(cast, times),
        "participants-votes.csv": _matrix(last, group_of, statements if identified else ()),
        "summary.csv": _summary(last, statements, group_of, summary or {}),
    }
    for name, content in parts.items():
        _put(into, name, content)
    return tuple(parts)


def _put(into: Path | MutableMapping[str, bytes], name: str, content: Iterable[bytes]) -> None:
    if isinstance(into, Path):
        into.mkdir(parents=True, exist_ok=True)
        with (into / name).open("wb") as file:
            file.writelines(content)
    else:
        into[name] = b"".join(content)


def _writable(ids: Iterable[object]) -> None:
    for id in ids:
        if str(id).strip() != str(id) or not str(id) or "\n" in str(id) or "\r" in str(id):
            raise ToolError(
                f"The id {str(id)!r} is empty, or has blanks at its ends or a line break in it, so it could not be "
                "read back. Give this participant or statement another id."
            )


def _fresh(votes: Votes, random: np.random.Generator) -> tuple[Votes, NDArray[np.int64]]:
    """The same votes under new participant numbers, and which old number each new one has."""
    order = random.permutation(len(votes.participants))
    new = np.empty(len(order), np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    return replace(votes, participants=[str(n) for n in range(len(order))], person=new[votes.person]), order


def _last_only(votes: Votes) -> Votes:
    """The last vote of each pair, ordered by statement and participant; without times."""
    keys = votes.statement.astype(np.int64) * len(votes.participants) + votes.person
    _, back = np.unique(keys[::-1], return_index=True)
    place = len(keys) - 1 - back
    return replace(
        votes,
        person=votes.person[place],
        statement=votes.statement[place],
        value=votes.value[place],
        time=None,
    )


def _log(votes: Votes, times: bool) -> Iterator[bytes]:
    """votes.csv. A log is written by statement, participant and time only where no order could tell anything."""
    votes = votes if times and votes.time is not None else _ordered(votes)
    columns: dict[str, Any] = {}
    if times and votes.time is not None:
        columns["timestamp"] = votes.time
        columns["datetime"] = pa.array(votes.time).cast(pa.timestamp("ms")).cast(pa.string())
    columns["comment-id"] = _spelt(votes.statements, votes.statement)
    columns["voter-id"] = _spelt(votes.participants, votes.person)
    columns["vote"] = votes.value
    yield (",".join(columns) + "\n").encode()
    table = pa.table(columns)
    for start in range(0, len(table), 1 << 20):
        sink = pa.BufferOutputStream()
        options = arrow_csv.WriteOptions(include_header=False)
        arrow_csv.write_csv(table.slice(start, 1 << 20), sink, options)
        yield sink.getvalue().to_pybytes()


def _ordered(votes: Votes) -> Votes:
    order = np.lexsort((votes.person, votes.statement))
    return replace(votes, person=votes.person[order], statement=votes.statement[order], value=votes.value[order])


def _spelt(ids: Any, codes: NDArray[np.int32]) -> pa.Array:
    """A column of ids, as numbers where all are plain whole numbers."""
    names = [str(id) for id in ids]
    if all(name.isascii() and name.isdigit() and str(int(name)) == name and len(name) < 19 for name in names):
        return pa.array(np.array([int(name) for name in names], np.int64)[codes])
    return pa.array([csv_safe(name) for name in names], pa.string()).take(pa.array(codes))


def _comments(last: Votes, statements: Sequence[Statement], identified: bool, times: bool) -> Iterator[bytes]:
    width = len(last.statements)
    agrees = np.bincount(last.statement[last.value == AGREE], minlength=width)
    disagrees = np.bincount(last.statement[last.value == DISAGREE], minlength=width)
    place = {str(id): number for number, id in enumerate(last.statements)}
    listed = statements or [Statement(id) for id in last.statements]
    yield _line(COMMENT_COLUMNS)
    for statement in listed:
        at = place.get(str(statement.id))
        created = getattr(statement, "created", None) if times else None
        author = getattr(statement, "author", "") if identified else ""
        counts = (0, 0) if at is None else (int(agrees[at]), int(disagrees[at]))
        about = (created, _date(created), statement.id, author, *counts, statement.moderated, statement.text)
        yield _line((*about, int(statement.seed), int(statement.meta)))


def _date(milliseconds: int | None) -> str:
    return "" if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def _matrix(last: Votes, groups: Mapping[str, str], authored: Sequence[Statement]) -> Iterator[bytes]:
    """participants-votes.csv, some rows at a time. n-comments stays empty where authors are not told."""
    yield _line(("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *last.statements))
    order = np.argsort(last.person, kind="stable")
    person, statement, value = last.person[order], last.statement[order], last.value[order]
    written: dict[str, int] = {}
    for one in authored:
        author = str(getattr(one, "author", ""))
        written[author] = written.get(author, 0) + 1
    for start in range(0, len(last.participants), ROWS_AT_ONCE):
        end = min(start + ROWS_AT_ONCE, len(last.participants))
        low, high = np.searchsorted(person, (start, end))
        block = np.full((end - start, len(last.statements)), UNSEEN, np.int8)
        block[person[low:high] - start, statement[low:high]] = value[low:high]
        for number, row in enumerate(block, start):
            name = str(last.participants[number])
            agree, disagree = int(np.count_nonzero(row == AGREE)), int(np.count_nonzero(row == DISAGREE))
            seen = int(np.count_nonzero(row != UNSEEN))
            comments = written.get(name, 0) if authored else ""
            head = (name, groups.get(name, ""), comments, seen, agree, disagree)
            yield _line(head)[:-1] + ("".join([CELL[vote] for vote in row.tolist()]) + "\n").encode()


def _summary(
    last: Votes, statements: Sequence[Statement], groups: Mapping[str, str], given: Mapping[str, str]
) -> Iterator[bytes]:
    counted = {
        "voters": str(len(np.unique(last.person))),
        "comments": str(len(statements) or len(last.statements)),
        "groups": str(len(set(groups.values()))),
    }
    known = counted | dict(given)
    for key in (*SUMMARY_KEYS, *(key for key in known if key not in SUMMARY_KEYS)):
        yield _line((key, known.get(key, "")))


def _line(cells: Iterable[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([csv_safe(cell) for cell in cells])
    return text.getvalue().encode()
