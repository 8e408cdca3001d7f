"""Invented contracting data with planted cases, for demonstrations, tests and measurements.

``python -m minga.tools.redflags.generate OUT --count N --seed S [--broken 0.02]`` writes OUT/releases.jsonl,
OUT/labels.json (ocid -> planted kind) and OUT/planted.json (parties of planted kinds, defects by line).
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import IO, Any

import orjson

from minga.tools.base import ToolError
from minga.tools.redflags.generate_plan import CASES, ODDITIES, SPLIT_SIZE, Drawer
from minga.tools.redflags.generate_release import write_release
from minga.tools.redflags.generate_world import World

__all__ = [
    "CASES",
    "DEFECTS",
    "ODDITIES",
    "Generated",
    "Written",
    "generate",
    "plant_short_calls",
    "read_labels",
    "write",
]

OCID_PREFIX = "ocds-ex4mpl-"
DEFAULT_START = date(2024, 1, 1)
DEFAULT_DAYS = 730
_LABELLED = sum(CASES.values()) + CASES["split_contract"] * (SPLIT_SIZE - 1)


@dataclass(frozen=True, slots=True)
class Generated:
    """One line of the file, without its line break.

    ``label`` is the planted kind of process (a key of ``CASES``) or None. ``defect`` names what is awkward
    (``ODDITIES``) or wrong (``DEFECTS``) with the row; ``broken`` is true for the latter only.
    """

    line: bytes
    label: str | None
    broken: bool
    ocid: str
    defect: str | None = None


def _missing_id(release: dict[str, Any]) -> bytes:
    del release["ocid"]
    return orjson.dumps(release)


def _integer_ids(release: dict[str, Any]) -> bytes:
    def number(reference: dict[str, Any]) -> dict[str, Any]:
        return {**reference, "id": int(reference["id"].rsplit("-", 1)[1])}

    release["parties"] = [number(party) for party in release["parties"]]
    release["buyer"] = number(release["buyer"])
    release["tender"]["procuringEntity"] = number(release["tender"]["procuringEntity"])
    for holder, key in [(bid, "tenderers") for bid in release["bids"]["details"]] + [
        (award, "suppliers") for award in release.get("awards", []) if "suppliers" in award
    ]:
        holder[key] = [number(party) for party in holder[key]]
    return orjson.dumps(release)


def _object_for_array(release: dict[str, Any]) -> bytes:
    for bid in release["bids"]["details"]:
        bid["tenderers"] = bid["tenderers"][0]
    for award in release.get("awards", []):
        if "suppliers" in award:
            award["suppliers"] = award["suppliers"][0]
    return orjson.dumps(release)


def _text_amount(release: dict[str, Any]) -> bytes:
    for bid in release["bids"]["details"]:
        bid["value"] = {**bid["value"], "amount": f"{bid['value']['amount'] / 1000:.1f}".replace(".", ",")}
    return orjson.dumps(release)


def _cut_line(release: dict[str, Any]) -> bytes:
    line = orjson.dumps(release)
    return line[: len(line) * 2 // 3]


def _wrong_encoding(release: dict[str, Any]) -> bytes:
    return orjson.dumps(release).decode().encode("latin-1", errors="replace")


def _not_an_object(release: dict[str, Any]) -> bytes:
    return orjson.dumps([release["ocid"], release["date"]])


def _bad_date(release: dict[str, Any]) -> bytes:
    release["tender"]["tenderPeriod"] = {"startDate": "2024-02-31", "endDate": "por definir"}
    return orjson.dumps(release)


DEFECTS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "missing_id": _missing_id,
    "integer_ids": _integer_ids,
    "object_for_array": _object_for_array,
    "text_amount": _text_amount,
    "cut_line": _cut_line,
    "wrong_encoding": _wrong_encoding,
    "not_an_object": _not_an_object,
    "bad_date": _bad_date,
    "duplicated_ocid": orjson.dumps,
}
"""Kinds of broken rows: some can be repaired (ids, arrays), the others must be reported."""


NEEDS_BIDS = {"object_for_array", "text_amount"}


def generate(
    count: int, seed: int, *, broken: float = 0.0, start: date = DEFAULT_START, days: int = DEFAULT_DAYS
) -> Iterator[Generated]:
    """``count`` lines in order of publication over ``days`` from ``start``; the same seed, the same bytes.

    ``broken`` is the share (0..0.9) of rows with a defect; rows with a planted case are never broken, so a
    case that is not found is the tool's miss and not the data's.
    """
    if count < 0 or not 0 <= broken <= 0.9 or days < 1:
        raise ToolError(
            f"Cannot generate {count} rows with a broken share of {broken} over {days} days. "
            "The count must be 0 or more, the share between 0 and 0.9 and the days at least 1."
        )
    rng = Random(seed)  # noqa: S311 (invented data must be repeatable)
    world = World(count, seed)
    drawer = Drawer(world, rng)
    first = datetime.combine(start, time(8))
    step = timedelta(days=days) / max(1, count)
    chance = broken / (1 - _LABELLED)
    kinds = tuple(DEFECTS)
    kinds_without_bids = tuple(kind for kind in kinds if kind not in NEEDS_BIDS)
    previous: dict[str, Any] | None = None
    for number in range(count):
        published = first + step * number + timedelta(hours=rng.randrange(9))
        plan = drawer.next(f"{OCID_PREFIX}{number + 1:07d}", published)
        release = write_release(plan, world, drawer)
        if plan.label is None and rng.random() < chance:
            kind = rng.choice(kinds if release["bids"]["details"] else kinds_without_bids)
            if kind == "duplicated_ocid" and previous is not None:
                release = {**previous, "date": release["date"]}
            ocid = release["ocid"]
            yield Generated(DEFECTS[kind](release), None, True, ocid, kind)
            continue
        previous = release
        yield Generated(orjson.dumps(release), plan.label, False, plan.ocid, plan.oddity)


@dataclass(frozen=True, slots=True)
class Written:
    """Where a generated set lies and what is in it."""

    data: Path
    labels: Path
    planted: Path
    rows: int
    broken: int
    bytes: int


def write(
    path: Path,
    count: int,
    seed: int,
    *,
    broken: float = 0.0,
    start: date = DEFAULT_START,
    days: int = DEFAULT_DAYS,
) -> Written:
    """Write a set into the folder ``path``, or to the file ``path`` (.jsonl, .gz), labels beside it."""
    data = path if path.suffix in (".jsonl", ".json", ".gz") else path / "releases.jsonl"
    data.parent.mkdir(parents=True, exist_ok=True)
    labels: dict[str, str] = {}
    defects: dict[str, str] = {}
    rows = broken_rows = size = 0
    with _open_for_writing(data) as file:
        for rows, row in enumerate(generate(count, seed, broken=broken, start=start, days=days), 1):
            file.write(row.line + b"\n")
            size += len(row.line) + 1
            broken_rows += row.broken
            if row.label:
                labels[row.ocid] = row.label
            if row.defect:
                defects[str(rows)] = row.defect
    label_file = _write_json(data.with_name("labels.json"), labels)
    facts = {"count": count, "seed": seed, "parties": _planted_parties(count, seed), "rows": defects}
    planted = _write_json(data.with_name("planted.json"), facts)
    return Written(data, label_file, planted, rows, broken_rows, size)


def _open_for_writing(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.GzipFile(path, "wb", compresslevel=1, mtime=0)  # type: ignore[return-value]
    return path.open("wb")


def _write_json(path: Path, content: object) -> Path:
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return path


def _planted_parties(count: int, seed: int) -> dict[str, str]:
    world = World(count, seed)
    parties = {world.loser(n)["id"]: "always_losing" for n in range(world.losers)}
    parties |= {world.generalist(n)["id"]: "many_classes" for n in range(world.generalists)}
    excluding = [n for n in range(world.buyers) if world.excluding_buyer(n)]
    return parties | {world.buyer(n)["id"]: "all_but_one_disqualified" for n in excluding}


def read_labels(path: Path) -> dict[str, str]:
    """The labels (ocid -> planted kind) of a ``labels.json``."""
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ToolError(f"The labels {path} cannot be read: {error}. Write the set again.") from None
    if not isinstance(found, dict):
        raise ToolError(f"{path} is not a labels file: it must be one JSON object of ocid and kind.")
    return {str(ocid): str(kind) for ocid, kind in found.items()}


def plant_short_calls(lines: Iterable[bytes], share: float, seed: int) -> Iterator[Generated]:
    """Copies of a random ``share`` of real calls with their tender period cut to 1 to 3 days.

    For data that carry no bids: lines without both dates, or that are not JSON objects, are passed over.
    The copy's ocid begins with "planted-", so nobody takes it for the real call.
    """
    rng = Random(seed)  # noqa: S311 (invented data must be repeatable)
    for line in lines:
        if rng.random() >= share:
            continue
        days = rng.uniform(1.0, 3.4)
        copy = _cut_short(line, days)
        if copy is not None:
            yield Generated(orjson.dumps(copy), "short_call", False, copy["ocid"])


def _cut_short(line: bytes, days: float) -> dict[str, Any] | None:
    try:
        release = orjson.loads(line)
        period = release["tender"]["tenderPeriod"]
        begin = datetime.fromisoformat(period["startDate"])
        datetime.fromisoformat(period["endDate"])
        ocid = release["ocid"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
    period = {**period, "endDate": (begin + timedelta(days=days)).isoformat(timespec="seconds")}
    period.pop("durationInDays", None)
    return {**release, "ocid": f"planted-{ocid}", "tender": {**release["tender"], "tenderPeriod": period}}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="minga.tools.redflags.generate", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", type=float, default=0.0, help="share of rows broken on purpose, 0 to 0.9")
    parser.add_argument("--start", type=date.fromisoformat, default=DEFAULT_START, metavar="YYYY-MM-DD")
    parser.add_argument("--days", type=int, default=DEFAULT_DAYS)
    args = parser.parse_args(argv)
    try:
        done = write(args.out, args.count, args.seed, broken=args.broken, start=args.start, days=args.days)
    except ToolError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{done.rows} rows ({done.broken} broken), {done.bytes / 1e6:.1f} MB: {done.data}, {done.labels}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
