"""Recurring jobs: each room declares ``JOBS`` in its ``clock.py`` and the worker finds them."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils import timezone

from minga.jobs import leases
from minga.jobs.models import Stroke

log = logging.getLogger("minga.clock")


@dataclass(frozen=True, slots=True)
class Job:
    """``run`` is called every ``every``; it returns a short sentence on what it did, or nothing."""

    name: str
    every: timedelta
    run: Callable[[], str | None]


def jobs() -> list[Job]:
    """The jobs of all installed rooms."""
    found: list[Job] = []
    for app in apps.get_app_configs():
        if app.name.startswith("minga.") and app.name != "minga.jobs" and find_spec(f"{app.name}.clock"):
            found.extend(import_module(f"{app.name}.clock").JOBS)
    return found


def strike() -> int:
    """Run what is due; several workers never run the same job at once."""
    ran = 0
    for job in jobs():
        stroke = Stroke.objects.filter(job=job.name).first()
        if stroke and stroke.ran + job.every > timezone.now():
            continue
        holder = uuid.uuid4().hex
        if not leases.take(f"clock:{job.name}", holder):
            continue
        try:
            Stroke.objects.update_or_create(job=job.name, defaults={"ran": timezone.now(), "outcome": _run(job)})
            ran += 1
        finally:
            leases.release(f"clock:{job.name}", holder)
    return ran


def _run(job: Job) -> str:
    try:
        return (job.run() or "")[:200]
    except Exception as error:
        log.exception("The job %s failed; it runs again in %s.", job.name, job.every)
        return f"failed: {error}"[:200]
