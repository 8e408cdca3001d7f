"""What a tool costs over the years, on a machine of one's own and at a service, line by line, from measured use."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from minga.tools.base import ToolError

SECONDS_A_YEAR = 365 * 24 * 3600
HOURS_A_YEAR = 365 * 24
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Use:
    """How much it is used: ``cases_per_year`` over ``years``; amounts are in ``currency``."""

    cases_per_year: int
    years: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if self.cases_per_year < 1 or self.years < 1:
            raise ToolError("Costs need at least one case a year and one year. Correct the figures of use.")


@dataclass(frozen=True, slots=True)
class People:
    """Work around the tool: days to set it up, days a year to look after it, days to leave it, at ``day_rate``."""

    setup_days: Decimal = Decimal(0)
    days_per_year: Decimal = Decimal(0)
    exit_days: Decimal = Decimal(0)
    day_rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine: price, years until it is replaced, processor cores, the share of time that may be planned for work
    (0..1), watts at rest and watts more for each busy core, price of a kilowatt-hour."""

    price: Decimal
    life_years: int
    cores: int
    usable_share: Decimal
    watts_at_rest: Decimal
    watts_per_busy_core: Decimal
    price_per_kwh: Decimal

    def __post_init__(self) -> None:
        if self.life_years < 1 or self.cores < 1 or not 0 < self.usable_share <= 1:
            raise ToolError("A machine needs a life of a year or more, a core, and a usable share above 0 and up to 1.")


@dataclass(frozen=True, slots=True)
class CostLine:
    """One amount over all years, and in words how it came about."""

    what: str
    amount: Decimal
    how: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """All lines of one way to run a tool; ``total`` is their sum and nothing else."""

    way: str
    use: Use
    lines: tuple[CostLine, ...]
    kwh: Decimal | None

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def per_1000(self) -> Decimal:
        """The total over all cases of all years, times 1,000."""
        return (self.total * 1000 / (self.use.cases_per_year * self.use.years)).quantize(Decimal("0.0001"))

    def as_json(self) -> dict[str, Any]:
        """Amounts as decimal text."""
        lines = [{"what": line.what, "amount": str(line.amount), "how": line.how} for line in self.lines]
        return {
            "way": self.way, "use": asdict(self.use), "lines": lines, "total": str(self.total),
            "per_1000": str(self.per_1000), "kwh": None if self.kwh is None else str(self.kwh),
        }  # fmt: skip


def own_machine(use: Use, machine: Machine, cpu_seconds_per_case: float, people: People) -> Ownership:
    """Machines enough for the measured CPU seconds, bought again when their life ends, their energy, and the work."""
    cpu = Decimal(str(cpu_seconds_per_case)) * use.cases_per_year
    capacity = machine.cores * SECONDS_A_YEAR * machine.usable_share
    machines, bought = max(1, math.ceil(cpu / capacity)), math.ceil(use.years / machine.life_years)
    rest = machines * machine.watts_at_rest * HOURS_A_YEAR / 1000
    busy = cpu / 3600 * machine.watts_per_busy_core / 1000
    kwh = ((rest + busy) * use.years).quantize(Decimal("0.1"))
    lines = (
        _line(
            "machines",
            machines * bought * machine.price,
            f"{machines} machines, bought {bought} times in {use.years} years",
        ),
        _line("energy", kwh * machine.price_per_kwh, f"{kwh} kWh at rest and busy, at {machine.price_per_kwh} each"),
        *_work(use, people),
    )
    return Ownership("own machine", use, lines, kwh)


def service(use: Use, cost_per_1000: Decimal, people: People, subscription_per_year: Decimal = Decimal(0)) -> Ownership:
    """The measured price of 1,000 cases, a subscription, and the work. Energy is the service's and is not known."""
    cases = use.cases_per_year * use.years
    lines = (
        _line("cases", cost_per_1000 * cases / 1000, f"{cases:,} cases at {cost_per_1000} per 1,000"),
        _line("subscription", subscription_per_year * use.years, f"{use.years} years at {subscription_per_year}"),
        *_work(use, people),
    )
    return Ownership("service", use, lines, None)


def _work(use: Use, people: People) -> Iterable[CostLine]:
    yield _line("setting up", people.setup_days * people.day_rate, f"{people.setup_days} days at {people.day_rate}")
    care = people.days_per_year * use.years
    yield _line("looking after", care * people.day_rate, f"{care} days in {use.years} years at {people.day_rate}")
    yield _line("leaving", people.exit_days * people.day_rate, f"{people.exit_days} days at {people.day_rate}")


def _line(what: str, amount: Decimal, how: str) -> CostLine:
    return CostLine(what, amount.quantize(CENT), how)
