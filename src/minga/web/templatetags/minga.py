"""`{% load minga %}`: the tags and filters of every page. Usage of each: README.md of this room."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minga.web import fields, parts, vote
from minga.web import format as text_format
from minga.web.context import Site
from minga.web.context import current_site as site_now
from minga.web.svg import charts, marks, markup, statements, thread, types, types_dialogue, weave
from minga.web.svg import opinion_map as opinion

register = template.Library()


@register.simple_tag
def current_site() -> Site:
    """`site` of the context processor; allauth's views put their own `site` over it, so the layout asks again."""
    return site_now()


# Thread, weave, charts, states


@register.simple_tag
def thread_bar(links: Sequence[types.Knot], name: types.Text = "") -> SafeString:
    return thread.thread_bar(links, name)


@register.simple_tag
def thread_count(links: Sequence[types.Knot]) -> SafeString:
    return thread.thread_count(links)


@register.simple_block_tag
def thread_rail(content: SafeString) -> SafeString:
    return thread.thread_rail(content)


class ThreadLinkNode(template.Node):
    """One section of the rail: main column, then what stands after `{% beside %}`."""

    child_nodelists = ("body", "side")

    def __init__(
        self, knot: FilterExpression, options: dict[str, FilterExpression], body: NodeList, side: NodeList
    ) -> None:
        self.knot, self.options, self.body, self.side = knot, options, body, side

    def render(self, context: template.Context) -> SafeString:
        values = {name: expression.resolve(context) for name, expression in self.options.items()}
        return thread.thread_link(
            self.knot.resolve(context),
            values.get("title", ""),
            values.get("meta", ""),
            self.body.render(context),
            self.side.render(context),
        )


@register.tag
def thread_link(parser: Parser, token: Token) -> ThreadLinkNode:
    _name, *bits = token.split_contents()
    if not bits:
        raise template.TemplateSyntaxError("{% thread_link %} needs a Knot: {% thread_link knot title=… meta=… %}")
    knot = parser.compile_filter(bits.pop(0))
    options = token_kwargs(bits, parser)
    body = parser.parse(("beside", "endthread_link"))
    side = NodeList()
    if parser.next_token().contents == "beside":
        side = parser.parse(("endthread_link",))
        parser.delete_first_token()
    return ThreadLinkNode(knot, options, body, side)


@register.simple_block_tag
def contest_loop(content: SafeString) -> SafeString:
    return format_html('<div class="contest-loop">{}</div>', content)


@register.simple_tag(name="weave")
def weave_tag(cloth: types.Weave, size: str = "large", table: bool = True) -> SafeString:
    return weave.draw_weave(cloth, size, table)


@register.simple_tag
def chart(drawing: types.Chart | types_dialogue.Drawing) -> SafeString:
    return charts.draw(drawing)


@register.simple_block_tag
def opinion_map(content: SafeString, drawing: types_dialogue.OpinionMap) -> SafeString:
    """The map with more under its table."""
    return opinion.opinion_map(drawing, content)


@register.simple_tag
def statement_votes(rows: Sequence[types_dialogue.StatementRow], map_href: str = "") -> SafeString:
    return statements.statement_votes(rows, map_href)


@register.simple_tag
def qr_code(text: str, title: types.Text, caption: types.Text = "") -> SafeString:
    return charts.draw(types_dialogue.QRCode(text, title, caption))


@register.simple_tag
def state(kind: types.StateKind, text: types.Text = "", share: float | None = None) -> SafeString:
    return marks.state(kind, text, share)


@register.simple_tag
def knot(link: types.LinkName, how: types.KnotState = "done") -> SafeString:
    return marks.knot(link, how)


# Pieces of a page


@register.simple_tag
def criterion_box(sentence: types.Text, code: types.Text = "") -> SafeString:
    return parts.criterion_box(sentence, code)


@register.simple_block_tag
def note(content: SafeString, title: types.Text = "") -> SafeString:
    return parts.note(content, title)


@register.simple_block_tag
def contest_panel(content: SafeString, title: types.Text, href: str, action: types.Text) -> SafeString:
    return parts.contest_panel(content, title, href, action)


