"""The queue's library leaves a task RUNNING or FAILED for ever; ours goes back to it, and at last gives up aloud."""

import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from minga.jobs import leases, worker

pytestmark = pytest.mark.django_db


@task()
def breaks_off(number: int) -> None:
    raise OSError(f"no room left for {number}")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    heard: list[Mapping[str, Any]] = []
    monkeypatch.setitem(leases._lost, f"{__name__}.breaks_off", heard.append)
    return heard


def hurry() -> None:
    """As if its time had come."""
    DBTaskResult.objects.update(run_after=timezone.now(), started_at=timezone.now() - timedelta(hours=1))


def state() -> str:
    return str(DBTaskResult.objects.get().status)


def test_a_task_that_breaks_off_is_tried_three_times_and_then_told(told: list[Mapping[str, Any]]) -> None:
    breaks_off.enqueue(7)
    for _ in range(worker.MOST_TRIES):
        hurry()
        assert told == []
        worker.LeasedWorker(**worker.options(batch=True)).run()
        worker.recover()
    assert (state(), [args["args"] for args in told]) == ("FAILED", [[7]])
    assert worker.recover() == 0


def test_a_task_whose_worker_was_killed_goes_back(told: list[Mapping[str, Any]]) -> None:
    breaks_off.enqueue(7)
    DBTaskResult.objects.get().claim("gone")
    assert (worker.recover(), state()) == (0, "RUNNING")
    hurry()
    worker.recover()
    assert (state(), told) == ("READY", [])


def test_a_task_with_a_live_lease_is_left_alone() -> None:
    breaks_off.enqueue(7)
    taken = DBTaskResult.objects.get()
    taken.claim("alive")
    hurry()
    with leases.held(worker.work_name(taken), "alive"):
        assert (worker.recover(), state()) == (0, "RUNNING")


def test_a_heartbeat_outlives_a_busy_database(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []

    class Busy:
        def filter(self, **given: object) -> "Busy":
            return self

        def update(self, **given: object) -> int:
            beats.append(1)
            if len(beats) == 1:
                raise OperationalError("database table is locked")
            return 1

    monkeypatch.setattr(leases, "SECONDS", 0.03)
    monkeypatch.setattr(leases.Lease, "objects", Busy())
    stopped = threading.Event()
    heart = threading.Thread(target=leases._beat, args=("work", "me", stopped))
    heart.start()
    while len(beats) < 3 and heart.is_alive():
        time.sleep(0.01)
    stopped.set()
    heart.join()
    assert len(beats) >= 3
