"""Reads of conversations: who may see what, whose seat it is, which statement comes next."""

import random
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.engage.models import (
    AffectedGroup,
    Contribution,
    Conversation,
    Participant,
    Reference,
    Statement,
    Tally,
    Vote,
    link_hash,
)
from minga.projects.models import Project

PUBLIC = (Contribution.Status.SHOWN, Contribution.Status.DECIDED)


def public_conversations(project: Project) -> QuerySet[Conversation]:
    return project.conversations.exclude(state=Conversation.State.DRAFT)


def open_conversations() -> list[Conversation]:
    """Of all projects, those that people can vote in now, the newest first."""
    found = Conversation.objects.exclude(state=Conversation.State.DRAFT).select_related("project").order_by("-pk")
    return [held for held in found if held.is_open()]


def say_next(project: Project) -> list[tuple[str, str]]:
    """What anybody can do here now: (sentence, address) of each open conversation."""
    open_now = [held for held in public_conversations(project) if held.is_open()]
    return [
        (_("Say what you think: %(title)s") % {"title": held.title}, reverse("engage:vote", args=[held.pk]))
        for held in open_now
    ]


def public_statements(conversation: Conversation) -> QuerySet[Statement]:
    """What everybody may read, retired statements too, in the order of their numbers."""
    return conversation.statements.filter(contribution__status__in=PUBLIC).select_related("contribution")


def votable(conversation: Conversation) -> QuerySet[Statement]:
    """What is voted on now."""
    return public_statements(conversation).filter(retired=None)


def participant_by(conversation: Conversation, token: str) -> Participant | None:
    """Whose private link this is, or None where it is wrong or has expired."""
    if not token:
        return None
    found = Participant.objects.filter(link=link_hash(token), conversation=conversation).first()
    return found if found and found.expires and found.expires > timezone.now() else None


_SEATED = """
SELECT p.id, s.id, c.project_id
FROM engage_participant p
JOIN engage_conversation c ON c.id = p.conversation_id
JOIN engage_statement s ON s.conversation_id = c.id
WHERE p.link = %s AND p.expires > %s AND p.conversation_id = %s AND s.number = %s AND c.state <> 'draft'
"""


def seated(conversation: int, token: str, number: int) -> tuple[Participant, Statement, Project] | None:
    """Whose private link this is, which statement has this number, and the project: no more than a vote needs.

    None where the link or the number is wrong. The three hold nothing but their ids; one query, because every vote
    asks it.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_SEATED, [link_hash(token), now, conversation, number])
        found = cursor.fetchone()
    if found is None:
        return None
    seat = Participant(pk=found[0], conversation_id=conversation)
    return seat, Statement(pk=found[1], conversation_id=conversation), Project(pk=found[2])


def strata(project: Project) -> dict[str, str]:
    """The answers to the voluntary question who you are: key -> name, from the reference in use."""
    reference = Reference.objects.filter(project=project).first()
    if reference is None:
        return {}
    rows = reference.groups.filter(margin=AffectedGroup.Margin.STRATUM)
    return {row.key: row.label for row in rows}


def answered(participant: Participant) -> dict[int, int]:
    """What this participant voted: statement id -> choice. For themselves only; nobody else is shown it."""
    return dict(Vote.objects.filter(participant=participant).values_list("statement_id", "choice"))


def next_statement(conversation: Conversation, done: Collection[int]) -> Statement | None:
    """A statement not yet answered, drawn by priority: those that say most about opinions come more often."""
    left = [pk for pk in votable(conversation).values_list("pk", flat=True) if pk not in done]
    if not left:
        return None
    weights = priorities(conversation)
    # What the map has not seen yet is as interesting as the most interesting that it has.
    unseen = max(weights.values(), default=1.0)
    drawn = random.SystemRandom().choices(left, [weights.get(pk, unseen) or 1e-9 for pk in left])[0]
    return Statement.objects.select_related("contribution").get(pk=drawn)


def priorities(conversation: Conversation) -> dict[int, float]:
    """How much a vote on each statement would tell (deliberation formula 10), from the newest tally."""
    newest = conversation.tallies.values_list("pk", "computed").first()
    return _priorities(*newest) if newest else {}


@lru_cache(maxsize=64)
def _priorities(tally: int, computed: datetime) -> dict[int, float]:
    """Asked before every vote, and the document is large: each tally's are read once by each process."""
    kept = Tally.objects.values_list("document__priorities", flat=True).filter(pk=tally, computed=computed).first()
    return {int(pk): float(weight) for pk, weight in (kept or {}).items()}


def newest_tally(conversation: Conversation) -> Tally | None:
    return conversation.tallies.first()


def newest_figures(conversation: Conversation) -> Tally | None:
    """The newest tally without its document: when, how many votes, how many people."""
    return conversation.tallies.defer("document").first()


def statement_with_lineage(contribution: Contribution) -> Statement | None:
    """The statement that a contribution is in a conversation, with what it came from and what it became."""
    found = Statement.objects.select_related("conversation").filter(contribution=contribution)
    return found.prefetch_related("came_from__old__contribution", "became__new__contribution", "translations").first()
