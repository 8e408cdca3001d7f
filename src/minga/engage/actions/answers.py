"""One reply to several contributions."""

from collections.abc import Sequence
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.actions.contributions import decide
from minga.engage.models import Contribution, Decision
from minga.ledger.action import By
from minga.ledger.refusals import Invalid
from minga.projects.models import Project

MOST = 200


def answer_together(
    by: By, place: Project, contributions: Sequence[Contribution], outcome: str, reason: str, reply: str = ""
) -> list[Decision]:
    """Decide several contributions alike, with one reply to all of their authors: all of them, or none.

    What was merged into a chosen statement, or reworded as it, gets the same answer whether it was chosen or not.
    Each decision has its own ledger entry; they share ``together``. At most 200 at once.
    """
    chosen = sorted({given.pk: given for given in contributions}.values(), key=lambda given: given.pk)
    if not chosen:
        words = _("Tick at least one contribution.")
        raise Invalid(_("Nothing was answered."), fields={"contributions": words})
    if len(chosen) > MOST:
        words = _("You ticked %(count)s. Answer at most %(most)s at once.") % {"count": len(chosen), "most": MOST}
        raise Invalid(_("Nothing was answered."), fields={"contributions": words})
    heads, together = queries.without_origins(chosen), _together(by, chosen)
    with transaction.atomic():
        for given in heads:
            decide(by.also(f"answer {given.pk}"), place, given, outcome, reason, reply, together)
    return list(Decision.objects.filter(together=together).select_related("contribution").order_by("pk"))


def _together(by: By, chosen: Sequence[Contribution]) -> UUID:
    """The same for the same request, so that a form sent twice answers once."""
    if not by.once:
        return uuid4()
    return uuid5(NAMESPACE_OID, f"{by.actor.key}:{by.once}:{','.join(str(given.pk) for given in chosen)}")
