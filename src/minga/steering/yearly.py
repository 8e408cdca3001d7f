"""The report of a year, from the ledger and the rooms. Nothing is written; the action freezes what this returns."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from minga.assess.models import Incident, Review
from minga.deliver.models import Appeal, Contest
from minga.ledger.action import GROUPS
from minga.ledger.models import Entry
from minga.ledger.queries import SMALLEST_GROUP
from minga.projects.models import Project
from minga.projects.shaping import ADMINISTERING
from minga.steering import portfolio
from minga.steering.models import FundingLine, Instalment

FORMAT = "minga-yearly-1"
TRAINING = ("course.passed",)


def span(year: int) -> tuple[datetime, datetime]:
    """The first moment of a year and of the next, in the body's own time zone."""
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def document(year: int) -> dict[str, Any]:
    """{format, body, year, until, figures, rows}. ``until`` is the day up to which the year had passed.

    Counts are of the year, by the day that is said of each event; states (phase, risk, use, overdue) are of the day on
    which the report is made. Money is decimal text by currency. A participation of fewer than ten persons is None.
    """
    first, after = span(year)
    found = [row for row in portfolio.rows() if row.project.opened < after]
    return {
        "format": FORMAT,
        "body": str(settings.MINGA_BODY_NAME),
        "year": year,
        "until": min(timezone.localdate(), date(year, 12, 31)).isoformat(),
        "figures": {
            "projects": _projects(found),
            "reviews": _reviews(first, after),
            "incidents": _incidents(first, after),
            "appeals": _appeals(first, after),
            "contests": _contests(first, after),
            "participation": _participation(first, after),
            "training": _training(first, after),
            "money": _money(first, after),
        },
        "rows": [portfolio.as_dict(row) for row in found],
    }


def _projects(rows: list[portfolio.Row]) -> dict[str, Any]:
    totals = portfolio.totals(rows)
    tasks = Counter(row.task or "not_stated" for row in rows)
    functions = Counter(row.function or "not_stated" for row in rows)
    return {
        "all": totals.projects, "in_use": totals.in_use, "high_risk": totals.high,
        "without_ai": sum(1 for row in rows if row.project.outcome == Project.Outcome.NO_AI),
        "phases": totals.phases, "risks": totals.risks,
        "tasks": dict(sorted(tasks.items())), "functions": dict(sorted(functions.items())),
    }  # fmt: skip


def _reviews(first: datetime, after: datetime) -> dict[str, int]:
    closed = Review.objects.filter(closed__gte=first, closed__lt=after)
    outcomes = Counter(closed.values_list("outcome", flat=True))
    overdue = Review.objects.filter(state=Review.State.OPEN, opened__lt=after, due__lt=min(after, timezone.now()))
    return {
        "opened": Review.objects.filter(opened__gte=first, opened__lt=after).count(),
        "closed": closed.count(),
        "overdue": overdue.count(),
        **{outcome: outcomes[outcome] for outcome in Review.Outcome.values},
    }


def _incidents(first: datetime, after: datetime) -> dict[str, int]:
    found = Incident.objects.filter(reported__gte=first, reported__lt=after)
    states = Counter(found.values_list("state", flat=True))
    return {"all": found.count(), **{state: states[state] for state in Incident.State.values}}


def _appeals(first: datetime, after: datetime) -> dict[str, int]:
    found = Appeal.objects.filter(received__gte=first, received__lt=after, determination__case__rehearsal=False)
    answered = found.filter(state=Appeal.State.ANSWERED)
    won = answered.filter(outcome=Appeal.Outcome.CHANGED).count()
    return {"received": found.count(), "answered": answered.count(), "won": won}


def _contests(first: datetime, after: datetime) -> dict[str, int]:
    found = Contest.objects.filter(opened__gte=first, opened__lt=after, flag__published__isnull=False)
    shown = list(found.exclude(state=Contest.State.MODERATED_OUT))
    answered = [contest for contest in shown if contest.answered]
    won = sum(1 for contest in answered if contest.won)
    return {"received": len(shown), "answered": len(answered), "won": won}


def _entries(first: datetime, after: datetime) -> QuerySet[Entry]:
    begin, end = (_stamp(moment) for moment in (first, after))
    return Entry.objects.filter(happened__gte=begin, happened__lt=end)


def _stamp(moment: datetime) -> str:
    """As the ledger writes moments, which sort as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _participation(first: datetime, after: datetime) -> dict[str, int | None]:
    """Acts per actor group, administering left out; None where fewer than SMALLEST_GROUP persons acted."""
    acts = _entries(first, after).exclude(actor_key__in=["", "system"]).exclude(action__in=ADMINISTERING)
    counted = (
        acts.values("group").annotate(acts=Count("pk"), people=Count("actor_key", distinct=True)).order_by("group")
    )
    found = {row["group"]: row["acts"] if row["people"] >= SMALLEST_GROUP else None for row in counted}
    return {group: found.get(group, 0) for group in GROUPS}


def _training(first: datetime, after: datetime) -> dict[str, int]:
    """How often a course was passed."""
    return {"passed": _entries(first, after).filter(action__in=TRAINING).count()}


def _money(first: datetime, after: datetime) -> dict[str, dict[str, str]]:
    """Currency -> {set_aside, released}: what was set aside, and what was released, in the year."""
    found: dict[str, dict[str, Decimal]] = {}
    for line in FundingLine.objects.filter(stated__gte=first, stated__lt=after).prefetch_related("instalments"):
        found.setdefault(line.currency, {"set_aside": Decimal(), "released": Decimal()})["set_aside"] += line.amount
    for part in Instalment.objects.filter(released__gte=first, released__lt=after).select_related("line"):
        one = found.setdefault(part.line.currency, {"set_aside": Decimal(), "released": Decimal()})
        one["released"] += part.amount
    return {code: {name: str(amount) for name, amount in row.items()} for code, row in sorted(found.items())}
