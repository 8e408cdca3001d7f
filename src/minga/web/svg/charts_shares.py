"""Shares per group with their intervals: before against after, affected against took part."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.web.format import decimal, percent, signed, trimmed, whole
from minga.web.svg.markup import (
    EMPTY,
    as_table,
    block,
    caption,
    dot,
    figure,
    join,
    key,
    label,
    line,
    plot,
    table,
    upright,
)
from minga.web.svg.types import Interval, ShareChart, ShareRow, TookPart, TookPartChart

ROW = 30
# Of an axis: height of a line of words, and the distance in per cent of its width at which two words touch.
LINE, NEAR, NEAR_END = 20, 17, 28
MIDDLE = ROW / 2


def chart_row(name: object, drawing: object, figures: object, css: str = "") -> SafeString:
    return format_html(
        '<div class="chart-row {}"><span class="row-label">{}</span><span class="row-plot">{}</span>'
        '<span class="row-figures">{}</span></div>',
        css,
        name,
        drawing,
        figures,
    )


def cells(*values: tuple[object, str]) -> SafeString:
    return join(format_html('<span class="{}">{}</span>', css, value) for value, css in values)


def range_text(interval: Interval | None, digits: int = 1) -> str:
    if interval is None:
        return "–"
    return _("%(low)s to %(high)s") % {"low": decimal(interval.low, digits), "high": decimal(interval.high, digits)}


def interval_name() -> str:
    return _("%(level)s interval") % {"level": percent(95, 0)}


def too_few() -> str:
    return _("too few to judge")


# Share per group, before and after, against a bound


def fails(chart: ShareChart, value: float | None) -> bool:
    if value is None or chart.bound is None:
        return False
    return value > chart.bound if chart.at_most else value < chart.bound


def share_marks(chart: ShareChart, row: ShareRow) -> SafeString:
    """Shade beyond the bound, the bound's rule, interval lines and dots of one group."""
    scale = 100 / chart.maximum
    parts: list[SafeString] = []
    if chart.bound is not None:
        edge = chart.bound * scale
        parts.append(block(edge, 100 - edge, 0, ROW, "beyond") if chart.at_most else block(0, edge, 0, ROW, "beyond"))
    if row.before is not None and row.after is not None and not row.too_few:
        low, high = sorted((row.before * scale, row.after * scale))
        parts.append(line(low, high, MIDDLE, "link-line"))
    if chart.bound is not None:
        parts.append(upright(chart.bound * scale, 0, ROW, "bound"))
    if not row.too_few:
        parts += marks_of(row.before, row.before_interval, scale, "before", 6.5)
        parts += marks_of(row.after, row.after_interval, scale, "after", 7.5)
    return plot(join(parts), ROW)


def marks_of(value: float | None, interval: Interval | None, scale: float, css: str, radius: float) -> list[SafeString]:
    if value is None:
        return []
    marks = [line(interval.low * scale, interval.high * scale, MIDDLE, f"interval {css}")] if interval else []
    return [*marks, dot(value * scale, MIDDLE, radius, css)]


def share_row(chart: ShareChart, row: ShareRow) -> SafeString:
    name = format_html("{}<small>{}</small>", row.label, row.note or _("%(n)s in all") % {"n": whole(row.n)})
    if row.too_few:
        return chart_row(name, share_marks(chart, row), cells((too_few(), "few")), "unjudged")
    figures = []
    if has_limits(chart):
        figures.append((row.limit, "soft wide"))
    if has_before(chart):
        shown = "–" if row.before is None else decimal(row.before)
        figures.append((shown, "bad" if fails(chart, row.before) else ""))
    after = "–" if row.after is None else decimal(row.after)
    figures.append((after, "bad" if fails(chart, row.after) else "strong"))
    return chart_row(name, share_marks(chart, row), cells(*figures))


def has_limits(chart: ShareChart) -> bool:
    return any(row.limit for row in chart.rows)


def has_before(chart: ShareChart) -> bool:
    return any(row.before is not None for row in chart.rows)


def share_axis(chart: ShareChart) -> SafeString:
    """The ticks, and the name of the bound between them or, where it would cover one, on a line above."""
    scale = 100 / chart.maximum
    base = 16 + (LINE if covers_a_tick(chart) else 0)
    ticks = [label(t * scale, base, percent(t, 0) if t == chart.ticks[-1] else trimmed(t)) for t in chart.ticks]
    if chart.bound is not None:
        text = _("bound %(value)s") % {"value": percent(chart.bound, 0 if float(chart.bound).is_integer() else 1)}
        ticks.append(label(chart.bound * scale, 16, text, "strong"))
    return plot(join(ticks), base + 6, "plot axis")


def covers_a_tick(chart: ShareChart) -> bool:
    """Whether the bound's name would touch a tick on a phone; the tick at the right end reaches further to the left."""
    if chart.bound is None:
        return False
    scale = 100 / chart.maximum
    return any(abs(t - chart.bound) * scale < (NEAR_END if t == chart.maximum else NEAR) for t in chart.ticks)


