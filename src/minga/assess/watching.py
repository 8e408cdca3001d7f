"""What a release did in one month, measured: what moved, by how much, and which cases stand behind it.

Nothing is written here. The arithmetic is that of ``minga.tools.drift``; docs/watch.md says what each figure means.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import NormalDist
from typing import Any

import pyarrow as pa

from minga.assess import work
from minga.assess.advice import NAMED, Account, Shape, shape_of, table
from minga.assess.models import Alert
from minga.assess.reference import Period, Reference, columns_in, month_of, reference_for, rows_of
from minga.design.models import Release
from minga.tools.drift import Fit, Month, Moved, Series, Settings, Watched, watch
from minga.tools.drift import Alert as Behind
from minga.tools.drift.judge import WORDS, about_rate
from minga.tools.stats import Z_95, wilson

FAILED_BOUND = LATE_BOUND = 0.1
GAP_BOUND = 0.1
"""Our own conventions: more than every tenth case failed or late, groups more than ten points apart."""
CHANCE = 0.01
GAPS = {"override": "gap_override", "right": "gap_right", "abstention": "gap_abstention", "appeal": "gap_appeal"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person is to look at: ``metric`` of ``Alert``, what it is about, its figure and cases by number."""

    metric: str
    about: str
    figure: dict[str, Any]
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """One month of one release. ``figures``: {from, to, verdict, reference, rows, series, moved, shares, groups, gaps,
    calibration, times}; shares lie in 0..1 and carry count, of and a 95 % interval."""

    release: Release
    period: Period
    figures: dict[str, Any]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        """Which month, because the idempotency digest is made from it."""
        return f"Measured({self.release.pk}, {self.period.name})"


def measure(release: Release, moment: datetime) -> Measured | None:
    """Measure the month of ``moment``; None where the release advised on no case in it."""
    shape, period = shape_of(release), month_of(moment)
    account = Account()
    reference = reference_for(shape, period)
    whole = _whole(shape, period, reference, account)
    if whole is None and not account.cases:
        return None
    parts = [found for found in (whole, _features(shape, period, reference)) if found is not None]
    times = work.times(shape, period)
    month = whole.months[-1] if whole and whole.months else None
    figures = {
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "verdict": _worst(parts) if reference else "not_enough",
        "reference": {"kind": reference.kind, "name": reference.name} if reference else {"kind": "", "name": ""},
        "rows": _rows(account, whole),
        "series": [_series(shape, one) for found in parts for one in _held(shape, reference, found, found.series)],
        "moved": [_moved(one) for one in whole.rates if _compared(shape, reference, one)] if whole else [],
        "fit": _fit(whole.calibration) if whole and _same_kind(reference) else {"verdict": "not_enough"},
        **_of_month(shape, month),
        "times": times,
    }
    figures["shares"] |= {"failed": share(account.failed, account.cases), "late": times.pop("late")}
    figures["shares"] |= {"flagged": work.flagged(release, period)} if not shape.services else {}
    found = [*_drifted(shape, reference, parts), *_beyond(account, period, figures, shape), *_unequal(figures, month)]
    return Measured(release, period, figures, tuple(found))


def _same_kind(reference: Reference | None) -> bool:
    """Whether decisions can be compared: a month has them, the data of a check do not."""
    return reference is not None and reference.period is not None


def _whole(shape: Shape, period: Period, reference: Reference | None, account: Account) -> Watched | None:
    """The month against the month of reference; against itself, for its own figures alone, where there is none."""
    if not _some(shape, period):
        for _part in table(shape, period.start, period.end, account):
            pass
        return None
    settings = Settings(columns=shape.columns, shown=NAMED)
    now = _filled(table(shape, period.start, period.end, account))
    if reference is not None and reference.period is not None:
        return watch(_filled(rows_of(shape, reference)), now, settings)
    return watch(_filled(table(shape, period.start, period.end)), now, settings)


def _filled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return (batch for batch in batches if batch.num_rows)


def _some(shape: Shape, period: Period) -> bool:
    return next(_filled(table(shape, period.start, period.end)), None) is not None


def _features(shape: Shape, period: Period, reference: Reference | None) -> Watched | None:
    """What the tool is given against what it was checked on, where there is no month to hold it against."""
    if reference is None or reference.dataset is None or not _some(shape, period):
        return None
    columns = columns_in(shape, reference.dataset)
    now = (batch.select(["case", "at", *columns.features, *columns.groups]) for batch in _filled(
        table(shape, period.start, period.end)))  # fmt: skip
    return watch(rows_of(shape, reference), now, Settings(columns=columns, shown=NAMED))


