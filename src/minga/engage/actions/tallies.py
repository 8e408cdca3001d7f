"""Keep a tally: one ledger entry for all votes since the last one."""

from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.models import Conversation, Tally
from minga.engage.tallying import Counted
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict


@action("votes.tallied", level="collective")
def tally_votes(act: Act, conversation: Conversation, counted: Counted) -> Tally:
    """Enter what ``counted`` found in the ledger, and put its document in the place of the last one."""
    conversation = queries.fresh(act.place, conversation)
    last = conversation.tallies.first()
    same = last is not None and (last.cast, last.statements) == (counted.cast, counted.statements)
    if counted.conversation != conversation.pk or same or (last is not None and last.cast > counted.cast):
        raise Conflict(_("These votes have been tallied already."), do=_("Read the results."))
    conversation.tallies.exclude(document={}).update(document={})
    tally = Tally.objects.create(
        conversation=conversation,
        computed=act.now,
        cast=counted.cast,
        votes=counted.votes,
        participants=counted.participants,
        statements=counted.statements,
        digest=counted.digest,
        best_groups=counted.best_groups,
        agreeing=counted.agreeing,
        shown_groups=counted.shown_groups,
        document=counted.document,
    )
    act.because(conversation)
    act.note(
        cast=counted.cast,
        votes=counted.votes,
        participants=counted.participants,
        statements=counted.statements,
        digest=counted.digest,
        groups=list(counted.groups),
        k=counted.shown_groups,
    )
    return tally
