"""Zip archives: members only under their own folder, and no bombs."""

from __future__ import annotations

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from minga.tools.intake.errors import DEFAULT_LIMITS, IntakeError, Limits, size

_DRIVE = re.compile(r"^[A-Za-z]:")
# What the standard library raises on damaged archives (some as RuntimeError or ValueError).
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


@dataclass(slots=True)
class SafeZip:
    """An archive with checked member names and declared sizes; real sizes are checked on reading."""

    archive: zipfile.ZipFile
    members: tuple[zipfile.ZipInfo, ...]
    limits: Limits
    name: str
    _given: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(member.filename for member in self.members)

    def read(self, name: str) -> bytes:
        """The content of one member."""
        return b"".join(self._chunks(self._member(name)))

    def extract_all(self, folder: Path) -> list[Path]:
        """Write every member below ``folder``; if one fails, the files already written are removed again."""
        written: list[Path] = []
        root = folder.resolve()
        try:
            for member in self.members:
                target = root.joinpath(*PurePosixPath(member.filename).parts)
                if not target.resolve().is_relative_to(root):
                    raise _escape(self.name, member.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    written.append(target)
                    for chunk in self._chunks(member):
                        file.write(chunk)
        except FileExistsError as error:
            _remove(written)
            raise IntakeError(f"{error.filename} is there already. Give an empty folder.") from None
        except IntakeError:
            _remove(written)
            raise
        return written

    def _member(self, name: str) -> zipfile.ZipInfo:
        for member in self.members:
            if member.filename == name:
                return member
        raise IntakeError(f"{self.name} has no file {name!r}. It holds: {', '.join(self.names[:20])}.")

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        given = 0
        try:
            with self.archive.open(member) as file:
                while chunk := file.read(256 * 1024):
                    given += len(chunk)
                    self._given += len(chunk)
                    if given > member.file_size or self._given > self.limits.bytes:
                        raise _bomb(self.name, member.filename, self.limits)
                    yield chunk
        except _UNREADABLE as error:
            raise IntakeError(f"{member.filename} in {self.name} cannot be read ({error}). Fetch it again.") from None


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _bomb(name: str, member: str, limits: Limits) -> IntakeError:
    return IntakeError(
        f"{member} in {name} grows beyond what it declares, beyond {size(limits.bytes)} in all or more than "
        f"{limits.ratio:.0f} times. Files made to fill a disk do that (a zip bomb). "
        "If it is genuine, unpack it yourself or raise the limits."
    )


def _escape(name: str, member: str) -> IntakeError:
    return IntakeError(
        f"{name} holds a file named {member!r}, which would be written outside its folder (zip slip) or is a "
        "link. "
        "The archive was made by hand or by an attacker: nothing was unpacked. Ask for it again."
    )


def _check(name: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise IntakeError(f"{name} holds {len(members):,} files; at most {limits.members:,} are taken in. Split it.")
    seen: set[str] = set()
    total = 0
    for member in members:
        path = member.filename
        unsafe = not path or "\\" in path or "\0" in path or path.startswith("/") or _DRIVE.match(path)
        if unsafe or ".." in path.split("/") or stat.S_ISLNK(member.external_attr >> 16):
            raise _escape(name, path)
        if member.flag_bits & 1:
            raise IntakeError(f"{path} in {name} is encrypted. Unpack it with its password and give the files.")
        if path.casefold() in seen:
            raise IntakeError(f"{name} holds {path!r} twice, so one would overwrite the other. Ask for it again.")
        seen.add(path.casefold())
        total += member.file_size
        too_dense = member.file_size > limits.ratio_from and (
            member.file_size > limits.ratio * max(1, member.compress_size)
        )
        if too_dense or total > limits.bytes:
            raise _bomb(name, path, limits)


@contextmanager
def open_zip(source: Path | BinaryIO, *, limits: Limits = DEFAULT_LIMITS, name: str = "") -> Iterator[SafeZip]:
    """A checked zip archive from a path or a seekable binary stream; folders themselves are not listed.

    Raises IntakeError before anything is unpacked: not a zip, names that lead outside (zip slip), links,
    encrypted or repeated members, too many, too large or too dense.
    """
    label = name or (str(source) if isinstance(source, Path) else "the archive")
    try:
        archive = zipfile.ZipFile(source)
    except _UNREADABLE as error:
        raise IntakeError(f"{label} is not a readable zip archive ({error}). Fetch it again.") from None
    with archive:
        if isinstance(source, Path) and source.stat().st_size > limits.compressed_bytes:
            raise IntakeError(f"{label} is larger than {size(limits.compressed_bytes)}. Split it.")
        _check(label, archive.infolist(), limits)
        files = tuple(member for member in archive.infolist() if not member.is_dir())
        yield SafeZip(archive, files, limits, label)
