"""What waits for one person, over all their projects and the body: the first thing to look at after signing in."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from minga.learning import queries as learning
from minga.ledger.action import Actor
from minga.people.models import Person
from minga.portal import overview
from minga.projects.board import queries as board
from minga.projects.models import Project


@dataclass(frozen=True, slots=True)
class Waiting:
    """A project (or the body, ``href`` "") with what its person can do there: (sentence, address)."""

    title: str
    href: str
    rows: list[tuple[str, str]]


def waiting(person: Person, actor: Actor) -> list[Waiting]:
    """Where something waits, the body and one's own learning first, then the projects in which one has a role."""
    tasks = [(task.title, task.get_absolute_url()) for task in board.mine(actor).filter(project=None)]
    found = [Waiting(_("The body and you"), "", [*tasks, *learning.what_next(person)])]
    projects = Project.objects.filter(memberships__person=person, memberships__ended=None).distinct()
    found += [Waiting(one.title, one.get_absolute_url(), overview.what_next(one, actor)) for one in projects]
    others = board.mine(actor).exclude(project__in=projects).exclude(project=None)
    found += [Waiting(one.project.title, one.project.get_absolute_url(), [(one.title, one.get_absolute_url())])
              for one in others if one.project]  # fmt: skip
    return [one for one in found if one.rows]
