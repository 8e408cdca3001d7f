"""A lease says who is working on what until when; its heartbeat renews it while the work goes on."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from minga import env
from minga.jobs.models import Lease

log = logging.getLogger("minga.leases")
SECONDS = env.number("MINGA_LEASE_SECONDS", 15)
Lost = Callable[[Mapping[str, Any]], None]
_lost: dict[str, Lost] = {}


def on_lost(task_path: str, tell: Lost) -> None:
    """``tell`` is called with a task's arguments once it is given up as lost."""
    _lost[task_path] = tell


def tell_lost(task_path: str, args_kwargs: Mapping[str, Any]) -> None:
    if tell := _lost.get(task_path):
        tell(args_kwargs)


def take(work: str, holder: str) -> bool:
    """Take the lease on ``work`` if nobody holds a live one."""
    expires = timezone.now() + timedelta(seconds=SECONDS)
    lapsed = Lease.objects.filter(work=work, expires__lt=timezone.now())
    if lapsed.update(holder=holder, expires=expires):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(work=work, holder=holder, expires=expires)
    except IntegrityError:
        return False
    return True


def is_held(work: str) -> bool:
    return Lease.objects.filter(work=work, expires__gte=timezone.now()).exists()


def release(work: str, holder: str) -> None:
    Lease.objects.filter(work=work, holder=holder).delete()


def _beat(work: str, holder: str, stopped: threading.Event) -> None:
    while not stopped.wait(SECONDS / 3):
        try:
            Lease.objects.filter(work=work, holder=holder).update(expires=timezone.now() + timedelta(seconds=SECONDS))
        except OperationalError as error:  # a busy database: the next beat comes before the lease runs out
            log.warning("The lease on %s could not be renewed this time: %s", work, error)
    connection.close()


@contextmanager
def held(work: str, holder: str) -> Iterator[None]:
    """Hold the lease on ``work`` for the length of a block, with a heartbeat."""
    take(work, holder)
    stopped = threading.Event()
    heart = threading.Thread(target=_beat, args=(work, holder, stopped), daemon=True)
    heart.start()
    try:
        yield
    finally:
        stopped.set()
        heart.join()
        release(work, holder)
