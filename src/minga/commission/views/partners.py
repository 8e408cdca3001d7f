"""Step 2 in pages: who is concerned, the matrix, who gains, the agreement, and the typology of what happened."""

from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.commission import queries
from minga.commission.actions import (
    agree_partnership,
    assess_stakeholder,
    estimate_beneficiaries,
    list_stakeholder,
    propose_partnership,
    start_partnership,
)
from minga.commission.forms import AssessForm, BeneficiaryForm, PartnershipForm, StakeholderForm
from minga.commission.models import Assessment, Partnership, Stakeholder
from minga.commission.tables import pay_words, rules_table, score_history, signatures
from minga.commission.views.common import address, find, form_page, offered, show
from minga.people.middleware import actor_of, by
from minga.people.models import Group
from minga.projects.models import Project
from minga.projects.queries import rule_for
from minga.projects.steps import STEPS
from minga.web.svg.types import CapacityMatrix, Cell, Party, TypologyGrid


def matrix(project: Project, placed: list[queries.Placed]) -> CapacityMatrix:
    """The 2 x 2 matrix of those who have been assessed."""
    parties = tuple(
        Party(
            p.stakeholder.name,
            p.assessment.capacity,
            p.assessment.willingness,
            p.action,
            p.stakeholder.get_absolute_url(),
        )
        for p in placed
        if p.assessment
    )
    likely = sum(p.willing and p.capable for p in placed)
    sentence = _("%(likely)s of %(count)s assessed stakeholders can and want to work along.")
    return CapacityMatrix(sentence % {"likely": likely, "count": len(parties)}, parties)


