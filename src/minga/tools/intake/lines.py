"""Contracting releases one after another, from JSON Lines or from any whole document that holds them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import orjson

from minga.tools.intake.errors import MEBIBYTE, IntakeError, size
from minga.tools.intake.strict import BOMS, Start, encoding_fault, fault_at, strict_json, syntax_fault

MAX_LINE = 16 * MEBIBYTE
MAX_DOCUMENT = 256 * MEBIBYTE
_SPACE = re.compile(r"[ \t\r\n]*")
_ARRAY_OF_OBJECTS = re.compile(rb"\[\s*\{")
_DECODER = json.JSONDecoder()
_BLANK = b" \t\r\n"


class Row(NamedTuple):
    """The bytes of one release and where in the source they begin."""

    line: int
    column: int
    data: bytes


class _Document:
    """Walks a JSON text and gives the places of its parts, so that each can be handed on unchanged."""

    def __init__(self, text: str, start: Start, at: int = 0) -> None:
        self.text, self.start, self.at = text, start, at

    def peek(self) -> str:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def expect(self, characters: str) -> str:
        found = self.peek()
        if not found or found not in characters:
            wanted = " or ".join(repr(character) for character in characters)
            raise json.JSONDecodeError(f"Expecting {wanted}", self.text, self.at)
        self.at += 1
        return found

    def value(self) -> tuple[int, int]:
        """Start and end of the value here."""
        self.peek()
        start = self.at
        try:
            _, self.at = _DECODER.raw_decode(self.text, start)
        except (RecursionError, ValueError) as error:
            if isinstance(error, json.JSONDecodeError):
                raise
            advice = "Real data is not; the file may be an attack or wrongly exported."
            what = "the nesting is too deep or a number too long."
            raise fault_at(what, advice, self.text, start, self.start) from None
        return start, self.at

    def items(self) -> Iterator[tuple[int, int]]:
        """Start and end of each item of the array here."""
        self.expect("[")
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            yield self.value()
            if self.expect(",]") == "]":
                return

    def members(self) -> Iterator[str]:
        """Each key of the object here, with the place set to its value, which the caller must walk over."""
        self.expect("{")
        if self.peek() == "}":
            self.at += 1
            return
        seen: set[str] = set()
        while True:
            start, end = self.value()
            key = json.loads(self.text[start:end])
            if not isinstance(key, str):
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self.text, start)
            if key in seen:
                advice = "One of the two values would be lost. Remove one of them."
                what = f"the key {key!r} is repeated in the same object."
                raise fault_at(what, advice, self.text, start, self.start)
            seen.add(key)
            self.expect(":")
            yield key
            if self.expect(",}") == "}":
                return

    def finish(self) -> None:
        if self.peek():
            raise json.JSONDecodeError("Extra data", self.text, self.at)


def _releases(document: _Document) -> Iterator[tuple[int, int]]:
    """Places of the releases in an array, a release package, a record package, or the value itself."""
    start_character = document.peek()
    if start_character == "[":
        yield from document.items()
    elif start_character == "{":
        start, found = document.at, False
        for key in document.members():
            if key == "releases" and document.peek() == "[":
                found = True
                yield from document.items()
            elif key == "records" and document.peek() == "[":
                found = True
                for record in document.items():
                    yield from _record(document, record)
            else:
                document.value()
        if not found:
            yield start, document.at
    else:
        yield document.value()
    document.finish()


def _record(document: _Document, place: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The compiled release of a record, else its full releases, else the record as it is (to be reported)."""
    if not document.text.startswith("{", place[0]):
        yield place
        return
    inner = _Document(document.text, document.start, place[0])
    compiled: tuple[int, int] | None = None
    releases: list[tuple[int, int]] = []
    for key in inner.members():
        if key == "releases" and inner.peek() == "[":
            releases = list(inner.items())
        else:
            value = inner.value()
            compiled = value if key == "compiledRelease" else compiled
    yield from [compiled] if compiled else releases or [place]


def _split(data: bytes, start: Start) -> Iterator[Row]:
    """The releases of a document; bytes that are not UTF-8 pass through unchanged."""
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    line, line_begins, counted = start.line, 0, 0
    try:
        for begin, end in _releases(_Document(text, start)):
            line += text.count("\n", counted, begin)
            line_begins = max(line_begins, text.rfind("\n", counted, begin) + 1)
            counted = begin
            yield Row(line, begin - line_begins + 1, text[begin:end].encode("utf-8", "surrogateescape"))
    except json.JSONDecodeError as error:
        raise syntax_fault(text, error, start) from None


