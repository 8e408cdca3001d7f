"""Measuring takes longer than a request: the worker does it."""

from datetime import datetime

from django.tasks import task
from django.utils import timezone

from minga.assess import watching
from minga.assess.actions.watch import keep_watching, raise_alert
from minga.assess.models import Watching
from minga.assess.reference import in_service_between, month_of
from minga.design.models import Release
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Conflict
from minga.people.models import Person

MOST_MONTHS = 24


@task
def measure_now(release_id: int, person_id: int) -> int:
    """Measure the running month because somebody asked; returns how many alerts were raised."""
    release = Release.objects.select_related("project", "version").get(pk=release_id)
    return watch_month(By(Person.objects.get(pk=person_id).actor), release, timezone.now())


def watch_month(by: By, release: Release, moment: datetime) -> int:
    """Measure a release's month and raise what went beyond its bound; returns how many alerts were raised."""
    measured = watching.measure(release, moment)
    if measured is None:
        return 0
    kept = keep_watching(by, release.project, measured)
    raised = 0
    for finding in measured.findings:
        try:
            raise_alert(By(SYSTEM), release.project, kept, finding)
            raised += 1
        except Conflict:
            continue
    return raised


def months_due(release: Release, now: datetime) -> list[datetime]:
    """A moment in each month to be measured: ended ones that were not measured after their end, then the running one.

    A month is measured again each day while it runs, and once after it ended. No month after the one in which the
    release went off is measured.
    """
    since, until = in_service_between(release, now)
    if since is None:
        return []
    measured = dict(Watching.objects.filter(release=release).values_list("month", "measured"))
    month, due = month_of(since), []
    while month.start <= until:
        last = measured.get(month.start.date())
        if last is None or last < month.end:
            due.append(month.start)
        month = month_of(month.end)
    return due[-MOST_MONTHS:]
