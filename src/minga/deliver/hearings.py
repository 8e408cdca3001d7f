"""Reads about appeals: who may answer one, which are late, how they went, and who appeals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver import rules
from minga.deliver.groupshares import FEWEST, Comparison, Counts, compare
from minga.deliver.models import RELEASED, Access, Appeal, Case, Determination, SecondReading, Service
from minga.ledger.action import Actor, may
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of
from minga.tools.base import Figure
from minga.tools.representation import TOTAL, suppress_list
from minga.tools.stats import wilson

TOUCHING = (Access.What.DECIDED, Access.What.SECOND)
PASSED_OVER = ["appeal", RELEASED]


def touched(cases: Collection[int], actor: Actor) -> set[int]:
    """Those of ``cases`` (their keys) that the actor claimed, decided or read as second reader at any time."""
    if actor.person_id is None:
        return set()
    mine, own = actor.person_id, Q(case__in=cases)
    entries = Entry.objects.filter(
        action="case.claimed", actor_key=actor.key, subject_kind="case", subject_id__in=[str(pk) for pk in cases]
    )
    return {
        *Determination.objects.filter(own, person=mine).values_list("case_id", flat=True),
        *SecondReading.objects.filter(own, reader=mine).values_list("case_id", flat=True),
        *Access.objects.filter(own, person=mine, what__in=TOUCHING).values_list("case_id", flat=True),
        *Case.objects.filter(pk__in=cases, claimed_by=mine).values_list("pk", flat=True),
        *(int(identifier) for identifier in entries.values_list("subject_id", flat=True)),
    }


def open_appeals(project: Project) -> QuerySet[Appeal]:
    """Appeals that wait for an answer, the most urgent first."""
    found = Appeal.objects.filter(determination__case__project=project, state=Appeal.State.OPEN)
    return found.select_related("determination__case__service", "determination__person").order_by("due", "pk")


def decision_now(case: Case) -> Determination | None:
    """The determination that stands: the last that could tell; None while there is none."""
    made = case.determinations.exclude(choice=Determination.Choice.CANNOT_TELL)
    return made.select_related("person").order_by("pk").last()


def days_open(appeal: Appeal, now: datetime | None = None) -> int:
    return ((appeal.answered or now or timezone.now()) - appeal.received).days


# Figures


@dataclass(frozen=True, slots=True)
class GroupAppeals:
    """Who appeals by one attribute of a service, and how often they win. ``won`` has one figure per group shown."""

    service: Service
    attribute: str
    label: str
    who: Comparison
    won: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class AppealFigures:
    """How appeals of a project went. ``won.value`` is None below the least number that is judged.

    ``median_days`` from receipt to answer, None while none is answered; ``longest_overdue`` in whole days.
    ``decided``: determinations told to people, which could be appealed.
    """

    decided: int
    received: int
    answered: int
    waiting: int
    overdue: int
    longest_overdue: int
    median_days: float | None
    won: Figure
    groups: tuple[GroupAppeals, ...] = ()


def appeal_figures(project: Project, since: datetime | None = None, *, groups: bool = True) -> AppealFigures:
    """Counts, median days and success rate of the appeals received since a moment (all of them without one)."""
    found = _appeals(project, since)
    rows = list(found.values_list("state", "outcome", "received", "answered", "due"))
    answered = [row for row in rows if row[0] == Appeal.State.ANSWERED]
    now = timezone.now()
    late = [(now - due).days for state, _o, _r, _a, due in rows if state == Appeal.State.OPEN and due < now]
    days = [(answer - received).days for _s, _o, received, answer, _d in answered if answer]
    won = sum(outcome == Appeal.Outcome.CHANGED for _s, outcome, *_rest in answered)
    return AppealFigures(
        decided=_first_decisions(project, since).count(),
        received=len(rows),
        answered=len(answered),
        waiting=len(rows) - len(answered),
        overdue=len(late),
        longest_overdue=max(late, default=0),
        median_days=median(days) if days else None,
        won=_won("", won, len(answered)),
        groups=tuple(_by_group(project, since)) if groups else (),
    )


def _appeals(project: Project, since: datetime | None) -> QuerySet[Appeal]:
    found = Appeal.objects.filter(determination__case__project=project, determination__case__rehearsal=False)
    return found.filter(received__gte=since) if since else found


def _first_decisions(project: Project, since: datetime | None) -> QuerySet[Determination]:
    """What closed each case of a service, before any appeal: not an unaided decision that was taken up again."""
    found = Determination.objects.filter(case__project=project, case__rehearsal=False, revised_by=None)
    found = found.exclude(case__service=None).exclude(outcome="").exclude(difference__has_any_keys=PASSED_OVER)
    return found.filter(recorded__gte=since) if since else found


def _won(group: str, won: int, of: int) -> Figure:
    if of < rules.enough():
        return Figure("appeals_won", group, won, of, None, None, None)
    return Figure("appeals_won", group, won, of, won / of, *wilson(won, of))


def _by_group(project: Project, since: datetime | None) -> list[GroupAppeals]:
    found = []
    for service in Service.objects.filter(project=project):
        names = {field["name"]: str(field["words"]) for field in service.fields}
        for attribute in service.groups:
            who = who_appeals(service, attribute, since)
            if who is not None:
                won = tuple(_won_by(service, attribute, since, who.groups))
                found.append(GroupAppeals(service, attribute, names.get(attribute, attribute), who, won))
    return found


def _counted(label: str, found: QuerySet[Case], attribute: str) -> Counts:
    """Cases per value of an attribute. Those without one are no group: they count in the stated total only."""
    rows = found.order_by().annotate(value=KeyTextTransform(attribute, "groups")).values("value")
    cases = {row["value"] or "": row["cases"] for row in rows.annotate(cases=Count("pk", distinct=True))}
    return Counts(label, {value: count for value, count in cases.items() if value}, sum(cases.values()))


def counts_of(service: Service, attribute: str, since: datetime | None = None) -> list[Counts]:
    """People per group: who came, about whom was decided, against whom, and who appealed. One case is one person."""
    cases = Case.objects.filter(service=service, rehearsal=False)
    if since:
        cases = cases.filter(received__gte=since)
    first = Determination.objects.filter(case__service=service, revised_by=None, outcome__in=service.adverse)
    against = first.exclude(difference__has_any_keys=PASSED_OVER).values("case")
    appealed = Appeal.objects.filter(determination__case__service=service).values("determination__case")
    columns: Mapping[str, QuerySet[Case]] = {
        _("All cases"): cases,
        _("Decided"): cases.filter(state=Case.State.DECIDED),
        _("Decided against them"): cases.filter(state=Case.State.DECIDED, pk__in=against),
        _("Appealed"): cases.filter(pk__in=appealed),
    }
    return [_counted(label, found, attribute) for label, found in columns.items()]


def who_appeals(service: Service, attribute: str, since: datetime | None = None) -> Comparison | None:
    """Share of each group among all cases, those decided, those decided against, and those who appealed.

    For the public: small groups are hidden. None where fewer than ten cases came.
    """
    whole, *parts = counts_of(service, attribute, since)
    return compare(whole, parts, hide=True) if whole.people >= FEWEST else None


def _won_by(service: Service, attribute: str, since: datetime | None, groups: Collection[str]) -> list[Figure]:
    """Success rate per group of ``groups``; one of under ten answered appeals, and what would tell it, is left out."""
    answered = Appeal.objects.filter(
        determination__case__service=service, determination__case__rehearsal=False, state=Appeal.State.ANSWERED
    )
    if since:
        answered = answered.filter(received__gte=since)
    value = KeyTextTransform(attribute, "determination__case__groups")
    rows = answered.order_by().annotate(value=value).values("value")
    counted = rows.annotate(of=Count("pk"), changed=Count("pk", filter=Q(outcome=Appeal.Outcome.CHANGED)))
    found = {row["value"]: (row["changed"], row["of"]) for row in counted if row["value"] in groups}
    cells = suppress_list({group: of for group, (_won_here, of) in found.items()}, FEWEST).cells if found else {}
    shown = [_won(group, won, of) for group, (won, of) in found.items() if cells[group, TOTAL] is not None]
    return sorted(shown, key=lambda figure: (-figure.of, figure.group))


# What next


def waiting(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What waits of notices and appeals for this actor: (words, where)."""
    from minga.deliver.notices import to_send

    found = []
    slug = [project.slug]
    lead = Role.LEAD in roles_of(actor, project)
    if lead or may(actor, project, "appeal.decided"):
        found += _appeals_waiting(project, actor, lead)
    if actor.person_id is not None and may(actor, project, "notice.sent"):
        letters = to_send(project).count()
        words = ngettext("Send %(count)d letter to a person", "Send %(count)d letters to people", letters)
        if letters:
            found.append((words % {"count": letters}, reverse("deliver:letters", args=slug)))
    return found


def _appeals_waiting(project: Project, actor: Actor, lead: bool) -> list[tuple[str, str]]:
    rows = list(open_appeals(project).values_list("determination__case", "due"))
    here = reverse("deliver:appeals", args=[project.slug])
    now = timezone.now()
    late = sum(due < now for _case, due in rows)
    if lead and late:
        words = ngettext("%(count)d appeal is overdue", "%(count)d appeals are overdue", late)
        return [(words % {"count": late}, here)]
    own = touched([case for case, _due in rows], actor)
    count = sum(case not in own for case, _due in rows)
    if not count or not may(actor, project, "appeal.decided"):
        return []
    words = ngettext("Answer %(count)d appeal", "Answer %(count)d appeals", count) % {"count": count}
    return [(words, here)]
