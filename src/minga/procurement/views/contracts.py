"""The annex: built from answers, changed clause by clause, frozen, and downloaded; and money in stages."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.instruments.definition import say
from minga.ledger.action import may
from minga.ledger.refusals import Blocked
from minga.people.middleware import actor_of, by
from minga.procurement import actions, queries, terms
from minga.procurement.actions.contracts import lacking_for
from minga.procurement.clauses import clauses
from minga.procurement.clauses.reading import LANGUAGES
from minga.procurement.clauses.writing import Head, docx, from_json, markdown, notes, pdf
from minga.procurement.forms import EditClause, MakeAnnex, Pay, PlanFunding
from minga.procurement.models import Annex, FundingStage, Procedure
from minga.procurement.views.common import must, offer_of, place_of, procedure_of, seen_or_404
from minga.projects.forms import acted, show
from minga.web.pdf import CannotPrint

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("in") or (get_language() or "en")[:2]
    return asked if asked in LANGUAGES else "en"


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """The annex as it would be made now: what is missing first, then clause by clause."""
    found = procedure_of(pk)
    must(request, place_of(found), "annex.made")
    if found.project is None or found.kind != Procedure.Kind.PURCHASE:
        raise Http404(_("An annex is made for the purchase of a project."))
    language = _language(request)
    form = MakeAnnex(request.POST or None, initial={"language": language})
    if made := acted(request, form, lambda given: actions.make_annex(by(request), place_of(found), found, **given)):
        messages.success(request, _("Made. Have it checked by a lawyer before anybody signs."))
        return redirect(made.get_absolute_url())
    context = {"procedure": found, "project": found.project, "draft": terms.draft(found, language),
               "language": language, "languages": LANGUAGES}  # fmt: skip
    return show(request, "procurement/build.html", form, **context)


@require_http_methods(["GET", "POST"])
def clause(request: HttpRequest, pk: int, clause: str) -> HttpResponse:
    found, language = procedure_of(pk), _language(request)
    must(request, place_of(found), "clause.edited")
    here = next((one for one in clauses().clauses if one.id == clause), None)
    if here is None:
        raise Http404(_("There is no such clause."))
    own = say(here.version(terms.draft(found, language).high), language)
    change = terms.changes(found, language).get(clause)
    form = EditClause(request.POST or None, initial={"text": change.text if change and change.text else own})

    def perform(given: Any) -> Any:
        text = given["text"] if given["what"] == "text" else ""
        return actions.edit_clause(by(request), place_of(found), found, clause, language, given["reason"],
                                   given["what"] == "out", text)  # fmt: skip

    if acted(request, form, perform):
        messages.success(request, _("Saved, with your reason."))
        return redirect("procurement:build", pk)
    return show(request, "procurement/form.html", form, procedure=found, project=found.project, own=own,
                title=say(here.title, language), send=_("Save"))  # fmt: skip


def _annex(pk: int, number: int) -> tuple[Annex, Head]:
    found = get_object_or_404(Annex.objects.select_related("procedure__project"), procedure=pk, number=number)
    project = found.procedure.project
    address = settings.MINGA_ADDRESS.rstrip("/") + found.get_absolute_url()
    with override(found.language):
        title = _("Annex on artificial intelligence")
    head = Head(title, str(settings.MINGA_BODY_NAME), project.title if project else "", found.number,
                timezone.localdate(found.made), address)  # fmt: skip
    return found, head


@require_GET
def annex(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One frozen version, for everybody."""
    found, _head = _annex(pk, number)
    seen_or_404(request, found.procedure)
    draft = from_json(found.document)
    context = {"annex": found, "procedure": found.procedure, "project": found.procedure.project, "draft": draft,
               "notes": notes(draft)}  # fmt: skip
    return render(request, "procurement/annex.html", context)


@require_GET
def download(request: HttpRequest, pk: int, number: int, form: str) -> HttpResponse:
    found, head = _annex(pk, number)
    seen_or_404(request, found.procedure)
    draft = from_json(found.document)
    makers: dict[str, tuple[Any, str]] = {
        "docx": (docx, WORD),
        "pdf": (pdf, "application/pdf"),
        "md": (markdown, "text/markdown; charset=utf-8"),
    }
    if form not in makers:
        raise Http404(_("There is no file of this kind."))
    make, kind = makers[form]
    try:
        written = make(draft, head)
    except CannotPrint as error:
        raise Blocked(str(error), do=_("Download it as Word file or as text instead.")) from error
    response = HttpResponse(written, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="annex-{pk}-{number}.{form}"'
    return response


@require_http_methods(["GET", "POST"])
def funding(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    """How the money of a chosen offer is paid, stage by stage; planned by those who may, read by everybody."""
    procedure = procedure_of(pk)
    found = offer_of(procedure, offer)
    if found.state != found.State.SELECTED or not queries.decided(procedure):
        raise Http404(_("No money is planned for this offer."))
    actor, place = actor_of(request), place_of(procedure)
    may_plan = may(actor, place, "instalments.planned") and not found.funding.exclude(released=None).exists()
    form = PlanFunding((request.POST or None) if may_plan else None)
    if acted(request, form, lambda given: actions.plan_funding(by(request), place, found, **given)):
        messages.success(request, _("Planned."))
        return redirect("procurement:funding", pk, offer)
    rows = [(stage, lacking_for(stage) if stage.released is None else []) for stage in found.funding.all()]
    return show(request, "procurement/funding.html", form, procedure=procedure, project=procedure.project, offer=found,
                rows=rows, may_plan=may_plan, may_pay=may(actor, place, "instalment.paid"))  # fmt: skip


@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    stage = get_object_or_404(FundingStage.objects.select_related("offer__procedure__project"), pk=pk)
    procedure: Procedure = stage.offer.procedure
    must(request, place_of(procedure), "instalment.paid")
    form = Pay(request.POST or None)
    if acted(request, form, lambda given: actions.release_funding(by(request), place_of(procedure), stage, **given)):
        messages.success(request, _("Recorded as paid."))
        return redirect("procurement:funding", procedure.pk, stage.offer_id)
    return show(request, "procurement/form.html", form, procedure=procedure, project=procedure.project,
                title=stage.name, send=_("Record as paid"))  # fmt: skip
