"""Which courses a gate asks of whoever decides it, and which of them somebody lacks."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.learning import queries as learning
from minga.ledger.action import Actor, may
from minga.projects import screens
from minga.projects.models import Project, RequiredCourse
from minga.projects.steps import Step


def asked(project: Project, step: Step) -> list[str]:
    """The ids of the courses that the step's gate asks for in this project, each once."""
    rows = RequiredCourse.objects.filter(Q(project=project) | Q(project=None), step__in=[0, step.number], ended=None)
    found = list(rows)
    high = any(row.only_high for row in found) and screens.high_risk(project)
    return list(dict.fromkeys(row.course for row in found if high or not row.only_high))


def lacking(project: Project, step: Step, person_id: int | None) -> list[str]:
    """Those of them of which a person (None: nobody) has no valid certificate today."""
    now = timezone.now()
    return [course for course in asked(project, step) if not learning.holds(person_id, course, now)]


def missing(project: Project, step: Step, person_id: int | None) -> list[str]:
    """A sentence for each course that whoever decides still has to pass, with its address."""
    return [
        _("Whoever decides this gate has to have passed the course “%(title)s”: %(address)s")
        % {
            "title": learning.course_title(course),
            "address": f"{settings.MINGA_ADDRESS}{learning.course_address(course)}",
        }
        for course in lacking(project, step, person_id)
    ]


def shown(project: Project, step: Step, actor: Actor) -> list[tuple[str, bool, str]]:
    """What the page of the gate says: (sentence, met, address of the course).

    Met by the person who reads the page, where they may decide; for everybody else by no one in particular: False
    until the gate is passed.
    """
    decides = may(actor, project, "gate.decided")
    lacks = set(lacking(project, step, actor.person_id if decides else None))
    passed = project.gates.filter(step=step.number, passed=True).exists()
    return [
        (
            _("Whoever decides has passed the course “%(title)s”") % {"title": learning.course_title(course)},
            passed or course not in lacks,
            learning.course_address(course) if decides and course in lacks and not passed else "",
        )
        for course in asked(project, step)
    ]


def next_rows(project: Project, step: Step, actor: Actor) -> list[tuple[str, str]]:
    """What whoever may decide the open gate has to learn first: (sentence, address)."""
    if not may(actor, project, "gate.decided"):
        return []
    return [
        (_("Pass the course “%(title)s” before you decide gate %(step)s")
         % {"title": learning.course_title(course), "step": step.number}, learning.course_address(course))
        for course in lacking(project, step, actor.person_id)
    ]  # fmt: skip


def current(project: Project | None) -> list[RequiredCourse]:
    """What is asked in one project, what holds for all included; for None only what holds for all."""
    rows = RequiredCourse.objects.filter(ended=None)
    return list(rows.filter(Q(project=None) | Q(project=project)) if project else rows.filter(project=None))
