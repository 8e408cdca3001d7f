"""Shapes with one meaning each: states (20 px) and the seven knots of the thread (34 px)."""

import math
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from minga.web.svg.markup import EMPTY, icon, number
from minga.web.svg.types import KnotState, LinkName, StateKind, Text

STATE_SHAPES: dict[str, str] = {
    "passed": '<path d="M3 10.8l4.6 4.6L17.4 5"/>',
    "failed": '<path d="M4.5 4.5l11 11m0-11l-11 11"/>',
    "contested": '<path d="M4.2 18.5V2.5h11.6L12.6 7l3.2 4.5H4.2"/>',
    "watch": '<path d="M4.2 18.5V2.5h11.6L12.6 7l3.2 4.5H4.2"/>',
    "not_yet": '<circle class="dashed" cx="10" cy="10" r="7.2"/>',
    "no_ai": '<circle cx="10" cy="10" r="7.2"/><path d="M6 10h8"/>',
}
KNOT_SHAPES: dict[LinkName, str] = {
    "contribution": '<circle cx="17" cy="17" r="5.6"/>',
    "decision": '<path d="M17 9.2l7.8 7.8-7.8 7.8L9.2 17z"/>',
    "criterion": '<path d="M10.2 10.6v12.8M23.8 10.6v12.8M10.2 17h13.6"/>',
    "check": '<path d="M10.2 17.4l4.7 4.7 9-9.8"/>',
    "release": '<path d="M9.4 24v-4.2h5.1V24zM14.5 24v-9h5.1v9zM19.6 24V10.2h5V24z"/>',
    "determination": ('<circle cx="17" cy="12.8" r="3.9"/><path d="M9.9 24.6c.5-4.6 3.4-7 7.1-7s6.6 2.4 7.1 7"/>'),
    "review": '<path d="M22.7 13.1A7 7 0 1 0 24 17.6M23.6 9.2v4.6h-4.7"/>',
}
LINK_WORDS: dict[LinkName, Text] = {
    "contribution": _("Contribution"),
    "decision": _("Decision"),
    "criterion": _("Criterion"),
    "check": _("Check"),
    "release": _("Release"),
    "determination": _("Determination"),
    "review": _("Review"),
}
LINK_PLURALS: dict[LinkName, Any] = {
    "contribution": npgettext_lazy("count", "Contribution", "Contributions", "count"),
    "decision": npgettext_lazy("count", "Decision", "Decisions", "count"),
    "criterion": npgettext_lazy("count", "Criterion", "Criteria", "count"),
    "check": npgettext_lazy("count", "Check", "Checks", "count"),
    "release": npgettext_lazy("count", "Release", "Releases", "count"),
    "determination": npgettext_lazy("count", "Determination", "Determinations", "count"),
    "review": npgettext_lazy("count", "Review", "Reviews", "count"),
}
CROSS = '<path d="M11.5 11.5l11 11m0-11l-11 11"/>'
STAGE_EDGES = (1, 10, 50, 100)


def stairs(share: float | None) -> SafeString:
    """Four stairs, filled up to the share of the rollout in per cent; without a share all are filled."""
    filled = 4 if share is None else sum(1 for edge in STAGE_EDGES if share >= edge)
    steps = (
        f'<rect class="{"full" if i < filled else "open"}" x="{1 + 5 * i}" y="{number(13.4 - 3.6 * i)}"'
        f' width="5" height="{number(4.6 + 3.6 * i)}"/>'
        for i in range(4)
    )
    return format_html(
        '<svg class="mark stairs" viewBox="0 0 22 20" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe("".join(steps)),  # noqa: S308
    )


def state(kind: StateKind, text: Text = "", share: float | None = None) -> SafeString:
    """A state is a mark and a word. `share` (per cent) fills the stairs of `in_use`."""
    if kind != "in_use" and kind not in STATE_SHAPES:
        raise ValueError(f"There is no state {kind!r}. Use one of: in_use, {', '.join(STATE_SHAPES)}.")
    mark = stairs(share) if kind == "in_use" else icon(STATE_SHAPES[kind], "mark")
    words = format_html("<span>{}</span>", text) if text else EMPTY
    return format_html('<span class="state {}">{}{}</span>', kind, mark, words)


def knot(link: LinkName, how: KnotState) -> SafeString:
    """The round knot of one link in one of its four states."""
    shape = CROSS if how == "failed" else KNOT_SHAPES[link]
    radius = 15.5
    return format_html(
        '<svg class="knot {}" viewBox="0 0 34 34" aria-hidden="true" focusable="false">'
        '<circle class="ring" cx="17" cy="17" r="{}"{}/><g class="shape">{}</g></svg>',
        how,
        radius,
        dashes(radius) if how == "not_yet" else EMPTY,
        mark_safe(shape),  # noqa: S308
    )


def dashes(radius: float, count: int = 18) -> SafeString:
    """Dash pattern that closes evenly around a circle."""
    step = 2 * math.pi * radius / count
    return format_html(' stroke-dasharray="{} {}"', number(step * 0.55), number(step * 0.45))
