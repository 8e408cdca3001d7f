"""Join a conversation and vote in it. Nothing here leads from a person to a vote."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.actions.statements import refuse_unless_open
from minga.engage.models import (
    Arrivals,
    Conversation,
    Invitation,
    InvitationBatch,
    Joined,
    Participant,
    Statement,
    Vote,
    link_hash,
)
from minga.ledger.action import Act, in_batch
from minga.ledger.refusals import Blocked, Conflict, Invalid
from minga.people.models import Person

LINK_DAYS = 365
QUARTER = 15
# More newcomers within a quarter of an hour than this, and than five times the mean of the day before, are a burst.
BURST = 30


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant and the token of their private link, which is shown once and stored nowhere."""

    participant: Participant
    token: str


@in_batch("participant.joined")
def join(act: Act, conversation: Conversation, code: str = "", constituency: str = "") -> Seat:
    """Take a seat in a conversation: by being there, by a code, or by an account, as its access asks.

    ``constituency`` is a voluntary answer; a code that carries one decides it.
    """
    conversation = refuse_unless_open(act, conversation)
    if constituency and constituency not in conversation.constituencies:
        raise Invalid(_("This group is not part of the conversation."), fields={"constituency": _("Choose one.")})
    stratum = ""
    if conversation.access == Conversation.Access.CODES:
        batch = _use_code(act, conversation, code)
        constituency, stratum = batch.constituency or constituency, batch.stratum
    elif conversation.access != Conversation.Access.OPEN:
        _join_once(act, conversation)
    token = secrets.token_urlsafe(24)
    seat = Participant.objects.create(
        conversation=conversation,
        link=link_hash(token),
        # Midnight, so that it does not tell the hour of joining.
        expires=(act.now + timedelta(days=LINK_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0),
        constituency=constituency,
        stratum=stratum,
        in_burst=_is_burst(conversation, act.now),
    )
    count_arrivals(conversation.pk, act.now, votes=0, joined=1)
    return Seat(seat, token)


def tidy_code(code: str) -> str:
    """A code as it is hashed: people type it with spaces, hyphens and small letters."""
    return "".join(code.split()).replace("-", "").upper().replace("O", "0").replace("I", "1").replace("L", "1")


def _use_code(act: Act, conversation: Conversation, code: str) -> InvitationBatch:
    known = Invitation.objects.select_related("batch").filter(
        code_hash=link_hash(tidy_code(code)), batch__conversation=conversation
    )
    invitation = known.select_for_update().first()
    if invitation is None or invitation.batch.expires <= act.now:
        words = _("This code does not open this conversation. Compare it with your letter; zero and O are the same.")
        raise Invalid(_("The code was not accepted."), fields={"code": words})
    if invitation.used:
        words = _("This code has been used. On the device where it was used, open the conversation again.")
        raise Invalid(_("The code was not accepted."), fields={"code": words})
    invitation.used = True
    invitation.save(update_fields=["used"])
    return invitation.batch


def _join_once(act: Act, conversation: Conversation) -> None:
    person = queries.person_of(act.actor)
    if conversation.access == Conversation.Access.VERIFIED and not is_verified(person):
        raise Blocked(
            _("This conversation is for people whom an organisation vouches for."),
            cause=_("You signed in with a password only."),
            do=_("Sign in through your organisation, or ask the project for an invitation code."),
        )
    try:
        with transaction.atomic():
            Joined.objects.create(conversation=conversation, person_id=person)
    except IntegrityError:
        raise Conflict(
            _("You have joined this conversation before."),
            cause=_("Each person has one seat, and for secrecy nothing leads from your account to it."),
            do=_("Open your private link, or use the device on which you joined."),
        ) from None


def is_verified(person_id: int) -> bool:
    """Whether an outside identity provider (OpenID Connect) knows this person."""
    return Person.objects.filter(pk=person_id, socialaccount__isnull=False).exists()


def _is_burst(conversation: Conversation, now: datetime) -> bool:
    """Whether unusually many join in this quarter of an hour: one bit, kept instead of a time."""
    day = Arrivals.objects.filter(conversation=conversation, quarter__gt=now - timedelta(days=1))
    joined = dict(day.values_list("quarter", "joined"))
    here = joined.pop(quarter_of(now), 0)
    mean = sum(joined.values()) / 95
    return here >= max(BURST, 5 * mean)


def quarter_of(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // QUARTER * QUARTER, second=0, microsecond=0)


_COUNT = """
INSERT INTO engage_arrivals (conversation_id, quarter, votes, joined) VALUES (%s, %s, %s, %s)
ON CONFLICT (conversation_id, quarter)
DO UPDATE SET votes = engage_arrivals.votes + excluded.votes, joined = engage_arrivals.joined + excluded.joined
"""


def count_arrivals(conversation: int, now: datetime, votes: int, joined: int) -> None:
    """Add to the count of this quarter of an hour, which is what asks for the next tally."""
    moment = connection.ops.adapt_datetimefield_value(quarter_of(now))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [conversation, moment, votes, joined])


@in_batch("participant.described")
def describe_yourself(act: Act, participant: Participant, constituency: str = "", stratum: str = "") -> Participant:
    """A voluntary answer to who you are, in two coarse values; a value that an invitation gave stays."""
    participant = Participant.objects.select_related("conversation").get(pk=participant.pk)
    conversation = refuse_unless_open(act, participant.conversation)
    if constituency and constituency not in conversation.constituencies:
        raise Invalid(_("This group is not part of the conversation."), fields={"constituency": _("Choose one.")})
    if stratum and stratum not in queries.strata(conversation.project):
        raise Invalid(_("This is not one of the answers."), fields={"stratum": _("Choose one.")})
    invited = conversation.access == Conversation.Access.CODES
    participant.constituency = (participant.constituency if invited else "") or constituency
    participant.stratum = (participant.stratum if invited else "") or stratum
    participant.save(update_fields=["constituency", "stratum"])
    return participant


# Raw SQL, read once and written twice: through the ORM a vote cost twice as much CPU (bench/voting.py).
_ASKED = """
SELECT s.conversation_id, c.state = 'open' AND c.opens <= %s AND (c.closes IS NULL OR c.closes > %s),
       s.retired IS NULL AND k.status IN ('shown', 'decided')
FROM engage_statement s
JOIN engage_contribution k ON k.id = s.contribution_id
JOIN engage_conversation c ON c.id = s.conversation_id
WHERE s.id = %s
"""
_VOTE = """
INSERT INTO engage_vote (id, participant_id, statement_id, choice) VALUES (%s, %s, %s, %s)
ON CONFLICT (participant_id, statement_id) DO UPDATE SET choice = excluded.choice
"""


@in_batch("vote.cast")
def cast_vote(act: Act, participant: Participant, statement: Statement, choice: int) -> Vote:
    """Vote on one statement, or change the vote. The next tally enters all votes since the last in the ledger."""
    now = connection.ops.adapt_datetimefield_value(act.now)
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [now, now, statement.pk])
        conversation, is_open, is_asked = cursor.fetchone() or (None, False, False)
        _refuse_vote(conversation == participant.conversation_id, bool(is_open), bool(is_asked), choice)
        vote = Vote(participant_id=participant.pk, statement_id=statement.pk, choice=choice)
        cursor.execute(_VOTE, [vote.pk, participant.pk, statement.pk, int(choice)])
    count_arrivals(participant.conversation_id, act.now, votes=1, joined=0)
    return vote


def _refuse_vote(is_here: bool, is_open: bool, is_asked: bool, choice: int) -> None:
    if not is_here:
        raise Invalid(_("This statement belongs to another conversation."), do=_("Open the conversation again."))
    if not is_open:
        raise Blocked(_("This conversation is closed."), do=_("Read the results; your earlier votes count."))
    if not is_asked:
        raise Conflict(
            _("This statement is no longer voted on."),
            cause=_("It was reworded, merged with another, or taken down in the meantime."),
            do=_("Go on with the next one."),
        )
    if choice not in Vote.Choice.values:
        raise Invalid(_("No vote was cast."), fields={"choice": _("Choose one of the four answers.")})
