"""From a tool's report to a verdict: which figures a criterion looks at, and whether each lies within its bound.

A metric of contracting data is a function (Report, Criterion) -> list of Measured; more are added with ``@metric``.
Those of tables and suites are in ``minga.design.table_metrics``, which puts them into the same list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minga.design.models import Criterion
from minga.tools.base import Figure, Report
from minga.tools.stats import wilson

Verdict = Literal["within", "beyond", "too_few"]
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Measured:
    """One number to judge, with its 95 % interval, in the unit of its metric; a share is ``count`` / ``of`` in 0..1.

    ``exact`` is what is compared with the bound where that is not ``count`` / ``of``. Without a ``value`` there is too
    little to judge, and ``why`` says so.
    """

    sign: str
    group: str
    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None
    exact: Decimal | None = None
    why: str = ""

    @property
    def label(self) -> str:
        return " · ".join(part for part in (self.sign, self.group) if part)


Measure = Callable[[Report, Criterion], list[Measured]]
OCDS = frozenset({"ocds"})
TABLES = frozenset({"table", "suite"})
SHARE = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """``kinds``: the kinds of dataset that it can be measured on; ``measure`` is None for those of tables.

    ``groups``: what it can be judged by, code -> words; a table has the groups that its dataset names.
    ``needs_labels``: it says nothing without known cases. ``unit``: "share" (0..1, shown in per cent), "" (a number),
    "ms" or "currency"; ``range`` is in that unit. ``needs``: truth, positive, probability, cost or perturbed.
    """

    name: str
    title: Text
    measure: Measure | None
    groups: dict[str, Text]
    needs_labels: bool = False
    kinds: frozenset[str] = OCDS
    unit: str = "share"
    range: tuple[float, float] = SHARE
    explanation: Text = ""
    needs: frozenset[str] = field(default_factory=frozenset)


METRICS: dict[str, Metric] = {}


def metric(
    name: str, title: Text, groups: dict[str, Text] | None = None, needs_labels: bool = False
) -> Callable[[Measure], Measure]:
    """Register a metric under the name that criteria carry."""

    def register(measure: Measure) -> Measure:
        METRICS[name] = Metric(name, title, measure, groups or {}, needs_labels)
        return measure

    return register


BY_METHOD: dict[str, Text] = {"procurement_method": _("procurement method")}


def from_figure(figure: Figure) -> Measured:
    """A figure of a report; its group is written "sign|group", or only one of the two.

    Which groups are too small to judge is the criterion's to say, so the share is taken from the counts.
    """
    sign, bar, group = figure.group.partition("|")
    group = group or ("–" if bar else "")
    if figure.of < 1 or not 0 <= figure.count <= figure.of:
        return Measured(sign, group, figure.count, figure.of, None, None, None)
    low, high = wilson(figure.count, figure.of)
    return Measured(sign, group, figure.count, figure.of, figure.count / figure.of, low, high)


@metric("flag_share", _("share of processes flagged"), BY_METHOD)
def flag_share(report: Report, criterion: Criterion) -> list[Measured]:
    """Share of the processes that an indicator could test on which it fires, per indicator (and group)."""
    found = [from_figure(figure) for figure in report.figures if figure.metric == "flag_share" and figure.group]
    return [one for one in found if bool(one.group) == bool(criterion.group_by)]


@metric("planted_found", _("share of the known cases found"), {"kind": _("kind of case")}, needs_labels=True)
def planted_found(report: Report, criterion: Criterion) -> list[Measured]:
    """Share of the labelled cases that the tool flags."""
    found = [from_figure(figure) for figure in report.figures if figure.metric == "planted_found"]
    return [one for one in found if bool(one.sign) == bool(criterion.group_by)]


@metric("rows_used_share", _("share of rows that could be used"))
def rows_used_share(report: Report, criterion: Criterion) -> list[Measured]:
    """Rows that the tool could use, of the rows that came in."""
    count, of = report.rows_used, report.rows_in
    low, high = wilson(count, of)
    return [Measured("", "", count, of, count / of if of else None, low, high)]


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts in order from the worst on, and what they add up to: passed, failed or not_enough."""

    state: str
    rows: tuple[tuple[Measured, Verdict], ...]

    @property
    def worst(self) -> Measured | None:
        return next((one for one, verdict in self.rows if verdict != "too_few"), None)


def judge(criterion: Criterion, measured: Iterable[Measured]) -> Judged:
    """Groups smaller than ``minimum_group`` are too few to judge; without any judged group nothing is shown."""
    rows = [(one, _verdict(criterion, one)) for one in measured]
    at_most = criterion.comparison == Criterion.Comparison.AT_MOST

    def order(row: tuple[Measured, Verdict]) -> tuple[bool, float, int]:
        one, verdict = row
        value = one.value or 0.0
        return verdict == "too_few", -value if at_most else value, -one.of

    rows.sort(key=order)
    verdicts = {verdict for _one, verdict in rows}
    if "beyond" in verdicts:
        return Judged("failed", tuple(rows))
    return Judged("passed" if "within" in verdicts else "not_enough", tuple(rows))


def _verdict(criterion: Criterion, one: Measured) -> Verdict:
    if one.value is None or one.of < criterion.minimum_group:
        return "too_few"
    return "within" if meets(criterion, exactly(one)) else "beyond"


def exactly(one: Measured) -> Decimal:
    """The value without the noise of binary numbers, so that 20 of 100 meets a bound of 0.20."""
    return Decimal(one.count) / Decimal(one.of) if one.exact is None else one.exact


def unit_of(metric: str, gap: str = "") -> str:
    """The unit of a metric's figures: the ratio of two shares is a plain number."""
    return "" if gap == "ratio" else METRICS[metric].unit


def meets(criterion: Criterion, value: Decimal) -> bool:
    if criterion.comparison == Criterion.Comparison.AT_MOST:
        return value <= criterion.bound
    return value >= criterion.bound


def reaches(criterion: Criterion, one: Measured) -> bool:
    """Whether the 95 % interval reaches beyond the bound."""
    if one.low is None or one.high is None:
        return False
    if criterion.comparison == Criterion.Comparison.AT_MOST:
        return one.high > float(criterion.bound)
    return one.low < float(criterion.bound)


def as_json(criterion: Criterion, one: Measured, verdict: Verdict) -> dict[str, Any]:
    return {
        "sign": one.sign,
        "group": one.group,
        "count": one.count,
        "of": one.of,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "verdict": verdict,
        "watch": verdict == "within" and reaches(criterion, one),
        **({"why": one.why} if one.why else {}),
    }
