"""What a month is held against: the first full month in service, or the data that the release was checked on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

import pyarrow as pa
from django.utils import timezone

from minga.assess.advice import PART, Shape, cases_of
from minga.deliver.models import Stage, StageChange
from minga.design import tables
from minga.design.models import Check, Dataset, Release
from minga.tools.drift import Columns

LEAST = 50


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` to before ``end``: one calendar month."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        return f"{timezone.localtime(self.start):%Y-%m}"


@dataclass(frozen=True, slots=True)
class Reference:
    """``dataset`` holds features alone, for nothing had been decided on it; a month holds everything."""

    period: Period | None = None
    dataset: Dataset | None = None

    @property
    def kind(self) -> str:
        return "month" if self.period else "dataset"

    @property
    def name(self) -> str:
        return self.period.name if self.period else str(self.dataset)


def month_of(moment: datetime) -> Period:
    """The calendar month of a moment, in the body's time zone."""
    start = timezone.localtime(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Period(start, _next(start))


def _next(start: datetime) -> datetime:
    later = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1, tzinfo=None)
    return timezone.make_aware(later, start.tzinfo)


def first_in_service(release: Release) -> datetime | None:
    """When the release was first moved to any stage but off."""
    changes = StageChange.objects.filter(release=release).exclude(stage=Stage.OFF).order_by("since", "pk")
    return changes.values_list("since", flat=True).first()


def in_service_between(release: Release, now: datetime) -> tuple[datetime | None, datetime]:
    """(when it first came into service, when it went off or now)."""
    last = StageChange.objects.filter(release=release).order_by("-pk").values_list("stage", "since").first()
    off = last is not None and last[0] == Stage.OFF
    return first_in_service(release), min(last[1], now) if last and off else now


def first_full_month(release: Release) -> Period | None:
    since = first_in_service(release)
    if since is None:
        return None
    month = month_of(since)
    return month if month.start == since else month_of(month.end)


def reference_for(shape: Shape, month: Period) -> Reference | None:
    """What ``month`` is held against; None where there is nothing yet to hold it against."""
    first = first_full_month(shape.release)
    if first and first.end <= month.start and _enough(shape, first):
        return Reference(first)
    dataset = _checked_on(shape)
    return Reference(dataset=dataset) if dataset else None


def _enough(shape: Shape, period: Period) -> bool:
    cases = cases_of(shape.release, period.start, period.end).exclude(advice={})
    return cases.order_by()[:LEAST].count() == LEAST


def _checked_on(shape: Shape) -> Dataset | None:
    """The table of the newest check that has a column of what the services give the tool."""
    checks = Check.objects.filter(version=shape.release.version, dataset__kind=Dataset.Kind.TABLE)
    for check in checks.filter(state__in=["passed", "failed"]).select_related("dataset").order_by("-pk")[:20]:
        if columns_in(shape, check.dataset).features:
            return check.dataset
    return None


def columns_in(shape: Shape, dataset: Dataset) -> Columns:
    """The columns of the release's table that the dataset has too."""
    first = next(tables.rows_of(dataset), {})
    hidden = {dataset.columns.get("truth"), dataset.columns["id"], *dataset.columns.get("groups", ())}
    features = [each.column for each in shape.features if each.name in first and each.name not in hidden]
    groups = [f"group_{name}" for name in shape.groups if name in dataset.columns.get("groups", ())]
    return Columns(features=tuple(features), groups=tuple(groups))


def dataset_rows(shape: Shape, dataset: Dataset) -> Iterator[pa.RecordBatch]:
    """The data of a check as Arrow batches: what the tool is given, and the groups."""
    columns = columns_in(shape, dataset)
    features = [each for each in shape.features if each.column in columns.features]
    schema = pa.schema([(name, pa.string()) for name in ("case", *columns.features, *columns.groups)])
    for part in batched(tables.rows_of(dataset), PART):
        rows = [
            {"case": tables.text_of(row[dataset.columns["id"]])}
            | {each.column: each.of(row) for each in features}
            | {name: tables.text_of(row.get(name.removeprefix("group_"))) for name in columns.groups}
            for row in part
        ]
        yield pa.RecordBatch.from_pylist(rows, schema=schema)
