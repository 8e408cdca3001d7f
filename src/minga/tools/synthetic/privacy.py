"""What invented rows give away, measured against the data they stand for; to be run where those may be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.stats import wilson_of_share
from minga.tools.synthetic.making import MARK
from minga.tools.synthetic.model import Column, Profile, SyntheticError

MOST = 2_000
Row = Mapping[str, Any]
Floats = NDArray[np.float64]

PROVES = (
    "By construction the rows were made from the profile alone; whoever holds them learns nothing about a person "
    "that is not in the profile, and the profile holds no value that fewer than {minimum} rows share.",
    "An exact match is a row whose compared columns all equal those of a real row. Where columns are few and values "
    "common some match by chance; rows held out, which nobody copied, match as often.",
    "If the rows copied the data they would lie closer to it than to rows held out; half and half is what nothing "
    "copied gives.",
)
NOT = (
    "This proves nothing about an attacker who knows much else, and it is not differential privacy: no bound holds "
    "against every attack.",
    "A profile of several snapshots of the same people can be compared; each by itself may be harmless.",
    "Where nearly all rows with one value share another and that relation was kept, it is told of each of them.",
    "Column names, how values are written, and that a common value occurs are shown as they are.",
)


@dataclass(frozen=True, slots=True)
class Privacy:
    """``compared`` columns; sizes used (at most 2,000 rows a side, drawn at random, for the distances).

    ``exact_matches`` of ``rows`` equal a real row; ``exact_matches_holdout`` of ``holdout`` rows do (None without
    one). ``closer`` is the share of rows nearer to the data than to the holdout (ties half), with its 95 % interval;
    ``nearest`` and ``nearest_holdout`` the median distance to the nearest real row, 0 to 1 (Gower 1971: the mean over
    columns of the difference in rank, or of being different); ``below_holdout`` the share of rows nearer to a real
    row than the nearest twentieth of the holdout is (.05 by chance). ``rare_values`` are values of category columns
    that fewer than the minimum of real rows have; ``rare_leaks`` of those occur among the invented.
    """

    compared: tuple[str, ...]
    rows: int
    real: int
    holdout: int
    exact_matches: int
    exact_matches_holdout: int | None
    closer: float | None
    closer_low: float | None
    closer_high: float | None
    nearest: float
    nearest_holdout: float | None
    below_holdout: float | None
    rare_values: int
    rare_leaks: int
    passed: bool | None
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check(
    profile: Profile,
    invented: Iterable[Row],
    real: Iterable[Row],
    holdout: Iterable[Row] | None = None,
    seed: int = 0,
) -> Privacy:
    """Measure ``invented`` against the ``real`` rows it stands for and, if given, a ``holdout`` of rows alike that the
    profile was not made from. Identifiers, empty columns and filler are not compared.

    Raises SyntheticError where nothing can be compared. Passed: no rare value occurs, the 95 % interval of
    ``closer`` reaches down to a half, and no more rows match exactly than in the holdout's 95 % interval; None where
    rows match and there is no holdout to say whether that is chance.
    """
    columns = [column for column in profile.columns if column.type in ("category", "number", "date")]
    columns = [column for column in columns if column.name != MARK]
    sides = [_texts(side, columns) for side in (invented, real, holdout or ())]
    if not columns or not sides[0] or not sides[1]:
        raise SyntheticError(
            "There is nothing to compare: no column of numbers, dates or categories, or one side has no rows."
        )
    known = set(sides[1])
    matches = sum(row in known for row in sides[0])
    held_matches = sum(row in known for row in sides[2]) if sides[2] else None
    rare, leaks = _rare(columns, sides[0], sides[1], profile.minimum)
    figures = _distances(columns, sides, seed)
    as_often = _as_holdout(matches, len(sides[0]), held_matches, len(sides[2]))
    passed = False if leaks or (figures["closer_low"] or 0.0) > 0.5 else as_often
    words = (*(line.format(minimum=profile.minimum) for line in PROVES), *NOT)
    return Privacy(
        tuple(column.name for column in columns), len(sides[0]), len(sides[1]), len(sides[2]), matches, held_matches,
        rare_values=rare, rare_leaks=leaks, passed=passed, words=words, **figures,
    )  # fmt: skip


def _texts(rows: Iterable[Row], columns: Sequence[Column]) -> list[tuple[str, ...]]:
    return [
        tuple("" if row.get(column.name) is None else str(row.get(column.name)).strip() for column in columns)
        for row in rows
    ]


def _as_holdout(matches: int, of: int, held: int | None, held_of: int) -> bool | None:
    """Whether rows match no more often than those held out; None where there are matches and no holdout."""
    if held is None:
        return None if matches else True
    return wilson_of_share(matches / of, of)[0] <= wilson_of_share(held / held_of, held_of)[1]


def _rare(columns: Sequence[Column], invented: list[Any], real: list[Any], minimum: int) -> tuple[int, int]:
    rare = leaks = 0
    for place, column in enumerate(columns):
        if column.type == "category":
            counts = Counter(row[place] for row in real)
            few = {value for value, count in counts.items() if value and count < minimum}
            rare += len(few)
            leaks += len(few & {row[place] for row in invented})
    return rare, leaks


def _distances(columns: Sequence[Column], sides: list[list[tuple[str, ...]]], seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    most = [min(len(side), MOST) for side in sides]
    if most[2]:
        most[1] = most[2] = min(most[1], most[2])
    drawn = [
        [side[place] for place in random.choice(len(side), size, replace=False).tolist()] if size else []
        for side, size in zip(sides, most, strict=True)
    ]
    coded = _coded(columns, drawn)
    kinds = np.array([column.type == "category" for column in columns])
    near = _nearest(coded[0], coded[1], kinds)
    empty = dict.fromkeys(("closer", "closer_low", "closer_high", "nearest_holdout", "below_holdout"))
    if not most[2]:
        return {**empty, "nearest": float(np.median(near))}
    other, held = _nearest(coded[0], coded[2], kinds), _nearest(coded[2], coded[1], kinds)
    closer = float(((near < other) + 0.5 * (near == other)).mean())
    low, high = wilson_of_share(closer, len(near))
    return {
        "closer": closer,
        "closer_low": low,
        "closer_high": high,
        "nearest": float(np.median(near)),
        "nearest_holdout": float(np.median(held)),
        "below_holdout": float((near < np.quantile(held, 0.05)).mean()),
    }


def _coded(columns: Sequence[Column], sides: list[list[tuple[str, ...]]]) -> list[Floats]:
    """Categories as codes, numbers and dates as ranks 0 to 1 over all sides; missing is -1."""
    sizes = np.cumsum([len(side) for side in sides])[:-1]
    coded = []
    for place, column in enumerate(columns):
        texts = [row[place] for side in sides for row in side]
        if column.type == "category":
            index = {text: code for code, text in enumerate(dict.fromkeys(texts))}
            coded.append(np.array([index[text] if text else -1 for text in texts], np.float64))
            continue
        values = np.array([_value(column, text) for text in texts])
        held = np.unique(values[~np.isnan(values)])
        rank = np.searchsorted(held, values) / max(1, len(held) - 1)
        coded.append(np.where(np.isnan(values), -1.0, rank))
    return np.split(np.column_stack(coded), sizes)


def _value(column: Column, text: str) -> float:
    from minga.tools.synthetic.formats import read_date

    if column.type == "date":
        day = read_date(text, column.date_format)
        return float(day.toordinal()) if day else np.nan
    number = column.amounts.read(text) if column.amounts and text else None
    return np.nan if number is None else number


def _nearest(rows: Floats, others: Floats, kinds: NDArray[np.bool_]) -> Floats:
    """The distance of each of ``rows`` to the nearest of ``others``, 64 rows at a time."""
    found = np.empty(len(rows))
    for first in range(0, len(rows), 64):
        part = rows[first : first + 64, None, :]
        apart = np.abs(part - others[None, :, :])
        differs = (part != others[None, :, :]).astype(np.float64)
        one_missing = (part < 0) != (others[None, :, :] < 0)
        distance = np.where(kinds | one_missing, differs, np.minimum(apart, 1.0)).mean(axis=2)
        found[first : first + 64] = distance.min(axis=1)
    return found
