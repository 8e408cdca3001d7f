"""The body's charters: what it promised, and which criteria and checks hold its tools to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minga.design import actions
from minga.design.agreement_forms import AdoptCharter, DecideAgainst, LinkCommitment
from minga.design.commitments import standing
from minga.design.models import CommitmentLink, Criterion
from minga.design.views.common import must, one, project_of
from minga.engage.actions import adopt_charter
from minga.engage.models import Charter
from minga.engage.queries import changes, charters_in_force
from minga.ledger.action import BODY, may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show


@require_safe
def charters(request: HttpRequest) -> HttpResponse:
    current = [(charter, standing(charter)) for charter in charters_in_force()]
    rows = [(charter, len(found), sum(1 for one in found if one.held)) for charter, found in current]
    context = {
        "rows": rows,
        "former": Charter.objects.exclude(replaced_by=None),
        "may_adopt": may(actor_of(request), BODY, "charter.adopted"),
    }
    return render(request, "design/charters.html", context)


@require_safe
def charter(request: HttpRequest, pk: int) -> HttpResponse:
    """A charter, commitment by commitment; those to which no tool is held are named."""
    found = get_object_or_404(Charter.objects.select_related("replaces"), pk=pk)
    rows = standing(found)
    added, dropped = changes(found)
    context = {
        "charter": found,
        "rows": rows,
        "all": len(rows),
        "held": sum(1 for row in rows if row.held),
        "empty": [row.commitment for row in rows if not row.held],
        "added": added,
        "dropped": dropped,
        "replaced_by": getattr(found, "replaced_by", None),
        "page_data": f"/api/design/charters/{found.pk}",
    }
    return render(request, "design/charter.html", context)


def adopt(request: HttpRequest) -> HttpResponse:
    """Enter a charter that the body has adopted."""
    if not may(actor_of(request), BODY, "charter.adopted"):
        raise NotAllowed(
            _("Only those who act for the whole body enter its charter."),
            do=_("Sign in with an account that appoints for the body."),
        )
    form = AdoptCharter(request.POST or None, initial={"language": (get_language() or "en")[:2]})
    if made := acted(request, form, lambda given: adopt_charter(by(request), BODY, **given)):
        messages.success(request, _("The charter is public. Each project links its criteria to the commitments."))
        return redirect(made)
    return show(request, "design/charter_adopt.html", form)


def link(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Link a criterion to a commitment."""
    project = project_of(slug)
    must(request, project, "commitment.linked")
    criterion = one(Criterion, project, code=code)
    form = LinkCommitment(request.POST or None, criterion=criterion)

    def perform(given: Any) -> CommitmentLink:
        return actions.link_commitment(by(request), project, criterion, **given)

    if made := acted(request, form, perform):
        messages.success(request, _("Linked. The charter's page shows it."))
        return redirect(made.criterion)
    return show(request, "design/charter_link.html", form, project=project, criterion=criterion)


def unlink(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a link back, with a public reason."""
    project = project_of(slug)
    must(request, project, "commitment.unlinked")
    found = one(CommitmentLink, project, pk=pk)
    form = DecideAgainst(request.POST or None)
    form.fields["reason"].label = _("Why is the link taken back?")
    if acted(request, form, lambda given: actions.unlink_commitment(by(request), project, found, **given)):
        messages.success(request, _("The link has been taken back."))
        return redirect(found.criterion)
    return show(request, "design/charter_unlink.html", form, project=project, link=found)
