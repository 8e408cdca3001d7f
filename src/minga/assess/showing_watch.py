"""What the watch measured, in the words and charts of its page. Groups under ten are hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minga.assess import bounds
from minga.assess.models import Alert, Watching
from minga.ledger.queries import SMALLEST_GROUP
from minga.tools.representation import TOTAL, suppress_list
from minga.web.format import day, decimal, percent, trimmed, whole
from minga.web.svg.types import Interval, ShareChart, ShareRow, Table

Kept = dict[str, Any]
RATES: dict[str, str | Promise] = {
    "coverage": gettext_lazy("How often the tool answers"),
    "flagged": gettext_lazy("How much of what it reads it flags"),
    "override": gettext_lazy("How often people overrule it"),
    "right": gettext_lazy("How often it proposes what a person decided without seeing it"),
    "appeal": gettext_lazy("How often people appeal"),
    "failed": gettext_lazy("How often it fails"),
    "late": gettext_lazy("How often a decision comes too late"),
}
BY_GROUP = ("abstention", "override", "right", "appeal")
AXES = (5, 10, 25, 50, 100)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that moved: ``state`` is contested (alert) or watch."""

    state: str
    word: str
    sentence: str


def month_words(watching: Watching) -> str:
    return date_format(watching.month, "F Y")


def finding(watching: Watching | None, waiting: int) -> str:
    """The heading of the page."""
    if watching is None:
        return _("Nothing has been measured yet")
    if waiting:
        return ngettext("%(n)s thing waits for a person", "%(n)s things wait for a person", waiting) % {"n": waiting}
    return {
        "alert": _("Something moved, and a person has looked into it"),
        "watch": _("Something moved, though not far enough for an alert"),
        "steady": _("Nothing moved more than chance allows"),
        "not_enough": _("Too few cases to judge whether anything moved"),
    }[watching.figures["verdict"]]


def lead(watching: Watching) -> str:
    """What was held against what."""
    month, held = month_words(watching), watching.figures["reference"]
    if held["kind"] == "month":
        first = date_format(_first_day(held["name"]), "F Y")
        words = _("What the tool did in %(month)s, held against %(first)s, its first full month in service.")
        return words % {"month": month, "first": first}
    if held["kind"] == "dataset":
        words = _("What the tool was given in %(month)s, held against the data that it was checked on (%(name)s).")
        return words % {"month": month, "name": held["name"]}
    return _("What the tool did in %(month)s. There is nothing yet to hold it against.") % {"month": month}


def _first_day(name: str) -> date:
    return date.fromisoformat(f"{name}-01")


def rows_words(watching: Watching) -> str:
    """Cases in = used + rejected + failed, in words."""
    rows = watching.figures["rows"]
    words = _("%(cases)s cases = %(used)s used + %(rejected)s rejected + %(failed)s on which the tool failed.")
    return words % {name: whole(count) for name, count in rows.items()}


# What moved


def changes(watching: Watching) -> list[Change]:
    """What moved beyond chance and beyond a bound, the strongest first."""
    kept = watching.figures
    found = [_series(one) for one in kept["series"] if one["verdict"] in {"watch", "alert"}]
    moved = [one for one in kept["moved"] if one["verdict"] in {"watch", "alert"}]
    whole = {one["rate"] for one in moved if not one["attribute"]}
    found += [_rate(one) for one in moved if not one["attribute"] or one["rate"] not in whole]
    if kept["fit"]["verdict"] in {"watch", "alert"}:
        found.append(_change(kept["fit"]["verdict"], _fit(kept["fit"])))
    return sorted(found, key=lambda change: change.state != "contested")


def _change(verdict: str, sentence: str) -> Change:
    if verdict == "alert":
        return Change("contested", _("Moved far"), sentence)
    return Change("watch", _("Moved"), sentence)


def _series(one: Kept) -> Change:
    words = {
        "feature": _("“%(name)s” is not what it was: PSI %(psi)s."),
        "output": _("“%(name)s” is not what it was: PSI %(psi)s."),
        "group": _("Other people come than before, by “%(name)s”: PSI %(psi)s."),
    }[one["kind"]]
    sentence = words % {"name": _column(one), "psi": decimal(one["psi"], 2)}
    if one["turned"]:
        turned = _("It went up about %(day)s.") if one["turned"]["direction"] == "up" else _("It fell about %(day)s.")
        sentence = f"{sentence} {turned % {'day': _began(one['turned']['began'])}}"
    return _change(one["verdict"], sentence)


