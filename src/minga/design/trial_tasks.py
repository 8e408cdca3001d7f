"""What the worker does for trials and made-up data: a tool may have to be trained, so web processes never ask it."""

import logging
import uuid

from django.tasks import task
from django.utils.translation import gettext as _

from minga.design import synthetic, tools, trials
from minga.design.actions.datasets import keep_dataset, refuse_dataset
from minga.design.actions.trials import keep_answer
from minga.design.models import Dataset, TrialCase
from minga.jobs import leases
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Conflict
from minga.tools.base import ToolError
from minga.tools.providers import Answer

log = logging.getLogger("minga.design")


@task()
def ask_tool(case_id: int) -> str:
    """Ask the tool about one made-up case; a case that has its answer, or whose trial has ended, is left as it is."""
    case = TrialCase.objects.select_related("trial__project", "trial__version__project").get(pk=case_id)
    if not trials.is_waiting(case) or not trials.is_open(case.trial):
        return "nothing to do"
    with leases.held(f"trial_case:{case_id}", uuid.uuid4().hex):
        answer = _answer(case)
    return _keep(case, answer)


def _answer(case: TrialCase) -> Answer:
    name = str(case.number)
    try:
        return tools.advise(case.trial.version, [trials.case_for(case)])[0]
    except ToolError as error:
        return Answer(name, None, str(error))
    except Exception as error:
        log.exception("The tool broke on the case %s of a trial.", case.pk)
        words = _("The tool broke off with an error that it should not have (%(error)s). Tell whoever makes the tool.")
        return Answer(name, None, words % {"error": f"{type(error).__name__}: {error}"[:300]})


def _keep(case: TrialCase, answer: Answer) -> str:
    try:
        keep_answer(By(SYSTEM, once=f"trial-case-{case.pk}"), case.trial.project, case, answer)
    except Conflict:
        return "nothing to do"
    return "failed" if answer.failure else "answered"


def give_up_case(case_id: int) -> None:
    """The worker died too often on this case: it ends as failed, never as waiting."""
    case = TrialCase.objects.select_related("trial__project").get(pk=case_id)
    problem = _("The worker ended several times before the tool had answered, perhaps for lack of memory.")
    _keep(case, Answer(str(case.number), None, problem))


@task()
def make_up(dataset_id: int, count: int, seed: int) -> str:
    """Make the rows of a dataset that was asked for from another's profile; it ends as ready, or with the reason."""
    dataset = Dataset.objects.select_related("project", "synthetic_from").get(pk=dataset_id)
    if dataset.state != Dataset.State.READING:
        return dataset.state
    with leases.held(f"dataset:{dataset_id}", uuid.uuid4().hex):
        try:
            found, about = synthetic.make(dataset, count, seed)
        except ToolError as error:
            return _refuse(dataset, str(error))
        except Exception as error:
            log.exception("The made-up dataset %s could not be made.", dataset_id)
            return _refuse(dataset, f"{type(error).__name__}: {error}")
    try:
        return keep_dataset(By(SYSTEM), dataset.project, found, about=about, dataset=dataset).state
    except Conflict:
        return Dataset.objects.get(pk=dataset_id).state


def _refuse(dataset: Dataset, problem: str) -> str:
    try:
        return refuse_dataset(By(SYSTEM), dataset.project, dataset, problem).state
    except Conflict:
        return Dataset.objects.get(pk=dataset.pk).state


def give_up_making(dataset_id: int) -> None:
    """The worker died too often on these data."""
    dataset = Dataset.objects.select_related("project").get(pk=dataset_id)
    _refuse(dataset, _("The worker ended several times while it made these data. Ask for fewer rows."))
