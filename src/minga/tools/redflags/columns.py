"""Releases as columns in DuckDB: one row per release, bid, award and awarded item, with their positions.

Positions (``b``, ``a``, ``k``, ``i``) are the places in the release's arrays, so that evidence can be given as a
JSON path. ``tenderer`` and ``supplier`` are filled only where there is exactly one; joint bids have the whole
group in ``party``, and joint bids and awards have their members in ``joint`` and ``partner``. ``class`` is the first
level of an item's class, as many digits as R048 compares.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

import duckdb
import pyarrow as pa

from minga.tools.redflags.settings import Settings
from minga.tools.redflags.shapes import Award, Bid, Organisation, Release, Tender

MEMORY_LIMIT = "200MB"
FLUSH_AFTER = 24_000
PACK_AFTER = 1_000
MEMBER_BREAK = "\x1f"
INT, REAL, TEXT = pa.int32(), pa.float64(), pa.string()
TABLES: dict[str, dict[str, pa.DataType]] = {
    "release": {
        "r": INT, "line": INT, "ocid": TEXT, "skipped": INT, "method": INT, "details": INT, "buyer": INT,
        "entity": INT, "start_date": TEXT, "end_date": TEXT, "tenderers": REAL, "lots": INT, "bids": INT,
        "awards": INT,
    },
    "bid": {
        "r": INT, "b": INT, "status": INT, "dated": TEXT, "tenderer": INT, "party": INT, "members": INT,
        "amount": REAL, "currency": INT,
    },
    "joint": {"r": INT, "b": INT, "k": INT, "tenderer": INT},
    "award": {"r": INT, "a": INT, "status": INT, "supplier": INT, "members": INT, "items": INT},
    "partner": {"r": INT, "a": INT, "k": INT, "supplier": INT},
    "item": {"r": INT, "a": INT, "i": INT, "supplier": INT, "class": INT},
    "word": {"id": INT, "text": TEXT},
}  # fmt: skip
KNOWN_WORDS = (
    "valid", "disqualified", "invited", "withdrawn", "active", "cancelled", "unsuccessful", "excluded",
)  # fmt: skip
SQL_TYPES = {INT: "INTEGER", REAL: "DOUBLE", TEXT: "VARCHAR"}
type Columns = list[list[Any]]


class Words(dict[str | None, int | None]):
    """Numbers for the texts that occur again and again: identifiers, statuses, currencies, methods, classes.

    Comparing and grouping by number is several times cheaper than by text; table ``word`` turns them back.
    """

    def __init__(self) -> None:
        super().__init__({word: number for number, word in enumerate(KNOWN_WORDS)})
        self.texts: list[str] = list(KNOWN_WORDS)
        self.written = 0
        super().__setitem__(None, None)

    def __missing__(self, text: str | None) -> int:
        number = len(self.texts)
        self[text] = number
        self.texts.append(text or "")
        return number


class Store:
    """The tables of one run. ``add`` takes decoded releases; ``connection`` answers SQL after ``flush``."""

    def __init__(self, settings: Settings, memory_limit: str = MEMORY_LIMIT) -> None:
        self.settings = settings
        self.connection = duckdb.connect()
        for setting in (f"memory_limit = '{memory_limit}'", "threads = 1", "preserve_insertion_order = false"):
            self.connection.execute(f"SET {setting}")
        self.size = self._fresh = self._unpacked = 0
        self.words = Words()
        self._loose: dict[str, Columns] = {name: [[] for _ in columns] for name, columns in TABLES.items()}
        self._waiting: dict[str, Columns] = {name: [[] for _ in columns] for name, columns in TABLES.items()}
        for name, columns in TABLES.items():
            body = ", ".join(f'"{column}" {SQL_TYPES[kind]}' for column, kind in columns.items())
            self.connection.execute(f"CREATE TABLE {name} ({body})")

    def add(self, lines: Sequence[int], releases: Sequence[Release]) -> None:
        """Append releases, with the rows they stood on in their source."""
        rs = range(self.size, self.size + len(releases))
        tenders = [release.tender for release in releases]
        skipped = self._skipped(tenders)
        deadlines = [tender.tenderPeriod.endDate for tender in tenders]
        self._put("release", self._release_columns(rs, lines, releases, tenders, skipped))
        details = [release.bids.details or () for release in releases]
        awards = [release.awards or () for release in releases]
        for place, skip in enumerate(skipped):
            if skip:
                details[place] = awards[place] = ()
        self._add_bids(rs, details, deadlines)
        self._add_awards(rs, awards)
        self.size += len(releases)
        self._fresh += len(releases)
        self._unpacked += len(releases)
        if self._unpacked >= PACK_AFTER:
            self._pack()
        if self._fresh >= FLUSH_AFTER:
            self.flush()

    def _skipped(self, tenders: list[Tender]) -> list[str | None]:
        excluded = self.settings.excluded_details
        return [
            "cancelled" if t.status == "cancelled" else "excluded" if t.procurementMethodDetails in excluded else None
            for t in tenders
        ]

    def _add_bids(self, rs: range, details: list[Any], deadlines: list[str | None]) -> None:
        bids: list[Bid] = list(chain.from_iterable(details))
        if not bids:
            return
        words = self.words
        sizes = list(map(len, details))
        owners, places = _positions(rs, sizes)
        groups = [bid.tenderers for bid in bids]
        members = list(map(len, groups))
        party: list[int | None] = [None] * len(bids)
        if max(members) > 1:
            party = [words[_group(group)] if n > 1 else None for group, n in zip(groups, members, strict=True)]
            self._put_members("joint", owners, places, groups, members)
        values = [bid.value for bid in bids]
        self._put(
            "bid",
            [
                owners, places, [words[bid.status] for bid in bids], _not_in_time(bids, sizes, deadlines),
                self._single(groups), party, members, [value.amount for value in values],
                [words[value.currency] for value in values],
            ],
        )  # fmt: skip

    def _add_awards(self, rs: range, listed: list[Any]) -> None:
        awards: list[Award] = list(chain.from_iterable(listed))
        if not awards:
            return
        words = self.words
        owners, places = _positions(rs, list(map(len, listed)))
        groups = [award.suppliers for award in awards]
        members = list(map(len, groups))
        single = self._single(groups)
        if max(members) > 1:
            self._put_members("partner", owners, places, groups, members)
        items = [award.items for award in awards]
        status = [words[award.status] for award in awards]
        self._put("award", [owners, places, status, single, members, list(map(len, items))])
        active, digits = words["active"], self.settings.get("R048", "digits")
        for place, (state, supplier) in enumerate(zip(status, single, strict=True)):
            if state != active or supplier is None:
                items[place] = []
        sizes = list(map(len, items))
        self._put(
            "item",
            [
                list(chain.from_iterable(map(repeat, owners, sizes))),
                list(chain.from_iterable(map(repeat, places, sizes))),
                list(chain.from_iterable(map(range, sizes))),
                list(chain.from_iterable(map(repeat, single, sizes))),
                [
                    None if (code := item.classification.id) is None else words[code[:digits]]
                    for item in chain.from_iterable(items)
                ],
            ],
        )

    def _single(self, groups: list[list[Organisation]]) -> list[int | None]:
        words = self.words
        return [words[group[0].id] if len(group) == 1 else None for group in groups]

    def _put_members(
        self, table: str, owners: list[int], places: list[int], groups: list[list[Organisation]], members: list[int]
    ) -> None:
        rows = [
            (owner, place, k, self.words[organisation.id])
            for owner, place, group, n in zip(owners, places, groups, members, strict=True)
            if n > 1
            for k, organisation in enumerate(group)
        ]
        self._put(table, [list(column) for column in zip(*rows, strict=True)])

    def _put(self, table: str, columns: Columns) -> None:
        for waiting, column in zip(self._loose[table], columns, strict=True):
            waiting.extend(column)

    def _pack(self) -> None:
        """Turn what has been read lately into Arrow, while it is still in the processor's cache."""
        self._unpacked = 0
        for table, columns in self._loose.items():
            if columns[0]:
                kinds = TABLES[table].values()
                for packed, column, kind in zip(self._waiting[table], columns, kinds, strict=True):
                    packed.append(_numbers(column) if kind is INT else pa.array(column, kind))
                    column.clear()

    def _release_columns(
        self,
        rs: range,
        lines: Sequence[int],
        releases: Sequence[Release],
        tenders: list[Tender],
        skipped: list[str | None],
    ) -> Columns:
        words = self.words
        periods = [tender.tenderPeriod for tender in tenders]
        return [
            list(rs),
            list(lines),
            [release.ocid for release in releases],
            [words[skip] for skip in skipped],
            [words[tender.procurementMethod] for tender in tenders],
            [words[tender.procurementMethodDetails] for tender in tenders],
            [words[release.buyer.id] for release in releases],
            [words[tender.procuringEntity.id] for tender in tenders],
            [period.startDate for period in periods],
            [period.endDate for period in periods],
            [tender.numberOfTenderers for tender in tenders],
            [len(tender.lots) for tender in tenders],
            [None if (details := release.bids.details) is None else len(details) for release in releases],
            [None if (awards := release.awards) is None else len(awards) for release in releases],
        ]

    def flush(self) -> None:
        """Move what waits into DuckDB."""
        self._fresh = 0
        words = self.words
        self._put("word", [list(range(words.written, len(words.texts))), words.texts[words.written :]])
        words.written = len(words.texts)
        self._pack()
        for name, columns in self._waiting.items():
            if columns[0]:
                kinds = TABLES[name]
                arrays = [pa.chunked_array(column, kind) for column, kind in zip(columns, kinds.values(), strict=True)]
                self.connection.register("waiting", pa.Table.from_arrays(arrays, names=list(kinds)))
                self.connection.execute(f"INSERT INTO {name} SELECT * FROM waiting")
                self.connection.unregister("waiting")
                for column in columns:
                    column.clear()


