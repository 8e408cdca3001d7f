"""All votes of a conversation as arrays, in one read of the database."""

from dataclasses import dataclass, replace

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from minga.engage.models import Contribution, Conversation, Statement, Vote
from minga.tools.opinion import Statement as MapStatement
from minga.tools.opinion import Votes

PUBLIC = (Contribution.Status.SHOWN, Contribution.Status.DECIDED)

# One row per participant: a text of numbers is read ten times faster than rows of Python integers, and the index
# on (participant, statement, choice) holds all that is asked (measured: docs/decisions/0008).
_READ = """
SELECT p.id, p.constituency, p.in_burst, {joined}
FROM engage_participant p CROSS JOIN engage_vote v
WHERE v.participant_id = p.id AND p.conversation_id = %s
GROUP BY p.id, p.constituency, p.in_burst
"""
_JOINED = {
    "sqlite": "group_concat(v.statement_id * 16 + v.choice + 1)",
    "postgresql": "string_agg((v.statement_id * 16 + v.choice + 1)::text, ',')",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """``votes`` on public statements (participants are numbered in the order of their random ids),
    ``constituency`` and ``in_burst`` (P,) of each, and the ``statements`` as the map wants them (id: primary key)."""

    votes: Votes
    constituency: NDArray[np.str_]
    in_burst: NDArray[np.bool_]
    statements: tuple[MapStatement, ...]

    @property
    def people(self) -> int:
        return len(self.votes.participants)

    def only(self, kept: NDArray[np.bool_]) -> "Cast":
        """The same with only the participants in ``kept`` (P,)."""
        rows = kept[self.votes.person]
        number = np.cumsum(kept) - 1
        votes = replace(
            self.votes,
            participants=range(int(kept.sum())),
            person=number[self.votes.person[rows]].astype(np.int32),
            statement=self.votes.statement[rows],
            value=self.votes.value[rows],
        )
        return Cast(votes, self.constituency[kept], self.in_burst[kept], self.statements)


def public_statements(conversation: Conversation) -> list[tuple[int, int, bool]]:
    """(primary key, number, meta) of what everybody may read, by primary key."""
    found = Statement.objects.filter(conversation=conversation, contribution__status__in=PUBLIC)
    return list(found.order_by("pk").values_list("pk", "number", "meta"))


def cast_votes(conversation: Conversation) -> Cast:
    """Everything voted by people who answered at least one public statement; "I don't understand" is no vote."""
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(joined=_JOINED[connection.vendor]), [conversation.pk])
        rows = cursor.fetchall()
    listed = public_statements(conversation)
    keys = np.array([pk for pk, _number, _meta in listed], np.int64)
    codes = np.fromstring(",".join(row[3] for row in rows), np.int64, sep=",") if rows else np.zeros(0, np.int64)
    person = np.repeat(np.arange(len(rows)), [row[3].count(",") + 1 for row in rows])
    # A choice is -1 to 9, so the number is 16 times the statement plus 0 to 10.
    statement, value = codes // 16, codes % 16 - 1
    kept = np.isin(statement, keys) & (value != Vote.Choice.UNCLEAR)
    at = np.searchsorted(keys, statement[kept])
    votes = Votes(
        range(len(rows)), keys.tolist(), person[kept].astype(np.int32), at.astype(np.int32), value[kept].astype(np.int8)
    )
    whole = Cast(
        votes,
        np.array([row[1] for row in rows], np.str_),
        np.array([row[2] for row in rows], bool),
        tuple(MapStatement(pk, moderated=1, meta=meta) for pk, _number, meta in listed),
    )
    return whole.only(np.bincount(votes.person, minlength=len(rows)) > 0)
