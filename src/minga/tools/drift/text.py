"""The finding in words, for a terminal."""

from __future__ import annotations

from minga.tools.drift.result import Month, Share, Watched


def as_text(found: Watched) -> str:
    """Verdict first, then what moved with its cases, every comparison, the months, the rows, the notes."""
    lines = [f"{found.verdict.upper()}: {found.sentence}", ""]
    for alert in found.alerts:
        lines += [f"{alert.verdict}: {alert.sentence}", f"  behind it: {alert.of:,} cases where {alert.where or 'all'}"]
        lines += [f"  such as {', '.join(alert.cases)}"] if alert.cases else []
    lines += ["", "Columns"]
    lines += [f"  {each.verdict:10} {each.sentence}" for each in found.series]
    lines += ["", "Shares"]
    lines += [f"  {each.verdict:10} {each.sentence}" for each in found.rates]
    lines += [f"  {found.calibration.verdict:10} {found.calibration.sentence}", "", "Months of the window"]
    lines += [_month(month) for month in found.months]
    lines += ["", "Gaps between groups in the window"]
    lines += [
        f"  {gap.rate}, {gap.attribute}: {gap.highest} less {gap.lowest} is {100 * gap.value:.1f} points "
        f"({100 * gap.low:.1f} to {100 * gap.high:.1f})"
        for gap in found.gaps
    ]
    lines.append("")
    for which, rows in found.rows.items():
        lines.append(
            f"{which}: {rows['in']:,} rows in = {rows['used']:,} used + {rows['rejected']:,} rejected + "
            f"{rows['failed']:,} failed"
        )
        lines += [f"  {each['rows']:,}: {each['reason']}" for each in rows["reasons"]]
    return "\n".join([*lines, *found.notes, ""])


def _month(month: Month) -> str:
    parts = [f"answered {_share(month.coverage)}"]
    parts += [f"{rate} {_share(held)}" for rate, held in month.shares.items() if rate != "abstention"]
    if month.calibration.brier is not None and month.calibration.ece is not None:
        parts.append(f"Brier {month.calibration.brier:.3f}, ECE {month.calibration.ece:.3f}")
    return f"  {month.month or 'no date'}: {month.rows:,} rows, " + ", ".join(parts)


def _share(held: Share) -> str:
    if held.value is None or held.low is None or held.high is None:
        return "too few"
    return f"{100 * held.value:.1f} % ({100 * held.low:.1f} to {100 * held.high:.1f})"
