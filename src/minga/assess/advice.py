"""The advice of a release as a table, part by part, for ``minga.tools.drift``: one row per case that it advised on.

Memory does not grow with the cases: they are read ``PART`` at a time, with what was decided and appealed about them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

import pyarrow as pa
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from minga.deliver.models import Appeal, Case, Determination, Notice, Service
from minga.design.models import Release
from minga.tools.drift import Columns

PART = 2000
NAMED = 20
FLAGGED, UNFLAGGED = "flagged", "not flagged"
COLUMNS = ("number", "service_id", "drawn", "method", "source", "advice", "problem", "groups", "at")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """A column of what the tool is given. A long text is watched by its length alone."""

    name: str
    words: str
    long: bool = False
    personal: bool = False

    @property
    def column(self) -> str:
        return f"{'length' if self.long else 'field'}_{self.name}"

    def of(self, source: Mapping[str, Any]) -> str | None:
        value = source.get(self.name)
        text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        if self.long:
            return str(len(text))
        return text or None


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a release's table. Without ``services`` its cases are drawn from datasets."""

    release: Release
    services: Mapping[int, Service]
    features: tuple[Feature, ...]
    groups: tuple[str, ...]

    @property
    def columns(self) -> Columns:
        return Columns(
            groups=tuple(f"group_{name}" for name in self.groups),
            features=tuple(feature.column for feature in self.features),
            categories=("field_signs", "field_method") if not self.services else (),
        )

    def words(self, column: str) -> str:
        """What a person calls a column."""
        known = {feature.column: feature.words for feature in self.features}
        return known.get(column, column.removeprefix("group_"))


@dataclass(slots=True)
class Account:
    """What became of the cases: ``cases`` = rows + ``failed``. The first of the failed are named."""

    cases: int = 0
    failed: int = 0
    named: list[int] = field(default_factory=list)


def shape_of(release: Release) -> Shape:
    """What is watched of a release: the fields that its services give the tool, and their groups."""
    advised = Exists(Case.objects.filter(service=OuterRef("pk"), release=release))
    services = Service.objects.filter(Q(tool=release.version.tool) | advised, project=release.project_id).in_bulk()
    if not services:
        return Shape(release, {}, (Feature("method", "method"), Feature("signs", "signs")), ())
    fields: dict[str, Feature] = {}
    groups: dict[str, str] = {}
    for service in services.values():
        for each in service.fields:
            if each["shown_to_tool"]:
                found = Feature(each["name"], str(each["words"]), bool(each.get("long")), bool(each.get("personal")))
                fields.setdefault(each["name"], found)
        groups |= dict.fromkeys(service.groups, "")
    return Shape(release, services, tuple(fields.values()), tuple(groups))


def cases_of(release: Release, start: datetime, end: datetime) -> QuerySet[Case]:
    """The cases that a release advised on, or failed on, from ``start`` to before ``end``."""
    found = Case.objects.filter(release=release, rehearsal=False).annotate(at=Coalesce("advised", "received"))
    return found.filter(at__gte=start, at__lt=end).order_by("pk")


def table(shape: Shape, start: datetime, end: datetime, account: Account | None = None) -> Iterator[pa.RecordBatch]:
    """The advice of the period as Arrow batches with the columns that ``docs/drift.md`` names."""
    account = account or Account()
    rows = cases_of(shape.release, start, end).values_list("pk", *COLUMNS)
    for part in batched(rows.iterator(chunk_size=PART), PART):
        yield _batch(shape, part, account)


def _batch(shape: Shape, part: Sequence[Row], account: Account) -> pa.RecordBatch:
    known = _known([row[0] for row in part])
    kept = []
    for row in part:
        account.cases += 1
        if row[7]:
            account.failed += 1
            account.named += [row[1]] if len(account.named) < NAMED else []
        elif row[6]:
            kept.append(_row(shape, row, known))
    return pa.RecordBatch.from_pylist(kept, schema=_schema(shape))


def _schema(shape: Shape) -> pa.Schema:
    texts = ("case", "proposal", "truth", "determination", "appealed")
    columns = shape.columns
    return pa.schema(
        [("at", pa.date32()), ("probability", pa.float64())]
        + [(name, pa.string()) for name in (*texts, *columns.features, *columns.groups)]
    )


def _row(shape: Shape, row: Row, known: "Known") -> dict[str, Any]:
    pk, number, service_id, drawn, method, source, advice, _problem, groups, at = row
    service = shape.services.get(service_id)
    told = {
        "case": str(number),
        "at": timezone.localtime(at).date(),
        "probability": advice.get("probability"),
        "determination": known.followed.get(pk, ""),
        "appealed": known.appealed.get(pk, ""),
        "truth": known.truth.get(pk, ""),
    }
    if service is None:
        signs = " ".join(sorted({sign["code"] for sign in advice.get("reasons", ())}))
        proposal = "" if advice.get("abstained_because") else FLAGGED if drawn == Case.Drawn.FLAGGED else UNFLAGGED
        return told | {"proposal": proposal, "field_method": method or None, "field_signs": signs or None}
    proposal = service.outcome_advised(advice.get("proposal")) or advice.get("proposal") or ""
    told |= {"proposal": proposal} | {feature.column: feature.of(source) for feature in shape.features}
    return told | {f"group_{name}": groups.get(name) or None for name in shape.groups}


@dataclass(frozen=True, slots=True)
class Known:
    """By case: whether the advice was followed by who saw it, what was decided without it, whether it was appealed."""

    followed: dict[int, str]
    truth: dict[int, str]
    appealed: dict[int, str]


def _known(cases: Sequence[int]) -> Known:
    known = Known({}, {}, {})
    made = Determination.objects.filter(case__in=cases).exclude(choice=Determination.Choice.CANNOT_TELL)
    columns = ("case_id", "choice", "outcome", "before_advice", "difference", "case__service_id")
    for case, choice, outcome, before, difference, service in made.order_by("pk").values_list(*columns):
        decided = outcome if service else FLAGGED if choice in Determination.ADVERSE else UNFLAGGED
        if "appeal" in difference:
            known.truth[case] = decided
        elif before or difference.get("withheld"):
            known.truth.setdefault(case, decided)
        elif difference.get("agrees") is not None:
            known.followed[case] = "accept" if difference["agrees"] else "reject"
    _appeals(cases, known)
    return known


def _appeals(cases: Sequence[int], known: Known) -> None:
    """An upheld decision is settled too; no appeal counts as one only when the time for it is over."""
    told = Notice.objects.filter(case__in=cases, appeal_by__lt=timezone.now()).exclude(sent=None)
    known.appealed.update(dict.fromkeys(told.values_list("case_id", flat=True), "no"))
    appeals = Appeal.objects.filter(determination__case__in=cases).order_by("pk")
    for case, outcome, decided in appeals.values_list("determination__case_id", "outcome", "determination__outcome"):
        known.appealed[case] = "yes"
        if outcome == Appeal.Outcome.UPHELD:
            known.truth[case] = decided
