"""What a save brings about: the tasks keep in step with the duties, and requests that are fulfilled end."""

from __future__ import annotations

from minga.instruments import queries
from minga.instruments.definition import Duty
from minga.instruments.duties import duties, may_apply
from minga.instruments.queries import Filled
from minga.ledger.action import By
from minga.projects.actions import classify, derive_tasks
from minga.projects.actions.classifying import SET, differs
from minga.projects.models import Task
from minga.projects.questions.place import Here


def follow(by: By, here: Here, set_id: str) -> Filled:
    """The set as it stands after a save, once its tasks and the requests to answer it have been brought in step."""
    found = queries.filled(here.place, set_id)
    wanted, _later = duties_of(found)
    if out_of_step(here, set_id, {duty.id for duty in wanted}):
        derive_tasks(by.also("tasks"), here.place, set_id, wanted)
    if here.project and set_id == SET and (kind := differs(here.project, found)):
        classify(by.also("kind"), here.project, **kind)
    return found


def duties_of(found: Filled) -> tuple[list[Duty], list[Duty]]:
    """The duties that follow from the answers, and those that may still come to apply."""
    now = duties(found.definition, found.reading)
    held = {duty.id for duty in now}
    return now, [duty for duty in may_apply(found.definition, found.reading) if duty.id not in held]


def tasks_of(here: Here, set_id: str) -> dict[str, Task]:
    """Duty -> its task, those dropped left out."""
    rows = Task.objects.filter(project=here.project, set=set_id, about="").exclude(duty="").select_related("owner")
    return {task.duty: task for task in rows.exclude(state=Task.State.DROPPED)}


def out_of_step(here: Here, set_id: str, wanted: set[str]) -> bool:
    held = tasks_of(here, set_id)
    stale = {duty for duty, task in held.items() if task.state == Task.State.OPEN} - wanted
    return bool(stale or wanted - held.keys())
