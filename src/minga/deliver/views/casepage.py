"""The page of a person's case: what they wrote, the advice as far as it is open, and the determination."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from minga.deliver import casework, practice, queries
from minga.deliver.actions import erase_contact, look, record_determination, revise_determination
from minga.deliver.facts import source_value
from minga.deliver.models import Access, Case, Determination, Route
from minga.deliver.prepared import Prepared
from minga.deliver.services_forms import DecideService, as_given
from minga.deliver.showing import WHOLE, Withheld, evidence_needed, for_page, withheld
from minga.deliver.signs import evidence_of, spaced
from minga.deliver.views.common import project_of, reader, refuse_strangers
from minga.ledger.action import Actor
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.projects.roles import TABLE

State = Case.State


def _page_of(person: Any, project: Any, number: Any) -> QuerySet[Case]:
    rows = Case.objects.select_related("project", "service", "release__version", "claimed_by", "contact")
    rows = rows.annotate(has_past=Exists(Determination.objects.filter(case=OuterRef("pk"))))
    return for_page(rows, person).filter(project__slug=project, number=number, service__isnull=False)


_pages = Prepared(_page_of)
LARGEST = 2**31 - 1


def person_case(slug: str, number: int, person_id: int | None) -> Case | None:
    """A case of a service with all that its page asks of it, in one query; None where it is a drawn one."""
    found: list[Case] = _pages(person_id or 0, slug, number) if number <= LARGEST else []
    for case in found:
        if case.service is not None:
            case.service.project = case.project
    return found[0] if found else None


def service_case(request: HttpRequest, case: Case) -> HttpResponse:
    """One case. A look is noted for the person concerned before anything is shown."""
    actor, roles = refuse_strangers(request, case.project)
    why = withheld(case, actor.person_id)
    opened = _opened(case, actor)
    form = _form(request, case, actor, why, opened)
    again = request.POST.get("step") == "again"
    if request.method == "POST" and (form is None or again != (case.state == State.REVEALED)):
        # The case moved on since this form was shown: the action says so, or finds that it was sent before.
        _decide(request, case, again, as_given(request.POST.get("outcome", ""), request.POST.get("reason", "").strip()))
        return redirect(case)
    if form is not None and (made := acted(request, form, lambda _given: _decide(request, case, again, form.given))):
        return _after(request, case, made)
    look(by(request), case.project, [case], Access.What.CASE)
    context = {"form": form, **_context(case, actor, roles, why, opened)}
    return render(
        request, "deliver/service_case.html", context, status=422 if form is not None and form.errors else 200
    )


def _opened(case: Case, actor: Actor) -> set[str]:
    """What the holder opened of the evidence; for whoever only reads, nothing is asked."""
    return queries.opened_paths(case, actor.person_id) if _mine(case, actor) else set()


def _mine(case: Case, actor: Actor) -> bool:
    return case.claimed_by_id == actor.person_id and case.state in {State.CLAIMED, State.REVEALED}


def _decide(request: HttpRequest, case: Case, again: bool, given: tuple[str, str, str]) -> Determination:
    act = revise_determination if again else record_determination
    return act(by(request), case.project, case, *given)


def _form(
    request: HttpRequest, case: Case, actor: Actor, why: Withheld | None, opened: set[str]
) -> DecideService | None:
    """The form of whoever holds the case; None for everybody else."""
    if not _mine(case, actor):
        return None
    needed = evidence_needed(case, why)
    return DecideService(request.POST or None, case=case, evidence=_evidence_hint(needed, opened))


def _evidence_hint(needed: set[str], opened: set[str]) -> str:
    if needed == {WHOLE}:
        return (
            _("Needs the whole case opened; it is open.")
            if WHOLE in opened
            else _("Needs the whole case opened; it is not yet.")
        )
    return ngettext(
        "Needs the %(needed)d piece of evidence opened; %(opened)d is open.",
        "Needs all %(needed)d pieces of evidence opened; %(opened)d are open.",
        len(needed),
    ) % {"needed": len(needed), "opened": len(needed & opened)}


def _after(request: HttpRequest, case: Case, made: Determination) -> HttpResponse:
    state = Case.objects.values_list("state", flat=True).get(pk=case.pk)
    if state == State.REVEALED:
        words = _("Your decision is recorded. The advice is open now: keep your decision or change it.")
        messages.success(request, words)
        return redirect(case)
    if state == State.OPEN:
        messages.success(request, _("Recorded. The case goes to another person."))
    else:
        messages.success(request, _("Recorded: %(outcome)s. The case is closed.") % {"outcome": made.words})
    return redirect(case) if case.rehearsal else redirect("deliver:desk", case.project.slug)


def _context(case: Case, actor: Actor, roles: set[str], why: Withheld | None, opened: set[str]) -> dict[str, Any]:
    """What the page gets. What is withheld is not in here at all."""
    source = reverse("deliver:source", args=[case.project.slug, case.number])
    past = _past(case, actor)
    contact = getattr(case, "contact", None)
    context: dict[str, Any] = {
        "case": case,
        "project": case.project,
        "service": case.service,
        "route": Route(case.route).label,
        "origin": Case.Origin(case.origin).label,
        "lines": casework.lines_of(case),
        "thread": casework.thread_of(case.release),
        "withheld": why,
        "mine": _mine(case, actor),
        "folded": why == Withheld.REQUEST,
        "problem": case.problem,
        "source": source,
        "source_opened": WHOLE in opened,
        "past": past,
        "truth": practice.truth_of(case, past),
        "read_before": any(made.person_id == actor.person_id for made in past),
        "may_claim": case.state == State.OPEN and not roles.isdisjoint(TABLE["case.claimed"]),
        "may_release": "lead" in roles and case.state in {State.CLAIMED, State.REVEALED},
        "may_erase": "lead" in roles and contact is not None and contact.erased is None,
        "contact": contact,
    }
    return context if why is not None else context | _advice(case, source, opened)


def _past(case: Case, actor: Actor) -> list[Determination]:
    """What was decided so far: all of it once the case is closed, before that only one's own."""
    if not getattr(case, "has_past", True):
        return []
    made = list(case.determinations.select_related("person", "revises").order_by("pk"))
    for one in made:
        one.case = case
    return made if case.closed else [one for one in made if one.person_id == actor.person_id]


