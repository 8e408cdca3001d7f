"""The demonstration's data: generated calls with planted cases, or the operator's own with planted short calls."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from minga.design.models import Dataset
from minga.design.profile import day_of
from minga.portal.demonstration.mask import mask
from minga.tools.intake import iter_json_lines, open_source
from minga.tools.redflags.generate import generate as invent
from minga.tools.redflags.generate import plant_short_calls

WEEKS = 40
# Days of the story on which calls are delivered: the first for limits and checks, the others for the desk.
DELIVERED = (21, 127, 184)
GENERATED, SEED, DAYS = 6000, 7, 540
PLANTED_SHARE = 0.03
# A planted copy stands for a case that everybody agrees on; more would crowd out the real calls.
MOST_PLANTED = 300


@dataclass(frozen=True)
class Delivery:
    """A file of calls and the planted cases in it (ocid to kind)."""

    path: Path
    labels: dict[str, str]


@dataclass(frozen=True)
class Material:
    """One delivery of the operator's own calls, or as many generated ones as there are days in ``DELIVERED``."""

    deliveries: tuple[Delivery, ...]
    generated: bool

    @property
    def labels(self) -> dict[str, str]:
        return {ocid: kind for delivery in self.deliveries for ocid, kind in delivery.labels.items()}


@dataclass(frozen=True)
class Data:
    """Limits are chosen on the earlier calls and checked on the later; the newest, one part a draw, are in service.

    ``newest`` is empty where those calls are delivered only when the tool is in service.
    """

    earlier: Dataset
    later: Dataset
    newest: tuple[Dataset, ...] = ()


def generate(folder: Path) -> Material:
    """Fictional calls, each in the first delivery after its last date, so that none tells of days to come."""
    begin = timezone.localdate() - timedelta(weeks=WEEKS)
    start = begin + timedelta(days=DELIVERED[0] - DAYS)
    days = [(begin + timedelta(days=day)).isoformat() for day in DELIVERED]
    kept: list[tuple[list[bytes], dict[str, str]]] = [([], {}) for _day in days]
    for call in invent(GENERATED, SEED, start=start, days=DAYS + DELIVERED[-1] - DELIVERED[0]):
        # The generator dates a release to the day on which the contract is signed, after bids and awards.
        place = bisect_right(days, json.loads(call.line)["date"][:10])
        if place < len(days):
            kept[place][0].append(call.line + b"\n")
            if call.label:
                kept[place][1][call.ocid] = call.label
    return Material(tuple(_write(folder, number, *one) for number, one in enumerate(kept, start=1)), generated=True)


def _write(folder: Path, number: int, lines: list[bytes], labels: dict[str, str]) -> Delivery:
    path = folder / f"valle-alto-{number}.jsonl"
    path.write_bytes(b"".join(lines))
    return Delivery(path, labels)


def take(source: str, folder: Path) -> Material:
    """The operator's own OCDS data without names, with copies of some calls cut to 1 to 3 days planted among them."""
    path = folder / "calls.jsonl"
    lines = list(mask(_lines(source)))
    planted = list(plant_short_calls(lines, PLANTED_SHARE, SEED))[:MOST_PLANTED]
    with path.open("wb") as out:
        out.writelines(line.rstrip(b"\n") + b"\n" for line in lines)
        out.writelines(one.line.rstrip(b"\n") + b"\n" for one in planted)
    labels = {one.ocid: one.label for one in planted if one.label}
    return Material((Delivery(path, labels),), generated=False)


def _lines(source: str) -> Iterator[bytes]:
    with open_source(source) as stream:
        for _number, line in iter_json_lines(stream, strict=False):
            yield line


def parting_days(dataset: Dataset, parts: int) -> list[date]:
    """The days that part the dated calls into ``parts`` of about the same number; [] where they carry too few days."""
    with dataset.path.open("rb") as stream:
        days = sorted(day for line in stream if (day := day_of(json.loads(line))) is not None)
    if len(set(days)) < parts:
        return []
    found: list[date] = []
    for part in range(1, parts):
        last = found[-1] if found else days[0]
        found.append(max(days[part * len(days) // parts], last + timedelta(days=1)))
    return found if found[-1] <= days[-1] else []