@require_GET
def stakeholders(request: HttpRequest, slug: str) -> HttpResponse:
    project = find(slug)
    placed = queries.placed(project)
    drawing = matrix(project, placed)
    return show(
        request,
        project,
        "stakeholders",
        placed=placed,
        matrix=drawing if drawing.parties else None,
        finding=drawing.sentence if drawing.parties else "",
        beneficiaries=queries.beneficiaries(project),
        may_list=offered(request, project, "stakeholder.listed"),
        may_estimate=offered(request, project, "beneficiary.estimated"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """List a stakeholder; ``?name=`` corrects one that is listed."""
    project = find(slug)
    listed = Stakeholder.objects.filter(project=project, name=request.GET.get("name", "")).first()
    initial = model_to_dict(listed, list(StakeholderForm.base_fields)) if listed else {}
    initial["seen"] = listed.at.isoformat() if listed else "0"
    form = StakeholderForm(request.POST or None, initial=initial)
    return form_page(
        request,
        project,
        "stakeholder.listed",
        form,
        lambda by: list_stakeholder(by, project, **form.cleaned_data),
        heading=_("Add somebody whom it concerns"),
        lead=_("From the officials in charge to those who will live with the tool, supporters and opponents alike."),
        button=_("Add to the list"),
        back=address("stakeholders", project),
    )


@require_GET
def stakeholder(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = find(slug)
    found = get_object_or_404(Stakeholder, pk=pk, project=project)
    history = list(found.assessments.select_related("person"))
    questions = AssessForm.ASKED
    latest = (
        [(questions[name][0], getattr(history[0], name), history[0].reasons[name]) for name in Assessment.SCORES]
        if history
        else []
    )
    return show(
        request,
        project,
        "stakeholder",
        stakeholder=found,
        place=queries.Placed(found, history[0] if history else None),
        latest=latest,
        history=score_history(history),
        times=len(history),
        may_assess=offered(request, project, "stakeholder.assessed"),
        may_list=offered(request, project, "stakeholder.listed"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = find(slug)
    found = get_object_or_404(Stakeholder, pk=pk, project=project)
    form = AssessForm(request.POST or None)
    return form_page(
        request,
        project,
        "stakeholder.assessed",
        form,
        lambda by: assess_stakeholder(by, project, found, scores=form.scores, reasons=form.reasons),
        heading=_("Assess: %(name)s") % {"name": found.name},
        lead=_("Scores and reasons are public. Write what you would say to them."),
        button=_("Record the assessment"),
        back=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: HttpRequest, slug: str) -> HttpResponse:
    project = find(slug)
    form = BeneficiaryForm(request.POST or None)
    return form_page(
        request,
        project,
        "beneficiary.estimated",
        form,
        lambda by: estimate_beneficiaries(by, project, **form.cleaned_data),
        heading=_("Estimate who gains"),
        lead=_("A range with its source is worth more than one number."),
        button=_("Record the estimate"),
        back=address("stakeholders", project),
    )


@require_GET
def partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """The current agreement: who brings what, pay, rules, signatures; earlier versions below."""
    project = find(slug)
    versions = list(Partnership.objects.filter(project=project).select_related("person"))
    current = versions[0] if versions else None
    parties = list(current.parties.select_related("agreement__person")) if current else []
    waiting = [party for party in parties if not hasattr(party, "agreement")]
    may_sign = offered(request, project, "partnership.agreed")
    group = actor_of(request).group
    return show(
        request,
        project,
        "partnership",
        partnership=current,
        parties=[(party, pay_words(party)) for party in parties],
        signatures=signatures(parties),
        rules=rules_table(current) if current else None,
        waiting=waiting,
        mine=[party for party in waiting if may_sign and party.group == group],
        earlier=versions[1:],
        may_propose=offered(request, project, "partnership.proposed"),
        may_start=bool(current and not waiting and not current.in_force)
        and offered(request, project, "partnership.started"),
    )


def _as_agreed(project: Project, current: Partnership | None) -> dict[str, object]:
    """The terms that stand, as a start for new ones."""
    rules: dict[str, object] = {f"rule_{number}": rule_for(project, step) for number, step in STEPS.items()}
    rules["seen"] = str(current.version) if current else "0"
    if current is None:
        return rules
    parties = {
        f"{party.group}_{name}": getattr(party, name)
        for party in current.parties.all()
        for name in PartnershipForm.PARTY
    }
    return {**rules, "aims": current.aims, **parties, **{f"rule_{k}": v for k, v in current.rules.items()}}


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    project = find(slug)
    current = queries.current_partnership(project)
    form = PartnershipForm(request.POST or None, initial=_as_agreed(project, current), earlier=current)
    return form_page(
        request,
        project,
        "partnership.proposed",
        form,
        lambda by: propose_partnership(
            by,
            project,
            aims=form.cleaned_data["aims"],
            changes=form.cleaned_data.get("changes", ""),
            parties=form.parties,
            rules=form.rules,
            seen=form.cleaned_data["seen"],
        ),
        heading=_("Propose the terms of working together"),
        lead=_("Leave out the groups that are no party. Every party signs; a change needs new signatures."),
        button=_("Propose these terms"),
        back=address("partnership", project),
    )


@require_POST
def sign(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Sign version ``pk`` for the party named in the form."""
    project = find(slug)
    version = get_object_or_404(Partnership, pk=pk, project=project)
    party = get_object_or_404(version.parties, pk=request.POST.get("party") or 0)
    agree_partnership(by(request), project, version, party)
    return redirect(address("partnership", project))


@require_POST
def start(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = find(slug)
    start_partnership(by(request), project, get_object_or_404(Partnership, pk=pk, project=project))
    return redirect(address("partnership", project))


def typology_grid(cells: list[queries.TypologyCell]) -> TypologyGrid:
    """The 3 x 4 grid with a sentence that says how much of it is filled."""
    filled = sum(bool(cell.entries) for cell in cells)
    sentence = _("Something happened in %(filled)s of %(count)s cells of co-production.")
    drawn = tuple(
        Cell(
            cell.level,  # type: ignore[arg-type]
            cell.phase,  # type: ignore[arg-type]
            cell.entries,
            ngettext("by %(count)s group", "by %(count)s groups", len(cell.groups)) % {"count": len(cell.groups)},
        )
        for cell in cells
    )
    return TypologyGrid(sentence % {"filled": filled, "count": len(cells)}, drawn)


@require_GET
def coproduction(request: HttpRequest, slug: str) -> HttpResponse:
    """The typology, filled from the ledger."""
    project = find(slug)
    cells = queries.typology(project)
    names = dict(Group.choices)
    return show(
        request,
        project,
        "coproduction",
        grid=typology_grid(cells),
        entries=sum(cell.entries for cell in cells),
        demonstration=sum(cell.demonstration for cell in cells),
        groups=[names.get(group, group) for group in sorted({g for cell in cells for g in cell.groups})],
    )
