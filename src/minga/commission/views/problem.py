"""Step 1 in pages: the need and the ladder, what others have, the options, and the end without AI."""

from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.commission import queries
from minga.commission.actions import answer_why, compare_option, search_priors, state_need
from minga.commission.forms import NeedForm, OptionForm, PriorForm, WhyForm, WithoutAiForm
from minga.commission.models import Need, Option, PriorSearch, Why
from minga.commission.views.common import address, attempt, find, form_page, offered, show
from minga.inventory import narrowing
from minga.inventory.models import System
from minga.inventory.queries import search
from minga.inventory.queries import sources as inventories
from minga.inventory.terms import topics
from minga.learning.taking import draft
from minga.projects.actions import end_without_ai
from minga.projects.models import Project
from minga.web.svg.types import Table

WHYS_WANTED = 3
SHOWN = 10
SUGGESTED = 6
NARROWED = ("task", "function", "phase", "country")


@require_http_methods(["GET", "HEAD", "POST"])
def need(request: HttpRequest, slug: str) -> HttpResponse:
    """The need, its evidence and the ladder of whys; POST answers "why?" once more or changes a rung."""
    project = find(slug)
    if request.method == "POST":
        form = WhyForm(request.POST)
        if attempt(request, form, lambda by: answer_why(by, project, **form.cleaned_data)):
            return redirect(address("need", project) + "#ladder")
    else:
        form = WhyForm(initial=_rung(project, request.GET.get("change", "")))
    stated = queries.current_need(project)
    rungs = queries.current_whys(project)
    return show(
        request,
        project,
        "need",
        422 if form.is_bound else 200,
        form=form,
        need=stated,
        rungs=rungs,
        history=[why for versions in queries.why_history(project).values() for why in versions[1:]],
        earlier=Need.objects.filter(project=project).select_related("person")[1:],
        lacking=max(0, WHYS_WANTED - len(rungs)),
        may_state=offered(request, project, "need.stated"),
        may_answer=stated is not None and offered(request, project, "why.answered"),
    )


def _rung(project: Project, position: str) -> dict[str, object]:
    """The rung that somebody wants to change, as the form's start."""
    rungs = {str(why.position): why for why in queries.current_whys(project)}
    found: Why | None = rungs.get(position)
    if found is None:
        return {"seen": str(len(rungs))}
    return {"text": found.text, "position": found.position, "seen": str(found.version)}


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, slug: str) -> HttpResponse:
    project = find(slug)
    form = NeedForm(request.POST or None, initial=_as_stated(queries.current_need(project), draft(request)))
    return form_page(
        request,
        project,
        "need.stated",
        form,
        lambda by: state_need(
            by,
            project,
            statement=form.cleaned_data["statement"],
            affected=form.cleaned_data["affected"],
            evidence=form.evidence,
            seen=form.cleaned_data["seen"],
        ),
        heading=_("State the need"),
        lead=_("Start from what is wrong for whom, and show how you know. A tool comes later, if at all."),
        button=_("State the need"),
        back=address("need", project),
    )


def _as_stated(need: Need | None, drafted: dict[str, str]) -> dict[str, str]:
    """What the form starts with: the need as it stands, else what a course left for the first project."""
    if need is None:
        return {"seen": "0", "statement": drafted.get("need", "")}
    initial = {"seen": str(need.version), "statement": need.statement, "affected": need.affected}
    for n, piece in enumerate(need.evidence.all(), start=1):
        initial |= {f"kind_{n}": piece.kind, f"content_{n}": piece.content, f"source_{n}": piece.source}
    return initial


