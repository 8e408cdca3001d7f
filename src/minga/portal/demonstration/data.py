"""The demonstration's data: generated calls with planted cases, or the operator's own with planted short calls."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from minga.design.models import Dataset
from minga.design.profile import day_of
from minga.portal.demonstration.mask import mask
from minga.tools.intake import iter_json_lines, open_source
from minga.tools.redflags.generate import plant_short_calls, read_labels, write

GENERATED, SEED, DAYS = 6000, 7, 540
PLANTED_SHARE = 0.03
# A planted copy stands for a case that everybody agrees on; more would crowd out the real calls.
MOST_PLANTED = 300


@dataclass(frozen=True)
class Material:
    """A file of calls, the planted cases in it (ocid to kind), and where it is from, in words."""

    path: Path
    labels: dict[str, str]
    source: str
    generated: bool


@dataclass(frozen=True)
class Data:
    """The calls in three parts: limits are chosen on the first, checked on the second, in service on the third."""

    earlier: Dataset
    later: Dataset
    newest: Dataset


def generate(folder: Path) -> Material:
    """Fictional calls of the last eighteen months."""
    path = folder / "valle-alto.jsonl"
    write(path, GENERATED, SEED, start=timezone.localdate() - timedelta(days=DAYS), days=DAYS - 10)
    labels = read_labels(path.with_name("labels.json"))
    return Material(path, labels, "generated for the demonstration", generated=True)


def take(source: str, folder: Path) -> Material:
    """The operator's own OCDS data without names, with copies of some calls cut to 1 to 3 days planted among them."""
    path = folder / "calls.jsonl"
    lines = list(mask(_lines(source)))
    planted = list(plant_short_calls(lines, PLANTED_SHARE, SEED))[:MOST_PLANTED]
    with path.open("wb") as out:
        out.writelines(line.rstrip(b"\n") + b"\n" for line in lines)
        out.writelines(one.line.rstrip(b"\n") + b"\n" for one in planted)
    labels = {one.ocid: one.label for one in planted if one.label}
    return Material(path, labels, Path(source).name, generated=False)


def _lines(source: str) -> Iterator[bytes]:
    with open_source(source) as stream:
        for _number, line in iter_json_lines(stream, strict=False):
            yield line


def parting_days(dataset: Dataset) -> tuple[date, date] | None:
    """Two days that part the dated calls into three of about the same number; None where they carry too few days."""
    with dataset.path.open("rb") as stream:
        days = sorted(day for line in stream if (day := day_of(json.loads(line))) is not None)
    if len(set(days)) < 3:
        return None
    first = max(days[len(days) // 3], days[0] + timedelta(days=1))
    second = max(days[2 * len(days) // 3], first + timedelta(days=1))
    return (first, second) if second <= days[-1] else None
