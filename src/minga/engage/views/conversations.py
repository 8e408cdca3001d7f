"""Conversations of a project: the list, opening one, its own page, extending and closing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from minga.engage import actions, queries
from minga.engage.forms.conversations import Close, Extend, OpenConversation
from minga.engage.models import Conversation
from minga.engage.seat import seat_of
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of


def conversation_of(pk: int) -> Conversation:
    """A conversation that is public; one being prepared is a page that does not exist."""
    found = get_object_or_404(Conversation.objects.select_related("project"), pk=pk)
    if not found.is_public:
        raise Http404(_("This conversation has not been opened yet."))
    return found


def conversations(request: HttpRequest, slug: str) -> HttpResponse:
    project, actor = project_of(slug), actor_of(request)
    every = [(held, queries.newest_figures(held)) for held in queries.public_conversations(project)]
    context = {
        "project": project,
        "open": [row for row in every if row[0].is_open()],
        "closed": [row for row in every if not row[0].is_open()],
        "may_open": may(actor, project, "conversation.opened"),
        "may_import": may(actor, project, "conversation.imported"),
    }
    return render(request, "engage/conversations.html", context)


def open_conversation(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "conversation.opened")
    form = OpenConversation(request.POST or None)
    if made := acted(request, form, lambda given: actions.open_conversation(by(request), project, **given)):
        messages.success(request, _("The conversation is open. Send people its address."))
        return redirect(made)
    return show(request, "engage/open_conversation.html", form, project=project)


def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, by whom, until when, and what happens with a vote."""
    held = conversation_of(pk)
    actor, project = actor_of(request), held.project
    context = {
        "project": project,
        "conversation": held,
        "is_open": held.is_open(),
        "seat": seat_of(request, held),
        "figures": queries.newest_figures(held),
        "statements": queries.votable(held).count(),
        "ballots": held.ballots.all(),
        "due_days": held.reply_days,
        "tasks": _tasks(actor, held),
    }
    return render(request, "engage/conversation.html", context)


def _tasks(actor: Any, held: Conversation) -> dict[str, bool]:
    """What ``actor`` may do with a conversation, for the links beside it."""
    actions_of = {
        "moderate": "rejection.seconded",
        "seed": "statement.seeded",
        "invite": "invitations.made",
        "room": "room.recorded",
        "extend": "conversation.extended",
        "close": "conversation.closed",
        "ballot": "ballot.opened",
    }
    return {name: may(actor, held.project, action) for name, action in actions_of.items()}


def extend(request: HttpRequest, pk: int) -> HttpResponse:
    held = conversation_of(pk)
    must(request, held.project, "conversation.extended")
    form = Extend(request.POST or None)
    if acted(request, form, lambda given: actions.extend_conversation(by(request), held.project, held, **given)):
        messages.success(request, _("Done. The new day stands on the page."))
        return redirect(held)
    return show(request, "engage/extend.html", form, project=held.project, conversation=held)


def close(request: HttpRequest, pk: int) -> HttpResponse:
    held = conversation_of(pk)
    must(request, held.project, "conversation.closed")
    form = Close(request.POST or None)
    if acted(request, form, lambda given: actions.close_conversation(by(request), held.project, held, **given)):
        messages.success(request, _("The conversation is closed. Its results stay."))
        return redirect(held)
    return show(request, "engage/close_conversation.html", form, project=held.project, conversation=held)
