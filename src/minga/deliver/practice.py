"""Practice: made-up cases whose right answer is known, some with advice that is wrong on purpose. Nobody is affected.

The rows come from a dataset of made-up data or of cases that participants wrote, never from real cases. Which row is
used and what its advice says hangs on the seed alone, so that the same practice can be made again.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop, override

from minga.deliver.lots import lot
from minga.deliver.models import Case, Determination, Service
from minga.design import tables
from minga.design.models import Dataset
from minga.projects.models import Project
from minga.tools.base import Advice

MOST = 200
SILENT = gettext_noop("The tool found nothing to point out.")
LEAST_SURE, MOST_SURE = 0.70, 0.95


@dataclass(frozen=True, slots=True)
class Plan:
    """How many cases, and which shares of them (0..1) carry wrong advice, none at all, or are decided first."""

    count: int
    wrong: float
    silent: float
    first: float


@dataclass(frozen=True, slots=True)
class Made:
    """The cases, not saved yet. ``read`` = ``usable`` + ``rejected`` rows; ``cases`` are drawn from the usable ones."""

    cases: tuple[Case, ...]
    read: int
    usable: int
    rejected: int


def datasets(project: Project) -> QuerySet[Dataset]:
    """What practice may be made of: ready, made up or written by participants, with a column of right answers."""
    found = Dataset.objects.filter(project=project, state=Dataset.State.READY).exclude(sha256="")
    written = Q(kind=Dataset.Kind.SUITE) | Q(kind=Dataset.Kind.TABLE, synthetic_from__isnull=False)
    return found.filter(written).exclude(columns__truth="").filter(columns__has_key="truth")


def prepared(service: Service, dataset: Dataset, plan: Plan, seed: int, number: int, now: datetime) -> Made:
    """The practice cases of a round; ``number`` is the first free number of a case."""
    read, rejected = 0, 0

    def usable() -> Iterator[tuple[float, str, dict[str, Any]]]:
        nonlocal read, rejected
        for row in tables.rows_of(dataset):
            read += 1
            if not _fits(service, dataset, row):
                rejected += 1
                continue
            name = str(tables.text_of(row[dataset.columns["id"]]))
            yield lot(seed, "practice", name), name, row

    drawn = heapq.nsmallest(plan.count, usable(), key=lambda one: one[:2])
    wrong, silent = round(plan.wrong * len(drawn)), round(plan.silent * len(drawn))
    kinds = ["wrong"] * wrong + ["silent"] * silent + ["right"] * len(drawn)
    cases = [
        _case(service, dataset, row, kind, (seed, name), now)
        for (_, name, row), kind in zip(drawn, kinds, strict=False)
    ]
    _decide_first(cases, plan, seed)
    cases.sort(key=lambda case: lot(seed, "order", case.process))
    for place, case in enumerate(cases):
        case.number = number + place
    return Made(tuple(cases), read, read - rejected, rejected)


def _fits(service: Service, dataset: Dataset, row: dict[str, Any]) -> bool:
    """Whether a row's right answer is an outcome of the service, and it holds every field that is needed."""
    truth = service.outcome_advised(tables.text_of(row.get(dataset.columns["truth"])))
    needed = (field["name"] for field in service.fields if field["needed"])
    return bool(truth) and all(str(row.get(name) or "").strip() for name in needed)


def _decide_first(cases: list[Case], plan: Plan, seed: int) -> None:
    """The share decided first is drawn apart from what the advice says, so that neither tells of the other."""
    ordered = sorted(cases, key=lambda case: lot(seed, "first", case.process))
    for case in ordered[: round(plan.first * len(ordered))]:
        case.decide_first = True


def _case(
    service: Service, dataset: Dataset, row: dict[str, Any], kind: str, lots: tuple[int, str], now: datetime
) -> Case:
    seed, name = lots
    truth = service.outcome_advised(tables.text_of(row[dataset.columns["truth"]]))
    process = f"practice:{service.pk}:{dataset.pk}:{seed}:{name}"[:300]
    source = {field["name"]: row.get(field["name"], "") for field in service.fields}
    return Case(
        project=service.project, service=service, origin=Case.Origin.REHEARSAL, process=process,
        title=_title(service, source), source=source,
        advice=_advice(service, kind, truth, process).as_json(), advised=now, rehearsal=True, truth=truth,
        groups={field: str(source.get(field) or "") for field in service.groups}, drawn=Case.Drawn.LISTED,
        received=now, read_by=now + timedelta(days=service.decide_days),
    )  # fmt: skip


def _title(service: Service, source: dict[str, Any]) -> str:
    """The first short field, as on a real case: what it is for stands beside it wherever it is shown."""
    short = (field["name"] for field in service.fields if not field["personal"] and not field["long"])
    words = (" ".join(str(source[name] or "").split()) for name in short)
    return next((text for text in words if text), service.name)[:300]


def _advice(service: Service, kind: str, truth: str, process: str) -> Advice:
    """Right and wrong advice look alike: a proposal, how sure the tool claims to be, and no more."""
    if kind == "silent":
        return Advice(process, abstained_because=SILENT, translations=_translated(SILENT))
    others = [str(one["code"]) for one in service.outcomes if one["code"] != truth]
    proposal = others[int(lot(process, "other", truth) * len(others))] if kind == "wrong" else truth
    sure = LEAST_SURE + (MOST_SURE - LEAST_SURE) * lot(process, "sure", truth)
    return Advice(process, proposal, probability=round(sure, 2))


def _translated(text: str) -> dict[str, dict[str, str]]:
    found = {}
    for code, _name in settings.LANGUAGES:
        if code != "en":
            with override(code):
                found[code] = {text: gettext(text)}
    return found


def cases_of(project: Project) -> QuerySet[Case]:
    """The practice cases of a project, in the order in which they are to be read."""
    rows = Case.objects.filter(project=project, rehearsal=True).select_related("service", "project", "claimed_by")
    return rows.defer("source", "advice", "groups").order_by("read_by", "number")


@dataclass(frozen=True, slots=True)
class Truth:
    """What was right on a practice case that is closed, in words."""

    right: str
    advised: str
    decided: str
    wrong_advice: bool
    got_it: bool


def truth_of(case: Case, past: list[Determination]) -> Truth | None:
    """What is shown once a practice case is closed; None before, and on real cases."""
    if not case.rehearsal or not case.closed or case.service is None or not case.truth:
        return None
    words = case.service.outcome_words
    proposal = case.told.proposal
    decided = past[-1].outcome if past else ""
    return Truth(
        right=words(case.truth),
        advised="" if proposal is None else words(case.service.outcome_advised(proposal)),
        decided=words(decided) if decided else "",
        wrong_advice=proposal is not None and case.service.outcome_advised(proposal) != case.truth,
        got_it=decided == case.truth,
    )
