"""A CSV file as blocks of whole lines in UTF-8, whatever its separator, encoding and line ends; memory is bounded."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from minga.tools.base import ToolError
from minga.tools.intake import open_source
from minga.tools.opinion.reading.account import Tally, shortened

BLOCK = 16 << 20
LONGEST_LINE = 64 << 20
SEPARATORS = (",", ";", "\t", "|")
UNIT = "\x1f"
"""Separates the cells of a block whose quotation marks have been taken off."""
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
QUOTE_REASON = "a quotation mark is not closed or stands inside a cell"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines. ``first`` is the number of the first line in the file, from 1."""

    first: int
    data: bytes
    separator: str

    def lines(self) -> list[str]:
        return [line.removesuffix(b"\r").decode("utf-8", "replace") for line in self.data.split(b"\n")]


@dataclass(slots=True)
class Table:
    """An open CSV file: ``names`` as in its first line, ``header`` in lower case with hyphens."""

    source: str
    names: tuple[str, ...]
    separator: str
    notes: list[str]
    _blocks: Iterator[tuple[int, bytes]]
    header: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.header = tuple(plain(name) for name in self.names)

    def column(self, aliases: Sequence[str]) -> int | None:
        """The place of the first alias in the header. Two columns of the same name are refused."""
        for alias in aliases:
            if self.header.count(alias) > 1:
                raise ToolError(
                    f"{self.source} has {self.header.count(alias)} columns called {alias!r}, so it is not clear which "
                    "one counts. Two exports were probably joined side by side. Rename or remove one."
                )
            if alias in self.header:
                return self.header.index(alias)
        return None

    def needed(self, what: str, aliases: Sequence[str]) -> int:
        """As ``column``; ToolError where the file has none of the names."""
        place = self.column(aliases)
        if place is None:
            found = shortened(", ".join(self.names))
            raise ToolError(
                f"{self.source} has no column for the {what}. Its first line reads: {found}. Either the line with the "
                f"names is missing, or the column is called something else: name it {aliases[0]!r} "
                f"(also known: {', '.join(aliases[1:])})."
            )
        return place

    def blocks(self, tally: Tally) -> Iterator[Block]:
        """Blocks without quotation marks; a line whose marks do not close is counted as failed and left blank."""
        for first, data in self._blocks:
            separator = self.separator
            if b'"' in data:
                data, separator = _unquoted(data, first, separator, tally), UNIT  # noqa: PLW2901
            data = data.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 (files joined end to end have some inside)
            if data.strip(b"\r\n"):
                yield Block(first, data, separator)


def is_blank(line: str) -> bool:
    """Whether a line has nothing on it, not even separators (UNIT counts as white space in Python)."""
    return not line.strip(" \r\ufeff")


def plain(name: str) -> str:
    """A column's name for comparing: lower case, hyphens for blanks and underscores."""
    return name.strip().lower().replace("_", "-").replace(" ", "-")


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a CSV file. ToolError where it is missing, empty, not text, in another encoding, or has no header."""
    with open_source(path) as stream:
        notes: list[str] = []
        blocks = _whole_lines(path.name, _utf8(path.name, stream, notes))
        number, data = next(blocks, (1, b""))
        line, number, data = _first_line(number, data)
        if not line:
            raise ToolError(f"{path.name} holds blank lines only. The export probably failed. Make it again.")
        names, separator = _header(path.name, line, data)
        if separator != ",":
            notes.append(f"{path.name}: cells are separated by {_spoken(separator)}")
        yield Table(path.name, names, separator, notes, _then((number, data), blocks))


def _then(first: tuple[int, bytes], rest: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    if first[1]:
        yield first
    yield from rest


def _first_line(number: int, data: bytes) -> tuple[str, int, bytes]:
    """The header line, then the number of the line after it and the rest. Passes over blanks and Excel's "sep=;"."""
    while data:
        line, _, data = data.partition(b"\n")
        number += 1
        text = line.decode("utf-8").strip("\r")
        if text.strip() and not text.lower().startswith("sep="):
            return text, number, data
    return "", number, data


