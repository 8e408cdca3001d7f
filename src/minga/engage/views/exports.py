"""The results as files: votes in Polis's layout, the results as JSON, the report as PDF."""

import io
import zipfile
from typing import Any

from django.http import FileResponse, HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.limits import take
from minga.engage.models import Conversation
from minga.engage.queries.results import said
from minga.engage.tallying.export import polis_files, results_json
from minga.engage.tallying.report import report
from minga.engage.views.results import Shown, conversation_of, shown
from minga.ledger.refusals import Blocked
from minga.web.pdf import render as render_pdf

# A moment that a zip file can hold and that tells nothing.
NO_TIME = (1980, 1, 1, 0, 0, 0)
EACH, ADDRESS = 20, 120


def enough(conversation: Conversation) -> Shown:
    """The newest results; Blocked where under ten people have voted, with the reason."""
    found = shown(conversation)
    if found is None or not found.document["results"]["enough"]:
        raise Blocked(
            _("There is nothing to download yet."),
            cause=_("Fewer than %(fewest)s people have voted, so their votes could be guessed from the file.")
            % {"fewest": SMALLEST_SHOWN},
            do=_("Come back when more people have voted."),
        )
    return found


def votes(request: HttpRequest, pk: int) -> FileResponse:
    """All votes, in the layout of a Polis export. People get fresh ids in random order; nothing has a time."""
    conversation = conversation_of(pk)
    enough(conversation)
    take(request, "export", EACH, ADDRESS)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
        for name, data in polis_files(conversation).items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, data)
    content.seek(0)
    return _file(content, "application/zip", f"conversation-{pk}-votes.zip")


def document(request: HttpRequest, pk: int) -> JsonResponse:
    """The results as JSON, statements named by their number."""
    conversation = conversation_of(pk)
    found = enough(conversation)
    return JsonResponse(results_json(conversation, found.tally, said(conversation)))


def pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The results as a printable report."""
    conversation = conversation_of(pk)
    found = enough(conversation)
    take(request, "export", EACH, ADDRESS)
    language = (get_language() or "en").partition("-")[0]
    data: Any = report(conversation, found.tally, found.document["results"], said(conversation))
    return _file(io.BytesIO(render_pdf("report", data, language)), "application/pdf", f"conversation-{pk}.pdf")


def _file(content: io.BytesIO, kind: str, name: str) -> FileResponse:
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=kind)
    answer["X-Robots-Tag"] = "noindex"
    return answer