def _worst(parts: list[Watched]) -> str:
    order = ("not_enough", "steady", "watch", "alert")
    return max((found.verdict for found in parts), key=order.index, default="not_enough")


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


def share(count: int, of: int, least: int = 10) -> dict[str, Any]:
    low, high = wilson(count, of) if of >= least else (None, None)
    return {"count": count, "of": of, "value": count / of if of >= least else None, "low": low, "high": high}


def _held[One: (Series, Moved)](
    shape: Shape, reference: Reference | None, found: Watched, each: tuple[One, ...]
) -> tuple[One, ...]:
    """What was held against a real reference. Which drawn cases are flagged follows from the draw, not the tool."""
    if reference is None or (reference.dataset and "proposal" in found.months[-1].shares):
        return ()
    return tuple(one for one in each if shape.services or getattr(one, "name", "") not in {"proposal", "probability"})


def _compared(shape: Shape, reference: Reference | None, one: Moved) -> bool:
    return _same_kind(reference) and (bool(shape.services) or one.rate != "abstention")


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


def _of_month(shape: Shape, month: Month | None) -> dict[str, Any]:
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


def _drifted(shape: Shape, reference: Reference | None, parts: list[Watched]) -> list[Finding]:
    if reference is None:
        return []
    found = []
    for part in parts:
        behind = {alert.about: alert for alert in part.alerts if alert.verdict == "alert"}
        kept = _held(shape, reference, part, part.series)
        found += [_of_series(shape, one, behind[one.name]) for one in kept if one.name in behind]
        rates = [one for one in part.rates if about_rate(one) in behind and _compared(shape, reference, one)]
        found += [_of_rate(one, behind[about_rate(one)]) for one in rates]
        if part.calibration.verdict == "alert" and _same_kind(reference):
            figure = {"now": part.calibration.difference, "p": part.calibration.p_adjusted}
            found.append(Finding(Alert.Metric.CALIBRATION, "", figure))
    return found


def _of_series(shape: Shape, one: Series, behind: Behind) -> Finding:
    """Where the cases lie is left out for what is personal: the cases themselves say it to those who may read them."""
    personal = {each.column for each in shape.features if each.personal}
    figure = {"psi": one.psi.value if one.psi else None, "p": one.p_adjusted, "of": behind.of}
    if one.name not in personal:
        figure["where"] = behind.where
    return Finding(one.kind, "" if one.kind == "output" else shape.words(one.name), figure, _numbers(behind))


def _of_rate(one: Moved, behind: Behind) -> Finding:
    about = f"{one.attribute.removeprefix('group_')}: {one.group}" if one.attribute else ""
    figure = {"before": one.reference.value, "now": one.window.value, "p": one.p_adjusted, "of": behind.of}
    return Finding(one.rate, about, figure, _numbers(behind))


def _numbers(behind: Behind) -> tuple[int, ...]:
    return tuple(sorted(int(case) for case in behind.cases))


def _beyond(account: Account, period: Period, figures: dict[str, Any], shape: Shape) -> list[Finding]:
    """Shares beyond a bound of their own, whatever they were before; the interval must lie beyond it too."""
    found = []
    failed, late = figures["shares"]["failed"], figures["shares"]["late"]
    if failed["low"] is not None and failed["low"] > FAILED_BOUND:
        found.append(Finding(Alert.Metric.FAILED, "", _past(failed), tuple(account.named)))
    if late["low"] is not None and late["low"] > LATE_BOUND:
        found.append(Finding(Alert.Metric.LATE, "", _past(late), work.late_cases(shape, period)))
    return found


def _past(held: dict[str, Any]) -> dict[str, Any]:
    return {"now": held["value"], "low": held["low"], "high": held["high"], "of": held["count"]}


def _unequal(figures: dict[str, Any], month: Month | None) -> list[Finding]:
    """Groups further apart than the bound, and not by chance: the interval is widened by how many were compared."""
    pairs = sum(len(found) * (len(found) - 1) // 2 for found in figures["groups"].values()) * len(WORDS)
    quantile = NormalDist().inv_cdf(1 - CHANCE / (2 * max(1, pairs)))
    found = []
    for gap in figures["gaps"]:
        low = gap["value"] - (gap["value"] - gap["low"]) * quantile / Z_95
        if gap["rate"] in GAPS and gap["value"] > GAP_BOUND and low > 0:
            figure = {"now": gap["value"], "low": low, "where": f"{gap['highest']} – {gap['lowest']}"}
            found.append(Finding(GAPS[gap["rate"]], gap["attribute"], figure))
    return found
