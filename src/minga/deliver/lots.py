"""Lots that anybody can draw again: a keyed hash in place of a random number."""

import hashlib


def lot(seed: int | str, purpose: str, name: str) -> float:
    """A number in [0, 1) that depends only on the three; SHA-256, first 64 bits."""
    digest = hashlib.sha256(f"{seed}\x00{purpose}\x00{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def in_share(chain: str, process: str, share: int) -> bool:
    """Whether a process is among the ``share`` per cent. Who is in at 10 % stays in at 50 %."""
    return lot(chain, "stage", process) < share / 100
