"""Published tables of groups, such as an audit's: who was affected, selected, who appealed. Kept as a dataset.

A long table has the columns "population", "group" and "n", and may have "category" (other cuts of the same population).
A wide one has a column "group" and one column of counts per population. CSV, also gzipped.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from minga.deliver.groupshares import Counts
from minga.design import store
from minga.design.actions.datasets import keep_dataset
from minga.design.models import Dataset
from minga.design.reading import Reading
from minga.design.store import Upload
from minga.ledger.action import By, may
from minga.ledger.refusals import Invalid, NotAllowed, required
from minga.projects.models import Project
from minga.tools.base import ToolError

MARK = "group_counts"
MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
TOTAL = "Total"
TOGETHER = "x"  # the cut of groups by two attributes, "a x b"
_UNIT = re.compile(r"\s*\((number|count|n|people)\)$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
Row = tuple[str, str, str, int]


@dataclass(slots=True)
class Read:
    """Rows used as (population, category, group, people); each other row with its line and why it was left out."""

    rows: list[Row] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows_in(self) -> int:
        return len(self.rows) + len(self.rejected)


def read(lines: Iterable[str]) -> Read:
    """The counts of a table. Raises ToolError where its columns cannot be told or nothing of it can be used."""
    reader = csv.DictReader(lines)
    names = {name.strip().lower(): name for name in reader.fieldnames or [] if name}
    if "group" not in names:
        raise ToolError(_("The table has no column “group”. Give it one, and a column “n” or one per population."))
    found = Read()
    for row in reader:
        if found.rows_in >= MOST_ROWS:
            raise ToolError(_("The table has more than %(most)d rows. Leave out cuts you do not need.")
                            % {"most": MOST_ROWS})  # fmt: skip
        _take(row, names, reader.line_num, found)
    if not found.rows:
        raise ToolError(_("No row of the table has a count. Counts are whole numbers of 0 or more."))
    return found


def _take(row: Mapping[str, Any], names: Mapping[str, str], line: int, found: Read) -> None:
    group = _UNIT.sub("", str(row.get(names["group"]) or "").strip())
    if "n" in names:
        cells = [(str(row.get(names.get("population", ""), "") or ""), row.get(names["n"]))]
    else:
        cells = [(name, row.get(names[name.lower()])) for name in _populations(names)]
    category = str(row.get(names.get("category", ""), "") or TOTAL).strip()
    for population, value in cells:
        count = _count(value)
        if not group or count is None:
            found.rejected.append(
                (line, _("no group") if not group else _("“%(value)s” is no count") % {"value": value})
            )
        else:
            found.rows.append((population.strip(), category, group, count))


def _populations(names: Mapping[str, str]) -> list[str]:
    return [shown for name, shown in names.items() if name not in ("group", "category", "table")]


def _count(value: Any) -> int | None:
    text = str(value if value is not None else "").strip()
    return int(text) if text.isdecimal() and len(text) < 13 else None


def import_table(by: By, project: Project, upload: str | Path | Upload, name: str, source: str) -> Dataset:
    """Keep a published table of groups with its source. Raises Invalid with what is wrong; then nothing is kept."""
    if not may(by.actor, project, "dataset.imported"):
        raise NotAllowed(
            _("You may not import data here."), do=_("Ask the project's lead or its digital team to import them.")
        )
    required(name=name, source=source)
    try:
        with store.staging() as staged:
            shown = store.copy_in(upload, staged)
            source_sha256, size = staged.keep(), staged.size
        found = read(_lines(store.path_of(source_sha256)))
    except (ToolError, OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(
            _("This table could not be imported. Nothing was kept."), cause=str(error), fields={"file": str(error)}
        ) from None
    about: dict[str, Any] = {
        "name": name.strip()[:120],
        "purpose": source.strip(),
        "kind": Dataset.Kind.TABLE,
        "columns": {"id": "group", "truth": "", "groups": [], MARK: True},
    }
    return keep_dataset(by, project, _reading(found, shown, source_sha256, size), about)


def _lines(path: Path) -> Iterator[str]:
    """The lines of a kept file, unzipped, at most ``MOST_BYTES`` of them."""
    with gzip.open(path, "rb") if store.is_gzip(path) else path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ToolError(_("The table is larger than %(most)d MiB. Leave out cuts you do not need.")
                        % {"most": MOST_BYTES // 1024**2})  # fmt: skip
    yield from io.StringIO(content.decode("utf-8-sig"), newline="")


def _reading(found: Read, shown: str, source_sha256: str, size: int) -> Reading:
    rows = [{"population": p, "category": c, "group": g, "n": n} for p, c, g, n in found.rows]
    problems = [{"line": line, "state": "rejected", "reason": reason} for line, reason in found.rejected]
    return Reading(
        name=shown,
        source_sha256=source_sha256,
        sha256=_kept(rows),
        ids_sha256="",
        problems_sha256=_kept(problems) if problems else "",
        labels_sha256="",
        size=size,
        rows_in=found.rows_in,
        rows_used=len(found.rows),
        rows_rejected=len(found.rejected),
        rows_failed=0,
        notices={},
        profile={},
    )


def _kept(rows: list[dict[str, Any]]) -> str:
    with store.staging() as staged:
        staged.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
        return staged.keep()


def tables_of(project: Project) -> list[Dataset]:
    """The tables of groups that were imported, the newest first."""
    found = Dataset.objects.filter(project=project, kind=Dataset.Kind.TABLE, state=Dataset.State.READY)
    return [dataset for dataset in found if dataset.columns.get(MARK)]


def load(dataset: Dataset) -> "Table":
    with dataset.path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return Table([(row["population"], row["category"], row["group"], row["n"]) for row in rows])


class Table:
    """Counts to choose from. A *cut* is a set of groups that together are everybody, such as "Country of origin"."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    @cached_property
    def populations(self) -> list[str]:
        return list(dict.fromkeys(row[0] for row in self.rows))

    @cached_property
    def categories(self) -> list[str]:
        """Cuts of the populations by something else, everybody first."""
        return sorted(dict.fromkeys(row[1] for row in self.rows), key=lambda name: name != TOTAL)

    def cuts(self, category: str) -> list[str]:
        found = dict.fromkeys(cut_of(group)[0] for _p, c, group, _n in self.rows if c == category)
        return [cut for cut in found if cut != TOTAL]

    def counts(self, category: str, cut: str) -> list[Counts]:
        """People per group of each population; the "Total" row of the table is kept beside them."""
        groups: dict[str, dict[str, int]] = {}
        stated: dict[str, int] = {}
        for population, found, group, people in self.rows:
            if found != category:
                continue
            here, value = cut_of(group)
            if here == TOTAL:
                stated[population] = people
            elif here == cut:
                groups.setdefault(population, {})[value] = people
        return [Counts(name, groups[name], stated.get(name)) for name in self.populations if name in groups]


def cut_of(group: str) -> tuple[str, str]:
    """("Country of origin", "NL") of "Country of origin: NL"; groups of two attributes ("a x b") are a cut too."""
    if group == TOTAL:
        return TOTAL, TOTAL
    if ": " in group:
        cut, value = group.split(": ", 1)
        return cut, value
    return (TOGETHER if " x " in group else ""), group


def of_same_time(whole: str, populations: Iterable[str]) -> list[str]:
    """The other populations of the same year, by what their names say; all of them where the names give none."""
    others = [name for name in populations if name != whole]
    years = set(_YEAR.findall(whole))
    same = [name for name in others if years & set(_YEAR.findall(name))]
    return same if years else others
