"""Made-up data on request."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from minga.design import actions, synthetic
from minga.design.models import Dataset
from minga.design.synthetic_forms import MakeData
from minga.design.views.common import must, one, project_of
from minga.people.middleware import by
from minga.projects.forms import acted, show


def make(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask for rows made up from a dataset's profile; the worker makes them."""
    project = project_of(slug)
    must(request, project, "dataset.synthesised")
    found = one(Dataset, project, pk=pk, state=Dataset.State.READY)
    form = MakeData(request.POST or None, initial={"name": synthetic.name_of(found)})

    def perform(given: Any) -> Dataset:
        return actions.synthesise(by(request), project, found, **given)

    if made := acted(request, form, perform):
        return redirect(made)
    return show(request, "design/synthetic_new.html", form, project=project, dataset=found)
