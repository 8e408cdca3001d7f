"""Taking the auditor pack, and which packs were taken before."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minga.people.middleware import by
from minga.projects.views import must, project_of
from minga.register.actions import take_pack
from minga.register.audit.pack import pack
from minga.register.models import Pack


@require_http_methods(["GET", "POST"])
def packs(request: HttpRequest, slug: str) -> HttpResponse | HttpResponseBase:
    """POST makes the pack as the project is now and sends it."""
    project = project_of(slug)
    must(request, project, "pack.taken")
    if request.method == "POST":
        made = pack(project)
        take_pack(by(request), project, made.sha256, made.parts)
        return FileResponse(made.file, as_attachment=True, filename=f"{project.slug}-audit.zip")
    context = {"project": project, "packs": Pack.objects.filter(project=project).select_related("person")}
    return render(request, "register/packs.html", context)
