"""Reads of the ledger: verify, export, and follow ``because`` edges both ways."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count

from minga.ledger import chain
from minga.ledger.models import Entry

# Groups with fewer members than this are never told apart in public.
SMALLEST_GROUP = 10
_ROWS = "SELECT {}, hash FROM ledger_entry".format(", ".join(chain.ROW).replace("group", '"group"'))


@dataclass
class Verification:
    """How many entries of how many chains were read, and the first fault of each bad chain."""

    entries: int = 0
    chains: int = 0
    faults: list[chain.Fault] = field(default_factory=list)


def verify(only: str = "") -> Verification:
    """Recompute every hash of one chain, or of all."""
    found = Verification()
    found.faults = list(chain.verify(_rehashed(only, found)))
    return found


def _rehashed(only: str, counted: Verification) -> Iterator[tuple[str, int, str, str, str]]:
    """Rows in the order in which they were appended, which is each chain's order too."""
    where, params = (" WHERE chain = %s ORDER BY seq", [only]) if only else (" ORDER BY id", [])
    row_hash, chains = chain.row_hash, set[str]()
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS + where, params)
        while rows := cursor.fetchmany(2000):
            counted.entries += len(rows)
            chains.update(row[3] for row in rows)
            for row in rows:
                yield row[3], row[12], row[10], row[15], row_hash(row)
    counted.chains = len(chains)


def export(only: str = "", *, public: bool = True) -> Iterator[dict[str, Any]]:
    """Entries as an outsider can verify them, in order of chain and seq.

    The actor's key and salt are added only with ``public=False``, or where at least
    SMALLEST_GROUP persons of that actor group acted on the chain.
    """
    tellable = None if not public else _large_groups()
    entries = Entry.objects.filter(chain=only) if only else Entry.objects.all()
    for entry in entries.order_by("chain", "seq").iterator(chunk_size=2000):
        line = as_dict(entry)
        if entry.actor_key and (tellable is None or (entry.chain, entry.group) in tellable):
            line |= {"actor_key": entry.actor_key, "actor_salt": bytes(entry.actor_salt).hex()}
        yield line


def _large_groups() -> set[tuple[str, str]]:
    counted = Entry.objects.exclude(actor_key="").values("chain", "group").annotate(n=Count("actor_key", distinct=True))
    return {(row["chain"], row["group"]) for row in counted if row["n"] >= SMALLEST_GROUP}


def as_dict(entry: Entry) -> dict[str, Any]:
    """The hashed fields of an entry and its hash."""
    return {
        "chain": entry.chain,
        "seq": entry.seq,
        "previous": entry.previous,
        "actor": entry.actor,
        "group": entry.group,
        "phase": entry.phase,
        "level": entry.level,
        "action": entry.action,
        "subject": [entry.subject_kind, entry.subject_id],
        "because": json.loads(entry.because),
        "happened": entry.happened,
        "recorded": entry.recorded,
        "history": entry.history,
        "payload": json.loads(entry.payload),
        "hash": entry.hash,
    }
