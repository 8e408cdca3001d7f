"""Votes count, and nothing stored says who voted what."""

import itertools
import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from minga.engage import queries
from minga.engage.actions import cast as vote
from minga.engage.actions import close_ballot, decide, open_ballot, submit
from minga.engage.actions.ballots import decimal_text
from minga.engage.clock import close_ballots
from minga.engage.counting import SMALLEST_SHOWN, outcome, too_small
from minga.engage.models import Ballot, BallotVote, Voted, params_hash
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects import queries as gates
from minga.projects.actions import grant_role
from minga.projects.models import Project
from minga.projects.steps import STEPS
from tests.conftest import Cast, by

CRITERION = {
    "sentence": "No indicator fires on more than 20 % of any method.",
    "metric": "share_flagged",
    "group_by": "method",
    "comparison": "le",
    "bound": "0.20",
    "minimum_group": 30,
    "dataset": None,
    "binding": True,
}
_names = itertools.count()


@pytest.fixture
def ballot(project: Project, cast: Cast) -> Ballot:
    soon = timezone.now() + timedelta(days=7)
    return open_ballot(
        by(cast.fabia), project, text="Shall this bind?", closes=soon, about="criterion", params=[CRITERION]
    )


def residents(project: Project, cast: Cast, count: int) -> list[Person]:
    people = [Person.objects.create(username=f"r{next(_names)}", group="residents") for _ in range(count)]
    for person in people:
        grant_role(by(cast.lena), project, person=person, role="resident")
    return people


def later(ballot: Ballot) -> dict[str, object]:
    return {"happened": ballot.closes + timedelta(minutes=1)}


def test_the_parameters_are_frozen_by_their_hash(ballot: Ballot, project: Project, cast: Cast) -> None:
    frozen = {**CRITERION, "bound": "0.2"}
    assert (ballot.params, ballot.params_hash) == ([frozen], params_hash([frozen]))
    vote(by(cast.rosa), project, ballot, "yes")
    assert queries.passed_ballot(project, [frozen]) is None
    close_ballot(by(cast.fabia, **later(ballot)), project, ballot)
    assert queries.passed_ballot(project, [frozen]) == ballot
    assert queries.passed_ballot(project, ballot.params_hash) == ballot
    assert queries.passed_ballot_with(project, frozen) == ballot
    assert queries.passed_ballot_with(project, {**frozen, "bound": "0.3"}) is None


def test_nothing_kept_says_who_voted_what(ballot: Ballot, project: Project, cast: Cast) -> None:
    before = list(Entry.objects.filter(chain=project.chain).values_list("pk", flat=True))
    voted = vote(by(cast.rosa), project, ballot, "no")
    vote(by(cast.flor), project, ballot, "yes")
    columns = {field.name for field in BallotVote._meta.get_fields()}
    assert columns == {"id", "ballot", "group", "choice"}
    assert {field.name for field in Voted._meta.get_fields()} == {"id", "project", "ballot", "person", "participant"}
    for entry in Entry.objects.filter(chain=project.chain).exclude(pk__in=before):
        assert json.loads(entry.payload) == {}
        assert entry.subject_kind == "vote"
    assert voted.pk not in BallotVote.objects.values_list("pk", flat=True)
    assert "no" not in json.loads(serializers.serialize("json", [voted]))[0]["fields"].values()


def test_the_request_s_digest_does_not_give_the_vote_away(ballot: Ballot, project: Project, cast: Cast) -> None:
    """The same request with another choice has the same digest: trying out choices against it tells nothing."""
    request = by(cast.rosa)
    first = vote(request, project, ballot, "no")
    assert vote(request, project, ballot, "yes") == first
    assert BallotVote.objects.get().choice == "no"


def test_the_rows_of_votes_keep_no_order(ballot: Ballot, project: Project, cast: Cast) -> None:
    with connection.cursor() as cursor:
        vote(by(cast.rosa), project, ballot, "no")
        cursor.execute("SELECT rowid, id FROM engage_ballotvote")
        rowid, identifier = cursor.fetchone()
    assert rowid == identifier > 1_000_000


def test_each_votes_once_and_only_while_it_is_open(ballot: Ballot, project: Project, cast: Cast) -> None:
    vote(by(cast.rosa), project, ballot, "yes")
    with pytest.raises(Conflict, match="once"):
        vote(by(cast.rosa), project, ballot, "no")
    with pytest.raises(Conflict, match="closed"):
        vote(by(cast.flor, **later(ballot)), project, ballot, "yes")
    with pytest.raises(Invalid):
        vote(by(cast.flor), project, ballot, "maybe")
    assert (Voted.objects.count(), BallotVote.objects.count()) == (1, 1)


def test_other_groups_and_other_people_do_not_vote(project: Project, cast: Cast) -> None:
    soon = timezone.now() + timedelta(days=1)
    ballot = open_ballot(by(cast.lena), project, text="?", closes=soon, groups=["residents"])
    with pytest.raises(Blocked):
        vote(by(cast.flor), project, ballot, "yes")
    for person in (cast.nadie, cast.olga, cast.remi, cast.mora):
        with pytest.raises(NotAllowed):
            vote(by(person), project, ballot, "yes")
    assert set(queries.eligible(ballot)) == {cast.rosa}
    assert queries.may_vote(cast.rosa.actor, ballot)
    assert not queries.may_vote(cast.flor.actor, ballot)


