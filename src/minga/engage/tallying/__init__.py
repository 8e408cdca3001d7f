"""Tallies: all votes of a conversation at one moment, and the opinion map of them.

``counted`` reads and computes; the action ``votes.tallied`` keeps what it returns. See ``shapes`` for the document.
"""

import hashlib
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from django.db.models import Count, Sum
from django.utils import timezone

from minga.engage.counting import SMALLEST_SHOWN, too_small
from minga.engage.models import Conversation, RoomCount, Tally
from minga.engage.tallying.beside import beside
from minga.engage.tallying.reading import Cast, cast_votes, public_statements
from minga.engage.tallying.results import mapped, results_of
from minga.engage.tallying.shapes import Document, Patterns, Room, TookPart
from minga.tools.opinion import OpinionMap, patterns
from minga.tools.opinion.table import Table

__all__ = ["Counted", "counted", "digest_of", "is_due", "steady"]

# The number of groups on the page changes after this many tallies in a row agree on another one.
AGREEING = 4
# A conversation is computed at most for a tenth of the time.
REST = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally that has not been kept yet. ``groups``: the constituencies that took part, by name."""

    conversation: int
    cast: int
    votes: int
    participants: int
    statements: int
    digest: str
    groups: tuple[str, ...]
    best_groups: int = field(repr=False)
    agreeing: int = field(repr=False)
    shown_groups: int = field(repr=False)
    document: Document = field(repr=False)


def arrived(conversation: Conversation) -> int:
    """How many votes have come in, changed votes included."""
    return conversation.arrivals.aggregate(sum=Sum("votes"))["sum"] or 0


def is_due(conversation: Conversation) -> bool:
    """Whether votes came in, or statements came or went, since the last tally, and it has rested long enough."""
    last = conversation.tallies.first()
    if last is None:
        return arrived(conversation) > 0 or conversation.participants.exists()
    rest = timedelta(milliseconds=REST * last.document.get("milliseconds", 0))
    if timezone.now() < last.computed + rest:
        return False
    return arrived(conversation) != last.cast or len(public_statements(conversation)) != last.statements


def counted(conversation: Conversation) -> Counted:
    """Read all votes and compute the tally. Writes nothing."""
    began = time.perf_counter()
    last = conversation.tallies.first()
    came = arrived(conversation)  # before the votes: what arrives in between is seen by the next tally
    cast = cast_votes(conversation)
    tallies = _tallies(cast, {pk: number for pk, number, _meta in public_statements(conversation)})
    found, agreeing, shown = _steadied(cast, last)
    document = _document(conversation, cast, found, shown)
    document["tallies"] = tallies
    document["milliseconds"] = round(1000 * (time.perf_counter() - began))
    return Counted(
        conversation=conversation.pk,
        cast=came,
        votes=len(cast.votes),
        participants=cast.people,
        statements=len(cast.statements),
        # The tallies of a few people could be found by trying all of them.
        digest=digest_of(tallies) if cast.people >= SMALLEST_SHOWN else "",
        groups=_taking_part(conversation, cast),
        best_groups=_best(found),
        agreeing=agreeing,
        shown_groups=shown,
        document=document,
    )


def _taking_part(conversation: Conversation, cast: Cast) -> tuple[str, ...]:
    """The constituencies that took part. Where anybody may say who they are, one voter speaks for no group: ten do."""
    people = Counter(cast.constituency.tolist())
    fewest = 1 if conversation.is_guarded else SMALLEST_SHOWN
    return tuple(sorted(name for name, count in people.items() if name and count >= fewest))


def _best(found: OpinionMap | None) -> int:
    return found.grouping.best if found is not None and found.grouping is not None else 0


def steady(last: Tally | None, best: int) -> tuple[int, int]:
    """(how many tallies in a row find ``best`` groups, how many groups to show): a change waits for four that agree."""
    if last is None or not last.shown_groups:
        return 1, best
    agreeing = last.agreeing + 1 if last.best_groups == best else 1
    return agreeing, best if agreeing >= AGREEING else last.shown_groups


def _steadied(cast: Cast, last: Tally | None) -> tuple[OpinionMap | None, int, int]:
    """The map with the number of groups to show; computed anew only in the rare tally that changes it."""
    if cast.people < SMALLEST_SHOWN:
        return None, 0, 0
    forced = last.shown_groups if last is not None and last.shown_groups else None
    found = mapped(cast, forced)
    agreeing, shown = steady(last, _best(found))
    if forced is not None and shown != forced:
        found = mapped(cast, shown)
    return found, agreeing, shown


def _tallies(cast: Cast, number: dict[int, int]) -> list[list[int]]:
    """[number, agree, disagree, pass] of each public statement, by number."""
    counts = Table.of(cast.votes).tallies().astype(np.int64)
    rows = zip(cast.votes.statements, counts.T.tolist(), strict=True)
    return sorted([number[pk], yes, no, seen - yes - no] for pk, (yes, no, seen) in rows)


def digest_of(tallies: list[list[int]]) -> str:
    """SHA-256, in hex, of the tallies per statement as JSON without blanks: [[number,agree,disagree,pass],...]."""
    return hashlib.sha256(json.dumps(tallies, separators=(",", ":")).encode()).hexdigest()


def _document(conversation: Conversation, cast: Cast, found: OpinionMap | None, k: int) -> Document:
    alike = patterns.identical(cast.votes)
    odd = alike.member | cast.in_burst
    others = cast.only(~odd) if odd.any() else None
    results, without = results_of(cast, found), None
    if others is not None:
        few = others.people < SMALLEST_SHOWN
        without = beside(results, results_of(others, None if few else mapped(others, k or None)))
    return Document(
        results=results,
        without=without,
        patterns=Patterns(identical_people=alike.people, identical_sets=alike.sets, in_burst=int(cast.in_burst.sum())),
        priorities=_priorities(found),
        rooms=_rooms(conversation),
        took_part=_took_part(cast),
        tallies=[],
        milliseconds=0,
    )


def _priorities(found: OpinionMap | None) -> dict[str, float]:
    if found is None:
        return {}
    keys = [str(key) for key in (*found.statements, *found.new)]
    weights = [*found.priorities.tolist(), *found.new_priorities.tolist()]
    return {key: round(weight, 6) for key, weight in zip(keys, weights, strict=True)}


def _took_part(cast: Cast) -> TookPart:
    """People per constituency, small ones suppressed together with what would tell them."""
    if cast.people < SMALLEST_SHOWN:
        return TookPart(people={})
    sizes = Counter(cast.constituency.tolist())
    hidden = too_small(sizes)
    return TookPart(people={name: None if name in hidden else size for name, size in sizes.most_common()})


def _rooms(conversation: Conversation) -> dict[str, Room]:
    """Shows of hands; a room of fewer than ten people stays out."""
    found = RoomCount.objects.filter(room__conversation=conversation, room__people__gte=SMALLEST_SHOWN)
    rows = found.values_list("statement_id").annotate(
        yes=Sum("agree"), no=Sum("disagree"), skipped=Sum("passed"), rooms=Count("pk")
    )
    return {str(pk): Room(agree=yes, disagree=no, passed=skipped, rooms=rooms) for pk, yes, no, skipped, rooms in rows}