def share_head(chart: ShareChart) -> SafeString:
    names: list[tuple[object, str]] = (
        [(chart.limit_label or pgettext("chart", "limit"), "wide")] if has_limits(chart) else []
    )
    if has_before(chart):
        names.append((chart.before_label or pgettext("chart", "before"), ""))
        names.append((chart.after_label or pgettext("chart", "after"), ""))
    else:
        names.append((chart.after_label or pgettext("chart", "share"), ""))
    return chart_row("", share_axis(chart), cells(*names), "head")


def share_table(chart: ShareChart) -> SafeString:
    """The figures of the chart; where nothing is held against a state before, only one share a group."""
    both = has_before(chart)
    alone = _("%(share)s, per cent") % {"share": chart.after_label or pgettext("chart", "Share")}
    head = [
        chart.group_label or pgettext("chart", "Group"),
        pgettext("chart", "In all"),
        chart.limit_label or pgettext("chart", "Limit"),
        *((_("Before, per cent"), interval_name(), _("After, per cent")) if both else (alone,)),
        interval_name(),
    ]

    def shown(value: float | None, row: ShareRow) -> str:
        return too_few() if row.too_few else "–" if value is None else decimal(value)

    def before(row: ShareRow) -> tuple[str, ...]:
        return (shown(row.before, row), range_text(row.before_interval)) if both else ()

    rows = (
        (row.label, whole(row.n), row.limit or "–", *before(row), shown(row.after, row), range_text(row.after_interval))
        for row in chart.rows
    )
    return table(head, rows, frozenset(range(1, len(head))), stack=True)


def share_chart(chart: ShareChart) -> SafeString:
    """Two versions on one axis: hollow before, filled after, thin line for the interval, bound as an ink
    rule."""
    body = join((share_head(chart), *(share_row(chart, row) for row in chart.rows)))
    css = "shares" + (" with-limit" if has_limits(chart) else "") + ("" if has_before(chart) else " single")
    return figure(chart.sentence, body, join((caption(chart.caption), as_table(share_table(chart)))), css)


# Affected against took part


def took_part_scale(chart: TookPartChart) -> float:
    """Right end of the axis: the largest value or interval end, rounded up to tens."""
    if chart.maximum:
        return chart.maximum
    ends = [row.affected for row in chart.rows]
    for row in chart.rows:
        if not unjudged(row):
            ends += [row.took_part or 0, row.interval.high if row.interval else 0]
    return min(100.0, (max(ends, default=90) // 10 + 1) * 10)


def unjudged(row: TookPart) -> str:
    """Why nothing is shown for a group; empty where there is something."""
    if row.suppressed:
        return _("fewer than 10")
    return too_few() if row.too_few or row.took_part is None else ""


def took_part_row(row: TookPart, scale: float) -> SafeString:
    parts = [line(0, 100, 13, "rule")]
    if row.took_part is not None and not unjudged(row):
        if row.interval:
            parts.append(line(row.interval.low * scale, row.interval.high * scale, 13, "interval after"))
        zero = row.took_part == 0
        parts.append(dot(row.took_part * scale, 13, 4.5 if zero else 6, "zero" if zero else "after"))
    parts.append(upright(row.affected * scale, 3, 23, "target"))
    return chart_row(row.label, plot(join(parts), 26), took_part_figures(row))


def took_part_figures(row: TookPart) -> SafeString:
    if row.took_part is None or unjudged(row):
        return cells((percent(row.affected, 0), ""), (unjudged(row), "few"))
    gap = signed(row.took_part - row.affected)
    return cells((percent(row.affected, 0), ""), (percent(row.took_part, 0), ""), (gap, "strong"))


def took_part_table(chart: TookPartChart) -> SafeString:
    head = (
        pgettext("chart", "Group"),
        _("Affected, per cent"),
        _("Took part, per cent"),
        interval_name(),
        _("Gap, points"),
    )
    rows = (
        (
            row.label,
            decimal(row.affected, 0),
            unjudged(row) or decimal(row.took_part or 0, 0),
            "–" if unjudged(row) else range_text(row.interval),
            "–" if unjudged(row) else signed((row.took_part or 0) - row.affected),
        )
        for row in chart.rows
    )
    return table(head, rows, frozenset(range(1, 5)), stack=True)


def took_part_key() -> SafeString:
    target = format_html('<svg class="swatch" width="8" height="14" {}>{}</svg>', EMPTY, upright(50, 1, 13, "target"))
    dotted = format_html(
        '<svg class="swatch" width="34" height="14">{}{}</svg>',
        line(0, 100, 7, "interval after"),
        dot(50, 7, 5.5, "after"),
    )
    return key(
        (
            (target, pgettext("chart", "affected")),
            (dotted, _("took part, %(level)s interval") % {"level": percent(95, 0)}),
        )
    )


def took_part_chart(chart: TookPartChart) -> SafeString:
    """Target as a bar mark, measured as a dot with its interval, the gap as a signed number."""
    scale = 100 / took_part_scale(chart)
    names = cells(
        (pgettext("chart", "affected"), ""),
        (pgettext("chart", "took part"), ""),
        (pgettext("chart", "gap"), ""),
    )
    head = chart_row("", "", names, "head")
    body = join((took_part_key(), head, *(took_part_row(row, scale) for row in chart.rows)))
    return figure(chart.sentence, body, join((caption(chart.caption), as_table(took_part_table(chart)))), "took-part")
