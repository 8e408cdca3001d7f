"""Public flags, the letter to the party, and the party's private page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import queries, rules
from minga.deliver.actions import reply_to_flag, submit_contest, tell_party
from minga.deliver.actions.flags import address_of
from minga.deliver.forms import Reply
from minga.deliver.models import Contest, Flag, PartyReply
from minga.deliver.publicflag import public_flag, public_replies
from minga.deliver.signs import evidence_of
from minga.deliver.views.common import permitted
from minga.engage import limits
from minga.ledger.refusals import Blocked
from minga.ledger.thread import knots_of
from minga.people.middleware import by
from minga.projects.forms import acted


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """All published flags with their state; ``?project=`` and ``?state=`` narrow it."""
    flags = queries.public_flags()
    if slug := request.GET.get("project"):
        flags = flags.filter(project__slug=slug)
    if (state := request.GET.get("state", "")) in Flag.State.values:
        flags = flags.filter(state=state)
    context = {
        "flags": [public_flag(flag) for flag in flags[:200]],
        "count": flags.count(),
        "contests": queries.contest_figures(),
        "states": Flag.State.choices,
        "given": request.GET,
    }
    return render(request, "deliver/flags.html", context)


@require_GET
def flag_page(request: HttpRequest, code: str) -> HttpResponse:
    """A published flag. An unpublished one is not found, for everybody, as if it did not exist."""
    flag = get_object_or_404(queries.public_flags(), code=code.upper())
    contests = flag.contests.filter(state__in=[Contest.State.OPEN, Contest.State.ANSWERED])
    context = {
        "flag": flag,
        "shown": public_flag(flag),
        "knots": knots_of(flag),
        "thread": reverse("portal:thread", args=["flag", flag.pk]),
        "contests": contests.select_related("answered_by"),
        "replies": public_replies(flag),
        "figures": queries.contest_figures(flag.project),
        "days": rules.time_to_answer().days,
        "stands": flag.state in {Flag.State.CONFIRMED, Flag.State.CONTESTED},
    }
    return render(request, "deliver/flag.html", context)


@require_http_methods(["GET", "POST"])
def letter_page(request: HttpRequest, code: str) -> HttpResponse:
    """The letter to the party, to print and send; POST notes that it was sent."""
    flag = get_object_or_404(Flag.objects.select_related("project", "case", "determination__person"), code=code.upper())
    permitted(request, flag.project, "party.told")
    if request.method == "POST":
        tell_party(by(request), flag.project, flag)
        messages.success(request, _("Noted. The party's days to reply count from today."))
        return redirect("deliver:desk", flag.project.slug)
    context = {
        "flag": flag,
        "address": address_of(reverse("deliver:reply", args=[flag.token])),
        "days": rules.time_to_reply().days,
        "today": timezone.localdate(),
    }
    return render(request, "deliver/letter.html", context)


@require_http_methods(["GET", "POST"])
def reply_page(request: HttpRequest, token: str) -> HttpResponse:
    """The party's private page: what was found, what it may say, and what became of it. No account."""
    flag = Flag.objects.select_related("project", "case", "determination__person").filter(token=token).first()
    if flag is None:
        raise Http404
    form = Reply(request.POST or None)
    if request.method == "POST":
        limits.take(request, "flag-reply", each=5)
    if acted(request, form, lambda given: _reply(request, flag, token, given["text"], given["contest"])):
        messages.success(request, _("Your reply has arrived. A moderator reads it before it is shown."))
        return redirect("deliver:reply", token)
    context = {
        "flag": flag,
        "evidence": evidence_of(flag.case.told_here.reasons),
        "form": form,
        "stands": flag.state in {Flag.State.CONFIRMED, Flag.State.CONTESTED},
        "replies": flag.replies.all(),
        "contests": flag.contests.filter(from_party=True),
        "days": rules.time_to_answer().days,
    }
    response = render(request, "deliver/reply.html", context, status=422 if form.errors else 200)
    response["Referrer-Policy"] = "same-origin"
    return response


def _reply(request: HttpRequest, flag: Flag, token: str, text: str, contest: bool) -> PartyReply:
    """The reply, and with it the contest where the party asks for one."""
    asked = by(request)
    if contest and flag.state in {Flag.State.EXPLAINED, Flag.State.WITHDRAWN}:
        raise Blocked(_("This flag no longer stands."), do=_("There is nothing left to contest."))
    made = reply_to_flag(asked, flag.project, flag, token, text)
    if contest:
        submit_contest(asked.also("contest"), flag.project, flag, text, token=token)
    return made
