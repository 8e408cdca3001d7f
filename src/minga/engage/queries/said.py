""" "You said, we did": each reply with what followed from it, read from the ledger; nothing of it is typed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from minga.engage.models import Contribution
from minga.engage.queries.answers import Reply
from minga.ledger import subjects
from minga.ledger.models import Edge, Entry
from minga.ledger.thread import ENDS_FORWARD, LINK_OF
from minga.web.svg.types import LinkName

Reference = tuple[str, str]
# What people can recognise as done, in the order of the thread; cases and determinations are too many and not public.
TOLD = ("ballot", "criterion", "check", "release", "stage", "review")
ENDS = frozenset({*ENDS_FORWARD, "release", "case", "determination", "flag"})
DEPTH = 8
# Of each kind a row tells the last few.
FEW = 3


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that followed, as its own room names it, and when it last changed."""

    link: LinkName
    title: str
    href: str
    when: date


@dataclass(frozen=True, slots=True)
class Said:
    """What people said, the project's answer, and what followed from either."""

    reply: Reply
    followed: tuple[Followed, ...]

    @property
    def others(self) -> Sequence[Contribution]:
        return self.reply.answered[1:]


def said(replies: Sequence[Reply]) -> list[Said]:
    """The replies with what followed. The number of queries does not grow with the number of replies."""
    starts = {number: _starts(reply) for number, reply in enumerate(replies)}
    reached = _forward(starts)
    things = _things({reference for found in reached.values() for reference in found})
    return [Said(reply, _told(reached[number], things)) for number, reply in enumerate(replies)]


def _starts(reply: Reply) -> set[Reference]:
    given = {("contribution", str(each.pk)) for each in reply.answered}
    return given | {("decision", str(each.decision.pk)) for each in reply.answered}


def _forward(starts: dict[int, set[Reference]]) -> dict[int, set[Reference]]:
    """Everything that follows from each start, walked for all of them at once."""
    seen = {number: set(found) for number, found in starts.items()}
    frontier = {number: set(found) for number, found in starts.items()}
    for _step in range(DEPTH):
        effects = _effects({reference for found in frontier.values() for reference in found})
        for number, found in frontier.items():
            following = {effect for reference in found for effect in effects.get(reference, ())}
            frontier[number] = following - seen[number]
            seen[number] |= following
        if not any(frontier.values()):
            break
    return seen


def _effects(references: set[Reference]) -> dict[Reference, set[Reference]]:
    effects: dict[Reference, set[Reference]] = defaultdict(set)
    for kind, ids in _by_kind(reference for reference in references if reference[0] not in ENDS).items():
        edges = Edge.objects.filter(cause_kind=kind, cause_id__in=ids)
        for cause, to, identifier in edges.values_list("cause_id", "entry__subject_kind", "entry__subject_id"):
            effects[kind, cause].add((to, identifier))
    _stages(references, effects)
    return effects


def _stages(references: set[Reference], effects: dict[Reference, set[Reference]]) -> None:
    """Of the hundreds of things that follow from a release only its stages and reviews are walked to."""
    ids = [identifier for kind, identifier in references if kind == "release"]
    edges = Edge.objects.filter(cause_kind="release", cause_id__in=ids, entry__subject_kind__in=("stage", "review"))
    for cause, to, identifier in edges.values_list("cause_id", "entry__subject_kind", "entry__subject_id"):
        effects["release", cause].add((to, identifier))


def _by_kind(references: Iterable[Reference]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for kind, identifier in references:
        kinds[kind].append(identifier)
    return kinds


def _things(references: set[Reference]) -> dict[Reference, Followed]:
    """The public ones among what was reached, with their titles and the day of their last entry."""
    things: dict[Reference, Followed] = {}
    for kind, ids in _by_kind(reference for reference in references if reference[0] in TOLD).items():
        for identifier, happened in _last(kind, ids).items():
            thing = subjects.find(kind, identifier)
            if thing is not None and getattr(thing, "is_public", True):
                when = datetime.fromisoformat(happened).date()
                things[kind, identifier] = Followed(LINK_OF[kind], str(thing.ledger_title), _address(thing), when)
    return things


def _address(thing: Any) -> str:
    return str(thing.get_absolute_url()) if hasattr(thing, "get_absolute_url") else ""


def _last(kind: str, ids: Iterable[str]) -> dict[str, str]:
    """When each subject was last written about: identifier -> moment."""
    entries = Entry.objects.filter(subject_kind=kind, subject_id__in=list(ids)).order_by("pk")
    return dict(entries.values_list("subject_id", "happened"))


def _told(reached: set[Reference], things: dict[Reference, Followed]) -> tuple[Followed, ...]:
    told: list[Followed] = []
    for kind in TOLD:
        of_kind = [things[reference] for reference in reached if reference[0] == kind and reference in things]
        told += sorted(of_kind, key=lambda one: (one.when, one.title))[-FEW:]
    return tuple(told)
