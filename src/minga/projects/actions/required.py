"""A gate asks whoever decides it for a course: set for all projects by the body, for one by its lead."""

from django.utils.translation import gettext as _

from minga.learning import shelf
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project, RequiredCourse
from minga.projects.steps import STEPS


@action("course.required", level="group")
def require_course(act: Act, course: str, step: int = 0, only_high: bool = False) -> RequiredCourse:
    """Ask for a course at a gate (``step`` 0: at every one). ``BODY`` as the place means in every project."""
    if shelf.course(course) is None:
        raise Invalid(_("There is no such course."), fields={"course": _("Choose one from the list.")})
    if step and step not in STEPS:
        raise Invalid(_("There is no such step."), fields={"step": _("Choose one from the list.")})
    project = _project(act)
    if RequiredCourse.objects.filter(project=project, step=step, course=course, ended=None).exists():
        raise Conflict(_("This gate asks for this course already."))
    act.note(course=course, step=step, only_high=only_high)
    return RequiredCourse.objects.create(project=project, step=step, course=course, only_high=only_high, since=act.now)


@action("course_requirement.ended", level="group")
def end_requirement(act: Act, required: RequiredCourse) -> RequiredCourse:
    """Stop asking for a course. What holds for all projects only the body ends."""
    project = _project(act)
    if required.project_id != getattr(project, "pk", None):
        raise NotAllowed(
            _("This is asked by the body in every project."), do=_("Ask those who act for the body to change it.")
        )
    if required.ended is not None:
        raise Conflict(_("This has ended already."))
    required.ended = act.now
    required.save(update_fields=["ended"])
    act.note(course=required.course, step=required.step)
    return required


def _project(act: Act) -> Project | None:
    return act.place if isinstance(act.place, Project) else None
