"""Practice: the cases that wait, how it went so far, and the form that makes more."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import practice, quality
from minga.deliver.actions.practice import make_rehearsal
from minga.deliver.models import Case, Service
from minga.deliver.quality_forms import MakePractice
from minga.deliver.views.common import permitted, project_of, reader
from minga.ledger.action import may
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.projects.models import Project

HELD = [Case.State.CLAIMED, Case.State.REVEALED]
PAGE = 25


@require_GET
def practice_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What is open to practise on, one's own first; the right answers stand on each case once it is decided."""
    project = project_of(slug)
    actor = reader(request, project)
    cases = practice.cases_of(project)
    mine = cases.filter(claimed_by_id=actor.person_id or 0, state__in=HELD)
    waiting = cases.filter(state=Case.State.OPEN).exclude(determinations__person_id=actor.person_id or 0)
    closed = cases.filter(state=Case.State.DECIDED, determinations__person_id=actor.person_id or 0)
    context = {
        "project": project,
        "mine": list(mine),
        "page": Paginator(waiting, PAGE).get_page(request.GET.get("page")),
        "closed": list(closed.distinct().order_by("-closed_at", "-number")[:PAGE]),
        "may_claim": may(actor, project, "case.claimed"),
        "may_make": may(actor, project, "rehearsal.made"),
        "has_service": project.services.exists(),
        "figures": (quality.commission_rate(project), quality.right_followed(project), quality.omission_rate(project)),
    }
    return render(request, "deliver/practice.html", context)


@require_http_methods(["GET", "POST"])
def practice_new(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    permitted(request, project, "rehearsal.made")
    form = MakePractice(request.POST or None, project=project)
    before = practice.cases_of(project).count() if request.method == "POST" else 0

    if acted(request, form, lambda given: _make(request, project, form, given)):
        made = practice.cases_of(project).count() - before
        messages.success(request, _("%(count)d practice cases wait. They affect nobody.") % {"count": made})
        return redirect("deliver:practice", slug)
    context = {
        "project": project,
        "possible": form.fields["dataset"].queryset.exists() and form.fields["service"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return show(request, "deliver/practice_new.html", form, **context)


def _make(request: HttpRequest, project: Project, form: MakePractice, given: Mapping[str, Any]) -> Service:
    return make_rehearsal(by(request), project, given["service"], given["dataset"], given["count"], **form.shares)
