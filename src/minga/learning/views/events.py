"""Champions of units, and events: announced, joined, held, with what came out of them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minga.learning import actions, queries
from minga.learning.forms import AnnounceEvent, FormTeam, HoldEvent, NameChampion, RecordOutput
from minga.learning.models import Champion, Event, EventOutput, EventTeam
from minga.ledger.action import BODY, may
from minga.people.forming import acted, show
from minga.people.middleware import actor_of, by


def champions(request: HttpRequest) -> HttpResponse:
    """Whom each unit sends, with what they have done; those who act for the body name one."""
    names = may(actor_of(request), BODY, "champion.named")
    form = NameChampion(request.POST or None)
    if acted(request, form, lambda given: actions.name_champion(by(request), BODY, **given)):
        messages.success(request, _("Named. Their page counts what they do from now on."))
        return redirect("learning:champions")
    return show(request, "learning/champions.html", form, units=queries.champions(), names=names)


@require_POST
def end_champion(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_champion(by(request), BODY, get_object_or_404(Champion, pk=pk))
    messages.success(request, _("Ended. What was done stays counted in the ledger."))
    return redirect("learning:champions")


def events(request: HttpRequest) -> HttpResponse:
    """What lies ahead, and what came out of what was held."""
    today = timezone.localdate()
    rows = Event.objects.select_related("host").prefetch_related("outputs", "joined")
    context = {
        "ahead": rows.filter(on__gte=today, held=None).order_by("on"),
        "past": rows.exclude(on__gte=today, held=None),
        "may_announce": queries.may_announce(actor_of(request)),
    }
    return render(request, "learning/events.html", context)


@login_required
def announce(request: HttpRequest) -> HttpResponse:
    form = AnnounceEvent(request.POST or None)
    if made := acted(request, form, lambda given: actions.announce_event(by(request), BODY, **given)):
        messages.success(request, _("Announced."))
        return redirect(made.get_absolute_url())
    return show(request, "learning/announce.html", form)


def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: when and where, its teams, what came out, and what whoever reads can do."""
    found, actor = get_object_or_404(Event.objects.select_related("host"), pk=pk), actor_of(request)
    mine = found.joined.filter(person_id=actor.person_id).first() if actor.person_id else None
    hosts = actor.person_id == found.host_id
    tasks = may(actor, BODY, "task.made")
    context = {
        "event": found,
        "course": queries.course_title(found.course) if found.course else "",
        "teams": [(team, team.members.count()) for team in found.teams.all()],
        "outputs": [(one, _task_link(one) if tasks else "") for one in found.outputs.select_related("team")],
        "joined": found.joined.count(),
        "mine": mine,
        "signed_in": actor.person_id is not None,
        "hosts": hosts,
        "records": hosts or mine is not None,
        "over": found.on <= timezone.localdate(),
        "past": found.on < timezone.localdate(),
    }
    return render(request, "learning/event.html", context)


def _task_link(output: EventOutput) -> str:
    """The form of a new task of the body, with what has to follow already in it; projects take it over from there."""
    if not output.follow_up:
        return ""
    asked = {"title": output.follow_up, "text": f"{output.event.title}: {output.title} {output.url}".strip()}
    return f"{reverse('projects:body_task_new')}?{urlencode(asked)}"


@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Event, pk=pk)
    chosen = request.POST.get("team", "")
    team = get_object_or_404(EventTeam, pk=chosen, event=found) if chosen.isdecimal() else None
    actions.join_event(by(request), BODY, found, team=team)
    messages.success(request, _("You are counted among those who come."))
    return redirect(found.get_absolute_url())


@login_required
def team(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Event, pk=pk)
    form = FormTeam(request.POST or None)
    if acted(request, form, lambda given: actions.form_team(by(request), BODY, found, **given)):
        messages.success(request, _("The team is formed, and you are its first member."))
        return redirect(found.get_absolute_url())
    return show(request, "learning/team.html", form, event=found)


@login_required
def held(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Event, pk=pk)
    form = HoldEvent(request.POST or None)
    if acted(request, form, lambda given: actions.hold_event(by(request), BODY, found, **given)):
        messages.success(request, _("Recorded."))
        return redirect(found.get_absolute_url())
    return show(request, "learning/held.html", form, event=found)


@login_required
def output(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Event, pk=pk)
    form = RecordOutput(found, request.POST or None)
    if acted(request, form, lambda given: actions.record_output(by(request), BODY, found, **given)):
        messages.success(request, _("Recorded."))
        return redirect(found.get_absolute_url())
    return show(request, "learning/output.html", form, event=found)
