"""What a release did in one month, measured: what moved, by how much, and which cases stand behind it.

Nothing is written here. The arithmetic is that of ``minga.tools.drift``; docs/watch.md says what each figure means.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any

import pyarrow as pa

from minga.assess import bounds, work
from minga.assess.advice import NAMED, Account, Shape, shape_of, table
from minga.assess.bounds import Bound, Bounds
from minga.assess.counting import widened
from minga.assess.models import Alert
from minga.assess.reference import Period, Reference, columns_in, dataset_rows, month_of, reference_for
from minga.design.models import Dataset, Release
from minga.tools.drift import Alert as Behind
from minga.tools.drift import Fit, Month, Moved, Series, Settings, Watched, watch
from minga.tools.drift.judge import about_rate
from minga.tools.drift.result import worst

GAPS = {"override": "gap_override", "right": "gap_right", "abstention": "gap_abstention", "appeal": "gap_appeal"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person is to look at: ``metric`` of ``Alert``, what it is about, its figure, cases by number, and the
    bound that it went beyond."""

    metric: str
    about: str
    figure: dict[str, Any]
    records: tuple[int, ...] = ()
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One month of one release. ``figures``: {from, to, verdict, labels, reference, rows, series, moved, fit, shares,
    groups, gaps, calibration, times}; shares lie in 0..1 and carry count, of and a 95 % interval."""

    release: Release
    period: Period
    figures: dict[str, Any]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        """Which month, because the idempotency digest is made from it."""
        return f"Measured({self.release.pk}, {self.period.name})"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was held against a reference, without what follows from how cases were drawn and not from the tool."""

    series: tuple[Series, ...] = ()
    rates: tuple[Moved, ...] = ()
    fit: Fit | None = None
    behind: Mapping[str, Behind] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        fit = (self.fit,) if self.fit else ()
        return worst([one.verdict for one in (*self.series, *self.rates, *fit)])


def measure(release: Release, moment: datetime) -> Measured | None:
    """Measure the month of ``moment``; None where the release advised on no case in it."""
    shape, period = shape_of(release), month_of(moment)
    account = Account()
    reference, held = reference_for(shape, period), bounds.in_force(release.project)
    whole = _whole(shape, period, reference, account, held)
    if not account.cases:
        return None
    judged = _judged(shape, period, reference, whole, held)
    figures = _figures(shape, period, whole, judged)
    figures["reference"] = {"kind": reference.kind if reference else "", "name": reference.name if reference else ""}
    figures["rows"] = _rows(account, whole)
    figures["shares"]["failed"] = work.share(account.failed, account.cases)
    waits = work.waits(shape, period)
    figures["times"]["days"], figures["shares"]["late"] = waits.days, waits.late
    findings = (*_drifted(shape, judged), *_beyond(account, waits, figures, held), *_unequal(figures, held))
    return Measured(release, period, figures, tuple(replace(one, bound=held.of(one.metric)) for one in findings))


def _figures(shape: Shape, period: Period, whole: Watched | None, judged: Judged) -> dict[str, Any]:
    figures = {
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "verdict": judged.verdict,
        "labels": shape.labels,
        "series": [_series(shape, one) for one in judged.series],
        "moved": [_moved(one) for one in judged.rates],
        "fit": _fit(judged.fit) if judged.fit else {"verdict": "not_enough"},
        **_of_month(whole.months[-1] if whole and whole.months else None),
        "times": work.times(shape, period),
    }
    if not shape.services:
        figures["shares"]["flagged"] = work.flagged(shape.release, period)
    return figures


def _whole(shape: Shape, period: Period, reference: Reference | None, account: Account, held: Bounds) -> Watched | None:
    """The month against the month of reference; against itself, for its own figures alone, where there is none."""
    settings = held.settings(Settings(columns=shape.columns, shown=NAMED))
    now = _filled(table(shape, period.start, period.end, account))
    first = next(now, None)
    if first is None:
        return None
    before = reference.period if reference and reference.period else period
    return watch(_filled(table(shape, before.start, before.end)), chain([first], now), settings)


def _filled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return (batch for batch in batches if batch.num_rows)


def _judged(shape: Shape, period: Period, reference: Reference | None, whole: Watched | None, held: Bounds) -> Judged:
    """A month has decisions to compare; the data of a check have only what the tool is given."""
    if reference is None or whole is None:
        return Judged()
    found = _features(shape, period, reference.dataset, held) if reference.dataset else whole
    behind = {alert.about: alert for alert in found.alerts}
    series = tuple(held.again(one) for one in found.series)
    rates, fit = tuple(held.again(one) for one in found.rates), held.again(found.calibration)
    if reference.dataset:
        return Judged(series, behind=behind)
    if shape.services:
        return Judged(series, rates, fit, behind)
    series = tuple(one for one in series if one.kind != "output")
    return Judged(series, tuple(one for one in rates if one.rate != "abstention"), fit, behind)


def _features(shape: Shape, period: Period, dataset: Dataset, held: Bounds) -> Watched:
    columns = columns_in(shape, dataset)
    kept = ["case", "at", *columns.features, *columns.groups]
    now = (batch.select(kept) for batch in _filled(table(shape, period.start, period.end)))
    return watch(dataset_rows(shape, dataset), now, held.settings(Settings(columns=columns, shown=NAMED)))


