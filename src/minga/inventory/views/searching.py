"""The search page."""

from functools import lru_cache, partial
from html import escape
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.inventory import narrowing, queries
from minga.inventory.board import Board, board
from minga.inventory.forms import SearchForm
from minga.inventory.highlighting import html
from minga.inventory.models import Stage, System
from minga.inventory.terms import Also
from minga.inventory.translation import Translated, configured, translate
from minga.inventory.words import COUNTRIES, LANGUAGES
from minga.ledger.action import BODY, may
from minga.people.middleware import actor_of

PER_PAGE = 10


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Full text and facets; ``own=1`` looks for the typed words only, ``all=FACET`` shows each value of a facet."""
    form = SearchForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    number = int(page) if (page := request.GET.get("page", "1")).isdecimal() and 0 < int(page) < 10_000 else 1
    words, own = told.get("q", ""), request.GET.get("own") == "1"
    translated = translate(words, board().languages) if configured() and not own else Translated()
    asked = partial(
        queries.search,
        words,
        stage=told.get("stage", ""),
        body=told.get("body", ""),
        filters=narrowing.filters(request.GET),
        languages=not own,
        translated=translated.queries,
        most=PER_PAGE,
    )
    found = asked(start=(number - 1) * PER_PAGE)
    if found.total and not found.systems:
        number = -(-found.total // PER_PAGE)
        found = asked(start=(number - 1) * PER_PAGE)
    context = {"form": form, "found": found, "asked": bool(words.strip()), "own": own, "translated": translated}
    return render(request, "inventory/search.html", {**context, **_shown(request, found, number)})


def _shown(request: HttpRequest, found: queries.Found, number: int) -> dict[str, Any]:
    panel = narrowing.Panel(found.facets(request.GET.get("all", "")), request.GET)
    row = Rows(found)
    return {
        "results": SafeString("".join(map(row, found.systems))),
        "page": Paginator(range(found.total), PER_PAGE).get_page(number),
        "chips": list(panel.chips(found)),
        "hidden": narrowing.hidden(found.filters),
        "panel": panel,
        "also": SafeString(", ".join(map(_also, found.also))),
        "searched": _searched(found.board, get_language() or ""),
        "may_import": _may_import(request),
    }


@lru_cache(maxsize=16)
def _searched(here: Board, _language: str) -> SafeString:
    """The registers that are here, as HTML: the same on every page until the next import."""
    return render_to_string("inventory/searched.html", {"sources": here.sources.values()})


def _may_import(request: HttpRequest) -> bool:
    """Nobody without a session acts for the body, so a visitor's page asks the database nothing about them."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and may(actor_of(request), BODY, "inventory.imported")


def _also(one: Also) -> str:
    return f'<span lang="{one.language}">{escape(one.word)}</span> ({LANGUAGES.get(one.language, one.language)})'


class Rows:
    """The systems of a list as HTML; as in narrowing, a template would cost more than the search itself."""

    def __init__(self, found: queries.Found) -> None:
        self.found = found
        self.stages = {stage: escape(str(stage.label)) for stage in Stage}
        self.gone = escape(_("no longer in its register"))
        self.address = reverse("inventory:system", args=[0]).removesuffix("0/")
        self.places: dict[str, str] = {}

    def __call__(self, system: System) -> str:
        language, body = narrowing.escaped(system.language), narrowing.escaped(system.body)
        name = html(self.found.mark(system.name, system.language, 300))
        purpose = html(self.found.mark(system.purpose.replace("\n", " · "), system.language))
        if (country := self.places.get(system.country)) is None:
            country = self.places[system.country] = escape(str(COUNTRIES.get(system.country, system.country)))
        facts = (country, self.stages[Stage(system.stage)], "" if system.listed else self.gone)
        return (
            f'<li><div><a href="{self.address}{system.pk}/" lang="{language}"><strong>{name}</strong></a>'
            + (f'<p lang="{language}">{purpose}</p>' if purpose else "")
            + f'<p class="meta"><span lang="{language}">{body}</span>'
            + "".join(f" · {each}" for each in facts if each)
            + "</p></div></li>"
        )
