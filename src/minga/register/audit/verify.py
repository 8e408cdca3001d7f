"""Verify this pack without a network and without Minga: python3 verify.py (Python 3.9 or newer, nothing else).

It recomputes the hash of every file, of every ledger entry and of the chain, and checks each signature of a head.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIELDS = (
    "chain", "seq", "previous", "actor", "group", "phase", "level", "action", "subject", "because", "happened",
    "recorded", "history", "payload",
)  # fmt: skip


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def files(manifest: dict[str, Any]) -> Iterator[str]:
    """Faults of the files: one line each."""
    listed = manifest["files"]
    for name, expected in sorted(listed.items()):
        path = HERE / name
        if not path.is_file():
            yield f"{name} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            yield f"{name} was changed"
    for path in sorted(HERE.iterdir()):
        if path.is_file() and path.name not in listed and path.name not in ("manifest.json", "__pycache__"):
            yield f"{path.name} was added"


def ledger(manifest: dict[str, Any], heads: dict[int, str]) -> Iterator[str]:
    """Faults of the chain. ``heads`` is filled with seq -> hash."""
    previous, seq = "0" * 64, 0
    with (HERE / "ledger.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            seq += 1
            digest = hashlib.sha256(canonical({name: entry[name] for name in FIELDS}).encode()).hexdigest()
            if entry["seq"] != seq or entry["previous"] != previous or entry["hash"] != digest:
                yield f"ledger entry {entry['seq']} is not as it was written"
                return
            heads[seq] = previous = entry["hash"]
    if (seq, previous) != (manifest["head"]["seq"], manifest["head"]["hash"]):
        yield "the ledger does not end where the manifest says"


# Ed25519 (RFC 8032), verification only: slow, and short enough to be read.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
Point = tuple  # of four integers: x, y, z and x times y over z, modulo P
D = -121665 * pow(121666, P - 2, P) % P


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point, number = _add(point, point), number >> 1
    return found


def _point(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    x = P - x if (x & 1) != sign else x
    return x, y, 1, x * y % P


Y = 4 * pow(5, P - 2, P) % P
BASE: Point = _point(Y.to_bytes(32, "little")) or (0, 1, 1, 0)


def signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` is that of ``public_key`` (32 bytes)."""
    key, start = _point(public_key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(public_key) != 32 or len(signature) != 64 or key is None or start is None or scalar >= Q:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    left, right = _times(scalar, BASE), _add(start, _times(int.from_bytes(digest, "little") % Q, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def signatures(signed_heads: list[dict[str, Any]], heads: dict[int, str]) -> Iterator[str]:
    """Faults of the signed heads."""
    for one in signed_heads:
        statement = {"minga": "checkpoint-1", "chain": one["chain"], "seq": one["seq"], "hash": one["hash"]}
        good = signed(bytes.fromhex(one["public_key"]), canonical(statement).encode(), bytes.fromhex(one["signature"]))
        if not good:
            yield f"the signature of entry {one['seq']} does not match"
        elif heads.get(one["seq"]) != one["hash"]:
            yield f"entry {one['seq']} is not the one that was signed"


def proof(signed_heads: list[dict[str, Any]]) -> Iterator[str]:
    """Who vouches for the ledger, and up to where; the key has to be known from elsewhere."""
    if not signed_heads:
        yield "Nobody signed a head of this ledger: the pack only agrees with itself."
    for key in sorted({one["public_key"] for one in signed_heads}):
        last = max(one["seq"] for one in signed_heads if one["public_key"] == key)
        yield f"Signed up to entry {last} with the key {key}: ask the body elsewhere whether that is its own."


def main() -> int:
    manifest = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    heads: dict[int, str] = {}
    faults = [*files(manifest), *ledger(manifest, heads)]
    signed_heads = json.loads((HERE / "checkpoints.json").read_text(encoding="utf-8"))
    faults += signatures(signed_heads, heads)
    for fault in faults:
        print("BAD ", fault)
    print(f"{manifest['title']}: {len(manifest['files'])} files, {len(heads)} ledger entries,", end=" ")
    print(f"{len(faults)} bad" if faults else "all as they were written")
    for line in proof(signed_heads):
        print(line)
    print("SHA-256 of the manifest:", hashlib.sha256((HERE / "manifest.json").read_bytes()).hexdigest())
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
