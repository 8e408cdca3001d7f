"""The desk's recurring jobs: flags become public in time, looks are counted, no case waits for its advice unasked."""

from datetime import timedelta

from django.utils import timezone

from minga.deliver import queries, spool, tasks
from minga.deliver.actions import note_accesses, publish_flag
from minga.deliver.looking import since_last
from minga.deliver.models import Case, CaseFile, Flag, Service
from minga.jobs.clock import Job
from minga.ledger.action import SYSTEM, By
from minga.projects.models import Project


def publish_due() -> str:
    """Publish every flag whose time has come; returns how many."""
    now = timezone.now()
    waiting = Flag.objects.filter(published=None, publish_on__lte=now).select_related("project", "determination")
    due = [flag for flag in waiting if not queries.held_back(flag, now)]
    for flag in due:
        publish_flag(By(SYSTEM, once=f"flag-published-{flag.pk}"), flag.project, flag)
    return f"{len(due)} published"


def note_looks() -> str:
    """One entry on the chain of each project in whose cases somebody looked since the last one."""
    looked = [project for project in Project.objects.filter(services__isnull=False).distinct() if since_last(project)]
    for project in looked:
        note_accesses(By(SYSTEM), project)
    return f"{len(looked)} noted"


def ask_tools() -> str:
    """Cases whose task was lost are asked about after all, and uploaded files that nobody confirmed are removed."""
    lost = timezone.now() - timedelta(minutes=10)
    waiting = Case.objects.filter(advised=None, received__lt=lost).exclude(service=None)
    services = Service.objects.filter(pk__in=waiting.values("service")).select_related("project")
    asked = sum(tasks.advise_waiting(service) for service in services)
    begun = set(CaseFile.objects.filter(finished=None).values_list("kept", flat=True))
    return f"{asked} asked, {spool.sweep(begun)} files removed"


JOBS = [
    Job("deliver.publish_due", timedelta(minutes=5), publish_due),
    Job("deliver.note_looks", timedelta(hours=1), note_looks),
    Job("deliver.ask_tools", timedelta(minutes=10), ask_tools),
]
