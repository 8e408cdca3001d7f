"""Cases whose right answer is known: from practice, or from a blind second reader whom an appeal may correct."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from minga.deliver.models import RELEASED, Appeal, Case, Determination, SecondReading, Service
from minga.projects.models import Project

PROBLEM, NOTHING = "problem", "nothing"


@dataclass(frozen=True, slots=True)
class Settled:
    """One decision beside the right answer, all as outcomes of the service (or "problem" and "nothing").

    ``first`` is the same person's decision before the advice was seen, None where it was seen from the start.
    ``advised`` is None where the tool proposed nothing; ``decided`` is "" where the person could not tell.
    ``seen`` is whether the advice lay open; ``problem`` whether the right answer is one that must not be missed.
    """

    truth: str
    advised: str | None
    first: str | None
    decided: str
    seen: bool
    problem: bool

    @property
    def misled(self) -> bool:
        """Whether the advice was wrong."""
        return self.advised is not None and self.advised != self.truth


def side(answer: str) -> str:
    """A choice of the desk as what it says of the case; an outcome of a service stays as it is."""
    if answer in Determination.ADVERSE:
        return PROBLEM
    if answer == Determination.Choice.REJECT:
        return NOTHING
    return "" if answer == Determination.Choice.CANNOT_TELL else answer


def answer_of(made: Determination) -> str:
    return made.outcome or side(made.choice)


def _within(where: Project | Service, since: datetime | None) -> Q:
    place = Q(case__service=where) if isinstance(where, Service) else Q(case__project=where)
    return place & (Q(recorded__gte=since) if since else Q())


def practised(where: Project | Service, since: datetime | None = None) -> list[Settled]:
    """Every decision on a practice case, by each person who gave one."""
    made = Determination.objects.filter(_within(where, since), case__rehearsal=True, revised_by=None)
    made = made.exclude(case__truth="").exclude(difference__has_key=RELEASED)
    rows = made.select_related("case__service", "revises").defer("case__source", "case__advice")
    return [_settled(one, one.case.truth) for one in rows]


def settled(where: Project | Service, since: datetime | None = None) -> list[Settled]:
    """Real cases that were decided alone and again with the advice, and which a lot gave to a blind second reader.

    The right answer is the second reader's, or that of an appeal where one was answered. Whether the two decisions
    agree with it does not decide whether the case counts, and cases that were only appealed do not count at all:
    either would pick the cases by what is measured on them.
    """
    read = SecondReading.objects.filter(case=OuterRef("case"), given__isnull=False)
    made = Determination.objects.filter(_within(where, since), case__rehearsal=False, revises__isnull=False)
    made = made.filter(Exists(read)).select_related("case__service", "revises")
    rows = list(made.exclude(difference__has_key="appeal").defer("case__source", "case__advice"))
    truths = _truths([one.case_id for one in rows])
    return [_settled(one, truths[one.case_id]) for one in rows if truths.get(one.case_id)]


def _truths(cases: list[int]) -> dict[int, str]:
    """Right answers by case; "" where the second reader could not tell."""
    truths: dict[int, str] = {}
    for start in range(0, len(cases), 500):
        some = cases[start : start + 500]
        given = SecondReading.objects.filter(case__in=some, given__isnull=False)
        truths |= {case: side(outcome) for case, outcome in given.values_list("case", "outcome")}
        found = Appeal.objects.filter(determination__case__in=some, state=Appeal.State.ANSWERED).order_by("pk")
        for case, new, old in found.values_list("determination__case", "new_outcome", "determination__outcome"):
            truths[case] = new or old
    return truths


def _settled(made: Determination, truth: str) -> Settled:
    case, service = made.case, made.case.service
    if service is None:
        advised: str | None = PROBLEM if case.drawn == Case.Drawn.FLAGGED else NOTHING
        adverse = truth == PROBLEM
    else:
        advised = made.difference.get("advised")
        adverse = truth in service.adverse or not service.adverse
    return Settled(
        truth=truth,
        advised=advised,
        first=answer_of(made.revises) if made.revises else None,
        decided=answer_of(made),
        seen=not made.difference.get("withheld"),
        problem=adverse,
    )
