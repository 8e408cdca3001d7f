"""Our signed list, partners, and their records."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.ledger.action import BODY
from minga.ledger.refusals import Refused
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.steering import federation, showing_theirs
from minga.steering.actions import add_partner, end_partner
from minga.steering.forms import AddPartner, Reason
from minga.steering.models import PartnerBody, SignedList, TheirRecord
from minga.steering.models.federation import fingerprint
from minga.steering.refreshing import refresh
from minga.steering.views.common import form_page, must, offered

A_PAGE = 25


@require_GET
def records_json(request: HttpRequest) -> HttpResponse:
    """The list as it was signed; 404, with the reason, where none is."""
    signed = SignedList.objects.first()
    if signed is None:
        words = _("No list of records has been signed here yet.")
        return JsonResponse({"error": words}, status=404, json_dumps_params={"ensure_ascii": False})
    return JsonResponse(federation.as_json(signed), json_dumps_params={"ensure_ascii": False})


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Records of other bodies, searchable, and whose word they rest on; our own list and its fingerprint."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    records = TheirRecord.objects.filter(listed=True).select_related("partner")
    if words:
        records = records.filter(text__icontains=words) | records.filter(title__icontains=words)
    signed = SignedList.objects.first()
    partners = list(PartnerBody.objects.select_related("vouched_by"))
    context = {
        "words": words,
        "listed": Paginator(records.order_by("title", "pk"), A_PAGE).get_page(request.GET.get("page")),
        "partners": [partner for partner in partners if partner.ended is None],
        "former": [partner for partner in partners if partner.ended is not None],
        "finding": showing_theirs.federation_finding(partners),
        "signed": signed,
        "fingerprint": fingerprint(signed.public_key) if signed else "",
        "behind": signed is not None and federation.is_behind(signed),
        **offered(request, "partner.added", "partner.fetched", "records.signed"),
    }
    return render(request, "steering/federation.html", context)


@require_GET
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(PartnerBody.objects.select_related("vouched_by"), pk=pk)
    context = {
        "partner": found,
        "records": found.records.all(),
        "lists": found.lists.all()[:20],
        **offered(request, "partner.fetched", "partner.ended"),
    }
    return render(request, "steering/partner.html", context)


@require_GET
def their_record(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TheirRecord.objects.select_related("partner"), pk=pk)
    context = {
        "record": found,
        "partner": found.partner,
        "origin": federation.safe_link(found.url),
        "lines": showing_theirs.their_lines(federation.told(found.text)),
        "whole": federation.pretty(found.text),
    }
    return render(request, "steering/their_record.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    must(request, "partner.added")
    form = AddPartner(request.POST or None)
    if made := acted(request, form, lambda given: add_partner(by(request), BODY, **given)):
        return _fetched(request, made)
    return form_page(
        request, form, title=_("Show another body's records"), send=_("I vouch for this key"),
        above=_("Records of other bodies"), above_address=reverse("steering:federation"),
        lead=_("Their list is signed. That the key is theirs, a person must say: compare its fingerprint with them."),
    )  # fmt: skip


@require_POST
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, "partner.fetched")
    return _fetched(request, get_object_or_404(PartnerBody, pk=pk, ended=None))


def _fetched(request: HttpRequest, found: PartnerBody) -> HttpResponse:
    try:
        kept = refresh(by(request).also("fetch"), found)
        words = _("%(n)s records came, checked and kept.") % {"n": kept.records} if kept else _("There is nothing new.")
        messages.success(request, words)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, "partner.ended")
    found = get_object_or_404(PartnerBody, pk=pk, ended=None)
    form = Reason(request.POST or None)
    if acted(request, form, lambda given: end_partner(by(request), BODY, found, **given)):
        messages.success(request, _("Their records are fetched no more."))
        return redirect(found)
    return form_page(
        request, form, title=_("Fetch no more from this body"), send=_("Fetch no more"), above=found.name,
        above_address=found.get_absolute_url(),
    )  # fmt: skip
