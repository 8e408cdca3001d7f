"""Small helpers for markup: escaped elements, plain numbers, marks shared by all drawings."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

EMPTY = mark_safe("")


def number(value: float, digits: int = 2) -> str:
    """A plain decimal for an attribute: never localised, no trailing zeros ("45.9", "12")."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def pct(value: float) -> str:
    """A position in per cent for an SVG attribute, kept within 0 and 100."""
    return number(min(100.0, max(0.0, value))) + "%"


def join(parts: Iterable[object]) -> SafeString:
    """Concatenate, escaping whatever is not safe already."""
    return format_html_join("", "{}", ((part,) for part in parts))


def icon(paths: str, css: str, size: int = 20) -> SafeString:
    """A decorative SVG from trusted path markup."""
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
        css,
        size,
        size,
        mark_safe(paths),  # noqa: S308
    )


def plot(body: object, height: int, css: str = "plot") -> SafeString:
    """A drawing surface: as wide as its place, `height` pixels high, positions in per cent."""
    return format_html(
        '<svg class="{}" width="100%" height="{}" aria-hidden="true" focusable="false">{}</svg>',
        css,
        height,
        body,
    )


def line(x1: float, x2: float, y: float, css: str) -> SafeString:
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', css, pct(x1), pct(x2), y, y)


def upright(x: float, y1: float, y2: float, css: str) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', css, pct(x), pct(x), number(y1), number(y2)
    )


def block(x: float, width: float, y: float, height: float, css: str) -> SafeString:
    """A rectangle; x and width in per cent, y and height in pixels."""
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        css,
        pct(x),
        number(y),
        pct(width),
        number(height),
    )


def dot(x: float, y: float, radius: float, css: str) -> SafeString:
    return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, pct(x), number(y), number(radius))


def label(x: float, y: float, text: object, css: str = "") -> SafeString:
    """Text in a drawing. It keeps its size because the drawing has no viewBox; the ends are kept inside."""
    anchor = "at-start" if x < 4 else "at-end" if x > 96 else "at-middle"
    return format_html('<text class="{} {}" x="{}" y="{}">{}</text>', anchor, css, pct(x), number(y), text)


def pointer(x: float, y: float, css: str = "case") -> SafeString:
    """A triangle that points down at (x per cent, y pixels)."""
    return format_html(
        '<svg x="{}" y="{}" overflow="visible"><path class="{}" d="M-6.5-11h13L0 0z"/></svg>',
        pct(x),
        number(y),
        css,
    )


def figure(sentence: object, body: object, after: object = EMPTY, css: str = "") -> SafeString:
    """One `role="img"` with its sentence, and what belongs to it (caption, table) beside, not inside."""
    return format_html(
        '<figure class="chart {}"><div role="img" aria-label="{}">{}</div>{}</figure>',
        css,
        sentence,
        body,
        after,
    )


def caption(text: object) -> SafeString:
    return format_html('<figcaption class="caption">{}</figcaption>', text) if text else EMPTY


def key(entries: Iterable[tuple[SafeString, object]]) -> SafeString:
    """A key of swatches; only for patterns."""
    items = format_html_join("", "<span>{}{}</span>", entries)
    return format_html('<p class="key">{}</p>', items)


def swatch(css: str) -> SafeString:
    return format_html(
        '<svg class="swatch" width="16" height="14" aria-hidden="true" focusable="false">'
        '<rect class="{}" x=".5" y=".5" width="15" height="13"/></svg>',
        css,
    )


def table(
    head: Iterable[object],
    rows: Iterable[Iterable[object]],
    numeric: frozenset[int] = frozenset(),
    stack: bool = False,
) -> SafeString:
    """A plain table; the first cell of each row is its header, `numeric` columns are right-aligned,
    and with `stack` the rows are labelled on a phone."""
    titles = list(head)

    def css(index: int) -> SafeString:
        return mark_safe(' class="num"') if index in numeric else EMPTY

    def named(index: int) -> SafeString:
        return format_html(' data-label="{}"', titles[index]) if stack else EMPTY

    def row(cells: Iterable[object]) -> SafeString:
        listed = list(cells)
        first = format_html('<th scope="row">{}</th>', listed[0])
        rest = format_html_join("", "<td{}{}>{}</td>", ((css(i), named(i), c) for i, c in enumerate(listed) if i))
        return format_html("<tr>{}{}</tr>", first, rest)

    header = format_html_join("", '<th scope="col"{}>{}</th>', ((css(i), t) for i, t in enumerate(titles)))
    body = join(row(cells) for cells in rows)
    return format_html(
        '<table class="table{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        " stack" if stack else "",
        header,
        body,
    )


def as_table(content: object, summary: object = "") -> SafeString:
    """The same data as a table, behind a disclosure."""
    return details(summary or _("The same figures as a table"), content)


def details(summary: object, content: object) -> SafeString:
    return format_html(
        '<details class="govuk-details"><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">{}</span></summary>'
        '<div class="govuk-details__text">{}</div></details>',
        summary,
        content,
    )
