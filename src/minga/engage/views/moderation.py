"""Pages of a conversation's moderators, their public log, and the author's appeal."""

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from minga.engage import actions, queries
from minga.engage.forms.moderation import AnswerAppeal, Appeal, Look, Merge, Reword, Second, Translate
from minga.engage.limits import take
from minga.engage.models import Contribution, Conversation, Rejection, Statement
from minga.engage.queries import moderation as reads
from minga.engage.seat import private
from minga.ledger.action import may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must
from minga.tools.intake import csv_safe

PER_PAGE = 50


def conversation_of(pk: int) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("project"), pk=pk)


def statement_of(conversation: Conversation, number: int) -> Statement:
    found = conversation.statements.select_related("contribution", "conversation")
    return get_object_or_404(found, number=number)


def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits for a moderator: new statements, proposals to second, appeals, what people do not understand."""
    conversation = conversation_of(pk)
    actor, project = actor_of(request), conversation.project
    looks, seconds = may(actor, project, "contribution.moderated"), may(actor, project, "rejection.seconded")
    if not (looks or seconds):
        raise NotAllowed(
            _("This list is for moderators."),
            cause=_("You are not moderator, facilitator or approver of this project, or you are not signed in."),
            do=_("Read the log of moderation; it is public."),
        )
    tally = queries.newest_tally(conversation)
    context = {
        "project": project,
        "conversation": conversation,
        "looks": looks,
        "waiting": reads.waiting(conversation),
        "proposed": reads.proposed(conversation),
        "appealed": reads.appealed(conversation),
        "unclear": reads.unclear(conversation),
        "patterns": tally.document.get("patterns") if tally else None,
        "may_derive": may(actor, project, "statement.derived"),
    }
    return render(request, "engage/moderation_desk.html", context)


def look(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a statement or propose not to."""
    conversation = conversation_of(pk)
    project, statement = conversation.project, statement_of(conversation, number)
    must(request, project, "rejection.proposed")
    form = Look(request.POST or None, statement=statement)

    def perform(words: Any) -> Any:
        if words["show"] == "yes":
            return actions.moderate(by(request), project, statement.contribution, True)
        return actions.propose_rejection(by(request), project, statement, words["reason"], words["duplicate_of"])

    if acted(request, form, perform):
        messages.success(request, _("Done. It stands in the public log of moderation."))
        return redirect("engage:moderation_desk", pk)
    return show(request, "engage/look.html", form, **_context(conversation, statement))


def _context(conversation: Conversation, statement: Statement) -> dict[str, Any]:
    return {"project": conversation.project, "conversation": conversation, "statement": statement}


def second(request: HttpRequest, pk: int, rejection: int) -> HttpResponse:
    """The second person's word, or a third person's on an appeal."""
    conversation = conversation_of(pk)
    found = get_object_or_404(
        Rejection.objects.select_related("statement__contribution", "duplicate_of__contribution"),
        pk=rejection,
        statement__conversation=conversation,
    )
    appealed = found.state == Rejection.State.APPEALED
    must(request, conversation.project, "appeal.answered" if appealed else "rejection.seconded")
    form = (AnswerAppeal if appealed else Second)(request.POST or None)

    def perform(words: Any) -> Rejection:
        if appealed:
            yes = words["show"] == "yes"
            return actions.answer_appeal(by(request), conversation.project, found, yes, words["answer"])
        return actions.second_rejection(by(request), conversation.project, found, words["agree"] == "yes")

    if acted(request, form, perform):
        messages.success(request, _("Done. It stands in the public log of moderation."))
        return redirect("engage:moderation_desk", pk)
    extra = {"rejection": found, "appealed": appealed}
    return show(request, "engage/second.html", form, **_context(conversation, found.statement), **extra)


def reword(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Say a statement more clearly, or split it."""
    conversation = conversation_of(pk)
    project, statement = conversation.project, statement_of(conversation, number)
    must(request, project, "statement.derived")
    form = Reword(request.POST or None, initial={"texts": statement.contribution.text})

    def perform(words: Any) -> Any:
        texts = words["texts"]
        if len(texts) > 1:
            return actions.split(by(request), project, statement, texts, words["reason"])
        return actions.reword(by(request), project, statement, texts[0], words["reason"])

    if acted(request, form, perform):
        messages.success(request, _("Done. People vote on the new words; the old keep their votes."))
        return redirect("engage:moderation_desk", pk)
    return show(request, "engage/reword.html", form, **_context(conversation, statement))


def merge(request: HttpRequest, pk: int) -> HttpResponse:
    conversation = conversation_of(pk)
    must(request, conversation.project, "statement.derived")
    form = Merge(request.POST or None, conversation=conversation)

    def perform(words: Any) -> Contribution:
        return actions.merge(
            by(request), conversation.project, list(words["statements"]), words["text"], words["reason"]
        )

    if acted(request, form, perform):
        messages.success(request, _("Merged. Their authors get the answer to the new statement."))
        return redirect("engage:moderation_desk", pk)
    return show(request, "engage/merge.html", form, project=conversation.project, conversation=conversation)


def translate(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    conversation = conversation_of(pk)
    project, statement = conversation.project, statement_of(conversation, number)
    must(request, project, "translation.added")
    form = Translate(request.POST or None)
    if acted(request, form, lambda words: actions.add_translation(by(request), project, statement, **words)):
        messages.success(request, _("Saved. It is shown as a translation, with the original one step away."))
        return redirect(statement.contribution)
    return show(request, "engage/translate.html", form, **_context(conversation, statement))


def log(request: HttpRequest, pk: int) -> HttpResponse:
    """The public log: what moderators did and why, without anybody's words."""
    conversation = conversation_of(pk)
    if not conversation.is_public:
        raise Http404(_("This conversation is not public yet."))
    rows = reads.moderation_of(conversation)
    if request.GET.get("format") == "csv":
        return _as_csv(conversation, rows)
    context = {
        "project": conversation.project,
        "conversation": conversation,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "hidden": conversation.statements.filter(contribution__status=Contribution.Status.HIDDEN).count(),
        "total": conversation.statements.count(),
        "page_data": "?format=csv",
    }
    return render(request, "engage/moderation_log.html", context)


def _as_csv(conversation: Conversation, rows: list[reads.Moderated]) -> HttpResponse:
    reply = HttpResponse(content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="moderation-{conversation.pk}.csv"'
    writer = csv.writer(reply)
    writer.writerow(["date", "statement", "state", "what", "reason"])
    for row in rows:
        cells = [row.when.date().isoformat(), row.number, row.state, row.what, row.reason]
        writer.writerow([csv_safe(cell) for cell in cells])
    return reply


@never_cache
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """The author asks a third person to look again."""
    given = Contribution.of_token(token)
    if given is None or actions.rejection_of(given) is None:
        raise Http404(_("There is nothing to appeal against here."))
    form = Appeal(request.POST or None)

    def perform(words: Any) -> Rejection:
        take(request, "appeal")
        return actions.appeal(by(request), given.project, token, words["text"])

    if acted(request, form, perform):
        messages.success(request, _("Sent. Another person looks at it within 14 days."))
        return redirect(given.get_answer_url())
    return private(show(request, "engage/appeal.html", form, given=given, project=given.project))
