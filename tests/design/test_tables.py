"""A table of cases comes in: every row used, rejected or failed, the truth kept from the tool."""

import csv
import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from minga.design import reading, tables, tasks
from minga.design.actions import import_dataset, split_dataset
from minga.design.models import Dataset
from minga.design.profile import MINIMUM
from minga.ledger.refusals import Blocked, Invalid
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.shared import shared

COLUMNS = {"id": "nr", "truth": "queue", "groups": ["district"]}
HEAD = "nr,text,queue,district\n"


def take(cast: Cast, project: Project, path: Path, columns: Any = COLUMNS, **more: Any) -> Dataset:
    return import_dataset(by(cast.dario), project, source=path, name="Cases", purpose="Queues", columns=columns, **more)


def problems(dataset: Dataset) -> list[dict[str, Any]]:
    assert dataset.problems_path
    return [json.loads(line) for line in dataset.problems_path.read_text().splitlines()]


def test_every_row_is_accounted_for(project: Project, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    rows = [
        b"1,Hole in the road,roads,north", b"2,Lamp,lighting,south", b"2,Again,lighting,south",
        b" ,No name,roads,north",
        b"3,too,many,cells,here", b"4,\xff broken,roads,north", b"5,No truth,,north", b'6,"two\nlines",waste,',
    ]  # fmt: skip
    path.write_bytes(HEAD.encode() + b"\n".join(rows) + b"\n")
    dataset = take(cast, project, path)
    assert (dataset.kind, dataset.columns) == ("table", COLUMNS)
    assert (dataset.rows_in, dataset.rows_used, dataset.rows_rejected, dataset.rows_failed) == (8, 4, 2, 2)
    assert [(row["line"], row["state"]) for row in problems(dataset)] == [
        (4, "rejected"), (5, "rejected"), (6, "failed"), (7, "failed"), (8, "notice"),
    ]  # fmt: skip
    kept = list(tables.rows_of(dataset))
    assert [row["nr"] for row in kept] == ["1", "2", "5", "6"]
    assert kept[3]["text"] == "two\nlines"
    assert tables.case_of(kept[0], dataset.columns) == {"id": "1", "text": "Hole in the road"}
    assert dataset.profile["common"] == {"queue": [["", 1]], "district": [["", 1]]}
    assert dataset.profile["pooled"] == {"queue": {"values": 3, "rows": 3}, "district": {"values": 2, "rows": 3}}
    assert reading.ids_of(dataset.ids_sha256) == {reading.digest(nr) for nr in "1256"}


def test_json_lines_and_gzip_and_semicolons_are_read(project: Project, cast: Cast, tmp_path: Path) -> None:
    rows = [{"nr": n, "text": "x", "queue": n % 2 == 0, "district": None} for n in range(3)]
    lines = tmp_path / "cases.jsonl.gz"
    lines.write_bytes(gzip.compress("\n".join([*map(json.dumps, rows), "[1]", "{"]).encode()))
    dataset = take(cast, project, lines)
    assert (dataset.rows_in, dataset.rows_used, dataset.rows_failed) == (5, 3, 2)
    assert [tables.text_of(row["queue"]) for row in tables.rows_of(dataset)] == ["true", "false", "true"]
    other = tmp_path / "cases.csv"
    other.write_text("\ufeffnr;text;queue;district\n1;a, b;roads;north\n", "utf-8")
    assert next(tables.rows_of(take(cast, project, other)))["text"] == "a, b"


@pytest.mark.parametrize(
    ("content", "columns", "told"),
    [
        (HEAD + "1,a,b,c\n", {"id": "number"}, "no column “number”. Its columns are: nr, text"),
        (HEAD + "1,a,b,c\n", {"id": ""}, "which column names each case"),
        (HEAD + "1,a,b,c\n", {"id": "nr", "truth": "nr"}, "named twice"),
        (HEAD, {"id": "nr"}, "there is no row"),
        ("nr,nr\n1,2\n", {"id": "nr"}, "a name of its own"),
        ("nr,id\n1,2\n", {"id": "nr"}, "column called “id”"),
        ('{"text": "x"}\n', {"id": "nr"}, "There is no “nr” here; there are: text"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_kept(
    project: Project, cast: Cast, tmp_path: Path, content: str, columns: Any, told: str
) -> None:
    path = tmp_path / "cases.txt"
    path.write_text(content, "utf-8")
    with pytest.raises(Invalid, match="Nothing was kept") as refused:
        take(cast, project, path, columns)
    assert told in refused.value.cause
    assert not Dataset.objects.exists()


def test_a_large_table_is_read_by_the_worker(project: Project, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["nr", "text", "queue", "district"])
        writer.writerows([n, "text", "roads", "north"] for n in range(1200))
    dataset = take(cast, project, path, background=True)
    assert dataset.state == "reading"
    assert tasks.read_dataset.call(dataset.pk) == "ready"
    dataset.refresh_from_db()
    assert (dataset.rows_used, dataset.kind) == (1200, "table")
    fields = {field["path"]: field for field in dataset.profile["fields"]}
    assert (fields["/nr"]["low"], fields["/nr"]["high"]) == (9.0, 1190.0)
    with pytest.raises(Blocked, match="contracting data"):
        split_dataset(by(cast.dario), project, dataset, date(2026, 1, 1))


def test_every_case_of_boston_is_accounted_for() -> None:
    """121,245 real cases (see the README beside the data), with the truth and the groups counted."""
    path = shared("data/oversight/boston_311_2015_casework.csv.gz")
    columns = {"id": "case_enquiry_id", "truth": "subject", "groups": ["neighborhood"]}
    found = tables.read(path, path.name, columns)
    assert (found.rows_in, found.rows_used, found.rows_rejected, found.rows_failed) == (121_245, 121_245, 0, 0)
    counts = dict(map(tuple, found.profile["common"]["subject"]))
    assert sum(counts.values()) + found.profile["pooled"]["subject"]["rows"] == 121_245
    assert all(count >= MINIMUM for value, count in counts.items() if value)
