"""Who is acting in this request, and how a refused action is shown."""

import hmac
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minga.ledger.action import Actor, By
from minga.ledger.refusals import Refused


class RefusalMiddleware:
    """Shows a refused action as a page: what happened, the likely cause, what to do.

    Zero bytes in the query are left out: no text has one, and PostgreSQL fails on a search for one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        while "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused) or request.path.startswith("/api/"):
            return None
        return render(request, "web/refused.html", {"refusal": error}, status=error.status)


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request; a visitor gets a key of their own in the session when they act.

    Who keeps no cookies but sends an Idempotency-Key is known by it, together with the network address,
    so that repeating the request changes nothing twice.
    """
    if request.user.is_authenticated:
        return request.user.actor
    key = request.session.get("visitor_key")
    if key is None and "sessionid" not in request.COOKIES and (once := request.headers.get("Idempotency-Key")):
        told = f"{request.META.get('REMOTE_ADDR', '')}:{once}".encode()
        key = hmac.new(settings.SECRET_KEY.encode(), told, "sha256").hexdigest()[:32]
    elif key is None:
        key = request.session["visitor_key"] = uuid.uuid4().hex
    return Actor(key=key, group="residents", kind="visitor")


def by(request: HttpRequest) -> By:
    """The request to act: its actor, and the idempotency key of the form or of the Idempotency-Key header."""
    once = request.POST.get("once") or request.headers.get("Idempotency-Key") or uuid.uuid4().hex
    return By(actor_of(request), once=once[:40])
