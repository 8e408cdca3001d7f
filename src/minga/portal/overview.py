"""What the home page and a project's head show: counts along the thread, and how far a project has come."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.commission import queries as commission
from minga.deliver import queries as deliver
from minga.deliver.models import Determination, Stage, StageChange
from minga.design import queries as design
from minga.engage import queries as engage
from minga.ledger.action import Actor
from minga.ledger.models import Entry
from minga.portal import life
from minga.projects import queries as gates
from minga.projects.models import Project
from minga.projects.roles import Role
from minga.web.format import day
from minga.web.svg.types import Knot, LinkName, StateKind, Weave

COUNTED: dict[LinkName, tuple[str, ...]] = {
    "contribution": ("contribution.submitted",),
    "decision": ("contribution.decided",),
    "criterion": ("criterion.approved",),
    "check": ("check.finished",),
    "release": ("release.created",),
    "determination": ("determination.recorded",),
    "review": ("review.opened",),
}


# Where a number leads while there is one project; with several it leads to their list.
PAGE_OF: dict[LinkName, str] = {
    "contribution": "engage:contributions",
    "decision": "engage:decisions",
    "criterion": "design:criteria",
    "check": "design:checks",
    "release": "design:releases",
    "determination": "deliver:stages",
    "review": "assess:reviews",
}


@dataclass(frozen=True)
class Standing:
    """How far a project has come, as a state: mark and word."""

    kind: StateKind
    text: str
    share: int = 0


@dataclass(frozen=True)
class ProjectLine:
    """One row of the table of projects."""

    project: Project
    standing: Standing
    decided: int
    contested: int
    weave: Weave


def standing(project: Project) -> Standing:
    if project.outcome == Project.Outcome.NO_AI:
        return Standing("no_ai", _("Decided: no AI"))
    service = deliver.in_service(project)
    if service:
        stage = service[-1][1]
        if stage == Stage.SHADOW:
            return Standing("watch", _("In shadow: it runs, nobody sees its advice"))
        return Standing("in_use", _("In use at %(share)s %%") % {"share": stage.share}, stage.share)
    if last := StageChange.objects.filter(project=project).order_by("-pk").first():
        words = _("Stopped on %(day)s") if last.stopped else _("Switched off on %(day)s")
        return Standing("watch", words % {"day": day(last.since)})
    return Standing("not_yet", _("Step %(step)s of 8, not in use") % {"step": project.step})


def late_contests() -> str:
    """How many contests of all projects are overdue and by how many days, in one sentence; "" where none is."""
    from minga.register import showing

    return showing.late_contests()


def line(project: Project) -> ProjectLine:
    figures = deliver.contest_figures(project)
    decided = Entry.objects.filter(chain=project.chain, action="determination.recorded").count() - _practised(project)
    return ProjectLine(project, standing(project), decided, figures.received, life.weave(project))


def _practised(project: Project) -> int:
    """Determinations on cases that were made for practice: they are about nobody, and counted nowhere."""
    return Determination.objects.filter(case__project=project, case__rehearsal=True, revises=None).count()


def counts() -> list[Knot]:
    """The seven links of all projects, with numbers."""
    totals = dict(Entry.objects.values_list("action").annotate(n=Count("pk")).order_by())
    if "rehearsal.made" in totals and "determination.recorded" in totals:
        totals["determination.recorded"] -= sum(_practised(project) for project in Project.objects.all())
    notes, only = _notes(), Project.objects.all()[:2]
    slug = only[0].slug if len(only) == 1 else ""
    return [
        Knot(
            link,
            "done" if number else "not_yet",
            count=number,
            note=notes[link],
            href=reverse(PAGE_OF[link], args=[slug]) if slug else reverse("portal:projects"),
        )
        for link, actions in COUNTED.items()
        for number in [sum(totals.get(action, 0) for action in actions)]
    ]


def _notes() -> dict[LinkName, str]:
    overdue = sum(engage.overdue(project).count() for project in Project.objects.all())
    failed = Entry.objects.filter(action="check.finished", payload__contains='"state":"failed"').count()
    late = ngettext("%(n)s is late", "%(n)s are late", overdue) % {"n": overdue}
    return {
        "contribution": _("things said, asked or objected to"),
        "decision": _("answered with a reason; %(late)s") % {"late": late},
        "criterion": _("sentences that a tool must meet"),
        "check": _("runs; %(failed)s failed") % {"failed": failed},
        "release": _("versions in service, by stages"),
        "determination": _("by a named officer"),
        "review": _("every six months"),
    }


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What this person can do now, the most pressing first: (sentence, address)."""
    from minga.assess import queries as assess
    from minga.procurement import queries as procurement
    from minga.projects.board import queries as board
    from minga.register import queries as register

    rooms = (gates, board, engage, design, procurement, deliver, assess, register)
    found = [item for room in rooms for item in room.what_next(project, actor)]
    return list(dict.fromkeys(found))


def leads(project: Project) -> list[str]:
    """The people in charge, as they are named in public."""
    held = project.memberships.filter(role=Role.LEAD, ended=None).select_related("person")
    return [membership.person.public_name for membership in held]


def overseers(project: Project) -> list[str]:
    held = project.memberships.filter(role=Role.OVERSEER, ended=None).select_related("person")
    return [membership.person.public_name for membership in held]


def last_why(project: Project) -> str:
    """The root of the ladder: the last rung's answer."""
    rungs = commission.current_whys(project)
    return rungs[-1].text if rungs else ""
