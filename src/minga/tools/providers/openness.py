"""Open or closed: options side by side, each part with its measure, its points and its weight. No hidden score.

Points of a part run from 0 to 1. Openness: open 1, restricted 1/2, closed 0; a part that does not exist carries no
weight. An amount (cost, energy, leaving, care): 1 - amount / the ceiling at which it earns nothing, never below 0.
Quality: the figure itself, from the low to the high end of its interval. What is not known runs from 0 to 1, so that a
gap in knowledge shows as width and not as a bad or good mark. Total = sum of weight x points / sum of weights.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from minga.tools.base import ToolError
from minga.tools.intake.csvsafe import csv_safe
from minga.tools.providers.ownership import Ownership
from minga.tools.providers.spec import Openness, Spec

COMPONENTS = ("weights", "code", "data", "documentation")
POINTS = {"open": 1.0, "restricted": 0.5, "closed": 0.0}
MEANS = {
    (
        "weights",
        "closed",
    ): "The learned model stays with the supplier: you cannot run this version once it is withdrawn.",
    ("weights", "restricted"): "The model comes on conditions: read whether they allow your use, and for how long.",
    (
        "code",
        "closed",
    ): "Nobody outside can read how it works: explanations rest on the supplier's word and on your checks.",
    (
        "code",
        "restricted",
    ): "The code can be read on conditions: make sure that auditors and courts are among those allowed.",
    (
        "data",
        "closed",
    ): "What it learned from is not known: whom it may wrong can only be found by checks on your own cases.",
    ("data", "restricted"): "What it learned from can be seen on conditions: have it looked at before you sign.",
    (
        "documentation",
        "closed",
    ): "It is not documented in public: agree in the contract what you are told and may pass on.",
    (
        "documentation",
        "restricted",
    ): "Its documentation comes on conditions: check that you may quote it in public records.",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """A figure in 0..1, higher is better, with its 95 % interval."""

    metric: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Option:
    """One way to get the work done. None: not known. Money in the guide's currency; maintenance in days a year."""

    name: str
    spec: Spec
    quality: tuple[Quality, ...] = ()
    cost_per_1000: Decimal | None = None
    energy_wh_per_1000: float | None = None
    data_stays: bool | None = None
    exit_cost: Decimal | None = None
    maintenance_days: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; only their proportions matter."""

    weights: float = 1
    code: float = 1
    data: float = 1
    documentation: float = 1
    quality: float = 4
    cost: float = 2
    energy: float = 1
    data_stays: float = 2
    exit: float = 2
    maintenance: float = 1

    def __post_init__(self) -> None:
        values = [getattr(self, each.name) for each in fields(self)]
        if not all(math.isfinite(value) and value >= 0 for value in values) or not any(values):
            raise ToolError("A weight is a number of 0 or more, and at least one must be above 0. Correct the weights.")


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The amounts at which a part earns no points any more. They are set by people, before the offers are read."""

    cost_per_1000: Decimal
    exit_cost: Decimal
    energy_wh_per_1000: float
    maintenance_days: float

    def __post_init__(self) -> None:
        if not all(getattr(self, each.name) > 0 for each in fields(self)):
            raise ToolError(
                "Each ceiling must be above 0: it is the amount that earns no points. Correct the ceilings."
            )


@dataclass(frozen=True, slots=True)
class Part:
    """One cell of the table: what was measured, the points it earns (a range), its weight and their product."""

    option: str
    part: str
    measured: str
    low: float
    high: float
    weight: float
    how: str

    @property
    def weighted_low(self) -> float:
        return self.weight * self.low

    @property
    def weighted_high(self) -> float:
        return self.weight * self.high


