"""Reads of ballots, and what the rooms above ask of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.engage.models import Ballot, Conversation, Participant, Voted, params_hash
from minga.ledger.action import Actor, may
from minga.ledger.models import Edge
from minga.people.models import Person
from minga.projects.models import Project
from minga.projects.roles import TABLE

# Within so many days the project makes the criterion that a ballot passed, or says in public why not.
DAYS_TO_ACT = 14
ACTED = ("criterion.approved", "criterion.declined")


def eligible(ballot: Ballot) -> QuerySet[Person]:
    """The people who may vote: with a role that votes in the project, in one of the ballot's groups."""
    return Person.objects.filter(
        memberships__project=ballot.project,
        memberships__ended=None,
        memberships__role__in=TABLE["ballot.cast"],
        group__in=ballot.groups,
    ).distinct()


def seats(conversation: Conversation, now: datetime | None = None) -> QuerySet[Participant]:
    """The participants who hold a private link that works: those who came here themselves."""
    return conversation.participants.filter(expires__gt=now or timezone.now()).exclude(link=None)


def electorate(ballot: Ballot, now: datetime | None = None) -> int:
    """How many may vote: the seats of its conversation, or the people of its groups."""
    if ballot.conversation is not None:
        return seats(ballot.conversation, now).count()
    return eligible(ballot).count()


def may_vote(actor: Actor, ballot: Ballot) -> bool:
    """Whether ``actor`` can cast a vote now; in a ballot of a conversation its participants do, with their seat."""
    return (
        ballot.conversation_id is None
        and ballot.is_open()
        and actor.group in ballot.groups
        and may(actor, ballot.project, "ballot.cast")
        and not has_voted(actor, ballot)
    )


def has_voted(actor: Actor, ballot: Ballot) -> bool:
    if actor.person_id is None:
        return False
    return Voted.objects.filter(ballot=ballot, person_id=actor.person_id).exists()


def seat_may_vote(participant: Participant | None, ballot: Ballot) -> bool:
    """Whether whoever holds this seat can cast a vote now."""
    here = participant is not None and participant.conversation_id == ballot.conversation_id
    return here and ballot.is_open() and not seat_has_voted(participant, ballot)


def seat_has_voted(participant: Participant | None, ballot: Ballot) -> bool:
    return participant is not None and Voted.objects.filter(ballot=ballot, participant=participant).exists()


def ballots_of(conversation: Conversation, participant: Participant | None = None) -> list[tuple[Ballot, bool]]:
    """The ballots of a conversation, newest first, each with whether this seat can still vote in it."""
    found = conversation.ballots.select_related("project")
    return [(ballot, seat_may_vote(participant, ballot)) for ballot in found]


def passed_ballot(project: Project, params: str | Sequence[Mapping[str, Any]]) -> Ballot | None:
    """The passed ballot over exactly these parameters, given as their list or as its hash."""
    wanted = params if isinstance(params, str) else params_hash(list(params))
    return project.ballots.filter(params_hash=wanted, passed=True).exclude(params=[]).first()


def passed_ballot_with(project: Project, criterion: Mapping[str, Any]) -> Ballot | None:
    """The ballot that passed this one criterion, unchanged; None where the last one on it did not pass."""
    closed = project.ballots.filter(about="criterion").exclude(closed=None).order_by("-closed", "-pk")
    last = next((ballot for ballot in closed if dict(criterion) in ballot.params), None)
    return last if last and last.passed else None


def due_by(ballot: Ballot) -> datetime | None:
    """Until when the project acts on a passed ballot about criteria."""
    if ballot.closed is None or not ballot.passed or ballot.about != "criterion":
        return None
    return ballot.closed + timedelta(days=DAYS_TO_ACT)


def waiting_ballots(project: Project) -> list[Ballot]:
    """Passed ballots about criteria on which the project has not acted in full, the oldest first."""
    passed = project.ballots.filter(passed=True, about="criterion").order_by("closed", "pk")
    return [ballot for ballot in passed if not is_acted_on(ballot)]


def is_acted_on(ballot: Ballot) -> bool:
    """Whether each of its criteria is in force by it, or the project has said why not."""
    edges = Edge.objects.filter(cause_kind="ballot", cause_id=str(ballot.pk), entry__action__in=ACTED)
    acts = set(edges.values_list("entry__action", "entry__subject_id"))
    approved = [subject for action, subject in acts if action == "criterion.approved"]
    return len(approved) >= len(ballot.params) or len(approved) < len(acts)


def overdue_ballots(project: Project, now: datetime | None = None) -> list[Ballot]:
    """Passed ballots on which the project should have acted by now."""
    now = now or timezone.now()
    return [ballot for ballot in waiting_ballots(project) if (due_by(ballot) or now) < now]


def vote_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    return [
        (_("Vote: %(text)s") % {"text": ballot.text}, reverse("engage:cast", args=[project.slug, ballot.pk]))
        for ballot in project.ballots.filter(closed=None)
        if may_vote(actor, ballot)
    ]
