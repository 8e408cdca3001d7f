"""The opinion map: points, hulls and labels in one drawing, and the same as a table."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from minga.web.format import quoted, whole
from minga.web.svg import opinion_places as places
from minga.web.svg.markup import EMPTY, join, number, pct
from minga.web.svg.opinion_places import Frame, Mark, Place
from minga.web.svg.types_dialogue import MapGroup, OpinionMap

LARGEST, SMALLEST = 1.4, 0.45


def opinion_map(chart: OpinionMap, beside: object = EMPTY) -> SafeString:
    """Marks of one scale in both directions; `beside` stands under the table."""
    places.check(chart)
    framed = places.frame(chart)
    drawn = places.marks(chart, framed)
    surface = format_html(
        '<svg class="map {}" width="100%" aria-hidden="true" focusable="false">{}</svg>',
        "wide" if framed.height == places.WIDE else "square",
        join((*shapes(chart, framed, drawn), you(chart, framed))),
    )
    unreal = format_html('<p class="strong">{}</p>', chart.not_real) if chart.not_real else EMPTY
    return format_html(
        '<figure class="chart opinion-map"><div>{}<div role="img" aria-label="{}">{}</div>{}</div>'
        "<div>{}{}</div></figure>",
        unreal,
        chart.sentence,
        surface,
        captions(chart, drawn),
        map_table(chart),
        beside,
    )


# The drawing


def shapes(chart: OpinionMap, framed: Frame, drawn: Sequence[Mark]) -> Iterator[SafeString]:
    """Hulls below, then the marks, then the labels."""
    groups = () if chart.not_real else chart.groups
    hulls = {group.letter: places.corners(group, chart.points, framed) for group in groups}
    polygons = join(polygon(letter, corners) for letter, corners in hulls.items() if len(corners) > 2)
    yield format_html(
        '<svg width="100%" height="100%" viewBox="0 0 100 {}" preserveAspectRatio="none">{}</svg>',
        number(framed.height),
        polygons,
    )
    yield from point_groups(chart, framed, drawn)
    taken: list[places.Box] = []
    for group in groups:
        if hulls[group.letter] or group.label:
            yield group_label(group, hulls[group.letter], framed, drawn, taken)


def polygon(letter: str, corners: Sequence[Place]) -> SafeString:
    path = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
    return format_html('<polygon class="hull {}" points="{}" vector-effect="non-scaling-stroke"/>', letter, path)


def point_groups(chart: OpinionMap, framed: Frame, drawn: Sequence[Mark]) -> Iterator[SafeString]:
    """The marks of each kind in one `<g>`, so that a mark is a few bytes."""
    largest = max((mark.people for mark in drawn), default=1)
    single = len(chart.points) <= places.ONE_BY_ONE
    # Sorting is stable: within a kind larger marks stay below smaller ones.
    for (letter, sure), found in groupby(sorted(drawn, key=kind), key=kind):
        css = letter or ("all" if undivided(chart) else "none")
        yield format_html(
            '<g class="point {} {}">{}</g>',
            css,
            "sure" if sure else "unsure",
            join(point(mark, shape(css), framed, 1 if single else mark_size(mark.people, largest)) for mark in found),
        )


def undivided(chart: OpinionMap) -> bool:
    return bool(chart.not_real) or not chart.groups


def kind(mark: Mark) -> tuple[str, bool]:
    return mark.group, mark.sure


def shape(css: str) -> str:
    """The name of a shape of `web/defs.svg.html`."""
    return f"point-{'a' if css == 'all' else css.lower()}"


def mark_size(people: int, largest: int) -> float:
    """Area in proportion to people; what would be too small to see is drawn at `SMALLEST`."""
    return max(SMALLEST, LARGEST * math.sqrt(people / largest))


def point(mark: Mark, name: str, framed: Frame, size: float) -> SafeString:
    x, y = pct(mark.place[0]), pct(100 * mark.place[1] / framed.height)
    if size == 1:
        return format_html('<use href="#{}" x="{}" y="{}"/>', name, x, y)
    return format_html(
        '<svg x="{}" y="{}" overflow="visible"><use href="#{}" transform="scale({})"/></svg>', x, y, name, number(size)
    )


def label_text(group: MapGroup) -> str:
    return _("Group %(letter)s · %(people)s") % {"letter": group.letter, "people": whole(group.people)}


def group_label(
    group: MapGroup, corners: Sequence[Place], framed: Frame, drawn: Sequence[Mark], taken: list[places.Box]
) -> SafeString:
    text = label_text(group)
    if group.label:
        x, y = framed.place(*group.label)
        taken.append(places.label_box((x, y), text))
    else:
        x, y = places.label_place(corners, text, framed, drawn, taken)
    return format_html(
        '<text class="map-label" x="{}" y="{}" dy="5">{}</text>', pct(x), pct(100 * y / framed.height), text
    )


def you(chart: OpinionMap, framed: Frame) -> SafeString:
    """A ring around the reader's own place, named on the side that has room."""
    own = next((point for point in chart.points if point.you), None)
    if own is None:
        return EMPTY
    x, y = framed.place(own.x, own.y)
    side, css = (15, "at-start") if x < 60 else (-15, "at-end")
    return format_html(
        '<svg x="{}" y="{}" overflow="visible"><circle class="you" r="10"/>'
        '<text class="map-label {}" x="{}" y="5">{}</text></svg>',
        pct(x),
        pct(100 * y / framed.height),
        css,
        side,
        _("You are here"),
    )


