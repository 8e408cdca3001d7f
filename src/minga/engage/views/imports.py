"""Bring in a conversation that was held elsewhere, and see what became of every row."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from minga.engage import actions
from minga.engage.forms.imports import ImportConversation
from minga.engage.models import Conversation
from minga.ledger.refusals import Invalid
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of
from minga.tools.base import ToolError
from minga.tools.opinion.reading import Conversation as Reading
from minga.tools.opinion.reading import read

NAMES = {"comments": "comments.csv", "votes": "votes.csv", "matrix": "participants-votes.csv"}


def import_conversation(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "conversation.imported")
    form = ImportConversation(request.POST or None, request.FILES or None)

    def perform(given: Mapping[str, Any]) -> Conversation:
        files = {NAMES[field]: given[field] for field in NAMES if given.get(field)}
        words = {name: given[name] for name in ("title", "source", "language", "url")}
        reading = _read(files)
        return actions.import_conversation(by(request), project, reading, **words, moments=actions.over_time(reading))

    if made := acted(request, form, perform):
        messages.success(request, _("Imported. The map is drawn within a minute."))
        return redirect("engage:imported", made.pk)
    return show(request, "engage/import.html", form, project=project)


def _read(files: dict[str, UploadedFile]) -> Reading:
    with tempfile.TemporaryDirectory(prefix="minga-import-") as folder:
        for name, file in files.items():
            with (Path(folder) / name).open("wb") as kept:
                kept.writelines(file.chunks())
        alone = Path(folder) / "votes.csv"
        try:
            return read(alone if list(files) == ["votes.csv"] else Path(folder))
        except ToolError as error:
            words = str(error).replace(f"{folder}/", "")
            raise Invalid(_("The files could not be read, so nothing was imported."), fields={"votes": words}) from None


def imported(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an imported conversation comes from and what became of every row."""
    conversation = get_object_or_404(Conversation.objects.select_related("project"), pk=pk)
    if not conversation.imported_from:
        raise Http404(_("This conversation was held here."))
    context = {"conversation": conversation, "project": conversation.project, "report": conversation.import_report}
    return render(request, "engage/imported.html", context)
