"""Releases, and the exceptions that two people sign."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minga.design import actions, queries
from minga.design.forms import SignException
from minga.design.models import Criterion, Release, SignedException, ToolVersion
from minga.design.views.common import check_mark, must, one, project_of
from minga.ledger.action import may
from minga.ledger.thread import knots_of
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.roles import Role, roles_of


@require_safe
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    found = Release.objects.filter(project=project).select_related("version", "created_by")
    unreleased = queries.versions(project).filter(release=None).first()
    exceptions = SignedException.objects.filter(project=project).select_related("criterion", "version")
    context = {"project": project, "releases": found, "unreleased": unreleased, "exceptions": exceptions}
    return render(request, "design/releases.html", context)


@require_POST
def create(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Release a version; what is missing is shown as a refusal with its reasons."""
    project = project_of(slug)
    made = actions.create_release(by(request), project, one(ToolVersion, project, pk=pk))
    messages.success(request, _("Released. It is still off: its stages are set next."))
    return redirect(made)


@require_safe
def release(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    found = one(Release, project, pk=pk)
    checks = list(found.checks.select_related("criterion", "version"))
    context = {
        "project": project,
        "release": found,
        "checks": [(check, *check_mark(check)) for check in checks],
        "exceptions": found.exceptions.select_related("criterion", "version"),
        "lapsed": queries.lapsed_exceptions(found),
        "knots": knots_of(found),
        "may_stage": may(actor_of(request), project, "stage.changed"),
    }
    return render(request, "design/release.html", context)


def sign(request: HttpRequest, slug: str, pk: int, code: str) -> HttpResponse:
    """Begin an exception; the other of lead and overseer signs it on its own page."""
    project = project_of(slug)
    must(request, project, "exception.signed")
    version, criterion = one(ToolVersion, project, pk=pk), one(Criterion, project, code=code)
    form = SignException(request.POST or None)

    def perform(given: Any) -> SignedException:
        return actions.sign_exception(by(request), project, version, criterion, **given)

    if made := acted(request, form, perform):
        messages.success(request, _("Signed. It holds once the other of the two has signed as well."))
        return redirect(made)
    context = {"project": project, "version": version, "criterion": criterion}
    return show(request, "design/sign.html", form, **context)


def exception(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The exception, for everybody to read; the second of the two signs here."""
    project, actor = project_of(slug), actor_of(request)
    found = one(SignedException, project, pk=pk)
    if request.method == "POST":
        actions.sign_exception(by(request), project, found.version, found.criterion)
        messages.success(request, _("Signed."))
        return redirect(found)
    roles = roles_of(actor, project)
    waits = (Role.LEAD in roles and not found.lead_signed) or (Role.OVERSEER in roles and not found.overseer_signed)
    context = {"project": project, "exception": found, "holds": found.holds(), "may_sign": waits}
    return render(request, "design/exception.html", context)