@require_http_methods(["GET", "HEAD", "POST"])
def priors(request: HttpRequest, slug: str) -> HttpResponse:
    """Search what others have; POST records the search with its verdict."""
    project = find(slug)
    query = (request.POST.get("query") or request.GET.get("q", ""))[:300]
    found = search(query, filters=narrowing.filters(request.GET), most=SHOWN) if query.strip() else None
    facets = [each for each in found.facets(request.GET.get("all", "")) if each.key in NARROWED] if found else []
    panel = narrowing.Panel(facets, request.GET)
    form = PriorForm(request.POST or None, initial={"query": query}, systems=found.systems if found else ())
    if request.method == "POST" and attempt(request, form, lambda by: search_priors(by, project, **form.cleaned_data)):
        return redirect(address("priors", project) + "#searches")
    marked = {int(value) for value in request.POST.getlist("relevant") if value.isdecimal()}
    return show(
        request,
        project,
        "priors",
        422 if form.is_bound else 200,
        form=form,
        query=query,
        found=found,
        results=[(s, found.mark(s.name, s.language, 300), found.mark(s.purpose, s.language)) for s in found.systems]
        if found
        else [],
        marked=marked,
        panel=str(panel),
        chips=list(panel.chips(found)) if found else [],
        hidden=narrowing.hidden(found.filters) if found else [],
        suggested=_suggested(project),
        searches=queries.prior_searches(project),
        inventories=inventories(),
        systems=System.objects.count(),
        may_search=offered(request, project, "priors.searched"),
    )


def _suggested(project: Project) -> list[str]:
    """What a search could start from: the words of the need that the lists of the inventory know."""
    need = queries.current_need(project)
    return topics(f"{need.statement} {need.affected}", SUGGESTED) if need else []


def comparison(found: list[Option]) -> Table:
    """Options as columns, what is compared as rows."""
    rows = (
        (_("Kind"), *(option.get_kind_display() for option in found)),
        (_("Cost"), *(option.get_cost_display() for option in found)),
        (_("Time until it helps"), *(option.get_time_display() for option in found)),
        (_("Who is affected"), *(option.affected for option in found)),
        (_("What can go wrong"), *(option.risk for option in found)),
        (_("Verdict"), *(option.get_verdict_display() for option in found)),
        (_("Why"), *(option.reason for option in found)),
        (_("Compared by"), *(option.author for option in found)),
    )
    return Table(
        head=(_("What is compared"), *(option.title for option in found)), rows=rows, caption=_("Options side by side")
    )


@require_GET
def options(request: HttpRequest, slug: str) -> HttpResponse:
    project = find(slug)
    found = queries.options(project)
    without = sum(option.kind != Option.Kind.AI for option in found)
    return show(
        request,
        project,
        "options",
        options=found,
        table=comparison(found),
        without=without,
        lacking=max(0, 2 - without),
        may_compare=offered(request, project, "option.compared"),
        may_end=offered(request, project, "project.ended_without_ai"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def option(request: HttpRequest, slug: str) -> HttpResponse:
    """Compare an option; ``?title=`` starts from the version that stands."""
    project = find(slug)
    stands = {o.title: o for o in queries.options(project)}.get(request.GET.get("title", ""))
    initial = model_to_dict(stands, list(OptionForm.base_fields)) if stands else {}
    initial["seen"] = str(stands.version) if stands else ""
    form = OptionForm(request.POST or None, initial=initial)
    return form_page(
        request,
        project,
        "option.compared",
        form,
        lambda by: compare_option(by, project, **form.cleaned_data),
        heading=_("Compare an option"),
        lead=_("At least two options without AI are compared before a tool is chosen. Changing nothing is one."),
        button=_("Put it beside the others"),
        back=address("options", project),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def without_ai(request: HttpRequest, slug: str) -> HttpResponse:
    project = find(slug)
    form = WithoutAiForm(request.POST or None)
    found = queries.options(project)
    return form_page(
        request,
        project,
        "project.ended_without_ai",
        form,
        lambda by: end_without_ai(by, project, **form.cleaned_data),
        heading=_("Decide not to use AI"),
        lead=_("This is a good result, not a failure. The need, the search and the reasons stay on the public record."),
        button=_("Decide: no AI"),
        back=address("options", project),
        template="without_ai",
        pursued=[o for o in found if o.kind != Option.Kind.AI and o.verdict in ("pursue", "combine")],
        searches=PriorSearch.objects.filter(project=project).count(),
    )
