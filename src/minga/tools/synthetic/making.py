"""Invented rows from a profile alone: no function here can see the data that the profile was made from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from minga.tools.intake import csv_safe
from minga.tools.synthetic.filler import filler
from minga.tools.synthetic.model import Column, Pair, Profile, SyntheticError

MARK = "synthetic"
OTHER = "other (invented)"
PART = 10_000
MOST = 10_000_000
Values = list[str]

HOLDS = (
    "Every row is invented from the profile; no row of the data was read to make it.",
    "Kept: the share missing in each column, how often common values occur, the spread of numbers and dates, how they "
    "are written, the length of texts.",
)
LOST = (
    "No value that fewer than {minimum} rows share is in it; rarer ones appear as '{other}'.",
    "Texts are filler: they say nothing and cannot be used to try a tool that reads.",
    "Good for trying whether a tool runs, how fast, and what it does with odd and missing cells; not for saying how "
    "right it is, nor how it treats groups.",
)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """What was made: where, how many rows, from which profile (its hash) and seed, and in words what it is.

    ``relations`` names the pairs of columns whose relation was kept; all others are independent.
    """

    path: str
    rows: int
    seed: int
    profile_hash: str
    columns: tuple[str, ...]
    relations: tuple[str, ...]
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rows(profile: Profile, count: int, seed: int) -> Iterator[dict[str, str]]:
    """``count`` invented rows, the first column of each ``synthetic`` = "yes". Same profile, count, seed, same rows.

    A column of the data named ``synthetic`` is left out. Raises SyntheticError on a count below 1 or over 10 million.
    """
    if not 1 <= count <= MOST:
        raise SyntheticError(f"{count:,} rows cannot be made: ask for 1 to {MOST:,}.")
    random = np.random.default_rng(seed)
    columns = [column for column in profile.columns if column.name != MARK]
    for first in range(0, count, PART):
        size = min(PART, count - first)
        made: dict[str, Values] = {}
        for column in _parents_first(columns, profile.pairs):
            pair = next((pair for pair in profile.pairs if pair.child == column.name and pair.parent in made), None)
            values = _draw(column, size, random, first)
            made[column.name] = _follow(values, made[pair.parent], pair, random) if pair else values
            _forget(made[column.name], column, random)
        for number in range(size):
            yield {MARK: "yes", **{column.name: made[column.name][number] for column in columns}}


def synthesise(profile: Profile | Mapping[str, Any], count: int, seed: int, folder: Path) -> Synthetic:
    """Write invented rows to a CSV file in ``folder`` whose name begins with "synthetic-".

    ``profile`` is a profile or its JSON. Raises SyntheticError where that is the profile of contracting data, whose
    invented releases ``minga.tools.synthetic.contracting`` makes.
    """
    held = profile if isinstance(profile, Profile) else _refuse_contracting(profile)
    path = folder / f"synthetic-{held.hash[:12]}-{count}-{seed}.csv"
    names = [MARK, *(column.name for column in held.columns if column.name != MARK)]
    invented = rows(held, count, seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([csv_safe(name) for name in names])
            writer.writerows([csv_safe(row[name]) for name in names] for row in invented)
    except OSError as error:
        raise SyntheticError(f"{path} cannot be written ({error.strerror}). Choose another folder.") from None
    return Synthetic(str(path), count, seed, held.hash, tuple(names), _relations(held), _words(held))


def _refuse_contracting(data: Mapping[str, Any]) -> Profile:
    from minga.tools.synthetic.contracting import is_contracting

    if is_contracting(data):
        raise SyntheticError(
            "This is the profile of open contracting data, whose rows are nested and hang together. For those use "
            "minga.tools.synthetic.contracting.synthesise_releases (or python -m minga.tools.redflags.generate), which "
            "invents whole contracting processes."
        )
    return Profile.from_json(data)


def _relations(profile: Profile) -> tuple[str, ...]:
    return tuple(f"{pair.parent} and {pair.child}" for pair in profile.pairs)


def _words(profile: Profile) -> tuple[str, ...]:
    kept = _relations(profile)
    how = f"The relation of {'; '.join(kept)} was kept; all other columns" if kept else "No relation: the columns"
    lost = (line.format(minimum=profile.minimum, other=OTHER) for line in LOST)
    return (
        *HOLDS,
        f"{how} were drawn independently of each other, so what goes together in life does not here.",
        *lost,
    )


def _parents_first(columns: list[Column], pairs: tuple[Pair, ...]) -> list[Column]:
    children = {pair.child for pair in pairs}
    return sorted(columns, key=lambda column: column.name in children)


def _draw(column: Column, size: int, random: np.random.Generator, first: int) -> Values:
    how: dict[str, Callable[[Column, int, np.random.Generator], Values]] = {
        "category": _categories,
        "number": _numbers,
        "date": _dates,
        "text": _texts,
    }
    if column.type == "empty":
        return [""] * size
    if column.type == "identifier":
        return [f"{number}" if column.amounts else f"SYN-{number:08}" for number in range(first + 1, first + size + 1)]
    return how[column.type](column, size, random)


def _categories(column: Column, size: int, random: np.random.Generator) -> Values:
    values = [*column.values, *([OTHER] if column.others else [])]
    weights = np.array([*column.values.values(), *([column.others] if column.others else [])], np.float64)
    return [values[place] for place in random.choice(len(values), size, p=weights / weights.sum()).tolist()]


def _numbers(column: Column, size: int, random: np.random.Generator) -> Values:
    amounts = column.amounts
    if amounts is None:
        raise SyntheticError(f"The profile does not say how {column.name!r} is written. Make it again from the data.")
    spread = [amounts.write(number) for number in _from_knots(column.knots, size, random)] if column.knots else []
    common = [*column.values]
    weights = np.array([*column.values.values(), column.others if column.knots else 0], np.float64)
    if not weights.sum():
        return [""] * size
    which = random.choice(len(weights), size, p=weights / weights.sum()).tolist()
    return [common[place] if place < len(common) else spread[number] for number, place in enumerate(which)]


def _from_knots(knots: tuple[float, ...], size: int, random: np.random.Generator) -> list[float]:
    found: list[float] = np.interp(random.random(size), np.linspace(0, 1, len(knots)), knots).tolist()
    return found


def _dates(column: Column, size: int, random: np.random.Generator) -> Values:
    if not column.periods:
        return [""] * size
    weights = np.array([count for *_, count in column.periods], np.float64)
    which = random.choice(len(weights), size, p=weights / weights.sum())
    place, second = random.random(size), random.integers(0, 86_400, size)
    days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, _ in column.periods]
    made = []
    for period, where, clock in zip(which.tolist(), place.tolist(), second.tolist(), strict=True):
        first, last = days[period]
        day = first + timedelta(days=int(where * ((last - first).days + 1)))
        moment = datetime.combine(day, time()) + timedelta(seconds=clock)
        made.append(moment.strftime(column.date_format.replace("%z", "+00:00").replace("%Y", f"{day.year:04}")))
    return made


def _texts(column: Column, size: int, random: np.random.Generator) -> Values:
    """Long texts have many words: both are drawn at the same rank."""
    rank = random.random(size)
    steps = np.linspace(0, 1, len(column.knots))
    lengths, words = np.interp(rank, steps, column.knots), np.interp(rank, steps, column.words)
    starts = random.integers(0, 1 << 30, size)
    pairs = zip(lengths.tolist(), words.tolist(), starts.tolist(), strict=True)
    return [filler(round(length), round(count), start) for length, count, start in pairs]


def _follow(values: Values, parents: Values, pair: Pair, random: np.random.Generator) -> Values:
    """Where the parent's value has known children, one of those instead of ``values``."""
    children: dict[str, list[tuple[str, int]]] = {}
    for parent, child, count in pair.rows:
        children.setdefault(parent, []).append((child, count))
    shares = {parent: np.cumsum([count for _, count in held]) for parent, held in children.items()}
    chance = random.random(len(values)).tolist()
    return [
        children[parent][int(np.searchsorted(shares[parent], u * shares[parent][-1], side="right"))][0]
        if parent in children
        else value
        for value, parent, u in zip(values, parents, chance, strict=True)
    ]


def _forget(values: Values, column: Column, random: np.random.Generator) -> None:
    for place in np.flatnonzero(random.random(len(values)) < column.missing).tolist():
        values[place] = ""
