"""How people and tool do together, for everybody to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minga.deliver import queries
from minga.deliver.quality_shown import page_of
from minga.deliver.views.common import project_of
from minga.people.middleware import actor_of


@require_GET
def quality_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Shares with enough events for everybody; those who read the desk also see how far the others are."""
    project = project_of(slug)
    staff = queries.reads_desk(actor_of(request), project)
    context = {"project": project, "page": page_of(project, staff), "staff": staff}
    return render(request, "deliver/quality.html", context)
