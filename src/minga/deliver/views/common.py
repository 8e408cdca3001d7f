"""What the desk's views share."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from minga.deliver import queries
from minga.deliver.models import Case
from minga.ledger.action import Actor, may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of
from minga.projects.models import Project
from minga.projects.roles import roles_of


def project_of(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


def reader(request: HttpRequest, project: Project) -> Actor:
    """The actor behind the request, who must be one that may read cases."""
    return refuse_strangers(request, project)[0]


def refuse_strangers(request: HttpRequest, project: Project) -> tuple[Actor, set[str]]:
    """The same with all roles that the actor has here."""
    actor = actor_of(request)
    roles = roles_of(actor, project)
    if queries.DESK_READERS.isdisjoint(roles):
        raise NotAllowed(
            _("Cases are open only to the people who decide them, the lead and the overseer."),
            cause=_("Nothing about a named party is public before a person has decided."),
            do=_("Sign in with the account that has such a role, or look at the public flags."),
        )
    return actor, roles


def permitted(request: HttpRequest, project: Project, action: str) -> Actor:
    """The actor behind the request, who must be allowed the action that the page is for."""
    actor = actor_of(request)
    if not may(actor, project, action):
        raise NotAllowed(
            _("This page is for people with another role in this project."),
            do=_("Sign in with the account that has it, or ask the lead."),
        )
    return actor


def case_of(project: Project, number: int) -> Case:
    cases = Case.objects.select_related("project", "service__project", "release__version", "draw", "claimed_by")
    return get_object_or_404(cases, project=project, number=number)