@register.simple_block_tag
def details(content: SafeString, summary: types.Text) -> SafeString:
    return markup.details(summary, content)


@register.simple_block_tag
def inset(content: SafeString) -> SafeString:
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_tag
def notification(text: types.Text, kind: str = "") -> SafeString:
    return parts.notification(text, kind)


@register.simple_tag
def summary_list(rows: Iterable[Sequence[object]]) -> SafeString:
    return parts.summary_list(rows)


@register.simple_tag
def figures(items: Iterable[types.Figure]) -> SafeString:
    return parts.figures(items)


@register.simple_tag
def data_table(table: types.Table, stack: bool | None = None) -> SafeString:
    return parts.data_table(table, stack)


@register.simple_tag
def progress(done: int, total: int, note: types.Text = "") -> SafeString:
    return vote.progress(done, total, note)


@register.simple_tag
def vote_statement(
    text: str,
    source: types.Text = "",
    why: str = "",
    language: str = "",
    original: str = "",
    original_language: str = "",
) -> SafeString:
    return vote.vote_statement(text, source, why, language, original, original_language)


@register.simple_tag
def vote_answers(name: str = "vote", chosen: str = "") -> SafeString:
    return vote.vote_answers(name, chosen)


@register.simple_block_tag
def tell(content: SafeString, title: types.Text = "") -> SafeString:
    return vote.tell(content, title)


@register.simple_tag
def breadcrumbs(*pairs: object) -> SafeString:
    return parts.breadcrumbs(pairs)


@register.simple_tag(takes_context=True)
def pagination(context: template.Context, page: "Page[Any]") -> SafeString:
    request = context.get("request")
    return parts.pagination(page, request.GET if request else QueryDict())


# Forms


@register.simple_tag
def field(
    bound: BoundField,
    legend: str = "",
    width: int | None = None,
    rows: int | None = None,
    small: bool = False,
) -> SafeString:
    if not isinstance(bound, BoundField):
        raise TypeError("{% field %} got no form field. Check the field's name: {% field form.reason %}.")
    return fields.field(bound, legend, width, rows, small)


@register.simple_tag
def form_fields(form: forms.BaseForm) -> SafeString:
    return fields.form_fields(form)


@register.simple_tag
def error_summary(form: forms.BaseForm) -> SafeString:
    return fields.error_summary(form)


@register.simple_tag
def once() -> SafeString:
    """The idempotency key of a form: posting the same form twice acts once."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4())


@register.simple_tag
def button(
    text: types.Text, kind: str = "primary", name: str = "", value: str = "", href: str = "", mark: str = ""
) -> SafeString:
    shape = markup.icon(marks.STATE_SHAPES[mark], "mark") if mark else markup.EMPTY
    return parts.button(text, kind, name, value, href, shape)


# Filters


@register.filter
def percent(value: float | None, unit: str = "share") -> str:
    """A share (0 to 1) as "45.9 %"; with "points" the value is per cent already; "whole" and
    "points_whole" round."""
    if value is None:
        return "–"
    points = float(value) if unit.startswith("points") else 100 * float(value)
    return text_format.percent(points, 0 if unit.endswith("whole") else 1)


@register.filter
def count_of(part: int, total: int) -> str:
    return text_format.count_of(part, total)


@register.filter
def whole(value: int) -> str:
    return text_format.whole(value)


@register.filter
def day(value: dt.date | dt.datetime | None, form: str = "") -> str:
    return text_format.day(value, short=form == "short")


@register.filter
def break_path(value: object) -> SafeString:
    return text_format.break_path(value)


@register.filter
def quote(value: object, size: str = "") -> SafeString:
    """A person's words: serif, in quotation marks. `size`: "page", "statement", "inline" or nothing."""
    if size == "inline":
        return format_html('<span class="quote inline">{}</span>', text_format.quoted(value))
    return format_html('<blockquote class="quote {}">{}</blockquote>', size, text_format.quoted(value))


@register.filter
def quoted(value: object) -> SafeString:
    """Only the quotation marks, for use inside `<h1 class="quote page">`."""
    return text_format.quoted(value)
