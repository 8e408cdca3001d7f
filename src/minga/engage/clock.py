"""Ballots close by themselves; conversations are tallied while votes come in."""

from datetime import timedelta

from django.utils import timezone

from minga.engage import tasks
from minga.engage.actions import close_ballot
from minga.engage.models import Ballot, Conversation
from minga.engage.tallying import is_due
from minga.jobs.clock import Job
from minga.ledger.action import SYSTEM, By


def close_ballots() -> str:
    """Count every ballot whose time is over."""
    due = Ballot.objects.filter(closed=None, closes__lte=timezone.now()).select_related("project")
    for ballot in due:
        close_ballot(By(SYSTEM, once=f"close-ballot-{ballot.pk}"), ballot.project, ballot)
    return f"{len(due)} closed" if due else ""


def tally_conversations() -> str:
    """Ask for a tally of each conversation in which something was voted since the last one."""
    public = Conversation.objects.exclude(state=Conversation.State.DRAFT)
    due = [one for one in public if is_due(one) and not tasks.is_waiting(one)]
    for conversation in due:
        tasks.tally_conversation.enqueue(conversation.pk)
    return f"{len(due)} to tally" if due else ""


JOBS = [
    Job("engage.close_ballots", timedelta(minutes=5), close_ballots),
    Job("engage.tally_conversations", timedelta(minutes=1), tally_conversations),
]
