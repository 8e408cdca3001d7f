"""How people and tool do together, in figures: does anybody follow it when it is wrong, and is everybody treated alike.

Every figure is of one project or one service, since a moment or from the start. ``value`` is None below the least
number that is judged (``rules.enough``). Practice counts only where a figure says so. docs/quality.md explains each.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from minga.deliver import doubt, queries, rules
from minga.deliver.models import RELEASED, Case, Determination, SecondReading, Service
from minga.deliver.settled import Settled, practised, settled, side
from minga.design.models import Release
from minga.projects.models import Project
from minga.tools.base import Figure
from minga.tools.stats import wilson

Where = Project | Service
Choice = Determination.Choice
SEEN = Q(difference__withheld="") | ~Q(difference__has_key="withheld")
"""The advice lay open when this was decided; on drawn cases a difference is kept in no other case."""
LATER_HALF = 0.5
PRIORITY = "priority"


def figure(metric: str, group: str, count: int, of: int) -> Figure:
    """A share with its Wilson interval, or no value where there are too few."""
    if of < rules.enough():
        return Figure(metric, group, count, of, None, None, None)
    return Figure(metric, group, count, of, count / of, *wilson(count, of))


def _share(metric: str, found: Sequence[bool]) -> Figure:
    return figure(metric, "", sum(found), len(found))


def within(where: Where, since: datetime | None, of: str = "case", at: str = "recorded") -> Q:
    """What lies in a project or a service since a moment; ``of`` leads to the case, ``at`` is the moment."""
    named = f"{of}__service" if isinstance(where, Service) else f"{of}__project"
    return Q(**{named: where}) & (Q(**{f"{at}__gte": since}) if since else Q())


def decided(where: Where, since: datetime | None = None) -> QuerySet[Determination]:
    """What ended real cases: not practice, not what was revised or set aside, not what an appeal changed later."""
    found = Determination.objects.filter(within(where, since), case__rehearsal=False, revised_by=None)
    passed_over = Q(choice=Choice.CANNOT_TELL) | Q(difference__has_any_keys=["appeal", RELEASED])
    return found.exclude(passed_over).order_by()


# Practice: the right answer is known


def commission_rate(where: Where, since: datetime | None = None) -> Figure:
    """Share of the known-wrong pieces of advice in practice that the person followed, having seen them first."""
    aided = (one for one in practised(where, since) if one.first is None and one.seen)
    return _share("commission_rate", [one.decided == one.advised for one in aided if one.misled])


def right_followed(where: Where, since: datetime | None = None) -> Figure:
    """Share of the right pieces of advice in practice that the person followed: without it, commission says little."""
    aided = (one for one in practised(where, since) if one.first is None and one.seen)
    return _share("right_followed", [one.decided == one.truth for one in aided if one.advised == one.truth])


def omission_rate(where: Where, since: datetime | None = None) -> Figure:
    """Share of the problems in practice on which the tool said nothing and which the person then missed."""
    silent = (one for one in practised(where, since) if one.first is None and one.advised is None and one.problem)
    return _share("omission_rate", [one.decided not in {one.truth, ""} for one in silent])


# First alone, then with the advice


def first_alone(where: Where, since: datetime | None = None) -> list[Settled]:
    """Cases decided before the advice was seen and again after it, whose right answer is known or was settled."""
    return [one for one in (*practised(where, since), *settled(where, since)) if one.first is not None]


def switch_rates(where: Where, since: datetime | None = None) -> tuple[Figure, Figure]:
    """(towards, away): decisions changed to the right answer where the advice was right and the person had not been,
    and decisions given up where the person had been right and the advice was wrong."""
    return _switches(first_alone(where, since))


def _switches(found: Sequence[Settled]) -> tuple[Figure, Figure]:
    towards = [one.decided == one.truth for one in found if one.first != one.truth and one.advised == one.truth]
    away = [one.decided != one.truth for one in found if one.first == one.truth and one.misled]
    return _share("switch_towards", towards), _share("switch_away", away)


def accuracies(where: Where, since: datetime | None = None) -> tuple[Figure, Figure, Figure]:
    """(alone, with the advice, the advice itself): shares that were right on the same cases."""
    return _right(first_alone(where, since))


def _right(found: Sequence[Settled]) -> tuple[Figure, Figure, Figure]:
    return (
        _share("unaided_accuracy", [one.first == one.truth for one in found]),
        _share("aided_accuracy", [one.decided == one.truth for one in found]),
        _share("advice_accuracy", [one.advised == one.truth for one in found if one.advised is not None]),
    )


def both(where: Where, since: datetime | None = None) -> tuple[Figure, ...]:
    """``switch_rates`` and ``accuracies`` from one reading of the cases."""
    found = first_alone(where, since)
    return (*_switches(found), *_right(found))


# In real cases


def overrule_share(where: Where, since: datetime | None = None) -> Figure:
    """Share of the decisions with a proposal in sight that went another way. By itself it says little."""
    seen = decided(where, since).filter(SEEN, difference__agrees__in=[True, False])
    found = seen.aggregate(of=Count("pk"), count=Count("pk", filter=Q(difference__agrees=False)))
    return figure("overrule_share", "", found["count"], found["of"])


def adherence_by_group(service: Service, attribute: str, since: datetime | None = None) -> list[Figure]:
    """Share that followed advice against the person, per value of an attribute of the service, most decided first."""
    seen = decided(service, since).filter(SEEN, difference__agrees__in=[True, False])
    against = seen.filter(difference__advised__in=sorted(service.adverse))
    rows = against.annotate(value=KeyTextTransform(attribute, "case__groups")).values("value")
    counted = rows.annotate(of=Count("pk"), count=Count("pk", filter=Q(difference__agrees=True)))
    found = [figure("adherence", row["value"] or "", row["count"], row["of"]) for row in counted]
    return sorted(found, key=lambda one: (-one.of, one.group))


def gap_of(found: Sequence[Figure]) -> Figure:
    """The gap between the highest and the lowest of the shares that can be judged, with Newcombe's interval.

    ``group`` names both; ``count`` and ``of`` are those of the two together. Picking the extremes of many groups
    widens the gap by chance alone, so the interval is the least doubt, not the most.
    """
    judged = sorted((one for one in found if one.value is not None), key=lambda one: one.value or 0)
    if len(judged) < 2:
        return Figure("adherence_gap", "", sum(f.count for f in found), sum(f.of for f in found), None, None, None)
    low, high = judged[0], judged[-1]
    gap = doubt.difference((high.count, high.of), (low.count, low.of))
    return Figure("adherence_gap", f"{high.group} – {low.group}", high.count + low.count, high.of + low.of, *gap)


def adherence_gap(where: Where, since: datetime | None = None) -> Figure:
    """The widest gap between two groups in following advice against them, over all attributes that are watched."""
    services = [where] if isinstance(where, Service) else list(Service.objects.filter(project=where))
    gaps = [gap_of(adherence_by_group(one, name, since)) for one in services for name in one.groups]
    none = Figure("adherence_gap", "", 0, 0, None, None, None)
    return max(gaps, key=lambda gap: (gap.value is not None, gap.value or 0, gap.of), default=none)


def missed_share_of_control(where: Where, since: datetime | None = None) -> Figure:
    """Of the control cases that were decided against the person, the share that the tool's list would have put last.

    Last is the later half of the waiting time by the tool's priority; a tool that gives none missed the case where it
    proposed no such outcome. In a project with draws only: the share of unflagged cases in which a problem was seen.
    """
    services = [where] if isinstance(where, Service) else list(Service.objects.filter(project=where))
    if not services and isinstance(where, Project):
        seen = queries.missed_share(where)
        return Figure("missed_share_of_control", "", seen.count, seen.of, seen.value, seen.low, seen.high)
    missed: list[bool] = []
    for service in services:
        made = decided(service, since).filter(outcome__in=sorted(service.adverse), case__drawn=Case.Drawn.RANDOM)
        advised = made.exclude(case__advice={}).values_list("case__advice", flat=True)
        missed += [_would_miss(service, advice) for advice in advised.iterator(chunk_size=500)]
    return _share("missed_share_of_control", missed)


def _would_miss(service: Service, advice: dict[str, object]) -> bool:
    reasons = advice.get("reasons")
    for reason in reasons if isinstance(reasons, list) else ():
        if reason.get("code") == PRIORITY and reason.get("measured") is not None:
            return float(reason["measured"]) < LATER_HALF
    return service.outcome_advised(str(advice.get("proposal") or "")) not in service.adverse


def seconds(where: Where, since: datetime | None = None) -> tuple[Figure, Figure]:
    """(alone, with the advice): median seconds from taking a case to deciding it, both as ``value``, not shares.

    Counted by the clock on the wall, so a case that lay open over lunch counts with its lunch.
    """
    made = Determination.objects.filter(within(where, since), case__rehearsal=False, revises=None).order_by()
    made = made.exclude(seconds=None).exclude(difference__has_key="appeal")
    return (
        _median("seconds_unaided", made.filter(Q(before_advice=True) | Q(choice=Choice.UNAIDED))),
        _median("seconds_aided", made.filter(SEEN, before_advice=False).exclude(choice=Choice.UNAIDED)),
    )


def _median(metric: str, made: QuerySet[Determination]) -> Figure:
    values = [value for value in made.values_list("seconds", flat=True) if value is not None]
    found = doubt.middle(values) if len(values) >= rules.enough() else None
    return Figure(metric, "", len(values), len(values), *(found or (None, None, None)))


# Two readers


def second_reader_pairs(
    where: Where, since: datetime | None = None, release: Release | None = None
) -> list[tuple[str, str]]:
    """(first decision, blind second reading) of each case that has both."""
    last = Determination.objects.filter(case=OuterRef("case")).exclude(difference__has_key="appeal").order_by("-pk")
    found = SecondReading.objects.filter(within(where, since, at="given"), given__isnull=False, case__rehearsal=False)
    if release is not None:
        found = found.filter(case__release=release)
    found = found.annotate(choice=Subquery(last.values("choice")[:1]), first=Subquery(last.values("outcome")[:1]))
    rows = found.filter(Exists(last)).order_by().values_list("first", "choice", "outcome")
    return [(first or side(choice), side(outcome)) for first, choice, outcome in rows]


def second_reader_kappa(
    where: Where, since: datetime | None = None, release: Release | None = None, group: str = ""
) -> Figure:
    """Cohen's kappa of first and second reader. ``count`` of ``of`` pairs agree; the interval is bootstrapped."""
    pairs = second_reader_pairs(where, since, release)
    agreed = sum(one == other for one, other in pairs)
    found = doubt.kappa(pairs) if len(pairs) >= rules.enough() else None
    return Figure("second_reader_kappa", group, agreed, len(pairs), *(found or (None, None, None)))


def kappas(project: Project, since: datetime | None = None) -> list[Figure]:
    """Kappa of the project as a whole, then of each service and each release in which cases were read twice."""
    read = SecondReading.objects.filter(within(project, since, at="given"), given__isnull=False, case__rehearsal=False)
    services = Service.objects.filter(pk__in=read.values("case__service")).order_by("name")
    releases = Release.objects.filter(pk__in=read.values("case__release")).select_related("version").order_by("-pk")
    return [
        second_reader_kappa(project, since),
        *(second_reader_kappa(one, since, group=one.name) for one in services),
        *(second_reader_kappa(project, since, one, one.ledger_title) for one in releases),
    ]
