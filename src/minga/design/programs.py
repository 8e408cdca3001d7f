"""Suppliers' programs: an archive in the store becomes a read-only folder, named by the hash of the archive."""

import bz2
import fcntl
import gzip
import shutil
import stat
import tarfile
import tempfile
import time
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from minga.design import store
from minga.tools.intake import IntakeError, Limits, open_zip
from minga.tools.intake.errors import MEBIBYTE, size

LIMITS = Limits(compressed_bytes=512 * MEBIBYTE, bytes=2048 * MEBIBYTE, members=5_000)
MODEL = "model.gguf"
GGUF = b"GGUF"
DESCRIPTION = "provider.toml"
MOST_AT_ONCE = 4 * MEBIBYTE
ABANDONED_SECONDS = 24 * 3600
_BROKEN = (tarfile.TarError, zlib.error, EOFError, OSError, RuntimeError, UnicodeError, ValueError)


def root() -> Path:
    """The folder below which every program and model lies; nothing else is ever shown to the sandbox."""
    return Path(settings.MEDIA_ROOT) / "programs"


@contextmanager
def arriving(upload: store.Upload | Path, is_used: Callable[[str], bool]) -> Iterator[str]:
    """The hash of an uploaded program, kept in the store as it came; what nobody uses at the end is removed again.

    Raises IntakeError where it is too large. Who sends one bad program after another must not fill the disk.
    """
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "arriving.lock").open("ab") as door:
        fcntl.flock(door, fcntl.LOCK_SH)
        sha256, is_new = _received(upload)
        try:
            yield sha256
        finally:
            if is_new and not is_used(sha256) and _alone(door):
                discard(sha256)


def _alone(door: IO[bytes]) -> bool:
    """Whether no other program is arriving: it could be the same one."""
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def receive(upload: store.Upload | Path) -> str:
    """Keep an uploaded program in the store as it came; returns its hash. Raises IntakeError where it is too large."""
    return _received(upload)[0]


def _received(upload: store.Upload | Path) -> tuple[str, bool]:
    """(hash, whether the store did not hold it before)."""
    with store.staging() as staged:
        name = store.copy_in(upload, staged)
        if not 0 < staged.size <= LIMITS.compressed_bytes:
            words = _("%(name)s holds %(size)s. A program may hold up to %(most)s, and must not be empty.")
            raise IntakeError(words % {"name": name, "size": size(staged.size), "most": size(LIMITS.compressed_bytes)})
        is_new = not store.path_of(staged.close()).exists()
        return staged.keep(), is_new


def discard(sha256: str) -> None:
    """Remove a program that no version uses: its archive and its folder."""
    _remove(root() / sha256)
    store.path_of(sha256).unlink(missing_ok=True)


def tidy(is_used: Callable[[str], bool]) -> int:
    """Remove what a process that was killed left behind a day ago: half-unpacked folders, and those of no version."""
    before = time.time() - ABANDONED_SECONDS
    old = [path for path in root().glob("*") if path.is_dir() and path.stat().st_mtime < before]
    left = [path for path in old if path.name.startswith("new-") or not is_used(path.name)]
    for path in left:
        if path.name.startswith("new-"):
            _remove(path)
        else:
            discard(path.name)
    return len(left)


def folder_of(sha256: str) -> Path:
    """The unpacked program, unpacked now where it is not there yet; raises IntakeError where that is not safe."""
    target = root() / sha256
    if target.is_dir():
        return target
    root().mkdir(parents=True, exist_ok=True)
    if not store.path_of(sha256).is_file():
        raise IntakeError(_("The files of this program are not here any more. Register the version anew."))
    staging = Path(tempfile.mkdtemp(dir=root(), prefix="new-"))
    try:
        _fill(store.path_of(sha256), staging)
        program = _only_folder(staging)
        _seal(program)
        _move(program, target)
    finally:
        _remove(staging)
    return target


def described(sha256: str) -> dict[str, Any]:
    """What the program says of itself in a ``provider.toml`` in its folder; {} where it has none."""
    path = folder_of(sha256) / DESCRIPTION
    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        words = _("The file %(name)s in the program cannot be read (%(error)s). Correct it, or leave it out.")
        raise IntakeError(words % {"name": DESCRIPTION, "error": error}) from None


