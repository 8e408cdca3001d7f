"""Counts and votes as bars from 0."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.web.format import percent, whole
from minga.web.svg.charts_shares import chart_row, too_few
from minga.web.svg.markup import EMPTY, as_table, block, caption, figure, join, key, plot, swatch, table
from minga.web.svg.types import BarList, VoteChart, Votes

BAR = 15


def bar_list(chart: BarList) -> SafeString:
    """Solid, striped, hollow and dashed bars on one scale, the number in the row."""
    top = max((row.count for row in chart.rows), default=0) or 1
    rows = (
        chart_row(
            row.label,
            plot(block(0, 100 * row.count / top, 0.5, BAR - 1, f"bar {row.pattern}"), BAR),
            format_html('<span class="strong">{}</span>', whole(row.count)),
        )
        for row in chart.rows
    )
    listed = table(
        (chart.head or pgettext("chart", "Group"), pgettext("chart", "Count")),
        ((r.label, whole(r.count)) for r in chart.rows),
        frozenset({1}),
    )
    return figure(chart.sentence, join(rows), join((caption(chart.caption), as_table(listed))), "bar-list")


def total(row: Votes) -> int:
    return row.agree + row.passed + row.disagree


def vote_bar(row: Votes) -> SafeString:
    if row.too_few or not total(row):
        return plot(EMPTY, BAR)
    unit = 100 / total(row)
    pieces = ((row.agree, "solid"), (row.passed, "hollow"), (row.disagree, "striped"))
    parts, at = [], 0.0
    for count, pattern in pieces:
        if count:
            parts.append(block(at, count * unit, 0.5, BAR - 1, f"bar {pattern}"))
        at += count * unit
    return plot(join(parts), BAR)


def vote_figure(row: Votes, show: str) -> SafeString:
    if row.too_few:
        return format_html('<span class="few">{}</span>', too_few())
    part = row.disagree if row.lead == "disagree" else row.agree
    everyone = total(row)
    if show == "count":
        text = _("%(part)s of %(total)s disagree") if row.lead == "disagree" else _("%(part)s of %(total)s agree")
        return format_html("<span>{}</span>", text % {"part": whole(part), "total": whole(everyone)})
    share = percent(100 * part / everyone if everyone else 0, 0)
    text = _("disagree of %(total)s") if row.lead == "disagree" else _("agree of %(total)s")
    return format_html("<span><b>{}</b> {}</span>", share, text % {"total": whole(everyone)})


def vote_key() -> SafeString:
    return key(
        (
            (swatch("bar solid"), pgettext("vote", "agree")),
            (swatch("bar hollow"), pgettext("vote", "pass")),
            (swatch("bar striped"), pgettext("vote", "disagree")),
        )
    )


def vote_table(chart: VoteChart) -> SafeString:
    head = (
        pgettext("chart", "Group"),
        pgettext("vote", "Agree"),
        pgettext("vote", "Pass"),
        pgettext("vote", "Disagree"),
        pgettext("chart", "In all"),
    )
    rows = (
        (
            row.label,
            *(
                (too_few(), "–", "–", "–")
                if row.too_few
                else map(whole, (row.agree, row.passed, row.disagree, total(row)))
            ),
        )
        for row in chart.rows
    )
    return table(head, rows, frozenset(range(1, 5)), stack=True)


def vote_chart(chart: VoteChart) -> SafeString:
    """Solid agree, white pass, striped disagree; the figure names the size of the group."""
    rows = join(chart_row(row.label, vote_bar(row), vote_figure(row, chart.show)) for row in chart.rows)
    body = join((vote_key() if chart.key else EMPTY, rows))
    return figure(
        chart.sentence,
        body,
        join((caption(chart.caption), as_table(vote_table(chart)))),
        f"votes {chart.show}",
    )
