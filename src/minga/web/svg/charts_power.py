"""Who took part and who changed something: coverage per phase, influence against share."""

import math
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from minga.web.format import decimal, percent, signed, trimmed, whole
from minga.web.svg.charts_shares import cells, chart_row, interval_name, range_text, too_few, took_part_key
from minga.web.svg.markup import (
    as_table,
    caption,
    dot,
    figure,
    join,
    label,
    line,
    plot,
    table,
    upright,
)
from minga.web.svg.types import Interval
from minga.web.svg.types_dialogue import CoverageCell, CoverageRow, CoverageTable, Influence, InfluenceChart

# Coverage per phase

CELL = 20
MIDDLE = CELL / 2


def coverage_scale(chart: CoverageTable) -> float:
    """Right end of all cells' axes: the largest value or interval end, rounded up to tens."""
    ends = [row.affected for row in chart.rows]
    for row in chart.rows:
        for cell in row.cells:
            ends += [cell.share or 0, cell.interval.high if cell.interval else 0]
    return min(100.0, (max(ends, default=90) // 10 + 1) * 10)


def coverage_plot(row: CoverageRow, cell: CoverageCell, scale: float) -> SafeString:
    parts = [line(0, 100, MIDDLE, "rule")]
    if cell.interval:
        parts.append(line(cell.interval.low * scale, cell.interval.high * scale, MIDDLE, "interval after"))
    if cell.share is not None:
        zero = cell.people == 0
        parts.append(dot(cell.share * scale, MIDDLE, 4.5 if zero else 5.5, "zero" if zero else "after"))
    parts.append(upright(row.affected * scale, 2, CELL - 2, "target"))
    return plot(join(parts), CELL)


def coverage_cell(row: CoverageRow, cell: CoverageCell, scale: float) -> SafeString:
    """The mark, then share and gap, then interval and people."""
    if cell.people is None:
        return format_html('<span class="few">{}</span>', _("fewer than 10"))
    if cell.share is None:
        return format_html('<span class="soft">{}</span>', _("not yet"))
    drawing = coverage_plot(row, cell, scale)
    if cell.people == 0:
        return format_html('{}<span class="bad">{}</span>', drawing, _("0, nobody took part"))
    people = ngettext("%(n)s person", "%(n)s people", cell.people) % {"n": whole(cell.people)}
    doubt = f"{range_text(cell.interval, 0)} · {people}" if cell.interval else people
    return format_html(
        "{}{} <b>{}</b><small>{}</small>", drawing, percent(cell.share, 0), signed(cell.share - row.affected), doubt
    )


def coverage_row(chart: CoverageTable, row: CoverageRow, scale: float) -> SafeString:
    drawn = format_html_join(
        "",
        '<td data-label="{}"><span class="cell">{}</span></td>',
        ((phase, coverage_cell(row, c, scale)) for phase, c in zip(chart.phases, row.cells, strict=True)),
    )
    return format_html(
        '<tr><th scope="row">{}</th><td class="num" data-label="{}">{}</td>{}</tr>',
        row.label,
        _("Affected"),
        percent(row.affected, 0),
        drawn,
    )


def coverage_table(chart: CoverageTable) -> SafeString:
    """A real table: groups down, phases across; in each cell the target, the measured share with its interval,
    the gap in points."""
    scale = 100 / coverage_scale(chart)
    heads = format_html_join("", '<th scope="col">{}</th>', ((phase,) for phase in chart.phases))
    return format_html(
        '<div class="chart coverage-chart">{}<table class="table stack coverage"><caption class="visually-hidden">{}'
        '</caption><thead><tr><th scope="col">{}</th><th scope="col" class="num">{}</th>{}</tr></thead>'
        '<tbody>{}</tbody></table><p class="caption">{}</p></div>',
        took_part_key(),
        chart.caption,
        chart.group_label or pgettext("chart", "Group"),
        _("Affected"),
        heads,
        join(coverage_row(chart, row, scale) for row in chart.rows),
        _("Per cent of those who took part, gap to the affected in points; below them interval and people."),
    )


# Influence

ROW = 26


def span(chart: InfluenceChart) -> float:
    """The axis ends at 1 / span and span: the next power of two that holds all finite values, 2 to 64."""
    if chart.span:
        return chart.span
    values = [v for row in judged(chart.rows) for v in (row.ratio or 0, row.low, row.high) if v > 0]
    reach = max((abs(math.log2(value)) for value in values), default=1)
    return 2.0 ** min(6, max(1, math.ceil(reach)))


def judged(rows: Sequence[Influence]) -> list[Influence]:
    return [row for row in rows if row.ratio is not None and not row.too_few]


def place(value: float, ends: float) -> float:
    """Per cent along the axis; what lies beyond an end, 0 included, stands at the end."""
    if value <= 0:
        return 0.0
    return min(100.0, max(0.0, 50 + 50 * math.log(value) / math.log(ends)))


def influence_row(row: Influence, ends: float) -> SafeString:
    middle = ROW / 2
    parts = [line(0, 100, middle, "rule"), upright(50, 0, ROW, "bound")]
    if row.ratio is not None and not row.too_few:
        if row.high > 0:
            parts.append(line(place(row.low, ends), place(row.high, ends), middle, "interval after"))
        zero = row.ratio == 0
        parts.append(dot(place(row.ratio, ends), middle, 4.5 if zero else 6, "zero" if zero else "after"))
    name = format_html("{}<small>{}</small>", row.label, row.note) if row.note else row.label
    return chart_row(name, plot(join(parts), ROW), influence_figures(row))


def influence_figures(row: Influence) -> SafeString:
    if row.ratio is None or row.too_few:
        return cells((too_few(), "few"))
    return cells((decimal(row.ratio), "bad" if row.ratio == 0 else "strong"), (influence_range(row), "soft wide"))


def influence_range(row: Influence) -> str:
    return range_text(Interval(row.low, row.high)) if row.high > 0 else "–"


def influence_axis(ends: float) -> SafeString:
    """Ticks at the ends and at 1; the same ratio up and down is the same distance."""
    low = format_html("1/{}", trimmed(ends))
    ticks = (label(0, 16, low), label(50, 16, _("1: as much as their share"), "strong"), label(100, 16, trimmed(ends)))
    return plot(join(ticks), 22, "plot axis")


def influence_table(chart: InfluenceChart) -> SafeString:
    head = (pgettext("chart", "Group"), _("Influence"), interval_name())
    rows = (
        (row.label, too_few(), "–")
        if row.ratio is None or row.too_few
        else (row.label, decimal(row.ratio), influence_range(row))
        for row in chart.rows
    )
    return table(head, rows, frozenset({1, 2}))


def influence_chart(chart: InfluenceChart) -> SafeString:
    """Dots with intervals on a log scale around the ink rule at 1, the number in the row."""
    ends = span(chart)
    names = cells((pgettext("influence", "ratio"), ""), (interval_name(), "wide"))
    rows = (influence_row(row, ends) for row in chart.rows)
    body = join((chart_row("", influence_axis(ends), names, "head"), *rows))
    zero = _("A dashed ring at the left end is 0.") if any(row.ratio == 0 for row in chart.rows) else ""
    after = (caption(" ".join(filter(None, (str(chart.caption), zero)))), as_table(influence_table(chart)))
    return figure(chart.sentence, body, join(after), "influence")
