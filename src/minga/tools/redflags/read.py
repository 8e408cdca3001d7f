"""Releases out of files: JSON Lines, releases, records and their packages, decoded chunk by chunk."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import msgspec
from msgspec import UNSET

from minga.tools.base import ToolError
from minga.tools.redflags.repair import Refused, repair
from minga.tools.redflags.shapes import Release, decode

BLOCK = 128 << 10
PEEK = 1 << 20
REFUSALS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
LONGEST_LINE = 64 << 20
LARGEST_DOCUMENT = 512 << 20
type Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a row. ``row``: the line, or the place in a package, counted from 1."""

    source: str
    row: int
    state: str
    reason: str


@dataclass(slots=True)
class Account:
    """Every row that came in, by what became of it: used + rejected + failed = rows in."""

    rows_in: int = 0
    rejected: int = 0
    failed: int = 0
    repaired: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def used(self) -> int:
        return self.rows_in - self.rejected - self.failed

    def refuse(self, source: str, row: int, reason: str, failed: bool = False) -> None:
        self.failed += failed
        self.rejected += not failed
        self.problems.append(Problem(source, row, "failed" if failed else "rejected", reason))

    def mended(self, source: str, row: int, notes: list[str]) -> None:
        self.repaired += 1
        self.problems.append(Problem(source, row, "repaired", "; ".join(notes)))

    def reasons(self) -> Counter[str]:
        """How often each state and kind of reason (the words before the first colon) occurred."""
        return Counter(f"{p.state}: {p.reason.split(':')[0]}" for p in self.problems)


type Chunk = tuple[list[int], list[Release]]


def chunks(stream: BinaryIO, source: str, account: Account, progress: Progress | None = None) -> Iterator[Chunk]:
    """Decoded releases with their row numbers, a few dozen at a time: they fit in the processor cache."""
    start = stream.read(PEEK)
    if not start.strip():
        raise ToolError(f"{source} is empty. Was the download cut off? Give a file with OCDS releases.")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ToolError(f"{source} is UTF-16 text, and JSON must be UTF-8. Convert it, for instance with iconv.")
    start = start.removeprefix(b"\xef\xbb\xbf")
    reader = _Reader(source, account)
    if _is_lines(start):
        yield from reader.lines(stream, start, progress)
    else:
        yield from reader.document(stream, start, progress)


def _is_lines(start: bytes) -> bool:
    """JSON Lines where the first line is JSON by itself, or a later line begins an object at its margin."""
    text = start.lstrip()
    first, newline, _ = text.partition(b"\n")
    if text[:1] == b"[":
        return False
    if not newline:
        return len(start) < PEEK or b'"ocid"' in first[:200]
    try:
        msgspec.json.decode(first)
    except REFUSALS:
        return first.strip() != b"{" and b"\n{" in text
    return True


