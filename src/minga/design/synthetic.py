"""Made-up data from a dataset's profile: how they are made, and what the privacy check says about them.

The library is loaded where rows are made, in the worker: it is heavy, and pages need none of it.
"""

import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from minga.design import reading, store, tables
from minga.design.models import Dataset
from minga.design.reading import Reading
from minga.tools.base import ToolError

if TYPE_CHECKING:
    from minga.tools.synthetic import Column, Profile, Synthetic

ROWS, MOST_ROWS = 500, 20_000
HELD_OUT_FROM = 200
"""From so many rows on, half of them (at random) are held out from the profile, to compare with."""


def make(dataset: Dataset, count: int, seed: int) -> tuple[Reading, dict[str, Any]]:
    """Make the rows of ``dataset`` and read them like any that come in: (reading, what else is kept with it).

    Raises ToolError where the data it is made from have no flat rows, too few of them, or are gone.
    """
    original = dataset.synthetic_from
    if original is None:
        raise ToolError(_("It is not known from which data these are to be made."))
    with tempfile.TemporaryDirectory() as folder:
        if original.kind == Dataset.Kind.OCDS:
            made, privacy = _releases(original, count, seed, Path(folder))
        else:
            made, privacy = _table(original, count, seed, Path(folder))
        labels = Path(made.path).with_name("labels.json")
        known = labels if original.kind == Dataset.Kind.OCDS and labels.exists() else None
        name, source_sha256, _size, labels_sha256 = reading.receive(Path(made.path), known)
    found = tables.read_any(store.path_of(source_sha256), name, dataset, labels_sha256)
    return found, {"privacy": privacy}


def _releases(original: Dataset, count: int, seed: int, folder: Path) -> tuple["Synthetic", dict[str, Any]]:
    from minga.tools.synthetic import synthesise_releases

    made = synthesise_releases(original.profile, count, seed, folder)
    return made, {"way": "generator", "rows": made.rows, "seed": seed}


def _table(original: Dataset, count: int, seed: int, folder: Path) -> tuple["Synthetic", dict[str, Any]]:
    from minga.tools.synthetic import profile, synthesise

    real, holdout = _halves(original, seed)
    held = _named(profile(real, seed=seed), original.columns["id"])
    made = synthesise(held, count, seed, folder)
    privacy = {
        "way": "profile", "rows": made.rows, "seed": seed, "profile_hash": made.profile_hash,
        "profile_rows": len(real), "minimum": held.minimum,
        "columns": {column.name: column.type for column in held.columns},
    }  # fmt: skip
    return made, privacy | _checked(held, count, seed, real, holdout)


def _halves(original: Dataset, seed: int) -> tuple[list[tables.Row], list[tables.Row]]:
    """(rows for the profile, rows held out). The same seed parts them the same way."""
    rows = list(tables.rows_of(original))
    if len(rows) < HELD_OUT_FROM:
        return rows, []
    random.Random(seed).shuffle(rows)  # noqa: S311 (must be repeatable, guards nothing)
    half = len(rows) // 2
    return rows[:half], rows[half:]


def _named(held: "Profile", name: str) -> "Profile":
    """The profile with the column that names each case as an identifier, so that no two made-up cases share a name."""
    columns = [_identifier(column) if column.name == name else column for column in held.columns]
    return replace(held, columns=tuple(columns))


def _identifier(column: "Column") -> "Column":
    return type(column)(column.name, "identifier", distinct=column.distinct)


def _checked(
    held: "Profile", count: int, seed: int, real: list[tables.Row], holdout: list[tables.Row]
) -> dict[str, Any]:
    """The figures of the privacy check; ``passed`` is None, and ``why`` says so, where there is nothing to compare."""
    from minga.tools.synthetic import SyntheticError, check, rows

    try:
        found = check(held, rows(held, count, seed), real, holdout or None, seed)
    except SyntheticError as error:
        return {"passed": None, "why": str(error)}
    return {**{name: value for name, value in found.as_json().items() if name not in ("words", "rows")}, "why": ""}


def name_of(original: Dataset) -> str:
    """What the made-up data are called unless somebody calls them otherwise."""
    return (_("%(name)s, made up") % {"name": original.name[:100]})[:120]
