"""Rate limits of public forms: per visitor, and per network address for those who drop their cookie."""

import hmac
import time
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from minga.ledger.refusals import Blocked
from minga.people.middleware import actor_of

HOUR = timedelta(hours=1)


class TooMany(Blocked):
    """Somebody sends more than a person would."""

    status = 429


def take(request: HttpRequest, what: str, each: int = 10, address: int = 60, window: timedelta = HOUR) -> None:
    """Count one use of the form ``what``; TooMany after ``each`` per visitor or ``address`` per network address.

    Many people share an address (a library, a village), so that limit is the wider one.
    """
    _count(f"limit:{what}:key:{actor_of(request).key}", each, window)
    _count(f"limit:{what}:address:{_sealed(address_of(request))}", address, window)


def take_by_address(request: HttpRequest, what: str, most: int, window: timedelta = HOUR) -> None:
    """Count one use per network address only, for what must open no session; TooMany after ``most``."""
    _count(f"limit:{what}:address:{_sealed(address_of(request))}", most, window)


def address_of(request: HttpRequest) -> str:
    """The network address of the visitor; behind a proxy, the one that the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _sealed(address: str) -> str:
    """The address as a keyed hash: the cache never holds who was here."""
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), "sha256").hexdigest()[:32]


def _count(key: str, most: int, window: timedelta) -> None:
    seconds = window.total_seconds()
    slot = f"{key}:{int(time.time() // seconds)}"
    used = cache.get(slot, 0) + 1
    cache.set(slot, used, seconds)
    if used > most:
        raise TooMany(
            _("That was a lot in a short time, so this one was not sent."),
            cause=_("To keep machines from flooding the project, only so many can be sent per hour."),
            do=_("Copy your text, wait an hour and send it again, or use the phone or the counter."),
        )
