"""What the pages of the body share."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from minga.ledger.action import BODY, may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of
from minga.projects.forms import show


def offered(request: HttpRequest, *names: str) -> dict[str, bool]:
    """``may_funding_stated`` and so on: what this person may do at the body."""
    actor = actor_of(request)
    return {f"may_{name.replace('.', '_')}": may(actor, BODY, name) for name in names}


def must(request: HttpRequest, name: str) -> None:
    """Refuse before a form is shown, so that nobody fills it in for nothing."""
    if not may(actor_of(request), BODY, name):
        raise outsider()


def outsider() -> NotAllowed:
    return NotAllowed(
        _("You may not do this here."),
        cause=_("Your office does not include it, or you are not signed in."),
        do=_("Sign in with the account that holds the office. Who holds which stands on the page of this body."),
    )


def form_page(request: HttpRequest, form: Form, **words: Any) -> HttpResponse:
    """A form by itself: ``title``, ``send``, and ``above`` with ``above_address`` for the page that it belongs to."""
    return show(request, "steering/form.html", form, **words)
