"""Files by content: a file's name is the SHA-256 of what is in it, so the same rows are kept once."""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.conf import settings

from minga.tools.intake import DEFAULT_LIMITS, IntakeError, is_url
from minga.tools.intake.errors import size
from minga.tools.intake.gunzip import GZIP_MAGIC
from minga.tools.intake.web import open_url

BLOCK = 1024 * 1024


class Upload(Protocol):
    """A file that came with a form: Django's UploadedFile."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


def root() -> Path:
    return Path(settings.MEDIA_ROOT) / "datasets"


def path_of(sha256: str) -> Path:
    """Where the content with this hash lies."""
    return root() / sha256[:2] / sha256


@dataclass(slots=True)
class Staged:
    """A file being written. ``keep`` puts it in its place; otherwise it is gone when its block ends."""

    path: Path
    file: BinaryIO
    size: int = 0
    sha256: str = ""
    kept: bool = False

    def __post_init__(self) -> None:
        self._hash = hashlib.sha256()

    _hash: "hashlib._Hash" = None  # type: ignore[assignment]

    def write(self, content: bytes) -> None:
        self._hash.update(content)
        self.size += len(content)
        self.file.write(content)

    def close(self) -> str:
        """Finish writing; the hash of what was written."""
        if not self.file.closed:
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            self.sha256 = self._hash.hexdigest()
        return self.sha256

    def keep(self) -> str:
        """Move the file to its place in the store; returns its hash."""
        target = path_of(self.close())
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        self.kept = True
        return self.sha256


@contextmanager
def staging() -> Iterator[Staged]:
    """A new file beside the store, removed at the end of the block unless it was kept."""
    folder = root() / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    staged = Staged(Path(name), cast(BinaryIO, os.fdopen(handle, "wb")))
    try:
        yield staged
    finally:
        if not staged.file.closed:
            staged.file.close()
        if not staged.kept:
            staged.path.unlink(missing_ok=True)


def tidy(older_than: float = 24 * 3600) -> int:
    """Remove files that were being written when their process was killed, ``older_than`` seconds ago."""
    before = time.time() - older_than
    left = [path for path in (root() / "staging").glob("*") if path.stat().st_mtime < before]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def copy_in(source: str | Path | Upload, staged: Staged) -> str:
    """Copy a path, an http(s) address or an upload as it is; returns the name to show for it.

    Raises IntakeError: missing, unreachable, private address, or larger than the limit.
    """
    name = _name(source)
    for block in _blocks(source):
        staged.write(block)
        if staged.size > DEFAULT_LIMITS.compressed_bytes:
            most = size(DEFAULT_LIMITS.compressed_bytes)
            raise IntakeError(f"{name} is larger than {most}, the most that is taken in. Split it.")
    return name


def _name(source: str | Path | Upload) -> str:
    if isinstance(source, str | Path):
        return str(source) if is_url(source) else Path(source).name
    return Path(source.name or "upload").name


def _blocks(source: str | Path | Upload) -> Iterable[bytes]:
    if not isinstance(source, str | Path):
        yield from source.chunks()
    elif is_url(source):
        with open_url(str(source), limits=DEFAULT_LIMITS, allow_hosts=settings.MINGA_IMPORT_HOSTS) as stream:
            while block := stream.read(BLOCK):
                yield block
    else:
        try:
            with Path(source).open("rb") as file:
                while block := file.read(BLOCK):
                    yield block
        except OSError as error:
            what = f"{Path(source).name} cannot be opened ({error.strerror})."
            raise IntakeError(f"{what} Check the name and that you may read it.") from None


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC
