"""Everything that a results page shows, as data."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from minga.engage.api.refusals import REFUSALS, Number
from minga.engage.models import Tally
from minga.engage.queries.results import said
from minga.engage.tallying.export import results_json
from minga.engage.views.exports import enough
from minga.engage.views.results import conversation_of

router = Router()


class ResultsOut(Schema):
    """The page as data; the keys of ``results`` are those of ``minga.engage.tallying.shapes.Results``, statements by
    number. ``digest`` is the SHA-256 of ``tallies`` ([number, agree, disagree, pass]) as JSON without blanks."""

    conversation: dict[str, Any]
    computed: str
    digest: str
    tallies: list[list[int]]
    statements: list[dict[str, Any]]
    results: dict[str, Any]
    without_patterns: dict[str, Any] | None
    patterns: dict[str, int]
    rooms: dict[str, Any]
    took_part: dict[str, int | None]


@router.get("/conversations/{int:pk}/results", response={200: ResultsOut, **REFUSALS}, summary="The results")
def results(request: HttpRequest, pk: Number) -> Any:
    conversation = conversation_of(pk)
    tally: Tally = enough(conversation).tally
    return results_json(conversation, tally, said(conversation))
