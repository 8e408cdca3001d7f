"""Contesting a decision from the notice, reading the answer, answering; and how appeals go, in public."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import hearings, notices, queries
from minga.deliver.actions.appeals import ForTool, advice_was_wrong, decide_appeal, service_of, submit_appeal
from minga.deliver.actions.looks import look
from minga.deliver.appeals_forms import AnswerAppeal, Contest, EnterAppeal
from minga.deliver.charts import cut
from minga.deliver.models import Access, Appeal, Determination
from minga.deliver.showing import Withheld, withheld
from minga.deliver.views.common import case_of, permitted, project_of
from minga.deliver.views.notices import notice_of, personal
from minga.engage import limits
from minga.ledger.action import Actor, may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted
from minga.projects.models import Project

LATEST = 50


@require_http_methods(["GET", "POST"])
def contest(request: HttpRequest, token: str) -> HttpResponse:
    """Contest a decision from its notice. Nobody needs an account."""
    notice = notice_of(token)
    made = get_object_or_404(Determination.objects.filter(notice=notice).select_related("case__service"))
    form = Contest(request.POST or None)
    if request.method == "POST":
        limits.take(request, "appeal", each=5)

    def submit(given: Mapping[str, Any]) -> Appeal:
        return submit_appeal(by(request), made.project, made, given["text"], given["email"], token)

    if appeal := acted(request, form, submit):
        messages.success(request, _("Your appeal has arrived. Keep this address: here you read the answer."))
        return personal(redirect("deliver:own_appeal", appeal.token))
    until = notices.until(notice)
    context = {
        "notice": notice,
        "service": notice.case.service,
        "form": form,
        "until": until,
        "in_time": until is not None and until >= timezone.now(),
        "appeal": made.appeals.first(),
        "figures": hearings.appeal_figures(made.project, groups=False),
    }
    return personal(render(request, "deliver/appeal_form.html", context, status=422 if form.errors else 200))


@require_GET
def own(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of whoever appealed: how it stands, how many days are left, the answer."""
    whole = ("determination__case__service", "determination__notice", "answered_by", "test_case__project")
    appeal = get_object_or_404(Appeal.objects.select_related(*whole), token=token)
    new = Determination.objects.filter(difference__appeal=appeal.pk, case=appeal.determination.case)
    context = {
        "appeal": appeal,
        "service": appeal.determination.case.service,
        "days_open": hearings.days_open(appeal),
        "days_left": max(0, (appeal.due - timezone.now()).days),
        "overdue": appeal.is_overdue(),
        "new": new.select_related("notice").first(),
        "new_words": service_of(appeal).outcome_words(appeal.new_outcome),
    }
    return personal(render(request, "deliver/appeal_own.html", context))


@require_GET
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """How appeals go, in figures for everybody; below them, the list for those who answer."""
    project = project_of(slug)
    actor = actor_of(request)
    found = hearings.appeal_figures(project)
    staff = may(actor, project, "appeal.decided") or queries.leads(actor, project)
    groups = [(group, cut(group.label, group.who)) for group in found.groups]
    context = {
        "project": project,
        "figures": found,
        "groups": groups,
        "staff": staff,
        "rows": _rows(project, actor) if staff else [],
        "answered": _answered(project) if staff else [],
    }
    return render(request, "deliver/appeals.html", context)


def _rows(project: Project, actor: Actor) -> list[dict[str, Any]]:
    waiting = list(hearings.open_appeals(project)[:LATEST])
    own = hearings.touched([appeal.determination.case_id for appeal in waiting], actor)
    may_decide = may(actor, project, "appeal.decided")
    return [
        {
            "appeal": appeal,
            "case": appeal.determination.case,
            "days": hearings.days_open(appeal),
            "late": appeal.is_overdue(),
            "own": appeal.determination.case_id in own,
            "may": may_decide and appeal.determination.case_id not in own,
        }
        for appeal in waiting
    ]


