"""Contesting a flag without an account, moderating it, answering it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import queries, rules
from minga.deliver.actions import answer_contest, moderate_contest, moderate_reply, submit_contest
from minga.deliver.forms import Answer, ContestFlag, FindFlag, Moderate
from minga.deliver.models import Contest, PartyReply
from minga.deliver.privacy import Names
from minga.deliver.publicflag import public_flag
from minga.deliver.views.common import permitted, project_of
from minga.engage import limits
from minga.ledger.action import By
from minga.ledger.thread import knots_of
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.projects.models import Project


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Contest a decision: find the flag by its code."""
    form = FindFlag(request.GET) if "code" in request.GET else FindFlag()
    if form.is_bound and form.is_valid():
        flag = queries.public_flags().filter(code=form.cleaned_data["code"]).first()
        if flag is not None:
            return redirect("deliver:contest_form", flag.code)
        form.add_error(
            "code", _("There is no public flag with this code. A letter about a flag carries its own address.")
        )
    context = {
        "form": form,
        "figures": queries.contest_figures(),
        "answer_days": rules.time_to_answer().days,
        "reply_days": rules.time_to_reply().days,
    }
    return render(request, "deliver/contest_start.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def contest_form(request: HttpRequest, code: str) -> HttpResponse:
    """Contest a published flag. Anybody may; nobody needs an account."""
    flag = get_object_or_404(queries.public_flags(), code=code.upper())
    form = ContestFlag(request.POST or None)
    if request.method == "POST":
        limits.take(request, "contest", each=5)

    def submit(given: Mapping[str, Any]) -> Contest:
        return submit_contest(by(request), flag.project, flag, given["text"], given["email"])

    if made := acted(request, form, submit):
        messages.success(request, _("Your contest has arrived. Keep this address: here you read the answer."))
        return redirect("deliver:contest_private", made.token)
    context = {
        "flag": flag,
        "shown": public_flag(flag),
        "form": form,
        "figures": queries.contest_figures(flag.project),
        "days": rules.time_to_answer().days,
    }
    return render(request, "deliver/contest_form.html", context, status=422 if form.errors else 200)


@require_GET
def contest_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A contest in public, once a moderator has read it and its flag is public."""
    shown = Contest.objects.filter(state__in=[Contest.State.OPEN, Contest.State.ANSWERED]).exclude(flag__published=None)
    contest = get_object_or_404(shown.select_related("flag__case__release", "flag__project", "answered_by"), pk=pk)
    names = Names(contest.flag.case.source)
    context = {
        "contest": contest,
        "text": names.public(contest.text),
        "answer": names.public(contest.answer),
        "knots": knots_of(contest),
        "thread": reverse("portal:thread", args=["contest", contest.pk]),
        "days_open": contest.days_open(),
        "overdue": not contest.answered and contest.due < timezone.now(),
        "figures": queries.contest_figures(contest.flag.project),
    }
    return render(request, "deliver/contest.html", context)


@require_GET
def private(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of whoever contested: what became of it."""
    contest = get_object_or_404(Contest.objects.select_related("flag", "answered_by"), token=token)
    context = {"contest": contest, "days_open": contest.days_open(), "overdue": contest.due < timezone.now()}
    response = render(request, "deliver/contest_private.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """Contests that wait for an answer, the most urgent first."""
    project = project_of(slug)
    actor = permitted(request, project, "contest.answered")
    rows = [
        {
            "contest": contest,
            "days": contest.days_open(),
            "own": contest.flag.case.determinations.filter(person_id=actor.person_id or 0).exists(),
            "late": queries.days_overdue(contest),
        }
        for contest in queries.to_answer(project)
    ]
    context = {"project": project, "rows": rows, "figures": queries.contest_figures(project)}
    return render(request, "deliver/contests.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answer one contest; whoever decided the case is refused."""
    project = project_of(slug)
    permitted(request, project, "contest.answered")
    contest = get_object_or_404(
        Contest.objects.select_related("flag__case", "flag__determination__person"), pk=pk, flag__project=project
    )
    mine = contest.flag.case.determinations.filter(person=request.user.pk).exists()
    form = Answer(request.POST or None)
    if acted(
        request, form, lambda given: answer_contest(by(request), project, contest, given["outcome"], given["answer"])
    ):
        messages.success(request, _("The answer is recorded, and whoever contested is told."))
        return redirect("deliver:contests", slug)
    context = {"project": project, "contest": contest, "form": form, "days": contest.days_open(), "mine": mine}
    return render(request, "deliver/contest_answer.html", context, status=422 if form.errors else 200)


@dataclass(slots=True)
class ToRead:
    """One text that waits, with its own form. ``about`` names it in what is posted."""

    about: str
    what: Contest | PartyReply
    form: Moderate


@require_http_methods(["GET", "POST"])
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """Replies and contests that wait for a moderator, each with its own form."""
    project = project_of(slug)
    permitted(request, project, "contest.moderated")
    rows = [ToRead(about, item, _moderate_form(request, about)) for about, item in _waiting(project)]
    posted = next((row for row in rows if row.about == request.POST.get("about")), None)
    if posted is not None:
        item = posted.what
        if acted(request, posted.form, lambda given: _moderate(by(request), project, item, given)):
            messages.success(request, _("Noted."))
            return redirect("deliver:moderation", slug)
    elif request.method == "POST":
        messages.info(request, _("This was moderated already."))
        return redirect("deliver:moderation", slug)
    form = posted.form if posted else None
    context = {"project": project, "rows": rows, "form": form}
    return render(request, "deliver/moderation.html", context, status=422 if form else 200)


def _waiting(project: Project) -> list[tuple[str, Contest | PartyReply]]:
    contests = Contest.objects.filter(flag__project=project, state=Contest.State.WAITING).select_related("flag")
    replies = PartyReply.objects.filter(flag__project=project, state=PartyReply.State.WAITING).select_related("flag")
    return [
        *((f"contest-{contest.pk}", contest) for contest in contests),
        *((f"reply-{reply.pk}", reply) for reply in replies),
    ]


def _moderate_form(request: HttpRequest, about: str) -> Moderate:
    given = request.POST if request.POST.get("about") == about else None
    return Moderate(given, auto_id=f"{about}_%s")


def _moderate(by: By, project: Project, item: Contest | PartyReply, given: Mapping[str, Any]) -> Contest | PartyReply:
    show, reason = given["show"] == "yes", given["reason"]
    if isinstance(item, Contest):
        return moderate_contest(by, project, item, show, reason)
    return moderate_reply(by, project, item, show, reason)
