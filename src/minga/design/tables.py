"""Tables of cases (CSV or JSON Lines): which column names a case, which holds the truth, which tell groups apart.

The rows used are kept as JSON Lines with all their columns. A tool is given a case without its truth and groups.
"""

import csv
import io
import json
import os
import random
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from minga.design import reading, store
from minga.design.models import Dataset
from minga.design.profile import GuardedField, Profile, pooled
from minga.design.reading import Progress, Reading
from minga.tools.base import ToolError
from minga.tools.intake import IntakeError, strict_json, wrap_stream
from minga.tools.intake.lines import MAX_LINE

Row = dict[str, Any]
Columns = Mapping[str, Any]
LANGUAGES = ("en", "es")
MOST_COLUMNS = 500
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?")
_BROKEN = re.compile("[\ud800-\udfff\0]")


def read(source: Path, name: str, columns: Columns, progress: Progress | None = None) -> Reading:
    """Read a kept or staged table; ``columns`` as in ``Dataset``. Rows in = used + rejected + failed.

    Raises IntakeError, and keeps nothing, where a named column is missing or no row at all can be used.
    """
    with reading.desk() as here:
        here.profile = TableProfile(columns)
        for line, row, problem in _rows(source, name, columns, progress):
            if row is None:
                here.account.refuse(line, problem, "failed")
            elif problem := _refusal(row, columns):
                here.account.refuse(line, problem, "rejected")
            elif (earlier := here.ids.seen(text_of(row[columns["id"]]) or "", line)) is not None:
                words = _("the same case stands on line %(line)s already")
                here.account.refuse(line, words % {"line": earlier}, "rejected")
            else:
                if columns.get("truth") and text_of(row.get(columns["truth"])) is None:
                    here.account.notice(
                        line, _("no known truth"), _("no known truth, so it counts where none is needed")
                    )
                here.take(line, json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"), row)
        if not here.account.used:
            words = _("No row of %(name)s can be used, so nothing was imported. First problem: %(reason)s")
            raise IntakeError(words % {"name": name, "reason": here.account.first_reason or _("there is no row")})
        return here.keep(name, (store.hash_of(source), os.path.getsize(source)), "")


def read_any(
    source: Path, name: str, about: Dataset, labels_sha256: str = "", progress: Progress | None = None
) -> Reading:
    """Read a file as the kind that ``about`` (which need not be saved) says."""
    if about.kind == Dataset.Kind.OCDS:
        return reading.read(source, name, labels_sha256, progress)
    return read(source, name, about.columns, progress)


def rows_of(dataset: Dataset) -> Iterator[Row]:
    """The rows used, one after another."""
    with dataset.path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def shuffled(dataset: Dataset, seed: int) -> Iterator[Row]:
    """The rows used, in an order that tells nothing: a file is often sorted by what is true or by group."""
    with dataset.path.open("rb") as file:
        starts = array("Q", (start for start, line in _starts(file)))
        random.Random(seed).shuffle(starts)  # noqa: S311  an order that can be repeated, no secret
        for start in starts:
            file.seek(start)
            yield json.loads(file.readline())


def _starts(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    at = 0
    for line in file:
        yield at, line
        at += len(line)


def case_of(row: Row, columns: Columns) -> Row:
    """What a tool is given of a row: its name as "id", and every column that is neither truth nor group.

    The truth or a group in another language (such as ``queue_es`` beside ``queue``) is hidden with it.
    """
    told = [name for name in (columns.get("truth", ""), *columns.get("groups", ())) if name]
    hidden = {columns["id"], *told, *(f"{name}_{language}" for name in told for language in LANGUAGES)}
    return {"id": text_of(row[columns["id"]]), **{key: value for key, value in row.items() if key not in hidden}}


def text_of(value: Any) -> str | None:
    """A cell as text, so that 1, "1" and " 1 " are the same label; None where it holds nothing."""
    if value is None or isinstance(value, Mapping | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() or None


def checked_columns(columns: Columns) -> dict[str, Any]:
    """The columns as they are kept; raises ToolError where one has two jobs or none names a case."""
    groups = [name.strip() for name in columns.get("groups", ()) if name.strip()]
    told = {"id": str(columns.get("id", "")).strip(), "truth": str(columns.get("truth", "")).strip(), "groups": groups}
    named = [name for name in (told["id"], told["truth"], *groups) if name]
    if not told["id"]:
        raise ToolError(_("Say which column names each case: every row needs a number or name of its own."))
    if len(set(named)) < len(named):
        raise ToolError(
            _("The same column is named twice. Each has one job: to name the case, hold the truth or a group.")
        )
    if any("," in name for name in groups):
        raise ToolError(_("The name of a group column has a comma in it. Rename that column."))
    return told


class TableProfile(Profile):
    """As for contracting data, and how often each truth and each group occurs. Nothing that few rows have is told."""

    field_type = GuardedField

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        names = [name for name in (columns.get("truth"), *columns.get("groups", ())) if name]
        self.counted: dict[str, Counter[str]] = {name: Counter() for name in names}

    def add(self, row: Mapping[str, Any]) -> None:
        self.rows += 1
        self._walk({key: _typed(value) for key, value in row.items()}, "", set())
        for name, counts in self.counted.items():
            counts[text_of(row.get(name)) or ""] += 1

    def as_json(self) -> dict[str, Any]:
        told = {name: pooled(counts) for name, counts in self.counted.items()}
        common = {name: rows for name, (rows, _pool) in told.items()}
        pools = {name: pool for name, (_rows, pool) in told.items()}
        return {**super().as_json(), "common": common, "pooled": pools, "undated": 0}


def _typed(value: Any) -> Any:
    """A number that came as text, for the profile only: a table of text says nothing of its columns' types."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _refusal(row: Row, columns: Columns) -> str:
    name = columns["id"]
    if name not in row or (columns.get("truth") and columns["truth"] not in row):
        missing = name if name not in row else columns["truth"]
        words = _("There is no “%(column)s” here; there are: %(known)s.")
        return words % {"column": missing, "known": ", ".join(map(str, list(row)[:20]))}
    if text_of(row[name]) is None:
        return _("“%(column)s” is empty, so the case has no name.") % {"column": name}
    if "id" in row and name != "id":
        return _(
            "A column called “id” is there beside the one that names the case. Rename it, or let it name the case."
        )
    return ""


Told = tuple[int, Row | None, str]


def _rows(source: Path, name: str, columns: Columns, progress: Progress | None) -> Iterator[Told]:
    """(line, row, problem): a row, or None with the reason why it cannot be read."""
    with source.open("rb") as raw:
        stream = wrap_stream(raw, name)
        head = stream.readline(1024 * 1024)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        yield from _json_rows(source, name, progress)
    else:
        yield from _csv_rows(source, name, columns, progress)


def _json_rows(source: Path, name: str, progress: Progress | None) -> Iterator[Told]:
    for line, text in reading.rows(source, name, progress):
        if len(text) >= MAX_LINE:
            yield line, None, _("This line is too long to be a case.")
            continue
        try:
            row = strict_json(text, first_line=line)
        except IntakeError as error:
            yield line, None, str(error)
            continue
        if isinstance(row, dict):
            yield line, row, ""
        else:
            yield line, None, _("This is not an object of names and values.")


def _csv_rows(source: Path, name: str, columns: Columns, progress: Progress | None) -> Iterator[Told]:
    with source.open("rb") as raw:
        text = io.TextIOWrapper(wrap_stream(raw, name), "utf-8-sig", errors="surrogateescape", newline="")
        first = text.readline()
        lines = csv.reader(chain([first], text), delimiter=_delimiter(first), strict=True)
        try:
            head = [cell.strip() for cell in next(lines)]
        except (csv.Error, StopIteration) as error:
            raise IntakeError(_("The first line of %(name)s does not name its columns (%(error)s).")
                              % {"name": name, "error": error}) from None  # fmt: skip
        _check_head(name, head, columns)
        yield from _cells(lines, head, lambda: progress(raw.tell()) if progress else None)


def _cells(lines: Any, head: Sequence[str], told: Any) -> Iterator[Told]:
    count = 0
    while True:
        count += 1
        if count % 500 == 0:
            told()
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.line_num, None, _("This line is not readable as a table (%(error)s).") % {"error": error}
            continue
        if not cells:
            continue
        yield _one(lines.line_num, cells, head)


def _one(line: int, cells: Sequence[str], head: Sequence[str]) -> Told:
    if len(cells) != len(head):
        words = _("There are %(found)s cells, but the first line names %(named)s columns.")
        return line, None, words % {"found": len(cells), "named": len(head)}
    if any(_BROKEN.search(cell) for cell in cells):
        return line, None, _("This line is not UTF-8. Export the table as UTF-8.")
    return line, dict(zip(head, cells, strict=True)), ""


def _delimiter(first: str) -> str:
    return max(",;\t|", key=first.count)


def _check_head(name: str, head: Sequence[str], columns: Columns) -> None:
    if len(head) > MOST_COLUMNS or len(set(head)) < len(head) or "" in head:
        raise IntakeError(
            _("The first line of %(name)s must give each column a name of its own, %(most)s columns at most.")
            % {"name": name, "most": MOST_COLUMNS}
        )
    wanted = [columns["id"], columns.get("truth", ""), *columns.get("groups", ())]
    missing = [column for column in wanted if column and column not in head]
    if missing:
        words = _("%(name)s has no column “%(missing)s”. Its columns are: %(known)s.")
        told = {"name": name, "missing": "”, “".join(missing), "known": ", ".join(head[:40])}
        raise IntakeError(words % told)
    if "id" in head and columns["id"] != "id":
        raise IntakeError(
            _("A column called “id” is there beside the one that names the case. Rename it, or let it name the case.")
        )
