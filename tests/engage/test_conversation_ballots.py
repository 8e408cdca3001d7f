"""The participants of a conversation decide: one vote a seat, a quorum per constituency, nobody given away."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from minga.engage import queries, seat
from minga.engage.actions import cast as vote
from minga.engage.actions import cast_as_participant, close_ballot, open_ballot, open_conversation
from minga.engage.clock import close_ballots
from minga.engage.counting import FEWEST_OF_A_GROUP, SMALLEST_SHOWN, outcome
from minga.engage.models import Ballot, BallotVote, Conversation, Participant, Voted, link_hash
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid
from minga.people.models import Group
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.conftest import SEEDS
from tests.engage.test_ballots import CRITERION

VOICES = ["residents", "business", "frontline"]
Seats = Callable[..., list[Participant]]


@pytest.fixture
def guarded(project: Project, cast: Cast) -> Conversation:
    """Open to people with an invitation code."""
    return open_conversation(
        by(cast.fabia), project, title="When should a tender set off a warning?", seeds=SEEDS, access="codes",
        constituencies=VOICES,
    )  # fmt: skip


@pytest.fixture
def seats(guarded: Conversation) -> Seats:
    """Makes participants of the conversation, as joining with a code would leave them."""

    def take(count: int, constituency: str = "residents", conversation: Conversation = guarded) -> list[Participant]:
        day = timezone.now() + timedelta(days=365)
        start = conversation.participants.count()
        with guard.open_for_action():
            return Participant.objects.bulk_create(
                Participant(
                    conversation=conversation, link=link_hash(f"token-{conversation.pk}-{start + n}"), expires=day,
                    constituency=constituency,
                )
                for n in range(count)
            )  # fmt: skip

    return take


def held(project: Project, cast: Cast, conversation: Conversation, **terms: object) -> Ballot:
    given = {
        "text": "Shall the tool be held to this?", "closes": timezone.now() + timedelta(days=7), "about": "criterion",
        "params": [CRITERION], "conversation": conversation, "quorum": 10, **terms,
    }  # fmt: skip
    return open_ballot(by(cast.lena), project, **given)  # type: ignore[arg-type]


def all_vote(ballot: Ballot, people: list[Participant], choice: str = "yes") -> None:
    for one in people:
        cast_as_participant(seat.VOTER, ballot.project, ballot, one, choice)


def closed(cast: Cast, ballot: Ballot) -> Ballot:
    return close_ballot(by(cast.fabia, happened=ballot.closes + timedelta(minutes=1)), ballot.project, ballot)


def test_it_passes_with_every_quorum(project: Project, cast: Cast, guarded: Conversation, seats: Seats) -> None:
    ballot = held(project, cast, guarded, quorum=20, quorums={"residents": 12, "business": 10})
    assert ballot.groups == VOICES
    assert set(queries.causes(ballot)) == {("conversation", str(guarded.pk))}
    all_vote(ballot, seats(14))
    all_vote(ballot, seats(10, "business"))
    done = closed(cast, ballot)
    assert (done.passed, done.eligible, done.result["votes"]) == (True, 24, 24)
    assert [row["reached"] for row in done.result["quorums"]] == [True, True]


def test_a_missed_constituency_is_named(project: Project, cast: Cast, guarded: Conversation, seats: Seats) -> None:
    ballot = held(project, cast, guarded, quorum=10, quorums={"business": 5})
    all_vote(ballot, seats(30))
    all_vote(ballot, seats(4, "business"))
    done = closed(cast, ballot)
    assert done.passed is False
    assert done.result["quorums"] == [{"group": "business", "needed": 5, "reached": False}]
    entry = json.loads(Entry.objects.get(action="ballot.closed").payload)
    assert entry["missed"] == ["business"]
    text = Client().get(ballot.get_absolute_url()).content.decode()
    assert f"Too few voted from: {Group.BUSINESS.label}." in text
    # Neither the four nor the thirty, which would give them away, stand on the page by themselves.
    assert all(row["hidden"] for row in done.result["groups"])
    assert set(ballot.votes.values_list("group", flat=True)) == {""}


def test_the_overall_quorum_and_the_threshold_hold_too(
    project: Project, cast: Cast, guarded: Conversation, seats: Seats
) -> None:
    people = seats(24)
    few = held(project, cast, guarded, quorum=25)
    all_vote(few, people)
    assert closed(cast, few).passed is False
    split = held(project, cast, guarded, quorum=10, threshold=66)
    all_vote(split, people[:15])
    all_vote(split, people[15:], "no")
    assert closed(cast, split).passed is False


def test_one_vote_a_seat_and_only_of_this_conversation(
    project: Project, cast: Cast, guarded: Conversation, conversation: Conversation, seats: Seats
) -> None:
    ballot = held(project, cast, guarded)
    (mine,), (other,) = seats(1), seats(1, conversation=conversation)
    cast_as_participant(seat.VOTER, project, ballot, mine, "no")
    with pytest.raises(Conflict, match="Each seat votes once"):
        cast_as_participant(seat.VOTER, project, ballot, mine, "yes")
    with pytest.raises(Blocked, match="another conversation"):
        cast_as_participant(seat.VOTER, project, ballot, other, "yes")
    with pytest.raises(Invalid):
        cast_as_participant(seat.VOTER, project, ballot, seats(1)[0], "maybe")
    with pytest.raises(Blocked, match="each with their seat"):
        vote(by(cast.rosa), project, ballot, "yes")
    assert not queries.may_vote(cast.rosa.actor, ballot)
    assert (Voted.objects.count(), BallotVote.objects.get().choice) == (1, "no")


def test_an_expired_or_imported_seat_does_not_vote(
    project: Project, cast: Cast, guarded: Conversation, seats: Seats
) -> None:
    ballot = held(project, cast, guarded)
    expired, imported = seats(2)
    with guard.open_for_action():
        Participant.objects.filter(pk=expired.pk).update(expires=timezone.now() - timedelta(days=1))
        Participant.objects.filter(pk=imported.pk).update(link=None, expires=None)
    for one in (expired, imported):
        with pytest.raises(Blocked):
            cast_as_participant(seat.VOTER, project, ballot, one, "yes")
    assert queries.electorate(ballot) == 0


def test_no_entry_ties_a_seat_to_an_account(project: Project, cast: Cast, guarded: Conversation, seats: Seats) -> None:
    """An entry of a signed-in visitor would lead from the account to the seat and all that it voted."""
    ballot = held(project, cast, guarded)
    before = Entry.objects.count()
    (mine,) = seats(1)
    cast_as_participant(by(cast.rosa), project, ballot, mine, "yes")
    assert Entry.objects.count() == before
    assert Voted.objects.get().person_id is None
    kept = BallotVote.objects.values().get()
    assert set(kept) == {"id", "ballot_id", "group", "choice"}
    assert mine.pk not in kept.values()


def test_fewer_than_ten_votes_tell_nothing(project: Project, cast: Cast, guarded: Conversation, seats: Seats) -> None:
    ballot = held(project, cast, guarded)
    people = seats(9)
    all_vote(ballot, people)
    assert "fewer than 10 have voted" in Client().get(ballot.get_absolute_url()).content.decode()
    done = closed(cast, ballot)
    assert (done.passed, done.result["few"]) == (False, True)
    assert not {"yes", "no", "abstain", "votes"} & set(done.result)
    assert "yes" not in json.loads(Entry.objects.get(action="ballot.closed").payload)
    text = Client().get(ballot.get_absolute_url()).content.decode()
    assert "Not passed: too few people voted" in text
    assert "9 of 9" not in text
    assert "Too few people voted" in Client().get(f"/projects/{project.slug}/ballots/").content.decode()


def test_people_without_a_constituency_count_and_stay_a_group_of_their_own(
    project: Project, cast: Cast, guarded: Conversation, seats: Seats
) -> None:
    ballot = held(project, cast, guarded)
    all_vote(ballot, seats(12))
    all_vote(ballot, seats(11, ""), "no")
    rows = {row["group"]: row for row in closed(cast, ballot).result["groups"]}
    assert (rows["residents"]["yes"], rows[""]["no"]) == (12, 11)
    assert "Did not say" in Client().get(ballot.get_absolute_url()).content.decode()


def test_an_open_conversation_binds_nobody(project: Project, cast: Cast, conversation: Conversation) -> None:
    with pytest.raises(Blocked) as refusal:
        held(project, cast, conversation)
    assert "another person" in refusal.value.cause
    assert "invitation codes" in refusal.value.do
    with pytest.raises(Blocked):
        held(project, cast, conversation, about="gate:1", params=[])
    advisory = held(project, cast, conversation, params=[{**CRITERION, "binding": False}])
    assert advisory.params[0]["binding"] is False


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quorum": SMALLEST_SHOWN - 1}, "quorum"),
        ({"quorums": {"oversight": 5}}, "quorums"),
        ({"quorums": {"business": FEWEST_OF_A_GROUP - 1}}, "quorum_business"),
    ],
)
def test_terms_that_would_single_people_out_are_refused(
    project: Project, cast: Cast, guarded: Conversation, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        held(project, cast, guarded, **wrong)
    assert field in refusal.value.fields


def test_quorums_need_a_conversation(project: Project, cast: Cast) -> None:
    soon = timezone.now() + timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        open_ballot(by(cast.lena), project, text="?", closes=soon, quorums={"residents": 5})
    assert "quorums" in refusal.value.fields


def test_it_keeps_its_time_and_the_clock_closes_it(
    project: Project, cast: Cast, guarded: Conversation, seats: Seats
) -> None:
    then = timezone.now() - timedelta(days=3)
    terms = {"closes": then + timedelta(days=2), "conversation": guarded, "quorum": 10}
    due = open_ballot(by(cast.lena, happened=then), project, text="?", **terms)  # type: ignore[arg-type]
    running = held(project, cast, guarded)
    all_vote(running, seats(12))
    with pytest.raises(Blocked, match="still open"):
        close_ballot(by(cast.lena), project, running)
    assert close_ballots() == "1 closed"
    due.refresh_from_db()
    assert due.passed is False


def test_the_vote_on_the_page_without_script(project: Project, cast: Cast, guarded: Conversation, seats: Seats) -> None:
    ballot = held(project, cast, guarded)
    seats(1)
    stranger, mine = Client(), Client()
    mine.cookies[seat.cookie_of(guarded)] = f"token-{guarded.pk}-0"
    there = f"/projects/{project.slug}/ballots/{ballot.pk}/vote/"
    assert "Open your private link" in stranger.get(ballot.get_absolute_url()).content.decode()
    assert stranger.get(there).status_code == 302
    assert there in mine.get(ballot.get_absolute_url()).content.decode()
    page = mine.get(there).content.decode()
    assert CRITERION["sentence"] in page.replace("&nbsp;", " ")
    assert ballot.params_hash in page
    assert "What happens with my vote" in page
    assert "You chose: Yes" in mine.post(there, {"choice": "yes"}).content.decode()
    assert Voted.objects.count() == 0
    mine.post(there, {"choice": "yes", "sure": "on"})
    assert "You have voted" in mine.get(ballot.get_absolute_url()).content.decode()
    assert mine.post(there, {"choice": "no", "sure": "on"}).status_code == 409
    assert BallotVote.objects.get().choice == "yes"


def test_the_api_shows_the_quorums(project: Project, cast: Cast, guarded: Conversation) -> None:
    held(project, cast, guarded, quorums={"business": 5})
    (row,) = Client().get(f"/api/engage/{project.slug}/ballots").json()
    assert (row["quorums"], row["conversation_id"], row["result"]) == ({"business": 5}, guarded.pk, {})


votes = st.lists(st.tuples(st.sampled_from([*VOICES, ""]), st.sampled_from(["yes", "no", "abstain"])), max_size=80)
terms = st.dictionaries(st.sampled_from(VOICES), st.integers(FEWEST_OF_A_GROUP, 30))


@given(votes, st.integers(10, 40), terms)
def test_every_quorum_is_needed(cast_votes: list[tuple[str, str]], quorum: int, asked: dict[str, int]) -> None:
    result = outcome(cast_votes, [*VOICES, ""], quorum, 50, asked, SMALLEST_SHOWN)
    sizes = {group: sum(name == group for name, _choice in cast_votes) for group in VOICES}
    missed = {row["group"] for row in result["quorums"] if not row["reached"]}
    assert missed == {group for group, needed in asked.items() if sizes[group] < needed}
    if result["passed"]:
        assert not missed
        assert len(cast_votes) >= quorum
    assert ("few" in result) is (len(cast_votes) < SMALLEST_SHOWN)


@given(votes, terms)
def test_whoever_reads_all_results_cannot_tell_a_small_group_s_votes(
    cast_votes: list[tuple[str, str]], asked: dict[str, int]
) -> None:
    """Totals less the shown groups leave at least two groups that voted and ten votes, quorums known or not."""
    result = outcome(cast_votes, [*VOICES, ""], 10, 50, asked, SMALLEST_SHOWN)
    if "few" in result:
        return
    shown = sum(row["votes"] for row in result["groups"] if not row["hidden"])
    names = {row["group"] for row in result["groups"] if not row["hidden"]}
    rest = [group for group, _choice in cast_votes if group not in names]
    assert len(rest) == result["votes"] - shown
    # Alone in the rest is only a group that is large enough to be shown.
    assert not rest or (len(rest) >= SMALLEST_SHOWN and (len(set(rest)) > 1 or not names))
