"""Following records: the feeds, and e-mail that is confirmed first and left with one click."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minga.engage import limits
from minga.ledger.action import BODY
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import project_of
from minga.register import wording
from minga.register.actions import confirm, follow, leave
from minga.register.forms import Follow
from minga.register.models import RecordVersion, Subscription
from minga.register.plain import shown

MOST = 40


class RecordsFeed(Feed):
    """New versions of all public records."""

    feed_type = Atom1Feed

    def title(self, found: Any) -> str:
        return _("Public records: new versions")

    def link(self, found: Any) -> str:
        return reverse("register:records")

    def items(self, found: Any) -> QuerySet[RecordVersion]:
        return RecordVersion.objects.select_related("project").defer("document").order_by("-published", "-pk")[:MOST]

    def item_title(self, item: RecordVersion) -> str:
        return shown(f"{item.project.title}: {item.ledger_title}")

    def item_description(self, item: RecordVersion) -> str:
        labels = [wording.label(change["field"]) for change in item.changes]
        return shown(item.note) or ", ".join(labels) or _("First version")

    def item_link(self, item: RecordVersion) -> str:
        return item.get_absolute_url()

    def item_updateddate(self, item: RecordVersion) -> datetime:
        return item.published


class RecordFeed(RecordsFeed):
    """New versions of one public record."""

    def get_object(self, request: HttpRequest, slug: str) -> Project:
        return get_object_or_404(Project, slug=slug)

    def title(self, found: Project) -> str:
        return shown(_("Public record: %(title)s") % {"title": found.title})

    def link(self, found: Project) -> str:
        return reverse("register:record", args=[found.slug])

    def items(self, found: Project) -> QuerySet[RecordVersion]:
        return (
            RecordVersion.objects.filter(project=found)
            .select_related("project")
            .defer("document")
            .order_by("-number")[:MOST]
        )


@require_http_methods(["GET", "POST"])
def follow_page(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Ask for news of one record, or of all of them."""
    project = project_of(slug) if slug else None
    form = Follow(request.POST or None)
    if request.method == "POST":
        limits.take(request, "follow", each=5)

    def send(given: Mapping[str, Any]) -> Subscription:
        return follow(by(request), project or BODY, given["email"], project is None)

    if acted(request, form, send):
        messages.success(request, _("We wrote to this address. News come once you open the link in it."))
        return redirect("register:record", slug) if project else redirect("register:records")
    return show(request, "register/follow.html", form, project=project)


@require_http_methods(["GET", "POST"])
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of an e-mail: confirm with one click, or leave with one."""
    found = get_object_or_404(Subscription.objects.select_related("project"), token=token)
    place = found.project or BODY
    if request.method == "POST" and found.ended is None:
        act = leave if "leave" in request.POST else confirm
        act(by(request), place, found)
        return redirect("register:subscription", token)
    response = render(request, "register/subscription.html", {"subscription": found, "project": found.project})
    response["Referrer-Policy"] = "same-origin"
    return response
