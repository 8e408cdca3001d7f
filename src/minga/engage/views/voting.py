"""Taking part: a seat, one statement at a time, change an answer, say it in your own words."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from minga.engage import actions, queries
from minga.engage.actions.voting import Seat
from minga.engage.forms.conversations import Code, Say, You
from minga.engage.limits import take, take_by_address
from minga.engage.models import Contribution, Conversation, Participant, Statement, Vote
from minga.engage.seat import VOTER, keep, private, private_link, seat_of, token_of
from minga.engage.views.conversations import conversation_of
from minga.ledger.refusals import Blocked
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show

CHOICES = {
    "agree": Vote.Choice.AGREE,
    "disagree": Vote.Choice.DISAGREE,
    "pass": Vote.Choice.PASS,
    "unclear": Vote.Choice.UNCLEAR,
}
NAMES = {int(value): name for name, value in CHOICES.items()}


@never_cache
def vote(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The next statement, or statement ``number`` to change an answer; a POST votes and leads to the next."""
    if request.method == "POST":
        return _cast(request, pk)
    conversation = conversation_of(pk)
    if not conversation.is_open():
        return redirect("engage:conversation", pk)
    seat = seat_of(request, conversation)
    if seat is None and conversation.access != Conversation.Access.OPEN:
        return redirect("engage:join", pk)
    return _ask(request, conversation, seat, number)


def _cast(request: HttpRequest, pk: int) -> HttpResponse:
    given = request.POST.get("statement", "")
    number = int(given) if given.isdecimal() and len(given) < 9 else 0
    chosen = CHOICES.get(request.POST.get("vote", ""))
    if chosen is None:
        raise Blocked(_("No vote was cast."), do=_("Go back and choose one of the four answers."))
    known = queries.seated(pk, token_of(request, pk), number)
    if known is None:
        return _first_vote(request, pk, number, chosen)
    seat, statement, project = known
    actions.cast_vote(VOTER, project, seat, statement, chosen)
    return _to_the_next(pk)


def _first_vote(request: HttpRequest, pk: int, number: int, chosen: int) -> HttpResponse:
    """A vote without a seat takes one, where anybody may."""
    conversation = conversation_of(pk)
    seat, token = seat_of(request, conversation), ""
    if seat is None and conversation.access != Conversation.Access.OPEN:
        return redirect("engage:join", pk)
    statement = get_object_or_404(Statement, conversation=conversation, number=number)
    # One transaction: a vote that is refused takes no seat.
    with transaction.atomic():
        if seat is None:
            made = _sit_down(request, conversation)
            seat, token = made.participant, made.token
        actions.cast_vote(VOTER, conversation.project, seat, statement, chosen)
    reply = _to_the_next(pk)
    return keep(reply, conversation, token) if token else reply


def _to_the_next(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("engage:vote", args=[pk]) + "#vote")


def _sit_down(request: HttpRequest, conversation: Conversation) -> Seat:
    """A seat for somebody new, where anybody may take one."""
    take_by_address(request, "seat", most=1000)
    return actions.join(VOTER, conversation.project, conversation)


def _ask(
    request: HttpRequest, conversation: Conversation, seat: Participant | None, number: int | None
) -> HttpResponse:
    done = queries.answered(seat) if seat else {}
    if number is not None:
        statement = get_object_or_404(queries.votable(conversation), number=number)
    elif (found := queries.next_statement(conversation, done)) is not None:
        statement = found
    else:
        return _finished(request, conversation, len(done))
    context = {
        "project": conversation.project,
        "conversation": conversation,
        "statement": statement,
        "done": len(done),
        "total": queries.votable(conversation).count(),
        "chosen": NAMES.get(done.get(statement.pk, -9), ""),
        "seat": seat,
        **_in_language(statement),
    }
    return render(request, "engage/vote.html", context)


def _in_language(statement: Statement) -> dict[str, Any]:
    """The words in the page's language where there is a translation, which is marked; else as written."""
    given, language = statement.contribution, (get_language() or "en")[:2]
    found = statement.translations.filter(language=language).first() if given.language != language else None
    if found is None:
        return {"text": given.text, "text_language": given.language}
    return {
        "text": found.text,
        "text_language": found.language,
        "original": given.text,
        "original_language": given.language,
        "translated": found.get_source_display(),
    }


