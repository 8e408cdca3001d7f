"""Pages of panels drawn by lot."""

from functools import wraps
from typing import Any, Protocol

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minga.engage import actions, drawing, seat
from minga.engage.forms.panels import (
    AnnouncePanel,
    AnswerInvitation,
    ClosePool,
    DrawPanel,
    HoldMeeting,
    ImportPool,
    JoinPool,
    Recommend,
    written_quotas,
)
from minga.engage.limits import take
from minga.engage.models import Panel, Panellist
from minga.engage.queries import panels as queries
from minga.engage.queries.sessions import FEWEST
from minga.ledger.action import Actor, By, may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of

MOST_BYTES = 20 * 2**20


class View(Protocol):
    def __call__(self, request: HttpRequest, token: str) -> HttpResponse: ...


def private(view: View) -> View:
    """A page behind a private link: no cache keeps it, no search engine lists it, no other site is told it."""

    @wraps(view)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        return seat.private(view(request, token))

    return never_cache(shown)


def panel_of(slug: str, pk: int) -> Panel:
    return get_object_or_404(Panel.objects.select_related("project"), project__slug=slug, pk=pk)


def panels(request: HttpRequest, slug: str) -> HttpResponse:
    """All panels of a project, newest first."""
    project = project_of(slug)
    context = {
        "project": project,
        "panels": project.panels.defer("lottery"),
        "may_announce": may(actor_of(request), project, "panel.announced"),
    }
    return render(request, "engage/panels.html", context)


def panel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A panel: how it is drawn and how fair that is, its meetings, what it recommends, what the body replied."""
    found = panel_of(slug, pk)
    actor = actor_of(request)
    leads = may(actor, found.project, "pool.closed")
    advice = queries.recommendations(found)
    size = queries.pool_size(found)
    context = {
        "project": found.project,
        "panel": found,
        "leads": leads,
        "pool_size": size if leads or size == 0 or size >= FEWEST else None,
        "rows": queries.quota_rows(found, exact=leads),
        "seats": queries.seats(found),
        "never": _never(found, leads),
        "meetings": found.meetings.all(),
        "advice": advice,
        "asked": len(advice),
        "replied": queries.answered(advice),
        "reads_pool": queries.may_read_pool(found, actor),
        "open_pool": found.state != Panel.State.OPEN and queries.is_open_pool(found),
        "page_data": f"/api/engage/{slug}/panels/{pk}",
    }
    return render(request, "engage/panel.html", context)


def _never(found: Panel, exact: bool) -> str:
    """How many people of the pool no panel that meets the quotas can take, in words; empty where nobody."""
    count = found.fairness.get("never", 0)
    if not count:
        return ""
    return str(count) if exact or count >= FEWEST else _("Fewer than ten")


def announce(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "panel.announced")
    form = AnnouncePanel(request.POST or None)
    if made := acted(request, form, lambda given: actions.announce_panel(by(request), project, **given)):
        messages.success(request, _("Announced. People can put their names into the pool now."))
        return redirect(made)
    return show(request, "engage/panel_announce.html", form, project=project)


def join(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put one's name into the pool; no account, and what an account would tell is not used."""
    found = panel_of(slug, pk)
    form = JoinPool(request.POST or None, panel=found)

    def perform(given: Any) -> Panellist:
        take(request, "panel")
        language = (get_language() or "en")[:2]
        return actions.join_pool(
            nobody(request), found.project, found, form.features(), email=given["email"], language=language
        )

    if made := acted(request, form, perform):
        messages.success(request, _("You are in the pool. This is your private page: keep its address."))
        return redirect(made.get_private_url())
    return show(request, "engage/panel_join.html", form, project=found.project, panel=found)


def nobody(request: HttpRequest) -> By:
    """The request of somebody whose account and other contributions stay out of it: a key for this form alone."""
    once = by(request).once or ""
    key = salted_hmac("engage.pool", f"{actor_of(request).key}:{once}", algorithm="sha256").hexdigest()[:32]
    return By(Actor(key=key, group="residents", kind="visitor"), once=once)


def panellist_of(token: str) -> Panellist:
    found = Panellist.of_token(token)
    if found is None:
        raise Http404(_("This private link is not complete, or its time is over. Copy the whole of it."))
    return found


