"""Trials: what was tried and found, as the exit report keeps it; whether anything may still be tried."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from minga.design import queries, tables, tools
from minga.design.models import Dataset, Trial, TrialCase
from minga.ledger.action import Actor
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of
from minga.tools.base import Advice, ToolError
from minga.tools.providers import Answer, cost_per_1000
from minga.tools.stats import wilson

DAYS, LONGEST_DAYS = 14, 60
MOST_CASES, MOST_EVER = 50, 500
LONGEST = timedelta(days=LONGEST_DAYS)


def is_open(trial: Trial, now: datetime | None = None) -> bool:
    """Whether something may be tried: not after its end, whether or not the worker has closed it yet."""
    return trial.state == Trial.State.OPEN and (now or timezone.now()) < trial.ends


def due(now: datetime) -> QuerySet[Trial]:
    """The trials whose time is over and that nobody has ended."""
    return Trial.objects.filter(state=Trial.State.OPEN, ends__lte=now).select_related("project", "version")


def case_for(case: TrialCase) -> dict[str, Any]:
    """What the tool is asked: the fields that were written; a contracting release keeps its own id."""
    return {"id": f"trial-{case.trial_id}-{case.number}", **case.source}


def kept(answer: Answer) -> dict[str, Any]:
    """``TrialCase.advice``: what the tool said (None where it failed) and what that took."""
    return {
        "said": answer.advice.as_json() if answer.advice else None,
        "used": {
            "cpu_seconds": answer.cpu_seconds, "wall_seconds": answer.wall_seconds,
            "tokens_in": answer.tokens_in, "tokens_out": answer.tokens_out,
        },
    }  # fmt: skip


def said(case: TrialCase) -> Advice | None:
    """What the tool said on a case; None where it has not answered or could not."""
    told = case.advice.get("said")
    return Advice.from_json(told) if told else None


def is_waiting(case: TrialCase) -> bool:
    return not case.advice and not case.failure


def report(trial: Trial, ended: datetime | None = None) -> dict[str, Any]:
    """What a trial found, JSON types only: the exit report, frozen in ``Trial.report`` when it ends.

    Shares are of the cases that somebody judged, with their 95 % interval (Wilson 1927).
    """
    cases = list(trial.cases.all())
    asked = [case for case in cases if not is_waiting(case)]
    judged = [case for case in cases if case.verdict]
    cost, currency = _cost(trial, asked)
    return {
        "question": trial.question,
        "tool": trial.version.tool,
        "version": trial.version.version,
        "content_hash": trial.version.content_hash,
        "opened": trial.opened.isoformat(),
        "ends": trial.ends.isoformat(),
        "ended": ended.isoformat() if ended else "",
        "most_cases": trial.most_cases,
        "tried": len(cases),
        "waiting": len(cases) - len(asked),
        "failed": sum(bool(case.failure) for case in cases),
        "abstained": sum(_abstained(case) for case in cases),
        "judged": len(judged),
        "verdicts": _verdicts(judged),
        "failures": [[why, count] for why, count in Counter(c.failure for c in cases if c.failure).most_common(5)],
        "cpu_seconds": round(sum(_used(case, "cpu_seconds") for case in asked), 6),
        "cost_per_1000": None if cost is None else str(cost),
        "currency": currency,
        "cases": [_row(case) for case in cases],
    }


def _abstained(case: TrialCase) -> bool:
    told = case.advice.get("said")
    return bool(told and told["abstained_because"] is not None)


def _used(case: TrialCase, name: str) -> float:
    return float(case.advice.get("used", {}).get(name, 0))


def _verdicts(judged: Sequence[TrialCase]) -> list[dict[str, Any]]:
    of, rows = len(judged), []
    for verdict in TrialCase.Verdict.values:
        count = sum(case.verdict == verdict for case in judged)
        low, high = wilson(count, of)
        share = count / of if of else None
        rows.append({"verdict": verdict, "count": count, "of": of, "value": share, "low": low, "high": high})
    return rows


def _row(case: TrialCase) -> dict[str, Any]:
    told = case.advice.get("said") or {}
    return {
        "number": case.number, "source": case.source, "proposal": told.get("proposal"),
        "abstained_because": told.get("abstained_because"), "failure": case.failure, "verdict": case.verdict,
        "note": case.note,
    }  # fmt: skip


def _cost(trial: Trial, asked: Iterable[TrialCase]) -> tuple[Any, str]:
    """(cost of 1,000 cases like these or None, its currency)."""
    try:
        prices = tools.spec_of(trial.version).prices
    except ToolError:
        return None, ""
    answers = [
        Answer(
            str(case.number), said(case), case.failure, _used(case, "cpu_seconds"), _used(case, "wall_seconds"),
            int(_used(case, "tokens_in")), int(_used(case, "tokens_out")),
        )
        for case in asked
    ]  # fmt: skip
    return cost_per_1000(answers, prices), prices.currency


PRIVATE = ("cases",)


def public(told: dict[str, Any]) -> dict[str, Any]:
    """The report without what people wrote: their cases and notes are for those who take part."""
    return {name: value for name, value in told.items() if name not in PRIVATE}


def sees_cases(actor: Actor, project: Project) -> bool:
    """Whether somebody may read the cases and notes: whoever has a role in the project."""
    return not roles_of(actor, project).isdisjoint(Role.values)


def invented_data(project: Project) -> QuerySet[Dataset]:
    """Made-up data whose rows may be tried."""
    return queries.ready_datasets(project).exclude(synthetic_from=None)


def row_of(dataset: Dataset, line: int) -> dict[str, Any] | None:
    """The made-up row on ``line`` (from 0) as a tool would be given it; None beyond the end."""
    row = next(islice(tables.rows_of(dataset), max(0, line), None), None)
    return None if row is None else _as_case(dataset, row)


def rows_from(dataset: Dataset, first: int, count: int) -> list[dict[str, Any]]:
    """``count`` made-up rows from line ``first`` (from 0) on, as a tool would be given them."""
    return [_as_case(dataset, row) for row in islice(tables.rows_of(dataset), first, first + count)]


def _as_case(dataset: Dataset, row: dict[str, Any]) -> dict[str, Any]:
    if dataset.kind == Dataset.Kind.OCDS:
        return row
    case = tables.case_of(row, dataset.columns)
    return {name: value for name, value in case.items() if name not in ("id", "synthetic")}
