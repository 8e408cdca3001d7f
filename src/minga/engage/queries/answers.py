"""Reads of answers: what is owed, what was answered and how soon, one reply to many, and what followed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import comb
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from minga.engage.models import Contribution, Conversation, Decision, Lineage, Statement
from minga.people.models import Group
from minga.projects.models import Project
from minga.tools.stats import wilson

# Fewer contributions than this make no rate.
FEWEST = 10
SAME = (Lineage.Kind.MERGED, Lineage.Kind.REWORDED)


def waiting_origins(contribution: Contribution) -> list[Contribution]:
    """What was merged into this contribution, or reworded as it, and still waits for an answer."""
    found = Contribution.objects.filter(
        status=Contribution.Status.SHOWN,
        statement__became__new__contribution=contribution,
        statement__became__kind__in=SAME,
    )
    return list(found.distinct().order_by("pk"))


def without_origins(chosen: Sequence[Contribution]) -> list[Contribution]:
    """Those of ``chosen`` that no other of them answers already, because they were merged into it."""
    answered: set[int] = set()
    frontier = [given.pk for given in chosen]
    while frontier:
        rows = Lineage.objects.filter(new__contribution__in=frontier, kind__in=SAME)
        frontier = [pk for pk in rows.values_list("old__contribution", flat=True) if pk not in answered]
        answered |= set(frontier)
    return [given for given in chosen if given.pk not in answered]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contribution to answer, with the statements that were merged into it and get the same answer."""

    given: Contribution
    statement: Statement | None
    origins: tuple[Statement, ...]


def to_answer(
    project: Project, words: str = "", kind: str = "", group: str = "", conversation: int | None = None
) -> list[Waiting]:
    """What waits for a decision, the most urgent first; merged statements stand with the one that they became.

    ``words`` must all be in the text of the contribution or of what was merged into it.
    """
    waiting = Contribution.objects.filter(project=project, status=Contribution.Status.SHOWN)
    replaced = Lineage.objects.filter(kind__in=SAME, new__contribution__status=Contribution.Status.SHOWN)
    waiting = waiting.exclude(statement__in=replaced.values("old"))
    if kind in Contribution.Kind.values:
        waiting = waiting.filter(kind=kind)
    if group in Group.values:
        waiting = waiting.filter(group=group)
    if conversation:
        waiting = waiting.filter(statement__conversation=conversation)
    for word in words.split():
        waiting = waiting.filter(
            Q(text__icontains=word) | Q(statement__came_from__old__contribution__text__icontains=word)
        )
    origins = Lineage.objects.filter(kind__in=SAME).select_related("old__contribution")
    found = waiting.select_related("statement__conversation").prefetch_related(
        Prefetch("statement__came_from", queryset=origins)
    )
    rows = [_waiting(given) for given in found.distinct()]
    return sorted(rows, key=lambda row: (row.given.due is None, row.given.due or row.given.submitted, row.given.pk))


def _waiting(given: Contribution) -> Waiting:
    statement = getattr(given, "statement", None)
    olds = [row.old for row in statement.came_from.all()] if statement else []
    shown = [old for old in olds if old.contribution.status == Contribution.Status.SHOWN]
    return Waiting(given, statement, tuple(shown))


@dataclass(frozen=True, slots=True)
class Owed:
    """Of ``due`` answers whose day has come or that were given before it, ``answered`` were given, ``in_time`` of
    them by that day. ``low`` and ``high``: 95 % Wilson interval of the reply rate, in 0..1. ``median``: days.
    """

    due: int
    answered: int
    in_time: int
    low: float
    high: float
    median: int | None
    median_low: int | None = None
    median_high: int | None = None

    @property
    def enough(self) -> bool:
        return self.due >= FEWEST

    @property
    def share(self) -> float:
        return self.answered / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True)
