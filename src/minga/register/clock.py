"""What happens by itself: an address that never confirmed its subscription is forgotten after a week."""

from datetime import timedelta

from django.utils import timezone

from minga.jobs.clock import Job
from minga.ledger.action import BODY, SYSTEM, By
from minga.register.actions import leave
from minga.register.models import Subscription

WAITS = timedelta(days=7)


def forget_unconfirmed() -> str:
    """End every subscription that was not confirmed within a week; returns how many."""
    late = Subscription.objects.filter(confirmed=None, ended=None, asked__lt=timezone.now() - WAITS)
    found = list(late.select_related("project"))
    for one in found:
        leave(By(SYSTEM, once=f"forget-subscription-{one.pk}"), one.project or BODY, one)
    return f"{len(found)} forgotten"


JOBS = [Job("register.forget_unconfirmed", timedelta(hours=6), forget_unconfirmed)]