def _answered(project: Project) -> list[Appeal]:
    found = Appeal.objects.filter(determination__case__project=project, state=Appeal.State.ANSWERED)
    return list(found.select_related("determination__case", "answered_by", "test_case").order_by("-answered")[:LATEST])


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read one appeal with its case and answer it; whoever touched the case is refused."""
    project = project_of(slug)
    actor = permitted(request, project, "appeal.decided")
    rows = Appeal.objects.select_related(
        "determination__case__service", "determination__case__project", "determination__person", "determination__notice"
    )
    appeal = get_object_or_404(rows, pk=pk, determination__case__project=project)
    case, service = appeal.determination.case, service_of(appeal)
    why = withheld(case, actor.person_id)
    form = AnswerAppeal(request.POST or None, appeal=appeal, service=service, told=_for_test(appeal, why))
    if acted(request, form, lambda given: _decide(request, appeal, form, given)):
        messages.success(request, _("The answer is recorded, and the person is told."))
        return redirect("deliver:appeals", slug)
    if request.method == "GET":
        look(by(request), project, [case], Access.What.APPEAL)
    words = {field["name"]: str(field["words"]) for field in service.fields}
    told = case.told_here if why is None else None
    context = {
        "project": project,
        "appeal": appeal,
        "case": case,
        "form": form,
        "days": hearings.days_open(appeal),
        "decided": service.outcome_words(appeal.determination.outcome),
        "facts": [(words.get(name, name), value) for name, value in case.source.items()],
        "told": told,
        "withheld": why,
        "notice": appeal.determination.notice.content,
        "proposed": service.outcome_words(service.outcome_advised(told.proposal)) if told and told.proposal else "",
        "own": case.pk in hearings.touched([case.pk], actor),
    }
    return render(request, "deliver/appeal_answer.html", context, status=422 if form.errors else 200)


def _for_test(appeal: Appeal, why: Withheld | None) -> dict[str, Any]:
    """What the tool was given, to rewrite as a test case, where it had proposed what was decided; else nothing.

    While the advice is withheld it is asked of every case that had one, so that the asking tells nothing.
    """
    service, case = service_of(appeal), appeal.determination.case
    if why is not None:
        asked = why != Withheld.CONSENT and bool(case.advice) and case.told.proposal is not None
        return service.told(case.source) if asked else {}
    others = [str(one["code"]) for one in service.outcomes if one["code"] != appeal.determination.outcome]
    wrong = any(advice_was_wrong(appeal, code) for code in others)
    return service.told(case.source) if wrong else {}


def _decide(request: HttpRequest, appeal: Appeal, form: AnswerAppeal, given: Mapping[str, Any]) -> Appeal:
    for_tool = None
    if given["outcome"] == Appeal.Outcome.CHANGED and form.told and given.get("no_person"):
        for_tool = ForTool(form.source(), given.get("because", ""), bool(given.get("invented")))
    return decide_appeal(
        by(request), appeal.project, appeal, given["outcome"], given["answer"], given["new_outcome"], for_tool
    )


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Enter an appeal that came by telephone, by letter or at the counter."""
    project = project_of(slug)
    permitted(request, project, "notice.sent")
    case = case_of(project, number)
    made = get_object_or_404(Determination.objects.filter(notice__isnull=False, case=case).order_by("-pk")[:1])
    form = EnterAppeal(request.POST or None)
    if acted(request, form, lambda given: _enter(request, made, given)):
        messages.success(request, _("The appeal is recorded. Somebody who has not touched the case answers it."))
        return redirect("deliver:appeals", slug)
    until = notices.until(made.notice)
    context = {"project": project, "case": case, "made": made, "form": form, "until": until}
    return render(request, "deliver/appeal_enter.html", context, status=422 if form.errors else 200)


def _enter(request: HttpRequest, made: Determination, given: Mapping[str, Any]) -> Appeal:
    day = given["received"]
    end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    received = min(end, timezone.now())
    return submit_appeal(
        by(request), made.project, made, given["text"], given["email"], "", given["route"], max(received, made.recorded)
    )
