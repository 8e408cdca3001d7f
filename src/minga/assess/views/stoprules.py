"""The page of the stop rules."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minga.assess.actions import set_stop_rule
from minga.assess.forms import SetStopRule
from minga.assess.models import Firing, StopRule
from minga.assess.stoprules import fired_words, standing
from minga.deliver import queries as deliver
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of


@require_http_methods(["GET", "POST"])
def stop_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Under what circumstances the tool stops by itself, and how near it is to that."""
    project = project_of(slug)
    may_set = may(actor_of(request), project, "stoprule.set")
    releases = [release.pk for release, _stage in deliver.in_service(project)]
    form = SetStopRule(request.POST or None, releases=releases)

    def perform(_given: Any) -> StopRule:
        must(request, project, "stoprule.set")
        return set_stop_rule(by(request), project, **form.given())

    if acted(request, form, perform):
        messages.success(request, _("The rule holds from now on. It is looked at every five minutes."))
        return redirect("assess:stop_rules", slug)
    now = timezone.now()
    active = StopRule.objects.filter(project=project, active=True).select_related("release__version")
    fired = Firing.objects.filter(project=project).select_related("rule")
    context = {
        "project": project,
        "rows": [(rule, standing(rule, now)) for rule in active],
        "firings": [(firing, fired_words(firing)) for firing in fired],
        "former": StopRule.objects.filter(project=project, active=False).select_related("release__version"),
        "may_set": may_set and bool(releases),
    }
    return show(request, "assess/stop_rules.html", form, **context)
