"""The advice of a release as a table, part by part, for ``minga.tools.drift``: one row per case that it advised on.

Memory does not grow with the cases: they are read ``PART`` at a time, with what was decided and appealed about them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import batched
from typing import Any

import orjson
import pyarrow as pa
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from minga.deliver.models import Appeal, Case, Determination, Notice, Service
from minga.design.models import Release
from minga.tools.drift import Columns

PART = 2000
NAMED = 20
FLAGGED, UNFLAGGED = "flagged", "not flagged"
COLUMNS = (
    "pk", "number", "service_id", "drawn", "problem", "advice_text", "source_text", "groups_text", "method", "at",
)  # fmt: skip
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
    def labels(self) -> dict[str, str]:
        """Attribute -> what a person calls it."""
        named = {each["name"]: str(each["words"]) for one in self.services.values() for each in one.fields}
        return {name: named.get(name, name) for name in self.groups}

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
        attribute = column.removeprefix("group_")
        return known.get(column) or self.labels.get(attribute, attribute)


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
    reader = Reader(shape, account or Account(), timezone.get_current_timezone())
    rows = cases_of(shape.release, start, end).annotate(**_raw("source", "advice", "groups"))
    for part in batched(rows.values_list(*COLUMNS).iterator(chunk_size=PART), PART):
        yield reader.batch(part)


def _raw(*names: str) -> dict[str, Cast]:
    """JSON columns as text: the rows are many, and orjson reads them in a third of the time."""
    return {f"{name}_text": Cast(name, TextField()) for name in names}


@dataclass(slots=True)
class Reader:
    """Turns rows of cases into Arrow batches; ``means`` remembers which outcome a proposal stands for."""

    shape: Shape
    account: Account
    zone: tzinfo
    means: dict[tuple[int, str], str] = field(default_factory=dict)

    def batch(self, part: Sequence[Row]) -> pa.RecordBatch:
        known = _known(self.shape.release, part[0][0], part[-1][0])
        kept = []
        for row in part:
            self.account.cases += 1
            if row[4]:
                self.account.failed += 1
                self.account.named += [row[1]] if len(self.account.named) < NAMED else []
            elif (advice := orjson.loads(row[5])) != {}:
                kept.append(self._row(row, advice, known))
        schema = _schema(self.shape)
        columns: Iterable[Sequence[Any]] = zip(*kept, strict=True) if kept else [()] * len(schema)
        return pa.RecordBatch.from_arrays(
            [pa.array(values, each.type) for values, each in zip(columns, schema, strict=True)], schema=schema
        )

    def _row(self, row: Row, advice: Mapping[str, Any], known: "Known") -> Row:
        """The values in the order of the schema."""
        pk, number, service_id, drawn, _problem, _advice, source, groups, method, at = row
        told = (
            at.astimezone(self.zone).date(),
            advice.get("probability"),
            str(number),
            known.truth.get(pk, ""),
            known.followed.get(pk, ""),
            known.appealed.get(pk, ""),
        )
        if service_id not in self.shape.services:
            return *told, *_drawn(drawn, method, advice)
        given, values = orjson.loads(source), orjson.loads(groups)
        return (
            *told,
            self._outcome(service_id, advice.get("proposal") or ""),
            *(feature.of(given) for feature in self.shape.features),
            *(values.get(name) or None for name in self.shape.groups),
        )

    def _outcome(self, service: int, proposal: str) -> str:
        found = self.means.get((service, proposal))
        if found is None:
            found = self.shape.services[service].outcome_advised(proposal) or proposal
            self.means[service, proposal] = found
        return found


def _drawn(drawn: str, method: str, advice: Mapping[str, Any]) -> Row:
    """(proposal, method, signs) of a case that was drawn from a dataset."""
    signs = " ".join(sorted({sign["code"] for sign in advice.get("reasons", ())}))
    proposal = "" if advice.get("abstained_because") else FLAGGED if drawn == Case.Drawn.FLAGGED else UNFLAGGED
    return proposal, method or None, signs or None


def _schema(shape: Shape) -> pa.Schema:
    texts = ("case", "truth", "determination", "appealed", "proposal", *shape.columns.features, *shape.columns.groups)
    return pa.schema([("at", pa.date32()), ("probability", pa.float64()), *((name, pa.string()) for name in texts)])


@dataclass(frozen=True, slots=True)
class Known:
    """By case: whether the advice was followed by who saw it, what was decided without it, whether it was appealed."""

    followed: dict[int, str]
    truth: dict[int, str]
    appealed: dict[int, str]


def _known(release: Release, first: int, last: int) -> Known:
    """What became of the cases whose keys lie from ``first`` to ``last``."""
    known = Known({}, {}, {})
    made = Determination.objects.filter(case__release=release, case__gte=first, case__lte=last)
    made = made.exclude(choice=Determination.Choice.CANNOT_TELL).annotate(**_raw("difference")).order_by("pk")
    columns = ("case_id", "choice", "outcome", "before_advice", "difference_text")
    for case, choice, outcome, before, text in made.values_list(*columns).iterator(chunk_size=PART):
        difference = orjson.loads(text)
        decided = outcome or (FLAGGED if choice in Determination.ADVERSE else UNFLAGGED)
        if "appeal" in difference:
            known.truth[case] = decided
        elif before or difference.get("withheld"):
            known.truth.setdefault(case, decided)
        elif difference.get("agrees") is not None:
            known.followed[case] = "accept" if difference["agrees"] else "reject"
    _appeals(release, first, last, known)
    return known


def _appeals(release: Release, first: int, last: int, known: Known) -> None:
    """An upheld decision is settled too; no appeal counts as one only when the time for it is over."""
    told = Notice.objects.filter(case__release=release, case__gte=first, case__lte=last).exclude(sent=None)
    over = told.filter(appeal_by__lt=timezone.now())
    known.appealed.update(dict.fromkeys(over.values_list("case_id", flat=True).order_by(), "no"))
    appeals = Appeal.objects.filter(
        determination__case__release=release, determination__case__gte=first, determination__case__lte=last
    ).order_by("pk")
    for case, outcome, decided in appeals.values_list("determination__case_id", "outcome", "determination__outcome"):
        known.appealed[case] = "yes"
        if outcome == Appeal.Outcome.UPHELD:
            known.truth[case] = decided
