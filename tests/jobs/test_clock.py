"""Recurring jobs run when they are due, once among several workers, and a failing one is noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from minga.jobs import clock, leases
from minga.jobs.models import Stroke

ran: list[str] = []


def job(name: str = "test.job") -> clock.Job:
    return clock.Job(name, timedelta(hours=1), lambda: ran.append(name) or "done")


@pytest.fixture(autouse=True)
def _jobs(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ran.clear()
    monkeypatch.setattr(clock, "jobs", lambda: [job()])


def test_a_due_job_runs_once() -> None:
    assert (clock.strike(), clock.strike(), ran) == (1, 0, ["test.job"])


def test_it_runs_again_when_its_time_has_come() -> None:
    clock.strike()
    Stroke.objects.update(ran=timezone.now() - timedelta(hours=2))
    assert clock.strike() == 1


def test_another_workers_job_is_left_alone() -> None:
    leases.take("clock:test.job", "another worker")
    assert (clock.strike(), ran) == (0, [])


def test_a_failing_job_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = clock.Job("test.broken", timedelta(hours=1), lambda: 1 / 0)  # type: ignore[arg-type]
    monkeypatch.setattr(clock, "jobs", lambda: [broken])
    clock.strike()
    assert Stroke.objects.get().outcome == "failed: division by zero"


def test_every_room_declares_jobs_that_can_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    names = [found.name for found in clock.jobs()]
    assert len(names) == len(set(names))
    assert {"engage", "deliver", "assess"} <= {name.split(".")[0] for name in names}
