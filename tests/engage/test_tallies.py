"""Tallies: votes become one ledger entry and one document that shows everything and tells of nobody."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from minga.engage import clock, tasks
from minga.engage.actions import add_seeds, cast_vote, join, tally_votes
from minga.engage.models import Arrivals, Conversation, Participant, Tally, Vote
from minga.engage.tallying import counted, digest_of, is_due, steady
from minga.engage.tallying.ordering import enough_votes, ordered
from minga.engage.tallying.reading import cast_votes
from minga.jobs import worker
from minga.ledger import guard
from minga.ledger.action import SYSTEM, By
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Conflict, NotAllowed
from minga.projects.models import Project
from minga.projects.queries import groups_taking_part
from tests.conftest import Cast, by
from tests.engage.voting import CAMPS, fill


def tallied(conversation: Conversation) -> Tally:
    tasks.tally_conversation.func(conversation.pk)
    newest = conversation.tallies.first()
    assert newest is not None
    return newest


def entries(project: Project) -> list[Entry]:
    return list(Entry.objects.filter(chain=project.chain, action="votes.tallied"))


def test_a_batch_of_votes_is_one_entry(conversation: Conversation, project: Project, cast: Cast) -> None:
    statement = conversation.statements.first()
    assert statement is not None
    seats = [join(by(None), project, conversation, constituency="residents").participant for _ in range(3)]
    for seat in seats:
        cast_vote(by(None), project, seat, statement, 1)
    cast_vote(by(None), project, seats[0], statement, -1)
    assert clock.tally_conversations() == "1 to tally"
    assert clock.tally_conversations() == ""
    worker.LeasedWorker(**worker.options(batch=True)).run()
    (entry,) = entries(project)
    assert json.loads(entry.payload) == {
        "cast": 4,
        "votes": 3,
        "participants": 3,
        "statements": 5,
        "digest": "",
        "groups": [],
        "k": 0,
    }
    assert (entry.actor_key, entry.subject_kind) == ("system", "tally")
    assert list(Edge.objects.filter(entry=entry).values_list("cause_kind", "cause_id")) == [
        ("conversation", str(conversation.pk))
    ]
    assert clock.tally_conversations() == ""
    assert not is_due(conversation)


def test_under_ten_people_nothing_is_shown(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 9)})
    document = tallied(conversation).document
    assert document["results"] == {"enough": False, "people": 9, "votes": 45}
    assert document["took_part"] == {"people": {}}
    assert document["priorities"] == {}


def test_a_killed_worker_s_tally_is_made_by_the_next(conversation: Conversation, project: Project) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    clock.tally_conversations()
    DBTaskResult.objects.get().claim("gone")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))
    assert clock.tally_conversations() == "", "one that is lost is not asked for twice"
    worker.recover()
    DBTaskResult.objects.update(run_after=timezone.now())
    worker.LeasedWorker(**worker.options(batch=True)).run()
    assert len(entries(project)) == Tally.objects.count() == 1


def test_the_same_votes_are_entered_once(conversation: Conversation, project: Project, cast: Cast) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    found = counted(conversation)
    first = tally_votes(By(SYSTEM, once="tally-1"), project, conversation, found)
    assert tally_votes(By(SYSTEM, once="tally-1"), project, conversation, found) == first
    with pytest.raises(Conflict):
        tally_votes(By(SYSTEM, once="tally-2"), project, conversation, found)
    with pytest.raises(NotAllowed):
        tally_votes(by(cast.lena), project, conversation, found)
    assert len(entries(project)) == 1


def test_only_the_newest_keeps_its_document(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    first = tallied(conversation)
    fill(conversation, {"business": (CAMPS[1], 11)})
    with guard.open_for_action():
        Tally.objects.update(computed=timezone.now() - timedelta(hours=1))
    second = tallied(conversation)
    first.refresh_from_db()
    assert (first.document, second.document["results"]["people"]) == ({}, 23)


def test_it_rests_ten_times_as_long_as_it_took(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    newest = tallied(conversation)
    with guard.open_for_action():
        newest.document["milliseconds"] = 30_000
        newest.save()
        Arrivals.objects.update(votes=999)
    assert not is_due(conversation)
    with guard.open_for_action():
        Tally.objects.update(computed=timezone.now() - timedelta(seconds=301))
    assert is_due(conversation)


@pytest.mark.parametrize(
    ("best", "shown"), [([3, 3, 3, 2, 2, 2, 3, 2, 2, 2, 2, 2], [3] * 10 + [2, 2]), ([2, 3, 3, 3, 3], [2] * 4 + [3])]
)
def test_the_number_of_groups_changes_after_four_that_agree(best: list[int], shown: list[int]) -> None:
    last: Tally | None = None
    seen = []
    for number in best:
        agreeing, k = steady(last, number)
        last = Tally(best_groups=number, agreeing=agreeing, shown_groups=k)
        seen.append(k)
    assert seen == shown


def test_what_unites_and_what_divides(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)})
    results = tallied(conversation).document["results"]
    number = {str(pk): n for pk, n in conversation.statements.values_list("pk", "number")}
    assert [number[pk] for pk in results["agreed"]] == [1, 2]
    assert [number[pk] for pk in results["rejected"]] == [5]
    assert {number[pk] for pk in results["divides"]} == {3, 4}
    figures = results["statements"]
    third = next(pk for pk, n in number.items() if n == 3)
    assert figures[third]["all"] == [30, 20, 0]
    assert figures[third]["constituencies"] == {"residents": [30, 0, 0], "business": [0, 20, 0]}


def test_the_document_names_nobody_and_keeps_no_order(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)}, noise=0.2)
    document = tallied(conversation).document
    text = json.dumps(document)
    for pk in Participant.objects.values_list("pk", flat=True):
        assert str(pk) not in text
    points = document["results"]["points"]
    assert sum(point["people"] for point in points) == 50
    assert set(points[0]) == {"x", "y", "group", "sure", "people"}
    places = [(point["sure"], point["group"], point["y"], point["x"]) for point in points]
    assert places == sorted(places), "the order is that of the places"


def test_small_constituencies_and_what_would_tell_them_are_hidden(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20), "agency": (CAMPS[0], 4)})
    document = tallied(conversation).document
    assert document["took_part"]["people"] == {"residents": 30, "business": None, "agency": None}
    for figures in document["results"]["statements"].values():
        assert figures["constituencies"]["agency"] is None
        assert figures["constituencies"]["business"] is None


def test_patterns_are_counted_and_can_be_left_out(conversation: Conversation, project: Project, cast: Cast) -> None:
    add_seeds(by(cast.lena), project, conversation, [f"Thought {number}." for number in range(7)])
    fill(conversation, {"residents": (CAMPS[0], 25)}, noise=0.5)
    fill(conversation, {"business": ((-1,) * 12, 4)})
    with guard.open_for_action():
        Participant.objects.filter(pk__in=Participant.objects.values("pk")[:1]).update(in_burst=True)
    document = tallied(conversation).document
    assert document["patterns"] == {"identical_people": 4, "identical_sets": 1, "in_burst": 1}
    assert document["results"]["people"] == 29
    assert document["without"]["people"] in {24, 25}


def test_no_digest_lets_the_votes_of_a_few_be_found_by_trying(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 9)})
    assert counted(conversation).digest == ""
    fill(conversation, {"residents": (CAMPS[0], 1)})
    found = counted(conversation)
    assert found.digest == digest_of(found.document["tallies"])


@pytest.mark.parametrize("few", [{"business": 4}, {"frontline": 1}])
def test_the_results_without_some_tell_nothing_of_a_small_group(
    conversation: Conversation, project: Project, cast: Cast, few: dict[str, int]
) -> None:
    add_seeds(by(cast.lena), project, conversation, [f"Thought {number}." for number in range(7)])
    fill(conversation, {"residents": (CAMPS[0], 25), "frontline": (CAMPS[0], 14)}, noise=0.5)
    fill(conversation, {name: ((-1,) * 12, people) for name, people in few.items()})
    with guard.open_for_action():
        alike = Participant.objects.exclude(votes__choice__in=(0, 1))
        Participant.objects.filter(pk__in=alike).update(in_burst=True)
    without = tallied(conversation).document["without"]
    assert without["people"] == 39
    told = [counts for figures in without["statements"].values() for counts in figures["constituencies"].values()]
    assert told
    assert not any(told)


def test_the_results_without_a_large_group_tell_the_constituencies(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 25), "frontline": (CAMPS[1], 26)}, noise=0.5)
    with guard.open_for_action():
        burst = Participant.objects.filter(constituency="frontline").values("pk")[:12]
        Participant.objects.filter(pk__in=burst).update(in_burst=True)
    document = tallied(conversation).document
    assert document["without"]["people"] == 39
    for figures in document["without"]["statements"].values():
        assert {name: sum(counts) for name, counts in figures["constituencies"].items()} == {
            "residents": 25,
            "frontline": 14,
        }


def test_votes_on_hidden_statements_and_unclear_ones_do_not_count(conversation: Conversation) -> None:
    fill(conversation, {"residents": ((1, 9, 1, 1, 1), 12)})
    hidden = conversation.statements.order_by("number").last()
    assert hidden is not None
    with guard.open_for_action():
        hidden.contribution.status = "hidden"
        hidden.contribution.save()
    found = cast_votes(conversation)
    assert (found.people, len(found.votes), len(found.statements)) == (12, 36, 4)


def test_it_reads_exactly_what_was_cast(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 8), "": (CAMPS[1], 7)}, noise=0.6)
    found = cast_votes(conversation)
    read = sorted(
        (found.votes.statements[s], int(v)) for s, v in zip(found.votes.statement, found.votes.value, strict=True)
    )
    stored = sorted(Vote.objects.exclude(choice=9).values_list("statement_id", "choice"))
    assert read == stored
    assert sorted(found.constituency.tolist()) == [""] * 7 + ["residents"] * 8


def test_the_bar_for_judging_grows_with_the_people() -> None:
    assert [enough_votes(people) for people in (10, 26, 40, 60, 5_000)] == [10, 13, 20, 30, 30]


def test_a_large_voice_cannot_outvote_a_small_one() -> None:
    # voices: 900 and 40 people; statement 0: the small one disagrees; statement 1: both mildly agree.
    agreed = np.array([[900.0, 520.0], [5.0, 25.0]])
    disagreed = np.array([[0.0, 380.0], [35.0, 15.0]])
    tallies = np.stack([agreed, disagreed, agreed + disagreed])
    order = ordered(tallies, tallies.sum(1), np.array([True, True]))
    assert (order.agreed, order.rejected, order.divides) == ([1], [], [0])


def test_tasks_tell_what_they_did(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    newest = tasks.tally_conversation.func(conversation.pk)
    assert newest == Tally.objects.get().digest
    assert tasks.tally_conversation.func(conversation.pk) == "nothing new"


def test_one_voice_that_is_split_does_not_agree() -> None:
    agreed, disagreed = np.array([[55.0, 80.0, 10.0]]), np.array([[45.0, 20.0, 90.0]])
    tallies = np.stack([agreed, disagreed, agreed + disagreed])
    order = ordered(tallies, tallies.sum(1), np.array([True, True, True]))
    assert (order.agreed, order.rejected, order.divides) == ([1], [2], [0])


def test_who_voted_has_taken_part_in_the_phase(conversation: Conversation, project: Project) -> None:
    """In an open conversation anybody may call themselves anything, so a group needs ten voters to have spoken."""
    fill(conversation, {"provider": (CAMPS[0], 9), "business": (CAMPS[0], 10)})
    tallied(conversation)
    taking_part = groups_taking_part(project, project.phase)
    assert (taking_part["provider"], taking_part["business"]) == (0, 1)
