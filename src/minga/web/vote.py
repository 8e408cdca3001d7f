"""Pieces of the vote page: how far one is, the statement, four answers, what happens with the vote."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.web.format import quoted, whole
from minga.web.svg.marks import STATE_SHAPES
from minga.web.svg.markup import EMPTY, icon, join, number, pct
from minga.web.svg.statements import original_words
from minga.web.svg.types import Text

SQUARES = 60
LONG, LONGER = 140, 280


def progress(done: int, total: int, note: Text = "") -> SafeString:
    """ "You answered 7 of 42" with one square per statement; more than 60 become one bar."""
    text = _("You answered %(done)s of %(total)s")
    shape = text.replace("%(done)s", "<b>{done}</b>").replace("%(total)s", "{total}")
    words = format_html(shape, done=whole(done), total=whole(total))
    aside = format_html('<span class="soft">{}</span>', note) if note else EMPTY
    return format_html(
        '<div class="progress"><p><span>{}</span>{}</p>'
        '<svg width="100%" height="10" aria-hidden="true" focusable="false">{}</svg></div>',
        words,
        aside,
        squares(done, total) if total <= SQUARES else progress_bar(done, total),
    )


def squares(done: int, total: int) -> SafeString:
    step = 100 / total if total else 100
    return format_html_join(
        "",
        '<rect class="{}" x="{}%" y=".5" width="{}%" height="9"/>',
        (("full" if i < done else "open", number(i * step, 3), number(step * 0.84, 3)) for i in range(total)),
    )


def progress_bar(done: int, total: int) -> SafeString:
    return format_html(
        '<rect class="open" x="0" y=".5" width="100%" height="9"/>'
        '<rect class="full" x="0" y=".5" width="{}" height="9"/>',
        pct(100 * done / total),
    )


def vote_statement(
    text: str,
    source: Text = "",
    why: str = "",
    language: str = "",
    original: str = "",
    original_language: str = "",
) -> SafeString:
    """The statement, who wrote it and when, and "Listen", which the script reveals where the browser has a
    voice of its own. `text` may be a translation of `original`."""
    lang = format_html(' lang="{}"', language) if language else EMPTY
    size = " longer" if len(text) > LONGER else " long" if len(text) > LONG else ""
    pieces = [format_html("<span>{}</span>", source)] if source else []
    pieces.append(listen())
    if why:
        pieces.append(format_html('<span><a href="{}">{}</a></span>', why, _("Why this one?")))
    return format_html(
        '<div class="vote-statement" data-statement><blockquote class="quote vote{}"{}>{}</blockquote>'
        '<p class="quote-source">{}</p>{}</div>',
        size,
        lang,
        quoted(text),
        join(pieces),
        original_words(original, original_language),
    )


def listen() -> SafeString:
    return format_html(
        '<span data-listen hidden><button class="link-button" type="button" data-stop="{}">{}</button></span>',
        pgettext("reading aloud", "Stop"),
        pgettext("reading aloud", "Listen"),
    )


def vote_answers(name: str = "vote", chosen: str = "") -> SafeString:
    """Four buttons: agree and disagree alike, pass and "I don't understand" alike. `chosen` marks an earlier
    answer. Each has a key that acts while the focus is in the vote box."""
    answers = (
        ("agree", _("Agree"), "vote-button", "passed", pgettext("key", "a")),
        ("disagree", _("Disagree"), "vote-button", "failed", pgettext("key", "d")),
        ("pass", _("Pass"), "vote-button quiet", "", pgettext("key", "p")),
        ("unclear", _("I don’t understand"), "vote-button quiet", "", pgettext("key", "u")),
    )
    buttons = (answer(name, value, text, css, mark, key, chosen) for value, text, css, mark, key in answers)
    keys = format_html_join(
        ", ", "<span><kbd>{}</kbd> {}</span>", ((key.upper(), text) for _v, text, _css, _mark, key in answers)
    )
    return format_html(
        '<div class="vote-answers" role="group" aria-label="{}">{}</div>'
        '<p class="vote-keys" data-keys hidden>{} {}.</p>',
        _("Your answer"),
        join(buttons),
        _("Keys, while the focus is in this box:"),
        keys,
    )


def answer(name: str, value: str, text: str, css: str, mark: str, key: str, chosen: str) -> SafeString:
    drawn = icon(STATE_SHAPES[mark], "mark") if mark else EMPTY
    before = format_html("<small>{}</small>", _("your answer so far")) if value == chosen else EMPTY
    return format_html(
        '<button type="submit" class="{}" name="{}" value="{}" data-key="{}" aria-keyshortcuts="{}"'
        ' data-module="govuk-button" data-prevent-double-click="true">{}<span>{}{}</span></button>',
        css,
        name,
        value,
        key,
        key.upper(),
        drawn,
        text,
        before,
    )


def tell(content: object, title: Text = "") -> SafeString:
    """The cochineal bar: what happens with what you give."""
    head = format_html("<h2>{}</h2>", title) if title else EMPTY
    return format_html('<div class="tell">{}{}</div>', head, content)