def _began(text: str) -> str:
    return day(date.fromisoformat(text))


def _rate(one: Kept) -> Change:
    about = f" ({one['attribute']}: {one['group'] or _('not known')})" if one["attribute"] else ""
    words = _("%(what)s%(about)s: %(now)s, before %(before)s.") % {
        "what": capfirst(str(Alert.Metric(one["rate"]).label)),
        "about": about,
        "now": share(one["now"]),
        "before": share(one["before"]),
    }
    return _change(one["verdict"], words)


def _fit(kept: Kept) -> str:
    points = trimmed(round(100 * abs(kept["difference"]), 1))
    if kept["difference"] > 0:
        return _("The tool has become too sure of itself, by %(points)s points.") % {"points": points}
    return _("The tool has become less sure than it could be, by %(points)s points.") % {"points": points}


def share(kept: Kept) -> str:
    """ "12 % (9 to 16 %)", or that there are too few."""
    if kept.get("value") is None:
        return _("too few to judge")
    return _("%(share)s (interval %(low)s to %(high)s)") % {
        "share": percent(100 * kept["value"], 0),
        "low": percent(100 * kept["low"], 0),
        "high": percent(100 * kept["high"], 0),
    }


# Month by month


def charts(watchings: Sequence[Watching]) -> list[tuple[str, ShareChart]]:
    """One chart for each share that is known in any month: a row per month, the newest last."""
    found = []
    for rate, title in RATES.items():
        rows = tuple(_month_row(one, one.figures["shares"][rate]) for one in watchings if _known(one, rate))
        if rows:
            found.append((str(title), _chart(str(title), rows)))
    return found


def _known(watching: Watching, rate: str) -> bool:
    return bool(watching.figures["shares"].get(rate, {}).get("of"))


def _month_row(watching: Watching, kept: Kept) -> ShareRow:
    few = kept["value"] is None
    interval = None if few else Interval(100 * kept["low"], 100 * kept["high"])
    note = _("of %(of)s") % {"of": whole(kept["of"])}
    return ShareRow(
        month_words(watching), kept["of"], None if few else 100 * kept["value"], interval, note=note, too_few=few
    )


def _chart(title: str, rows: tuple[ShareRow, ...]) -> ShareChart:
    highest = max((row.after_interval.high for row in rows if row.after_interval), default=100)
    maximum = next(axis for axis in AXES if axis >= min(100, highest))
    last = rows[-1]
    told = percent(last.after, 0) if last.after is not None else _("too few to judge")
    return ShareChart(
        sentence=_("%(what)s: %(share)s in %(month)s.") % {"what": title, "share": told, "month": last.label},
        rows=rows,
        maximum=maximum,
        ticks=(0, maximum),
        after_label="%",
        group_label=_("Month"),
    )


def times(watchings: Sequence[Watching]) -> Table:
    """Days to a decision and minutes a case; medians with their intervals."""
    rows = tuple(
        (
            month_words(one),
            *(_middle(one.figures["times"][name]) for name in ("days", "minutes_unaided", "minutes_aided")),
        )
        for one in watchings
    )
    head = (_("Month"), _("Days to a decision"), _("Minutes without the advice"), _("Minutes with the advice"))
    return Table(head, rows)


def before(watching: Watching) -> str:
    """Minutes a case before advice was first shown; "" where too few were decided then."""
    kept = watching.figures["times"]["minutes_before"]
    return "" if kept["value"] is None else _middle(kept)


def _middle(kept: Kept) -> str:
    if kept["value"] is None:
        return _("too few to judge")
    words = _("%(value)s (interval %(low)s to %(high)s)")
    return words % {name: decimal(kept[name], 1) for name in ("value", "low", "high")}


