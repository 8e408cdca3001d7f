"""Fetching from a partner: the network first, then one short action, so that no lock waits for another's server."""

from minga.ledger.action import BODY, By
from minga.ledger.refusals import Refused
from minga.steering import federation
from minga.steering.actions import fetch
from minga.steering.models import FetchedList, PartnerBody

LONGEST = 1000
"""Characters of a reason that are kept: parts of it can be what the other server said."""


def refresh(by: By, partner: PartnerBody) -> FetchedList | None:
    """Fetch, check and keep a partner's list; None where it is the one that is here already.

    Raises Invalid with the reason where nothing came; the reason is kept with the partner too, once.
    """
    try:
        received = federation.check(federation.download(partner.address), partner)
    except Refused as refusal:
        words = str(refusal)[:LONGEST]
        if partner.trouble != words:
            fetch(by.also("trouble"), BODY, partner, None, trouble=words)
        raise
    last = partner.lists.first()
    if last and not partner.trouble and last.number == received.listed.number and last.sha256 == received.sha256:
        return None
    kept = fetch(by, BODY, partner, received)
    return kept if isinstance(kept, FetchedList) else None
