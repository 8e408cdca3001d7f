"""Names of columns, ids, votes and times as they come, made into numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

PARTICIPANT = (
    "participant", "voter-id", "participant-id", "voter", "pid", "person", "person-id", "user", "user-id",
)  # fmt: skip
STATEMENT = ("statement", "comment-id", "statement-id", "comment", "tid", "item", "item-id")
VOTE = ("vote", "value", "opinion", "answer")
TIME = ("timestamp", "time", "modified", "created", "datetime", "date")
GROUP = ("group", "group-id", "cluster")

WORDS = {
    "1": 1, "+1": 1, "1.0": 1, "agree": 1, "-1": -1, "-1.0": -1, "−1": -1, "disagree": -1,
    "0": 0, "0.0": 0, "-0": 0, "+0": 0, "-0.0": 0, "pass": 0,
}  # fmt: skip
"""What a vote may read, in lower case: +1 agree, 0 pass, -1 disagree."""

NO_VOTE = -9
CELLS_AT_ONCE, MOST_PARTS = 1 << 26, 32
_WHOLE_FLOAT = re.compile(r"(-?\d+)\.0+")
LATEST = 9 * 10**18
"""Times from here on do not fit into 64 bits."""
SAMPLED = 100_000
SECONDS_BELOW, MICROSECONDS_FROM, NANOSECONDS_FROM = 1e11, 1e14, 1e17


def clean_id(text: Any) -> str:
    """An id as text without blanks around it; "7.0", as statistics programs write a 7, is 7."""
    stripped = str(text).strip().lstrip("\ufeff")
    found = _WHOLE_FLOAT.fullmatch(stripped)
    return found[1] if found else stripped


def vote_of(text: Any) -> int | None:
    """+1, 0 or -1; None where it is none of them."""
    return WORDS.get(str(text).strip().lower())


def in_order(ids: Sequence[str]) -> list[int]:
    """The places of ``ids`` in ascending order where all are whole numbers, else as they stand."""
    places = list(range(len(ids)))
    if all(text.isascii() and text.removeprefix("-").isdigit() for text in ids):
        places.sort(key=lambda place: int(ids[place]))
    return places


def codes_of(values: Sequence[str], known: dict[str, int], closed: bool) -> NDArray[np.int32]:
    """For each value its number in ``known``: -1 where it is empty, -2 where ``known`` is ``closed`` and lacks it."""
    numbers = list(map(known.get, values))
    if None in numbers:
        for place, value in enumerate(values):
            if numbers[place] is None:
                numbers[place] = _code_of(clean_id(value), known, closed)
    return np.array(numbers, np.int32)


def _code_of(id: str, known: dict[str, int], closed: bool) -> int:
    if not id:
        return -1
    return known.get(id, -2) if closed else known.setdefault(id, len(known))


class Times:
    """Collects times block by block and settles their unit once, over the whole file."""

    def __init__(self) -> None:
        self._parts: list[NDArray[Any]] = []
        self._dated = False
        self.missing = 0

    def add(self, column: pa.ChunkedArray) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[np.bool_]]:
        """(times, which are missing, which cannot be read); both of these are 0 in the times."""
        readable = np.zeros(len(column), bool)
        if pa.types.is_integer(column.type):
            return *_filled(column), readable
        trimmed = pc.utf8_trim_whitespace(column)
        given = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
        for read in (_floats, _zoned, _unzoned):
            try:
                times = read(given)
            except pa.ArrowInvalid:
                continue
            self._dated |= read is not _floats
            return *_filled(times), readable
        return self._one_by_one(given)

    def keep(self, times: NDArray[Any], missing: NDArray[np.bool_]) -> None:
        """Take the times of rows that are used."""
        self._parts.append(times)
        self.missing += int(np.count_nonzero(missing))

    def _one_by_one(self, given: pa.ChunkedArray) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[np.bool_]]:
        values = given.to_pylist()
        memory: dict[str | None, float | None] = {None: 0.0}
        for value in set(values) - {None}:
            memory[value], dated = _moment(value)
            self._dated |= dated
        found = [memory[value] for value in values]
        missing = np.array([value is None for value in values], bool)
        return np.array([time or 0.0 for time in found]), missing, np.array([time is None for time in found], bool)

    def milliseconds(self) -> NDArray[np.int64] | None:
        """Since 1970; None where a time is missing. Where the median is below 10^11 they are seconds, from 10^14
        microseconds, from 10^17 nanoseconds."""
        if self.missing or not self._parts:
            return None
        whole = all(part.dtype.kind == "i" for part in self._parts)
        times = joined(self._parts, np.int64 if whole else np.float64)
        usual = float(np.median(np.abs(times[:: 1 + len(times) // SAMPLED]))) if len(times) else 0.0
        if not self._dated and usual < SECONDS_BELOW:
            times = np.clip(times, -LATEST // 1000, LATEST // 1000) * 1000
        elif not self._dated and usual >= MICROSECONDS_FROM:
            times = times // (1_000_000 if usual >= NANOSECONDS_FROM else 1000)
        return np.asarray(times, np.int64)


def _filled(column: pa.ChunkedArray) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    missing: NDArray[np.bool_] = column.is_null().to_numpy()
    return column.fill_null(0).to_numpy(), missing


def _floats(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    numbers = pc.cast(texts, pa.float64())
    if pc.any(pc.invert(pc.less(pc.abs(numbers), LATEST))).as_py():
        raise pa.ArrowInvalid("no time")
    return numbers


def _zoned(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.cast(texts, pa.timestamp("ms", "UTC")), pa.int64())


def _unzoned(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.cast(texts, pa.timestamp("ms")), pa.int64())


def _moment(text: str) -> tuple[float | None, bool]:
    """(time, whether it was a date): milliseconds of a date, a number as it is, None where it is neither."""
    try:
        number = float(text)
        return (number if abs(number) < LATEST else None), False
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.timestamp() * 1000, True


def superseded(person: NDArray[np.int32], statement: NDArray[np.int32], statements: int) -> int:
    """How many votes a later vote of the same person on the same statement replaces."""
    people = int(person.max(initial=-1)) + 1
    height = max(1, CELLS_AT_ONCE // max(statements, 1))
    if people <= height:
        return len(person) - _distinct(person, statement, people, statements)
    if people > MOST_PARTS * height:
        key = person.astype(np.int64) * statements + statement
        key.sort()
        return int(np.count_nonzero(key[1:] == key[:-1]))
    found = len(person)
    for low in range(0, people, height):
        here = (person >= low) & (person < low + height)
        found -= _distinct(person[here] - low, statement[here], height, statements)
    return found


def _distinct(person: NDArray[np.int32], statement: NDArray[np.int32], people: int, statements: int) -> int:
    seen = np.zeros(people * statements, bool)
    seen[person * np.int32(statements) + statement] = True
    return int(np.count_nonzero(seen))


def joined(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    """One array out of ``parts``, which are let go one by one, so that memory does not double."""
    whole = np.empty(sum(map(len, parts)), kind)
    parts.reverse()
    end = 0
    while parts:
        part = parts.pop()
        whole[end : end + len(part)] = part
        end += len(part)
    return whole


def repeated(names: Sequence[str]) -> str | None:
    """The first name that occurs twice."""
    return next((a for a, b in pairwise(sorted(names)) if a == b), None)
