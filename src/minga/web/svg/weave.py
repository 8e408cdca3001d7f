"""The weave: a project's life in one cloth, rows are links and columns are weeks."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.web.svg.marks import LINK_WORDS
from minga.web.svg.markup import EMPTY, as_table, join, number, pct, table
from minga.web.svg.types import Stitch, Weave, WeaveRow

STITCH_SHARE = 0.94


def stitch(item: Stitch, columns: int, y: float, height: float, slant: float) -> SafeString:
    """One stitch. It is drawn in units of 100 across its column, so that it grows with the cloth."""
    width = 100 / columns
    shape = {
        "done": f"M0 0H{number(100 - slant)}L100 100H{number(slant)}z",
        "overdue": f"M6 6H{number(94 - slant)}L94 94H{number(slant + 6)}z",
        "blocked": "M14 4L86 96M86 4L14 96",
    }[item.kind]
    if slant < 0 and item.kind != "blocked":
        shape = mirrored(item.kind, -slant)
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 100 100" preserveAspectRatio="none">'
        '<path class="stitch {}" d="{}"/></svg>',
        pct(item.column * width),
        number(y),
        pct(width * STITCH_SHARE),
        number(height),
        item.kind,
        shape,
    )


def mirrored(kind: str, slant: float) -> str:
    """The stitch of every other row: it leans the other way."""
    inset = 6 if kind == "overdue" else 0
    return f"M{number(slant + inset)} {inset}H{100 - inset}L{number(100 - slant - inset)} {100 - inset}H{inset}z"


def cloth(weave: Weave, pitch: float, height: float, css: str) -> SafeString:
    """The drawing: one rule per row and the stitches on it; `pitch` and `height` in pixels."""
    parts: list[SafeString] = []
    for index, row in enumerate(weave.rows):
        y = index * pitch
        middle = number(y + height / 2)
        parts.append(format_html('<line class="warp" x1="0" x2="100%" y1="{}" y2="{}"/>', middle, middle))
        slant = 24 if index % 2 == 0 else -24
        parts += [stitch(item, weave.columns, y, height, slant) for item in row.stitches]
    total = (len(weave.rows) - 1) * pitch + height
    return format_html(
        '<svg class="cloth {}" width="100%" height="{}" aria-hidden="true" focusable="false">{}</svg>',
        css,
        number(total),
        join(parts),
    )


def column_name(weave: Weave, column: int) -> str:
    if column < len(weave.column_names):
        return str(weave.column_names[column])
    return _("week %(number)s") % {"number": column + 1}


def weave_table(weave: Weave) -> SafeString:
    """Per link: the columns with an entry, those that blocked a release, and those that are overdue."""
    head = (
        _("Link"),
        pgettext("weave", "Recorded"),
        pgettext("weave", "Blocked a release"),
        pgettext("weave", "Overdue"),
    )
    return table(head, (table_row(weave, row) for row in weave.rows), stack=True)


def table_row(weave: Weave, row: WeaveRow) -> tuple[object, ...]:
    def listed(kind: str) -> str:
        found = [column_name(weave, s.column) for s in row.stitches if s.kind == kind]
        return ", ".join(found) or "–"

    return (LINK_WORDS[row.link], listed("done"), listed("blocked"), listed("overdue"))


def weave_small(weave: Weave, with_table: bool) -> SafeString:
    after = as_table(weave_table(weave), _("As a table")) if with_table else EMPTY
    return format_html(
        '<div class="weave small"><div role="img" aria-label="{}">{}</div>{}</div>',
        weave.sentence,
        cloth(weave, 6.3, 6.3, "fine"),
        after,
    )


def weave_large(weave: Weave, with_table: bool) -> SafeString:
    words = format_html_join("", "<li>{}</li>", ((LINK_WORDS[row.link],) for row in weave.rows))
    width = 100 / weave.columns
    labels = join(
        format_html('<text class="{} {}" x="{}" y="15">{}</text>', *axis_place(index, column * width), text)
        for index, (column, text) in enumerate(weave.labels)
    )
    axis = format_html('<svg class="axis" width="100%" height="22">{}</svg>', labels)
    after = as_table(weave_table(weave), _("The weave as a table")) if with_table else EMPTY
    return format_html(
        '<figure class="weave large"><div class="weave-grid" role="img" aria-label="{}"><ul>{}</ul>'
        "<div>{}{}</div></div>{}</figure>",
        weave.sentence,
        words,
        cloth(weave, 19, 17.5, "wide"),
        axis,
        after,
    )


def axis_place(index: int, x: float) -> tuple[str, str, str]:
    """Anchor, weight (every second label is left out on a phone) and place of a label under the cloth."""
    weight = "minor" if index % 2 else "major"
    return ("at-end", weight, "100%") if x > 90 else ("at-start", weight, pct(x))


def draw_weave(weave: Weave, size: str = "large", with_table: bool = True) -> SafeString:
    """`size` is "large" (project page) or "small" (lists)."""
    return weave_small(weave, with_table) if size == "small" else weave_large(weave, with_table)
