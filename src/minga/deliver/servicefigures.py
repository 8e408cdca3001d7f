"""Public figures of a service: how much comes, how fast it is decided, by whom. Small numbers are kept back."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.deliver import queries
from minga.deliver.models import Case, Service
from minga.tools.base import Figure
from minga.tools.stats import wilson
from minga.web.format import percent, whole
from minga.web.svg.types import Figure as Shown

FEWEST = 10
RECENT = timedelta(days=90)


def in_time(service: Service) -> Figure:
    """Share of the cases decided in the last 90 days that were decided within the service's days."""
    closed = Case.objects.filter(
        service=service, state=Case.State.DECIDED, rehearsal=False, closed_at__gte=timezone.now() - RECENT
    )
    total = closed.count()
    if total < FEWEST:
        return Figure("in_time", "", 0, total, None, None, None)
    good = closed.filter(closed_at__lte=F("received") + timedelta(days=service.decide_days)).count()
    return Figure("in_time", "", good, total, good / total, *wilson(good, total))


def waiting(service: Service) -> int:
    """How many cases wait or are in work, counted up to the cap of the queue."""
    held = Case.objects.filter(service=service, rehearsal=False).exclude(
        state__in=[Case.State.DECIDED, Case.State.UNDECIDED]
    )
    return held.order_by()[: queries.COUNTED + 1].count()


def _few(count: int) -> str:
    if 0 < count < FEWEST:
        return _("fewer than %(few)d") % {"few": FEWEST}
    return _("more than %(most)s") % {"most": whole(queries.COUNTED)} if count > queries.COUNTED else whole(count)


def strip_of(service: Service) -> list[Shown]:
    """The figures as the page of the service shows them."""
    timely = in_time(service)
    shown = [
        Shown(_few(waiting(service)), _("cases wait or are being decided")),
        Shown(_few(timely.of), _("decided in the last 90 days")),
    ]
    if timely.value is not None and timely.low is not None and timely.high is not None:
        words = _("of them decided within %(days)d days (interval %(low)s to %(high)s)") % {
            "days": service.decide_days,
            "low": percent(timely.low * 100, 0),
            "high": percent(timely.high * 100, 0),
        }
        shown.append(Shown(percent(timely.value * 100, 0), words))
    return shown
