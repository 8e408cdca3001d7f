"""The one place that reads rows: from a table to a profile in which nothing rare is left."""

from __future__ import annotations

import math
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import numpy as np

from minga.tools.synthetic.formats import Amounts, amounts_of, date_format_of, read_date
from minga.tools.synthetic.model import MINIMUM, Column, Pair, Profile, SyntheticError

MOST_ROWS = 200_000
MOST_VALUES = 500
STEPS = 20
SIGNIFICANT = 3
ATOM = 0.05
REPEATED = 0.5
UNIQUE = 0.99
Row = Mapping[str, Any]


def profile(
    rows: Iterable[Row | None],
    minimum: int = MINIMUM,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    seed: int = 0,
) -> Profile:
    """Profile flat rows (column -> text, number, yes or no, None); a row that is None counts as failed.

    Of more than 200,000 rows so many are drawn at random. ``pairs`` are (parent, child) columns of categories whose
    relation is to be kept. Raises SyntheticError on nested rows, fewer than ``minimum`` rows, unknown columns.
    """
    if minimum < 2:
        raise SyntheticError("A minimum of 1 would put single people into the profile. Give 2 or more, 10 if unsure.")
    held, rows_in, failed = _drawn(rows, seed)
    if len(held) < minimum:
        raise SyntheticError(
            f"Only {len(held):,} rows can be read, and a profile needs at least {minimum}: anything said of fewer "
            "would say something of single people."
        )
    _refuse_chains(pairs)
    names = list(dict.fromkeys(name for row in held for name in row))
    table = {name: [_text(name, row.get(name)) for row in held] for name in names}
    columns = tuple(_column(name, values, minimum) for name, values in table.items())
    return Profile(
        rows_in,
        rows_in - failed,
        failed,
        len(held),
        minimum,
        columns,
        tuple(_pair(parent, child, table, columns, minimum) for parent, child in pairs),
    )


def _drawn(rows: Iterable[Row | None], seed: int) -> tuple[list[Row], int, int]:
    """(rows kept, rows in, failed); each row is as likely to be kept."""
    random = Random(seed)  # noqa: S311 (must be repeatable, guards nothing)
    held: list[Row] = []
    rows_in = failed = 0
    for row in rows:
        rows_in += 1
        if row is None:
            failed += 1
        elif len(held) < MOST_ROWS:
            held.append(row)
        elif (place := random.randrange(rows_in - failed)) < MOST_ROWS:
            held[place] = row
    return held, rows_in, failed


def _refuse_chains(pairs: Sequence[tuple[str, str]]) -> None:
    parents, children = {parent for parent, _ in pairs}, [child for _, child in pairs]
    if len(set(children)) < len(children) or parents & set(children):
        raise SyntheticError(
            "The relations form a chain or give one column two parents. Each column can follow one other that follows "
            "none. Leave one of the relations out."
        )


def _text(name: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, Mapping | list | tuple):
        raise SyntheticError(
            f"The column {name!r} holds objects or lists; invented tables are flat. Flatten the data first, or, for "
            "contracting data, use minga.tools.redflags.generate."
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value).strip()


def _column(name: str, values: Sequence[str], minimum: int) -> Column:
    there = [value for value in values if value]
    if len(there) < minimum:
        return Column(name, "empty", 1.0)
    lacking = len(values) - len(there)
    missing = 0.0 if lacking < minimum else round(lacking / len(values), 4)
    counts = Counter(there)
    distinct = rounded(len(counts))
    if form := date_format_of(there):
        return Column(name, "date", missing, periods=_periods(there, form, minimum), date_format=form)
    if amounts := amounts_of(there):
        return _number(Column(name, "number", missing, amounts=amounts, distinct=distinct), there, amounts, minimum)
    return _words(Column(name, "text", missing, distinct=distinct), there, counts, minimum)


def _number(plain: Column, values: Sequence[str], amounts: Amounts, minimum: int) -> Column:
    """Frequent values are kept apart from the spread; bare whole numbers that hardly repeat may be identifiers."""
    numbers = [found for value in values if (found := amounts.read(value)) is not None]
    counts = Counter(numbers)
    bare = amounts == Amounts()
    if bare and len(counts) >= UNIQUE * len(numbers) >= 9 * minimum and _names_rows(plain.name, values):
        return replace(plain, type="identifier")
    frequent = {value: n for value, n in counts.items() if n >= max(minimum, ATOM * len(numbers))}
    rest = [value for value in numbers if value not in frequent]
    counted = guarded({amounts.write(value): count for value, count in sorted(frequent.items())}, len(rest), minimum)
    return replace(
        plain,
        values=counted,
        others=len(rest) if len(rest) >= minimum else 0,
        knots=_knots(rest, minimum),
    )


