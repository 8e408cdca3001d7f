"""A drawn case, and the source of any case."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.deliver import queries, rules
from minga.deliver.actions import (
    claim_case,
    look,
    open_evidence,
    record_determination,
    return_case,
    revise_determination,
)
from minga.deliver.facts import facts, source_value
from minga.deliver.forms import DecideCase
from minga.deliver.models import Access, Case, Determination, Flag, Opened
from minga.deliver.showing import WHOLE, Withheld, choice_words, needed_evidence, withheld
from minga.deliver.signs import evidence_of, signs, spaced
from minga.deliver.source import tree
from minga.deliver.views.casepage import person_case, service_case
from minga.deliver.views.common import case_of, project_of, reader
from minga.ledger.action import Actor, may
from minga.ledger.thread import knots_of
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.projects.models import Project

State = Case.State
SHORT = 14  # a value that fits its column in one line


@require_POST
def claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    project = project_of(slug)
    claim_case(by(request), project, case_of(project, number))
    return redirect("deliver:case", slug, number)


@require_POST
def give_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    project = project_of(slug)
    return_case(by(request), project, case_of(project, number))
    messages.success(request, _("The case is back in the queue."))
    return redirect("deliver:desk", slug)


@require_http_methods(["GET", "POST"])
def case_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One case: facts, evidence and advice as far as they are open, and the determination."""
    found = person_case(slug, number, request.user.pk)
    if found is not None:
        return service_case(request, found)
    project = project_of(slug)
    actor = reader(request, project)
    case = case_of(project, number)
    form = _form(request, case, actor)
    again = request.POST.get("step") == "again"
    decide = revise_determination if again else record_determination
    if form is not None and (request.method == "GET" or again == (case.state == State.REVEALED)):
        made = acted(request, form, lambda given: decide(by(request), project, case, given["choice"], given["reason"]))
        if made is not None:
            return _after(request, case, made)
    elif request.method == "POST":
        # The case moved on since this form was shown: the action says so, or finds that it was sent before.
        decide(by(request), project, case, request.POST.get("choice", ""), request.POST.get("reason", ""))
        return redirect(case)
    context = {"form": form, **_context(case, project, actor)}
    return render(request, "deliver/case.html", context, status=422 if form is not None and form.errors else 200)


def _form(request: HttpRequest, case: Case, actor: Actor) -> DecideCase | None:
    """The form of whoever holds the case and may decide it; otherwise None."""
    mine = case.claimed_by_id == actor.person_id and case.state in {State.CLAIMED, State.REVEALED}
    if not mine or withheld(case, actor.person_id) == Withheld.OFF:
        return None
    needed = needed_evidence(case, actor.person_id)
    opened = needed & queries.opened_paths(case, actor.person_id)
    kind = "again" if case.state == State.REVEALED else "shown"
    if withheld(case, actor.person_id):
        kind = "withheld"
    elif not case.told.reasons:
        kind = "unsigned"
    return DecideCase(request.POST or None, needed=len(needed), opened=len(opened), kind=kind)


def _after(request: HttpRequest, case: Case, made: Determination) -> HttpResponse:
    case.refresh_from_db()
    flag = Flag.objects.filter(determination=made).first()
    if case.state == State.REVEALED:
        messages.success(
            request, _("Your decision is recorded. The advice is open now: keep your decision or change it.")
        )
    elif flag is not None:
        messages.success(request, _("Recorded. Flag %(code)s exists; the party is told first.") % {"code": flag.code})
    elif case.state == State.OPEN:
        messages.success(request, _("Recorded. The case goes to a second reader."))
        return redirect("deliver:desk", case.project.slug)
    else:
        messages.success(request, _("Recorded. The case is closed."))
    return redirect(case)


def _context(case: Case, project: Project, actor: Actor) -> dict[str, Any]:
    """What the page gets. What is withheld is not in here at all."""
    why = withheld(case, actor.person_id)
    context: dict[str, Any] = {
        "case": case,
        "project": project,
        "facts": facts(case.source),
        "knots": knots_of(case.release, "determination", dates=False),
        "withheld": why,
        "mine": case.claimed_by_id == actor.person_id,
        "may_claim": case.state == State.OPEN and may(actor, project, "case.claimed") and why != Withheld.OFF,
        "may_release": case.state in {State.CLAIMED, State.REVEALED} and queries.leads(actor, project),
        "read_before": case.determinations.filter(person_id=actor.person_id or 0).exists(),
        "determinations": _past(case, actor, plain=why is not None or not case.told.reasons),
        "flag": Flag.objects.filter(case=case).first(),
        "waiting": Case.objects.filter(project=project, state=State.OPEN).count(),
        "source": reverse("deliver:source", args=[project.slug, case.number]),
        "source_opened": WHOLE in queries.opened_paths(case, actor.person_id),
        "enough": rules.enough(),
    }
    if why is None:
        context |= _advice(case, actor)
    return context


def _past(case: Case, actor: Actor, plain: bool) -> list[dict[str, Any]]:
    """What was decided so far: all of it once the case is closed, before that only one's own."""
    made = case.determinations.select_related("person", "revises").order_by("pk")
    shown = made if case.closed else made.filter(person_id=actor.person_id or 0)
    return [
        {
            "made": one,
            "choice": choice_words(one, plain),
            "before": choice_words(one.revises, plain) if one.revises else "",
        }
        for one in shown
    ]


def _advice(case: Case, actor: Actor) -> dict[str, Any]:
    told = case.told_here
    opened = queries.opened_paths(case, actor.person_id)
    source = reverse("deliver:source", args=[case.project.slug, case.number])
    evidence = [
        {
            "row": row,
            "read_as": spaced(row.read_as),
            "href": f"{source}?{urlencode({'path': row.path})}#at",
            "opened": row.path in opened,
            "there": source_value(case.source, row.path)[0],
            "short": len(str(row.value)) <= SHORT,
        }
        for row in evidence_of(told.reasons)
    ]
    return {
        "told": told,
        "evidence": evidence,
        "signs": signs(case),
        "right": queries.precision_like(case) if told.reasons else None,
        "tested": sorted(told.tested.items()),
        "not_computed": sorted(told.not_computed.items()),
    }


@require_GET
def source_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The frozen source as a tree. Looking at it is noted for whoever decides the case."""
    project = project_of(slug)
    actor = reader(request, project)
    case = case_of(project, number)
    path = request.GET.get("path", WHOLE)
    needed = needed_evidence(case, actor.person_id)
    if path not in needed:
        path = WHOLE
    holds = case.claimed_by_id == actor.person_id and not case.closed and may(actor, project, "evidence.opened")
    if holds and not Opened.objects.filter(case=case, person_id=actor.person_id or 0, path=path[:500]).exists():
        open_evidence(by(request), project, case, path)
    else:
        look(by(request), project, [case], Access.What.SOURCE, path)
    context = {
        "case": case,
        "project": project,
        "path": path if path != WHOLE else "",
        "there": source_value(case.source, path)[0],
        "noted": holds,
        "tree": tree(case.source, path if path != WHOLE else ""),
    }
    return render(request, "deliver/source.html", context)
