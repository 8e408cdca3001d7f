"""One register with its last import, and the import itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.inventory import queries
from minga.inventory.actions import import_inventory
from minga.inventory.forms import ImportForm
from minga.inventory.models import Source
from minga.inventory.readers import LIMITS, read_bytes, unreadable
from minga.inventory.words import LOSSES
from minga.ledger.action import BODY, may
from minga.ledger.refusals import Invalid, NotAllowed
from minga.people.middleware import actor_of, by
from minga.tools.intake import IntakeError, wrap_stream
from minga.web.format import whole
from minga.web.svg.types import Table


@require_GET
def source(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Source, key=key)
    kinds = {"rejected": _("rejected"), "failed": _("failed")}
    rows = tuple((line, kinds[kind], reason) for line, kind, reason in queries.problems(found))
    losses = sorted(found.losses, key=lambda loss: (-loss[2], loss[1]))
    lost = tuple((target, LOSSES.get(kind, kind), whole(count)) for kind, target, count in losses)
    context = {
        "source": found,
        "problems": Table((_("Row"), _("Outcome"), _("Reason")), rows, caption=_("Rows that are not used")),
        "losses": Table(
            (_("Field of the register"), _("What becomes of it"), _("Systems")),
            lost,
            caption=_("What our record cannot hold"),
            numeric=(2,),
        ),
    }
    return render(request, "inventory/source.html", context)


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
        raise unreadable(error) from None
    whole_register = {"all": True, "some": False}.get(form.cleaned_data["whole"])
    reading = read_bytes(content, file.name, form.cleaned_data["format"], whole=whole_register)
    return import_inventory(by(request), BODY, reading=reading)
