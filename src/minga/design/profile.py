"""What is in a dataset, counted while it is read: per field missing, distinct, ranges; dates, groups, buyers."""

import heapq
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MOST_FIELDS = 400
MOST_DISTINCT = 10_000
MOST_BUYERS = 25
MOST_COMMON = 50
MINIMUM = 10
"""Of tables of people: fewer rows than this say nothing of a value, nor stand alone at the end of a range."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class Field:
    """One path of the rows. ``rows`` have at least one value there; lists count under "*" in the path."""

    rows: int = 0
    values: int = 0
    kinds: set[str] = field(default_factory=set)
    distinct: set[int] = field(default_factory=set)
    low: float | None = None
    high: float | None = None
    first: str = ""
    last: str = ""

    def add(self, value: Any) -> None:
        self.values += 1
        if len(self.distinct) <= MOST_DISTINCT:
            self.distinct.add(hash(value))
        if isinstance(value, bool):
            self.kinds.add("yes or no")
        elif isinstance(value, int | float):
            self.kinds.add("number")
            self.low = value if self.low is None or value < self.low else self.low
            self.high = value if self.high is None or value > self.high else self.high
        elif _DAY.match(value):
            self.kinds.add("date")
            day = value[:10]
            self.first = day if not self.first or day < self.first else self.first
            self.last = max(day, self.last)
        else:
            self.kinds.add("text")

    def as_json(self, path: str, rows: int) -> dict[str, Any]:
        return {
            "path": path,
            "missing": rows - self.rows,
            "values": self.values,
            "distinct": min(len(self.distinct), MOST_DISTINCT),
            "distinct_is_more": len(self.distinct) > MOST_DISTINCT,
            "kinds": sorted(self.kinds),
            "low": self.low,
            "high": self.high,
            "first": self.first,
            "last": self.last,
        }


@dataclass(slots=True)
class GuardedField(Field):
    """A field of a table about people: ``low`` to ``last`` are such that ``MINIMUM`` rows lie at or beyond each end."""

    lowest: list[float] = field(default_factory=list)
    highest: list[float] = field(default_factory=list)
    earliest: list[int] = field(default_factory=list)
    latest: list[int] = field(default_factory=list)

    def add(self, value: Any) -> None:
        Field.add(self, value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            _keep(self.lowest, -value)
            _keep(self.highest, value)
        elif isinstance(value, str) and (day := _day(value)) is not None:
            _keep(self.earliest, -day.toordinal())
            _keep(self.latest, day.toordinal())

    def as_json(self, path: str, rows: int) -> dict[str, Any]:
        numbers = len(self.lowest) == MINIMUM
        dates = len(self.earliest) == MINIMUM
        ends = {
            "low": -self.lowest[0] if numbers else None,
            "high": self.highest[0] if numbers else None,
            "first": date.fromordinal(-self.earliest[0]).isoformat() if dates else "",
            "last": date.fromordinal(self.latest[0]).isoformat() if dates else "",
        }
        return {**Field.as_json(self, path, rows), **ends}


def _keep(greatest: list[Any], value: float) -> None:
    """Keep the ``MINIMUM`` greatest values met, the least of them first."""
    if len(greatest) < MINIMUM:
        heapq.heappush(greatest, value)
    elif value > greatest[0]:
        heapq.heapreplace(greatest, value)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if _DAY.match(value) else None
    except ValueError:
        return None


def pooled(counts: Mapping[str, int]) -> tuple[list[list[Any]], dict[str, int]]:
    """([value, rows] the most frequent first, {values, rows} of those put together) for a column of a table.

    Put together are values that fewer than ``MINIMUM`` rows have, those beyond the most frequent ``MOST_COMMON`` and,
    where the rest would still be fewer rows than that, the rarest of the others too: what is shown, taken from the
    whole, must not leave a number below the minimum. "" stands for rows without a value, which are always counted.
    """
    ordered = sorted(((value, n) for value, n in counts.items() if value), key=lambda pair: (-pair[1], pair[0]))
    shown = [(value, n) for value, n in ordered[:MOST_COMMON] if n >= MINIMUM]
    hidden = [n for _value, n in ordered[len(shown) :]]
    while shown and 0 < sum(hidden) < MINIMUM:
        hidden.append(shown.pop()[1])
    lacking = [("", counts[""])] if counts.get("") else []
    rows = sorted([*shown, *lacking], key=lambda pair: -pair[1])
    return [list(pair) for pair in rows], {"values": len(hidden), "rows": sum(hidden)}


class Profile:
    """Fed one row at a time. No text of a row is kept, save the names of procurement methods and public buyers."""

    field_type: type[Field] = Field

    def __init__(self) -> None:
        self.rows = 0
        self.fields: dict[str, Field] = {}
        self.dropped = 0
        self.methods: Counter[str] = Counter()
        self.buyers: Counter[str] = Counter()
        self.days: Counter[str] = Counter()

    def add(self, row: Mapping[str, Any]) -> None:
        self.rows += 1
        self._walk(row, "", set())
        self.methods[method_of(row)] += 1
        self.buyers[buyer_of(row)] += 1
        day = day_of(row)
        self.days[day.isoformat()[:7] if day else ""] += 1

    def _walk(self, value: Any, path: str, seen: set[str]) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                self._walk(inner, f"{path}/{key}", seen)
        elif isinstance(value, list):
            for inner in value:
                self._walk(inner, f"{path}/*", seen)
        elif value is not None and value != "":
            self._leaf(value, path, seen)

    def _leaf(self, value: Any, path: str, seen: set[str]) -> None:
        found = self.fields.get(path)
        if found is None:
            if len(self.fields) >= MOST_FIELDS:
                self.dropped += 1
                return
            found = self.fields[path] = self.field_type()
        found.add(value)
        if path not in seen:
            seen.add(path)
            found.rows += 1

    def as_json(self) -> dict[str, Any]:
        """{rows, fields, values_beyond_limit, methods, buyers, buyers_in_all, months, undated}, JSON types only."""
        months = sorted((month, count) for month, count in self.days.items() if month)
        return {
            "rows": self.rows,
            "fields": [found.as_json(path, self.rows) for path, found in sorted(self.fields.items())],
            "values_beyond_limit": self.dropped,
            "methods": [[name, count] for name, count in self.methods.most_common()],
            "buyers": [[name, count] for name, count in self.buyers.most_common(MOST_BUYERS)],
            "buyers_in_all": len(self.buyers),
            "months": [list(month) for month in months],
            "undated": self.days[""],
        }


def at(row: Mapping[str, Any], *keys: str) -> Any:
    """The value under nested keys, or None where anything on the way is absent or no object."""
    value: Any = row
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def day_of(row: Mapping[str, Any]) -> date | None:
    """The day a call opened; without one the date of its contracting release."""
    for value in (at(row, "tender", "tenderPeriod", "startDate"), row.get("date")):
        if isinstance(value, str) and _DAY.match(value):
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                continue
    return None


def method_of(row: Mapping[str, Any]) -> str:
    """The procurement method in the publisher's own words, else the code of the standard, else ""."""
    found = at(row, "tender", "procurementMethodDetails") or at(row, "tender", "procurementMethod")
    return found if isinstance(found, str) else ""


def buyer_of(row: Mapping[str, Any]) -> str:
    """The name of the procuring entity, else of the buyer, else ""."""
    found = at(row, "tender", "procuringEntity", "name") or at(row, "buyer", "name")
    return found if isinstance(found, str) else ""
