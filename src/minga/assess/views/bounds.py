"""Pages of the bounds: from which figure on an alert is raised, who wrote that, and why."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.assess import bounds
from minga.assess.actions import set_bound
from minga.assess.models import Alert, AlertBound
from minga.assess.showing_bounds import history, rows
from minga.assess.watch_forms import WriteBound
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of


@require_GET
def every(request: HttpRequest, slug: str) -> HttpResponse:
    """Every bound, the body's own or the default, and all that were written before."""
    project, actor = project_of(slug), actor_of(request)
    held = bounds.in_force(project)
    context = {
        "project": project,
        "parts": rows(held),
        "own": sum(bound.written is not None for bound in held.held.values()),
        "all": len(held.held),
        "history": history(AlertBound.objects.filter(project=project).select_related("person")),
        "may_write": may(actor, project, "alert_bound.set"),
    }
    return render(request, "assess/bounds.html", context)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, metric: str) -> HttpResponse:
    """One bound with its history; the person in charge writes a new one here."""
    project, actor = project_of(slug), actor_of(request)
    if metric not in Alert.Metric.values:
        raise Http404(_("No alert is called that."))
    if request.method == "POST":
        must(request, project, "alert_bound.set")
    form = WriteBound(metric, request.POST or None)
    if acted(request, form, lambda given: set_bound(by(request), project, metric, **given)):
        messages.success(request, _("The bound is in force. The next measurement is held against it."))
        return redirect("assess:bounds", slug)
    context = {
        "project": project,
        "metric": Alert.Metric(metric).label,
        "held": bounds.in_force(project).of(metric),
        "default": bounds.in_words(metric, bounds.default(metric)),
        "folded": metric in bounds.FOLDED,
        "history": history(AlertBound.objects.filter(project=project, metric=metric).select_related("person")),
        "may_write": may(actor, project, "alert_bound.set"),
    }
    return show(request, "assess/bound.html", form, **context)
