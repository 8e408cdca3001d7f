"""The thread in its three sizes: bar, count and page (vertical rail)."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.web.format import whole
from minga.web.svg.marks import LINK_PLURALS, LINK_WORDS, knot
from minga.web.svg.markup import EMPTY, join
from minga.web.svg.types import Knot, Text

# Loose fibres and the ink bar at which a failed version's thread ends.
FRAY = (
    '<svg class="fray" viewBox="0 0 30 26" aria-hidden="true" focusable="false">'
    '<path class="fibre" d="M15 0v21M13.4 4C13 12 10.5 16 7 19M16.6 4c.4 8 2.9 12 6.4 15"/>'
    '<path class="bar" d="M1 24h28"/></svg>'
)


def word(item: Knot) -> Text:
    """The link's word; in the plural where the knot stands for a number of them."""
    if item.label or item.count is None:
        return item.label or LINK_WORDS[item.link]
    return str(LINK_PLURALS[item.link] % {"count": item.count})


def spoken_state(item: Knot) -> str:
    """What a screen reader hears after the word when the state is not plain from the dates."""
    return {
        "done": "",
        "here": pgettext("thread", "you are here"),
        "not_yet": pgettext("thread", "not yet"),
        "failed": pgettext("thread", "failed"),
    }[item.state]


def yarn_after(item: Knot, last: bool) -> str:
    if last and item.yarn != "cut":
        return "none"
    return item.yarn or {"not_yet": "dotted", "failed": "cut"}.get(item.state, "solid")


def next_yarn(links: Sequence[Knot], index: int) -> str:
    """Yarn to the right of a knot: it only runs on to a link that has begun."""
    kind = yarn_after(links[index], index == len(links) - 1)
    if kind == "solid" and not links[index].yarn and links[index + 1].state == "not_yet":
        return "dotted"
    return kind


def strand(kind: str, upright: bool = False) -> SafeString:
    """A run of yarn as long as its place; its thickness is 6 px."""
    if kind == "none":
        return EMPTY
    across, along = ("6", "100%")
    width, height = (across, along) if upright else (along, across)
    end = mark_safe(FRAY) if kind == "cut" else EMPTY  # noqa: S308
    if kind == "dotted":
        ends = 'x1="3" x2="3" y1="0" y2="100%"' if upright else 'x1="0" x2="100%" y1="3" y2="3"'
        body = mark_safe(f'<line class="ahead" {ends}/>')  # noqa: S308
    else:
        body = format_html(
            '<rect class="{}" width="{}" height="{}"/>', "yarn-v" if upright else "yarn-h", width, height
        )
    return format_html(
        '<span class="strand {}"><svg width="{}" height="{}" aria-hidden="true" focusable="false">{}</svg>{}</span>',
        kind,
        width,
        height,
        body,
        end,
    )


def said(item: Knot) -> SafeString:
    """Dates or state: as written for the eye, as a sentence for the ear where the two differ."""
    shown = format_html('<span class="when"{}>{}</span>', hidden_if(item.said), item.when) if item.when else EMPTY
    parts = [part for part in (item.said, spoken_state(item)) if part]
    heard = format_html('<span class="visually-hidden">, {}</span>', ", ".join(map(str, parts))) if parts else EMPTY
    return join((shown, heard))


def hidden_if(condition: object) -> SafeString:
    return mark_safe(' aria-hidden="true"') if condition else EMPTY


def named(item: Knot, css: str = "word") -> SafeString:
    current = mark_safe(' aria-current="step"') if item.state == "here" else EMPTY
    if item.href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, item.href, current, word(item))
    return format_html('<span class="{}"{}>{}</span>', css, current, word(item))


def bar_item(links: Sequence[Knot], index: int) -> SafeString:
    item = links[index]
    inner = format_html("{}{}", knot(item.link, item.state), format_html('<span class="word">{}</span>', word(item)))
    current = mark_safe(' aria-current="step"') if item.state == "here" else EMPTY
    linked = (
        format_html('<a href="{}"{}>{}</a>', item.href, current, inner)
        if item.href
        else format_html('<span class="still"{}>{}</span>', current, inner)
    )
    return format_html('<li class="{}">{}{}{}</li>', item.state, strand(next_yarn(links, index)), linked, said(item))


def position(links: Sequence[Knot]) -> SafeString:
    """ "Link 6 of 7: Determination", shown on a phone where the words are not."""
    for index, item in enumerate(links):
        if item.state == "here":
            text = _("Link %(place)s of %(total)s:") % {"place": index + 1, "total": len(links)}
            return format_html('<p class="thread-place" aria-hidden="true">{} <b>{}</b></p>', text, word(item))
    return EMPTY


def thread_bar(links: Sequence[Knot], name: Text = "") -> SafeString:
    """Horizontal thread, an ordered list in a labelled `nav`."""
    items = join(bar_item(links, index) for index in range(len(links)))
    return format_html(
        '<nav class="thread-bar" aria-label="{}"><ol>{}</ol>{}</nav>',
        name or _("Thread: from contribution to review"),
        items,
        position(links),
    )


def count_item(links: Sequence[Knot], index: int) -> SafeString:
    item = links[index]
    count = EMPTY if item.count is None else format_html('<span class="count">{}</span> ', whole(item.count))
    note = format_html('<span class="note-text">{}</span>', item.note) if item.note else EMPTY
    kind = next_yarn(links, index)
    return format_html(
        '<li class="{}"><span class="knot-cell">{}{}{}</span><span class="count-text">{}{}{}</span></li>',
        item.state,
        strand(kind),
        strand(kind, upright=True),
        knot(item.link, item.state),
        count,
        named(item),
        note,
    )


def thread_count(links: Sequence[Knot]) -> SafeString:
    """The thread of the home page: how much stands behind each link. Vertical on a phone."""
    items = join(count_item(links, index) for index in range(len(links)))
    return format_html(
        '<nav class="thread-count" aria-label="{}"><ol>{}</ol></nav>',
        _("Thread: how much stands behind each link"),
        items,
    )


def thread_rail(content: object) -> SafeString:
    """The whole thread page: one section per link along a vertical rail."""
    return format_html(
        '<section class="thread-rail" aria-label="{}"><ol>{}</ol></section>',
        _("The whole thread, link by link"),
        content,
    )


def thread_link(item: Knot, title: object, meta: object, body: object, beside: object) -> SafeString:
    """One section of the rail. The yarn below the knot is `item.yarn`, by default solid."""
    state_words = ", ".join(str(w) for w in (word(item), spoken_state(item)) if w)
    current = mark_safe(' aria-current="step"') if item.state == "here" else EMPTY
    side = format_html('<div class="notes">{}</div>', beside) if str(beside).strip() else EMPTY
    small = format_html('<p class="meta">{}</p>', meta) if meta else EMPTY
    return format_html(
        '<li class="rail-link {}" id="{}"{}><div class="rail">{}{}</div><div class="rail-body">'
        '<h2><span class="visually-hidden">{}: </span>{}</h2>{}{}</div>{}</li>',
        item.state,
        item.href.lstrip("#") or item.link,
        current,
        knot(item.link, item.state),
        strand(yarn_after(item, last=False), upright=True),
        state_words,
        title,
        small,
        body,
        side,
    )
