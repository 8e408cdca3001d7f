"""Where answers are given: a project, or the body itself; its addresses, and who may see and do what there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from minga.ledger.action import BODY, Actor, BodyPlace, may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of
from minga.people.models import Group, Person
from minga.projects.models import Project
from minga.projects.questions.language import carried
from minga.projects.roles import APPOINTER, SIGNED_IN, TABLE, VISITOR, roles_of

ABOUT_PROJECT = frozenset({"project", "tool"})
"""What a set may be about to be filled in for a project as a whole; those about the body are filled in for the body."""


@dataclass(frozen=True, slots=True)
class Here:
    """A project, or (``project`` None) the body, as one person sees it."""

    project: Project | None
    actor: Actor

    @property
    def place(self) -> Project | BodyPlace:
        return self.project or BODY

    @property
    def title(self) -> str:
        return self.project.title if self.project else _("The body itself")

    def url(self, name: str, *args: Any) -> str:
        """The address of the page ``name`` of this room, here."""
        if self.project is None:
            return carried(reverse(f"projects:body_{name}", args=args))
        return carried(reverse(f"projects:{name}", args=[self.project.slug, *args]))

    def may(self, action: str) -> bool:
        return may(self.actor, self.place, action)

    @property
    def has_part(self) -> bool:
        """Whether this person has a role here; only then single answers are shown."""
        everybody = {VISITOR, SIGNED_IN, APPOINTER} if self.project else {VISITOR, SIGNED_IN}
        return bool(roles_of(self.actor, self.place) - everybody)

    def must(self, action: str) -> None:
        """Refuse before a form is shown, so that nobody fills it in for nothing."""
        if not self.may(action):
            raise NotAllowed(
                _("You may not do this here."),
                cause=_("Your role does not include it, or you are not signed in."),
                do=_("Sign in with the account that has the role, or ask the lead of the project."),
            )

    def must_have_part(self) -> None:
        if not self.has_part:
            raise NotAllowed(
                _("Single answers are read by those who take part and by overseers."),
                cause=_("You have no role here, or you are not signed in."),
                do=_(
                    "The result, the level and the duties are public, and so is the public record: read those instead."
                ),
            )

    def fits(self, about: str) -> bool:
        """Whether a set about ``about`` can be filled in here."""
        return about in ABOUT_PROJECT if self.project else about == "body"

    def people(self) -> QuerySet[Person]:
        """Who has a role here with which they may answer; residents only for those who know their names."""
        answering = TABLE["instrument.answered"]
        part = Q(memberships__project=self.project, memberships__ended=None, memberships__role__in=answering)
        if self.project is None:
            part = Q(offices__role__in=answering, offices__ended=None) | Q(body_role="appointer")
        elif not self.may("role.granted"):
            part &= ~Q(group=Group.RESIDENTS) | Q(pk=self.actor.person_id)
        return Person.objects.filter(part, is_active=True).order_by("display_name", "username").distinct()


def here_of(request: HttpRequest, slug: str = "") -> Here:
    """The project ``slug``, or the body where there is none."""
    return Here(get_object_or_404(Project, slug=slug) if slug else None, actor_of(request))
