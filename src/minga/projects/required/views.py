"""Pages of the courses that gates ask for: of one project, and of the body for all projects."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minga.learning import queries as learning
from minga.ledger.action import BODY, may
from minga.people.middleware import actor_of, by
from minga.projects import actions, requiring
from minga.projects.forms import acted, show
from minga.projects.models import Project, RequiredCourse
from minga.projects.required.forms import RequireCourse
from minga.projects.steps import STEPS


@dataclass(frozen=True, slots=True)
class Row:
    """One course that is asked for; ``ends`` where whoever reads the page may end it."""

    required: RequiredCourse
    title: str
    address: str
    gate: str
    ends: bool


def of_project(request: HttpRequest, slug: str) -> HttpResponse:
    """Which courses the gates of one project ask for; the lead adds one."""
    return _page(request, get_object_or_404(Project, slug=slug))


def of_body(request: HttpRequest) -> HttpResponse:
    """Which courses the gates of every project ask for; those who act for the body add one."""
    return _page(request, None)


def _page(request: HttpRequest, project: Project | None) -> HttpResponse:
    place = project or BODY
    allowed = may(actor_of(request), place, "course.required")
    form = RequireCourse(request.POST or None)
    if acted(request, form, lambda given: actions.require_course(by(request), place, **given)):
        messages.success(request, _("Recorded. It holds from now on."))
        return _back(project)
    rows = [
        Row(found, learning.course_title(found.course), learning.course_address(found.course), _gate(found.step),
            allowed and found.project_id == getattr(project, "pk", None))
        for found in requiring.current(project)
    ]  # fmt: skip
    return show(request, "projects/courses.html", form, project=project, rows=rows, allowed=allowed)


def _gate(step: int) -> str:
    return f"{step}. {STEPS[step].title}" if step in STEPS else _("Every gate")


@require_POST
def end_of_project(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = get_object_or_404(Project, slug=slug)
    actions.end_requirement(by(request), project, get_object_or_404(RequiredCourse, pk=pk))
    messages.success(request, _("No longer asked for."))
    return _back(project)


@require_POST
def end_of_body(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_requirement(by(request), BODY, get_object_or_404(RequiredCourse, pk=pk))
    messages.success(request, _("No longer asked for."))
    return _back(None)


def _back(project: Project | None) -> HttpResponse:
    return redirect("projects:courses", project.slug) if project else redirect("projects:body_courses")
