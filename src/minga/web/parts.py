"""Small pieces of page markup: notes, boxes, tables, lists, buttons."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any, Literal
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from minga.web.format import whole
from minga.web.svg.markup import EMPTY, join
from minga.web.svg.types import Figure, Table, Text

ButtonKind = Literal["primary", "secondary", "warning", "quiet", "vote"]
BUTTON_CLASSES: dict[str, str] = {
    "primary": "govuk-button",
    "secondary": "govuk-button govuk-button--secondary",
    "warning": "govuk-button govuk-button--warning",
    "quiet": "vote-button quiet",
    "vote": "vote-button",
}
STACK_FROM = 5


def button(
    text: Text, kind: str = "primary", name: str = "", value: str = "", href: str = "", mark: object = EMPTY
) -> SafeString:
    """A button, or a link that looks like one where `href` is given. One primary per screen or row."""
    if kind not in BUTTON_CLASSES:
        raise ValueError(f"There is no button kind {kind!r}. Use one of: {', '.join(BUTTON_CLASSES)}.")
    css = BUTTON_CLASSES[kind]
    if href:
        return format_html('<a class="{}" href="{}" draggable="false">{}{}</a>', css, href, mark, text)
    sent = format_html(' name="{}" value="{}"', name, value) if name else EMPTY
    return format_html(
        '<button type="submit" class="{}" data-module="govuk-button" data-prevent-double-click="true"{}>{}{}</button>',
        css,
        sent,
        mark,
        text,
    )


def breadcrumbs(pairs: Sequence[object]) -> SafeString:
    """Ancestors of the page from alternating texts and addresses."""
    if len(pairs) % 2:
        raise ValueError('{% breadcrumbs %} takes pairs: a text and its address, e.g. "Home" "/".')
    items = format_html_join(
        "",
        '<li class="govuk-breadcrumbs__list-item"><a class="govuk-breadcrumbs__link" href="{1}">{0}</a></li>',
        batched(pairs, 2),
    )
    return format_html(
        '<nav class="govuk-breadcrumbs" aria-label="{}"><ol class="govuk-breadcrumbs__list">{}</ol></nav>',
        _("Breadcrumb"),
        items,
    )


def criterion_box(sentence: Text, code: Text = "") -> SafeString:
    """The sentence that binds: the only thick-ruled box."""
    head = format_html('<span class="meta">{}</span>', code) if code else EMPTY
    return format_html('<div class="criterion">{}<p>{}</p></div>', head, sentence)


def note(content: object, title: Text = "") -> SafeString:
    head = format_html("<h2>{}</h2>", title) if title else EMPTY
    return format_html('<div class="note">{}{}</div>', head, content)


def contest_panel(content: object, title: Text, href: str, action: Text) -> SafeString:
    """Tint marks one thing: the way to contest."""
    return format_html(
        '<section class="contest" aria-label="{}"><div><h2>{}</h2>{}</div>{}</section>',
        title,
        title,
        content,
        button(action, href=href),
    )


def notification(text: object, kind: str = "") -> SafeString:
    title = pgettext("notification", "Done") if kind == "success" else pgettext("notification", "Please note")
    css = (
        "govuk-notification-banner govuk-notification-banner--success"
        if kind == "success"
        else "govuk-notification-banner"
    )
    role = "alert" if kind == "success" else "region"
    return format_html(
        '<div class="{}" role="{}" aria-label="{}" data-module="govuk-notification-banner">'
        '<div class="govuk-notification-banner__header"><p class="govuk-notification-banner__title">'
        "{}</p></div>"
        '<div class="govuk-notification-banner__content">'
        '<p class="govuk-notification-banner__heading">{}</p></div></div>',
        css,
        role,
        title,
        title,
        text,
    )


def summary_row(row: Sequence[object]) -> SafeString:
    """(key, value) or (key, value, href, action text); the action names its key for screen readers."""
    key, value, *action = row
    link = EMPTY
    if action:
        link = format_html(
            '<dd class="govuk-summary-list__actions"><a href="{}">{}<span class="visually-hidden"> {}</span></a></dd>',
            action[0],
            action[1] if len(action) > 1 else _("Change"),
            key,
        )
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        EMPTY if action else mark_safe(" govuk-summary-list__row--no-actions"),
        key,
        value,
        link,
    )


def summary_list(rows: Iterable[Sequence[object]]) -> SafeString:
    return format_html('<dl class="govuk-summary-list">{}</dl>', join(summary_row(row) for row in rows))


def figures(items: Iterable[Figure]) -> SafeString:
    """Strip of large numbers, each with what it counts."""
    rows = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", ((item.value, item.text) for item in items))
    return format_html('<dl class="figures">{}</dl>', rows)


def data_table(table: Table, stack: bool | None = None) -> SafeString:
    """A `Table`; with more than four columns, or `stack=True`, its rows are labelled on a phone."""
    stacked = len(table.head) >= STACK_FROM if stack is None else stack
    caption = format_html("<caption>{}</caption>", table.caption) if table.caption else EMPTY

    def css(index: int) -> SafeString:
        return mark_safe(' class="num"') if index in table.numeric else EMPTY

    head = format_html_join("", '<th scope="col"{}>{}</th>', ((css(i), text) for i, text in enumerate(table.head)))
    rows = join(table_row(table, row, stacked) for row in table.rows)
    return format_html(
        '<table class="table{}">{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        " stack" if stacked else "",
        caption,
        head,
        rows,
    )


def table_row(table: Table, row: Sequence[object], stacked: bool) -> SafeString:
    def cell(index: int, value: object) -> SafeString:
        css = mark_safe(' class="num"') if index in table.numeric else EMPTY
        if index == 0 and table.row_headers:
            return format_html('<th scope="row"{}>{}</th>', css, value)
        return format_html(
            "<td{}{}>{}</td>",
            css,
            format_html(' data-label="{}"', table.head[index]) if stacked else EMPTY,
            value,
        )

    return format_html("<tr>{}</tr>", join(cell(i, value) for i, value in enumerate(row)))


def page_link(query: QueryDict, number: int, text: object, css: str, rel: str) -> SafeString:
    kept = [(name, value) for name, values in query.lists() if name != "page" for value in values]
    return format_html(
        '<div class="govuk-pagination__{}"><a class="govuk-pagination__link" href="?{}" rel="{}">'
        '<span class="govuk-pagination__link-title">{}</span></a></div>',
        css,
        urlencode([*kept, ("page", number)]),
        rel,
        text,
    )


def pagination(page: "Page[Any]", query: QueryDict) -> SafeString:
    """Previous and next with the place between them; nothing for a single page."""
    pages = page.paginator.num_pages
    if pages < 2:
        return EMPTY
    place = _("Page %(number)s of %(pages)s") % {"number": whole(page.number), "pages": whole(pages)}
    items = page.paginator.count
    count = ngettext("%(count)s entry", "%(count)s entries", items) % {"count": whole(items)}
    back = (
        page_link(query, page.number - 1, pgettext("pagination", "Previous"), "prev", "prev")
        if page.has_previous()
        else EMPTY
    )
    ahead = (
        page_link(query, page.number + 1, pgettext("pagination", "Next"), "next", "next") if page.has_next() else EMPTY
    )
    return format_html(
        '<nav class="govuk-pagination" aria-label="{}">{}<p class="page-place">{} · {}</p>{}</nav>',
        _("Pages"),
        back,
        place,
        count,
        ahead,
    )
