"""What the worker does for this room: reading large files and running checks. Both may be run again safely."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.tasks import task
from django.utils.translation import gettext as _

from minga.design import evaluation, tables
from minga.design.actions.checks import finish_check
from minga.design.actions.datasets import keep_dataset, refuse_dataset
from minga.design.models import Check, Dataset
from minga.jobs import leases
from minga.jobs.models import Lease
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Conflict
from minga.tools.base import ToolError

log = logging.getLogger("minga.design")


@contextmanager
def _told(work: str) -> Iterator[Callable[[int], None]]:
    """Keep a lease on ``work`` that tells pages how far it is, in per cent."""

    def progress(percent: int) -> None:
        Lease.objects.filter(work=work).update(progress=min(99, percent))

    with leases.held(work, uuid.uuid4().hex):
        yield progress


@task()
def run_check(check_id: int) -> str:
    """Run one check and keep its result; returns its state. A check that is finished is left as it is."""
    check = Check.objects.select_related("project", "criterion", "version__chosen_on", "dataset").get(pk=check_id)
    if check.is_finished:
        return check.state
    with _told(f"check:{check_id}") as progress:
        result = _result(check, progress)
    return _finish(check, result)


def _result(check: Check, progress: Callable[[int], None]) -> evaluation.Result:
    try:
        return evaluation.run(check, progress)
    except ToolError as error:
        return evaluation.Result("broken", problem=str(error))
    except Exception as error:
        log.exception("The check %s broke off.", check.pk)
        return evaluation.Result("broken", problem=_broke_off(error))


def _broke_off(error: Exception) -> str:
    words = _("The tool broke off with an error that it should not have (%(error)s). Tell whoever makes the tool.")
    return words % {"error": f"{type(error).__name__}: {error}"[:300]}


def _finish(check: Check, result: evaluation.Result) -> str:
    try:
        return finish_check(By(SYSTEM), check.project, check, result).state
    except Conflict:
        return Check.objects.get(pk=check.pk).state


def give_up_check(check_id: int) -> None:
    """The worker died too often on this check: it ends as broken, never as "running"."""
    check = Check.objects.select_related("project").get(pk=check_id)
    problem = _("The worker ended several times before this check was done, perhaps for lack of memory. Run it again.")
    _finish(check, evaluation.Result("broken", problem=problem))


@task()
def read_dataset(dataset_id: int) -> str:
    """Read a received file; the dataset ends as ready, or as refused with the reason."""
    dataset = Dataset.objects.select_related("project").get(pk=dataset_id)
    if dataset.state != Dataset.State.READING:
        return dataset.state
    with _told(f"dataset:{dataset_id}") as progress:
        try:
            found = tables.read_any(
                dataset.source_path,
                dataset.source,
                dataset,
                dataset.labels_sha256,
                lambda done: progress(done * 100 // max(1, dataset.size)),
            )
        except ToolError as error:
            return _refuse(dataset, str(error))
        except Exception as error:
            log.exception("The dataset %s could not be read.", dataset_id)
            return _refuse(dataset, f"{type(error).__name__}: {error}")
    try:
        return keep_dataset(By(SYSTEM), dataset.project, found, dataset=dataset).state
    except Conflict:
        return Dataset.objects.get(pk=dataset_id).state


def _refuse(dataset: Dataset, problem: str) -> str:
    try:
        return refuse_dataset(By(SYSTEM), dataset.project, dataset, problem).state
    except Conflict:
        return Dataset.objects.get(pk=dataset.pk).state


def give_up_reading(dataset_id: int) -> None:
    """The worker died too often on this file."""
    dataset = Dataset.objects.select_related("project").get(pk=dataset_id)
    _refuse(dataset, _("The worker ended several times while it read this file. Split it and import the parts."))
