"""Offers come in, are taken back, and are tied to the tool that is offered."""

from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from minga.design.models import ToolVersion
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Invalid, mail_address, required
from minga.procurement.actions.common import offer_of, own, refuse, too_long
from minga.procurement.models import Offer, Procedure, Supplier
from minga.procurement.models.procedures import moment


@action("offer.received")
def receive_offer(
    act: Act, procedure: Procedure, name: str, text: str, email: str = "", price: Decimal | None = None,
    unit: str = "", supplier: Supplier | None = None, version: ToolVersion | None = None,
) -> Offer:  # fmt: skip
    """Take an offer while the procedure asks for them; its author follows it by a private link."""
    required(name=name, text=text)
    found = own(act, procedure)
    if not found.takes_offers():
        raise Blocked(_("Offers cannot be handed in now."), do=_("Look at the days on the page of the procedure."))
    fields = too_long(name=(name, 200), unit=(unit, 80))
    if price is not None and price < 0:
        fields["price"] = _("Give an amount from 0.")
    refuse(fields)
    if supplier is not None and not Supplier.objects.get(pk=supplier.pk).is_qualified():
        words = _("This supplier does not count as qualified today.")
        raise Blocked(words, do=_("Show new evidence, or hand the offer in without it."))
    if version is not None and version.project_id != found.project_id:
        raise Invalid(_("This version belongs to another project."))
    made = Offer.objects.create(
        procedure=found, supplier=supplier, name=name.strip(), text=text.strip(), email=mail_address(email),
        price=price, unit=unit.strip(), version=version, received=act.now,
    )  # fmt: skip
    act.because(found)
    if made.email:
        told = _("We received your offer: %(when)s. Follow it, or take it back, here: %(link)s")
        act.effect("email", to=made.email, subject=found.title,
                   text=told % {"when": moment(made.received), "link": private_link(made)})  # fmt: skip
    return made


def private_link(offer: Offer) -> str:
    return settings.MINGA_ADDRESS.rstrip("/") + reverse("procurement:own_offer", args=[offer.token])


@action("offer.withdrawn")
def withdraw_offer(act: Act, offer: Offer) -> Offer:
    """Take an offer back before it is decided on; called with the private link."""
    found = offer_of(act, offer)
    if found.state != Offer.State.RECEIVED:
        raise Blocked(_("This offer has been decided on, or was taken back before."))
    found.state = Offer.State.WITHDRAWN
    found.save(update_fields=["state"])
    return found


@action("offer.linked")
def link_version(act: Act, offer: Offer, version: ToolVersion) -> Offer:
    """Say which registered version of a tool is what is offered, so that it can be run against the criteria."""
    found = offer_of(act, offer)
    if found.state != Offer.State.RECEIVED or found.procedure.stage != Procedure.Stage.EVALUATION:
        raise Blocked(_("Which tool is offered is said while the offers are judged, and before they are decided on."))
    if version.project_id != found.procedure.project_id:
        raise Invalid(_("This version belongs to another project."))
    found.version = version
    found.save(update_fields=["version"])
    act.because(found, version)
    return found
