"""What the page of a step shows about its gate."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from minga.instruments import library
from minga.instruments.definition import say
from minga.instruments.queries import filled
from minga.ledger.action import Actor, may
from minga.people.models import Group, Person
from minga.projects import queries, requiring, screens
from minga.projects.models import GateDecision, Position, Project
from minga.projects.rooms import page_for
from minga.projects.steps import Step

PHASE_NAMES = {
    "commission": gettext_lazy("Commission"),
    "design": gettext_lazy("Design"),
    "deliver": gettext_lazy("Deliver"),
    "assess": gettext_lazy("Assess"),
}
Standing = Literal["passed", "open", "ahead", "ended"]


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need of a gate as the page shows it; ``href`` only for those who may add to it, ``verb`` what they do there."""

    words: str
    met: bool
    groups: list[str]
    href: str
    verb: str


@dataclass(frozen=True, slots=True)
class SetRow:
    """A question set of the step: its name and how far it is answered."""

    title: str
    answered: int
    required: int
    href: str


def standing(project: Project, step: Step) -> Standing:
    """Whether the step is behind the project, where it stands, or ahead of it."""
    if project.gates.filter(step=step.number, passed=True).exists():
        return "passed"
    if project.outcome != Project.Outcome.OPEN:
        return "ended"
    return "open" if step.number == project.step else "ahead"


def needs(project: Project, step: Step, actor: Actor) -> list[NeedRow]:
    rows = []
    for item in queries.evidence(project, step):
        allowed = step.number == project.step and may(actor, project, item.need.action)
        href = ""
        if allowed and item.need.set:
            href = reverse("projects:questions", args=[project.slug, item.need.set])
        elif allowed:
            href = page_for(project, item.need.action)
        groups = [str(Group(group).label) for group in item.groups]
        rows.append(NeedRow(item.words, item.met, groups, href, _("Add more") if item.met else _("Add it")))
    asked = requiring.shown(project, step, actor)
    courses = [NeedRow(words, met, [], href, _("Take it")) for words, met, href in asked]
    return [*_screens(project, step, actor), *courses, *rows]


def _screens(project: Project, step: Step, actor: Actor) -> list[NeedRow]:
    open_ones = screens.open_screens(project, step)
    may_answer = step.number >= project.step and may(actor, project, "instrument.answered")
    rows = []
    for name in dict.fromkeys((*step.screens, *open_ones)):
        href = reverse("projects:questions", args=[project.slug, name]) if may_answer else ""
        words = _("Answered to the end: “%(title)s”") % {"title": screens.title_of(name)}
        rows.append(NeedRow(words, name not in open_ones, [], href, _("Answer it")))
    return rows


def sets(project: Project, step: Step) -> list[SetRow]:
    """The step's question sets about the project, with how many required questions are answered."""
    rows = []
    for name in queries.question_sets(step):
        done = filled(project, name).completeness
        title = say(library.load(name).title, get_language() or "en")
        rows.append(
            SetRow(title, done.answered, done.required, reverse("projects:questions", args=[project.slug, name]))
        )
    return rows


def history(project: Project, step: Step) -> list[tuple[GateDecision, list[tuple[str, str]]]]:
    """The decisions on the step's gate, each with (who objected, why); names are those of today."""
    decided = list(project.gates.filter(step=step.number).select_related("decided_by"))
    noted = [said["position"] for gate in decided for said in gate.dissent]
    people = {found.pk: found.person for found in Position.objects.filter(pk__in=noted).select_related("person")}
    return [
        (gate, [(_named(people.get(said["position"]), said["group"]), said["text"]) for said in gate.dissent])
        for gate in decided
    ]


def _named(person: Person | None, group: str) -> str:
    """The public name; of somebody who has been erased only the group."""
    if person is None or not (person.is_active or person.display_name):
        return str(Group(group).label)
    return person.public_name


def has_seat(project: Project, actor: Actor) -> bool:
    if actor.person_id is None:
        return False
    return project.memberships.filter(person_id=actor.person_id, on_board=True, ended=None).exists()
