"""Lots that anybody can draw again: a keyed hash in place of a random number."""

import hashlib
from decimal import Decimal


def lot(seed: int | str, purpose: str, name: str) -> float:
    """A number in [0, 1) that depends only on the three; SHA-256, first 64 bits."""
    digest = hashlib.sha256(f"{seed}\x00{purpose}\x00{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def in_share(chain: str, process: str, share: int) -> bool:
    """Whether a process is among the ``share`` per cent. Who is in at 10 % stays in at 50 %."""
    return lot(chain, "stage", process) < share / 100


def drawn_at(chain: str, purpose: str, process: str, share: Decimal | float) -> bool:
    """Whether the lot of ``purpose`` (first, second, control) falls on a process; ``share`` in 0..1."""
    return lot(chain, purpose, process) < float(share)
