"""A profile: all that invented rows are made from. It holds no row and no value that fewer than ``minimum`` share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from minga.tools.base import ToolError
from minga.tools.synthetic.formats import Amounts

Type = Literal["category", "number", "date", "text", "identifier", "empty"]
MINIMUM = 10
KIND = "minga.synthetic.profile"


class SyntheticError(ToolError):
    """Invented data cannot be made or checked. The message says what, the likely cause and what to do."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``missing`` is a share, 0 to 1. ``values`` are the values that at least the minimum of rows share, with their
    counts; ``others`` counts the rows with rarer ones, 0 where those are fewer than the minimum too: then the counts
    are rounded to multiples of the minimum, so that nobody works them out. ``knots``: of a number its distribution at
    even steps, each the mean of the middle half of that many neighbouring values, rounded; of a text its lengths in
    characters. ``words``: knots of the number of words. ``periods``: of a date (first day, last day, rows), each of at
    least the minimum. ``distinct`` is how many values there were, rounded.
    """

    name: str
    type: Type
    missing: float = 0.0
    values: Mapping[str, int] = field(default_factory=dict)
    others: int = 0
    knots: tuple[float, ...] = ()
    words: tuple[float, ...] = ()
    periods: tuple[tuple[str, str, int], ...] = ()
    date_format: str = ""
    amounts: Amounts | None = None
    distinct: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        amounts = data.get("amounts")
        return cls(
            **{
                **data,
                "knots": tuple(data.get("knots", ())),
                "words": tuple(data.get("words", ())),
                "periods": tuple((first, last, rows) for first, last, rows in data.get("periods", ())),
                "amounts": Amounts.from_json(amounts) if amounts else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """How two categories go together: rows by (value of ``parent``, value of ``child``), rounded down to multiples of
    the minimum, so that no smaller count can be worked out."""

    parent: str
    child: str
    rows: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """``rows_in`` = ``rows`` + ``failed``; ``read`` of the rows, drawn at random, gave the figures."""

    rows_in: int
    rows: int
    failed: int
    read: int
    minimum: int
    columns: tuple[Column, ...]
    pairs: tuple[Pair, ...] = ()

    @property
    def hash(self) -> str:
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {"kind": KIND, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises SyntheticError where ``data`` is no profile."""
        if data.get("kind") != KIND:
            raise SyntheticError(
                "This is not a profile for invented data. It may be a dataset itself or another JSON file. Make one "
                "with: minga synthetic profile DATA.csv --out profile.json"
            )
        try:
            held = {key: value for key, value in data.items() if key != "kind"}
            held["columns"] = tuple(Column.from_json(column) for column in held["columns"])
            held["pairs"] = tuple(
                Pair(pair["parent"], pair["child"], tuple((a, b, n) for a, b, n in pair["rows"]))
                for pair in held.get("pairs", ())
            )
            return cls(**held)
        except (KeyError, TypeError, ValueError) as error:
            raise SyntheticError(f"The profile is incomplete ({error}). Make it again from the data.") from None

    @classmethod
    def read_file(cls, path: Path) -> Self:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SyntheticError(f"The profile {path} cannot be read: {error}. Make it again from the data.") from None
        if not isinstance(data, dict):
            raise SyntheticError(f"{path} is not a profile: it must be one JSON object. Make it again from the data.")
        return cls.from_json(data)
