"""What a provider consists of, as one hash: whoever changes a file, a path or a setting changes the hash."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from minga.tools.base import ToolError

MOST_FILES = 10_000


def hash_of_parts(*parts: Any) -> str:
    """SHA-256 of JSON values with sorted keys, in hexadecimal."""
    digest = hashlib.sha256()
    for part in parts:
        data = orjson.dumps(part, option=orjson.OPT_SORT_KEYS)
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def content_of(folder: Path) -> str:
    """SHA-256 over every file below ``folder``: path, whether it may be run, length and content, sorted by path.

    Raises ToolError at links and special files (their content lies elsewhere) and where there is no file at all.
    """
    digest = hashlib.sha256()
    for path, name in _files(folder):
        status = path.stat()
        head = f"{name}\0{bool(status.st_mode & 0o111):d}\0{status.st_size}\0"
        digest.update(head.encode("utf-8", "surrogateescape"))
        with path.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    if not folder.is_dir():
        raise ToolError(f"There is no folder {folder}. Give the folder that holds the supplier's program.")
    found = []
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ToolError(
                f"{path} is a link or a special file. What it leads to is not part of the program and could change. "
                "Put a real file in its place."
            )
        if stat.S_ISREG(mode):
            found.append((path, path.relative_to(folder).as_posix()))
        if len(found) > MOST_FILES:
            raise ToolError(f"{folder} holds more than {MOST_FILES:,} files. Give the program's own folder only.")
    if not found:
        raise ToolError(f"The folder {folder} is empty. Put the supplier's program in it.")
    return iter(sorted(found, key=lambda each: os.fsencode(each[1])))


@dataclass(slots=True)
class Sealed:
    """A program folder or model file with the hash it had, looked at again before each use.

    A file whose place, size, mode and times of change are the same is not read a second time.
    """

    path: Path
    content: str
    seen: Mapping[str, tuple[int, ...]]

    @classmethod
    def now(cls, path: Path) -> Sealed:
        seen = _signature(path)
        return cls(path, _content(path), seen)

    def check(self) -> None:
        """Raise ToolError where the content is no longer what it was."""
        if _signature(self.path) == self.seen:
            return
        if _content(self.path) != self.content:
            raise ToolError(
                f"{self.path} was changed after this provider was opened. What runs must be what was checked. "
                "Put the old content back, or register a new version."
            )
        self.seen = _signature(self.path)


def _content(path: Path) -> str:
    if path.is_dir():
        return content_of(path)
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _signature(path: Path) -> dict[str, tuple[int, ...]]:
    paths = [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]
    return {str(each): _place(each.lstat()) for each in paths}


def _place(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_ino, status.st_size, status.st_mode, status.st_mtime_ns, status.st_ctime_ns)
