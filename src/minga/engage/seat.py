"""The seat of a visitor in a conversation: a private link that their browser keeps in a cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from minga.engage.actions.voting import LINK_DAYS
from minga.engage.models import Conversation, Participant
from minga.engage.queries import participant_by
from minga.ledger.action import Actor, By

# Votes are recorded in batches, so a vote needs no key of its own and no session is opened for it.
VOTER = By(Actor(key="voter", group="residents", kind="visitor"))


def cookie_of(conversation: Conversation | int) -> str:
    return f"seat-{conversation if isinstance(conversation, int) else conversation.pk}"


def token_of(request: HttpRequest, conversation: Conversation | int) -> str:
    return request.COOKIES.get(cookie_of(conversation), "")


def seat_of(request: HttpRequest, conversation: Conversation) -> Participant | None:
    """The participant whose private link this browser keeps, or None."""
    return participant_by(conversation, token_of(request, conversation))


def private_link(conversation: Conversation, token: str) -> str:
    """The whole address of somebody's private link."""
    return f"{settings.MINGA_ADDRESS}{reverse('engage:seat_link', args=[conversation.pk, token])}"


def keep[R: HttpResponse](reply: R, conversation: Conversation | int, token: str) -> R:
    """Let the browser keep the link; scripts cannot read it, and it goes to no other site."""
    reply.set_cookie(
        cookie_of(conversation),
        token,
        max_age=LINK_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return reply


def private(reply: HttpResponse, referrer: str = "same-origin") -> HttpResponse:
    """Mark a page that holds a private link: no index, and no referrer to any other site.

    "no-referrer" is only for answers without a form: under it browsers send ``Origin: null``, and every form of the
    page, the switch of language included, would be refused as forged.
    """
    reply["Referrer-Policy"], reply["X-Robots-Tag"] = referrer, "noindex"
    return reply
