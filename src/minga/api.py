"""The API: each room's ``api.router`` under its name, with the same actions as the pages."""

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from minga import __version__
from minga.ledger.refusals import Refused
from minga.people.api_access import session_or_visitor

api = NinjaAPI(
    title="Minga",
    version=__version__,
    description="Read the public record and act in projects. Every change is an action with a ledger entry; "
    "send an `Idempotency-Key` header so that a repeated request changes nothing twice.",
    docs_url="/",
    auth=session_or_visitor,
)

ROOMS = (
    "projects", "inventory", "learning", "commission", "engage", "design", "deliver", "assess", "procurement",
    "register", "steering",
)  # fmt: skip

for room in ROOMS:
    if find_spec(f"minga.{room}.api"):
        api.add_router(f"/{room}", import_module(f"minga.{room}.api").router, tags=[room])


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refused action as JSON: what happened, the likely cause, what to do, and per field."""
    content = {
        "what": refusal.what,
        "cause": refusal.cause,
        "do": refusal.do,
        "fields": refusal.fields,
        "reasons": refusal.reasons,
    }
    return api.create_response(request, content, status=refusal.status)
