"""The body's own system took a determination."""

from minga.deliver.models import Determination
from minga.ledger.action import Act, action


@action("case.handed_over")
def hand_over(act: Act, made: Determination) -> Determination:
    """Note that the other system took it. It is noted once, however often it was sent."""
    found = Determination.objects.select_for_update(of=("self",)).select_related("case__service").get(pk=made.pk)
    if found.handed_over is None:
        found.handed_over = act.now
        found.save(update_fields=["handed_over"])
    act.because(found, found.case)
    return found
