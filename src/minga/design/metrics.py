"""From a tool's report to a verdict: which figures a criterion looks at, and whether each lies within its bound.

A metric is a function (Report, Criterion) -> list of Measured. More are added with ``@metric``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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
    """One number to judge: ``value`` = ``count`` / ``of`` in 0..1 with its 95 % Wilson interval."""

    sign: str
    group: str
    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def label(self) -> str:
        return " · ".join(part for part in (self.sign, self.group) if part)


Measure = Callable[[Report, Criterion], list[Measured]]


@dataclass(frozen=True, slots=True)
class Metric:
    """``groups``: what it can be judged by, code -> words. ``needs_labels``: it says nothing without known cases."""

    name: str
    title: Text
    measure: Measure
    groups: dict[str, Text]
    needs_labels: bool = False


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
    return "within" if meets(criterion, share(one)) else "beyond"


def share(one: Measured) -> Decimal:
    """The value exactly as it is, so that 20 of 100 meets a bound of 0.20."""
    return Decimal(one.count) / Decimal(one.of)


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
    }
