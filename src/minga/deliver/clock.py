"""The desk's recurring job: flags become public when the party has had its time."""

from datetime import timedelta

from django.utils import timezone

from minga.deliver import queries
from minga.deliver.actions import publish_flag
from minga.deliver.models import Flag
from minga.jobs.clock import Job
from minga.ledger.action import SYSTEM, By


def publish_due() -> str:
    """Publish every flag whose time has come; returns how many."""
    now = timezone.now()
    waiting = Flag.objects.filter(published=None, publish_on__lte=now).select_related("project", "determination")
    due = [flag for flag in waiting if not queries.held_back(flag, now)]
    for flag in due:
        publish_flag(By(SYSTEM, once=f"flag-published-{flag.pk}"), flag.project, flag)
    return f"{len(due)} published"


JOBS = [Job("deliver.publish_due", timedelta(minutes=5), publish_due)]