class _Reader:
    def __init__(self, source: str, account: Account) -> None:
        self.source, self.account = source, account
        self.position = 0

    def lines(self, stream: BinaryIO, start: bytes, progress: Progress | None) -> Iterator[Chunk]:
        number = 1
        if progress:
            progress(len(start))
        for lines in self._blocks(stream, start, progress):
            yield self.decode(number, lines)
            number += len(lines)

    def _blocks(self, stream: BinaryIO, start: bytes, progress: Progress | None) -> Iterator[list[memoryview]]:
        """The lines, a block at a time, as views of one buffer: they hold only until the next block is asked for."""
        blocks = _unbuffered(stream)
        buffer, end, rest, passed = bytearray(start), len(start), 0, 0
        while end:
            view, begin, lines = memoryview(buffer), 0, []
            newline = buffer.find(b"\n", rest, end)
            while newline >= 0:
                lines.append(view[begin:newline])
                begin = newline + 1
                newline = buffer.find(b"\n", begin, end)
            if lines:
                yield lines
            rest, passed = end - begin, passed + len(lines)
            buffer = self._with_room(buffer, begin, end, passed + 1)
            taken = blocks.readinto(memoryview(buffer)[rest:]) or 0
            if taken and progress:
                progress(taken)
            end = rest + taken
            if rest and not taken:
                yield [memoryview(buffer)[:rest]]
                return

    def _with_room(self, buffer: bytearray, begin: int, end: int, number: int) -> bytearray:
        """The unfinished line at the start of a buffer with room for more of it."""
        rest = end - begin
        if rest > LONGEST_LINE:
            self._too_long(number)
        if len(buffer) == max(BLOCK, 2 * rest):
            buffer[:rest] = buffer[begin:end]
            return buffer
        larger = bytearray(max(BLOCK, 2 * rest))
        larger[:rest] = buffer[begin:end]
        return larger

    def _too_long(self, number: int) -> None:
        raise ToolError(
            f"{self.source}, line {number}, is longer than {LONGEST_LINE >> 20} MiB. It is probably not JSON Lines "
            "of releases. Split the file into one release a line, or give a package as one JSON document."
        )

    def decode(self, first: int, lines: list[memoryview]) -> Chunk:
        """Decode lines at C speed; each one refused is repaired or accounted for, and the rest goes on."""
        found: list[Release | None] = []
        refused = False
        remaining = map(decode, lines)
        while True:
            try:
                found.extend(remaining)
                break
            except REFUSALS as error:
                index = len(found)
                release = self.mend(bytes(lines[index]), first + index, error)
                refused |= release is None
                found.append(release)
        numbers = list(range(first, first + len(lines)))
        if refused:
            numbers = [number for number, release in zip(numbers, found, strict=True) if release is not None]
        return self._settle(numbers, [release for release in found if release is not None])

    def _settle(self, numbers: list[int], found: list[Release]) -> Chunk:
        """Open records and packages, refuse releases without ocid, count the rest."""
        special = [
            place
            for place, release in enumerate(found)
            if release.ocid is None or release.compiledRelease is not UNSET or release.releases is not UNSET
        ]
        if any(not _only_lacks_ocid(found[place]) for place in special):
            return self._open_all(numbers, found)
        for place in special:
            self.account.refuse(self.source, numbers[place], "no ocid")
        self.account.rows_in += len(found)
        if special:
            numbers = [number for number, release in zip(numbers, found, strict=True) if release.ocid is not None]
            found = [release for release in found if release.ocid is not None]
        return numbers, found

    def mend(self, line: bytes, number: int, error: Exception) -> Release | None:
        if not line.strip():
            return None
        try:
            release, notes = repair(line)
        except Refused as refusal:
            self.account.rows_in += 1
            self.account.refuse(self.source, number, str(refusal), refusal.failed)
            return None
        except RecursionError:
            self.account.rows_in += 1
            self.account.refuse(self.source, number, f"nested too deeply: {error}", failed=True)
            return None
        if notes and release.ocid is not None:
            self.account.mended(self.source, number, notes)
        return release

    def _open_all(self, numbers: list[int], found: list[Release]) -> Chunk:
        rows: list[int] = []
        releases: list[Release] = []
        for number, release in zip(numbers, found, strict=True):
            for row, inner in self._expand(number, release):
                rows.append(row)
                releases.append(inner)
        return rows, releases

    def _expand(self, number: int, release: Release | None) -> Iterator[tuple[int, Release]]:
        if release is None:
            return
        if isinstance(release.compiledRelease, msgspec.Raw):
            yield from self._inner(number, bytes(release.compiledRelease))
        elif isinstance(release.records, list) or (isinstance(release.releases, list) and release.ocid is None):
            entries = release.records if isinstance(release.records, list) else release.releases
            for entry in entries or ():
                self.position += 1
                yield from self._inner(self.position, bytes(entry))
        else:
            self.account.rows_in += 1
            if release.ocid is not None and release.releases is UNSET:
                yield number, release
            elif release.ocid is not None:
                self.account.refuse(self.source, number, "record without a compiledRelease: compile the releases first")
            else:
                self.account.refuse(self.source, number, "no ocid")

    def _inner(self, number: int, raw: bytes) -> Iterator[tuple[int, Release]]:
        try:
            release: Release | None = decode(raw)
        except REFUSALS as error:
            release = self.mend(raw, number, error)
        yield from self._expand(number, release)

    def document(self, stream: BinaryIO, start: bytes, progress: Progress | None) -> Iterator[Chunk]:
        """One JSON document: a package, an array of releases or records, or a single release."""
        parts, size = [start], len(start)
        while block := stream.read(BLOCK):
            size += len(block)
            if size > LARGEST_DOCUMENT:
                raise ToolError(
                    f"{self.source} is one JSON document of more than {LARGEST_DOCUMENT >> 20} MiB, which would not "
                    "fit in memory. Convert it to JSON Lines, one release a line."
                )
            parts.append(block)
        text = b"".join(parts)
        if progress:
            progress(size)
        for place in range(0, len(entries := self._entries(text)), 2000):
            yield self._document_chunk(place, entries[place : place + 2000])

    def _document_chunk(self, place: int, entries: list[msgspec.Raw]) -> Chunk:
        rows: list[int] = []
        releases: list[Release] = []
        for offset, entry in enumerate(entries, place + 1):
            for row, release in self._inner(offset, bytes(entry)):
                rows.append(row)
                releases.append(release)
        return rows, releases

    def _entries(self, text: bytes) -> list[msgspec.Raw]:
        try:
            if text.lstrip()[:1] == b"[":
                return msgspec.json.decode(text, type=list[msgspec.Raw])
            return [msgspec.Raw(text)]
        except REFUSALS as error:
            raise ToolError(
                f"{self.source} is not JSON that can be read: {error}. Is it cut off or of another format? "
                "Give OCDS as JSON, JSON Lines, or either of them compressed with gzip."
            ) from None


def _only_lacks_ocid(release: Release) -> bool:
    package = release.compiledRelease, release.releases, release.records
    return release.ocid is None and all(part is UNSET for part in package)


def _unbuffered(stream: BinaryIO) -> io.RawIOBase | io.BufferedReader:
    """The file below a stream, at the same place: a second buffer would drive the releases out of the cache."""
    reader = cast(io.BufferedReader, stream)
    raw = getattr(stream, "raw", None)
    if isinstance(raw, io.FileIO) and raw.seekable():
        raw.seek(stream.tell())
        return raw
    return reader
