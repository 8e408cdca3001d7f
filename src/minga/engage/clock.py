"""Ballots close by themselves."""

from datetime import timedelta

from django.utils import timezone

from minga.engage.actions import close_ballot
from minga.engage.models import Ballot
from minga.jobs.clock import Job
from minga.ledger.action import SYSTEM, By


def close_ballots() -> str:
    """Count every ballot whose time is over."""
    due = Ballot.objects.filter(closed=None, closes__lte=timezone.now()).select_related("project")
    for ballot in due:
        close_ballot(By(SYSTEM, once=f"close-ballot-{ballot.pk}"), ballot.project, ballot)
    return f"{len(due)} closed" if due else ""


JOBS = [Job("engage.close_ballots", timedelta(minutes=5), close_ballots)]
