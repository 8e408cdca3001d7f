"""Results of a conversation for everybody: the finding first, then what unites, what divides, the map."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.engage import queries
from minga.engage.models import Conversation, Tally
from minga.engage.queries.results import said
from minga.engage.tallying import words
from minga.engage.tallying.shapes import Document, Figures, Results
from minga.engage.views import result_parts as parts
from minga.engage.views import result_voices as voices
from minga.ledger.action import may
from minga.people.middleware import actor_of

MOST_AGREED, MOST_REJECTED, MOST_DIVIDING = 5, 3, 5
PER_PAGE = 40
ORDERS = {
    "consensus": gettext_lazy("agreement across groups"),
    "divides": gettext_lazy("what divides"),
    "votes": gettext_lazy("number of votes"),
    "number": gettext_lazy("when it was said"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a results page shows: the newest tally, and its results with or without suspicious patterns."""

    conversation: Conversation
    tally: Tally
    document: Document
    results: Results
    without: bool

    @property
    def patterns(self) -> bool:
        return self.document["without"] is not None


def conversation_of(pk: int) -> Conversation:
    """A public conversation; one that is being prepared is a page that does not exist."""
    found = get_object_or_404(Conversation.objects.select_related("project"), pk=pk)
    if not found.is_public:
        raise Http404(_("This conversation has not been opened yet."))
    return found


def shown(conversation: Conversation, *, without: bool = False) -> Shown | None:
    """The newest results, or None before the first tally."""
    tally = queries.newest_tally(conversation)
    if tally is None or not tally.document:
        return None
    document = cast(Document, tally.document)
    other = document["without"]
    chosen = other if without and other is not None else document["results"]
    return Shown(conversation, tally, document, chosen, without and other is not None)


def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The results; ``?without=patterns`` leaves out people whose votes look copied or came in a burst."""
    conversation = conversation_of(pk)
    found = shown(conversation, without=request.GET.get("without") == "patterns")
    context = _head(conversation, found)
    if found is not None and found.results["enough"]:
        context |= _body(found, drafts=_may_draft(request, conversation)) | _embedding(conversation)
    return render(request, "engage/results.html", context)


def _head(conversation: Conversation, found: Shown | None) -> dict[str, Any]:
    empty = Results(enough=False, people=0, votes=0)
    given = found.results if found else empty
    return {
        "project": conversation.project,
        "conversation": conversation,
        "tally": found.tally if found else None,
        "without": found.without if found else False,
        "patterns": found.document["patterns"] if found and found.patterns else None,
        "results": given,
        "finding": words.finding(given),
        "missing": "" if given["enough"] else words.missing(given),
        "is_open": conversation.is_open(),
        "page_data": reverse("engage:results_json", args=[conversation.pk]) if given["enough"] else "",
    }


def first_of(found: Results) -> tuple[list[str], list[str]]:
    """The statements that the page starts with: what all agree on and reject, and what divides."""
    unites = [*found["agreed"][:MOST_AGREED], *found["rejected"][:MOST_REJECTED]]
    return unites, found["divides"][:MOST_DIVIDING]


def _may_draft(request: HttpRequest, conversation: Conversation) -> bool:
    signed_in = request.user.is_authenticated
    return signed_in and may(actor_of(request), conversation.project, "ballot.opened")


def _body(found: Shown, *, drafts: bool) -> dict[str, Any]:
    given, rooms = found.results, found.document["rooms"]
    unites, divides = first_of(given)
    telling = [one["statement"] for group in given["groups"] for one in group["telling"]]
    known = said(found.conversation, {*unites, *divides, *telling})
    return _voices(found) | {
        "unites": parts.rows_of(unites, known, given, rooms, drafts=drafts),
        "divides": parts.rows_of(divides, known, given, rooms),
        "all": len(given["statements"]),
        "few": words.few_votes(given),
        "map": parts.map_of(given, known),
        "map_heading": words.map_heading(given),
        "right_number": words.right_number(given) if given["real"] else "",
        "how_sure": words.how_sure(given) if given["real"] else "",
        "portraits": parts.portraits(given, known),
        "took_part": parts.took_part_table(found.document),
    }


def _voices(found: Shown) -> dict[str, Any]:
    """By who people are, for the results with every vote: sizes are published once, so they are compared once."""
    listed = {"over_time": voices.over_time(found.conversation)}
    if found.without:
        return listed
    known = said(found.conversation, voices.keys_of(found.document))
    return listed | {
        "by_constituency": voices.by_constituency(found.document, known),
        "on_paper": voices.on_paper(found.conversation, found.results["people"]),
        "weighted": voices.if_like_affected(found.conversation, found.document, known),
    }


def _embedding(conversation: Conversation) -> dict[str, str]:
    address = f"{settings.MINGA_ADDRESS}{reverse('engage:embed', args=[conversation.pk])}"
    return {"embed_address": address}


def statements(request: HttpRequest, pk: int) -> HttpResponse:
    """All statements with their votes, those with too few included; ``?by=`` orders them."""
    conversation = conversation_of(pk)
    found = shown(conversation, without=request.GET.get("without") == "patterns")
    if found is None or not found.results["enough"]:
        raise Http404(_("There are no results yet."))
    by = request.GET.get("by", "")
    by = by if by in ORDERS else "consensus"
    known = said(conversation, found.results["statements"])
    keys = [key for key in in_order(found.results, by, known) if key in known]
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    context = _head(conversation, found) | {
        "page": page,
        "rows": parts.rows_of(
            list(page), known, found.results, found.document["rooms"], f"{reverse('engage:results', args=[pk])}#map"
        ),
        "by": by,
        "orders": ORDERS.items(),
        "few": words.few_votes(found.results),
    }
    return render(request, "engage/results_statements.html", context)


def in_order(found: Results, by: str, known: Mapping[str, Any]) -> list[str]:
    """Statements by ``by``; those with too few votes to judge come last, unless all are listed as they were said."""
    figures = found["statements"]
    divides = {key: place for place, key in enumerate(found["divides"])}

    def rank(key: str) -> tuple[float, ...]:
        one: Figures = figures[key]
        number = known[key].statement.number if key in known else 0
        if by == "number":
            return (number,)
        if by == "votes":
            return (-sum(one["all"]), number)
        if by == "divides":
            return (divides.get(key, len(divides)), not one["judged"], one["consensus"], number)
        return (not one["judged"], -one["consensus"], number)

    return sorted(figures, key=rank)
