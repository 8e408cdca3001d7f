"""Pages of the watch: what moved, what needs a person, and each alert with the cases behind it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.assess import bounds, queries, showing_bounds, showing_weeks
from minga.assess import showing_watch as showing
from minga.assess.actions import acknowledge_alert
from minga.assess.models import Alert
from minga.assess.tasks import measure_now
from minga.assess.watch_forms import Acknowledge
from minga.assess.weeks import weeks_of
from minga.deliver import hearings
from minga.deliver.models import Case
from minga.deliver.queries import reads_desk
from minga.design.models import Release
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import must, project_of


@require_GET
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """What a release did month by month, and what of it waits for a person. Alerts themselves are for those inside."""
    project, actor = project_of(slug), actor_of(request)
    releases = queries.watched_releases(project)
    release = _chosen(request, releases)
    rows = queries.watchings(release) if release else []
    last = rows[-1] if rows else None
    alerts = list(queries.open_alerts(project))
    context = {
        "project": project, "releases": releases, "release": release, "watchings": rows, "last": last,
        "heading": showing.finding(last, len(alerts)), "waiting": len(alerts),
        "alerts": alerts if queries.sees_alerts(actor, project) else [], "sees": queries.sees_alerts(actor, project),
        "may_measure": release is not None and may(actor, project, "watch.measured"),
        "appeals": hearings.appeal_figures(project, groups=False),
        "bounds": showing_bounds.sentence(bounds.in_force(project)),
        "may_bound": may(actor, project, "alert_bound.set"),
        "weeks": showing_weeks.table(weeks_of(release, most=showing_weeks.SHOWN)) if release else None,
    }  # fmt: skip
    if last is not None:
        context |= {
            "lead": showing.lead(last), "month": showing.month_words(last), "rows": showing.rows_words(last),
            "changes": showing.changes(last), "charts": showing.charts(rows), "times": showing.times(rows),
            "before": showing.before(last), "calibration": showing.calibration(rows),
            "groups": showing.groups(last), "features": showing.features(last),
        }  # fmt: skip
    return render(request, "assess/watch.html", context)


def _chosen(request: HttpRequest, releases: list[Release]) -> Release | None:
    wanted = request.GET.get("release", "")
    return next((one for one in releases if str(one.pk) == wanted), releases[0] if releases else None)


@require_POST
def measure(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the worker measure the running month of a release now."""
    project = project_of(slug)
    must(request, project, "watch.measured")
    given = request.POST.get("release", "")
    release = get_object_or_404(Release, project=project, pk=int(given) if given.isdecimal() else 0)
    measure_now.enqueue(release.pk, actor_of(request).person_id or 0)
    messages.success(request, _("It is being measured. Open this page again in a minute."))
    return redirect("assess:watch", slug)


def _inside(request: HttpRequest, slug: str) -> tuple[Project, QuerySet[Alert]]:
    project = project_of(slug)
    if not queries.sees_alerts(actor_of(request), project):
        raise Http404(_("Alerts are read by those who run and oversee the tool."))
    return project, queries.alerts(project)


@require_GET
def alerts(request: HttpRequest, slug: str) -> HttpResponse:
    """All alerts: those that wait, and what people found."""
    project, found = _inside(request, slug)
    waiting = [one for one in found if one.acknowledged is None]
    context = {"project": project, "waiting": waiting, "done": [one for one in found if one.acknowledged is not None]}
    return render(request, "assess/alerts.html", context)


@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One alert, with links to its cases for those who read cases; a person says what they found and did."""
    project, found = _inside(request, slug)
    one = get_object_or_404(found, pk=pk)
    actor = actor_of(request)
    form = Acknowledge(request.POST or None)
    if request.method == "POST":
        must(request, project, "alert.acknowledged")

    def perform(given: Any) -> Alert:
        return acknowledge_alert(by(request), project, one, **given)

    if acted(request, form, perform):
        messages.success(request, _("Recorded. The alert no longer waits."))
        return redirect(one)
    reads = reads_desk(actor, project)
    cases = Case.objects.filter(project=project, number__in=one.records).select_related("project") if reads else []
    context = {
        "project": project,
        "alert": one,
        "rows": showing.alert_rows(one),
        "cases": cases,
        "hidden": 0 if reads else len(one.records),
        "may_acknowledge": one.acknowledged is None and may(actor, project, "alert.acknowledged"),
    }
    return show(request, "assess/alert.html", form, **context)
