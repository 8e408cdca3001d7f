"""Canonical form and hash of a ledger entry. Pure functions; docs/ledger.md has the outsider's 30-line version."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64
# The fields that the hash covers, besides itself. Their order does not matter: keys are sorted.
FIELDS = (
    "chain", "seq", "previous", "actor", "group", "phase", "level", "action",
    "subject", "because", "happened", "recorded", "history", "payload",
)  # fmt: skip
encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_quote = json.encoder.encode_basestring


class NotCanonical(ValueError):
    """A value that two programs could write in two ways."""


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces and no floating-point numbers."""
    if value:
        _refuse_floats(value, "payload")
    return encode(value)


def _refuse_floats(value: Any, where: str) -> None:
    if isinstance(value, float):
        raise NotCanonical(
            f"{where} is the floating-point number {value!r}, which different programs write differently. "
            'Give a whole number, or a decimal as text such as "0.459".'
        )
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{where} has the key {key!r}. Keys of a payload are text.")
            _refuse_floats(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            _refuse_floats(item, f"{where}[{position}]")


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical form of the fields in FIELDS."""
    return hashlib.sha256(encode({name: entry[name] for name in FIELDS}).encode()).hexdigest()


# A stored row in this order, which is that of the sorted keys; ``because`` and ``payload`` are canonical text.
ROW = (
    "action", "actor", "because", "chain", "group", "happened", "history", "level", "payload", "phase", "previous",
    "recorded", "seq", "subject_kind", "subject_id",
)  # fmt: skip


def row_hash(row: Sequence[Any]) -> str:
    """The same hash as ``entry_hash``, from the columns in ROW; further columns are passed over."""
    (
        action, actor, because, chain, group, happened, history, level, payload, phase, previous, recorded, seq,
        kind, identifier, *_,
    ) = row  # fmt: skip
    q = _quote
    text = (
        f'{{"action":{q(action)},"actor":{q(actor)},"because":{because},"chain":{q(chain)},"group":{q(group)},'
        f'"happened":{q(happened)},"history":{q(history)},"level":{q(level)},"payload":{payload},"phase":{q(phase)},'
        f'"previous":{q(previous)},"recorded":{q(recorded)},"seq":{seq},"subject":[{q(kind)},{q(identifier)}]}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(salt: bytes, value: str) -> str:
    """A salted hash that stands for ``value``; without the salt it says nothing about it."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry of a chain that is not as it was written."""

    chain: str
    seq: int
    why: str


def verify(entries: Iterable[tuple[str, int, str, str, str]]) -> Iterator[Fault]:
    """Check (chain, seq, previous, hash found, hash made), each chain's in order: yields each chain's first fault."""
    state: dict[str, tuple[int, str]] = {}
    for name, seq, previous, found, made in entries:
        expected, last = state.get(name, (1, GENESIS))
        if expected < 0:
            continue
        if seq != expected or previous != last or found != made:
            yield Fault(name, seq, _why(seq, expected, previous == last))
            expected = -2
        state[name] = (expected + 1, found)


def _why(seq: int, expected: int, follows: bool) -> str:
    if seq != expected:
        return f"entry {expected} is missing: the next one found is {seq}"
    if not follows:
        return "it does not follow from the entry before it"
    return "its content does not match its hash: it was changed after it was written"
