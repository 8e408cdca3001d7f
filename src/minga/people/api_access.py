"""Who may call the API, and how a signed-in person's browser is kept from being used by another site."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from minga.ledger.refusals import NotAllowed

SAFE = ("GET", "HEAD", "OPTIONS")


def session_or_visitor(request: HttpRequest) -> str:
    """Anybody may ask; a write with the cookie of a signed-in person needs its CSRF token (header X-CSRFToken)."""
    if request.user.is_authenticated and request.method not in SAFE and check_csrf(request) is not None:
        raise NotAllowed(
            _("This request carries no valid CSRF token."),
            cause=_("A page of another site may have sent it in your name."),
            do=_("Send the token of a form of this site in the header X-CSRFToken."),
        )
    return "visitor"
