"""Ballots as everybody may read them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.engage.models import Ballot
from minga.projects.models import Project

router = Router()


class BallotOut(Schema):
    """A ballot; ``result`` is empty until it has closed. ``quorums``: how many of a constituency must vote.

    ``result`` holds no numbers of groups under ten, and none at all ({"few": true}) where fewer than ten participants
    of a conversation voted; its ``quorums`` say whether each was reached, never by how many.
    """

    id: int
    text: str
    about: str
    params: list[Any]
    params_hash: str
    groups: list[str]
    quorum: int
    quorums: dict[str, int]
    conversation_id: int | None
    threshold: int
    opens: datetime
    closes: datetime
    closed: datetime | None
    passed: bool | None
    result: dict[str, Any]


@router.get("/{slug}/ballots", response=list[BallotOut], summary="Ballots, with results after they closed")
def list_ballots(request: HttpRequest, slug: str) -> Any:
    return Ballot.objects.filter(project=get_object_or_404(Project, slug=slug))