def _advice(case: Case, source: str, opened: set[str]) -> dict[str, Any]:
    told, service = case.told_here, case.service
    advised = service.outcome_advised(told.proposal) if service else ""
    return {
        "told": told,
        "proposal": service.outcome_words(advised) if service and advised else told.proposal,
        "reasons": [(number, spaced(reason.sentence)) for number, reason in enumerate(told.reasons, start=1)],
        "evidence": [
            {
                "row": row,
                "place": casework.place_of(case, row.path),
                "read_as": spaced(row.read_as),
                "href": f"{source}?{urlencode({'path': row.path})}#at",
                "opened": row.path in opened,
                "there": source_value(case.source, row.path)[0],
            }
            for row in evidence_of(told.reasons)
        ],
    }


@require_POST
def open_advice(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Open advice that the service folds until somebody asks. That they asked is noted."""
    rows = Case.objects.select_related("project", "service", "release__version")
    case = get_object_or_404(rows, project__slug=slug, number=number, service__isnull=False)
    actor = reader(request, case.project)
    if withheld(case, actor.person_id) == Withheld.REQUEST:
        look(by(request), case.project, [case], Access.What.ADVICE)
    return redirect(f"{case.get_absolute_url()}#advice")


@require_POST
def erase(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The lead erases who a case is about."""
    project = project_of(slug)
    reader(request, project)
    case = get_object_or_404(Case, project=project, number=number)
    erase_contact(by(request), project, case)
    messages.success(request, _("Who this case is about has been erased."))
    return redirect(case)
