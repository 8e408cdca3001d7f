"""The one error and the limits of everything that comes in from outside."""

from __future__ import annotations

from dataclasses import dataclass

from minga.tools.base import ToolError

MEBIBYTE = 1024 * 1024


class IntakeError(ToolError):
    """Something that came in cannot be used.

    ``line`` and ``column`` count from 1, ``offset`` in bytes; each is None where not known.
    """

    def __init__(
        self, message: str, *, line: int | None = None, column: int | None = None, offset: int | None = None
    ) -> None:
        super().__init__(message)
        self.line, self.column, self.offset = line, column, offset


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken in. Sizes in bytes, times in seconds.

    ``ratio`` is decompressed over compressed size; it is tested once more than ``ratio_from`` bytes have come
    out, because small files of repeated text compress very well without being an attack.
    """

    compressed_bytes: int = 2048 * MEBIBYTE
    bytes: int = 8192 * MEBIBYTE
    ratio: float = 150.0
    ratio_from: int = 16 * MEBIBYTE
    members: int = 10_000
    seconds: float = 600.0
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    redirects: int = 5


DEFAULT_LIMITS = Limits()


def size(count: float) -> str:
    """A number of bytes for people: "16 MiB"."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            break
        count /= 1024
    return f"{count:.0f} {unit}" if count == int(count) else f"{count:.1f} {unit}"
