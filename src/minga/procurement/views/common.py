"""What the views of this room share."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from minga.ledger.action import BODY, may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of
from minga.procurement import queries
from minga.procurement.models import Offer, Procedure


def procedure_of(pk: int) -> Procedure:
    return get_object_or_404(Procedure.objects.select_related("project"), pk=pk)


def offer_of(procedure: Procedure, pk: int) -> Offer:
    return get_object_or_404(Offer.objects.select_related("procedure__project", "version"), procedure=procedure, pk=pk)


def place_of(procedure: Procedure) -> Any:
    return procedure.project or BODY


def must(request: HttpRequest, place: Any, action: str) -> None:
    """Refuse before a form is shown, so that nobody fills it in for nothing."""
    if not may(actor_of(request), place, action):
        raise NotAllowed(
            _("You may not do this here."),
            cause=_("Your role does not include it, or you are not signed in."),
            do=_("Sign in with the account that has the role."),
        )


def must_read(request: HttpRequest, procedure: Procedure) -> None:
    """Offers are read by those who judge or decide, once none can come in any more."""
    if procedure.stage in queries.SEALED:
        raise NotAllowed(
            _("Nobody reads the offers while more can come in."), do=_("Come back when that time is over.")
        )
    if not queries.reads_offers(procedure, actor_of(request)):
        raise NotAllowed(
            _("Only those who judge or decide read the offers now."),
            do=_("The result is public once every offer is decided on."),
        )


def must_read_points(request: HttpRequest, procedure: Procedure) -> None:
    """How offers stand is seen by who has judged them all: nobody's points follow another's."""
    if not queries.decided(procedure):
        must_read(request, procedure)
    if not queries.reads_points(procedure, actor_of(request)):
        raise NotAllowed(
            _("You see the points of the others once you have judged every offer yourself."),
            do=_("Judge the offers that wait for you."),
        )


def seen_or_404(request: HttpRequest, procedure: Procedure) -> None:
    """Before it asks for offers a procedure is known to those who prepare it and to who oversees the project."""
    actor = actor_of(request)
    prepares = may(actor, place_of(procedure), "procedure.moved") or queries.watches(procedure, actor)
    if procedure.locked is None and not prepares:
        raise Http404(_("There is no such procedure."))
