"""Distributions: the limit cut into them, and the case as a labelled pointer."""

from bisect import bisect_right

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.web.format import percent, trimmed, whole
from minga.web.svg.markup import (
    EMPTY,
    as_table,
    block,
    caption,
    figure,
    join,
    key,
    label,
    line,
    number,
    pct,
    plot,
    pointer,
    swatch,
    table,
    upright,
)
from minga.web.svg.types import FenceChart, Histogram, Pointer

HEIGHT = 112
TOP = 12


def case_label(x: float, y: float, case: Pointer) -> SafeString:
    """The name of the case, on the side of its pointer where there is room."""
    left = x > 50
    css = "at-end strong" if left else "at-start strong"
    return format_html(
        '<svg x="{}" y="{}" overflow="visible"><text class="{}" x="{}">{}</text></svg>',
        pct(x),
        number(y),
        css,
        "-10" if left else "10",
        case.label,
    )


# Histogram


def part_of(chart: Histogram, index: int) -> int:
    """Which part (between cuts) the bin belongs to, by its left edge."""
    return bisect_right([cut.at for cut in chart.cuts], chart.start + index * chart.width)


def position(chart: Histogram, value: float) -> float:
    return 100 * (value - chart.start) / (chart.width * len(chart.counts))


def bars(chart: Histogram) -> SafeString:
    highest = max(chart.counts, default=0) or 1
    width = 100 / len(chart.counts)
    drawn = []
    for index, count in enumerate(chart.counts):
        height = max(1.0, (HEIGHT - TOP) * count / highest) if count else 1.0
        pattern = chart.parts[part_of(chart, index)].pattern if chart.parts else "plain"
        css = f"bar {pattern}" if count else "bar none"
        drawn.append(block(index * width + width * 0.03, width * 0.94, HEIGHT - height, height, css))
    return join(drawn)


def histogram_key(chart: Histogram) -> SafeString:
    total = sum(chart.counts) or 1
    sums = [0] * len(chart.parts)
    for index, count in enumerate(chart.counts):
        sums[part_of(chart, index)] += count
    return key(
        (
            swatch(f"bar {part.pattern}"),
            f"{part.label}: {percent(100 * sums[i] / total if part.share is None else part.share)}",
        )
        for i, part in enumerate(chart.parts)
    )


def histogram_axis(chart: Histogram) -> SafeString:
    end = chart.start + chart.width * len(chart.counts)
    cuts = [label(position(chart, cut.at), 16, cut.label or trimmed(cut.at), "strong") for cut in chart.cuts]
    free = (
        t
        for t in (chart.ticks or (chart.start,))
        if all(abs(position(chart, t - c.at) - position(chart, 0)) > 4 for c in chart.cuts)
    )
    ticks = [label(position(chart, t), 16, trimmed(t)) for t in free if t < end]
    return plot(join((*ticks, *cuts, label(100, 16, chart.unit))), 22, "plot axis")


def histogram_table(chart: Histogram) -> SafeString:
    def edges(index: int) -> str:
        low = chart.start + index * chart.width
        if chart.width == 1:
            return trimmed(low)
        return _("%(low)s to under %(high)s") % {"low": trimmed(low), "high": trimmed(low + chart.width)}

    rows = ((edges(i), whole(count)) for i, count in enumerate(chart.counts))
    return table((chart.unit, pgettext("chart", "Count")), rows, frozenset({1}))


def histogram(chart: Histogram) -> SafeString:
    """Bars from 0 with each limit as an ink rule through them, and the case's pointer above its bin."""
    parts = [bars(chart), line(0, 100, HEIGHT, "base")]
    parts += [upright(position(chart, cut.at), 0, HEIGHT + 6, "bound") for cut in chart.cuts]
    if chart.case:
        parts.append(case_marks(chart, chart.case))
    body = join(
        (
            histogram_key(chart) if chart.parts else EMPTY,
            plot(join(parts), HEIGHT + 7),
            histogram_axis(chart),
        )
    )
    return figure(chart.sentence, body, join((caption(chart.caption), as_table(histogram_table(chart)))), "histogram")


def case_marks(chart: Histogram, case: Pointer) -> SafeString:
    """Pointer over the bin that holds the case; the label stands clear of the neighbouring bars."""
    index = min(max(int((case.at - chart.start) // chart.width), 0), len(chart.counts) - 1)
    x = position(chart, chart.start + (index + 0.5) * chart.width)
    highest = max(chart.counts, default=0) or 1
    y = HEIGHT - (HEIGHT - TOP) * chart.counts[index] / highest - 2
    near = max(3, len(chart.counts) // 5)
    rising = max(chart.counts[index + 1 : index + near], default=0) >= max(
        chart.counts[max(index - near, 0) : index], default=0
    )
    to_left = rising and x > 15
    name = format_html(
        '<svg x="{}" y="{}" overflow="visible"><text class="{}" x="{}">{}</text></svg>',
        pct(x),
        number(max(y - 12, 14)),
        "at-end strong" if to_left else "at-start strong",
        "-6" if to_left else "10",
        case.label,
    )
    return join((pointer(x, max(y, 14)), name))


# Box and fence


def fence_chart(chart: FenceChart) -> SafeString:
    """Quartile box, the fence as an ink rule, the striped zone beyond it and the case's pointer."""

    def at(value: float) -> float:
        return 100 * (value - chart.minimum) / (chart.maximum - chart.minimum)

    fence, low, high, case = at(chart.fence), at(chart.q1), at(chart.q3), at(chart.case.at)
    zone = (
        block(0, fence, 20, 14, "bar striped bare")
        if chart.below
        else block(fence, 100 - fence, 20, 14, "bar striped bare")
    )
    parts = (
        line(0, 100, 27, "whisker"),
        zone,
        block(low, high - low, 20, 14, "bar plain"),
        upright(fence, 20, 42, "bound"),
        pointer(case, 24),
        case_label(case, 14, chart.case),
    )
    body = join((plot(join(parts), 43), fence_axis(chart, fence, low, high)))
    return figure(chart.sentence, body, join((caption(chart.caption), as_table(fence_table(chart)))), "fence")


def fence_axis(chart: FenceChart, fence: float, low: float, high: float) -> SafeString:
    unit = f"\u202f{chart.unit}" if chart.unit else ""
    return plot(
        join(
            (
                label(fence, 16, pgettext("chart", "fence") + " " + trimmed(chart.fence), "strong"),
                label(low, 16, "Q1 " + trimmed(chart.q1)),
                label(high, 16, "Q3 " + trimmed(chart.q3) + unit),
            )
        ),
        22,
        "plot axis",
    )


def fence_table(chart: FenceChart) -> SafeString:
    unit = f"\u202f{chart.unit}" if chart.unit else ""
    rows = (
        (chart.case.label, trimmed(chart.case.at) + unit),
        (pgettext("chart", "Fence"), trimmed(chart.fence) + unit),
        (_("First quartile, Q1"), trimmed(chart.q1) + unit),
        (_("Third quartile, Q3"), trimmed(chart.q3) + unit),
    )
    return table((pgettext("chart", "What"), pgettext("chart", "Value")), rows, frozenset({1}))
