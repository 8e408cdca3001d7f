"""A passed ballot becomes a criterion as it stands; whoever decides against one says why in public."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from minga.design.actions import (
    approve_criterion,
    ballot_on_draft,
    carry_out,
    decline_criterion,
    make_criterion,
    propose_criterion,
    retire_criterion,
)
from minga.design.models import Criterion, Dataset
from minga.engage import queries
from minga.engage.actions import add_seeds, cast_as_participant, close_ballot, open_ballot, open_conversation
from minga.engage.agreement import followed, votes_on
from minga.engage.models import Ballot, Contribution, Conversation, Participant, Statement, link_hash
from minga.engage.seat import VOTER
from minga.engage.tasks import tally_conversation
from minga.ledger import guard
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.ledger.thread import thread
from minga.people.models import Person
from minga.projects.actions import agree_rule, decide_gate
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.test_pages import client, day, page, send
from tests.engage.conftest import SEEDS
from tests.engage.voting import CAMPS, fill

Passing = Callable[..., Ballot]
DRAFT = {
    "text": "Shall the tool be held to this?", "sentence": "No method has more than a fifth of its calls flagged.",
    "metric": "flag_share", "comparison": "le", "bound": "0.20", "group_by": "procurement_method",
    "quorum": 10, "threshold": 50,
}  # fmt: skip


@pytest.fixture
def guarded(project: Project, cast: Cast) -> Conversation:
    return open_conversation(
        by(cast.fabia), project, title="When should a tender set off a warning?", seeds=SEEDS, access="codes",
        constituencies=["residents", "business"],
    )  # fmt: skip


@pytest.fixture
def statement(guarded: Conversation) -> Statement:
    return guarded.statements.get(number=2)


@pytest.fixture
def draft(project: Project, cast: Cast, statement: Statement, dataset: Dataset) -> Passing:
    """Opens a ballot on a criterion drafted from the statement."""

    def opened(**given: object) -> Ballot:
        closes = timezone.now() + timedelta(days=7)
        terms = {**DRAFT, "dataset": dataset, "closes": closes, **given}
        return ballot_on_draft(by(cast.lena), project, statement.contribution, **terms)  # type: ignore[arg-type]

    return opened


@pytest.fixture
def decided(cast: Cast) -> Passing:
    """Lets twelve participants vote and closes the ballot."""

    def close(ballot: Ballot, choice: str = "yes", minutes: int = 1) -> Ballot:
        assert ballot.conversation is not None
        start = ballot.conversation.participants.count()
        for number in range(start, start + 12):
            with guard.open_for_action():
                mine = Participant.objects.create(
                    conversation=ballot.conversation, link=link_hash(f"token-{number}"), constituency="residents",
                    expires=timezone.now() + timedelta(days=90),
                )  # fmt: skip
            cast_as_participant(VOTER, ballot.project, ballot, mine, choice)
        moment = ballot.closes + timedelta(minutes=minutes)
        return close_ballot(by(cast.fabia, happened=moment), ballot.project, ballot)

    return close


def read(ballot: Ballot, person: Person | None = None) -> str:
    return client(person).get(ballot.get_absolute_url()).content.decode()


def test_the_criterion_is_the_ballot_s_frozen_words(
    project: Project, cast: Cast, draft: Passing, decided: Passing, statement: Statement, dataset: Dataset
) -> None:
    ballot = draft(quorums={"residents": 10})
    assert set(queries.causes(ballot)) == {
        ("contribution", str(statement.contribution_id)), ("conversation", str(statement.conversation_id))
    }  # fmt: skip
    assert not Criterion.objects.exists()
    (made,) = carry_out(by(cast.lena), project, decided(ballot))
    assert [made.params] == ballot.params
    assert (made.state, made.code, made.ballot, made.dataset) == ("approved", "C-01", ballot, dataset)
    assert made.contribution == statement.contribution
    actions = Entry.objects.filter(subject_kind="criterion").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["criterion.made", "criterion.approved"]
    causes = set(Edge.objects.filter(entry__action="criterion.made").values_list("cause_kind", "cause_id"))
    assert causes == {("ballot", str(ballot.pk)), ("contribution", str(statement.contribution_id))}
    walked = thread(("contribution", str(statement.contribution_id)))
    assert {("ballot", str(ballot.pk)), ("criterion", str(made.pk))} <= set(walked.entries)


def test_it_is_made_once_and_only_from_a_passed_ballot(
    project: Project, cast: Cast, draft: Passing, decided: Passing
) -> None:
    running = draft()
    with pytest.raises(Blocked, match="No criterion follows"):
        make_criterion(by(cast.lena), project, running)
    rejected = decided(draft(), "no")
    with pytest.raises(Blocked):
        carry_out(by(cast.lena), project, rejected)
    passed = decided(draft(bound="0.3"))
    with pytest.raises(NotAllowed):
        carry_out(by(cast.rosa), project, passed)
    carry_out(by(cast.lena), project, passed)
    with pytest.raises(Conflict, match="carried out already"):
        carry_out(by(cast.lena), project, passed)
    assert Criterion.objects.count() == 1


def test_a_later_ballot_decides(project: Project, cast: Cast, draft: Passing, decided: Passing) -> None:
    first = decided(draft())
    decided(draft(), "no", minutes=2)
    with pytest.raises(Blocked, match="closed later"):
        carry_out(by(cast.lena), project, first)
    assert not Criterion.objects.exists()


def test_a_criterion_that_waits_is_approved_and_not_made_twice(
    project: Project, cast: Cast, dataset: Dataset, draft: Passing, decided: Passing
) -> None:
    words = {key: DRAFT[key] for key in ("sentence", "metric", "comparison", "bound", "group_by")}
    waiting = propose_criterion(by(cast.rosa), project, dataset=dataset, **words)  # type: ignore[arg-type]
    (done,) = carry_out(by(cast.lena), project, decided(draft()))
    assert (done, done.state, Criterion.objects.count()) == (waiting, "approved", 1)


def test_other_data_than_people_voted_on_make_no_criterion(
    project: Project, cast: Cast, draft: Passing, decided: Passing, dataset: Dataset
) -> None:
    passed = decided(draft())
    with guard.open_for_action():
        Dataset.objects.filter(pk=dataset.pk).update(sha256="0" * 64)
    with pytest.raises(Blocked, match="data that people voted on are not here"):
        carry_out(by(cast.lena), project, passed)
    assert not Criterion.objects.exists()


def test_what_a_criterion_cannot_hold_exactly_is_not_rounded(
    project: Project, cast: Cast, guarded: Conversation, dataset: Dataset, decided: Passing
) -> None:
    row = {
        "sentence": "s", "metric": "flag_share", "group_by": "", "comparison": "le", "bound": "0.123456",
        "minimum_group": 30, "dataset": dataset.sha256, "binding": True,
    }  # fmt: skip
    soon = timezone.now() + timedelta(days=1)
    ballot = open_ballot(
        by(cast.lena), project, text="?", closes=soon, about="criterion", params=[row], conversation=guarded, quorum=10
    )
    with pytest.raises(Blocked, match="exactly as people voted"):
        carry_out(by(cast.lena), project, decided(ballot))
    assert not Criterion.objects.exists()


def test_a_contribution_outside_conversations_has_nobody_to_ask(project: Project, cast: Cast, dataset: Dataset) -> None:
    from minga.engage.actions import submit

    given = submit(by(cast.rosa), project, text="Half is too many.")
    closes = timezone.now() + timedelta(days=7)
    with pytest.raises(Invalid, match="no statement of a conversation"):
        ballot_on_draft(by(cast.lena), project, given, dataset=dataset, closes=closes, **DRAFT)  # type: ignore[arg-type]


def test_declining_stands_in_public_with_its_reasons(
    project: Project, cast: Cast, draft: Passing, decided: Passing
) -> None:
    passed = decided(draft())
    assert queries.waiting_ballots(project) == [passed]
    with pytest.raises(Invalid):
        decline_criterion(by(cast.lena), project, passed, reason=" ")
    decline_criterion(by(cast.lena), project, passed, reason="The court suspended the measure.")
    assert queries.waiting_ballots(project) == []
    (one,) = followed(passed)
    assert (one.against, one.reason, one.who) == (True, "The court suspended the measure.", "Lena")
    text = read(passed)
    assert "Decided against it: no criterion is made" in text
    assert "The court suspended the measure." in text
    with pytest.raises(Conflict):
        decline_criterion(by(cast.lena), project, passed, reason="Again")


def test_silence_shows_as_overdue(project: Project, cast: Cast, draft: Passing, decided: Passing) -> None:
    passed = decided(draft())
    assert passed.closed is not None
    assert queries.overdue_ballots(project, passed.closed + timedelta(days=14)) == []
    assert queries.overdue_ballots(project, passed.closed + timedelta(days=15)) == [passed]
    with guard.open_for_action():
        Ballot.objects.update(closed=timezone.now() - timedelta(days=20))
    words = "A ballot passed this; no criterion yet"
    assert f"{words}. Due since" in read(passed)
    assert words in page(project, "criteria/")
    assert "Overdue since" in page(project, "criteria/")
    carry_out(by(cast.ada), project, passed)
    assert words not in page(project, "criteria/")


def test_approving_what_a_ballot_rejected_needs_reasons_on_its_page(
    project: Project, cast: Cast, dataset: Dataset, draft: Passing, decided: Passing
) -> None:
    rejected = decided(draft(), "no")
    reworded = {key: DRAFT[key] for key in ("metric", "comparison", "bound", "group_by")}
    waiting = propose_criterion(
        by(cast.lena), project, sentence="The same in other words.", dataset=dataset, **reworded
    )  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refusal:
        approve_criterion(by(cast.ada), project, waiting)
    assert "reason" in refusal.value.fields
    done = approve_criterion(by(cast.ada), project, waiting, reason="The law asks for it.")
    assert done.against_ballot
    text = read(rejected)
    assert "Decided against it: approved all the same" in text
    assert "The law asks for it." in text
    assert "Ada" in text


def test_retiring_and_replacing_what_a_ballot_passed_stand_on_its_page(
    project: Project, cast: Cast, dataset: Dataset, draft: Passing, decided: Passing
) -> None:
    passed = decided(draft())
    (made,) = carry_out(by(cast.lena), project, passed)
    words = {key: DRAFT[key] for key in ("metric", "comparison", "group_by")}
    weaker = propose_criterion(
        by(cast.lena), project, sentence="At most half.", bound="0.5", dataset=dataset, replaces=made, **words
    )  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        approve_criterion(by(cast.ada), project, weaker)
    approve_criterion(by(cast.ada), project, weaker, reason="A fifth was never reached.")
    assert "Decided against it: replaced without a ballot" in read(passed)
    assert "A fifth was never reached." in read(passed)

    other = decided(draft(bound="0.4"))
    (held,) = carry_out(by(cast.lena), project, other)
    with pytest.raises(NotAllowed):
        retire_criterion(by(cast.lena), project, held, reason="r")
    status, text = send(project, f"criteria/{held.code}/retire/", cast.ada, reason="The data are no longer published.")
    assert (status, "No longer in force" in text) == (200, True)
    assert "The data are no longer published." in read(other)


@pytest.mark.parametrize("rule", ["lead", "ballot", "board_majority", "board_consent"])
def test_a_gate_decided_against_its_ballot_stands_there_too(
    rule: str, project: Project, cast: Cast, guarded: Conversation, decided: Passing
) -> None:
    agree_rule(by(cast.lena), project, 1, rule)
    soon = timezone.now() + timedelta(days=1)
    ballot = open_ballot(
        by(cast.lena), project, text="Go on?", closes=soon, about="gate:1", conversation=guarded, quorum=10
    )
    decided(ballot)
    later = {"happened": ballot.closes + timedelta(days=1)}
    gate = decide_gate(by(cast.lena, **later), project, 1, passed=False, reason="The money is not there.")
    assert gate.against_ballot
    text = read(ballot)
    assert "Decided against it" in text
    assert "The money is not there." in text


def test_the_statement_and_its_votes_stand_beside_the_draft(
    project: Project, cast: Cast, guarded: Conversation, statement: Statement, dataset: Dataset
) -> None:
    path = f"criteria/from/{statement.contribution_id}/"
    assert "have not been counted yet" in page(project, path, cast.lena)
    fill(guarded, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 14), "": (CAMPS[0], 3)}, noise=0.05)
    tally_conversation.func(guarded.pk)
    votes = votes_on(statement)
    assert votes.chart is not None
    assert votes.hidden == ("Businesses",)
    text = page(project, path, cast.lena)
    assert statement.contribution.text in text
    assert "Everybody" in text
    assert "Not shown on their own" in text
    page(project, path, cast.rosa, status=403)


def test_drafting_and_carrying_out_on_the_pages(
    project: Project, cast: Cast, guarded: Conversation, statement: Statement, dataset: Dataset, decided: Passing
) -> None:
    path = f"criteria/from/{statement.contribution_id}/"
    given = {
        "sentence": DRAFT["sentence"], "metric": "flag_share", "group_by": "procurement_method", "comparison": "le",
        "bound": "20", "minimum_group": "30", "dataset": dataset.pk, "binding": "yes", "text": DRAFT["text"],
        "quorum": "10", "threshold": "60", "quorum_residents": "11", "quorum_business": "",
        **day("closes", timezone.localdate() + timedelta(days=5)),
    }  # fmt: skip
    status, text = send(project, path, cast.lena, **{**given, "quorum": "4"})
    assert status == 422
    status, text = send(project, path, cast.lena, **given)
    assert status == 200, text[:2000]
    for words in ("Share of", "Procurement method", "at most 20\u202f%", dataset.sha256, "Calls of 2026"):
        assert words.lower() in text.lower(), words
    ballot = Ballot.objects.get()
    assert (ballot.quorums, ballot.threshold, ballot.conversation) == ({"residents": 11}, 60, guarded)
    decided(ballot)
    assert "Put it in force" in read(ballot, cast.lena)
    assert "Put it in force" not in read(ballot)
    status, text = send(project, f"ballots/{ballot.pk}/criterion/", cast.lena)
    assert status == 200
    assert "The tool must meet this" in text
    assert "The criterion is in force by it" in read(ballot)
    assert Criterion.objects.get().params == ballot.params[0]


def test_an_open_conversation_offers_advice_only(
    project: Project, cast: Cast, dataset: Dataset, draft: Passing
) -> None:
    anybody = open_conversation(by(cast.fabia), project, title="And this?", seeds=SEEDS)
    contribution = anybody.statements.get(number=1).contribution
    text = page(project, f"criteria/from/{contribution.pk}/", cast.lena)
    assert "its ballot cannot bind" in text
    assert 'value="yes"' not in text
    closes = timezone.now() + timedelta(days=7)
    with pytest.raises(Blocked, match="cannot bind anybody"):
        ballot_on_draft(by(cast.lena), project, contribution, dataset=dataset, closes=closes, **DRAFT)  # type: ignore[arg-type]


def test_a_hidden_statement_or_another_project_s_has_no_draft(
    project: Project, cast: Cast, statement: Statement
) -> None:
    with guard.open_for_action():
        Contribution.objects.filter(pk=statement.contribution_id).update(status="hidden")
    text = page(project, f"criteria/from/{statement.contribution_id}/", cast.lena, status=404)
    assert statement.contribution.text not in text
    assert '<form method="post"' not in page(project, "criteria/from/99999/", cast.lena, status=404)


def test_the_thread_tells_statement_votes_ballot_criterion_and_today(
    project: Project, cast: Cast, guarded: Conversation, statement: Statement, draft: Passing, decided: Passing
) -> None:
    fill(guarded, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 14)}, noise=0.05)
    tally_conversation.func(guarded.pk)
    ballot = draft()
    there = f"/threads/contribution/{statement.contribution_id}/"
    assert "It was put to a ballot" in Client().get(there).content.decode()
    decided(ballot)
    assert "A ballot passed this; no criterion yet" in Client().get(there).content.decode()
    carry_out(by(cast.lena), project, Ballot.objects.get())
    text = Client().get(there).content.decode()
    for words in (
        statement.contribution.text, "Everybody", "12 yes, 0 no, 0 abstained", "C-01 is in force",
        "No version is in use", str(DRAFT["sentence"]),
    ):  # fmt: skip
        assert words in text, words
    assert json.loads(Entry.objects.get(action="criterion.approved").payload)["by"] == "ballot"


def test_seeds_added_later_can_be_drafted_from(
    project: Project, cast: Cast, guarded: Conversation, dataset: Dataset
) -> None:
    add_seeds(by(cast.fabia), project, guarded, ["A sixth thing."])
    newest = guarded.statements.get(number=6)
    assert "A sixth thing." in page(project, f"criteria/from/{newest.contribution_id}/", cast.lena)