def test_it_closes_when_time_is_over_or_all_have_voted(project: Project, cast: Cast) -> None:
    soon = timezone.now() + timedelta(days=1)
    ballot = open_ballot(by(cast.lena), project, text="?", closes=soon, groups=["residents"])
    with pytest.raises(Blocked, match="still open"):
        close_ballot(by(cast.lena), project, ballot)
    vote(by(cast.rosa), project, ballot, "yes")
    assert close_ballot(by(cast.lena), project, ballot).passed is True
    with pytest.raises(Conflict):
        close_ballot(by(cast.lena), project, ballot)


def test_the_clock_closes_what_is_due(project: Project, cast: Cast) -> None:
    then = timezone.now() - timedelta(days=3)
    past = open_ballot(by(cast.lena, happened=then), project, text="?", closes=then + timedelta(days=1))
    running = open_ballot(by(cast.lena), project, text="?", closes=timezone.now() + timedelta(days=1))
    assert close_ballots() == "1 closed"
    assert close_ballots() == ""
    past.refresh_from_db()
    running.refresh_from_db()
    assert (past.passed, running.closed) == (False, None)
    assert Entry.objects.filter(action="ballot.closed", actor_key="system").count() == 1


def test_groups_of_ten_are_shown_and_smaller_ones_lose_their_group(project: Project, cast: Cast) -> None:
    ballot = open_ballot(by(cast.lena), project, text="?", closes=timezone.now() + timedelta(days=1))
    for person in residents(project, cast, 24):
        vote(by(person), project, ballot, "yes")
    for person in (cast.flor, cast.fidel, cast.bruno):
        vote(by(person), project, ballot, "no")
    closed = close_ballot(by(cast.lena, **later(ballot)), project, ballot)
    assert (closed.result["yes"], closed.result["no"], closed.result["votes"]) == (24, 3, 27)
    # Showing the residents would leave three votes of two groups, so they stay hidden too.
    assert all(row["hidden"] for row in closed.result["groups"])
    assert set(ballot.votes.values_list("group", flat=True)) == {""}


def test_the_result_of_a_gate_s_ballot_reaches_the_gate(project: Project, cast: Cast) -> None:
    ballot = open_ballot(
        by(cast.lena), project, text="Pass gate 1?", about="gate:1", closes=timezone.now() + timedelta(days=1)
    )
    vote(by(cast.rosa), project, ballot, "no")
    assert gates.ballot_on(project, STEPS[1]) is None
    close_ballot(by(cast.lena, **later(ballot)), project, ballot)
    assert gates.ballot_on(project, STEPS[1]) is False


def test_a_ballot_follows_from_the_decision_that_led_to_it(project: Project, cast: Cast) -> None:
    given_ = submit(by(cast.rosa), project, text="Half of everything helps nobody.")
    decision = decide(by(cast.lena), project, given_, outcome="adopted", reason="It becomes a criterion.")
    soon = timezone.now() + timedelta(days=1)
    ballot = open_ballot(by(cast.lena), project, text="?", closes=soon, because=[decision, given_])
    assert set(queries.causes(ballot)) == {("decision", str(decision.pk)), ("contribution", str(given_.pk))}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"threshold": 30}, "threshold"),
        ({"quorum": 0}, "quorum"),
        ({"groups": ["martians"]}, "groups"),
        ({"about": "gate:99"}, "about"),
        ({"closes": timezone.now() - timedelta(days=1)}, "closes"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    project: Project, cast: Cast, wrong: dict[str, object], field: str
) -> None:
    terms = {"text": "?", "closes": timezone.now() + timedelta(days=1), **wrong}
    with pytest.raises(Invalid) as refusal:
        open_ballot(by(cast.lena), project, **terms)  # type: ignore[arg-type]
    assert field in refusal.value.fields


def test_an_incomplete_criterion_is_refused_by_name(project: Project, cast: Cast) -> None:
    partly = {key: value for key, value in CRITERION.items() if key != "metric"} | {"colour": "red"}
    soon = timezone.now() + timedelta(days=1)
    with pytest.raises(Invalid, match="metric is missing colour is unknown"):
        open_ballot(by(cast.lena), project, text="?", closes=soon, about="criterion", params=[partly])
    bad = {**CRITERION, "bound": "a fifth"}
    with pytest.raises(Invalid, match="number"):
        open_ballot(by(cast.lena), project, text="?", closes=soon, about="criterion", params=[bad])


votes = st.lists(
    st.tuples(st.sampled_from(["agency", "residents", "business"]), st.sampled_from(["yes", "no", "abstain"]))
)
GROUPS = ["agency", "residents", "business"]


@given(votes, st.integers(1, 40), st.integers(50, 99))
def test_counting_adds_up_and_follows_its_rule(cast_votes: list[tuple[str, str]], quorum: int, threshold: int) -> None:
    result = outcome(cast_votes, GROUPS, quorum, threshold)
    assert result["votes"] == result["yes"] + result["no"] + result["abstain"] == len(cast_votes)
    enough = result["yes"] * 100 > threshold * (result["yes"] + result["no"])
    assert result["passed"] is (len(cast_votes) >= quorum and enough)
    shown = [row for row in result["groups"] if not row["hidden"]]
    assert all(row["votes"] >= SMALLEST_SHOWN for row in shown)


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 60)))
def test_a_hidden_group_cannot_be_computed_from_the_rest(sizes: dict[str, int]) -> None:
    hidden = too_small(Counter(sizes))
    together = sum(sizes[group] for group in hidden)
    if hidden:
        assert together >= SMALLEST_SHOWN or not any(size and group not in hidden for group, size in sizes.items())
        assert len(hidden) > 1 or sum(1 for size in sizes.values() if size) == 1


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=6))
def test_a_bound_has_one_text(number: Decimal) -> None:
    text = decimal_text(number)
    assert Decimal(text) == number
    assert decimal_text(f"{number}000" if "." in str(number) else number) == text
