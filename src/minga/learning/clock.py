"""Certificates that end soon are told to their holders; runs through courses are counted into the ledger."""

from datetime import timedelta

from django.utils import timezone

from minga.jobs.clock import Job
from minga.learning.actions import count_understandings, remind_of_refresher
from minga.learning.models import Understanding, UnderstandingCount
from minga.learning.queries import due_again
from minga.ledger.action import BODY, SYSTEM, By


def remind() -> str:
    """Remind everybody whose certificate ends within 30 days, once."""
    due = due_again(timezone.now())
    for certificate in due:
        remind_of_refresher(By(SYSTEM, once=f"refresher-{certificate.pk}"), BODY, certificate)
    return f"{len(due)} reminded" if due else ""


def count() -> str:
    """Write into the ledger how many runs through courses came in."""
    earlier = UnderstandingCount.objects.order_by("-pk").first()
    if not Understanding.objects.filter(pk__gt=earlier.last if earlier else 0).exists():
        return ""
    made = count_understandings(By(SYSTEM), BODY)
    return f"{made.runs} counted"


JOBS = [
    Job("learning.remind", timedelta(hours=12), remind),
    Job("learning.count", timedelta(hours=1), count),
]
