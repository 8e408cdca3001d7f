"""Reads of this room, by subject."""

from minga.engage.queries import panels, sessions
from minga.engage.queries.answers import waiting_origins, without_origins
from minga.engage.queries.ballots import (
    ballots_of,
    due_by,
    electorate,
    eligible,
    has_voted,
    is_acted_on,
    may_vote,
    overdue_ballots,
    passed_ballot,
    passed_ballot_with,
    seat_has_voted,
    seat_may_vote,
    seats,
    vote_next,
    waiting_ballots,
)
from minga.engage.queries.charters import changes, charters_in_force, same_promise
from minga.engage.queries.contributions import (
    PUBLIC,
    answer_next,
    causes,
    contributions_about,
    fresh,
    held,
    median_days,
    moderation_log,
    overdue,
    person_of,
    public_contributions,
    public_thing,
    undecided,
)
from minga.engage.queries.conversations import (
    answered,
    newest_figures,
    newest_tally,
    next_statement,
    participant_by,
    public_conversations,
    public_statements,
    say_next,
    seated,
    statement_with_lineage,
    strata,
    votable,
)
from minga.ledger.action import Actor
from minga.projects.models import Project

__all__ = [
    "PUBLIC",
    "answered",
    "ballots_of",
    "causes",
    "changes",
    "charters_in_force",
    "contributions_about",
    "due_by",
    "electorate",
    "eligible",
    "fresh",
    "has_voted",
    "held",
    "is_acted_on",
    "may_vote",
    "median_days",
    "moderation_log",
    "newest_figures",
    "newest_tally",
    "next_statement",
    "overdue",
    "overdue_ballots",
    "participant_by",
    "passed_ballot",
    "passed_ballot_with",
    "person_of",
    "public_contributions",
    "public_conversations",
    "public_statements",
    "public_thing",
    "same_promise",
    "seat_has_voted",
    "seat_may_vote",
    "seated",
    "seats",
    "statement_with_lineage",
    "strata",
    "undecided",
    "votable",
    "waiting_ballots",
    "waiting_origins",
    "what_next",
    "without_origins",
]


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What ``actor`` can do here now: (sentence, address), the most urgent first."""
    work = [*answer_next(project, actor), *sessions.what_next(project, actor), *panels.what_next(project, actor)]
    return [*work, *vote_next(project, actor), *say_next(project)]
