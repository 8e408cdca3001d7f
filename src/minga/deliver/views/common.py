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


def project_of(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


def reader(request: HttpRequest, project: Project) -> Actor:
    """The actor behind the request, who must be one that may read cases."""
    actor = actor_of(request)
    if not queries.reads_desk(actor, project):
        raise NotAllowed(
            _("Cases are open only to the people who decide them, the lead and the overseer."),
            cause=_("Nothing about a named party is public before a person has decided."),
            do=_("Sign in with the account that has such a role, or look at the public flags."),
        )
    return actor


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
    cases = Case.objects.select_related("project", "release__version", "draw", "claimed_by")
    return get_object_or_404(cases, project=project, number=number)