# What stands below and beside it


def captions(chart: OpinionMap, drawn: Sequence[Mark]) -> SafeString:
    texts: list[object] = []
    if not undivided(chart):
        texts += group_captions(chart)
    if len(chart.points) > places.ONE_BY_ONE:
        texts.append(
            _("A mark stands for people who voted nearly alike, a larger one for more: %(people)s in %(marks)s marks.")
            % {"people": whole(len(chart.points)), "marks": whole(len(drawn))}
        )
    texts.append(_("The axes have no name; up, down, left and right mean nothing by themselves."))
    if chart.caption:
        texts.append(chart.caption)
    return format_html('<p class="caption">{}</p>', format_html_join(" ", "{}", ((text,) for text in texts)))


def group_captions(chart: OpinionMap) -> Iterator[object]:
    filled = chart.filled or _("stays in the group when the votes are drawn anew")
    yield _("Filled: %(meaning)s.") % {"meaning": filled}
    between, everyone = sum(g.between for g in chart.groups), sum(g.people for g in chart.groups)
    counts = _("%(part)s of %(total)s") % {"part": whole(between), "total": whole(everyone)}
    yield format_html("<b>{}</b> ({}).", _("Hollow: could belong to a neighbour"), counts)
    outside = sum(not point.group for point in chart.points)
    if outside:
        text = ngettext("Small ring: %(n)s person in no group.", "Small rings: %(n)s people in no group.", outside)
        yield text % {"n": whole(outside)}


def map_table(chart: OpinionMap) -> SafeString:
    head = [_("Group"), pgettext("map", "People"), pgettext("map", "Between"), _("Most typical statement")]
    if not any(group.statement for group in chart.groups):
        head = head[:3]
    if undivided(chart):
        name = _("Everyone, not divided into groups")
        rows = format_html('<tr><th scope="row">{}</th><td class="num">{}</td></tr>', name, whole(len(chart.points)))
        head = head[:2]
    else:
        rows = join(table_row(group, head) for group in chart.groups)
    titles = format_html_join(
        "", '<th scope="col"{}>{}</th>', ((NUMERIC if i in {1, 2} else EMPTY, title) for i, title in enumerate(head))
    )
    return format_html(
        '<table class="table {}map-table"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        "stack " if len(head) == 4 else "",
        _("The map as a table"),
        titles,
        rows,
    )


NUMERIC = mark_safe(' class="num"')


def table_row(group: MapGroup, head: Sequence[str]) -> SafeString:
    mark = format_html(
        '<svg class="swatch" width="16" height="16" aria-hidden="true" focusable="false"><g class="point {} sure">'
        '<use href="#{}" x="50%" y="50%"/></g></svg>',
        group.letter,
        shape(group.letter),
    )
    counts = format_html_join(
        "",
        '<td class="num" data-label="{}">{}</td>',
        zip(head[1:3], (whole(group.people), whole(group.between)), strict=True),
    )
    said = format_html("<td>{}</td>", typical(group)) if len(head) == 4 else EMPTY
    return format_html('<tr><th scope="row">{} {}</th>{}{}</tr>', mark, group.letter, counts, said)


def typical(group: MapGroup) -> SafeString:
    if not group.statement:
        return mark_safe("–")
    language = format_html(' lang="{}"', group.language) if group.language else EMPTY
    words = format_html('<span class="quote"{}>{}</span>', language, quoted(group.statement))
    return format_html("{}<small>{}</small>", words, group.statement_votes) if group.statement_votes else words
