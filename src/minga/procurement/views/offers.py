"""Offers: handed in by anybody, followed by a private link, judged by those named, decided on by name."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from minga.ledger.action import may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.procurement import actions, queries
from minga.procurement.forms import Decide, Declare, HandIn, Judge, LinkVersion
from minga.procurement.models import Interest, Offer, Procedure, Supplier
from minga.procurement.models.procedures import moment
from minga.procurement.ranking import Cell
from minga.procurement.views.common import (
    must,
    must_read,
    must_read_points,
    offer_of,
    place_of,
    procedure_of,
    seen_or_404,
)
from minga.projects.forms import acted, show


@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    found = procedure_of(pk)
    seen_or_404(request, found)
    key = request.GET.get("as", "")
    supplier = Supplier.objects.filter(token=key).first() if key.isascii() and key.isprintable() and key else None
    form = HandIn(request.POST or None, initial={"name": supplier.name} if supplier else None)

    def perform(given: Any) -> Offer:
        told = {**given, "name": supplier.name, "supplier": supplier} if supplier else given
        return actions.receive_offer(by(request), place_of(found), found, **told)

    if made := acted(request, form, perform):
        messages.success(request, _("Handed in. Keep this address: it is the only way to follow your offer."))
        return redirect("procurement:own_offer", made.token)
    return show(request, "procurement/hand_in.html", form, procedure=found, project=found.project, supplier=supplier,
                takes=found.takes_offers())  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def own_offer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of who made an offer; POST takes it back."""
    offer = get_object_or_404(Offer.objects.select_related("procedure__project"), token=token)
    procedure = offer.procedure
    if request.method == "POST":
        actions.withdraw_offer(by(request), place_of(procedure), offer)
        messages.success(request, _("Taken back."))
        return redirect("procurement:own_offer", token)
    told = queries.decided(procedure)
    context = {"offer": offer, "procedure": procedure, "project": procedure.project, "told": told,
               "received": moment(offer.received),
               "scores": _said(offer) if told else []}  # fmt: skip
    return render(request, "procurement/own_offer.html", context)


def _said(offer: Offer) -> list[tuple[str, list[tuple[int, str]]]]:
    """Per criterion what was said of an offer, without who said it."""
    rows = offer.scores.select_related("criterion").order_by("criterion_id", "pk")
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.criterion.name, []).append((row.points, row.reason))
    return list(found.items())


@require_GET
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """The assessor's own list of offers."""
    found = procedure_of(pk)
    must_read(request, found)
    seat = queries.seat_of(found, actor_of(request))
    if seat is None:
        raise NotAllowed(_("Only those named as assessors judge offers."))
    told = {one.offer_id: one for one in Interest.objects.filter(assessor=seat)}
    done = set(seat.scores.values_list("offer", flat=True))
    rows = [(offer, told.get(offer.pk), offer.pk in done) for offer in queries.judged_offers(found)]
    return render(request, "procurement/judge.html", {"procedure": found, "project": found.project, "rows": rows})


