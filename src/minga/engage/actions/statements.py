"""What every verb on statements shares: a place in a conversation that is open."""

from datetime import timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.models import Contribution, Conversation, Statement
from minga.ledger.action import Act
from minga.ledger.refusals import Blocked

LONGEST_STATEMENT = 300


def add_statements(act: Act, conversation: Conversation, texts: list[str], *, seed: bool) -> list[Statement]:
    """Put statements into a conversation, in order, within an action: a contribution each, with a due date."""
    statements = []
    for text in texts:
        contribution = Contribution.objects.create(
            project=conversation.project,
            text=text,
            kind=Contribution.Kind.STATEMENT,
            group=act.actor.group,
            language=conversation.language,
            step=conversation.project.step,
            author_key="" if seed else act.actor.key,
            about_kind="conversation",
            about_id=str(conversation.pk),
            status=Contribution.Status.SHOWN,
            submitted=act.now,
            # Whoever prepares a conversation waits for no answer to the statements it starts with.
            due=None if seed else act.now + timedelta(days=conversation.reply_days),
        )
        statements.append(place_statement(conversation, contribution, seed=seed))
    return statements


def place_statement(conversation: Conversation, contribution: Contribution, *, seed: bool = False) -> Statement:
    """Give a contribution the next number in a conversation."""
    # Two at once would take the same number on PostgreSQL, and one of them be lost.
    Conversation.objects.select_for_update().filter(pk=conversation.pk).first()
    last = conversation.statements.aggregate(last=Max("number"))["last"] or 0
    return Statement.objects.create(contribution=contribution, conversation=conversation, number=last + 1, seed=seed)


def refuse_unless_open(act: Act, conversation: Conversation) -> Conversation:
    """The conversation as the database has it now; Blocked where it takes nothing any more."""
    conversation = queries.fresh(act.place, conversation)
    if not conversation.is_open(act.now):
        raise Blocked(
            _("This conversation is closed."),
            cause=_("Its time is over, or the project ended it."),
            do=_("Read the results; you can still give the project a contribution, which will be answered."),
        )
    return conversation
