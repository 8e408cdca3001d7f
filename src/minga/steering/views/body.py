"""Who steers: the offices of the body, and which role acts at which step."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.ledger.action import BODY
from minga.people.middleware import by
from minga.people.models import Person
from minga.projects.actions import end_office, give_office
from minga.projects.forms import acted
from minga.projects.models import BodySeat, Membership, Project
from minga.projects.roles import Role
from minga.projects.steps import STEPS
from minga.steering import portfolio, showing, showing_roles, whodoes
from minga.steering.forms import GiveOffice
from minga.steering.views.common import form_page, must, offered


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Who answers for AI here, since when, and what each office may do; the way to everything of the body."""
    offices = whodoes.offices()
    watching = Membership.objects.filter(role=Role.OVERSEER, ended=None).select_related("person", "project")
    context = {
        "offices": offices,
        "finding": showing.offices_finding(offices),
        "overseers": watching.order_by("project__title"),
        "appointers": Person.objects.filter(body_role="appointer", is_active=True),
        "former": BodySeat.objects.exclude(ended=None).count(),
        "rooms": showing.rooms(),
        "late": showing.late_words(portfolio.late_of_the_body()),
        **offered(request, "body_seat.given", "body_seat.ended"),
    }
    return render(request, "steering/body.html", context)


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    must(request, "body_seat.given")
    form = GiveOffice(request.POST or None)
    if made := acted(request, form, lambda given: give_office(by(request), BODY, **given)):
        messages.success(request, _("%(name)s holds the office now.") % {"name": made.person.name})
        return redirect("steering:body")
    return form_page(
        request, form, title=_("Give an office"), send=_("Give the office"), above=_("This body"),
        above_address=reverse("steering:body"),
    )  # fmt: skip


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, "body_seat.ended")
    end_office(by(request), BODY, get_object_or_404(BodySeat, pk=pk, ended=None))
    messages.success(request, _("The office has ended. What was done in it stays in the ledger."))
    return redirect("steering:body")


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """The matrix of roles and steps, and what nobody can do as the roles are given out."""
    projects = Project.objects.filter(outcome=Project.Outcome.OPEN)
    gaps = [(project, found) for project in projects if (found := whodoes.gaps(project))]
    matrix = whodoes.matrix()
    context = {
        "finding": showing_roles.gaps_finding(len(gaps), len(projects)),
        "matrix": showing_roles.matrix(matrix),
        "in_short": showing_roles.in_short(matrix),
        "steps": [(step, [(act, showing_roles.who(act)) for act in whodoes.acts(step)]) for step in STEPS.values()],
        "gaps": [(project, [(gap, whodoes.role_names(gap.roles)) for gap in found]) for project, found in gaps],
    }
    return render(request, "steering/roles.html", context)