def _finished(request: HttpRequest, conversation: Conversation, done: int) -> HttpResponse:
    context = {"project": conversation.project, "conversation": conversation, "done": done}
    return render(request, "engage/vote_done.html", context)


@never_cache
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a seat by a code or an account; in an open conversation the first vote does it."""
    conversation = conversation_of(pk)
    if conversation.access == Conversation.Access.OPEN or seat_of(request, conversation):
        return redirect("engage:vote", pk)
    by_code = conversation.access == Conversation.Access.CODES
    form = Code(request.POST or None, initial={"code": request.GET.get("code", "")[:40]}) if by_code else None
    if request.method == "POST" and (form is None or form.is_valid()):
        if by_code:
            take(request, "code", each=20, address=300)
        made = _joined(request, conversation, form)
        if made is not None:
            return keep(redirect("engage:seat", pk), conversation, made.token)
    context = {"project": conversation.project, "conversation": conversation, "form": form}
    page = render(request, "engage/join.html", context, status=422 if form is not None and form.errors else 200)
    # The address of this page may hold a code, from the QR code of a slip.
    return private(page)


def _joined(request: HttpRequest, conversation: Conversation, form: Code | None) -> Seat | None:
    if form is None:
        return actions.join(by(request), conversation.project, conversation)
    return acted(request, form, lambda given: actions.join(VOTER, conversation.project, conversation, **given))


@never_cache
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Your private link, to vote from another device."""
    conversation = conversation_of(pk)
    if seat_of(request, conversation) is None:
        return redirect("engage:conversation", pk)
    link = private_link(conversation, token_of(request, conversation))
    context = {"project": conversation.project, "conversation": conversation, "link": link}
    return private(render(request, "engage/seat.html", context))


@never_cache
def seat_link(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The private link itself: this browser takes the seat, and the link leaves the address bar."""
    conversation = conversation_of(pk)
    if queries.participant_by(conversation, token) is None:
        raise Blocked(
            _("This private link does not work."),
            cause=_("It is not complete, or older than a year."),
            do=_("Copy the whole link, or open the conversation and start again."),
        )
    return private(keep(redirect("engage:vote", pk), conversation, token), "no-referrer")


@never_cache
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """Your own answers, each with a way to change it. Nobody else can open this page."""
    conversation = conversation_of(pk)
    seat = seat_of(request, conversation)
    if seat is None:
        return redirect("engage:conversation", pk)
    done = queries.answered(seat)
    rows = [
        (statement, _in_language(statement), Vote.Choice(done[statement.pk]).label)
        for statement in queries.votable(conversation)
        if statement.pk in done
    ]
    context = {"project": conversation.project, "conversation": conversation, "rows": rows}
    return private(render(request, "engage/mine.html", {**context, "is_open": conversation.is_open()}))


def say(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement in your own words, for others to vote on."""
    conversation = conversation_of(pk)
    form = Say(request.POST or None, actor=actor_of(request))

    def send(given: Any) -> Contribution:
        take(request, "contribution")
        return actions.submit_statement(by(request), conversation, **given)

    if made := acted(request, form, send):
        messages.success(request, _("Sent. This page is your private link to the answer: keep its address."))
        return redirect(made.get_answer_url())
    return show(request, "engage/say.html", form, project=conversation.project, conversation=conversation)


@never_cache
def you(request: HttpRequest, pk: int) -> HttpResponse:
    """A voluntary answer to who you are, so that the results can say who was heard."""
    conversation = conversation_of(pk)
    seat = seat_of(request, conversation)
    if seat is None:
        return redirect("engage:vote", pk)
    first = {"constituency": seat.constituency, "stratum": seat.stratum}
    strata = queries.strata(conversation.project)
    form = You(request.POST or None, conversation=conversation, strata=strata, initial=first)
    if acted(request, form, lambda given: actions.describe_yourself(VOTER, conversation.project, seat, **given)):
        messages.success(request, _("Kept, without your name."))
        return redirect("engage:vote", pk)
    return show(request, "engage/you.html", form, project=conversation.project, conversation=conversation)
