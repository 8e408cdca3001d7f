"""The catalogue of tools, and the switch that withdraws one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minga.design import actions, catalogue
from minga.design.actions.withdrawals import place_of
from minga.design.catalogue_forms import RestoreTool, WithdrawTool
from minga.design.models import Withdrawal
from minga.design.views.common import check_mark
from minga.ledger.action import may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show

PER_PAGE = 25


@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """Every tool of the body's projects."""
    found = catalogue.entries()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "count": len(found),
        "withdrawn": sum(entry.withdrawn_versions > 0 for entry in found),
        "page_data": "/api/design/tools",
    }
    return render(request, "design/catalogue.html", context)


def _entry(tool: str) -> catalogue.Entry:
    found = catalogue.entries(tool)
    if not found:
        raise Http404(_("There is no such tool in the catalogue."))
    return found[0]


@require_safe
def tool(request: HttpRequest, tool: str) -> HttpResponse:
    """One tool: its versions with checks, releases and cost, and every withdrawal with its reason."""
    entry, actor = _entry(tool), actor_of(request)
    context = {
        "entry": entry,
        "rows": [(one, [(check, *check_mark(check)) for check in one.checks]) for one in entry.listed],
        "may_withdraw": bool(catalogue.places(actor, entry.listed)) and not entry.is_withdrawn,
        "withdrawals": [
            (one, one.lifted is None and may(actor, place_of(one), "tool.restored")) for one in entry.withdrawals
        ],
    }
    return render(request, "design/catalogue_tool.html", context)


def withdraw(request: HttpRequest, tool: str) -> HttpResponse:
    """The switch: one form, in force when it is sent."""
    entry = _entry(tool)
    places = catalogue.places(actor_of(request), entry.listed)
    if not places:
        raise NotAllowed(
            _("You may not withdraw this tool."),
            do=_("Tell the lead or the overseer of a project that uses it; they can withdraw it at once."),
        )
    versions = sorted({one.version.version for one in entry.listed})
    form = WithdrawTool(request.POST or None, versions=versions, places=places)

    def perform(given: Any) -> Withdrawal:
        return actions.withdraw_tool(by(request), given["place"], tool, given["reason"], given["version"])

    if made := acted(request, form, perform):
        messages.success(request, _("Withdrawn. Nobody is shown what it says any more."))
        return redirect(made)
    return show(request, "design/withdraw_tool.html", form, entry=entry)


def restore(request: HttpRequest, tool: str, pk: int) -> HttpResponse:
    """Lift a withdrawal, with the reason."""
    entry = _entry(tool)
    found = get_object_or_404(Withdrawal.objects.select_related("project"), pk=pk, tool=tool, lifted=None)
    place = place_of(found)
    if not may(actor_of(request), place, "tool.restored"):
        raise NotAllowed(_("You may not lift this withdrawal."), do=_("Ask whoever made it."))
    form = RestoreTool(request.POST or None)

    def perform(given: Any) -> Withdrawal:
        return actions.restore_tool(by(request), place, found, given["reason"])

    if made := acted(request, form, perform):
        messages.success(request, _("It may be used again."))
        return redirect(made)
    return show(request, "design/restore_tool.html", form, entry=entry, withdrawal=found)
