"""From figures to a verdict against a bound. The same rule as for a criterion: the value itself decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from minga.tools.measure.catalogue import METRICS
from minga.tools.measure.figures import Measured, Row
from minga.tools.measure.gaps import Gap

Comparison = Literal["le", "ge"]
Verdict = Literal["within", "beyond", "too_few"]
State = Literal["passed", "failed", "not_enough"]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """``watch``: the value lies within the bound and its interval reaches beyond, or it has no interval."""

    row: Row
    verdict: Verdict
    watch: bool

    def as_json(self) -> dict[str, Any]:
        return {**self.row.as_json(), "verdict": self.verdict, "watch": self.watch}


@dataclass(frozen=True, slots=True)
class Judged:
    """``rows`` from the worst on; those too few to judge come last and never pass."""

    state: State
    rows: tuple[JudgedRow, ...]

    @property
    def worst(self) -> JudgedRow | None:
        return next((one for one in self.rows if one.verdict != "too_few"), None)

    @property
    def too_few(self) -> tuple[Row, ...]:
        return tuple(one.row for one in self.rows if one.verdict == "too_few")


def judge(
    found: Measured | Gap | Iterable[Row],
    comparison: Comparison,
    bound: Decimal | float | str,
    *,
    minimum_group: int = 1,
    minimum_events: int = 0,
) -> Judged:
    """ "failed" where any figure is beyond the bound, "passed" where at least one is within, else "not_enough".

    Of a Measured with groups the groups are judged, without them the whole. A figure without a value, of fewer than
    ``minimum_group`` cases or ``minimum_events`` is too few to judge. A proportion is compared exactly as a fraction.
    """
    limit = bound if isinstance(bound, Decimal) else Decimal(str(bound))
    rows = [_judged(row, comparison, limit, minimum_group, minimum_events) for row in _to_judge(found)]
    sign = -1 if comparison == "le" else 1
    rows.sort(key=lambda one: (one.verdict == "too_few", sign * (one.row.value or 0.0), -one.row.of, one.row.group))
    verdicts = {one.verdict for one in rows}
    if "beyond" in verdicts:
        return Judged("failed", tuple(rows))
    return Judged("passed" if "within" in verdicts else "not_enough", tuple(rows))


def _to_judge(found: Measured | Gap | Iterable[Row]) -> list[Row]:
    if isinstance(found, Gap):
        return [found.row]
    if isinstance(found, Measured):
        return list(found.rows[1:] or found.rows)
    return list(found)


def _judged(row: Row, comparison: Comparison, bound: Decimal, group: int, events: int) -> JudgedRow:
    if row.value is None or row.of < group or row.events < events:
        return JudgedRow(row, "too_few", False)
    value = exact(row)
    within = value <= bound if comparison == "le" else value >= bound
    end = row.high if comparison == "le" else row.low
    beyond = end is None or (end > float(bound) if comparison == "le" else end < float(bound))
    return JudgedRow(row, "within" if within else "beyond", within and beyond)


def exact(row: Row) -> Decimal:
    """The value without the noise of binary numbers: 20 of 100 is .20. Raises ValueError where there is none."""
    if row.value is None:
        raise ValueError(f"{row.metric} has no value: {row.why}.")
    metric = METRICS.get(row.metric)
    if metric is not None and metric.proportion and row.of:
        return Decimal(row.count) / Decimal(row.of)
    return round(Decimal(repr(row.value)), 12)
