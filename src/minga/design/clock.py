"""Once a minute: a check or reading whose task is gone is ended, so that nothing waits for ever."""

from datetime import timedelta

from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from minga.design.models import Check, Dataset
from minga.design.tasks import give_up_check, give_up_reading, read_dataset, run_check
from minga.jobs.clock import Job

PATIENCE = timedelta(minutes=2)
_ALIVE = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def end_orphans() -> str | None:
    """Mark as broken what waits for a task that no queue holds any more."""
    alive = {
        (task.task_path, task.args_kwargs["args"][0])
        for task in DBTaskResult.objects.filter(
            status__in=_ALIVE, task_path__in=[run_check.module_path, read_dataset.module_path]
        )
    }
    # A told history dates requests in the past, so patience is counted from the ledger's own clock.
    checks = [
        check.pk
        for check in Check.objects.filter(state=Check.State.QUEUED)
        if (run_check.module_path, check.pk) not in alive and _is_old(check)
    ]
    readings = [
        dataset.pk
        for dataset in Dataset.objects.filter(state=Dataset.State.READING)
        if (read_dataset.module_path, dataset.pk) not in alive and _is_old(dataset)
    ]
    for pk in checks:
        give_up_check(pk)
    for pk in readings:
        give_up_reading(pk)
    return f"ended {len(checks)} checks, {len(readings)} readings" if checks or readings else None


def _is_old(thing: Check | Dataset) -> bool:
    from minga.ledger import subjects
    from minga.ledger.models import Entry

    kind, identifier = subjects.reference(thing)
    last = Entry.objects.filter(subject_kind=kind, subject_id=identifier).order_by("-pk").first()
    return last is None or last.recorded < (timezone.now() - PATIENCE).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


JOBS = [Job("design.end_orphans", timedelta(minutes=1), end_orphans)]
