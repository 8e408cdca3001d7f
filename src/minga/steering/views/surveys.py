"""Surveys of other bodies: their pages here, and the private page of each body that was asked."""

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.instruments.forms import SetForm
from minga.instruments.queries import filled
from minga.instruments.show import shown
from minga.ledger.action import BODY, By
from minga.ledger.refusals import Blocked, Conflict, Invalid
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.steering import actions, counting, showing
from minga.steering.actions.surveys import of_token
from minga.steering.forms import Invite, OpenSurvey
from minga.steering.models import Survey, SurveyedBody
from minga.steering.views.common import form_page, must, offered
from minga.tools.intake import csv_safe


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    rows = [(survey, counting.response(survey)) for survey in Survey.objects.all()]
    context = {
        "rows": [(survey, found, showing.response(found)) for survey, found in rows],
        **offered(request, "survey.opened"),
    }
    return render(request, "steering/surveys.html", context)


@require_GET
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Survey, pk=pk)
    may = offered(request, "survey.invited", "survey.closed")
    runs = may["may_survey_invited"]
    counts = counting.counts(found, public=not runs)
    context = {
        "survey": found,
        "counts": counts,
        "response": showing.response(counts),
        "questions": [(one, showing.counted(one)) for one in counts.questions],
        "waiting": list(found.bodies.filter(answered=None)) if runs else (),
        "open": found.is_open(),
        **may,
    }
    return render(request, "steering/survey.html", context)


@require_GET
def as_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts in public; with ``?bodies=yes``, to those who run the survey, one row a body."""
    found = get_object_or_404(Survey, pk=pk)
    reply = HttpResponse(content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="survey-{found.pk}.csv"'
    writer = csv.writer(reply)
    if request.GET.get("bodies") == "yes":
        must(request, "survey.invited")
        _write_bodies(writer, found)
        return reply
    writer.writerow(["question", "title", "answered", "choice", "label", "count", "share", "low", "high"])
    for one in counting.counts(found, public=True).questions:
        for cell in one.cells:
            told = (
                one.question,
                one.title,
                one.answered,
                cell.value,
                cell.label,
                cell.count,
                cell.share,
                cell.low,
                cell.high,
            )
            writer.writerow([csv_safe(value) for value in told])
    return reply


def _write_bodies(writer: Any, found: Survey) -> None:
    bodies = list(found.bodies.exclude(answered=None))
    answers = counting.given(found, bodies)
    questions = counting.definition_of(found).questions
    language = get_language() or "en"
    writer.writerow(["body", "answered", *(csv_safe(id) for id in questions)])
    for body in bodies:
        values = (shown(question, answers.get(body.pk, {}).get(id), language) for id, question in questions.items())
        writer.writerow([csv_safe(value) for value in (body.name, f"{body.answered:%Y-%m-%d}", *values)])


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    must(request, "survey.opened")
    form = OpenSurvey(request.POST or None)
    if made := acted(request, form, lambda given: actions.open_survey(by(request), BODY, **given)):
        messages.success(request, _("The survey is open. Say whom you ask."))
        return redirect("steering:survey_invite", made.pk)
    return form_page(
        request, form, title=_("Ask many bodies the same questions"), send=_("Open the survey"), above=_("Surveys"),
        above_address=reverse("steering:surveys"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, "survey.invited")
    found = get_object_or_404(Survey, pk=pk)
    form = Invite(request.POST or None)
    if acted(request, form, lambda given: actions.invite(by(request), BODY, found, **given)):
        messages.success(request, _("They are asked. Whoever has no e-mail needs the link from you."))
        return redirect(found)
    return form_page(
        request, form, title=_("Whom do you ask?"), send=_("Ask them"), above=found.title,
        above_address=found.get_absolute_url(),
    )  # fmt: skip


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Survey, pk=pk)
    try:
        actions.remind(by(request), BODY, found)
        messages.success(request, _("The reminders go out."))
    except (Blocked, Conflict) as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Survey, pk=pk)
    actions.close_survey(by(request), BODY, found)
    messages.success(request, _("The survey is closed. Addresses and links are erased."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of a body: it saves as often as it likes, and hands in when it is done."""
    body = _of(token)
    if not body.survey.is_open():
        return _private(render(request, "steering/survey_over.html", {"body": body, "survey": body.survey}))
    about = (counting.ABOUT, body.pk)
    form = SetForm(BODY, body.survey.set, request.POST or None, request.FILES or None, about=about)
    if request.method == "POST" and form.save(By(body.actor, once=by(request).once)):
        if body.answered:
            words = _("Saved. What you handed in before counts until you hand in again.")
        else:
            words = _("Saved. Nothing is handed in yet.")
        messages.success(request, words)
        return redirect("steering:survey_form", token)
    state = filled(BODY, body.survey.set, about).completeness
    context = {
        "form": form, "body": body, "survey": body.survey, "token": token, "complete": state.complete,
        "started": bool(form.filled.current), "save_text": _("Save"),
    }  # fmt: skip
    return _private(render(request, "steering/survey_form.html", context, status=422 if form.errors else 200))


@require_POST
def hand_in(request: HttpRequest, token: str) -> HttpResponse:
    _of(token)
    try:
        actions.answer_survey(by(request), BODY, token)
        messages.success(request, _("Your answers are handed in. You can change them until the survey ends."))
    except (Blocked, Conflict, Invalid) as refusal:
        messages.error(request, str(refusal))
    return redirect("steering:survey_form", token)


def _of(token: str) -> SurveyedBody:
    found = of_token(token)
    if found is None:
        raise Http404(_("This link does not work. The survey may be over, or the link was copied in part."))
    return found


def _private(reply: HttpResponse) -> HttpResponse:
    """No index, and no referrer to any other site: the address is the key."""
    reply["Referrer-Policy"], reply["X-Robots-Tag"] = "same-origin", "noindex"
    return reply
