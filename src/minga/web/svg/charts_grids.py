"""Participation per step, rollout stages, the 2 x 2 matrix and the 3 x 4 grid."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from minga.web.format import trimmed, whole
from minga.web.svg.marks import state
from minga.web.svg.markup import EMPTY, block, figure, join, label, line, number, pct, plot, table, upright
from minga.web.svg.types import (
    LEVELS,
    PHASES,
    CapacityMatrix,
    Cell,
    Level,
    ParticipationRow,
    ParticipationTable,
    Party,
    Phase,
    RolloutBar,
    Stage,
    Text,
    TypologyGrid,
)

LEVEL_WORDS: dict[Level, Text] = {
    "individual": pgettext_lazy("level", "Individual"),
    "group": pgettext_lazy("level", "Group"),
    "collective": pgettext_lazy("level", "Collective"),
}
PHASE_WORDS: dict[Phase, Text] = {
    "commission": gettext_lazy("Commission"),
    "design": gettext_lazy("Design"),
    "deliver": gettext_lazy("Deliver"),
    "assess": gettext_lazy("Assess"),
}


def link_or_text(text: object, href: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', href, text) if href else format_html("{}", text)


# Who gave something in each step


def share_bar(count: int | None, highest: int) -> SafeString:
    """A bar from 0; zero is a dashed ring and a red 0; a suppressed count has no mark."""
    if count is None:
        words = _("fewer than 10, not shown")
        return format_html(
            '<span class="few" title="{}">&lt;{}10<span class="visually-hidden"> {}</span></span>',
            words,
            "\u202f",
            words,
        )
    if count == 0:
        ring = mark_safe('<circle class="zero" cx="5.5" cy="6" r="4"/>')
        return format_html('{}<span class="bad">0</span>', plot(ring, 12, "tiny"))
    return format_html(
        "{}<span>{}</span>",
        plot(block(0, max(1.5, 100 * count / highest), 1, 9, "bar solid bare"), 12, "tiny"),
        whole(count),
    )


def participation_row(row: ParticipationRow, highest: int, names: list[Text]) -> SafeString:
    step = format_html('<span class="step-number">{}</span> ', row.number) if row.number else EMPTY
    counts = format_html_join(
        "",
        '<td data-label="{}">{}</td>',
        ((n, share_bar(c, highest)) for n, c in zip(names, row.counts, strict=True)),
    )
    return format_html(
        '<tr><th scope="row">{}{}</th><td class="gate">{}</td>{}</tr>',
        step,
        link_or_text(row.label, row.href),
        state(row.kind, row.text, row.share),
        counts,
    )


def participation_table(chart: ParticipationTable) -> SafeString:
    """A real table: steps down, groups across, a bar and a number in each cell."""
    highest = max((c for row in chart.rows for c in row.counts if c), default=1)
    names = [full for full, _short in chart.groups]
    heads = format_html_join(
        "",
        '<th scope="col"><span class="full">{}</span><span class="short" aria-hidden="true">{}</span></th>',
        ((full, short or full) for full, short in chart.groups),
    )
    body = join(participation_row(row, highest, names) for row in chart.rows)
    return format_html(
        '<table class="table participation"><caption class="visually-hidden">{}</caption><thead><tr>'
        '<th scope="col" class="step">{}</th><th scope="col" class="gate">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>",
        chart.caption,
        pgettext("lifecycle", "Step"),
        pgettext("lifecycle", "Gate"),
        heads,
        body,
    )


# Rollout


def stage(item: Stage) -> SafeString:
    drawn = {
        "done": mark_safe('<rect class="reached" y="0" width="100%" height="4"/>'),
        "here": mark_safe('<rect class="reached" y="0" width="100%" height="10"/>'),
        "not_yet": mark_safe('<line class="ahead" x1="0" x2="100%" y1="2" y2="2"/>'),
    }[item.state]
    current = mark_safe(' aria-current="step"') if item.state == "here" else EMPTY
    return format_html(
        '<li class="{}"{}>{}<span>{}</span><span>{}</span></li>',
        item.state,
        current,
        plot(drawn, 12, "tiny"),
        item.label,
        item.when,
    )


def rollout_bar(chart: RolloutBar) -> SafeString:
    """Off, shadow, 1, 10, 50, 100 %: reached solid, present thick, ahead dashed. A list, so it needs no
    table."""
    return format_html(
        '<ol class="rollout" aria-label="{}">{}</ol>', chart.sentence, join(stage(s) for s in chart.stages)
    )


# Capacity and willingness

SIDE = 320


def quadrants() -> tuple[tuple[float, float, Text, Text], ...]:
    """Top left corner (per cent, pixels), name, and how likely it is to work together."""
    possible = pgettext("matrix", "co-production possible")
    return (
        (0, 0, _("Willing, not able"), possible),
        (50, 0, _("Willing and able"), pgettext("matrix", "co-production likely")),
        (0, SIDE / 2, _("Neither"), pgettext("matrix", "co-production unlikely")),
        (50, SIDE / 2, _("Able, not willing"), possible),
    )


def matrix_points(parties: tuple[Party, ...]) -> SafeString:
    """A numbered dot per party; parties at the same place stand side by side."""
    seen: dict[tuple[float, float], int] = {}
    drawn = []
    for index, party in enumerate(parties, start=1):
        place = (party.capacity, party.willingness)
        shift = seen.get(place, 0)
        seen[place] = shift + 1
        x, y = 6 + party.capacity / 4 * 88, SIDE - 22 - party.willingness / 4 * (SIDE - 84)
        drawn.append(
            format_html(
                '<svg x="{}" y="{}" overflow="visible"><circle class="party" cx="{}" r="12"/>'
                '<text class="party-number" x="{}" y="5">{}</text></svg>',
                pct(x),
                number(y),
                shift * 26,
                shift * 26,
                index,
            )
        )
    return join(drawn)


def matrix_table(chart: CapacityMatrix) -> SafeString:
    head = (
        "",
        _("Who"),
        pgettext("matrix", "Capacity"),
        pgettext("matrix", "Willingness"),
        _("Proposed action"),
    )
    rows = (
        (i, link_or_text(p.name, p.href), trimmed(p.capacity), trimmed(p.willingness), p.action or "–")
        for i, p in enumerate(chart.parties, start=1)
    )
    return table((_("No."), *head[1:]), rows, frozenset({2, 3}), stack=True)


def capacity_matrix(chart: CapacityMatrix) -> SafeString:
    """Capacity to the right, willingness upwards, 0 to 4 each; the numbers are explained in the open
    table below."""
    names = (
        format_html(
            '<svg x="{}" y="{}" overflow="visible"><text class="quadrant" x="8" y="20">{}</text>'
            '<text x="8" y="38">{}</text></svg>',
            pct(x),
            number(y),
            name,
            outlook,
        )
        for x, y, name, outlook in quadrants()
    )
    frame = (
        block(50, 50, 0, SIDE / 2, "region"),
        upright(50, 0, SIDE, "rule"),
        line(0, 100, SIDE / 2, "rule"),
        line(0, 100, SIDE, "base"),
        upright(0, 0, SIDE, "base"),
    )
    axis = plot(join((label(0, 16, _("0 capacity")), label(100, 16, _("4 capacity")))), 22, "plot axis")
    body = format_html(
        '<span class="axis-name">{}</span>{}{}',
        _("4 willingness"),
        plot(join((*frame, *names, matrix_points(chart.parties))), SIDE + 1),
        axis,
    )
    return figure(chart.sentence, body, matrix_table(chart), "matrix")


# 3 x 4


def grid_cell(cell: Cell | None, highest: int) -> SafeString:
    if cell is None or not cell.count:
        ring = mark_safe('<circle class="zero" cx="5.5" cy="6" r="4"/>')
        return format_html('{}<span class="soft">{}</span>', plot(ring, 12, "tiny"), pgettext("grid", "nothing yet"))
    bar = plot(block(0, 100 * cell.count / highest, 1, 9, "bar solid bare"), 12, "tiny")
    words = format_html("<small>{}</small>", cell.text) if cell.text else EMPTY
    return format_html("{}<b>{}</b> {}", bar, link_or_text(whole(cell.count), cell.href), words)


def grid_row(level: Level, cells: dict[tuple[Level, Phase], Cell], highest: int) -> SafeString:
    drawn = format_html_join(
        "",
        '<td data-label="{}"><span class="cell">{}</span></td>',
        ((PHASE_WORDS[phase], grid_cell(cells.get((level, phase)), highest)) for phase in PHASES),
    )
    return format_html('<tr><th scope="row">{}</th>{}</tr>', LEVEL_WORDS[level], drawn)


def typology_grid(chart: TypologyGrid) -> SafeString:
    """Level by phase as a table with bars, filled from what happened; empty cells are named."""
    cells = {(c.level, c.phase): c for c in chart.cells}
    highest = max((c.count for c in chart.cells), default=1) or 1
    heads = format_html_join("", '<th scope="col">{}</th>', ((PHASE_WORDS[phase],) for phase in PHASES))
    rows = (grid_row(level, cells, highest) for level in LEVELS)
    return format_html(
        '<table class="table stack grid"><caption class="visually-hidden">{}</caption><thead><tr>'
        '<th scope="col">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>{}",
        chart.sentence,
        pgettext("grid", "Level"),
        heads,
        join(rows),
        format_html('<p class="caption">{}</p>', chart.caption) if chart.caption else EMPTY,
    )
