"""Benefits, costs and returns in words and tables."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from minga.assess.models import Benefit, Cost
from minga.assess.worth import Line, Report, Return
from minga.web.format import percent


@dataclass(frozen=True, slots=True)
class Shown:
    """A benefit as a row: from, expected, measured, each in words."""

    benefit: Benefit
    baseline: str
    expected: str
    measured: str
    mark: str
    verdict: str
    price: str


def amount(value: Decimal | float) -> str:
    """A number as the language writes it, without needless zeros."""
    exact = Decimal(str(value)).normalize()
    places = max(0, -int(exact.as_tuple().exponent))
    return number_format(exact, decimal_pos=min(places, 4), use_l10n=True, force_grouping=True)


def span(low: Decimal | float, high: Decimal | float, unit: str = "") -> str:
    words = amount(low) if low == high else _("%(low)s to %(high)s") % {"low": amount(low), "high": amount(high)}
    return f"{words}\u00a0{unit}" if unit else words


def money(low: Decimal | float, high: Decimal | float, currency: str) -> str:
    """ "1,000 to 2,000 EUR": never an amount without its currency."""
    return span(low, high, currency or _("(currency not stated)"))


def line(found: Line) -> Shown:
    benefit, measured = found.benefit, found.measured
    if measured is None:
        words, mark, verdict = "", "not_yet", _("Not measured yet")
    else:
        low, high = measured.low, measured.high
        words = f"{amount(measured.value)}\u00a0{benefit.unit}"
        if low is not None and high is not None:
            words += f" ({span(low, high)})"
        mark = "passed" if found.reached else "failed"
        verdict = _("As expected") if found.reached else _("Less than expected")
    return Shown(
        benefit,
        f"{amount(benefit.baseline)}\u00a0{benefit.unit}",
        span(benefit.expected_low, benefit.expected_high, benefit.unit),
        words,
        mark,
        verdict,
        _price(benefit),
    )


def _price(benefit: Benefit) -> str:
    if benefit.worth_low is None or benefit.worth_high is None:
        return ""
    return money(benefit.worth_low, benefit.worth_high, benefit.currency)


@dataclass(frozen=True, slots=True)
class CostShown:
    cost: Cost
    amount: str
    money: str


def costs(report: Report) -> list[tuple[str, list[CostShown]]]:
    """Costs by kind; a kind without any is named too, because nothing stated is not nothing spent."""
    rows = []
    for kind in Cost.Kind:
        found = [_cost(cost) for cost in report.costs if cost.kind == kind]
        rows.append((str(kind.label), found))
    return rows


def _cost(cost: Cost) -> CostShown:
    told = ""
    if cost.price_low is not None and cost.price_high is not None:
        told = money(round(cost.low * cost.price_low), round(cost.high * cost.price_high), cost.currency)
    return CostShown(cost, span(cost.low, cost.high, cost.unit), told)


@dataclass(frozen=True, slots=True)
class ReturnShown:
    title: str
    worth: str
    costs: str
    likely: str
    ends: str


def returns(report: Report) -> list[ReturnShown]:
    """The return as it was expected, and as it is with what was measured."""
    named = [(_("As expected beforehand"), report.expected), (_("With what was measured"), report.measured)]
    return [_return(title, found, report.currency) for title, found in named if found is not None]


def _return(title: str, found: Return, currency: str) -> ReturnShown:
    def share(one: float, two: float) -> str:
        return _("%(low)s to %(high)s") % {"low": percent(one * 100), "high": percent(two * 100)}

    return ReturnShown(
        title,
        money(round(found.worth.low), round(found.worth.high), currency),
        money(round(found.costs.low), round(found.costs.high), currency),
        share(found.low, found.high),
        share(found.worst, found.best),
    )
