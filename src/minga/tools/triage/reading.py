"""A table of letters or cases from CSV or JSON Lines, with what became of every row."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from minga.tools.base import ToolError
from minga.tools.intake import iter_json_lines, open_source
from minga.tools.triage.columns import Columns, cell, text_of

LARGEST_FILE = 1 << 30
LONGEST_TEXT = 1_000_000
EXAMPLES = 3
DELIMITERS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

type Record = tuple[int, Mapping[str, object] | None, str]
"""Row from 1, its cells, and why it failed ("" where it did not)."""


@dataclass(slots=True)
class Account:
    """Rows in = used + rejected + failed; each reason counted, with the first rows that had it."""

    rows_in: int = 0
    rejected: int = 0
    failed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def used(self) -> int:
        return self.rows_in - self.rejected - self.failed

    def refuse(self, row: int, reason: str, failed: bool = False) -> None:
        self.failed += failed
        self.rejected += not failed
        self.reasons[reason] += 1
        rows = self.examples.setdefault(reason, [])
        if len(rows) < EXAMPLES:
            rows.append(row)

    def as_json(self) -> dict[str, object]:
        problems = [
            {"reason": reason, "rows": count, "first": self.examples[reason]} for reason, count in self.reasons.items()
        ]
        counts = {"in": self.rows_in, "used": self.used, "rejected": self.rejected, "failed": self.failed}
        return {**counts, "problems": problems, "notes": self.notes}


@dataclass(frozen=True, slots=True)
class Table:
    """The used rows: names of the cases, texts, labels ("" where not given), and one list per group column.

    ``digest`` is the SHA-256 of the file, unpacked.
    """

    cases: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    columns: Columns
    account: Account
    digest: str

    def rows(self, places: Sequence[int]) -> Table:
        """The same table with only these of its used rows; the account stays that of the whole file."""

        def some(values: Sequence[str]) -> tuple[str, ...]:
            return tuple(values[place] for place in places)

        groups = {name: some(values) for name, values in self.groups.items()}
        return replace(self, cases=some(self.cases), texts=some(self.texts), labels=some(self.labels), groups=groups)


def read(
    path: Path | str, columns: Columns | None = None, labelled: bool = True, optional: Sequence[str] = ()
) -> Table:
    """The table in ``path`` (CSV with a header, or JSON Lines; gzip or not).

    CSV may be separated by comma, semicolon, tab or bar, in UTF-8, UTF-16 with a byte order mark, or, where it is
    nowhere UTF-8, Windows-1252 (a note says so). ``labelled``: rows without a label are rejected. Of the ``optional``
    columns those that are there become groups. Raises ToolError where the file as a whole cannot be read or a column is
    missing.
    """
    with open_source(path) as stream:
        data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ToolError(f"{path} holds more than {LARGEST_FILE >> 30} GiB. Split it and read the parts in turn.")
    account = Account()
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        header, records = _json_records(data)
    else:
        header, records = _csv_records(data, account, str(path))
    wanted = columns or Columns()
    there = tuple(name for name in optional if name in header)
    found = replace(wanted, groups=(*wanted.groups, *there)).found_in(header, labelled)
    return _table(records, found, account, labelled, hashlib.sha256(data).hexdigest())


def _table(records: Iterator[Record], columns: Columns, account: Account, labelled: bool, digest: str) -> Table:
    cases: dict[str, None] = {}
    texts: list[str] = []
    labels: list[str] = []
    groups: dict[str, list[str]] = {name: [] for name in columns.groups}
    for row, record, fault in records:
        account.rows_in += 1
        if record is None:
            account.refuse(row, fault, failed=True)
            continue
        try:
            text = text_of(record, columns.text)
            label, case = (cell(record, name) for name in (columns.label, columns.case))
            attributes = [cell(record, name) for name in columns.groups]
        except TypeError as error:
            account.refuse(row, str(error), failed=True)
            continue
        case = case or str(row)
        if reason := _why_not(text, label, case, cases, labelled):
            account.refuse(row, reason)
            continue
        cases[case] = None
        texts.append(text)
        labels.append(label)
        for name, value in zip(columns.groups, attributes, strict=True):
            groups[name].append(value)
    grouped = {name: tuple(values) for name, values in groups.items()}
    return Table(tuple(cases), tuple(texts), tuple(labels), grouped, columns, account, digest)


def _why_not(text: str, label: str, case: str, known: Mapping[str, None], labelled: bool) -> str:
    """Why a row cannot serve; "" where it can."""
    if not text.strip():
        return "no text"
    if len(text) > LONGEST_TEXT:
        return f"the text is longer than {LONGEST_TEXT:,} characters"
    if labelled and not label:
        return "no label"
    return "a case of this name came before" if case in known else ""


def _json_records(data: bytes) -> tuple[list[str], Iterator[Record]]:
    """The keys of the first object that can be read, and all records."""

    def records() -> Iterator[Record]:
        rows = iter_json_lines(io.BytesIO(data), strict=False, max_document=LARGEST_FILE)
        for row, (_, line) in enumerate(rows, start=1):
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError:
                yield row, None, "not JSON in UTF-8"
                continue
            yield (row, value, "") if isinstance(value, dict) else (row, None, "not a JSON object")

    header: dict[str, None] = {}
    for place, (_, record, _fault) in enumerate(records()):
        header.update(dict.fromkeys(record or ()))
        if place >= 100 and header:
            break
    return list(header), records()


def _csv_records(data: bytes, account: Account, name: str) -> tuple[list[str], Iterator[Record]]:
    text = _decoded(data, account, name)
    first = text[: text.find("\n") + 1] or text
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [title.strip() for title in next(rows, [])]
    except csv.Error as error:
        raise ToolError(f"The header of {name} cannot be read ({error}). Give a CSV with one line of names.") from None
    return header, _rows(rows, header)


def _rows(rows: Iterator[list[str]], header: Sequence[str]) -> Iterator[Record]:
    row = 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            row += 1
            yield row, None, f"not CSV: {error}"
            continue
        if not cells:
            continue
        row += 1
        if len(cells) != len(header):
            yield row, None, "another number of cells than the header"
        elif any("\udc80" <= character <= "\udcff" for value in cells if not value.isascii() for character in value):
            yield row, None, "not UTF-8"
        else:
            yield row, dict(zip(header, cells, strict=True)), ""


def _decoded(data: bytes, account: Account, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "surrogateescape" if encoding == "utf-8-sig" else "replace")
    if b"\0" in data[:4]:
        raise ToolError(f"{name} is binary, or UTF-16 without its mark. Save it as CSV in UTF-8.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if any(_is_utf8(line) for line in data.splitlines() if not line.isascii()):
        return data.decode("utf-8", "surrogateescape")
    account.notes.append("The file is not UTF-8 anywhere; it was read as Windows-1252.")
    return data.decode("cp1252", "replace")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
