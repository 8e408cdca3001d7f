"""The results in a few lines, for the page of a newspaper or a town hall: the only page that others may frame."""

from collections.abc import Collection

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from minga.engage.queries.results import said
from minga.engage.tallying import words
from minga.engage.tallying.shapes import Results
from minga.engage.views import result_parts as parts
from minga.engage.views.results import conversation_of, first_of, shown

MOST = 3
FRAMED_BY_ALL: dict[str, Collection[str]] = {**settings.SECURE_CSP, "frame-ancestors": ["*"]}  # type: ignore[dict-item]


@xframe_options_exempt
@csp_override(FRAMED_BY_ALL)
def embed(request: HttpRequest, pk: int) -> HttpResponse:
    """The finding, the first statements and how old they are. It sets no cookie and loads nothing from elsewhere."""
    conversation = conversation_of(pk)
    found = shown(conversation)
    given = found.results if found else Results(enough=False, people=0, votes=0)
    context = {
        "conversation": conversation,
        "project": conversation.project,
        "tally": found.tally if found else None,
        "results": given,
        "finding": words.finding(given),
        "missing": "" if given["enough"] else words.missing(given),
        "full_page": f"{settings.MINGA_ADDRESS}{reverse('engage:results', args=[pk])}",
    }
    if found and given["enough"]:
        keys = first_of(given)[0][:MOST]
        context["rows"] = parts.rows_of(keys, said(conversation, keys), given, {}, f"{context['full_page']}#map")
    return render(request, "engage/embed.html", context)