def calibration(watchings: Sequence[Watching]) -> Table | None:
    """How well the tool's own probabilities came true; None where no month has enough to tell."""
    known = [one for one in watchings if one.figures["calibration"].get("brier") is not None]
    if not known:
        return None
    rows = tuple((month_words(one), *_fitted(one.figures["calibration"])) for one in known)
    head = (_("Month"), _("Brier score"), _("Calibration error"), _("Slope"), _("Cases"))
    return Table(head, rows, numeric=(1, 2, 3, 4))


def _fitted(kept: Kept) -> tuple[str, ...]:
    slope = "–" if kept["slope"] is None else decimal(kept["slope"], 2)
    return decimal(kept["brier"], 3), decimal(kept["ece"], 3), slope, whole(kept["n"])


# Groups and features


def groups(watching: Watching) -> list[tuple[str, Table, int]]:
    """(attribute, shares per group, groups hidden) of the newest month."""
    found = []
    labels = watching.figures["labels"]
    for attribute, kept in watching.figures["groups"].items():
        sizes = {group: rates["abstention"]["of"] for group, rates in kept.items() if "abstention" in rates}
        cells = suppress_list(sizes, SMALLEST_GROUP).cells if sizes else {}
        shown = [group for group in sizes if cells[group, TOTAL] is not None]
        rows = tuple(
            (group or _("not known"), *(share(kept[group].get(rate, {})) for rate in BY_GROUP))
            for group in sorted(shown)
        )
        if rows:
            head = (_("Group"), _("abstained"), _("overruled"), _("right proposals"), _("appealed"))
            found.append((labels.get(attribute, attribute), Table(head, rows), len(sizes) - len(shown)))
    return found


def features(watching: Watching) -> Table | None:
    """Every column that was held against the reference, the most moved first."""
    kept = [one for one in watching.figures["series"] if one["psi"] is not None]
    if not kept:
        return None
    words = {"steady": _("steady"), "watch": _("moved"), "alert": _("moved far"), "not_enough": _("too few to judge")}
    rows = tuple(
        (
            _column(one),
            decimal(one["psi"], 3),
            "–" if one["ks"] is None else decimal(one["ks"], 3),
            words[one["verdict"]],
        )
        for one in sorted(kept, key=lambda one: -one["psi"])
    )
    return Table((_("Column"), _("PSI"), _("KS distance"), _("Finding")), rows, numeric=(1, 2))


def _column(one: Kept) -> str:
    """What a column is called: the words of a field, or what the tool says and how sure it is of it."""
    if one["column"] == "probability":
        return _("How sure the tool is")
    if one["kind"] == "output":
        return _("What the tool says")
    return _("%(name)s (its length)") % {"name": one["name"]} if one["column"].startswith("length_") else one["name"]


# One alert


def alert_rows(alert: Alert) -> list[tuple[str, str]]:
    """The figure of an alert, as a list of names and values."""
    kept = alert.figure
    found = [(_("About"), alert.about)] if alert.about else []
    if kept.get("psi") is not None:
        found.append((_("PSI"), decimal(kept["psi"], 3)))
    names = {"before": _("Before"), "now": _("Now"), "low": _("At least, by its interval")}
    found += [(words, _points(alert, kept[name])) for name, words in names.items() if kept.get(name) is not None]
    if kept.get("where"):
        found.append((_("Where"), str(kept["where"])))
    if alert.bound is not None:
        found.append((_("Bound that it went beyond"), _bound(alert, alert.bound)))
    if kept.get("of"):
        found.append((_("Cases behind it"), whole(kept["of"])))
    return found


def _bound(alert: Alert, value: Decimal) -> str:
    words = bounds.in_words(alert.metric, value)
    if alert.written is None:
        return _("%(bound)s, the default") % {"bound": words}
    return _("%(bound)s, written by %(who)s on %(day)s: %(reason)s") % {
        "bound": words,
        "who": alert.written.person.public_name,
        "day": day(alert.written.since),
        "reason": alert.written.reason,
    }


def _points(alert: Alert, value: float) -> str:
    if alert.metric == Alert.Metric.CALIBRATION or alert.metric.startswith("gap_"):
        return _("%(points)s points") % {"points": trimmed(round(100 * value, 1))}
    return percent(100 * value)
