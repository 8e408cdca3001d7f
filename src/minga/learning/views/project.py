"""What one project needs to know: skills, the people who could help, and what its groups teach each other."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minga.learning import actions, queries
from minga.learning.forms import AgreeTransfer, AskHelp, CheckTransfer, NeedSkill
from minga.learning.models import HelpRequest, SkillNeed, TransferGoal
from minga.ledger.action import may
from minga.ledger.refusals import NotAllowed
from minga.people.forming import acted, show
from minga.people.middleware import actor_of, by


def project_or_404(slug: str) -> Any:
    found = queries.project_of(slug)
    if found is None:
        raise Http404(_("There is no such project."))
    return found


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The skills that the project needs and lacks, its requests, and what is to be learnt."""
    project, actor = project_or_404(slug), actor_of(request)
    may_need = may(actor, project, "skill.needed")
    form = NeedSkill(request.POST or None)
    if acted(request, form, lambda given: actions.state_skill_need(by(request), project, **given)):
        messages.success(request, _("It stands on the list."))
        return redirect("learning:project", slug)
    context = {
        "project": project,
        "gaps": queries.gaps(project),
        "requests": HelpRequest.objects.filter(project_id=str(project.pk)),
        "goals": TransferGoal.objects.filter(project_id=str(project.pk)),
        "today": timezone.localdate(),
        "may_need": may_need,
        "may_ask": may(actor, project, "help.asked"),
        "may_agree": may(actor, project, "transfer.agreed"),
    }
    return show(request, "learning/project.html", form, **context)


@require_POST
def end_need(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_or_404(slug)
    actions.end_skill_need(by(request), project, get_object_or_404(SkillNeed, pk=pk))
    messages.success(request, _("Taken off the list."))
    return redirect("learning:project", slug)


def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for help; the skills that the project lacks are marked already."""
    project = project_or_404(slug)
    _must(request, project, "help.asked")
    wanted = request.GET.getlist("skill") or [gap.need.skill for gap in queries.gaps(project) if gap.missing]
    form = AskHelp(request.POST or None, initial={"skills": wanted})
    if made := acted(request, form, lambda given: actions.ask_help(by(request), project, **given)):
        count = made.offers.count()
        words = _("Asked. %(count)s people whose skills fit have been told.") if count else _(
            "Asked. Nobody in the directory has these skills yet; whoever enters them sees the request."
        )  # fmt: skip
        messages.success(request, words % {"count": count} if count else words)
        return redirect(made.get_absolute_url())
    return show(request, "learning/ask.html", form, project=project)


def agree(request: HttpRequest, slug: str) -> HttpResponse:
    """Agree on what one group teaches another."""
    project = project_or_404(slug)
    _must(request, project, "transfer.agreed")
    form = AgreeTransfer(request.POST or None)
    if acted(request, form, lambda given: actions.agree_transfer(by(request), project, **given)):
        messages.success(request, _("Agreed. On that day this page asks whether it was reached."))
        return redirect("learning:project", slug)
    return show(request, "learning/agree.html", form, project=project)


def check(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say whether what was to be learnt was learnt."""
    project = project_or_404(slug)
    _must(request, project, "transfer.checked")
    goal = get_object_or_404(TransferGoal, pk=pk, project_id=str(project.pk))
    form = CheckTransfer(request.POST or None)
    if acted(request, form, lambda given: actions.check_transfer(by(request), project, goal, **given)):
        messages.success(request, _("Recorded."))
        return redirect("learning:project", slug)
    return show(request, "learning/check.html", form, project=project, goal=goal)


def _must(request: HttpRequest, project: Any, action: str) -> None:
    if not may(actor_of(request), project, action):
        raise NotAllowed(_("You may not do this here."), do=_("Sign in with an account that takes part in it."))