def _numbers(column: list[Any]) -> pa.Array:
    """An Arrow column of numbers, in little more than half the time of Arrow's own way where none is missing."""
    try:
        numbers = array("i", column)
    except TypeError:
        return pa.array(column, INT)
    return pa.Array.from_buffers(INT, len(numbers), [None, pa.py_buffer(numbers)])


def _positions(rs: range, sizes: list[int]) -> tuple[list[int], list[int]]:
    """For each entry of lists of these sizes: its release, and its place in its list."""
    return list(chain.from_iterable(map(repeat, rs, sizes))), list(chain.from_iterable(map(range, sizes)))


def _not_in_time(bids: list[Bid], sizes: list[int], deadlines: list[str | None]) -> list[str | None]:
    """The dates of bids that are not plainly in time, "" for those that are, None where there is no date.

    Plainly in time: there is no deadline, or the text is not after the deadline's text and ends in the same
    offset, so that the order of the texts is the order of the moments.
    """
    ends = chain.from_iterable(map(repeat, deadlines, sizes))
    return [
        date if date is None or (end is not None and (date > end or date[-6:] != end[-6:])) else ""
        for date, end in zip([bid.date for bid in bids], ends, strict=True)
    ]


def _group(group: list[Organisation]) -> str | None:
    """The members' identifiers as one text, whatever their order."""
    return MEMBER_BREAK.join(sorted({member.id for member in group if member.id is not None})) or None