def iter_json_lines(
    stream: BinaryIO, strict: bool = True, max_line: int = MAX_LINE, max_document: int = MAX_DOCUMENT
) -> Iterator[tuple[int, bytes]]:
    """(line number from 1, bytes of one release) from JSON Lines, or from one document of any layout.

    A release package, record package or array, on one line or many, is taken apart: its releases come
    unchanged, with the line on which each begins. CRLF, blank lines and a byte order mark are passed over.
    ``strict`` runs ``strict_json`` on every release and stops at the first fault (IntakeError). Without it
    broken lines are handed on for the caller to count, one longer than ``max_line`` bytes cut there; a
    broken package that spans lines still stops. No release at all in the source is an IntakeError.
    """
    rows = _rows(stream, strict, max_line, max_document)
    for row in rows:
        if strict:
            strict_json(row.data, first_line=row.line, first_column=row.column)
        yield row.line, row.data


def _rows(stream: BinaryIO, strict: bool, max_line: int, max_document: int) -> Iterator[Row]:
    lines = _Lines(stream, max_line)
    first = lines.next()
    if first is None:
        raise IntakeError("There is no JSON here: the input holds blank lines only. Make the export again.", line=1)
    _refuse_other_encodings(first[1])
    number, line = first
    second = None if lines.cut else lines.next()
    if _is_document(line, second, lines.cut, max_line):
        yield from _split(lines.whole(max_document), Start())
        return
    lines.forget()
    yield from _row(number, line, strict, max_line)
    following = second if second is not None else lines.next()
    while following is not None:
        yield from _row(*following, strict, max_line)
        following = lines.next()


class _Lines:
    """Non-blank lines with their numbers; remembers what it read until told to forget."""

    def __init__(self, stream: BinaryIO, max_line: int) -> None:
        self._stream, self._max_line = stream, max_line
        self._number = 0
        self._read: list[bytes] | None = []
        self.cut = False

    def next(self) -> tuple[int, bytes] | None:
        """The next line without surrounding blanks; one that is too long comes one byte over the limit."""
        if self.cut and self._read is None:
            self._skip_rest()
        while line := self._stream.readline(self._max_line + 1):
            if self._read is not None:
                self._read.append(line)
            self._number += 1
            self.cut = len(line) > self._max_line and not line.endswith(b"\n")
            line = line.removeprefix(b"\xef\xbb\xbf") if self._number == 1 else line
            if line := line if self.cut else line.strip(_BLANK):
                return self._number, line
        return None

    def forget(self) -> None:
        self._read = None

    def whole(self, most: int) -> bytes:
        """Everything from the start, if it is not longer than ``most`` bytes."""
        parts = self._read or []
        rest = self._stream.read(most + 1)
        data = b"".join([*parts, rest])
        if len(data) > most:
            raise IntakeError(
                f"The document is larger than {size(most)} and is not in lines. A document in one piece must "
                "be held "
                "in memory. Convert it to JSON Lines: one release a line."
            )
        return data

    def _skip_rest(self) -> None:
        while part := self._stream.readline(self._max_line):
            if part.endswith(b"\n"):
                break
        self.cut = False


def _refuse_other_encodings(line: bytes) -> None:
    for mark, name in BOMS:
        if line.startswith(mark):
            raise encoding_fault(line, 0, name, Start())
    if 0 in line[:4]:
        raise encoding_fault(line, line.index(0), "UTF-16", Start())


def _is_document(first: bytes, second: tuple[int, bytes] | None, cut: bool, max_line: int) -> bool:
    """Whether the first line is only the beginning of one document over several lines, or a very long one."""
    if cut:
        head = first[:65536]
        return bool(_ARRAY_OF_OBJECTS.match(head)) or b'"releases"' in head or b'"records"' in head
    if second is None or _complete(first):
        return False
    if first[-1:] in b"[{,:" and len(first) < 1000:
        return True
    return not _complete(second[1]) and _ends_early(first)


def _complete(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _ends_early(line: bytes) -> bool:
    text = line.decode("utf-8", "replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return not text[error.pos :].strip()
    except RecursionError:
        return False
    return False


def _row(number: int, line: bytes, strict: bool, max_line: int) -> Iterator[Row]:
    if len(line) > max_line:
        if strict:
            raise IntakeError(
                f"Line {number} is longer than {size(max_line)}. One contracting process is never that long; "
                "the line "
                "breaks were probably lost. Export it again as JSON Lines, or as a package.",
                line=number,
            )
        yield Row(number, 1, line[:max_line])
    elif _ARRAY_OF_OBJECTS.match(line) or b'"releases"' in line or b'"records"' in line:
        yield from _split_line(number, line, strict)
    else:
        yield Row(number, 1, line)


def _split_line(number: int, line: bytes, strict: bool) -> Iterator[Row]:
    """The releases of a package on one line; a broken one is handed on whole, lest parts count twice."""
    try:
        rows = list(_split(line, Start(number)))
    except IntakeError:
        if strict:
            raise
        rows = [Row(number, 1, line)]
    yield from rows
