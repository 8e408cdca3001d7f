"""What all actions of this room check."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from minga.ledger.action import Act
from minga.ledger.refusals import Conflict, Invalid
from minga.procurement.models import Offer, Procedure
from minga.projects.models import Project


def project_of(act: Act) -> Project | None:
    return act.place if isinstance(act.place, Project) else None


def own(act: Act, procedure: Procedure) -> Procedure:
    """The procedure, held until the transaction ends; refused where it belongs to another place."""
    found = Procedure.objects.select_for_update().get(pk=procedure.pk)
    if found.project_id != getattr(project_of(act), "pk", None):
        raise Conflict(_("This procedure belongs elsewhere."), do=_("Open it from its own project."))
    return found


def offer_of(act: Act, offer: Offer) -> Offer:
    own(act, offer.procedure)
    return Offer.objects.select_for_update().get(pk=offer.pk)


def web_address(url: str, field: str = "url") -> str:
    """``url`` without blanks; Invalid where it is no address of the web."""
    url = url.strip()
    if url and (len(url) > 500 or not url.startswith(("https://", "http://"))):
        words = _("This is no web address. Write it from https:// on, at most 500 characters.")
        raise Invalid(words, fields={field: words})
    return url


def refuse(fields: dict[str, str]) -> None:
    if fields:
        raise Invalid(_("Some of this cannot be used."), do=_("Correct what is marked."), fields=fields)


def listed(items: Iterable[str]) -> list[str]:
    return [item for item in items if item]
