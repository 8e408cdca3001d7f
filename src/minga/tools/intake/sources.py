"""Opening a path, a URL or standard input as a stream of bytes, gunzipped where needed."""

from __future__ import annotations

import io
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from minga.tools.intake.addresses import Resolver, resolve
from minga.tools.intake.errors import DEFAULT_LIMITS, IntakeError, Limits, size
from minga.tools.intake.gunzip import GZIP_MAGIC, ZIP_MAGIC, Capped, Gunzip

_BUFFER = 1024 * 1024


def is_url(source: str | Path) -> bool:
    return isinstance(source, str) and "://" in source[:12]


@contextmanager
def open_source(
    source: str | Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    allow_hosts: Collection[str] = (),
    resolver: Resolver = resolve,
) -> Iterator[BinaryIO]:
    """A binary stream of a path, an http(s) URL or "-" (standard input).

    Gzip is recognised by its first bytes, whatever the name. Errors (``IntakeError``, also while reading):
    missing or empty source, over a limit, gzip bomb, cut or damaged gzip, a refused or unreachable host.
    A zip archive is refused here: see ``open_zip``.
    """
    name = str(source)
    with ExitStack() as stack:
        if is_url(source):
            from minga.tools.intake.web import open_url  # httpx takes long to import

            opened = open_url(str(source), limits=limits, allow_hosts=allow_hosts, resolver=resolver)
            raw = cast(BinaryIO, io.BufferedReader(stack.enter_context(opened), _BUFFER))
        elif name == "-":
            raw, name = sys.stdin.buffer, "standard input"
        else:
            raw = stack.enter_context(_open_path(Path(source), limits))
        yield _unwrap(raw, limits, name)


def wrap_stream(raw: BinaryIO, name: str, *, limits: Limits = DEFAULT_LIMITS) -> BinaryIO:
    """The same protection for a stream that is already open, such as an upload."""
    buffered = raw if isinstance(raw, io.BufferedReader) else _buffered(Capped(raw, limits.bytes, name))
    return _unwrap(buffered, limits, name)


def _open_path(path: Path, limits: Limits) -> BinaryIO:
    try:
        length = path.stat().st_size
        file = path.open("rb", buffering=_BUFFER)
    except OSError as error:
        raise IntakeError(
            f"{path} cannot be opened ({error.strerror}). Check the name and that you may read it."
        ) from None
    if length == 0 and path.is_file():
        file.close()
        raise IntakeError(f"{path} is empty (0 bytes). The export or copy probably failed. Make it again.")
    if length > limits.bytes:
        file.close()
        raise IntakeError(
            f"{path} has {size(length)}; at most {size(limits.bytes)} are taken in. Split it, or raise the limit."
        )
    return file


def _unwrap(raw: BinaryIO, limits: Limits, name: str) -> BinaryIO:
    head = _peek(raw)
    if not head:
        raise IntakeError(f"{name} is empty (0 bytes). The export or download probably failed. Make it again.")
    if head.startswith(ZIP_MAGIC):
        raise IntakeError(f"{name} is a zip archive. Unpack it and give one of the files in it.")
    if head.startswith(GZIP_MAGIC):
        return _buffered(Gunzip(raw, limits, name))
    if isinstance(raw, io.BufferedReader) and isinstance(raw.raw, io.FileIO) and name != "standard input":
        return raw
    return _buffered(Capped(raw, limits.bytes, name))


def _peek(raw: BinaryIO) -> bytes:
    reader = cast(io.BufferedReader, raw)
    return bytes(reader.peek(4)[:4])


def _buffered(raw: io.RawIOBase) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(raw, _BUFFER))
