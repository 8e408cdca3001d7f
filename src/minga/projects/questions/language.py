"""The language in which the questions are read, where somebody chose it apart from that of the page."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from minga.instruments import library

PARAMETER = "set_language"
_chosen: ContextVar[str] = ContextVar(PARAMETER, default="")


def chosen() -> str:
    """The code that was chosen for the questions of this page; "" where they follow the page."""
    return _chosen.get()


def carried(address: str) -> str:
    """The address with the choice in it, so that the pages of one set stay in one language."""
    return f"{address}?{PARAMETER}={chosen()}" if chosen() else address


def in_chosen_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """``?set_language=fr`` on a page of a set; a language that the set does not have is passed over."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        code = request.GET.get(PARAMETER, "")
        found = library.find(given["set_id"]) if code else None
        token = _chosen.set(code if found and code in found.languages else "")
        try:
            return view(request, *args, **given)
        finally:
            _chosen.reset(token)

    return shown
