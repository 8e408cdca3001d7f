"""The filters of a search as addresses: what each value of a facet leads to, and how each filter is taken away."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.inventory.board import FACETS
from minga.inventory.queries import Facet, Filters, Found, Value
from minga.web import format

# "body" is a part of a name, for people who type; a whole name is "at".
PARAMETERS = {facet: "at" if facet == "body" else facet for facet in FACETS}
MOST = 20
OPEN = ("task", "function", "phase", "country")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on; ``href`` is the same search without it."""

    facet: str
    label: str
    href: str


def filters(query: QueryDict) -> Filters:
    """Codes by facet; more than MOST of a facet, and what is too long to be a code, are left out."""
    told = {facet: query.getlist(name)[:MOST] for facet, name in PARAMETERS.items()}
    return {facet: [code for code in codes if 0 < len(code) <= 200] for facet, codes in told.items() if any(codes)}


def hidden(chosen: Filters) -> list[tuple[str, str]]:
    """The filters as fields of a form."""
    return [(PARAMETERS[facet], code) for facet, codes in chosen.items() for code in codes]


class Panel:
    """All facets of a search, each folded unless it is one of OPEN or has a filter on."""

    def __init__(self, facets: list[Facet], query: QueryDict) -> None:
        self.facets = facets
        self.told = [(name, value) for name, values in query.lists() for value in values if name not in ("page", "all")]
        told = urlencode(self.told)
        self.start = escape(f"?{told}&" if told else "?")
        self.language = get_language() or ""
        self.remove = escape(_("Remove"))

    def chips(self, found: Found) -> Iterator[Chip]:
        """The filters that are on, in the order of the facets."""
        for facet in self.facets:
            labels = {value.code: value.label for value in facet.values}
            for code in found.filters.get(facet.key, ()):
                yield Chip(facet.title, labels.get(code, code), self._without(facet.key, code))

    def __str__(self) -> SafeString:
        """The whole panel as HTML; written here and not in a template, which would cost more than the search."""
        return SafeString("".join(self._section(facet) for facet in self.facets if facet.values))

    def _section(self, facet: Facet) -> str:
        opened = " open" if facet.key in OPEN or any(value.chosen for value in facet.values) else ""
        items = "".join(f"<li>{self._value(facet, value)}</li>" for value in facet.values)
        more = ""
        if facet.more:
            count = whole(facet.more, self.language)
            words = ngettext("%(count)s more value", "%(count)s more values", facet.more) % {"count": count}
            more = f'<p><a href="{self._with("all", facet.key)}#facet-{facet.key}">{escape(words)}</a></p>'
        return (
            f'<details class="govuk-details" id="facet-{facet.key}"{opened}><summary class="govuk-details__summary">'
            f'<span class="govuk-details__summary-text">{escape(facet.title)}</span></summary>'
            f'<div class="govuk-details__text"><ul class="govuk-list">{items}</ul>{more}'
            + (f'<p class="meta">{escape(told)}</p>' if (told := silence(facet, self.language)) else "")
            + "</div></details>"
        )

    def _value(self, facet: Facet, value: Value) -> str:
        label, count = escaped(value.label), whole(value.count, self.language)
        if not value.chosen:
            return f'<a href="{self._with(PARAMETERS[facet.key], value.code)}">{label}</a> {count}'
        hidden_label = f'<span class="visually-hidden">: {label}</span>'
        href = escape(self._without(facet.key, value.code))
        return f'<strong>{label}</strong> {count} <a href="{href}">{self.remove}{hidden_label}</a>'

    def _with(self, name: str, value: str) -> str:
        return f"{self.start}{name}={quoted(value)}"

    def _without(self, facet: str, code: str) -> str:
        gone = (PARAMETERS[facet], code)
        return f"?{urlencode([each for each in self.told if each != gone])}"


# The same few thousand codes and labels on every page.
quoted = lru_cache(maxsize=20_000)(quote_plus)
escaped = lru_cache(maxsize=20_000)(escape)


@lru_cache(maxsize=20_000)
def whole(value: int, _language: str) -> str:
    """A count as the reader writes it; formatting all counts of a page anew would cost as much as a search."""
    return format.whole(value)


def silence(facet: Facet, language: str) -> str:
    """How many found systems do not state it, and for how many of them words were read instead."""
    if not facet.unstated:
        return ""
    count = {"count": whole(facet.unstated, language)}
    told = ngettext("%(count)s system does not state it.", "%(count)s systems do not state it.", facet.unstated) % count
    if not facet.read:
        return told
    read = ngettext(
        "For %(count)s of them a rule of ours guessed it from the words.",
        "For %(count)s of them a rule of ours guessed it from the words.",
        facet.read,
    )
    return f"{told} {read % {'count': whole(facet.read, language)}}"
