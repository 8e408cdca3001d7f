"""Figures, dates and quotations as text, in the language of the page."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

THIN_SPACE = "\u202f"
MINUS = "\u2212"


def decimal(value: float, digits: int = 1) -> str:
    """ "16.1"; Spanish "16,1"."""
    rounded = Decimal(f"{abs(value):.{digits}f}")  # number_format alone cuts digits off
    text = number_format(rounded, decimal_pos=digits, use_l10n=True, force_grouping=True)
    is_zero = not any(mark in "123456789" for mark in text)
    return text if value >= 0 or is_zero else MINUS + text


def whole(value: int) -> str:
    """ "12,383", grouped as the language does."""
    return decimal(value, 0)


def percent(points: float, digits: int = 1) -> str:
    """Per cent in, "45.9 %" out, with a thin no-break space."""
    return f"{decimal(points, digits)}{THIN_SPACE}%"


def signed(points: float) -> str:
    """A gap in whole points: "+16", "−3", "0"."""
    rounded = round(points)
    return f"+{rounded}" if rounded > 0 else decimal(rounded, 0)


def count_of(part: int, total: int) -> str:
    return _("%(part)s of %(total)s") % {"part": whole(part), "total": whole(total)}


def trimmed(value: float) -> str:
    """A value on an axis: "11", "66.7"."""
    return decimal(value, 0) if float(value).is_integer() else decimal(value, 1)


def day(value: dt.date | dt.datetime | None, short: bool = False) -> str:
    """ "12 March 2026", or "12 Mar" where the year is plain from its place."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value
    return _written(dt.date(local.year, local.month, local.day), short, get_language() or "")


@lru_cache(maxsize=2048)
def _written(on: dt.date, short: bool, _language: str) -> str:
    """A page names the same few days over and over, and Django works each out anew."""
    # Translators: Django date format characters; Spanish: "j \\d\\e F \\d\\e Y"
    pattern = pgettext("short date", "j M") if short else pgettext("long date", "j F Y")
    return format_date(on, pattern)


_MARKS = (("“", "”"), ("«", "»"), ('"', '"'))


def quoted(text: object) -> SafeString:
    """A person's words in the quotation marks of the page's language; their own marks are not doubled."""
    # Translators: Spanish: «%s»
    marks = pgettext("quotation marks", "“%s”")
    before, _sep, after = marks.partition("%s")
    words = str(text).strip()
    for opening, closing in _MARKS:
        inside = words[1:-1]
        if words[:1] == opening and words[-1:] == closing and len(words) > 1 and opening not in inside:
            words = inside.strip()
    if before == "“":
        words = words.replace("“", "‘").replace("”", "’")
    return format_html("{}{}{}", before, words, after)


def value(found: object) -> SafeString:
    """A value as it stands in the source: mono."""
    return format_html('<span class="value nowrap">{}</span>', found)


def break_path(path: object) -> SafeString:
    """A source path in mono that breaks only after a slash."""
    pieces = str(path).split("/")
    return mark_safe('<span class="value path">' + "/<wbr>".join(escape(p) for p in pieces) + "</span>")  # noqa: S308
