"""People who know: the directory, one's own entry, requests of projects, and what a project lacks."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from minga.learning import actions, queries
from minga.learning.forms import CloseRequest, EnterExpert, GiveHours
from minga.learning.models import Expert, HelpOffer, HelpRequest
from minga.learning.skills import SKILLS
from minga.ledger import subjects
from minga.ledger.action import BODY, may
from minga.people.forming import acted, show
from minga.people.middleware import actor_of, by


def directory(request: HttpRequest) -> HttpResponse:
    """Who can help with what, as far as they want to be shown; the requests that are open."""
    skill = request.GET.get("skill", "")
    rows = Expert.objects.filter(ended=None, person__is_active=True).select_related("person")
    listed = [row for row in rows.filter(listed=True) if not skill or skill in row.skills]
    open_ones = HelpRequest.objects.filter(state=HelpRequest.State.OPEN)
    helping = Count("offers", filter=Q(offers__state__in=[HelpOffer.State.ACCEPTED, HelpOffer.State.DONE]))
    context = {
        "experts": listed,
        "unlisted": rows.filter(listed=False).count(),
        "skills": SKILLS.items(),
        "skill": skill,
        "requests": open_ones.annotate(helping=helping),
        "mine": rows.filter(person=request.user).first() if request.user.is_authenticated else None,
        "next": queries.what_next(request.user) if request.user.is_authenticated else [],
    }
    return render(request, "learning/people.html", context)


@login_required
def enter(request: HttpRequest) -> HttpResponse:
    """Say what one knows, or change it."""
    mine = Expert.objects.filter(person__key=actor_of(request).key, ended=None).first()
    names = ("skills", "more", "languages", "body", "availability", "hours", "listed")
    initial = {name: getattr(mine, name) for name in names} if mine else {}
    form = EnterExpert(request.POST or None, initial=initial)
    if acted(request, form, lambda given: actions.enter_expert(by(request), BODY, **given)):
        messages.success(request, _("Kept. You can change or end it at any time."))
        return redirect("learning:people")
    return show(request, "learning/enter.html", form, mine=mine)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    actions.end_expert(by(request), BODY)
    messages.success(request, _("You are no longer in the directory, and what you wrote there is gone."))
    return redirect("learning:people")


def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is to be done, who helps, and what whoever reads can do."""
    found = get_object_or_404(HelpRequest, pk=pk)
    place, actor = place_of(found), actor_of(request)
    offers = list(found.offers.select_related("expert__person").exclude(state=HelpOffer.State.DECLINED))
    mine = next((one for one in offers if one.expert.person_id == actor.person_id), None)
    entered = actor.person_id is not None and Expert.objects.filter(person_id=actor.person_id, ended=None).exists()
    closes = may(actor, place, "help.closed")
    context = {
        "request_": found,
        "helpers": [one for one in offers if one.state != HelpOffer.State.PROPOSED],
        "waiting": sum(one.state == HelpOffer.State.PROPOSED for one in offers),
        "mine": mine,
        "may_answer": entered and found.state == HelpRequest.State.OPEN,
        "names": closes,
        "closing": CloseRequest() if closes and found.state == HelpRequest.State.OPEN else None,
        "hours": GiveHours() if mine and mine.state in (HelpOffer.State.ACCEPTED, HelpOffer.State.DONE) else None,
    }
    return render(request, "learning/request.html", context)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, decline, say how many hours it was, or close."""
    found = get_object_or_404(HelpRequest, pk=pk)
    place, said = place_of(found), request.POST.get("said", "")
    if said == "accept":
        actions.accept_request(by(request), place, found, note=request.POST.get("note", "").replace("\0", "")[:1000])
        messages.success(request, _("Recorded. Those who lead the project see your name and what you wrote."))
    elif said == "decline":
        actions.decline_request(by(request), place, found)
        messages.success(request, _("Recorded. No reason is asked."))
    elif said == "hours":
        _give_hours(request, found, place)
    elif said == "close":
        form = CloseRequest(request.POST)
        if acted(request, form, lambda given: actions.close_request(by(request), place, found, **given)):
            messages.success(request, _("The request is closed."))
        else:
            messages.error(request, " ".join(form_errors(form)))
    return redirect(found.get_absolute_url())


def _give_hours(request: HttpRequest, found: HelpRequest, place: Any) -> None:
    offer = get_object_or_404(HelpOffer, request=found, expert__person_id=actor_of(request).person_id)
    form = GiveHours(request.POST)
    if made := acted(request, form, lambda given: actions.give_hours(by(request), place, offer, **given)):
        words = ngettext("%(hours)s hour recorded.", "%(hours)s hours recorded.", int(made.hours))
        messages.success(request, words % {"hours": made.hours.normalize()})
    else:
        messages.error(request, " ".join(form_errors(form)))


def form_errors(form: Any) -> list[str]:
    return [str(text) for errors in form.errors.values() for text in errors]


def place_of(found: HelpRequest) -> Any:
    """The project of a request, through the ledger's subjects."""
    place = subjects.find("project", found.project_id)
    if place is None:
        raise Http404(_("The project of this request is not here."))
    return place
