"""Pages of the inventory: search, one system, one register, and the import."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.inventory import queries
from minga.inventory.actions import import_inventory
from minga.inventory.forms import ImportForm, SearchForm
from minga.inventory.models import Source, System
from minga.inventory.readers import LIMITS, read_bytes
from minga.ledger.action import BODY, may
from minga.ledger.refusals import Invalid, NotAllowed
from minga.people.middleware import actor_of, by
from minga.tools.intake import IntakeError, wrap_stream
from minga.web.svg.types import Table

PER_PAGE = 20


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    number = int(page) if (page := request.GET.get("page", "1")).isdecimal() and 0 < int(page) < 10_000 else 1
    filters = {name: told.get(name, "") for name in ("country", "stage", "body")}
    found = queries.search(told.get("q", ""), start=(number - 1) * PER_PAGE, most=PER_PAGE, **filters)
    context = {
        "form": form,
        "asked": bool(told.get("q", "").strip()),
        "found": found,
        "results": [(s, found.mark(s.name, s.language, 300), found.mark(s.purpose, s.language)) for s in found.systems],
        "page": Paginator(range(found.total), PER_PAGE).get_page(number),
        "sources": queries.sources(),
        "may_import": may(actor_of(request), BODY, "inventory.imported"),
    }
    return render(request, "inventory/search.html", context)


@require_GET
def system(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(System.objects.select_related("source"), pk=pk)
    rows = [(name, ", ".join(value) if isinstance(value, list) else value) for name, value in found.details]
    return render(request, "inventory/system.html", {"system": found, "rows": rows})


@require_GET
def source(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Source, key=key)
    kinds = {"rejected": _("rejected"), "failed": _("failed")}
    rows = tuple((line, kinds[kind], reason) for line, kind, reason in queries.problems(found))
    table = Table((_("Row"), _("Outcome"), _("Reason")), rows, caption=_("Rows that are not used"))
    return render(request, "inventory/source.html", {"source": found, "problems": table})


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Import a register from an upload."""
    if not may(actor_of(request), BODY, "inventory.imported"):
        raise NotAllowed(_("Only a person who acts for the body may import a register."), do=_("Sign in as one."))
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_import(request, form).get_absolute_url())
        except Invalid as refusal:
            form.add_error("file", str(refusal))
    return render(request, "inventory/import.html", {"form": form}, status=422 if form.is_bound else 200)


def _import(request: HttpRequest, form: ImportForm) -> Source:
    file = form.cleaned_data["file"]
    try:
        content = wrap_stream(file.file, file.name, limits=LIMITS).read()
    except IntakeError as error:
        raise Invalid(_("This file cannot be read, so nothing was imported."), cause=str(error)) from None
    reading = read_bytes(content, file.name, form.cleaned_data["format"])
    return import_inventory(by(request), BODY, reading=reading)
