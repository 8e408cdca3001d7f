"""What a tool was expected to bring, what it brought, and what both say about the return. Reads only.

The return on investment over n years is (worth - costs) / costs, both discounted to today. It is always a range: the
ends are the worst and the best of every range at once (interval arithmetic); between them, nine in ten combinations
when each range is drawn evenly and by itself (10,000 seeded draws).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minga.assess import currencies
from minga.assess.models import Benefit, Cost, DataUse, Kind, Measurement
from minga.projects.models import Project

YEARS = 5
DISCOUNT = 0.03
DRAWS = 10_000
SEED = 2026


@dataclass(frozen=True, slots=True)
class Span:
    """From ``low`` to ``high``."""

    low: float
    high: float

    @classmethod
    def of(cls, low: object, high: object) -> "Span":
        one, two = float(str(low)), float(str(high))
        return cls(min(one, two), max(one, two))


@dataclass(frozen=True, slots=True)
class Line:
    """A benefit with its latest measurement. ``reached``: whether the measured value lies within or beyond what was
    expected, seen from the baseline; None before it was measured."""

    benefit: Benefit
    measured: Measurement | None
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Return:
    """Money over ``years``, discounted. ``worst``..``best`` hold every combination, ``low``..``high`` nine in ten.

    Ratios: 0 means that worth equals costs, 1 that it is twice the costs.
    """

    years: int
    worth: Span
    costs: Span
    worst: float
    best: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Report:
    """``missing``: the kinds without any stated benefit; such a report is not shown in public.

    ``currencies``: of all amounts. There is a return only where it is one and the same.
    """

    lines: tuple[Line, ...]
    costs: tuple[Cost, ...]
    missing: tuple[Kind, ...]
    unmeasured: tuple[Kind, ...]
    expected: Return | None
    measured: Return | None
    currencies: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """The one currency of the return."""
        return self.currencies[0] if len(self.currencies) == 1 else ""

    @property
    def whole(self) -> bool:
        """Efficiency and legitimacy both stand in it."""
        return not self.missing


def report(project: Project, years: int = YEARS) -> Report:
    """Everything that is stated about a project's worth, in three queries."""
    benefits = Benefit.objects.filter(project=project, ended=None).select_related("owner")
    lines = tuple(_line(benefit) for benefit in benefits.prefetch_related("measurements"))
    costs = tuple(Cost.objects.filter(project=project, ended=None))
    stated = {line.benefit.kind for line in lines}
    seen = {line.benefit.kind for line in lines if line.measured}
    before, after = _known(costs, measured=False), _known(costs, measured=True)
    found = tuple(currencies.used((line.benefit for line in lines), costs))
    priced = [line for line in lines if _priced(line)] if len(found) == 1 else []
    return Report(
        lines=lines,
        costs=costs,
        missing=tuple(kind for kind in Kind if kind not in stated),
        unmeasured=tuple(kind for kind in Kind if kind not in seen),
        expected=_return([_expected(line) for line in priced], before, years),
        measured=_return([_measured(line) for line in priced if line.measured], after, years)
        if any(line.measured for line in priced)
        else None,
        currencies=found,
    )


@dataclass(frozen=True, slots=True)
class DataUses:
    """What earns money of the project's data. ``none``: somebody said that nothing does; without either nobody did."""

    uses: tuple[DataUse, ...]
    none: DataUse | None

    @property
    def said(self) -> bool:
        return bool(self.uses) or self.none is not None


def data_uses(project: Project) -> DataUses:
    """What is said now about uses of the data that earn money, in one query."""
    found = list(DataUse.objects.filter(project=project, ended=None).select_related("person"))
    return DataUses(tuple(one for one in found if not one.none), next((one for one in found if one.none), None))


def _known(costs: Sequence[Cost], *, measured: bool) -> list[Cost]:
    """Of each kind of cost the measured ones, or the estimated ones; the other where there is none such."""
    found: list[Cost] = []
    for kind in Cost.Kind:
        of_kind = [cost for cost in costs if cost.kind == kind]
        found += [cost for cost in of_kind if cost.measured is measured] or of_kind
    return found


