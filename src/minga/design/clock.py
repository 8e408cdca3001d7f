"""What nobody waits for: work whose task is gone is ended each minute, and trials end when their time is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from minga.design import programs, queries, store, trials
from minga.design.actions.trials import end_trial
from minga.design.models import Check, Dataset, ToolVersion, Trial, TrialCase
from minga.design.tasks import give_up_check, give_up_reading, read_dataset, run_check
from minga.design.trial_tasks import ask_tool, give_up_case, give_up_making, make_up
from minga.design.version_tasks import give_up_version, prepare_version
from minga.jobs.clock import Job
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Conflict

PATIENCE = timedelta(minutes=2)
_ALIVE = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
GiveUp = Callable[[int], None]


def end_orphans() -> str | None:
    """End what waits for a task that no queue holds any more."""
    reading = Dataset.objects.filter(state=Dataset.State.READING)
    unanswered = TrialCase.objects.filter(trial__state=Trial.State.OPEN, advice={}, failure="")
    ended = {
        "checks": _end(run_check, Check.objects.filter(state=Check.State.QUEUED), give_up_check),
        "readings": _end(read_dataset, reading.filter(synthetic_from=None), give_up_reading),
        "made-up data": _end(make_up, reading.exclude(synthetic_from=None), give_up_making),
        "versions": _end(
            prepare_version, ToolVersion.objects.filter(state=ToolVersion.State.PREPARING), give_up_version
        ),
        "trial cases": _end(ask_tool, unanswered, give_up_case),
    }
    if not any(ended.values()):
        return None
    return "ended " + ", ".join(f"{n} {name}" for name, n in ended.items() if n or name in ("checks", "readings"))


def _end(task: Any, waiting: QuerySet[Any], give_up: GiveUp) -> int:
    found = list(waiting)
    if not found:
        return 0
    queued = DBTaskResult.objects.filter(status__in=_ALIVE, task_path=task.module_path)
    alive = {one.args_kwargs["args"][0] for one in queued}
    lost = [one.pk for one in found if one.pk not in alive and _is_old(one)]
    for pk in lost:
        give_up(pk)
    return len(lost)


def _is_old(thing: Model) -> bool:
    """By the ledger's own clock: a told history dates requests in the past."""
    from minga.ledger import subjects
    from minga.ledger.models import Entry

    kind, identifier = subjects.reference(thing)
    last = Entry.objects.filter(subject_kind=kind, subject_id=identifier).order_by("-pk").first()
    return last is None or last.recorded < (timezone.now() - PATIENCE).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def end_trials() -> str | None:
    """End each trial whose time is over, with its exit report."""
    ended = 0
    for trial in trials.due(timezone.now()):
        try:
            end_trial(By(SYSTEM, once=f"trial-{trial.pk}-ended"), trial.project, trial)
            ended += 1
        except Conflict:
            continue  # somebody ended it a moment ago
    return f"{ended} trials ended" if ended else None


def tidy() -> str | None:
    """Remove the files that killed processes left half-written."""
    gone = store.tidy() + programs.tidy(queries.is_program_used)
    return f"{gone} files left behind were removed" if gone else None


JOBS = [
    Job("design.end_orphans", timedelta(minutes=1), end_orphans),
    Job("design.end_trials", timedelta(minutes=5), end_trials),
    Job("design.tidy", timedelta(hours=6), tidy),
]