@require_http_methods(["GET", "POST"])
def judge_one(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    """One offer: first one's interests, then points and reasons."""
    procedure = procedure_of(pk)
    must_read(request, procedure)
    found, seat = offer_of(procedure, offer), queries.seat_of(procedure, actor_of(request))
    if seat is None:
        raise NotAllowed(_("Only those named as assessors judge offers."))
    told = Interest.objects.filter(assessor=seat, offer=found).first()
    if told is None or told.conflict or "conflict" in request.POST or "declare" in request.GET:
        return _declare(request, procedure, found, told)
    given = {one.criterion_id: one for one in found.scores.filter(assessor=seat)}
    start: dict[str, Any] = {f"points_{pk}": one.points for pk, one in given.items()}
    start |= {f"reason_{pk}": one.reason for pk, one in given.items()}
    form = Judge(request.POST or None, procedure=procedure, initial=start)

    def perform(_given: Any) -> Offer:
        return actions.score(by(request), place_of(procedure), found, *form.given())

    if acted(request, form, perform):
        messages.success(request, _("Saved. You can change it until the offer is decided on."))
        return redirect("procurement:judge", pk)
    return show(request, "procurement/judge_one.html", form, procedure=procedure, project=procedure.project,
                offer=found, rows=form.rows(), still=_still(procedure, found),
                may_link=may(actor_of(request), place_of(procedure), "offer.linked"))  # fmt: skip


def _still(procedure: Procedure, offer: Offer) -> bool:
    """Whether points can still be given."""
    return procedure.stage == Procedure.Stage.EVALUATION and offer.state == Offer.State.RECEIVED


def _declare(request: HttpRequest, procedure: Procedure, offer: Offer, told: Interest | None) -> HttpResponse:
    form = Declare(request.POST or None)

    def perform(given: Any) -> Interest:
        conflict = given["conflict"] == "yes"
        return actions.declare(by(request), place_of(procedure), offer, conflict=conflict, text=given["text"])

    if made := acted(request, form, perform):
        if made.conflict:
            messages.success(request, _("Recorded. Others judge this offer."))
            return redirect("procurement:judge", procedure.pk)
        return redirect("procurement:judge_one", procedure.pk, offer.pk)
    return show(request, "procurement/declare.html", form, procedure=procedure, project=procedure.project, offer=offer,
                told=told)  # fmt: skip


@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """All offers beside each other: points, the tool's own results, cost. Public once all are decided on."""
    found = procedure_of(pk)
    must_read_points(request, found)
    actor = actor_of(request)
    told = queries.may_decide(found, actor) or queries.watches(found, actor)
    rows = queries.compared(found)
    names = dict(found.criteria.values_list("pk", "name"))
    context = {
        "procedure": found,
        "project": found.project,
        "rows": [(row, [(cell, _mean(cell), names[cell.criterion]) for cell in row.ranked.cells]) for row in rows],
        "criteria": list(found.criteria.all()),
        "assessors": found.assessors.count(),
        "tried": [one.criterion for one in rows[0].tried] if rows and _any_tool(found, rows) else [],
        "ties": any(row.ranked.tied for row in rows),
        "open": any(row.ranked.missing for row in rows),
        "interests": _interests(found) if told else [],
        "may_decide": queries.may_decide(found, actor) and found.stage == Procedure.Stage.EVALUATION,
    }
    return render(request, "procurement/compare.html", context)


def _any_tool(procedure: Procedure, rows: list[queries.Compared]) -> bool:
    """Whether there is anything to say about runs: a purchase always tries, a call where a tool is offered."""
    return procedure.kind == Procedure.Kind.PURCHASE or any(row.offer.version_id for row in rows)


def _interests(procedure: Procedure) -> QuerySet[Interest]:
    """What those who judge said, for who decides and who watches: a conflict, or something that does not bind them."""
    rows = Interest.objects.filter(offer__procedure=procedure).exclude(text="")
    return rows.select_related("assessor__person", "offer").order_by("offer", "pk")


def _mean(cell: Cell) -> float | None:
    return None if cell.mean is None else float(cell.mean)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    procedure = procedure_of(pk)
    must(request, place_of(procedure), "offer.selected")
    must_read_points(request, procedure)
    found = offer_of(procedure, offer)
    form = Decide(request.POST or None)

    def perform(given: Any) -> Offer:
        if given["chosen"] == "yes":
            return actions.select(by(request), place_of(procedure), found, given["reason"], given["amount"])
        return actions.decline(by(request), place_of(procedure), found, given["reason"])

    if acted(request, form, perform):
        messages.success(request, _("Decided."))
        return redirect("procurement:compare", pk)
    return show(request, "procurement/form.html", form, procedure=procedure, project=procedure.project, offer=found,
                title=_("Decide on: %(name)s") % {"name": found.name}, send=_("Decide"), about=found)  # fmt: skip


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    """Say which registered version is offered; its checks against the binding criteria then stand in the comparison."""
    procedure = procedure_of(pk)
    must(request, place_of(procedure), "offer.linked")
    must_read(request, procedure)
    found = offer_of(procedure, offer)
    form = LinkVersion(request.POST or None, procedure=procedure, initial={"version": found.version_id})
    if acted(request, form, lambda given: actions.link_version(by(request), place_of(procedure), found, **given)):
        messages.success(request, _("Linked. Run its checks next."))
        return redirect("procurement:compare", pk)
    register = reverse("design:versions", args=[procedure.project.slug]) if procedure.project else ""
    return show(request, "procurement/form.html", form, procedure=procedure, project=procedure.project, offer=found,
                title=_("Which tool is offered?"), send=_("Save"), register=register)  # fmt: skip