def _line(benefit: Benefit) -> Line:
    found = sorted(benefit.measurements.all(), key=lambda one: (one.on, one.pk))
    measured = found[-1] if found else None
    return Line(benefit, measured, None if measured is None else _reached(benefit, measured))


def _reached(benefit: Benefit, measured: Measurement) -> bool:
    """At least the more cautious end of what was expected, in the direction that was expected."""
    up = (benefit.expected_low + benefit.expected_high) / 2 >= benefit.baseline
    if up:
        return measured.value >= min(benefit.expected_low, benefit.expected_high)
    return measured.value <= max(benefit.expected_low, benefit.expected_high)


def _priced(line: Line) -> bool:
    return line.benefit.worth_low is not None and line.benefit.worth_high is not None


def _change(benefit: Benefit, low: object, high: object) -> Span:
    """How far from the baseline, in the expected direction: a step the other way counts as a loss."""
    up = (benefit.expected_low + benefit.expected_high) / 2 >= benefit.baseline
    span = Span.of(low, high)
    base = float(benefit.baseline)
    return Span(span.low - base, span.high - base) if up else Span(base - span.high, base - span.low)


Factors = tuple[Span, Span]


def _expected(line: Line) -> Factors:
    benefit = line.benefit
    return _change(benefit, benefit.expected_low, benefit.expected_high), _worth(benefit)


def _measured(line: Line) -> Factors:
    benefit, found = line.benefit, line.measured
    low, high = (found.low, found.high) if found else (None, None)
    value = found.value if found else benefit.baseline
    return _change(benefit, value if low is None else low, value if high is None else high), _worth(benefit)


def _worth(benefit: Benefit) -> Span:
    return Span.of(benefit.worth_low, benefit.worth_high)


def discounted_years(years: int, rate: float = DISCOUNT) -> float:
    """What 1 a year over ``years`` years is worth today, paid at the end of each year."""
    return float(sum((1 + rate) ** -year for year in range(1, years + 1)))


def _return(benefits: Sequence[Factors], costs: Sequence[Cost], years: int) -> Return | None:
    """None where nothing has a price, on either side."""
    priced = [cost for cost in costs if cost.price_low is not None and cost.price_high is not None]
    if not benefits or not priced:
        return None
    times = discounted_years(years)
    amounts = [
        (Span.of(cost.low, cost.high), Span.of(cost.price_low, cost.price_high), times if cost.yearly else 1.0)
        for cost in priced
    ]
    worth = _total([(change, price, times) for change, price in benefits])
    spent = _total(amounts)
    if spent.low <= 0:
        return None
    low, high = _nine_in_ten(benefits, amounts, times)
    ends = [(w - c) / c for w in (worth.low, worth.high) for c in (spent.low, spent.high)]
    return Return(years, worth, spent, min(ends), max(ends), low, high)


def _total(parts: Sequence[tuple[Span, Span, float]]) -> Span:
    """The sum of products of two ranges; a product of ranges has its ends among the four corners."""
    corners = [[a * b * t for a in (one.low, one.high) for b in (two.low, two.high)] for one, two, t in parts]
    return Span(sum(map(min, corners)), sum(map(max, corners)))


def _nine_in_ten(
    benefits: Sequence[Factors], amounts: Sequence[tuple[Span, Span, float]], times: float
) -> tuple[float, float]:
    chance = np.random.default_rng(SEED)

    def draw(span: Span) -> np.ndarray:
        return chance.uniform(span.low, span.high, DRAWS)

    worth = sum((draw(change) * draw(price) * times for change, price in benefits), np.zeros(DRAWS))
    spent = sum((draw(amount) * draw(price) * t for amount, price, t in amounts), np.zeros(DRAWS))
    low, high = np.quantile((worth - spent) / spent, [0.05, 0.95])
    return float(low), float(high)
