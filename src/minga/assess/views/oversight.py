"""Pages of the overseer: what to look at, what was demanded, and the answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.assess import incidents, oversight
from minga.assess.actions import answer_demand, demand
from minga.assess.incident_forms import Ask, Reply
from minga.assess.models import Demand
from minga.deliver import looking
from minga.deliver import queries as deliver
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of


@require_GET
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """An auditor's questions with where each is answered, the demands, and what the overseer can do."""
    project, actor = project_of(slug), actor_of(request)
    may_ask = may(actor, project, "demand.made")
    context = {
        "project": project,
        "parts": oversight.questions(project),
        "demands": [(asked, asked.is_overdue()) for asked in Demand.objects.filter(project=project)],
        "incidents": incidents.counts(project),
        "in_service": deliver.in_service(project),
        "may_ask": may_ask,
        "looks": looking.compared(project) if may_ask and request.GET.get("check") == "looks" else None,
        "may_answer": may(actor, project, "demand.answered"),
        "may_stop": may(actor, project, "stage.stopped"),
        "may_take": may(actor, project, "pack.taken"),
    }
    return render(request, "assess/oversight.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "demand.made")
    form = Ask(request.POST or None)
    if made := acted(request, form, lambda given: demand(by(request), project, **given)):
        messages.success(request, _("Your demand is public, and the lead sees it first."))
        return redirect(made)
    return show(request, "assess/demand_ask.html", form, project=project)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A demand with its answer; the lead answers here."""
    project = project_of(slug)
    asked = get_object_or_404(Demand.objects.select_related("overseer", "answered_by"), project=project, pk=pk)
    may_answer = asked.answered is None and may(actor_of(request), project, "demand.answered")
    if request.method == "POST":
        must(request, project, "demand.answered")
    form = Reply(request.POST or None)
    if acted(request, form, lambda given: answer_demand(by(request), project, asked, **given)):
        messages.success(request, _("Your answer is public."))
        return redirect(asked)
    late = (asked.answered or timezone.now()) > asked.due
    return show(request, "assess/demand.html", form, project=project, demand=asked, late=late, may_answer=may_answer)
