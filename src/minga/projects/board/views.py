"""Pages of the task board. Tasks are public; the people who do them are named as elsewhere, residents never."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from minga.ledger.action import BODY, may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects import actions
from minga.projects.board import queries
from minga.projects.board.forms import Assign, Credit, Done, Drop, NewTask
from minga.projects.forms import acted, show
from minga.projects.models import Project, Task


def _project(slug: str) -> Project | None:
    return get_object_or_404(Project, slug=slug) if slug else None


def _place(project: Project | None) -> Any:
    return project or BODY


def _rows(tasks: Any) -> list[tuple[Task, bool]]:
    return [(task, queries.is_overdue(task)) for task in tasks]


@require_GET
def board(request: HttpRequest, slug: str = "") -> HttpResponse:
    """All tasks of a project, or of the body."""
    project = _project(slug)
    tasks = queries.tasks_of(project)
    context = {
        "project": project,
        "open": _rows(tasks.filter(state=Task.State.OPEN)),
        "done": tasks.filter(state=Task.State.DONE).order_by("-closed"),
        "dropped": tasks.filter(state=Task.State.DROPPED).order_by("-closed"),
        "may_make": may(actor_of(request), _place(project), "task.made"),
        "new": reverse("projects:task_new", args=[slug]) if slug else reverse("projects:body_task_new"),
    }
    return render(request, "projects/tasks/board.html", context)


@require_GET
def open_to_all(request: HttpRequest) -> HttpResponse:
    """What volunteers may take, what one has taken oneself, and thanks for what was done."""
    actor, skill = actor_of(request), request.GET.get("skill", "").replace("\0", "")[:100]
    context = {
        "tasks": _rows(queries.waiting_for_volunteers(skill)),
        "skill": skill,
        "mine": _rows(queries.mine(actor)),
        "done": queries.done_by_volunteers()[:50],
        "signed_in": actor.person_id is not None,
    }
    return render(request, "projects/tasks/open.html", context)


def new(request: HttpRequest, slug: str = "") -> HttpResponse:
    project = _project(slug)
    _must(request, project, "task.made")
    asked = {name: request.GET.get(name, "") for name in ("title", "text", "skills")}
    form = NewTask(request.POST or None, project=project, initial=asked)
    if made := acted(request, form, lambda given: actions.make_task(by(request), _place(project), **given)):
        messages.success(request, _("On the board."))
        return redirect(made.get_absolute_url())
    return show(request, "projects/tasks/new.html", form, project=project)


@require_GET
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what it is, what shows that it was done, and what the reader can do about it."""
    return _page(request, get_object_or_404(Task.objects.select_related("project", "owner", "closed_by"), pk=pk))


def _page(request: HttpRequest, found: Task, **forms_given: forms.Form) -> HttpResponse:
    actor, is_open = actor_of(request), found.state == Task.State.OPEN
    own = actor.person_id is not None and found.owner_id == actor.person_id
    may_give = is_open and may(actor, _place(found.project), "task.assigned")
    may_take = is_open and found.owner_id is None and actions.may_take(actor, found)
    thanked = actions.may_be_thanked(actor, found)
    given: dict[str, forms.Form | None] = {
        "done": Done(own=thanked) if is_open and (own or may_give) else None,
        "credit": Credit(initial={"credit": found.credit}) if thanked and found.state == Task.State.DONE else None,
        "assign": Assign(project=found.project, initial={"owner": found.owner, "due": found.due}) if may_give else None,
        "drop": Drop() if may_give else None,
    }
    given |= forms_given
    context = {
        "task": found,
        "project": found.project,
        "overdue": queries.is_overdue(found),
        "own": own,
        "may_take": may_take,
        "forms": given,
        "form": next(iter(forms_given.values()), None),
    }
    return render(request, "projects/tasks/task.html", context, status=422 if forms_given else 200)


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Task, pk=pk)
    actions.take_task(by(request), _place(found.project), found)
    messages.success(request, _("It is yours. Say here when it is done."))
    return redirect(found.get_absolute_url())


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Task, pk=pk)
    actions.give_back_task(by(request), _place(found.project), found)
    messages.success(request, _("It is free again."))
    return redirect(found.get_absolute_url())


@login_required
@require_POST
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = get_object_or_404(Task, pk=pk), Credit(request.POST)
    if acted(request, form, lambda given: actions.change_credit(by(request), _place(found.project), found, **given)):
        messages.success(request, _("Saved."))
        return redirect(found.get_absolute_url())
    return _page(request, found, credit=form)


@login_required
@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Task, pk=pk)
    form = Done(request.POST, own=actions.may_be_thanked(actor_of(request), found))
    if acted(request, form, lambda given: actions.finish_task(by(request), _place(found.project), found, **given)):
        messages.success(request, _("Done. Thank you."))
        return redirect(found.get_absolute_url())
    return _page(request, found, done=form)


@login_required
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Task, pk=pk)
    form = Assign(request.POST, project=found.project)
    if acted(request, form, lambda given: actions.assign_task(by(request), _place(found.project), found, **given)):
        messages.success(request, _("Saved."))
        return redirect(found.get_absolute_url())
    return _page(request, found, assign=form)


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = get_object_or_404(Task, pk=pk), Drop(request.POST)
    if acted(request, form, lambda given: actions.drop_task(by(request), _place(found.project), found, **given)):
        messages.success(request, _("Dropped, with your reason."))
        return redirect(found.get_absolute_url())
    return _page(request, found, drop=form)


def _must(request: HttpRequest, project: Project | None, action: str) -> None:
    if not may(actor_of(request), _place(project), action):
        raise NotAllowed(
            _("You may not do this here."),
            cause=_("Your role does not include it, or you are not signed in."),
            do=_("Sign in with the account that has the role."),
        )
