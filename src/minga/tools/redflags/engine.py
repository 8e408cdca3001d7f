"""``flag``: sources in, result out."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from minga.tools.intake import open_source
from minga.tools.redflags.columns import Store
from minga.tools.redflags.indicators import Run
from minga.tools.redflags.read import Account, chunks
from minga.tools.redflags.result import Result
from minga.tools.redflags.settings import Settings

type Source = str | Path | bytes
EVERY_TABLE = ("release", "bid", "joint", "award", "partner", "item")


def flag(
    sources: Source | Sequence[Source],
    settings: Settings | None = None,
    *,
    progress: Callable[[int], None] | None = None,
    allow_hosts: Sequence[str] = (),
) -> Result:
    """Compute the enabled indicators over OCDS releases.

    ``sources``: paths, URLs or bytes with releases, records or packages as JSON or JSON Lines, gzip or not.
    ``progress`` is called with each number of bytes read. Raises ToolError where a source cannot be read at all;
    rows that cannot be used are accounted for in ``Result.account``.
    """
    chosen = settings or Settings()
    listed = [sources] if isinstance(sources, (str, Path, bytes)) else list(sources)
    account, store = Account(), Store(chosen)
    owners: list[tuple[int, str]] = []
    with _no_garbage_collection():
        for source in listed:
            name = "the data" if isinstance(source, bytes) else str(source)
            owners.append((store.size, name))
            with _opened(source, allow_hosts) as stream:
                for lines, releases in chunks(stream, name, account, progress):
                    store.add(lines, releases)
        store.flush()
    _drop_repeated(store, account, owners)
    return Result(chosen, account, store, Run(store, chosen))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """The decoded releases hold no cycles, and looking for them costs more than decoding."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _opened(source: Source, allow_hosts: Sequence[str]) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    with open_source(source, allow_hosts=allow_hosts) as stream:
        yield stream


def _drop_repeated(store: Store, account: Account, owners: list[tuple[int, str]]) -> None:
    """Keep the last row of each ocid; the earlier ones are rejected, with the row that is used instead."""
    repeated = store.connection.execute(
        "SELECT l.r, l.line, l.ocid, max(l.r) OVER (PARTITION BY l.ocid), last(l.line) OVER (PARTITION BY l.ocid "
        "ORDER BY l.r ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM release l "
        "WHERE l.ocid IN (SELECT ocid FROM release GROUP BY ocid HAVING count(*) > 1)"
    ).fetchall()
    dropped = []
    for r, line, ocid, kept, kept_line in sorted(repeated):
        if r != kept:
            name = next(name for start, name in reversed(owners) if start <= r)
            kept_name = next(name for start, name in reversed(owners) if start <= kept)
            where = f"row {kept_line}" if kept_name == name else f"row {kept_line} of {kept_name}"
            account.refuse(name, line, f"repeated ocid: {ocid} stands again in {where}, which is used instead")
            dropped.append(r)
    if dropped:
        store.connection.execute("CREATE TEMP TABLE dropped AS SELECT unnest(?::INTEGER[]) AS r", [dropped])
        for table in EVERY_TABLE:
            store.connection.execute(f"DELETE FROM {table} WHERE r IN (SELECT r FROM dropped)")
