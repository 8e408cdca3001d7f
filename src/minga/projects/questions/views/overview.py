"""What is asked of a project or of the body: sets with their progress, and what one was asked oneself first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minga.instruments import actions, library
from minga.instruments.definition import say
from minga.instruments.models import ChosenSet
from minga.instruments.published import published
from minga.ledger.refusals import Invalid
from minga.people.middleware import by
from minga.projects.questions import showing
from minga.projects.questions.following import follow
from minga.projects.questions.place import Here, here_of
from minga.projects.questions.showing import SetRow


@require_safe
def overview(request: HttpRequest, slug: str = "") -> HttpResponse:
    here = here_of(request, slug)
    rows = showing.set_rows(here)
    mine = [item for row in rows for item in row.asked if item.share.person_id == here.actor.person_id]
    now = here.project.step if here.project else 0
    waiting = [row for row in rows if _waits(row, now)]
    context = {
        "here": here,
        "rows": rows,
        "mine": [("", item) for item in sorted(mine, key=lambda item: (item.share.due is None, item.share.due))],
        "today": timezone.localdate(),
        "blocked": [row for row in rows if row.blocks],
        "open": sum(1 for row in waiting if row.stand != "done"),
        "waiting": waiting,
        "groups": _groups(rows, now),
        "reads": here.has_part,
        "set_published": any(published(row.id) for row in rows),
        "may_answer": here.may("instrument.answered"),
        "may_choose": here.may("instrument.chosen"),
        "catalogue": f"{reverse('projects:instruments')}?for={slug or 'body'}",
    }
    return render(request, "projects/questions/overview.html", context)


def _waits(row: SetRow, now: int) -> bool:
    """Whether answers are due: it was chosen, somebody was asked, it belongs to this step, or a gate asks for it."""
    step = row.origin.step
    by_step = step is not None and (step.number == now or (row.origin.screen and step.number < now))
    return row.origin.chosen is not None or bool(row.asked) or by_step


def _groups(rows: list[SetRow], now: int) -> list[tuple[str, list[SetRow]]]:
    """The sets under a heading each: those of the step one is at, chosen ones, other steps, dropped ones."""
    here = [row for row in rows if row.origin.step and row.origin.step.number == now]
    chosen = [row for row in rows if row.origin.chosen and row not in here]
    steps = [row for row in rows if row.origin.step and row not in here and row not in chosen]
    dropped = [row for row in rows if not row.origin.asked]
    named = (
        (_("At this step"), here),
        (_("Chosen"), chosen),
        (_("At other steps"), steps),
        (_("No longer asked"), dropped),
    )
    return [(title, found) for title, found in named if found]


@require_POST
def choose(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Take up a set of the catalogue."""
    here = here_of(request, slug)
    here.must("instrument.chosen")
    set_id = request.POST.get("set", "")
    _refuse_unfit(here, set_id)
    actions.choose_set(by(request), here.place, set_id)
    follow(by(request), here, set_id)
    title = say(library.load(set_id).title, showing.language())
    messages.success(request, _("“%(title)s” is asked here from now on.") % {"title": title})
    return redirect(here.url("questions", set_id))


def _refuse_unfit(here: Here, set_id: str) -> None:
    """A set about something else than this place would be asked and could never be answered rightly."""
    found = library.find(set_id)
    if found and not here.fits(found.about):
        raise Invalid(
            _("This question set is not made for this place."),
            cause=_("Some sets are about a project, others about the body as a whole, or about something inside one."),
            do=_("Choose one from the catalogue that can be used here."),
        )


@require_POST
def drop(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    here = here_of(request, slug)
    here.must("instrument.dropped")
    chosen = get_object_or_404(ChosenSet, pk__in=[row.pk for row in showing.chosen_here(here)], set=set_id)
    actions.drop_set(by(request), here.place, chosen, request.POST.get("reason", "")[:500])
    messages.success(request, _("It is no longer asked here. The answers stay; tasks that were open are closed."))
    return redirect(here.url("question_sets"))
