"""Pages of answers: what is owed and how soon it came, one reply to many, "you said, we did", feeds."""

import csv
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.engage import actions
from minga.engage.actions.answers import MOST as AT_ONCE
from minga.engage.forms.answers import AnswerTogether, Find
from minga.engage.models import Conversation, Decision
from minga.engage.queries import answers as reads
from minga.engage.queries.said import said
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.people.models import Group
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import must, project_of
from minga.tools.intake import csv_safe
from minga.web.svg.types import Bar, BarList

PER_PAGE = 25
MOST = 40


def answers(request: HttpRequest, slug: str) -> HttpResponse:
    """The reply rate, how many days it takes, what is overdue, and every reply."""
    project = project_of(slug)
    replies = reads.replies(project)
    if request.GET.get("format") == "csv":
        return _as_csv(project, replies)
    found = reads.answers(project)
    context = {
        "project": project,
        "found": found,
        "outcomes": _outcomes(found),
        "page": Paginator(replies, PER_PAGE).get_page(request.GET.get("page")),
        "may_answer": may(actor_of(request), project, "contribution.decided"),
        "page_data": "?format=csv",
    }
    return render(request, "engage/answers.html", context)


def _outcomes(found: reads.Answers) -> BarList | None:
    decided = sum(found.outcomes.values())
    still = len(found.overdue) + found.waiting
    if not decided:
        return None
    patterns = {"adopted": "solid", "adapted": "striped", "declined": "hollow"}
    rows = [Bar(Decision.Outcome(each).label, found.outcomes[each], patterns[each]) for each in patterns]  # type: ignore[arg-type]
    rows.append(Bar(_("Open"), still, "dashed"))
    words = _("Of %(decided)s answered contributions %(changed)s were adopted or adapted.")
    changed = decided - found.outcomes["declined"]
    return BarList(words % {"decided": decided, "changed": changed}, tuple(rows), head=_("What became of them"))


def _as_csv(project: Project, replies: list[reads.Reply]) -> HttpResponse:
    """One row per answered contribution; rows with the same ``reply`` got the same answer."""
    reply = HttpResponse(content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="answers-{project.slug}.csv"'
    writer = csv.writer(reply)
    writer.writerow(["reply", "contribution", "group", "submitted", "due", "decided", "outcome", "reason", "text"])
    for each in replies:
        for given in each.answered:
            decision = given.decision
            days = [moment.date().isoformat() if moment else "" for moment in (given.submitted, given.due)]
            cells = [each.decision.pk, given.pk, given.group, *days, decision.decided.date().isoformat()]
            writer.writerow([csv_safe(cell) for cell in (*cells, decision.outcome, decision.reason, given.text)])
    return reply


def together(request: HttpRequest, slug: str) -> HttpResponse:
    """Tick several contributions and answer them with one reply."""
    project = project_of(slug)
    must(request, project, "contribution.decided")
    find = Find(request.GET or None, groups=Group.choices, conversations=project.conversations.all())
    waiting = reads.to_answer(project, **_wanted(find)) if request.method == "GET" else reads.to_answer(project)
    offered = waiting[:AT_ONCE] if request.method == "GET" else waiting
    form = AnswerTogether(request.POST or None, waiting=offered)

    def perform(given: Any) -> list[Decision]:
        words = {name: given[name] for name in ("outcome", "reason", "reply")}
        return actions.answer_together(by(request), project, form.chosen(), **words)

    if made := acted(request, form, perform):
        words = ngettext("One contribution answered.", "%(n)s contributions answered with one reply.", len(made))
        messages.success(request, words % {"n": len(made)})
        return redirect("engage:answers", slug)
    return show(request, "engage/answers_together.html", form, project=project, find=find, total=len(waiting))


def _wanted(find: Find) -> dict[str, Any]:
    if not find.is_valid():
        return {}
    given = find.cleaned_data
    conversation = int(given["conversation"]) if given["conversation"] else None
    return {"words": given["q"], "group": given["group"], "conversation": conversation}


def you_said(request: HttpRequest, slug: str) -> HttpResponse:
    """What people said, what the project did, and what followed; ``?all`` on one page, to print."""
    project = project_of(slug)
    replies = reads.replies(project)
    whole = "all" in request.GET
    page = Paginator(replies, max(1, len(replies)) if whole else PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "page": page,
        "rows": said(list(page)),
        "changed": sum(each.decision.outcome != Decision.Outcome.DECLINED for each in replies),
        "total": len(replies),
        "whole": whole,
        "found": reads.answers(project),
        "page_data": f"/api/engage/{slug}/said",
    }
    return render(request, "engage/said.html", context)


class ProjectAnswers(Feed):
    """The latest replies of one project, one item per reply."""

    feed_type = Atom1Feed
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest, slug: str) -> Project | Conversation:
        return get_object_or_404(Project, slug=slug)

    def title(self, of: Project | Conversation) -> str:
        return _("Answers of “%(title)s”") % {"title": of.title}

    def link(self, of: Project | Conversation) -> str:
        project = of if isinstance(of, Project) else of.project
        return reverse("engage:answers", args=[project.slug])

    def items(self, of: Project | Conversation) -> list[reads.Reply]:
        if isinstance(of, Project):
            return reads.replies(of)[:MOST]
        return reads.replies(of.project, of)[:MOST]

    def item_title(self, item: reads.Reply) -> str:
        words = ngettext("%(outcome)s", "%(outcome)s, one reply to %(n)s contributions", len(item.answered))
        return words % {"outcome": item.decision.get_outcome_display(), "n": len(item.answered)}

    def item_description(self, item: reads.Reply) -> str:
        quoted = _("“%(text)s”") % {"text": item.answered[0].text}
        return f"{quoted}\n\n{item.decision.reason}"

    def item_link(self, item: reads.Reply) -> str:
        return item.decision.get_absolute_url()

    def item_guid(self, item: reads.Reply) -> str:
        return f"decision-{item.decision.pk}"

    def item_updateddate(self, item: reads.Reply) -> datetime:
        return item.decision.decided


class ConversationAnswers(ProjectAnswers):
    """The latest replies to statements of one conversation."""

    def get_object(self, request: HttpRequest, pk: int) -> Conversation:  # type: ignore[override]
        found = Conversation.objects.exclude(state=Conversation.State.DRAFT).select_related("project")
        return get_object_or_404(found, pk=pk)
