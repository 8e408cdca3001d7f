"""Filling in a set: its sections as a list of tasks, then one section per page, saved half filled."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minga.instruments import queries
from minga.instruments.definition import say
from minga.instruments.duties import blocking
from minga.instruments.forms import Beside, SetForm
from minga.instruments.queries import Filled
from minga.people.middleware import by
from minga.projects.questions import showing
from minga.projects.questions.following import follow
from minga.projects.questions.forms import DropForm
from minga.projects.questions.language import chosen
from minga.projects.questions.place import Here, here_of
from minga.projects.questions.showing import Origin


def origin_of(here: Here, set_id: str) -> Origin:
    """Why the set is asked here; 404 where it is not and never was."""
    found = showing.origins(here).get(set_id)
    if found is None:
        raise Http404(_("These questions are not asked here. Choose the set in the catalogue first."))
    return found


@require_safe
def set_page(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """The sections of a set and how far each is; who has no part here is led to the public result."""
    here = here_of(request, slug)
    origin = origin_of(here, set_id)
    if not here.has_part:
        return redirect(here.url("questions_result", set_id))
    found = queries.filled(here.place, set_id)
    rows = showing.section_rows(here, found)
    context = {
        "here": here,
        "origin": origin,
        "filled": found,
        "rows": rows,
        "next": showing.next_row(here, rows),
        "shares": [showing.asked(here, found, share) for share in showing.open_shares(here, set_id)],
        "may_answer": origin.asked and here.may("instrument.answered"),
        "may_share": origin.asked and here.may("question.shared"),
        "drop": DropForm() if origin.chosen is not None and here.may("instrument.dropped") else None,
        "newer": showing.newer_version(found, origin),
        **showing.heading(here, found.definition),
    }
    return render(request, "projects/questions/set.html", context)


def section(request: HttpRequest, set_id: str, section: str, slug: str = "") -> HttpResponse:
    """One section as a form. After a save comes the same section where it asks more now, else the next."""
    here = here_of(request, slug)
    origin = origin_of(here, set_id)
    here.must("instrument.answered")
    comments = showing.open_comments(here, set_id)

    def beside(question: str) -> Beside:
        return Beside(here.url("questions_answer", set_id, question), comments[question])

    form = SetForm(here.place, set_id, request.POST or None, request.FILES or None, section=section, beside=beside,
                   language=chosen())  # fmt: skip
    if not origin.asked or section not in [part.id for part in form.definition.sections]:
        raise Http404(_("There is no such section among the questions that are asked here."))
    if request.method == "POST" and form.save(by(request)):
        found = follow(by(request), here, set_id)
        messages.success(request, _("Saved."))
        return redirect(_after(request, here, form, found))
    return render(request, "projects/questions/section.html", _section_context(here, form, section),
                  status=422 if form.errors else 200)  # fmt: skip


def _after(request: HttpRequest, here: Here, form: SetForm, found: Filled) -> str:
    set_id = found.definition.id
    following = _next_section(here, form, found)
    if following and "list" not in request.POST:
        return here.url("questions_section", set_id, following)
    if blocking(found.definition, found.reading) or (found.completeness.complete and not following):
        return here.url("questions_result", set_id)
    return here.url("questions", set_id)


def _next_section(here: Here, form: SetForm, found: Filled) -> str:
    """The same section where it asks more now, then those this person was asked for, then the next in order."""
    following = form.next_section()
    if following == form.section:
        return following
    rows = showing.section_rows(here, found)
    mine = [row.id for row in rows if any(one.share.person_id == here.actor.person_id for one in row.asked)]
    return next((id for id in mine if id != form.section), following)


def _section_context(here: Here, form: SetForm, section: str) -> dict[str, object]:
    rows = showing.section_rows(here, form.filled)
    names = [row.id for row in rows]
    part = next(part for part in form.definition.sections if part.id == section)
    return {
        "here": here,
        "form": form,
        "filled": form.filled,
        "part": say(part.title, showing.language()),
        "help": say(part.help, showing.language()),
        "number": names.index(section) + 1 if section in names else 0,
        "total": len(names),
        "asked": next((row.asked for row in rows if row.id == section), []),
        "before": rows[names.index(section) - 1] if section in names[1:] else None,
        **showing.heading(here, form.definition),
    }
