"""Statements with their texts: Polis's comments.csv, or the comments.json of a fixture."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minga.tools.base import ToolError
from minga.tools.intake import Limits, open_source
from minga.tools.opinion.reading.account import Tally
from minga.tools.opinion.reading.columns import STATEMENT, TIME, clean_id
from minga.tools.opinion.reading.table import QUOTE_REASON, Table, open_table, plain
from minga.tools.opinion.votes import Statement

TEXT = ("comment-body", "text", "txt", "body", "statement-text")
AUTHOR = ("author-id", "author", "participant-id", "pid")
MODERATED = ("moderated", "mod")
SEED, META = ("is-seed", "seed"), ("is-meta", "meta")
AGREES, DISAGREES = ("agrees", "agree-count"), ("disagrees", "disagree-count")
LARGEST = 256 << 20
MODERATION = {"1": 1, "0": 0, "-1": -1, "": 0}
TRUE = ("1", "true", "t", "yes")


@dataclass(frozen=True, slots=True)
class Comment(Statement):
    """A statement as it was read. ``author``: participant id or ""; ``created``: milliseconds since 1970 or None.

    ``claimed``: (agrees, disagrees) as the list of statements counts them, or None; nothing is computed from it.
    """

    author: str = ""
    created: int | None = None
    claimed: tuple[int, int] | None = field(default=None, compare=False)


def read_comments(path: Path, tally: Tally, notes: list[str]) -> tuple[Comment, ...]:
    """The statements of a comments.csv. ToolError where it cannot be read or a quotation mark stays open."""
    with open_table(path) as table:
        notes.extend(table.notes)
        table.needed("statement", STATEMENT)
        with open_source(path, limits=Limits(bytes=LARGEST)) as stream:
            data = stream.read()
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    return comments_of(_rows(table, text, tally), tally)


def _rows(table: Table, text: str, tally: Tally) -> Iterator[tuple[int, Mapping[str, str]]]:
    """(line on which the row begins, cells by column); rows that cannot be read are counted as failed."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=table.separator, strict=True)
    begins, started = 1, False
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _failed_row(table.source, begins, str(error), tally)
            continue
        if not started:
            started = [cell.strip() for cell in cells] == list(table.names)
        elif any(cell.strip() for cell in cells):
            tally.rows_in += 1
            if len(cells) == len(table.header):
                yield begins, dict(zip(table.header, cells, strict=True))
            else:
                reason = f"{len(cells)} cells where the first line has {len(table.header)}"
                tally.refuse(begins, reason, table.separator.join(cells))


def _failed_row(source: str, line: int, error: str, tally: Tally) -> None:
    if "unexpected end" in error:
        raise ToolError(
            f"In {source} a quotation mark opens in the row that begins in line {line} and is never closed, so every "
            "statement after it would be lost. The file was probably cut, or a mark inside a text was not doubled. "
            "Repair that row or export the file again."
        )
    tally.rows_in += 1
    tally.refuse(line, QUOTE_REASON, error, failed=True)


def comments_of(rows: Iterator[tuple[int, Mapping[str, Any]]], tally: Tally) -> tuple[Comment, ...]:
    """Statements out of rows by column name; a row without id, with a known id or a strange moderation is refused."""
    found: dict[str, Comment] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        id = clean_id(_first(row, STATEMENT))
        moderated = clean_id(_first(row, MODERATED))
        if not id:
            tally.refuse(line, "the statement has no id")
        elif id in found:
            tally.refuse(line, "the id occurs in an earlier row", f"id {id}, first in line {lines[id]}")
        elif moderated not in MODERATION:
            tally.refuse(line, "moderated is not 1, 0 or -1", f"id {id}: {moderated}")
        else:
            lines[id] = line
            found[id] = Comment(
                id=id,
                text=str(_first(row, TEXT)).strip(),
                moderated=MODERATION[moderated],
                meta=str(_first(row, META)).lower() in TRUE,
                seed=str(_first(row, SEED)).lower() in TRUE,
                author=clean_id(_first(row, AUTHOR)),
                created=_created(_first(row, TIME)),
                claimed=_claimed(row),
            )
    return tuple(found.values())


def _first(row: Mapping[str, Any], aliases: Sequence[str]) -> Any:
    return next((row[name] for name in aliases if row.get(name) is not None), "")


def _claimed(row: Mapping[str, Any]) -> tuple[int, int] | None:
    agrees, disagrees = str(_first(row, AGREES)).strip(), str(_first(row, DISAGREES)).strip()
    return (int(agrees), int(disagrees)) if agrees.isdecimal() and disagrees.isdecimal() else None


def _created(value: Any) -> int | None:
    """Milliseconds since 1970, from milliseconds or an ISO date; None where it is neither."""
    try:
        return int(float(value))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def by_plain_name(record: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON record with its names as ``plain`` has them."""
    return {plain(name): value for name, value in record.items()}
