"""Pages of the seal: its rules, who holds it, and where one project stands."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.assess import seals
from minga.assess.actions import award_seal, end_seal
from minga.assess.models import Seal
from minga.assess.worth_forms import End
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """What the seal means, who holds it now, and who held it before."""
    every = Seal.objects.select_related("project").order_by("-awarded", "-pk")
    context = {
        "version": seals.VERSION,
        "rules": seals.RULES,
        "holders": [seal for seal in every if seal.holds()],
        "former": [seal for seal in every if not seal.holds()],
    }
    return render(request, "assess/seals.html", context)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """Each rule and what is found today; who may awards the seal here."""
    project, actor = project_of(slug), actor_of(request)
    if request.method == "POST":
        must(request, project, "seal.awarded")
    form = Form(request.POST or None)
    if acted(request, form, lambda given: award_seal(by(request), project)):
        messages.success(request, _("The seal is awarded for a year."))
        return redirect("assess:seal", slug)
    found, held = seals.results(project), seals.current(project)
    context = {
        "project": project,
        "results": found,
        "met": sum(result.met for result in found),
        "seal": held,
        "former": Seal.objects.filter(project=project).exclude(pk=held.pk if held else 0),
        "may_award": may(actor, project, "seal.awarded") and held is None,
        "may_end": may(actor, project, "seal.ended") and held is not None,
    }
    return show(request, "assess/seal.html", form, **context)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "seal.ended")
    held = seals.current(project)
    if held is None:
        return redirect("assess:seal", slug)
    form = End(request.POST or None)
    if acted(request, form, lambda given: end_seal(by(request), project, held, given["reason"])):
        messages.success(request, _("The seal has ended."))
        return redirect("assess:seal", slug)
    title, send = _("Take the seal back"), _("End the seal")
    return show(request, "assess/worth_form.html", form, project=project, title=title, send=send)
