"""Pages of procedures: the list, one of them, what it is judged by, and its way through the stages."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.ledger.action import BODY, may
from minga.people.middleware import actor_of, by
from minga.procurement import actions, queries, stages
from minga.procurement.forms import Criteria, Excuse, NameAssessor, OpenProcedure, Reason
from minga.procurement.models import Procedure
from minga.procurement.views.common import must, place_of, procedure_of, seen_or_404
from minga.projects.forms import acted, show
from minga.projects.models import Project


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is bought and called for: what one can take part in first."""
    rows = list(queries.public_procedures())
    actor = actor_of(request)
    context = {
        "open": [row for row in rows if row.takes_offers()],
        "others": [row for row in rows if not row.takes_offers()],
        "hidden": _prepared(request),
        "may_open": may(actor, BODY, "procedure.opened"),
    }
    return render(request, "procurement/home.html", context)


def _prepared(request: HttpRequest) -> list[Procedure]:
    actor = actor_of(request)
    rows = Procedure.objects.filter(locked=None, stage=Procedure.Stage.NEED).select_related("project")
    return [row for row in rows if may(actor, place_of(row), "procedure.moved")]


@require_GET
def of_project(request: HttpRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project, slug=slug)
    may_open = may(actor_of(request), project, "procedure.opened")
    shown = Q() if may_open else ~Q(locked=None)
    rows = Procedure.objects.filter(shown, project=project)
    return render(request, "procurement/of_project.html", {"project": project, "rows": rows, "may_open": may_open})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str = "") -> HttpResponse:
    project = get_object_or_404(Project, slug=slug) if slug else None
    must(request, project or BODY, "procedure.opened")
    form = OpenProcedure(request.POST or None, project=project)
    if made := acted(request, form, lambda given: actions.open_procedure(by(request), project or BODY, **given)):
        messages.success(request, _("Begun. Say next what offers are judged by, and who judges them."))
        return redirect(made.get_absolute_url())
    return show(request, "procurement/new.html", form, project=project)


@require_GET
def procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """One procedure: what is wanted, how it stands, and what the reader can do."""
    found, actor = procedure_of(pk), actor_of(request)
    seen_or_404(request, found)
    place, result = place_of(found), queries.decided(found)
    weights = sum(one.weight for one in found.criteria.all())
    context = {
        "procedure": found,
        "project": found.project,
        "stages": [(stage.label, stage == found.stage) for stage in stages.order(found)],
        "needs": stages.needs(found),
        "criteria": [(one, one.weight / weights) for one in found.criteria.all()],
        "assessors": [one.person.public_name for one in found.assessors.select_related("person")],
        "purchase": found.kind == Procedure.Kind.PURCHASE,
        "count": found.offers.exclude(state="withdrawn").count(),
        "takes": found.takes_offers(),
        "decided": result,
        "results": queries.judged_offers(found) if result else [],
        "seat": queries.seat_of(found, actor),
        "reads": queries.reads_offers(found, actor),
        "reads_points": queries.reads_points(found, actor),
        "history": queries.history(found),
        "may_end": may(actor, place, "procedure.ended") and found.stage not in (Stage.MONITORING, Stage.EXIT),
        "following": stages.after(found),
        "may": {name: may(actor, place, action) for name, action in MAY.items()},
        "annexes": found.annexes.all(),
    }
    return render(request, "procurement/procedure.html", context)


Stage = Procedure.Stage
MAY = {
    "move": "procedure.moved",
    "criteria": "award_criteria.set",
    "assessor": "assessor.named",
    "annex": "annex.made",
    "fund": "instalments.planned",
    "watch": "contract.watched",
}


@require_http_methods(["GET", "POST"])
def criteria(request: HttpRequest, pk: int) -> HttpResponse:
    found = procedure_of(pk)
    must(request, place_of(found), "award_criteria.set")
    lines = "\n".join(f"{one.name} | {one.weight} | {one.text}" for one in found.criteria.all())
    form = Criteria(request.POST or None, initial={"criteria": lines})
    if acted(request, form, lambda given: actions.set_criteria(by(request), place_of(found), found, **given)):
        messages.success(request, _("Saved. They can be changed until offers are asked for."))
        return redirect(found.get_absolute_url())
    return show(request, "procurement/form.html", form, procedure=found, project=found.project,
                title=_("What offers are judged by"), send=_("Save"))  # fmt: skip


@require_http_methods(["GET", "POST"])
def assessors(request: HttpRequest, pk: int) -> HttpResponse:
    found = procedure_of(pk)
    must(request, place_of(found), "assessor.named")
    form = NameAssessor(request.POST or None, procedure=found)
    if acted(request, form, lambda given: actions.name_assessor(by(request), place_of(found), found, **given)):
        messages.success(request, _("Named. They declare their interests before they judge."))
        return redirect("procurement:assessors", pk)
    return show(request, "procurement/assessors.html", form, procedure=found, project=found.project,
                seats=found.assessors.select_related("person"))  # fmt: skip


@require_http_methods(["GET", "POST"])
def excuse(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Somebody cannot go on judging: without them the others can."""
    found = procedure_of(pk)
    must(request, place_of(found), "assessor.excused")
    one = get_object_or_404(found.assessors.select_related("person"), pk=seat)
    form = Excuse(request.POST or None)
    if acted(request, form, lambda given: actions.excuse_assessor(by(request), place_of(found), one, **given)):
        messages.success(request, _("Excused. The others judge the offers."))
        return redirect("procurement:assessors", pk)
    return show(request, "procurement/form.html", form, procedure=found, project=found.project, send=_("Excuse"),
                title=_("Excuse %(name)s from judging") % {"name": one.person.public_name})  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The way out where nothing fits, nobody offers, or the criteria turn out wrong."""
    found = procedure_of(pk)
    must(request, place_of(found), "procedure.ended")
    form = Reason(request.POST or None)
    if acted(request, form, lambda given: actions.end(by(request), place_of(found), found, **given)):
        messages.success(request, _("Ended. Whoever made an offer is told."))
        return redirect(found.get_absolute_url())
    return show(request, "procurement/form.html", form, procedure=found, project=found.project,
                title=_("End it without a result"), send=_("End it"))  # fmt: skip


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    found = procedure_of(pk)
    must(request, place_of(found), "procedure.moved")
    form = Reason(request.POST or None)
    if made := acted(request, form, lambda given: actions.move(by(request), place_of(found), found, **given)):
        messages.success(request, _("Now: %(stage)s.") % {"stage": made.get_stage_display()})
        return redirect(found.get_absolute_url())
    following = stages.after(found)
    title = _("Go on to: %(stage)s") % {"stage": Procedure.Stage(following).label} if following else _("The end")
    return show(request, "procurement/form.html", form, procedure=found, project=found.project, title=title,
                send=_("Go on"), needs=stages.needs(found))  # fmt: skip


@require_http_methods(["POST"])
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    found = procedure_of(pk)
    actions.watch_contract(by(request), place_of(found), found)
    messages.success(request, _("On the board of tasks."))
    return redirect("projects:tasks", found.project.slug) if found.project else redirect("projects:body_tasks")