def _fill(archive: Path, folder: Path) -> None:
    with archive.open("rb") as file:
        head = file.read(4)
    try:
        if head == GGUF:
            shutil.copyfile(archive, folder / MODEL)
        elif zipfile.is_zipfile(archive):
            _unzip(archive, folder)
        else:
            _untar(archive, folder, head)
    except _BROKEN as error:
        words = _("The program is neither a zip or tar archive nor a GGUF model (%(error)s). Pack its folder as zip.")
        raise IntakeError(words % {"error": getattr(error, "strerror", None) or error}) from None


def _unzip(archive: Path, folder: Path) -> None:
    with open_zip(archive, limits=LIMITS, name=_("the program")) as opened:
        names = {PurePosixPath(name) for name in opened.names}
        for name in names:
            if not names.isdisjoint(name.parents):
                raise IntakeError(_escape(str(name)))
        opened.extract_all(folder)
        for member in opened.members:
            if member.external_attr >> 16 & 0o111:
                (folder / member.filename).chmod(0o755)


class _Sips:
    """A stream read in small parts only: the header of a tar archive can ask for gigabytes at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, count: int = -1) -> bytes:
        if not 0 <= count <= MOST_AT_ONCE:
            raise IntakeError(_dense())
        return self._stream.read(count)


def _stream(archive: Path, head: bytes) -> IO[bytes]:
    """The archive as it is, or what gzip or bzip2 made small; others can ask for any amount of memory."""
    if head.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(archive))
    return bz2.open(archive) if head.startswith(b"BZh") else archive.open("rb")


def _untar(archive: Path, folder: Path, head: bytes) -> None:
    with _stream(archive, head) as stream, tarfile.TarFile(fileobj=cast(IO[bytes], _Sips(stream))) as opened:
        for member, target in _safe_members(opened, folder, archive.stat().st_size):
            target.parent.mkdir(parents=True, exist_ok=True)
            source = opened.extractfile(member)
            if source is None or target.exists():
                raise IntakeError(_escape(member.name))
            with source, target.open("xb") as file:
                shutil.copyfileobj(source, file, 256 * 1024)
            if member.mode & 0o111:
                target.chmod(0o755)


def _safe_members(opened: tarfile.TarFile, folder: Path, compressed: int) -> Iterator[tuple[tarfile.TarInfo, Path]]:
    """The plain files, each with its place; a size is the declared one, which tarfile never exceeds on reading."""
    total = 0
    for count, member in enumerate(opened, 1):
        total += member.size
        dense = total > LIMITS.ratio_from and total > LIMITS.ratio * max(1, compressed)
        if count > LIMITS.members or total > LIMITS.bytes or dense:
            raise IntakeError(_dense())
        parts = PurePosixPath(member.name).parts
        unsafe = not parts or member.name.startswith("/") or ".." in parts or "\\" in member.name
        if unsafe or not (member.isreg() or member.isdir()):
            raise IntakeError(_escape(member.name))
        if member.isreg():
            yield member, folder.joinpath(*parts)


def _dense() -> str:
    words = _("The program holds too many files, is larger than %(most)s unpacked, or is made to fill a disk.")
    return words % {"most": size(LIMITS.bytes)}


def _escape(name: str) -> str:
    words = _(
        "The program holds %(name)s, which is a link or a device, comes twice or would be written outside its folder. "
        "Nothing was unpacked. Pack plain files only."
    )
    return words % {"name": name}


def _only_folder(folder: Path) -> Path:
    """An archive of one folder holds what is in that folder."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _seal(folder: Path) -> None:
    """Readable by the user that the sandbox drops to, writable by nobody."""
    for path in sorted(folder.rglob("*"), reverse=True):
        runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o555 if runs else 0o444)
    folder.chmod(0o755)


def _move(staging: Path, target: Path) -> None:
    try:
        staging.rename(target)
    except OSError:
        if not target.is_dir():  # else another process was faster, with the same content
            raise
    else:
        target.chmod(0o555)


def _remove(folder: Path) -> None:
    if folder.is_dir():
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(folder)
