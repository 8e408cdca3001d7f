"""What happens by itself: suppliers whose day has passed no longer count as qualified."""

from datetime import timedelta

from django.utils import timezone

from minga.jobs.clock import Job
from minga.ledger.action import BODY, SYSTEM, By
from minga.procurement.actions import expire
from minga.procurement.models import Supplier


def expire_suppliers() -> str:
    """Returns how many expired."""
    gone = Supplier.objects.filter(state=Supplier.State.QUALIFIED, until__lt=timezone.localdate())
    for supplier in (found := list(gone)):
        expire(By(SYSTEM, once=f"supplier-{supplier.pk}-{supplier.until}"), BODY, supplier)
    return f"{len(found)} expired"


JOBS = [Job("procurement.expire_suppliers", timedelta(days=1), expire_suppliers)]