def _rows(account: Account, whole: Watched | None) -> dict[str, int]:
    """Cases = used + rejected + failed; the tool's failures and unreadable rows are both failed."""
    read = whole.rows["window"] if whole else {"used": 0, "rejected": 0, "failed": 0}
    unread = account.cases - account.failed - sum(read[name] for name in ("used", "rejected", "failed"))
    return {
        "cases": account.cases,
        "used": read["used"],
        "rejected": read["rejected"] + unread,
        "failed": read["failed"] + account.failed,
    }


# As it is kept


def _series(shape: Shape, one: Series) -> dict[str, Any]:
    return {
        "name": shape.words(one.name),
        "column": one.name,
        "kind": one.kind,
        "verdict": one.verdict,
        "before": one.reference,
        "now": one.window,
        "psi": one.psi.value if one.psi else None,
        "ks": one.ks.d if one.ks else None,
        "p": one.p_adjusted,
        "turned": asdict(one.page_hinkley) if one.page_hinkley else None,
    }


def _moved(one: Moved) -> dict[str, Any]:
    return {
        "rate": one.rate, "attribute": one.attribute.removeprefix("group_"), "group": one.group,
        "verdict": one.verdict, "before": asdict(one.reference), "now": asdict(one.window),
        "difference": one.difference, "low": one.low, "high": one.high, "p": one.p_adjusted,
    }  # fmt: skip


def _fit(fit: Fit) -> dict[str, Any]:
    return {"verdict": fit.verdict, "difference": fit.difference, "p": fit.p_adjusted}


def _of_month(month: Month | None) -> dict[str, Any]:
    if month is None:
        return {"shares": {}, "groups": {}, "gaps": [], "calibration": {"n": 0}}
    groups = {
        attribute.removeprefix("group_"): {
            group: {rate: asdict(held) for rate, held in rates.items()} for group, rates in found.items()
        }
        for attribute, found in month.groups.items()
    }
    return {
        "shares": {"coverage": asdict(month.coverage), **{rate: asdict(held) for rate, held in month.shares.items()}},
        "groups": groups,
        "gaps": [asdict(gap) | {"attribute": gap.attribute.removeprefix("group_")} for gap in month.gaps],
        "calibration": asdict(month.calibration),
    }


# What a person is to look at


def _drifted(shape: Shape, judged: Judged) -> list[Finding]:
    behind = judged.behind
    found = [_of_series(shape, one, behind[one.name]) for one in judged.series if one.verdict == "alert"]
    moved = [one for one in judged.rates if one.verdict == "alert"]
    whole = {one.rate for one in moved if not one.attribute}
    # Where all cases moved, their groups did too: one alert says it.
    found += [_of_rate(one, behind[about_rate(one)]) for one in moved if not one.attribute or one.rate not in whole]
    if judged.fit and judged.fit.verdict == "alert":
        figure = {"now": judged.fit.difference, "p": judged.fit.p_adjusted}
        found.append(Finding(Alert.Metric.CALIBRATION, "", figure))
    return found


def _of_series(shape: Shape, one: Series, behind: Behind) -> Finding:
    """Where the cases lie is left out for what is personal: the cases themselves say it to those who may read them."""
    personal = {each.column for each in shape.features if each.personal}
    figure: dict[str, Any] = {"psi": one.psi.value if one.psi else None, "p": one.p_adjusted, "of": behind.of}
    if one.name not in personal:
        figure["where"] = behind.where
    return Finding(one.kind, "" if one.kind == "output" else shape.words(one.name), figure, _numbers(behind))


def _of_rate(one: Moved, behind: Behind) -> Finding:
    about = f"{one.attribute.removeprefix('group_')}: {one.group}" if one.attribute else ""
    figure = {"before": one.reference.value, "now": one.window.value, "p": one.p_adjusted, "of": behind.of}
    return Finding(one.rate, about, figure, _numbers(behind))


def _numbers(behind: Behind) -> tuple[int, ...]:
    return tuple(sorted(int(case) for case in behind.cases))


def _beyond(account: Account, waits: work.Waits, figures: dict[str, Any], held: Bounds) -> list[Finding]:
    """Shares beyond a bound of their own, whatever they were before; the interval must lie beyond it too."""
    records = {"failed": tuple(account.named), "late": waits.cases}
    shares = {metric: figures["shares"][metric] for metric in records}
    return [
        Finding(metric, "", _past(shares[metric]), cases)
        for metric, cases in records.items()
        if shares[metric]["low"] is not None and shares[metric]["low"] > held.value(metric)
    ]


def _past(share: dict[str, Any]) -> dict[str, Any]:
    return {"now": share["value"], "low": share["low"], "high": share["high"], "of": share["count"]}


def _unequal(figures: dict[str, Any], held: Bounds) -> list[Finding]:
    """Groups further apart than the bound, and not by chance: the interval is widened by how many were compared."""
    pairs = sum(len(found) * (len(found) - 1) // 2 for found in figures["groups"].values()) * len(GAPS)
    found = []
    for gap in figures["gaps"]:
        low = widened(gap["value"], gap["low"], pairs)
        if gap["rate"] in GAPS and gap["value"] > held.value(GAPS[gap["rate"]]) and low > 0:
            figure = {"now": gap["value"], "low": low, "where": f"{gap['highest']} – {gap['lowest']}"}
            found.append(Finding(GAPS[gap["rate"]], gap["attribute"], figure))
    return found
