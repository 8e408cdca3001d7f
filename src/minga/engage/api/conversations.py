"""Conversations as everybody may read them, voting and saying something in one."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from minga.engage import actions, queries
from minga.engage.actions.statements import LONGEST_STATEMENT
from minga.engage.api.refusals import REFUSALS, Number
from minga.engage.limits import take, take_by_address
from minga.engage.models import Conversation, Participant, Vote
from minga.engage.queries.results import said
from minga.engage.seat import VOTER
from minga.engage.tallying.export import statement_json
from minga.engage.tallying.shapes import Results
from minga.engage.views.results import conversation_of, shown
from minga.ledger.refusals import Invalid
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()
CHOICES = {
    "agree": Vote.Choice.AGREE,
    "disagree": Vote.Choice.DISAGREE,
    "pass": Vote.Choice.PASS,
    "unclear": Vote.Choice.UNCLEAR,
}
VOTES_ADDRESS = 20_000


class ConversationOut(Schema):
    """A conversation; ``people`` and ``votes`` are those of the newest tally."""

    id: int
    project: str
    title: str
    introduction: str
    language: str
    state: str
    access: str
    constituencies: list[str]
    opens: datetime
    closes: datetime | None
    closed: datetime | None
    imported_from: str
    people: int
    votes: int
    computed: datetime | None

    @staticmethod
    def of(conversation: Conversation) -> "ConversationOut":
        tally = queries.newest_tally(conversation)
        plain = {name: getattr(conversation, name) for name in ConversationOut.model_fields if name not in COUNTED}
        return ConversationOut(
            **plain,
            project=conversation.project.slug,
            people=tally.participants if tally else 0,
            votes=tally.votes if tally else 0,
            computed=tally.computed if tally else None,
        )


COUNTED = {"project", "people", "votes", "computed"}


class VoteIn(Schema):
    """One vote. Without ``token`` a seat is taken first (with the invitation ``code`` where one is needed) and its
    token is in the answer, once: keep it and send it with the next votes."""

    statement: int = Field(description="number of the statement", ge=1, le=10**9)
    choice: str = Field(description="agree, disagree, pass or unclear", max_length=10)
    token: str = Field("", max_length=64)
    code: str = Field("", max_length=64)
    constituency: str = Field("", max_length=20)


class VoteOut(Schema):
    """The vote as it was kept; ``token`` only where a seat was taken by this request."""

    statement: int
    choice: str
    token: str | None = None


class StatementIn(Schema):
    text: str = Field(max_length=LONGEST_STATEMENT)
    group: str = "residents"
    language: str = Field("", max_length=10)
    email: str = Field("", max_length=254)


class TalliedStatementOut(Schema):
    """A statement. The counts are null before ten people have voted; ``groups`` and ``constituencies`` hold
    [agree, disagree, pass], or null for fewer than ten people; ``judged``: enough people voted on it."""

    number: int
    text: str
    language: str
    seed: bool
    meta: bool
    retired: bool
    contribution: int
    outcome: str | None
    criterion: str | None
    due: str | None
    agree: int | None = None
    disagree: int | None = None
    passed: int | None = None
    judged: bool = False
    groups: dict[str, list[int] | None] = {}
    constituencies: dict[str, list[int] | None] = {}


class SaidReceiptOut(Schema):
    """The private address where the author reads the answer. It is shown once."""

    contribution: int
    status: str
    answer: str


@router.get("/{slug}/conversations", response=list[ConversationOut], summary="Conversations of a project")
def list_conversations(request: HttpRequest, slug: str) -> Any:
    found = queries.public_conversations(get_object_or_404(Project, slug=slug)).select_related("project")
    return [ConversationOut.of(one) for one in found]


@router.get("/conversations/{int:pk}", response={200: ConversationOut, **REFUSALS}, summary="One conversation")
def get_conversation(request: HttpRequest, pk: Number) -> Any:
    return ConversationOut.of(conversation_of(pk))


@router.post("/conversations/{int:pk}/votes", response={201: VoteOut, **REFUSALS}, summary="Vote on a statement")
def vote(request: HttpRequest, pk: Number, body: VoteIn) -> Any:
    conversation = conversation_of(pk)
    take_by_address(request, "vote", VOTES_ADDRESS)
    choice = CHOICES.get(body.choice)
    if choice is None:
        raise Invalid(_("No vote was cast."), fields={"choice": _("Send agree, disagree, pass or unclear.")})
    statement = get_object_or_404(queries.public_statements(conversation), number=body.statement)
    # A vote that is refused takes no seat: its token would be lost, and the code with it.
    with transaction.atomic():
        seat, token = _seat(request, conversation, body)
        cast = actions.cast_vote(VOTER, conversation.project, seat, statement, choice)
    return Status(201, {"statement": cast.statement.number, "choice": body.choice, "token": token})


def _seat(request: HttpRequest, conversation: Conversation, body: VoteIn) -> tuple[Participant, str | None]:
    """Whose vote it is: the holder of the token, or somebody new and their token."""
    if body.token:
        known = queries.participant_by(conversation, body.token)
        if known is None:
            raise Invalid(_("No vote was cast."), fields={"token": _("This token is wrong or has expired.")})
        return known, None
    take_by_address(request, "code", 300)
    anybody = conversation.access in {Conversation.Access.OPEN, Conversation.Access.CODES}
    who = VOTER if anybody else by(request)
    seat = actions.join(who, conversation.project, conversation, body.code, body.constituency)
    return seat.participant, seat.token


@router.get(
    "/conversations/{int:pk}/statements",
    response={200: list[TalliedStatementOut], **REFUSALS},
    summary="Statements with their votes",
)
def statements(request: HttpRequest, pk: Number, limit: int = 500, offset: int = 0) -> Any:
    conversation = conversation_of(pk)
    found = shown(conversation)
    results = found.document["results"] if found else Results(enough=False, people=0, votes=0)
    known = sorted(said(conversation).items(), key=lambda pair: pair[1].statement.number)
    start = min(max(offset, 0), 10**9)
    chosen = known[start : start + max(0, min(limit, 1_000))]
    return [statement_json(one) | _figures(key, results) for key, one in chosen]


def _figures(key: str, results: Results) -> dict[str, Any]:
    if not results["enough"] or key not in results["statements"]:
        return {}
    figures = results["statements"][key]
    agreed, disagreed, passed = figures["all"]
    return {
        "agree": agreed,
        "disagree": disagreed,
        "passed": passed,
        "judged": figures["judged"],
        "groups": figures["groups"],
        "constituencies": figures["constituencies"],
    }


@router.post(
    "/conversations/{int:pk}/statements",
    response={201: SaidReceiptOut, **REFUSALS},
    summary="Say it in your own words",
)
def say(request: HttpRequest, pk: Number, body: StatementIn) -> Any:
    conversation = conversation_of(pk)
    take(request, "contribution")
    given = actions.submit_statement(by(request), conversation, **body.dict())
    answer = f"{settings.MINGA_ADDRESS}{given.get_answer_url()}"
    return Status(201, {"contribution": given.pk, "status": given.status, "answer": answer})
