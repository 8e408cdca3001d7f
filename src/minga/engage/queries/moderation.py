"""Reads for moderators, and the public log of what they did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from minga.engage.models import Contribution, Conversation, Lineage, Rejection, Statement, Vote

SMALLEST_UNCLEAR = 3


@dataclass(frozen=True, slots=True)
class Moderated:
    """One line of the public log: no words of anybody, no name."""

    when: datetime
    number: int
    what: str
    reason: str
    state: str


def waiting(conversation: Conversation) -> QuerySet[Statement]:
    """Statements that nobody has looked at, the oldest first."""
    held = conversation.statements.filter(contribution__status=Contribution.Status.HELD)
    return held.exclude(rejections__state=Rejection.State.PROPOSED).select_related("contribution").order_by("number")


def proposed(conversation: Conversation) -> QuerySet[Rejection]:
    return _rejections(conversation).filter(state=Rejection.State.PROPOSED).order_by("proposed")


def appealed(conversation: Conversation) -> QuerySet[Rejection]:
    return _rejections(conversation).filter(state=Rejection.State.APPEALED).order_by("appeal_due")


def _rejections(conversation: Conversation) -> QuerySet[Rejection]:
    return Rejection.objects.filter(statement__conversation=conversation).select_related("statement__contribution")


def unclear(conversation: Conversation) -> QuerySet[Statement]:
    """Statements that at least three people did not understand, the most first; ``unclear`` counts them."""
    said = Count("votes", filter=Q(votes__choice=Vote.Choice.UNCLEAR))
    found = conversation.statements.filter(retired=None).annotate(unclear=said).filter(unclear__gte=SMALLEST_UNCLEAR)
    return found.select_related("contribution").order_by("-unclear")


def moderation_of(conversation: Conversation) -> list[Moderated]:
    """The public log of a conversation, newest first."""
    rows = [*_log_of_rejections(conversation), *_log_of_showing(conversation), *_log_of_lineage(conversation)]
    return sorted(rows, key=lambda row: row.when, reverse=True)


def _log_of_rejections(conversation: Conversation) -> Iterator[Moderated]:
    for row in _rejections(conversation):
        number, reason = row.statement.number, str(row.get_reason_display())
        yield Moderated(row.proposed, number, _("Proposed not to show it"), reason, "proposed")
        if row.seconded:
            agreed = row.state != Rejection.State.DISMISSED
            what = _("A second person agreed: not shown") if agreed else _("A second person disagreed: shown")
            yield Moderated(row.seconded, number, what, reason, "confirmed" if agreed else "dismissed")
        if row.appealed:
            yield Moderated(row.appealed, number, _("The author appealed"), reason, "appealed")
        if row.answered:
            yield Moderated(row.answered, number, str(row.get_state_display()), row.answer, str(row.state))


def _log_of_showing(conversation: Conversation) -> Iterator[Moderated]:
    shown = conversation.statements.filter(rejections=None, contribution__moderated__isnull=False)
    for number, when in shown.values_list("number", "contribution__moderated"):
        if when:
            yield Moderated(when, number, _("Shown"), "", "shown")


def _log_of_lineage(conversation: Conversation) -> Iterator[Moderated]:
    rows = Lineage.objects.filter(old__conversation=conversation).select_related("old", "new")
    for row in rows:
        what = {
            Lineage.Kind.MERGED: _("Merged into statement %(number)s"),
            Lineage.Kind.SPLIT: _("Split: statement %(number)s came out of it"),
            Lineage.Kind.REWORDED: _("Reworded as statement %(number)s"),
        }[Lineage.Kind(row.kind)]
        yield Moderated(row.made, row.old.number, what % {"number": row.new.number}, row.reason, str(row.kind))
