"""The signs of an advice as a page shows them: a finding, its measure, and a chart of where the case lies."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver.models import Case
from minga.tools.base import Evidence, Reason
from minga.web.format import trimmed
from minga.web.svg.types import Cut, FenceChart, Histogram, Pointer

SHOWN_DAYS = 40
DAYS_OPEN = "R003"
RATIO = "ratio"
DAYS = "days"
_PER_CENT = re.compile(r"(?<=\d) ?%")


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason of the advice. ``chart`` is None where there is no distribution to show it in."""

    number: int
    code: str
    sentence: str
    detail: str
    chart: Histogram | FenceChart | None


def spaced(text: str) -> str:
    """The tool's words with the look's thin space before a per cent sign."""
    return _PER_CENT.sub("\u202f%", text)


def evidence_of(reasons: Iterable[Reason]) -> list[Evidence]:
    """The evidence of several signs, each path once, with everything that it was read as."""
    rows: dict[str, Evidence] = {}
    for row in (row for reason in reasons for row in reason.evidence):
        known = rows.get(row.path)
        if known is None:
            rows[row.path] = row
        elif row.read_as and row.read_as not in known.read_as.split("; "):
            read = "; ".join(filter(None, (known.read_as, row.read_as)))
            rows[row.path] = replace(known, read_as=read)
    return list(rows.values())


def signs(case: Case) -> list[Sign]:
    """The signs of the frozen advice, in the tool's order."""
    return [
        Sign(number, reason.code, spaced(reason.sentence), _detail(case, reason), _chart(case, reason))
        for number, reason in enumerate(case.told_here.reasons, start=1)
    ]


def _detail(case: Case, reason: Reason) -> str:
    """Code, limit and where it comes from; for a fence the arithmetic behind it."""
    parts = [f"{reason.code}."]
    fence = _quartiles(reason)
    if fence:
        q1, q3, bound = fence
        parts.append(
            _("Fence %(fence)s; quartiles %(q1)s and %(q3)s, quantile type R-8.")
            % {"fence": _measure(bound, reason), "q1": _measure(q1, reason), "q3": _measure(q3, reason)}
        )
    elif reason.bound is not None:
        parts.append(_("Limit %(bound)s.") % {"bound": _measure(_scaled(reason, reason.bound), reason)})
    size = reason.figures.get("count")
    if isinstance(size, int):
        parts.append(_("Compared among %(count)d.") % {"count": size})
    if reason.law:
        parts.append(_("Law: %(law)s.") % {"law": reason.law.rstrip(".")})
    counts = _days(case, reason)
    if counts and reason.measured is not None:
        few, days = sum(counts[: int(reason.measured) + 1]), int(reason.measured)
        text = ngettext(
            "%(few)d of %(all)d calls of this method were open for %(days)d day or less.",
            "%(few)d of %(all)d calls of this method were open for %(days)d days or fewer.",
            days,
        )
        parts.append(text % {"few": few, "all": sum(counts), "days": days})
    return " ".join(parts)


def _scaled(reason: Reason, value: float) -> float:
    """Ratios are shown in per cent, everything in one decimal."""
    return round(value * 100 if reason.unit == RATIO else value, 1)


def _measure(shown: float, reason: Reason) -> str:
    return f"{trimmed(shown)}\u202f{_unit(reason, shown)}".rstrip()


def _unit(reason: Reason, shown: float = 0) -> str:
    """The unit as it stands after ``shown``."""
    if shown == 1 and reason.unit in {DAYS, ngettext("day", "days", 2)}:
        return ngettext("day", "days", 1)
    return "%" if reason.unit == RATIO else reason.unit


def _quartiles(reason: Reason) -> tuple[float, float, float] | None:
    """First quartile, third quartile and fence as shown, where the limit was made from a distribution."""
    found = (reason.figures.get("q1"), reason.figures.get("q3"), reason.bound)
    if not all(isinstance(value, int | float) for value in found):
        return None
    q1, q3, fence = (_scaled(reason, float(value)) for value in found if value is not None)
    return q1, q3, fence


def _days(case: Case, reason: Reason) -> list[int]:
    found = case.draw.spread.get(case.method, []) if case.draw and reason.code == DAYS_OPEN else []
    return found if isinstance(found, list) else []


def _chart(case: Case, reason: Reason) -> Histogram | FenceChart | None:
    if reason.measured is None:
        return None
    counts = _days(case, reason)
    if counts and reason.bound is not None:
        return _histogram(counts, reason.measured, reason.bound)
    fence = _quartiles(reason)
    return _fence(_scaled(reason, reason.measured), fence, _unit(reason)) if fence else None


def _histogram(counts: list[int], measured: float, bound: float) -> Histogram:
    below = sum(counts[: int(measured) + 1])
    sentence = ngettext(
        "This call was open for %(days)s day; %(below)d of %(all)d of its method for as long or less.",
        "This call was open for %(days)s days; %(below)d of %(all)d of its method for as long or less.",
        1 if measured == 1 else 2,
    )
    return Histogram(
        sentence=sentence % {"days": trimmed(measured), "below": below, "all": sum(counts)},
        counts=tuple(counts[:SHOWN_DAYS]),
        unit=_("%(days)d days") % {"days": SHOWN_DAYS},
        cuts=(Cut(bound),),
        ticks=(0,),
        case=Pointer(measured, _("this call: %(value)s") % {"value": trimmed(measured)}),
    )


def _fence(measured: float, fence: tuple[float, float, float], unit: str) -> FenceChart:
    q1, q3, bound = fence
    low, high = min(0.0, measured, bound), max(q3, measured, bound)
    return FenceChart(
        sentence=_("This case measures %(measured)s; the fence is at %(fence)s.")
        % {"measured": trimmed(measured), "fence": trimmed(bound)},
        q1=q1,
        q3=q3,
        fence=bound,
        case=Pointer(measured, _("this call: %(value)s") % {"value": trimmed(measured)}),
        minimum=low,
        maximum=high + (high - low) * 0.1 or 1.0,
        unit=unit,
        below=bound <= q1,
    )
