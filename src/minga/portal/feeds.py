"""News of a project as an Atom feed, from its ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from minga.engage.models import Contribution, Conversation, Decision
from minga.engage.queries import public_statements
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
    "question.answered",
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


@dataclass(frozen=True, slots=True)
class News:
    """One line of a conversation's feed."""

    key: str
    title: str
    text: str
    address: str
    when: datetime


class ConversationFeed(Feed):
    """News of one conversation: statements as they are shown, decisions on them, and how far the votes are."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, pk: int) -> Conversation:
        found = get_object_or_404(Conversation.objects.select_related("project"), pk=pk)
        if not found.is_public:
            raise Http404(_("This conversation has not been opened yet."))
        return found

    def title(self, conversation: Conversation) -> str:
        return _("News of “%(title)s”") % {"title": conversation.title}

    def link(self, conversation: Conversation) -> str:
        return reverse("engage:results", args=[conversation.pk])

    def items(self, conversation: Conversation) -> list[News]:
        found = [*shown_statements(conversation), *decisions_on(conversation), *tallies_of(conversation)]
        return sorted(found, key=lambda news: news.when, reverse=True)[:MOST]

    def item_title(self, item: News) -> str:
        return item.title

    def item_description(self, item: News) -> str:
        return item.text

    def item_link(self, item: News) -> str:
        return item.address

    def item_guid(self, item: News) -> str:
        return item.key

    item_guid_is_permalink = False

    def item_updateddate(self, item: News) -> datetime:
        return item.when


def shown_statements(conversation: Conversation) -> list[News]:
    newest = public_statements(conversation).select_related("contribution__project").order_by("-number")[:MOST]
    return [
        News(
            f"minga-statement-{one.pk}",
            _("New statement %(number)s") % {"number": one.number},
            one.contribution.text,
            one.get_absolute_url(),
            one.contribution.moderated or one.contribution.submitted,
        )
        for one in newest
    ]


def decisions_on(conversation: Conversation) -> list[News]:
    found = Decision.objects.filter(
        contribution__statement__conversation=conversation, contribution__status=Contribution.Status.DECIDED
    ).select_related("contribution__project", "contribution__statement")
    words = _("Statement %(number)s: %(outcome)s")
    return [
        News(
            f"minga-decision-{one.pk}",
            words % {"number": one.contribution.statement.number, "outcome": one.get_outcome_display()},
            one.reason,
            one.get_absolute_url(),
            one.decided,
        )
        for one in found[:MOST]
    ]


def tallies_of(conversation: Conversation) -> list[News]:
    """The last tally of each day: one a minute would be noise."""
    last = conversation.tallies.order_by().values("computed__date").annotate(last=Max("pk")).values("last")
    return [
        News(f"minga-tally-{one.pk}", one.ledger_title, "", one.get_absolute_url(), one.computed)
        for one in conversation.tallies.filter(pk__in=last).defer("document")[:MOST]
    ]
