"""What the board shows: open tasks with those overdue first, what is done, and what waits for volunteers."""

from datetime import date

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.ledger.action import Actor
from minga.projects.models import Project, Task
from minga.web.format import day


def tasks_of(project: Project | None) -> QuerySet[Task]:
    """The tasks of a project, or (None) of the body; those due first come first."""
    return Task.objects.filter(project=project).select_related("owner").order_by(F("due").asc(nulls_last=True), "pk")


def open_tasks(project: Project | None) -> QuerySet[Task]:
    return tasks_of(project).filter(state=Task.State.OPEN)


def waiting_for_volunteers(skill: str = "") -> QuerySet[Task]:
    """Open tasks that anybody signed in may take, of all projects and the body; ``skill`` is a part of their skills."""
    rows = Task.objects.filter(state=Task.State.OPEN, open_to_all=True, owner=None).select_related("project")
    return rows.filter(skills__icontains=skill.strip()) if skill.strip() else rows


def done_by_volunteers() -> QuerySet[Task]:
    """Tasks for volunteers that were done, newest first."""
    rows = Task.objects.filter(state=Task.State.DONE, open_to_all=True).select_related("project")
    return rows.order_by("-closed")


def mine(actor: Actor) -> QuerySet[Task]:
    """Open tasks of this person everywhere, those due first first."""
    if actor.person_id is None:
        return Task.objects.none()
    rows = Task.objects.filter(owner_id=actor.person_id, state=Task.State.OPEN).select_related("project")
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """The actor's own open tasks in a project: (sentence, address)."""
    rows = []
    for task in mine(actor).filter(project=project):
        words = _("Task: %(title)s")
        if task.due:
            words = _("Overdue task: %(title)s") if is_overdue(task) else _("Task until %(day)s: %(title)s")
        told = words % {"title": task.title, "day": day(task.due)}
        rows.append((told, reverse("projects:task", args=[task.pk])))
    return rows


def is_overdue(task: Task, today: date | None = None) -> bool:
    today = today or timezone.localdate()
    return task.state == Task.State.OPEN and task.due is not None and task.due < today