@dataclass(frozen=True, slots=True)
class Total:
    """An option's range of points, from 0 to 1, and its place among the others in words."""

    option: str
    low: float
    high: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """The whole table. ``meanings``: by option, what its closed and restricted parts mean for the buyer."""

    parts: tuple[Part, ...]
    totals: tuple[Total, ...]
    meanings: dict[str, tuple[str, ...]]
    weights: Weights
    ceilings: Ceilings
    currency: str
    ownership: tuple[tuple[str, Ownership], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types for the procurement file; money as decimal text."""
        parts = [
            {**asdict(part), "weighted_low": part.weighted_low, "weighted_high": part.weighted_high}
            for part in self.parts
        ]
        ceilings = {name: str(value) for name, value in asdict(self.ceilings).items()}
        return {
            "currency": self.currency, "weights": asdict(self.weights), "ceilings": ceilings, "parts": parts,
            "totals": [asdict(total) for total in self.totals],
            "meanings": {name: list(lines) for name, lines in self.meanings.items()},
            "ownership": [{"option": name, **cost.as_json()} for name, cost in self.ownership],
        }  # fmt: skip

    def as_csv(self) -> str:
        """The same table for a spreadsheet; every cell is safe to open there."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["option", "part", "measured", "low", "high", "weight", "weighted_low", "weighted_high", "how"])
        for row in self._rows():
            writer.writerow([csv_safe(cell) for cell in row])
        return out.getvalue()

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for part in self.parts:
            yield (
                part.option, part.part, part.measured, part.low, part.high, part.weight, part.weighted_low,
                part.weighted_high, part.how,
            )  # fmt: skip
        for total in self.totals:
            yield (total.option, "total", "", total.low, total.high, "", "", "", total.sentence)
        for name, cost in self.ownership:
            for line in cost.lines:
                yield (
                    name,
                    f"cost over {cost.use.years} years: {line.what}",
                    line.amount,
                    "",
                    "",
                    "",
                    "",
                    "",
                    line.how,
                )
            yield (name, f"cost over {cost.use.years} years", cost.total, "", "", "", "", "", "sum of the lines above")


def compare(
    options: Sequence[Option],
    weights: Weights,
    ceilings: Ceilings,
    currency: str = "EUR",
    ownership: Sequence[tuple[str, Ownership]] = (),
) -> Guidance:
    """The table of all options. Adding an option changes no other option's points.

    Raises ToolError without options, with two of one name, or where a cost is in another currency.
    """
    names = [option.name for option in options]
    if not options or len(set(names)) != len(names):
        raise ToolError("A comparison needs at least one option, each with a name of its own. Name them apart.")
    other = [option.name for option in options if option.cost_per_1000 and option.spec.prices.currency != currency]
    if other:
        raise ToolError(f"The prices of {', '.join(other)} are not in {currency}. Convert them, and say at which rate.")
    parts = tuple(part for option in options for part in _parts(option, weights, ceilings, currency))
    ranges = {name: _range([part for part in parts if part.option == name]) for name in names}
    totals = tuple(Total(name, *ranges[name], _placed(name, ranges)) for name in names)
    meanings = {option.name: meanings_of(option.spec.openness) for option in options}
    return Guidance(parts, totals, meanings, weights, ceilings, currency, tuple(ownership))


def meanings_of(openness: Openness) -> tuple[str, ...]:
    """What each closed or restricted component means for a public body, in sentences."""
    found = ((part, getattr(openness, part)) for part in COMPONENTS)
    return tuple(MEANS[each] for each in found if each in MEANS)


def _parts(option: Option, weights: Weights, ceilings: Ceilings, currency: str) -> Iterator[Part]:
    for part in COMPONENTS:
        yield _open(option, part, getattr(weights, part))
    yield _quality(option, weights.quality)
    yield _stays(option, weights.data_stays)
    amounts = (
        ("cost", option.cost_per_1000, ceilings.cost_per_1000, f"{currency} per 1,000 cases", weights.cost),
        ("energy", option.energy_wh_per_1000, ceilings.energy_wh_per_1000, "Wh per 1,000 cases", weights.energy),
        ("exit", option.exit_cost, ceilings.exit_cost, f"{currency} to leave", weights.exit),
        ("maintenance", option.maintenance_days, ceilings.maintenance_days, "days a year", weights.maintenance),
    )
    for part, amount, ceiling, unit, weight in amounts:
        if amount is None:
            yield _unknown(option, part, weight)
        else:
            points = max(0.0, 1 - float(amount) / float(ceiling))
            yield Part(
                option.name, part, f"{amount} {unit}", points, points, weight, f"1 - {amount} / {ceiling}, not below 0"
            )


def _open(option: Option, part: str, weight: float) -> Part:
    level = getattr(option.spec.openness, part)
    if level == "none":
        return Part(option.name, part, "none", 0.0, 0.0, 0.0, "there is no such part; it carries no weight")
    return Part(option.name, part, level, POINTS[level], POINTS[level], weight, "open 1, restricted 0.5, closed 0")


def _quality(option: Option, weight: float) -> Part:
    if not option.quality:
        return _unknown(option, "quality", weight)
    measured = "; ".join(
        f"{each.metric} {each.value:.3f} ({each.low:.3f} to {each.high:.3f})" for each in option.quality
    )
    low = sum(each.low for each in option.quality) / len(option.quality)
    high = sum(each.high for each in option.quality) / len(option.quality)
    return Part(
        option.name, "quality", measured, low, high, weight, "mean of the figures' 95 % intervals, low and high end"
    )


def _stays(option: Option, weight: float) -> Part:
    if option.data_stays is None:
        return _unknown(option, "data_stays", weight)
    points = float(option.data_stays)
    words = "data stay inside" if option.data_stays else "data leave the house"
    return Part(option.name, "data_stays", words, points, points, weight, "inside 1, outside 0")


def _unknown(option: Option, part: str, weight: float) -> Part:
    return Part(option.name, part, "not known", 0.0, 1.0, weight, "not known: anything from 0 to 1")


def _range(parts: Sequence[Part]) -> tuple[float, float]:
    weight = sum(part.weight for part in parts)
    if not weight:
        return 0.0, 1.0
    return sum(part.weighted_low for part in parts) / weight, sum(part.weighted_high for part in parts) / weight


def _placed(name: str, ranges: dict[str, tuple[float, float]]) -> str:
    low, high = ranges[name]
    others = {other: each for other, each in ranges.items() if other != name}
    behind = [other for other, each in others.items() if each[1] < low]
    ahead = [other for other, each in others.items() if each[0] > high]
    level = [other for other in others if other not in behind and other not in ahead]
    told = [f"ahead of {', '.join(behind)}"] if behind else []
    told += [f"behind {', '.join(ahead)}"] if ahead else []
    told += [f"cannot be told apart from {', '.join(level)} by these figures"] if level else []
    return f"With these weights: {'; '.join(told)}." if told else "There is nothing to compare it with."
