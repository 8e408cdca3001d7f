"""The worker: django-tasks-db's loop, with a lease on each task, the clock and the outbox beside it."""

import logging
import signal
import threading
import uuid
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import close_old_connections, connections
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from minga.jobs import clock, leases, outbox

log = logging.getLogger("minga.worker")

TICK = 1.0
MOST_TRIES = 3
# The return value of a failed task once those who wait for it were told.
GIVEN_UP = "given up"


class LostTask(RuntimeError):
    """The process that ran the task ended without a word."""


class LeasedWorker(Worker):
    """Runs tasks from the queue; while one runs, a thread renews its lease."""

    def run_task(self, db_task_result: DBTaskResult) -> None:
        with leases.held(work_name(db_task_result), self.worker_id):
            super().run_task(db_task_result)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """A service manager that signals every process, and ``minga run`` once more: the two SIGTERM are one."""
        if self.running or signum != signal.SIGTERM:
            super().shutdown(signum, frame)


def work_name(task: DBTaskResult) -> str:
    return f"task:{task.pk}"


def recover() -> int:
    """Put tasks that were lost or broke off back into the queue; after three tries tell those who wait for them."""
    return _lost() + _broken_off()


def _lost() -> int:
    """Tasks that a worker took and whose lease has lapsed: it was killed. They count as failed from now on."""
    lost = 0
    started_before = timezone.now() - timedelta(seconds=leases.SECONDS)
    for task in DBTaskResult.objects.running().filter(started_at__lt=started_before):
        if leases.is_held(work_name(task)):
            continue
        lost += 1
        log.warning("The task %s was lost with its worker.", task.task_name)
        task.set_failed(LostTask("Its worker ended before it finished."))
    return lost


def _broken_off() -> int:
    """Failed tasks: the library would leave them at that, and a check would wait for ever."""
    handled = 0
    for task in DBTaskResult.objects.failed().filter(return_value__isnull=True):
        handled += 1
        if len(task.worker_ids) < MOST_TRIES:
            log.warning("The task %s goes back into the queue.", task.task_name)
            again = timezone.now() + timedelta(seconds=len(task.worker_ids))
            DBTaskResult.objects.filter(pk=task.pk).update(status=TaskResultStatus.READY, run_after=again)
            continue
        log.error("The task %s failed %d times and is given up.", task.task_name, MOST_TRIES)
        leases.tell_lost(task.task_path, task.args_kwargs)
        DBTaskResult.objects.filter(pk=task.pk).update(return_value=GIVEN_UP)
    return handled


class Ticker(threading.Thread):
    """Once a second: recover lost tasks, send what is due, strike the clock."""

    def __init__(self) -> None:
        super().__init__(name="minga-ticker", daemon=True)
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(TICK):
            close_old_connections()
            for part in (recover, outbox.send_due, clock.strike):
                try:
                    part()
                except Exception:
                    log.exception("%s failed; it is tried again at the next tick.", part.__module__)
        connections.close_all()


def options(*, batch: bool) -> dict[str, Any]:
    """How our worker is set up; the library's own defaults serve one queue and wait longer."""
    return {
        "queue_names": ["*"],
        "interval": 0.5,
        "batch": batch,
        "backend_name": "default",
        "startup_delay": False,
        "max_tasks": None,
        "worker_id": uuid.uuid4().hex,
        "excluded_queue_names": [],
    }


def run(*, batch: bool = False) -> None:
    """Work until stopped, or with ``batch`` until the queue is empty."""
    ticker = Ticker()
    ticker.start()
    worker = LeasedWorker(**options(batch=batch))
    if threading.current_thread() is threading.main_thread():
        worker.configure_signals()
    try:
        worker.run()
    finally:
        ticker.stopped.set()
        ticker.join(timeout=10)
