"""The figures of a check as charts and tables, with the finding as their sentence."""

from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from minga.design.metrics import METRICS, unit_of
from minga.design.models import Check, Criterion
from minga.design.table_metrics import BEATS_BASELINE, PERTURBATIONS
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
    return row["group"] if alone or not row["sign"] else f"{row['group']} · {row['sign']}"


def bound_text(criterion: Criterion) -> str:
    """ "at most 20 %", "at most 250 ms"."""
    unit = unit_of(criterion.metric, criterion.options.get("gap", ""))
    if unit == "share":
        digits = 0 if criterion.bound * 100 == round(criterion.bound * 100) else 2
        shown = percent(float(criterion.bound) * 100, digits)
    else:
        shown = in_unit(
            float(criterion.bound), unit, digits=max(0, -int(criterion.bound.normalize().as_tuple().exponent))
        )
    return f"{criterion.get_comparison_display()} {shown}"


def in_unit(value: float, unit: str, currency: str = "", digits: int | None = None) -> str:
    """A figure with its unit: "45.9 %", "12 ms", "0.0140 EUR", "0.812"."""
    if unit == "share":
        return percent(value * 100, 1 if digits is None else digits)
    usual = {"ms": 1, "currency": 4}.get(unit, 3)
    text = decimal(value, usual if digits is None else digits)
    after = {"ms": "ms", "currency": currency or _("in the tool’s currency")}.get(unit, "")
    return f"{text}\u202f{after}" if after else text


def measure_text(criterion: Criterion) -> str:
    """What is measured: the measure, the answer that is looked for, and whether the gap between groups counts."""
    metric = METRICS[criterion.metric]
    parts = [str(metric.title)]
    if positive := criterion.options.get("positive"):
        parts.append(_("looked for: “%(label)s”") % {"label": positive})
    if kinds := criterion.options.get("perturbations"):
        parts.append(", ".join(str(PERTURBATIONS[kind]) for kind in kinds))
    if gap := criterion.options.get("gap"):
        parts.append(
            _("largest difference between groups")
            if gap == "difference"
            else _("lowest group as a share of the highest")
        )
    return " · ".join(parts)


def group_text(criterion: Criterion) -> str:
    """By what a figure is told apart, in words."""
    known = METRICS[criterion.metric].groups
    return _(" and ").join(str(known.get(name, name)) for name in criterion.group_by.split(",") if name)


def unit(check: Check) -> str:
    return str(check.figures.get("unit", "share"))


def value_text(check: Check, value: float) -> str:
    return in_unit(value, unit(check), str(check.figures.get("currency", "")))


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
    counted = count_of(worst["count"], worst["of"]) if is_counted(check) else whole(worst["of"])
    words = (
        _("The worst: %(share)s of %(group)s (%(counted)s).")
        if is_counted(check)
        else _("The worst: %(share)s, %(group)s (%(counted)s cases).")
    )
    return words % {
        "share": value_text(check, worst["value"]),
        "group": label(worst, one_sign(check)),
        "counted": counted,
    }


def is_counted(check: Check) -> bool:
    """Whether each figure is a count of cases out of others, so that both are shown."""
    gap = check.figures.get("options", {}).get("gap")
    return unit(check) == "share" and not gap and check.criterion.metric != BEATS_BASELINE


def share_chart(check: Check, before: Check | None = None) -> ShareChart | None:
    """The worst groups against the bound, with the earlier version hollow where there is one."""
    rows = [row for row in judged(check) if row["low"] is not None]
    if not rows or not is_counted(check):
        return None
    alone = one_sign(check)
    old = [row for row in judged(before) if row["low"] is not None] if before else []
    earlier = {(row["sign"], row["group"]): row for row in old}
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
    parts = [_("Lines: 95 % interval, the longer the fewer cases. Shaded: beyond the bound.")]
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
            "–" if small or row["value"] is None else _number(check, row["value"]),
            "–" if small else _interval(check, row),
            verdicts[row["verdict"]],
        ))  # fmt: skip
    return Table(
        head=(_("Indicator"), _("Group"), _("Count"), _("Of"), _unit_head(check), _interval_head(), _("Result")),
        rows=tuple(rows),
        caption=_("All figures of this check"),
        numeric=(2, 3, 4, 5),
    )


def _interval_head() -> str:
    # xgettext:no-python-format
    return _("95 % interval")


def failure_lines(check: Check) -> list[str]:
    """Why the tool gave no answer, the most frequent reason first, and what that means for the figures."""
    rows = check.figures.get("failures", [])
    told = [
        ngettext("%(count)s case: %(reason)s", "%(count)s cases: %(reason)s", count)
        % {"count": whole(count), "reason": reason}
        for reason, count in rows
    ]
    return [*told, _("A case on which the tool failed counts as not answered in every figure.")] if told else []


def cost_text(check: Check) -> str:
    """What 1,000 cases cost; "" where it is not known."""
    if check.cost_per_1000 is None:
        return ""
    return in_unit(float(check.cost_per_1000), "currency", str(check.figures.get("currency", "")))


def _unit_head(check: Check) -> str:
    heads = {"share": "%", "ms": "ms", "currency": str(check.figures.get("currency") or _("Value"))}
    return heads.get(unit(check), _("Value"))


def _number(check: Check, value: float) -> str:
    if unit(check) == "share":
        return decimal(value * 100)
    return decimal(value, {"ms": 1, "currency": 4}.get(unit(check), 3))


def _interval(check: Check, row: Group) -> str:
    if row["low"] is None or row["high"] is None:
        return "–"
    return _("%(low)s to %(high)s") % {"low": _number(check, row["low"]), "high": _number(check, row["high"])}


def baseline_table(check: Check) -> Table | None:
    """What the simplest rule without learning reaches on the same data: the worst rows first, as wholes first."""
    rows = [row for row in check.figures.get("baseline", []) if row["value"] is not None]
    rows = [row for row in rows if row["metric"] == check.criterion.metric] or rows
    if not rows:
        return None
    wholes = [row for row in rows if not row["group"]] or rows
    shown = sorted(wholes, key=lambda row: -row["value"])[:MOST_ROWS]
    return Table(
        head=(_("Figure"), _("Count"), _("Of"), _unit_head(check), _interval_head()),
        rows=tuple(
            (
                label(row, False),
                whole(row["count"]),
                whole(row["of"]),
                _number(check, row["value"]),
                _interval(check, row),
            )
            for row in shown
        ),
        caption=_("The simplest rule on the same data"),
        numeric=(1, 2, 3, 4),
    )
