"""What every page of this room does the same way."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from minga.commission.forms import ActionForm
from minga.ledger.action import By, may
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.models import Project

Text = Any


def find(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


def offered(request: HttpRequest, project: Project, name: str) -> bool:
    """Whether to offer a verb: the person's role has it and the project is still under way."""
    return project.outcome == Project.Outcome.OPEN and may(actor_of(request), project, name)


def show(request: HttpRequest, project: Project, template: str, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"project": project, "project_address": f"/projects/{project.slug}/"}
    return render(request, f"commission/{template}.html", context, status=status)


def attempt(request: HttpRequest, form: ActionForm, perform: Callable[[By], object]) -> bool:
    """Whether the form is good and the action happened; otherwise the form says why not."""
    if not form.is_valid():
        return False
    try:
        perform(by(request))
    except (Invalid, Conflict, Blocked) as refusal:
        form.tell(refusal)
        return False
    return True


def form_page(
    request: HttpRequest,
    project: Project,
    name: str,
    form: ActionForm,
    perform: Callable[[By], object],
    *,
    heading: Text,
    button: Text,
    lead: Text = "",
    back: str,
    template: str = "form",
    **context: Any,
) -> HttpResponse:
    """A page with one form for the action ``name``: GET shows it, POST acts and goes on to ``back``."""
    if not may(actor_of(request), project, name):
        raise NotAllowed(*_not_yours())
    if request.method == "POST" and attempt(request, form, perform):
        return redirect(back)
    status = 422 if form.is_bound else 200
    return show(
        request, project, template, status, form=form, heading=heading, button=button, lead=lead, back=back, **context
    )


def _not_yours() -> tuple[str]:
    from django.utils.translation import gettext as _

    return (_("Your role in this project does not include this. Ask the project's lead, or sign in."),)


def address(name: str, project: Project, *more: object) -> str:
    return reverse(f"commission:{name}", args=[project.slug, *more])