def _header(source: str, line: str, data: bytes) -> tuple[tuple[str, ...], str]:
    cells = {separator: _cells(line, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: len(cells[separator]))
    if len(cells[best]) < 2:
        raise ToolError(
            f"The first line of {source} is one single cell ({shortened(line)!r}). The file is probably no table. "
            "Give a CSV file whose first line names its columns, separated by commas."
        )
    return tuple(cell.strip() for cell in cells[best]), best


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def _spoken(separator: str) -> str:
    return {";": "semicolons", "\t": "tabs", "|": "vertical bars"}.get(separator, separator)


def _utf8(source: str, stream: BinaryIO, notes: list[str]) -> Iterator[bytes]:
    """The bytes of the stream, turned into UTF-8 where a byte order mark says that they are UTF-16."""
    data = stream.read(BLOCK)
    encoding = UTF16.get(data[:2])
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise ToolError(f"{source} is UTF-32 text. Save it as UTF-8.")
    if encoding is None:
        data = data.removeprefix(codecs.BOM_UTF8)
        while data:
            yield data
            data = stream.read(BLOCK)
        return
    notes.append(f"{source}: read as {encoding.upper()[:6]} text")
    decoder = codecs.getincrementaldecoder(encoding)()
    data = data[2:]
    try:
        while data:
            yield decoder.decode(data).encode()
            data = stream.read(BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise ToolError(
            f"{source} begins as UTF-16 text but is cut or damaged. Export it again, best as UTF-8."
        ) from None


def _whole_lines(source: str, chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """(number of the first line, lines): cut at line ends, checked to be UTF-8 text."""
    rest, number = b"", 1
    old_mac: bool | None = None
    for chunk in chunks:
        if old_mac is None:
            old_mac = b"\n" not in chunk and b"\r" in chunk
        data = rest + (chunk.replace(b"\r", b"\n") if old_mac else chunk)
        _no_zero(source, number, data)
        cut = data.rfind(b"\n") + 1
        rest, data = data[cut:], data[:cut]
        if len(rest) > LONGEST_LINE:
            raise ToolError(
                f"{source}, after line {number + data.count(b'\n') - 1}, has a line longer than "
                f"{LONGEST_LINE >> 20} MiB. The line ends were probably lost. Export the file again."
            )
        if data:
            yield number, _text(source, number, data)
            number += data.count(b"\n")
    if rest:
        yield number, _text(source, number, rest)


def _no_zero(source: str, number: int, data: bytes) -> None:
    if (place := data.find(b"\0")) >= 0:
        raise ToolError(
            f"{source}, line {number + data.count(b'\n', 0, place)}, holds a zero byte: the file is no text. It is "
            "probably a spreadsheet, or UTF-16 without its mark. Save it as CSV in UTF-8."
        )


def _text(source: str, number: int, data: bytes) -> bytes:
    """The data as they are, refused where they are no UTF-8 text."""
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise ToolError(
            f"{source}, line {number + data.count(b'\n', 0, error.start)}, is not UTF-8 text. It was probably saved in "
            "an older encoding such as Latin-1 (ISO 8859-1), and guessing would garble names. Save it as UTF-8, for "
            "instance with: iconv -f LATIN1 -t UTF-8"
        ) from None
    return data


def _unquoted(data: bytes, first: int, separator: str, tally: Tally) -> bytes:
    """The same lines, cells separated by UNIT and without quotation marks."""
    lines = data.decode().removesuffix("\n").split("\n")
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        rows = []
    if len(rows) == len(lines):
        return "".join([UNIT.join(row) + "\n" for row in rows]).encode()
    return "".join([_line_unquoted(line, n, separator, tally) + "\n" for n, line in enumerate(lines, first)]).encode()


def _line_unquoted(line: str, number: int, separator: str, tally: Tally) -> str:
    if '"' not in line:
        return line.replace(separator, UNIT)
    try:
        return UNIT.join(next(csv.reader([line], delimiter=separator, strict=True)))
    except csv.Error:
        tally.rows_in += 1
        tally.refuse(number, QUOTE_REASON, line, failed=True)
        return ""
