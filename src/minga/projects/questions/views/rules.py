"""Rules written from the answers to a set, such as the body's rules of use for AI: a page to read and to print."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minga.instruments import policies, queries
from minga.projects.questions import showing
from minga.projects.questions.place import here_of
from minga.web.format import day


@require_safe
def rules(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """Public: they hold for everybody who works here. What is not answered yet is listed, never left blank."""
    here, policy = here_of(request, slug), policies.of_set(set_id)
    if not policy:
        raise Http404(_("No rules are written from this question set."))
    found = queries.filled(here.place, set_id)
    answers = {id: value for id, value in found.reading.answers.items() if value is not None}
    page = policies.write(policy, answers, showing.language(), day)
    context = {"here": here, "page": page, **showing.heading(here, found.definition)}
    return render(request, "projects/questions/rules.html", context)
