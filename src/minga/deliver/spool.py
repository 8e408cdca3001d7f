"""Files of cases until they are taken over. They hold personal data: a day at most, once confirmed a month."""

import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

DAY = 24 * 3600
MONTH = 30 * DAY
_TOKEN = re.compile(r"[0-9a-f]{32}\.(csv|jsonl|email)")


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "intake"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def put(data: bytes, kind: str) -> str:
    """Keep ``data``; returns the name under which only who knows it finds it. ``kind``: csv, jsonl or email."""
    name = f"{secrets.token_hex(16)}.{kind}"
    path = _folder() / name
    path.touch(mode=0o600)
    path.write_bytes(data)
    return name


def get(name: str) -> tuple[bytes, str] | None:
    """(the file, its kind), or None where it is gone or was never here."""
    path = _folder() / name if _TOKEN.fullmatch(name) else None
    return (path.read_bytes(), name.rpartition(".")[2]) if path is not None and path.is_file() else None


def drop(name: str) -> None:
    if _TOKEN.fullmatch(name):
        (_folder() / name).unlink(missing_ok=True)


def sweep(begun: Collection[str] = ()) -> int:
    """Remove files older than a day, those of the names in ``begun`` after a month; returns how many."""
    now = time.time()
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < now - (MONTH if path.name in begun else DAY)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
