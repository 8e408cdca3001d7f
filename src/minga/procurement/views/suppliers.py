"""Suppliers: the public list, an application without an account, and what the body makes of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.ledger.action import BODY, may
from minga.people.middleware import actor_of, by
from minga.procurement import actions, queries
from minga.procurement.forms import Apply, DecideSupplier, EvidenceForm
from minga.procurement.models import Supplier, SupplierEvidence
from minga.procurement.views.common import must
from minga.projects.forms import acted, show


@require_GET
def suppliers(request: HttpRequest) -> HttpResponse:
    rows = list(queries.suppliers(actor_of(request)))
    context = {
        "waiting": [row for row in rows if row.state == Supplier.State.APPLIED],
        "qualified": [row for row in rows if row.is_qualified()],
        "others": [row for row in rows if row.stands in (Supplier.State.EXPIRED, Supplier.State.DECLINED)],
    }
    return render(request, "procurement/suppliers.html", context)


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    form = Apply(request.POST or None)
    if made := acted(request, form, lambda given: actions.apply(by(request), BODY, **given)):
        messages.success(request, _("We have it. Keep this address: it is yours alone."))
        return redirect("procurement:own_supplier", made.token)
    return show(request, "procurement/apply.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def own_supplier(request: HttpRequest, token: str) -> HttpResponse:
    """The supplier's own page: how it stands, why, and more evidence."""
    found = get_object_or_404(Supplier, token=token)
    form = EvidenceForm(request.POST or None)
    if acted(request, form, lambda given: actions.add_evidence(by(request), BODY, found, **given)):
        messages.success(request, _("Added."))
        return redirect("procurement:own_supplier", token)
    open_ones = [one for one in queries.public_procedures() if one.takes_offers()] if found.is_qualified() else []
    return show(request, "procurement/own_supplier.html", form, supplier=found, evidence=found.evidence.all(),
                open_ones=open_ones)  # fmt: skip


@require_GET
def supplier(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Supplier, pk=pk)
    decides = may(actor_of(request), BODY, "supplier.qualified")
    if not decides and not found.is_public:
        raise Http404(_("There is no such supplier."))
    held = found.evidence.filter(holds=True)
    context = {"supplier": found, "decides": decides, "kinds": [one.get_kind_display() for one in held],
               "evidence": found.evidence.select_related("checked_by") if decides else []}  # fmt: skip
    return render(request, "procurement/supplier.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Supplier, pk=pk)
    must(request, BODY, "supplier.qualified")
    form = DecideSupplier(request.POST or None)

    def perform(given: Any) -> Supplier:
        if given["decision"] == "yes":
            return actions.qualify(by(request), BODY, found, given["until"], given["reason"])
        return actions.decline_supplier(by(request), BODY, found, given["reason"])

    if acted(request, form, perform):
        messages.success(request, _("Answered. The supplier has been told."))
        return redirect("procurement:supplier", pk)
    return show(request, "procurement/form.html", form, title=found.name, send=_("Answer"), supplier=found)


@require_POST
def check(request: HttpRequest, pk: int, evidence: int) -> HttpResponse:
    found = get_object_or_404(SupplierEvidence.objects.select_related("supplier"), supplier=pk, pk=evidence)
    holds = request.POST.get("holds") == "yes"
    actions.check_evidence(by(request), BODY, found.supplier, found, holds)
    messages.success(request, _("Recorded."))
    return redirect("procurement:supplier", pk)
