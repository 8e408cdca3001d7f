"""Gunzipping with limits, and size caps on plain streams."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from minga.tools.intake.errors import IntakeError, Limits, size

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
_CHUNK = 256 * 1024


class Capped(io.RawIOBase):
    """A stream that ends with an IntakeError after ``most`` bytes."""

    def __init__(self, inner: BinaryIO, most: int, name: str) -> None:
        self._inner, self._most, self._name = inner, most, name
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._inner.read(len(buffer))
        self.taken += len(chunk)
        if self.taken > self._most:
            raise IntakeError(
                f"{self._name} is larger than {size(self._most)}, the most that is taken in. "
                "It may be the wrong file. Split it, or raise the size limit."
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Gunzip(io.RawIOBase):
    """Decompresses a gzip stream (of one or several members) and stops at a bomb or a missing end."""

    def __init__(self, inner: BinaryIO, limits: Limits, name: str) -> None:
        self._inner, self._limits, self._name = inner, limits, name
        self._member: zlib._Decompress | None = None
        self._pending = b""
        self._ended = False
        self.bytes_in = 0
        self.bytes_out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ended:
            member = self._member or self._begin_member()
            if member is None:
                break
            chunk = self._decompress(member, len(buffer))
            if chunk:
                buffer[: len(chunk)] = chunk
                return len(chunk)
        return 0

    def _begin_member(self) -> zlib._Decompress | None:
        """Set up the next member; zero padding after the last one is allowed, anything else is not."""
        self._pending = self._pending.lstrip(b"\0")
        while len(self._pending) < 2 and self._fill():
            self._pending = self._pending.lstrip(b"\0")
        if not self._pending:
            self._ended = True
            return None
        if not self._pending.startswith(GZIP_MAGIC):
            raise IntakeError(
                f"{self._name} goes on after the end of its gzip data, {size(self.bytes_out)} in, with bytes "
                "that "
                "are not gzip. The file was probably joined or damaged. Fetch or compress it again."
            )
        self._member = zlib.decompressobj(wbits=31)
        return self._member

    def _fill(self) -> bool:
        chunk = self._inner.read(_CHUNK)
        self.bytes_in += len(chunk)
        if self.bytes_in > self._limits.compressed_bytes:
            raise IntakeError(
                f"{self._name} is larger than {size(self._limits.compressed_bytes)} compressed, the most "
                "that is "
                "taken in. Split it, or raise the limit."
            )
        self._pending += chunk
        return bool(chunk)

    def _decompress(self, member: zlib._Decompress, most: int) -> bytes:
        if not self._pending and not self._fill():
            raise IntakeError(
                f"{self._name} is cut off: after {self.bytes_in:,} compressed bytes, which give "
                f"{self.bytes_out:,} "
                "bytes, the end of the gzip data is missing. The download or copy was probably interrupted. "
                "Fetch it again.",
                offset=self.bytes_in,
            )
        try:
            chunk = member.decompress(self._pending, most)
        except zlib.error as error:
            raise IntakeError(
                f"{self._name} is damaged: the gzip data cannot be read after {self.bytes_out:,} bytes "
                f"({error}). "
                "Fetch it again.",
                offset=self.bytes_in,
            ) from None
        self._pending = member.unconsumed_tail
        if member.eof:
            self._pending = member.unused_data
            self._member = None
        self.bytes_out += len(chunk)
        self._check_bomb()
        return chunk

    def _check_bomb(self) -> None:
        limits, used = self._limits, self.bytes_in - len(self._pending)
        if self.bytes_out > limits.bytes:
            raise IntakeError(
                f"{self._name} gives more than {size(limits.bytes)} when decompressed, the most that is "
                "taken in. "
                "Split it, or raise the limit."
            )
        if self.bytes_out > limits.ratio_from and self.bytes_out > limits.ratio * max(1, used):
            raise IntakeError(
                f"{self._name} grows more than {limits.ratio:.0f} times when decompressed ({used:,} bytes "
                "gave "
                f"{self.bytes_out:,} so far). Files made to fill a disk do that (a gzip bomb). "
                "If the file is genuine, decompress it yourself or raise the ratio limit."
            )
