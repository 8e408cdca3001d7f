"""The roadmap: goals by quarter, and how each changed."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.ledger.action import BODY
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.steering import actions, showing
from minga.steering.forms import ChangeGoal, GoalForm
from minga.steering.models import Goal, GoalChange
from minga.steering.views.common import form_page, must, offered


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    goals = list(Goal.objects.select_related("owner").prefetch_related("projects", "tasks"))
    context = {
        "quarters": [
            (f"{year}, {_('quarter %(n)s') % {'n': quarter}}", [(goal, showing.goal_state(goal)) for goal in found])
            for (year, quarter), found in groupby(goals, key=lambda goal: (goal.year, goal.quarter))
        ],
        "finding": showing.roadmap_finding(goals),
        "changes": GoalChange.objects.select_related("goal")[:10],
        **offered(request, "goal.set"),
    }
    return render(request, "steering/roadmap.html", context)


@require_GET
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Goal.objects.select_related("owner"), pk=pk)
    context = {
        "goal": found,
        "state": showing.goal_state(found),
        "history": [(change, showing.goal_changes(change)) for change in found.history.all()],
        **offered(request, "goal.changed"),
    }
    return render(request, "steering/goal.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    must(request, "goal.set")
    form = GoalForm(request.POST or None)
    if made := acted(request, form, lambda given: actions.set_goal(by(request), BODY, **given)):
        messages.success(request, _("The goal stands on the roadmap."))
        return redirect(made)
    return form_page(
        request, form, title=_("Set a goal"), send=_("Set the goal"), above=_("Roadmap"),
        above_address=reverse("steering:roadmap"),
    )  # fmt: skip


def _changed(request: HttpRequest, found: Goal, given: Mapping[str, Any]) -> Goal:
    rest = {name: value for name, value in given.items() if name in actions.FIELDS}
    return actions.change_goal(by(request), BODY, found, given["reason"], rest, given["projects"], given["tasks"])


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, "goal.changed")
    found = get_object_or_404(Goal, pk=pk)
    form = ChangeGoal(found, request.POST or None)
    if acted(request, form, lambda given: _changed(request, found, given)):
        messages.success(request, _("The goal is changed. What it was before stays in its history."))
        return redirect(found)
    return form_page(
        request, form, title=_("Change this goal"), send=_("Change the goal"), above=found.title,
        above_address=found.get_absolute_url(),
    )  # fmt: skip
