"""What all actions of this room check."""

from django.utils.translation import gettext as _

from minga.ledger.action import Act
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid
from minga.people.models import Person
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


def too_long(**given: tuple[str, int]) -> dict[str, str]:
    """What to say at each field whose text has more characters than it may: nothing is cut off in silence."""
    return {name: _("At most %(most)s characters.") % {"most": most} for name, (text, most) in given.items()
            if len(text.strip()) > most}  # fmt: skip


def made_by(offer: Offer, person: Person) -> bool:
    """Whether this person handed the offer in, as the ledger knows, or gets its answers."""
    if offer.email and offer.email.casefold() == person.email.casefold():
        return True
    entries = Entry.objects.filter(subject_kind="offer", subject_id=str(offer.pk), action="offer.received")
    return entries.filter(actor_key=person.actor.key).exists()
