"""Asking about a field of the record, reading the answer, and the lists of those who moderate and answer."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.engage import limits
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of
from minga.register import queries, rules, wording
from minga.register.actions import answer_question, ask, moderate_question
from minga.register.document import TYPED
from minga.register.forms import AnswerQuestion, AskQuestion, ModerateQuestion
from minga.register.models import RecordQuestion


@require_http_methods(["GET", "POST"])
def ask_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask about one field of the record. Anybody may; nobody needs an account."""
    project = project_of(slug)
    form = AskQuestion(request.POST or None, initial={"field": request.GET.get("field", "")})
    if request.method == "POST":
        limits.take(request, "question", each=10)

    def send(given: Mapping[str, Any]) -> RecordQuestion:
        return ask(by(request), project, given["field"], given["text"], given["email"])

    if made := acted(request, form, send):
        messages.success(request, _("Your question has arrived. Keep this address: here you read the answer."))
        return redirect("register:question_private", made.token)
    return show(request, "register/ask.html", form, project=project, days=rules.days_to_answer())


@require_GET
def private(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of whoever asked: what became of it."""
    found = RecordQuestion.objects.select_related("project", "answered_by", "led_to")
    question = get_object_or_404(found, token=token)
    context = {"question": question, "project": question.project, "days": question.days_open()}
    response = render(request, "register/question_private.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


@require_GET
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question that a moderator let through, the open ones first."""
    project = project_of(slug)
    found = queries.questions(project)
    actor = actor_of(request)
    context = {
        "project": project,
        "open": [one for one in found if one.answered is None],
        "answered": [one for one in found if one.answered is not None],
        "figures": queries.question_figures(project),
        "days": rules.days_to_answer(),
        "may_answer": may(actor, project, "question.answered"),
        "waiting": queries.questions_waiting(project) if may(actor, project, "question.moderated") else [],
    }
    return render(request, "register/questions.html", context)


@require_http_methods(["GET", "POST"])
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """Questions that wait for a moderator, each with its own form."""
    project = project_of(slug)
    must(request, project, "question.moderated")
    about = request.POST.get("about", "")
    rows = [(one, _moderate_form(request, one)) for one in queries.questions_waiting(project)]
    posted = next((row for row in rows if f"question-{row[0].pk}" == about), None)
    if posted is not None:
        question, form = posted

        def perform(given: Mapping[str, Any]) -> RecordQuestion:
            return moderate_question(by(request), project, question, given["show"] == "yes", given["reason"])

        if acted(request, form, perform):
            messages.success(request, _("Noted."))
            return redirect("register:question_moderation", slug)
    elif request.method == "POST":
        messages.info(request, _("This was moderated already."))
        return redirect("register:question_moderation", slug)
    form_shown = posted[1] if posted else None
    context = {"project": project, "rows": rows, "form": form_shown}
    return render(request, "register/question_moderation.html", context, status=422 if form_shown else 200)


def _moderate_form(request: HttpRequest, question: RecordQuestion) -> ModerateQuestion:
    about = f"question-{question.pk}"
    given = request.POST if request.POST.get("about") == about else None
    return ModerateQuestion(given, auto_id=f"{about}_%s")


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answer one question."""
    project = project_of(slug)
    must(request, project, "question.answered")
    question = get_object_or_404(RecordQuestion.public(project), pk=pk)
    form = AnswerQuestion(request.POST or None)
    made = acted(
        request, form, lambda given: answer_question(by(request), project, question, given["outcome"], given["answer"])
    )
    if made:
        messages.success(request, _("The answer is public, and whoever asked is told."))
        if made.outcome != RecordQuestion.Outcome.EXPLAINED and made.field in TYPED:
            return redirect("register:describe", slug, made.field)
        return redirect("register:questions", slug)
    record = queries.published(project)
    known = getattr(record, question.field) if record and question.field else None
    context = {
        "project": project,
        "question": question,
        "days": question.days_open(),
        "says": queries.says(question.field, known),
        "label": wording.label(question.field),
    }
    return show(request, "register/question_answer.html", form, **context)
