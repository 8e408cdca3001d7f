"""Statements with their votes per group: the rows of a results page, one key, one table."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.web.format import percent, quoted, whole
from minga.web.svg.charts_counts import total, vote_bar, vote_figure, vote_key
from minga.web.svg.charts_shares import chart_row, too_few
from minga.web.svg.marks import state
from minga.web.svg.markup import EMPTY, as_table, details, join, table
from minga.web.svg.types import Votes
from minga.web.svg.types_dialogue import Constituency, StatementRow


def statement_votes(rows: Sequence[StatementRow], map_href: str = "") -> SafeString:
    """All rows as a list under one key; at the end one table of the same figures."""
    if not rows:
        return EMPTY
    return format_html(
        '<div class="statement-votes">{}<ul class="statements">{}</ul>{}</div>',
        list_key(rows, map_href),
        join(statement_row(row) for row in rows),
        as_table(votes_table(rows)),
    )


def list_key(rows: Sequence[StatementRow], map_href: str) -> SafeString:
    names = list(dict.fromkeys(str(votes.label) for row in rows for votes in row.groups))
    words = _("%(groups)s: groups of people who voted alike") % {"groups": ", ".join(names)} if names else ""
    link = format_html(' (<a href="{}">{}</a>)', map_href, pgettext("opinion", "map")) if map_href else EMPTY
    return format_html('{}<p class="key-note">{}{}</p>', vote_key(), words, link)


def statement_row(row: StatementRow) -> SafeString:
    return format_html(
        "<li><div>{}{}{}{}</div>{}</li>", quote(row), as_written(row), constituencies(row), standing(row), bars(row)
    )


def quote(row: StatementRow) -> SafeString:
    language = format_html(' lang="{}"', row.language) if row.language else EMPTY
    return format_html('<blockquote class="quote"{}>{}</blockquote>', language, quoted(row.text))


def as_written(row: StatementRow) -> SafeString:
    return original_words(row.original, row.original_language)


def original_words(original: str, language: str) -> SafeString:
    """The author's own words behind a translation; nothing where there is none."""
    if not original:
        return EMPTY
    lang = format_html(' lang="{}"', language) if language else EMPTY
    words = format_html('<blockquote class="quote"{}>{}</blockquote>', lang, quoted(original))
    return details(_("Translated; the author’s own words"), words)


def constituencies(row: StatementRow) -> SafeString:
    """ "Agree: residents 48/67 · officers 27/32", read out as "48 of 67"."""
    if not row.constituencies:
        return EMPTY
    side = pgettext("vote", "Disagree") if row.lead == "disagree" else pgettext("vote", "Agree")
    shares = format_html_join(" · ", "{}", ((constituency(item),) for item in row.constituencies))
    return format_html('<p class="meta">{}: {}</p>', side, shares)


def constituency(item: Constituency) -> SafeString:
    if item.part is None:
        return format_html('<span class="nowrap">{} {}</span>', item.label, _("fewer than 10"))
    part, everyone = whole(item.part), whole(item.total)
    return format_html(
        '<span class="nowrap">{} <span aria-hidden="true">{}/{}</span><span class="visually-hidden">{}</span></span>',
        item.label,
        part,
        everyone,
        _("%(part)s of %(total)s") % {"part": part, "total": everyone},
    )


def standing(row: StatementRow) -> SafeString:
    """What became of it: a note, a state, links to the thread."""
    pieces = [format_html("<b>{}</b>", row.note)] if row.note else []
    if row.state:
        pieces.append(state(row.state, row.state_text))
    links = (*row.links, (_("This statement"), row.href)) if row.href else row.links
    pieces += [format_html('<a href="{}">{}</a>', href, text) for text, href in links]
    if not pieces:
        return EMPTY
    return format_html('<p class="standing">{}</p>', format_html_join(" ", "{}", ((piece,) for piece in pieces)))


# Bars


def led(row: StatementRow) -> list[Votes]:
    return [replace(votes, lead=row.lead) for votes in row.groups]


def bars(row: StatementRow) -> SafeString:
    drawn = join(chart_row(votes.label, vote_bar(votes), vote_figure(votes, "percent")) for votes in led(row))
    return format_html('<div class="chart votes percent" role="img" aria-label="{}">{}</div>', sentence(row), drawn)


def sentence(row: StatementRow) -> str:
    """ "A: 71 % agree of 51. B: too few to judge." """
    return " ".join(f"{votes.label}: {words(votes)}." for votes in led(row))


def words(votes: Votes) -> str:
    if votes.too_few or not total(votes):
        return too_few()
    part = votes.disagree if votes.lead == "disagree" else votes.agree
    text = _("disagree of %(total)s") if votes.lead == "disagree" else _("agree of %(total)s")
    return f"{percent(100 * part / total(votes), 0)} {text % {'total': whole(total(votes))}}"


def votes_table(rows: Sequence[StatementRow]) -> SafeString:
    head = (
        _("Statement"),
        pgettext("chart", "Group"),
        pgettext("vote", "Agree"),
        pgettext("vote", "Pass"),
        pgettext("vote", "Disagree"),
        pgettext("chart", "In all"),
    )
    cells = ((quoted(row.text), votes.label, *counts(votes)) for row in rows for votes in row.groups)
    return table(head, cells, frozenset(range(2, 6)), stack=True)


def counts(votes: Votes) -> tuple[str, ...]:
    if votes.too_few:
        return (too_few(), "–", "–", "–")
    return tuple(map(whole, (votes.agree, votes.passed, votes.disagree, total(votes))))