class GroupReplies:
    """The same for one actor group; ``owed`` is None where it gave fewer than ten contributions that were due."""

    group: str
    label: str
    owed: Owed | None


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything of the page of answers. ``waiting``: not due yet. ``unowed``: nobody was promised an answer."""

    all: Owed
    groups: list[GroupReplies]
    outcomes: dict[str, int]
    overdue: list[Contribution]
    waiting: int
    unowed: int
    oldest: int | None


def answers(project: Project, now: datetime | None = None) -> Answers:
    """Reply rate, median days, outcomes and what is overdue, of one project."""
    now = now or timezone.now()
    given = list(_answerable(project))
    owed = [each for each in given if each.due is not None]
    open_ = [each for each in owed if _answer(each) is None]
    outcomes = dict.fromkeys(Decision.Outcome.values, 0)
    for each in given:
        if decision := _answer(each):
            outcomes[decision.outcome] += 1
    late = [each for each in open_ if each.due and each.due < now]
    return Answers(
        all=owed_of(owed, now),
        groups=_by_group(owed, now),
        outcomes=outcomes,
        overdue=sorted(late, key=lambda each: each.due or now),
        waiting=len(open_) - len(late),
        unowed=sum(each.due is None and _answer(each) is None for each in given),
        oldest=max(((now - each.submitted).days for each in open_), default=None),
    )


def _answerable(project: Project) -> QuerySet[Contribution]:
    """Everything but what a moderator took down for another reason than that it repeats something.

    What was merged or reworded counts as its authors gave it, not once more as the project said it.
    """
    found = project.contributions.exclude(status=Contribution.Status.HIDDEN, duplicate_of=None)
    found = found.exclude(statement__came_from__kind__in=SAME)
    return found.select_related("decision", "duplicate_of__decision", "project").order_by("pk")


def _answer(given: Contribution) -> Decision | None:
    """The decision on it, or on what it repeats, without a further query."""
    subject = given.duplicate_of or given
    return getattr(subject, "decision", None)


def owed_of(given: Iterable[Contribution], now: datetime) -> Owed:
    """The reply rate of contributions that were promised an answer; those not due and not answered are left out."""
    pairs = [(each, _answer(each)) for each in given]
    counted = [(each, answer) for each, answer in pairs if each.due and (answer or each.due < now)]
    days = sorted(_days(each, answer) for each, answer in counted if answer)
    in_time = sum(bool(answer and each.due and answer.decided <= each.due) for each, answer in counted)
    low, high = wilson(len(days), len(counted))
    median_low, median_high = median_interval(days)
    median = days[(len(days) - 1) // 2] if days else None
    return Owed(len(counted), len(days), in_time, low, high, median, median_low, median_high)


def _days(given: Contribution, answer: Decision) -> int:
    return max(0, (answer.decided - given.submitted).days)


def median_interval(days: Sequence[int]) -> tuple[int | None, int | None]:
    """The distribution-free interval of a median from sorted values: the closest order statistics that hold it with
    at least 95 % (binomial with one half; Conover 1999, 3.2). (None, None) under six values, where none do.
    """
    n = len(days)
    rank, below = 0, 0
    while rank < n // 2 and 2 * (below + comb(n, rank)) <= 0.05 * 2**n:
        below += comb(n, rank)
        rank += 1
    return (days[rank - 1], days[n - rank]) if rank else (None, None)


def _by_group(owed: Iterable[Contribution], now: datetime) -> list[GroupReplies]:
    groups: dict[str, list[Contribution]] = defaultdict(list)
    for each in owed:
        groups[each.group].append(each)
    rows = [(group, owed_of(groups[group], now)) for group in Group.values]
    return [GroupReplies(group, str(Group(group).label), each if each.enough else None) for group, each in rows]


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the project and the contributions that it answers, as everybody may read them."""

    decision: Decision
    answered: tuple[Contribution, ...]


def replies(project: Project, conversation: Conversation | None = None) -> list[Reply]:
    """Every public reply, newest first; decisions made together are one."""
    made = Decision.objects.filter(project=project, contribution__status=Contribution.Status.DECIDED)
    if conversation is not None:
        made = made.filter(contribution__statement__conversation=conversation)
    made = made.select_related("contribution__statement__conversation", "project", "decided_by")
    grouped: dict[Any, list[Decision]] = defaultdict(list)
    for decision in made.order_by("-decided", "pk"):
        decision.contribution.project = decision.project
        grouped[decision.together or decision.pk].append(decision)
    return [_reply(decisions) for decisions in grouped.values()]


def _reply(decisions: list[Decision]) -> Reply:
    """What people vote on now leads, then what was merged into it."""
    decisions.sort(key=lambda each: (_retired(each.contribution), each.pk))
    return Reply(decisions[0], tuple(each.contribution for each in decisions))


def _retired(given: Contribution) -> bool:
    statement = getattr(given, "statement", None)
    return bool(statement and statement.retired)
