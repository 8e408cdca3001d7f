"""Joining and voting: once per person where that is promised, changeable, and nothing leads from a person to a vote."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from minga.engage import actions, queries
from minga.engage.actions.voting import quarter_of, tidy_code
from minga.engage.models import (
    Arrivals,
    Conversation,
    Invitation,
    InvitationBatch,
    Joined,
    Participant,
    Statement,
    Vote,
    link_hash,
)
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.conftest import SEEDS


def statement(conversation: Conversation, number: int) -> Statement:
    return conversation.statements.get(number=number)


def opened(project: Project, cast: Cast, access: str) -> Conversation:
    return actions.open_conversation(by(cast.fabia), project, title="Guarded", seeds=SEEDS, access=access)


def code_for(conversation: Conversation, code: str, **given: str) -> None:
    with guard.open_for_action():
        batch = InvitationBatch.objects.create(
            conversation=conversation, count=1, expires=timezone.now() + timedelta(days=1), **given
        )
        Invitation.objects.create(batch=batch, code_hash=link_hash(tidy_code(code)))


def test_a_vote_can_be_changed_and_counts_once(conversation: Conversation, project: Project) -> None:
    seat = actions.join(by(None), project, conversation).participant
    for choice in (Vote.Choice.AGREE, Vote.Choice.DISAGREE):
        actions.cast_vote(by(None), project, seat, statement(conversation, 1), choice)
    assert list(Vote.objects.values_list("choice", flat=True)) == [-1]
    assert Arrivals.objects.get().votes == 2


def test_votes_write_no_entry_of_their_own(conversation: Conversation, project: Project) -> None:
    before = Entry.objects.count()
    seat = actions.join(by(None), project, conversation).participant
    actions.cast_vote(by(None), project, seat, statement(conversation, 1), 1)
    assert Entry.objects.count() == before


def test_nothing_leads_from_a_person_to_a_vote(project: Project, cast: Cast) -> None:
    """No column of seats and votes names a person, an account, a code or a time, and no order is kept."""
    held = opened(project, cast, "signed_in")
    seat = actions.join(by(cast.rosa), project, held).participant
    actions.cast_vote(by(cast.rosa), project, seat, statement(held, 1), 1)
    assert {field.name for field in Vote._meta.fields} == {"id", "participant", "statement", "choice"}
    columns = {field.name for field in Participant._meta.fields}
    assert columns == {
        "id", "conversation", "link", "expires", "constituency", "stratum", "origin", "in_burst",
    }  # fmt: skip
    assert {field.name for field in Joined._meta.fields} == {"id", "conversation", "person"}
    assert seat.pk > 2**20
    assert Joined.objects.get().pk not in {seat.pk, Vote.objects.get().pk}
    with connection.cursor() as cursor:
        for table in ("engage_vote", "engage_participant"):
            cursor.execute(f"SELECT * FROM {table}")
            told = repr(cursor.fetchall())
            assert cast.rosa.key not in told
            assert "rosa" not in told


def test_the_end_of_a_seat_s_link_tells_the_day_of_joining_and_not_the_hour(
    conversation: Conversation, project: Project
) -> None:
    seat = actions.join(by(None), project, conversation).participant
    assert seat.expires is not None
    assert (seat.expires.hour, seat.expires.minute, seat.expires.second) == (0, 0, 0)


def test_the_link_is_kept_as_a_hash_and_expires(conversation: Conversation, project: Project) -> None:
    made = actions.join(by(None), project, conversation)
    assert made.participant.link == link_hash(made.token)
    assert made.token not in repr(list(Participant.objects.values()))
    assert queries.participant_by(conversation, made.token) == made.participant
    with guard.open_for_action():
        Participant.objects.update(expires=timezone.now())
    assert queries.participant_by(conversation, made.token) is None
    assert queries.participant_by(conversation, "") is None


def test_a_code_opens_one_seat_and_brings_its_group(project: Project, cast: Cast) -> None:
    held = opened(project, cast, "codes")
    code_for(held, "A0B1-CDEF", constituency="business")
    with pytest.raises(Invalid):
        actions.join(by(None), project, held)
    seat = actions.join(by(None), project, held, code=" aObL cdef ").participant
    assert seat.constituency == "business"
    with pytest.raises(Invalid):
        actions.join(by(None), project, held, code="A0B1-CDEF")
    described = actions.describe_yourself(by(None), project, seat, constituency="residents")
    assert described.constituency == "business"


def test_a_code_of_another_conversation_opens_nothing(project: Project, cast: Cast) -> None:
    held, other = opened(project, cast, "codes"), opened(project, cast, "codes")
    code_for(other, "AAAA-BBBB")
    with pytest.raises(Invalid):
        actions.join(by(None), project, held, code="AAAA-BBBB")


def test_an_account_opens_one_seat(project: Project, cast: Cast) -> None:
    held = opened(project, cast, "signed_in")
    with pytest.raises(NotAllowed):
        actions.join(by(None), project, held)
    actions.join(by(cast.nadie), project, held)
    with pytest.raises(Conflict):
        actions.join(by(cast.nadie), project, held)


def test_a_password_alone_is_not_verified(project: Project, cast: Cast) -> None:
    from allauth.socialaccount.models import SocialAccount

    held = opened(project, cast, "verified")
    with pytest.raises(Blocked):
        actions.join(by(cast.rosa), project, held)
    SocialAccount.objects.create(user=cast.rosa, provider="oidc", uid="rosa@city")
    assert actions.join(by(cast.rosa), project, held).participant.pk


def test_a_closed_conversation_takes_no_votes(conversation: Conversation, project: Project, cast: Cast) -> None:
    seat = actions.join(by(None), project, conversation).participant
    actions.close_conversation(by(cast.fabia), project, conversation)
    with pytest.raises(Blocked):
        actions.cast_vote(by(None), project, seat, statement(conversation, 1), 1)
    with pytest.raises(Blocked):
        actions.join(by(None), project, conversation)
    with pytest.raises(Blocked):
        actions.submit_statement(by(None), conversation, "Too late.")


def test_a_promised_day_is_kept(project: Project, cast: Cast) -> None:
    closes = timezone.now() + timedelta(days=5)
    held = actions.open_conversation(by(cast.fabia), project, title="Five days", seeds=SEEDS, closes=closes)
    with pytest.raises(Invalid):
        actions.extend_conversation(by(cast.fabia), project, held, closes - timedelta(days=1))
    with pytest.raises(Invalid):
        actions.close_conversation(by(cast.fabia), project, held)
    assert actions.close_conversation(by(cast.fabia), project, held, reason="The council voted.").closed
    again = actions.extend_conversation(by(cast.fabia), project, held, closes + timedelta(days=60))
    assert again.is_open()


def test_a_vote_outside_the_four_answers_or_elsewhere_is_refused(
    conversation: Conversation, project: Project, cast: Cast
) -> None:
    seat = actions.join(by(None), project, conversation).participant
    with pytest.raises(Invalid):
        actions.cast_vote(by(None), project, seat, statement(conversation, 1), 3)
    with pytest.raises(Invalid):
        actions.cast_vote(by(None), project, seat, statement(opened(project, cast, "open"), 1), 1)


def test_what_nobody_may_see_is_not_voted_on(conversation: Conversation, project: Project) -> None:
    seat = actions.join(by(None), project, conversation).participant
    held = actions.submit_statement(by(None), conversation, "Not read yet.")
    with pytest.raises(Conflict):
        actions.cast_vote(by(None), project, seat, held.statement, 1)


def test_every_statement_comes_once(conversation: Conversation, project: Project) -> None:
    seat, seen = actions.join(by(None), project, conversation).participant, []
    while found := queries.next_statement(conversation, queries.answered(seat)):
        seen.append(found.number)
        actions.cast_vote(by(None), project, seat, found, 0)
    assert sorted(seen) == [1, 2, 3, 4, 5]


def test_unusually_many_newcomers_are_marked_by_one_bit(conversation: Conversation, project: Project) -> None:
    with guard.open_for_action():
        Arrivals.objects.create(conversation=conversation, quarter=quarter_of(timezone.now()), joined=29)
    assert not actions.join(by(None), project, conversation).participant.in_burst
    assert actions.join(by(None), project, conversation).participant.in_burst


@pytest.mark.parametrize(
    "wrong",
    [
        {"seeds": SEEDS[:4]},
        {"seeds": ["Same."] * 5},
        {"title": " "},
        {"access": "everybody"},
        {"reply_days": 0},
        {"constituencies": ["kings"]},
        {"closes": timezone.now() - timedelta(days=1)},
        {"seeds": [*SEEDS, "x" * 301]},
    ],
)
def test_a_conversation_that_cannot_work_is_not_opened(wrong: dict[str, object], project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.open_conversation(by(cast.fabia), project, **{"title": "Q", "seeds": SEEDS, **wrong})  # type: ignore[arg-type]
    assert not Conversation.objects.exists()
