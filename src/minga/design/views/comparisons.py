"""Open or closed, own machine or service: choose the options, weigh them in sight, keep and export the table."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from minga.design import comparing, comparing_words, queries
from minga.design.actions.comparisons import make_comparison
from minga.design.comparing_forms import Compare, CompareOption, StartComparison, as_initial, parts_of
from minga.design.models import Comparison
from minga.design.views.common import must, project_of
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted
from minga.projects.models import Project

PER_PAGE = 20


@require_safe
def comparisons(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    found = Comparison.objects.filter(project=project).select_related("project", "person")
    context = {
        "project": project,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "may_make": may(actor_of(request), project, "comparison.made"),
    }
    return render(request, "design/comparisons.html", context)


@require_safe
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Which options; the next page has their figures filled in as far as they were measured."""
    project = project_of(slug)
    must(request, project, "comparison.made")
    form = StartComparison(request.GET if request.GET else None, project=project)
    if request.GET and form.is_valid():
        asked = QueryDict(mutable=True)
        asked.setlist("version", form.cleaned_data["versions"])
        asked["others"] = str(form.cleaned_data["others"])
        return redirect(f"{reverse('design:weigh', args=[project.slug])}?{asked.urlencode()}")
    status = 422 if form.errors else 200
    return render(request, "design/comparison_start.html", {"project": project, "form": form}, status=status)


def weigh(request: HttpRequest, slug: str) -> HttpResponse:
    """Options, weights, ceilings and terms on one page; ``?again=3`` begins with those of comparison 3."""
    project = project_of(slug)
    must(request, project, "comparison.made")
    options, about = _begin(request, project)
    if not comparing.FEWEST <= len(options) <= comparing.MOST:
        return redirect("design:start_comparison", project.slug)
    posted = request.POST or None
    form = Compare(posted, initial=about)
    forms = [CompareOption(posted, prefix=f"o{n}", initial=one) for n, one in enumerate(options, 1)]
    complete = not any(one.errors for one in forms)

    def perform(given: Any) -> Comparison:
        told = [one.cleaned_data for one in forms]
        return make_comparison(
            by(request), project, given["title"], told, **parts_of(given), reason=given["reason"]
        )  # fmt: skip

    if complete and (made := acted(request, form, perform)):
        return redirect(made)
    wrong = bool(form.errors) or not complete
    context = {"project": project, "form": form, "options": forms}
    return render(request, "design/comparison_weigh.html", context, status=422 if wrong else 200)


def _begin(request: HttpRequest, project: Project) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """(what is known of each option, what the rest of the form begins with)."""
    again = request.GET.get("again", "")
    if again.isdecimal():
        last = get_object_or_404(Comparison, project=project, pk=again)
        return last.options, {"title": last.title, **as_initial(last.weights, last.result)}
    numbers = [text for text in request.GET.getlist("version") if text.isdecimal()][: comparing.MOST]
    chosen = queries.versions(project).filter(pk__in=numbers)
    others = request.GET.get("others", "")
    blank = min(int(others), comparing.MOST) if others.isdecimal() and len(others) < 3 else 0
    return [*(comparing.begin(one) for one in chosen), *({} for _ in range(blank))], {}


def _one(slug: str, pk: int) -> Comparison:
    return get_object_or_404(Comparison.objects.select_related("project", "person"), project__slug=slug, pk=pk)


@require_safe
def comparison(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The table, what closed parts mean, the costs over the years, and what follows."""
    found = _one(slug, pk)
    address = found.get_absolute_url()[:-1]
    context = {
        "project": found.project,
        "comparison": found,
        "table": comparing_words.table(found),
        "sentences": comparing_words.sentences(found),
        "meanings": comparing_words.meanings(found),
        "costs": comparing_words.costs(found),
        "inputs": comparing_words.inputs(found),
        "may_make": may(actor_of(request), found.project, "comparison.made"),
        "csv": f"{address}.csv",
        "page_data": f"{address}.json",
    }
    return render(request, "design/comparison.html", context)


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    """The whole table as data, for the procurement file."""
    found = _one(slug, pk)
    told = {
        "title": found.title, "made": found.made, "by": str(found.person.public_name), "reason": found.reason,
        "options": found.options, **found.result,
    }  # fmt: skip
    return JsonResponse(told)


@require_safe
def sheet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The same for a spreadsheet."""
    found = _one(slug, pk)
    response = HttpResponse(comparing.as_csv(found.result), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.project.slug}-comparison-{found.pk}.csv"'
    return response