def _names_rows(name: str, values: Sequence[str]) -> bool:
    """Whether unique whole numbers are names of rows: the column is called so, or all are of one length, 6 or more."""
    length, count = Counter(len(value) for value in values).most_common(1)[0]
    return name.lower().endswith("id") or (length >= 6 and count >= UNIQUE * len(values))


def _words(plain: Column, values: Sequence[str], counts: Mapping[str, int], minimum: int) -> Column:
    shared = {value: count for value, count in counts.items() if count >= minimum}
    held = sum(shared.values())
    if len(shared) <= MOST_VALUES and held >= REPEATED * len(values):
        others = len(values) - held
        ordered = guarded(dict(sorted(shared.items(), key=lambda item: (-item[1], item[0]))), others, minimum)
        return replace(plain, type="category", values=ordered, others=others if others >= minimum else 0)
    if len(counts) >= UNIQUE * len(values) and not any(" " in value for value in values):
        return replace(plain, type="identifier")
    lengths, words = ([float(len(part)) for part in parts] for parts in (values, map(str.split, values)))
    return replace(plain, knots=_knots(lengths, minimum), words=_knots(words, minimum))


def guarded(counts: Mapping[str, int], others: int, minimum: int) -> Mapping[str, int]:
    """``counts`` to whole multiples of ``minimum`` where fewer than that many rows are left over: taken from the number
    of rows, exact counts would tell how many have the value that is not shown.
    """
    if not 0 < others < minimum:
        return counts
    return {value: max(1, round(count / minimum)) * minimum for value, count in counts.items()}


def rounded(number: float) -> Any:
    """To three significant digits, so that no value stands in the profile as it was."""
    if number == 0 or not math.isfinite(number):
        return 0
    found = round(number, SIGNIFICANT - 1 - math.floor(math.log10(abs(number))))
    return int(found) if isinstance(number, int) else found


def _knots(numbers: Sequence[float], minimum: int) -> tuple[float, ...]:
    """At even steps, lowest and highest included, the mean of the middle half of ``minimum`` neighbours.

    A mean of all would give away a single very large value at the end.
    """
    if len(numbers) < minimum:
        return ()
    held = np.sort(np.asarray(numbers, np.float64))
    steps = max(1, min(STEPS, len(held) // minimum - 1))
    knots, trim = [], minimum // 4
    for step in range(steps + 1):
        middle = step / steps * len(held)
        first = int(min(max(0, middle - minimum / 2), len(held) - minimum))
        knots.append(float(rounded(float(held[first + trim : first + minimum - trim].mean()))))
    return tuple(np.maximum.accumulate(knots).tolist())


def _periods(values: Sequence[str], form: str, minimum: int) -> tuple[tuple[str, str, int], ...]:
    """Months, put together with the next until each holds at least ``minimum`` rows."""
    found = Counter(day.date().replace(day=1) for value in values if (day := read_date(value, form)))
    periods: list[tuple[date, date, int]] = []
    waiting: tuple[date, int] | None = None
    last = date.min
    for month in sorted(found):
        first, rows = waiting or (month, 0)
        rows += found[month]
        last = month.replace(day=monthrange(month.year, month.month)[1])
        if rows >= minimum:
            periods.append((first, last, rows))
            waiting = None
        else:
            waiting = first, rows
    if waiting and periods:
        first, _, rows = periods.pop()
        periods.append((first, last, rows + waiting[1]))
    return tuple((begin.isoformat(), end.isoformat(), rows) for begin, end, rows in periods)


def _pair(parent: str, child: str, table: Mapping[str, list[str]], columns: Iterable[Column], minimum: int) -> Pair:
    kinds = {column.name: column for column in columns}
    for name in (parent, child):
        if name not in kinds or kinds[name].type != "category":
            raise SyntheticError(
                f"The relation of {parent!r} and {child!r} cannot be kept: {name!r} is not a column of categories. "
                "Name two columns with values that many rows share."
            )
    both = zip(table[parent], table[child], strict=True)
    counts = Counter((a, b) for a, b in both if a in kinds[parent].values and b in kinds[child].values)
    rows = [(a, b, count // minimum * minimum) for (a, b), count in sorted(counts.items()) if count >= minimum]
    return Pair(parent, child, tuple(rows))
