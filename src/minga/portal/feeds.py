"""News of a project as an Atom feed, from its ledger."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from minga.ledger import subjects
from minga.ledger.models import Entry
from minga.projects.models import Project

NEWS = {
    "contribution.decided",
    "criterion.approved",
    "check.finished",
    "release.created",
    "stage.changed",
    "stage.stopped",
    "flag.published",
    "contest.answered",
    "review.opened",
    "review.closed",
    "record.published",
    "gate.decided",
}
MOST = 40


class ProjectFeed(Feed):
    """The latest public news of one project."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Project:
        return get_object_or_404(Project, slug=slug)

    def title(self, project: Project) -> str:
        return _("News of “%(title)s”") % {"title": project.title}

    def link(self, project: Project) -> str:
        return project.get_absolute_url()

    def items(self, project: Project) -> list[tuple[Entry, Any]]:
        entries = Entry.objects.filter(chain=project.chain, action__in=NEWS).order_by("-seq")[:MOST]
        found = [(entry, subjects.find(entry.subject_kind, entry.subject_id)) for entry in entries]
        return [(entry, thing) for entry, thing in found if thing is not None and getattr(thing, "is_public", True)]

    def item_title(self, item: tuple[Entry, Any]) -> str:
        return str(item[1].ledger_title)

    def item_description(self, item: tuple[Entry, Any]) -> str:
        return item[0].action

    def item_link(self, item: tuple[Entry, Any]) -> str:
        return str(item[1].get_absolute_url())

    def item_guid(self, item: tuple[Entry, Any]) -> str:
        return item[0].hash

    item_guid_is_permalink = False

    def item_updateddate(self, item: tuple[Entry, Any]) -> datetime:
        return datetime.fromisoformat(item[0].happened)