@private
def panellist(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of somebody in the pool: where they stand, and the answer to an invitation."""
    one = panellist_of(token)
    form = AnswerInvitation(request.POST or None)

    def perform(given: Any) -> Panellist:
        return actions.answer_invitation(as_panellist(request, one), one.panel.project, one, given["answer"])

    if acted(request, form, perform):
        messages.success(request, _("Your answer is entered."))
        return redirect("engage:panellist", token)
    context = {"one": one, "panel": one.panel, "project": one.panel.project, "token": token}
    return show(request, "engage/panel_private.html", form, **context)


@private
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    one = panellist_of(token)
    actions.answer_invitation(as_panellist(request, one), one.panel.project, one, "leave")
    messages.success(request, _("You are out. If you left an address, it is erased."))
    return redirect("engage:panellist", token)


@private
def private_pool(request: HttpRequest, token: str) -> HttpResponse:
    """The pool's file for somebody who is in it."""
    one = panellist_of(token)
    if one.number is None:
        raise Http404(_("The pool is not closed yet, or you are not in it."))
    return csv_reply(drawing.pool_file(one.panel), f"pool-{one.panel_id}.csv")


def as_panellist(request: HttpRequest, one: Panellist) -> By:
    return By(Actor(key=one.key, group="residents", kind="visitor"), once=by(request).once)


def csv_reply(text: str, name: str) -> HttpResponse:
    reply = HttpResponse(text, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


@never_cache
def pool_csv(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = panel_of(slug, pk)
    if not queries.may_read_pool(found, actor_of(request)):
        raise NotAllowed(
            _("This file is for those who check the draw."),
            cause=_("The pool is still open, or its rows are so few alike that they could point at somebody."),
            do=_("Ask an overseer of the project. Whoever is in the pool finds it on their private page."),
        )
    return csv_reply(drawing.pool_file(found), f"pool-{pk}.csv")


def quotas_csv(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return csv_reply(drawing.quota_file(panel_of(slug, pk)), f"quotas-{pk}.csv")


def import_pool(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = panel_of(slug, pk)
    must(request, found.project, "pool.imported")
    form = ImportPool(request.POST or None, request.FILES or None)

    def perform(given: Any) -> Panel:
        if given["file"].size > MOST_BYTES:
            raise drawing.unreadable(_("It is larger than 20 MB."))
        return actions.import_pool(by(request), found.project, found, drawing.read_pool(given["file"].read(), found))

    if made := acted(request, form, perform):
        report = made.import_report
        words = _("%(rows)s rows: %(used)s used, %(rejected)s rejected.")
        messages.success(request, words % {**report, "rejected": len(report["rejected"])})
        return redirect("engage:import_pool", slug, pk)
    return show(request, "engage/panel_import.html", form, project=found.project, panel=found)


def close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = panel_of(slug, pk)
    must(request, found.project, "pool.closed")
    first = {"seed_source": found.seed_source, "seed_on": found.seed_on, "quotas": written_quotas(found)}
    form = ClosePool(request.POST or None, initial=first)
    if acted(request, form, lambda given: actions.close_pool(by(request), found.project, found, **given)):
        messages.success(request, _("The pool is closed and its digest stands in the ledger."))
        return redirect(found)
    rows = queries.quota_rows(found, exact=True)
    return show(request, "engage/panel_close.html", form, project=found.project, panel=found, rows=rows, leads=True)


def draw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = panel_of(slug, pk)
    must(request, found.project, "panel.drawn")
    form = DrawPanel(request.POST or None)
    if acted(request, form, lambda given: actions.draw_panel(by(request), found.project, found, given["seed"])):
        messages.success(request, _("Drawn. Those who left an address have been written to; invite the others."))
        return redirect("engage:panel_members", slug, pk)
    return show(request, "engage/panel_draw.html", form, project=found.project, panel=found)


@never_cache
def members(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Invitations and answers, for those who run the panel: numbers, no names."""
    found = panel_of(slug, pk)
    must(request, found.project, "panellist.replaced")
    people = list(queries.asked(found).select_related("panel"))
    context = {
        "project": found.project,
        "panel": found,
        "rows": [(one, bool(actions.panels.addresses(one))) for one in people],
        "seats": queries.seats(found),
        "late": queries.late(found),
        "address": settings.MINGA_ADDRESS,
        "missing": len(queries.unreplaced(found)) if found.state == Panel.State.DRAWN else 0,
    }
    return render(request, "engage/panel_members.html", context)


@require_POST
def answer_for(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """Enter what somebody answered by letter or by telephone."""
    found = panel_of(slug, pk)
    one = get_object_or_404(queries.asked(found), number=number)
    actions.answer_invitation(by(request), found.project, one, request.POST.get("answer", ""))
    messages.success(request, _("Entered."))
    return redirect("engage:panel_members", slug, pk)


@require_POST
def replace(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = panel_of(slug, pk)
    actions.replace_missing(by(request), found.project, found)
    messages.success(request, _("Replacements are drawn and invited."))
    return redirect("engage:panel_members", slug, pk)


def meet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = panel_of(slug, pk)
    must(request, found.project, "meeting.held")
    form = HoldMeeting(request.POST or None, panel=found)

    def perform(given: Any) -> Any:
        return actions.hold_meeting(by(request), found.project, found, **(given | {"present": list(given["present"])}))

    if acted(request, form, perform):
        messages.success(request, _("Saved."))
        return redirect(found)
    return show(request, "engage/panel_meet.html", form, project=found.project, panel=found)


def recommend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = panel_of(slug, pk)
    must(request, found.project, "recommendation.made")
    form = Recommend(request.POST or None)
    if acted(request, form, lambda given: actions.recommend(by(request), found.project, found, **given)):
        messages.success(request, _("Published. The body owes an answer."))
        return redirect(found)
    return show(request, "engage/panel_recommend.html", form, project=found.project, panel=found)
