"""Pages of contributions, moderation and decisions."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from minga.engage import actions, queries
from minga.engage.forms.contributions import Contribute, Decide, Moderate
from minga.engage.limits import take
from minga.engage.models import Contribution
from minga.engage.seat import private
from minga.ledger.action import may
from minga.ledger.refusals import NotAllowed
from minga.ledger.thread import knots_of
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import must, project_of

PER_PAGE = 25


def contributions(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that was given to a project and is shown, newest first."""
    project = project_of(slug)
    found = queries.public_contributions(project)
    kind, waiting = request.GET.get("kind", ""), "waiting" in request.GET
    if kind in Contribution.Kind.values:
        found = found.filter(kind=kind)
    if waiting:
        found = found.filter(status=Contribution.Status.SHOWN)
    context = {
        "project": project,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": Contribution.Kind.choices,
        "kind": kind,
        "waiting": waiting,
        "overdue": queries.overdue(project).count(),
        "may_answer": _may_work(request, project),
    }
    return render(request, "engage/contributions.html", context)


def _may_work(request: HttpRequest, project: Project) -> bool:
    actor = actor_of(request)
    return may(actor, project, "contribution.decided") or may(actor, project, "contribution.moderated")


def contribute(request: HttpRequest, slug: str) -> HttpResponse:
    """Give something, with or without an account; ``?about=criterion:3`` says what it is about."""
    project, actor = project_of(slug), actor_of(request)
    about, thing = _about(request, project)
    form = Contribute(request.POST or None, actor=actor, initial=_first_kind(request))

    def send(given: Any) -> Contribution:
        take(request, "contribution")
        return actions.submit(by(request), project, about=about, **given)

    if made := acted(request, form, send):
        messages.success(request, _("Sent. This page is your private link to the answer: keep its address."))
        return redirect(made.get_answer_url())
    return show(request, "engage/contribute.html", form, project=project, thing=thing)


def _first_kind(request: HttpRequest) -> dict[str, str]:
    kind = request.GET.get("kind", "")
    return {"kind": kind} if kind in Contribution.Kind.values else {}


def _about(request: HttpRequest, project: Project) -> tuple[tuple[str, str] | None, Any]:
    """The (kind, id) in the address and the thing behind it; a wrong one is a page that does not exist."""
    kind, separator, identifier = request.GET.get("about", "").partition(":")
    if not separator:
        return None, None
    thing = queries.public_thing(project, kind, identifier)
    if thing is None:
        raise Http404(_("There is nothing public here with this number."))
    return (kind, identifier), thing


def contribution(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One contribution with its answer. Where it is not shown, the reason; never the text."""
    project = project_of(slug)
    given = get_object_or_404(Contribution.objects.select_related("decision"), project=project, pk=pk)
    works = _may_work(request, project)
    if given.status == Contribution.Status.HELD and not works:
        raise Http404(_("A moderator has not looked at this yet."))
    context = {
        "project": project,
        "given": given,
        "about": queries.public_thing(project, given.about_kind, given.about_id),
        "replies": queries.contributions_about("contribution", given.pk),
        "knots": knots_of(given),
        "readable": given.is_public or works,
        "may_decide": given.status == "shown" and may(actor_of(request), project, "contribution.decided"),
        "statement": queries.statement_with_lineage(given),
        "may_moderate": given.status != "decided" and may(actor_of(request), project, "contribution.moderated"),
    }
    return render(request, "engage/contribution.html", context)


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of whoever gave a contribution: their words, where it stands, the answer."""
    given = Contribution.of_token(token)
    if given is None:
        raise Http404(_("This private link is not complete. Copy the whole of it."))
    rejection = actions.rejection_of(given) if given.status == Contribution.Status.HIDDEN else None
    context = {"given": given, "project": given.project, "rejection": rejection}
    return private(render(request, "engage/answer.html", context))


def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a moderator or for a decision, the most urgent first."""
    project, actor = project_of(slug), actor_of(request)
    decides, moderates = (may(actor, project, f"contribution.{verb}") for verb in ("decided", "moderated"))
    if not (decides or moderates):
        raise NotAllowed(
            _("This list is for those who answer."),
            cause=_("You are not lead, facilitator or moderator of this project, or you are not signed in."),
            do=_("Read the contributions and decisions of the project; they are public."),
        )
    context = {
        "project": project,
        "held": queries.held(project) if moderates else None,
        "undecided": queries.undecided(project) if decides else None,
    }
    return render(request, "engage/inbox.html", context)


def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    given = get_object_or_404(Contribution, project=project, pk=pk)
    must(request, project, "contribution.decided")
    form = Decide(request.POST or None)
    if acted(request, form, lambda words: actions.decide(by(request), project, given, **words)):
        messages.success(request, _("Decided. Its author can read the answer now."))
        return redirect(given)
    return show(request, "engage/decide.html", form, project=project, given=given)


def moderate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    given = get_object_or_404(Contribution, project=project, pk=pk)
    must(request, project, "contribution.moderated")
    form = Moderate(request.POST or None, contribution=given)

    def perform(words: Any) -> Contribution:
        return actions.moderate(
            by(request), project, given, words["show"] == "yes", words["reason"], words["duplicate_of"]
        )

    if acted(request, form, perform):
        messages.success(request, _("Done. It stands in the public log of moderation."))
        return redirect("engage:inbox", slug)
    return show(request, "engage/moderate.html", form, project=project, given=given)


def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """What moderators did: when, what kind, why. Without the texts."""
    project = project_of(slug)
    log = queries.moderation_log(project)
    context = {
        "project": project,
        "page": Paginator(log, PER_PAGE).get_page(request.GET.get("page")),
        "hidden": log.filter(status=Contribution.Status.HIDDEN).count(),
        "total": project.contributions.count(),
    }
    return render(request, "engage/moderation.html", context)


def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every decision with its reason and the days it took; what is overdue stands first."""
    project = project_of(slug)
    made = project.decisions.select_related("contribution", "project")
    shown = [decision for decision in made if decision.is_public]
    context = {
        "project": project,
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "total": len(shown),
        "in_time": sum(1 for decision in shown if not decision.days_late),
        "median": queries.median_days(project),
        "overdue": queries.overdue(project).order_by("due"),
    }
    return render(request, "engage/decisions.html", context)
