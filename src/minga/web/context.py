"""What every page needs to know about the body that runs this installation."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class NavLink:
    """One link of the masthead or the footer; `href` is a path."""

    text: Text
    href: str


@dataclass(frozen=True)
class Site:
    """The body's face: `mark` is a static file path of an SVG, empty for the woven mark of Minga."""

    name: Text
    tagline: Text
    mark: str
    contact: str
    example: Text
    demonstration: bool
    nav: tuple[NavLink, ...]
    footer: tuple[NavLink, ...]
    home: str
    mine: str
    ledger: str
    sign_in: str
    sign_out: str
    languages: tuple[tuple[str, str], ...]


NAV = (
    NavLink(_("Projects"), "/projects/"),
    NavLink(_("Public records"), "/records/"),
    NavLink(_("Contest a decision"), "/contest/"),
)
FOOTER = (
    NavLink(_("This body"), "/body/"),
    NavLink(_("Courses"), "/learning/"),
    NavLink(_("Glossary"), "/glossary/"),
    NavLink(_("What other bodies use"), "/inventory/"),
    NavLink(_("Question sets"), "/instruments/"),
    NavLink(_("Buying and calls"), "/procurement/"),
    NavLink(_("Tasks for volunteers"), "/tasks/"),
    NavLink(_("Charters"), "/charters/"),
    NavLink(_("Tools"), "/tools/"),
    NavLink(_("Incidents"), "/incidents/"),
    NavLink(_("The seal"), "/seal/"),
    NavLink(_("Observatory"), "/observatory/"),
    NavLink(_("Accessibility"), "/accessibility/"),
    NavLink(_("Privacy"), "/privacy/"),
    NavLink(_("Without a computer: phone or counter"), "/other-ways/"),
)
EXAMPLE = _("The body, the people, their words and their votes are made up.")


def served(href: str) -> bool:
    """Whether some room answers this path; addresses elsewhere are the body's own affair."""
    return not href.startswith("/") or _served(href, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=256)
def _served(path: str, urlconf: str) -> bool:
    """Asked a dozen times on every page, so each process asks once for each path."""
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def links(value: Iterable[tuple[Text, str]] | None, default: tuple[NavLink, ...]) -> tuple[NavLink, ...]:
    """Links from a setting of (text, address) pairs, or the default; a path that nobody serves is left out."""
    found = default if value is None else tuple(NavLink(text, href) for text, href in value)
    return tuple(link for link in found if served(link.href))


def current_site() -> Site:
    """Read the settings MINGA_* (see README.md of this room), with defaults for all of them."""
    demonstration = bool(getattr(settings, "MINGA_DEMONSTRATION", False))
    ledger = getattr(settings, "MINGA_LEDGER_PATH", "/ledger/")
    note: Text = getattr(settings, "MINGA_EXAMPLE_NOTE", "")
    return Site(
        name=getattr(settings, "MINGA_BODY_NAME", "") or "Minga",
        tagline=getattr(settings, "MINGA_BODY_TAGLINE", "") or _("AI tools we build together and answer for in public"),
        mark=getattr(settings, "MINGA_BODY_MARK", ""),
        contact=getattr(settings, "MINGA_CONTACT", ""),
        example=note or (EXAMPLE if demonstration else ""),
        demonstration=demonstration,
        nav=links(getattr(settings, "MINGA_NAV", None), NAV),
        footer=links(getattr(settings, "MINGA_FOOTER", None), FOOTER),
        home=getattr(settings, "MINGA_HOME_PATH", "/"),
        mine="/mine/" if served("/mine/") else "",
        ledger=ledger if served(ledger) else "",
        sign_in=getattr(settings, "MINGA_SIGN_IN_PATH", "/accounts/login/"),
        sign_out=getattr(settings, "MINGA_SIGN_OUT_PATH", "/accounts/logout/"),
        languages=tuple((code, str(name)) for code, name in settings.LANGUAGES),
    )


def site(request: HttpRequest) -> dict[str, Site]:
    """Context processor: `site` in every template."""
    return {"site": current_site()}
