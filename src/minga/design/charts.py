"""The figures of a check as charts and tables, with the finding as their sentence."""

from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from minga.design.models import Check, Criterion
from minga.tools.base import in_language
from minga.web.format import count_of, decimal, percent, whole
from minga.web.svg.types import Interval, ShareChart, ShareRow, Table

MOST_ROWS = 12
Group = dict[str, Any]


def judged(check: Check) -> list[Group]:
    """The groups that were large enough, from the worst on."""
    return [row for row in check.figures.get("groups", []) if row["verdict"] != "too_few"]


def too_few(check: Check) -> list[Group]:
    return [row for row in check.figures.get("groups", []) if row["verdict"] == "too_few"]


def said(check: Check, text: str) -> str:
    """A sentence or note of the tool in the language of the page, where the tool gave it."""
    return in_language(text, check.figures.get("translations", {}), (get_language() or "en")[:2])


def beyond(check: Check) -> list[Group]:
    return [row for row in judged(check) if row["verdict"] == "beyond"]


def watched(check: Check) -> list[Group]:
    """Groups within the bound whose interval reaches beyond it."""
    return [row for row in judged(check) if row["watch"]]


def one_sign(check: Check) -> bool:
    return len({row["sign"] for row in check.figures.get("groups", [])}) <= 1


def label(row: Group, alone: bool) -> str:
    """What a row is called: its group, with the sign where a check has several."""
    if not row["group"]:
        return row["sign"] or pgettext("figure of a check", "All")
    return row["group"] if alone else f"{row['group']} · {row['sign']}"


def bound_text(criterion: Criterion) -> str:
    """ "at most 20 %"."""
    digits = 0 if criterion.bound * 100 == round(criterion.bound * 100) else 2
    return f"{criterion.get_comparison_display()} {percent(float(criterion.bound) * 100, digits)}"


def finding(check: Check) -> str:
    """The result in one sentence, for the heading."""
    if check.state == Check.State.FAILED:
        count, all_of = len(beyond(check)), len(judged(check))
        words = ngettext(
            "%(count)s of %(all)s figures lies beyond the bound",
            "%(count)s of %(all)s figures lie beyond the bound",
            count,
        )
        return words % {"count": whole(count), "all": whole(all_of)}
    if check.state == Check.State.PASSED:
        return _("Nothing lies beyond the bound")
    if check.state == Check.State.NOT_ENOUGH:
        return _("Every group is too small to judge")
    return str(check.get_state_display())


def worst_sentence(check: Check) -> str:
    """The worst judged figure with its group size."""
    rows = judged(check)
    if not rows:
        return ""
    worst = rows[0]
    return _("The worst: %(share)s of %(group)s (%(counted)s).") % {
        "share": percent(worst["value"] * 100),
        "group": label(worst, one_sign(check)),
        "counted": count_of(worst["count"], worst["of"]),
    }


def share_chart(check: Check, before: Check | None = None) -> ShareChart | None:
    """The worst groups against the bound, with the earlier version hollow where there is one."""
    rows = judged(check)
    if not rows:
        return None
    alone = one_sign(check)
    earlier = {(row["sign"], row["group"]): row for row in judged(before)} if before else {}
    pairs = [(row, earlier.get((row["sign"], row["group"]))) for row in rows]
    if check.criterion.comparison == Criterion.Comparison.AT_MOST:
        pairs.sort(key=lambda pair: -max(one["value"] for one in pair if one is not None))
    pairs = pairs[:MOST_ROWS]
    highs = [one["high"] for pair in pairs for one in pair if one is not None]
    top = max(float(check.criterion.bound), *highs) * 100
    maximum = min(100.0, (top // 10 + 1) * 10)
    return ShareChart(
        sentence=f"{finding(check)}. {worst_sentence(check)}",
        rows=tuple(_row(row, earlier_row, alone) for row, earlier_row in pairs),
        bound=float(check.criterion.bound) * 100,
        at_most=check.criterion.comparison == Criterion.Comparison.AT_MOST,
        maximum=maximum,
        ticks=(0.0, maximum),
        before_label=_("version %(number)s") % {"number": before.version.version} if before else "",
        after_label=_("version %(number)s") % {"number": check.version.version} if before else "%",
        group_label=_("Group"),
        caption=_caption(check, len(rows) - len(pairs)),
    )


def _row(row: Group, earlier: Group | None, alone: bool) -> ShareRow:
    return ShareRow(
        label=label(row, alone),
        n=row["of"],
        after=row["value"] * 100,
        after_interval=Interval(row["low"] * 100, row["high"] * 100),
        before=earlier["value"] * 100 if earlier else None,
        before_interval=Interval(earlier["low"] * 100, earlier["high"] * 100) if earlier else None,
    )


def _caption(check: Check, left_out: int) -> str:
    # xgettext:no-python-format
    parts = [_("Lines: 95 % interval (Wilson). Shaded: beyond the bound.")]
    if left_out > 0:
        words = ngettext("%(count)s more in the table below.", "%(count)s more in the table below.", left_out)
        parts.append(words % {"count": whole(left_out)})
    if small := too_few(check):
        words = ngettext(
            "%(count)s further group is too small to judge (fewer than %(least)s).",
            "%(count)s further groups are too small to judge (fewer than %(least)s).",
            len(small),
        )
        parts.append(words % {"count": whole(len(small)), "least": whole(check.criterion.minimum_group)})
    return " ".join(parts)


def figures_table(check: Check) -> Table:
    """Every figure of the check, those too small to judge included."""
    verdicts = {"within": _("within"), "beyond": _("beyond the bound"), "too_few": _("too few to judge")}
    rows = []
    for row in check.figures.get("groups", []):
        small = row["verdict"] == "too_few"
        rows.append((
            row["sign"] or "–",
            row["group"] or "–",
            whole(row["count"]) if not small else "–",
            whole(row["of"]),
            "–" if small or row["value"] is None else decimal(row["value"] * 100),
            "–" if small else _interval(row),
            verdicts[row["verdict"]],
        ))  # fmt: skip
    return Table(
        head=(_("Indicator"), _("Group"), _("Count"), _("Of"), "%", _interval_head(), _("Result")),
        rows=tuple(rows),
        caption=_("All figures of this check"),
        numeric=(2, 3, 4, 5),
    )


def _interval_head() -> str:
    # xgettext:no-python-format
    return _("95 % interval")


def _interval(row: Group) -> str:
    return _("%(low)s to %(high)s") % {"low": decimal(row["low"] * 100), "high": decimal(row["high"] * 100)}


def baseline_table(check: Check) -> Table | None:
    """What the simplest rule without learning reaches on the same data: the worst rows first, as wholes first."""
    rows = [row for row in check.figures.get("baseline", []) if row["value"] is not None]
    rows = [row for row in rows if row["metric"] == check.criterion.metric] or rows
    if not rows:
        return None
    wholes = [row for row in rows if not row["group"]] or rows
    shown = sorted(wholes, key=lambda row: -row["value"])[:MOST_ROWS]
    return Table(
        head=(_("Figure"), _("Count"), _("Of"), "%", _interval_head()),
        rows=tuple(
            (label(row, False), whole(row["count"]), whole(row["of"]), decimal(row["value"] * 100), _interval(row))
            for row in shown
        ),
        caption=_("The simplest rule on the same data"),
        numeric=(1, 2, 3, 4),
    )
