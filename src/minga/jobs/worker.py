"""The worker: django-tasks-db's loop, with a lease on each task, the clock and the outbox beside it."""

import logging
import threading
import uuid
from datetime import timedelta

from django.db import close_old_connections, connections
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from minga.jobs import clock, leases, outbox

log = logging.getLogger("minga.worker")

TICK = 1.0
MOST_TRIES = 3


class LostTask(RuntimeError):
    """The process that ran the task ended without a word."""


class LeasedWorker(Worker):
    """Runs tasks from the queue; while one runs, a thread renews its lease."""

    def run_task(self, db_task_result: DBTaskResult) -> None:
        with leases.held(work_name(db_task_result), self.worker_id):
            super().run_task(db_task_result)


def work_name(task: DBTaskResult) -> str:
    return f"task:{task.pk}"


def recover() -> int:
    """Put tasks whose lease has lapsed back into the queue, or mark them failed after three tries."""
    lost = 0
    started_before = timezone.now() - timedelta(seconds=leases.SECONDS)
    for task in DBTaskResult.objects.running().filter(started_at__lt=started_before):
        if leases.is_held(work_name(task)):
            continue
        lost += 1
        if len(task.worker_ids) < MOST_TRIES:
            log.warning("The task %s was lost with its worker; it goes back into the queue.", task.task_name)
            DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.READY
            )
        else:
            log.error("The task %s was lost %d times; it is marked failed.", task.task_name, MOST_TRIES)
            task.set_failed(LostTask(f"Its worker ended {MOST_TRIES} times before it finished."))
            leases.tell_lost(task.task_path, task.args_kwargs)
    return lost


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


def run(*, batch: bool = False) -> None:
    """Work until stopped, or with ``batch`` until the queue is empty."""
    ticker = Ticker()
    ticker.start()
    worker = LeasedWorker(
        queue_names=["*"],
        interval=0.5,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    )
    if threading.current_thread() is threading.main_thread():
        worker.configure_signals()
    try:
        worker.run()
    finally:
        ticker.stopped.set()
        ticker.join(timeout=10)
