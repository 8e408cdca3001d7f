"""Invented open contracting releases: from the generator of the red flags, in the months of the profile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from minga.tools.redflags.generate import DEFAULT_DAYS, DEFAULT_START, OCID_PREFIX, write
from minga.tools.synthetic.making import Synthetic
from minga.tools.synthetic.model import SyntheticError

WORDS = (
    "Every contracting process is invented by the generator of the red flags; of the profile only its first and last "
    "month were used.",
    f"Every ocid begins with {OCID_PREFIX}, the prefix for examples, so that no row can be taken for a real one.",
    "Buyers, suppliers, amounts and procurement methods are those of an invented country, not of the data; some "
    "processes are irregular on purpose (labels.json and planted.json say which).",
    "Good for trying whether a tool runs and finds what was planted; not for saying how right it is on the real data.",
)


def is_contracting(profile: Mapping[str, Any]) -> bool:
    """Whether this is the profile of OCDS data that ``minga.design`` makes."""
    paths = {field.get("path") for field in profile.get("fields", ()) if isinstance(field, Mapping)}
    return "/ocid" in paths or any(str(path).startswith("/tender/") for path in paths)


def synthesise_releases(profile: Mapping[str, Any], count: int, seed: int, folder: Path) -> Synthetic:
    """Write ``count`` invented contracting processes into a new folder "synthetic-releases-..." in ``folder``.

    Raises SyntheticError where ``profile`` is not one of OCDS data.
    """
    if not is_contracting(profile):
        raise SyntheticError(
            "This is not the profile of open contracting data: it has no ocid. Use minga.tools.synthetic.synthesise."
        )
    if count < 1:
        raise SyntheticError(f"{count} contracting processes cannot be made: ask for 1 or more.")
    start, days = _time(profile)
    mark = hashlib.sha256(json.dumps(profile, sort_keys=True).encode()).hexdigest()
    place = folder / f"synthetic-releases-{mark[:12]}-{count}-{seed}"
    try:
        made = write(place / "synthetic-releases.jsonl", count, seed, start=start, days=days)
    except OSError as error:
        raise SyntheticError(f"{place} cannot be written ({error.strerror}). Choose another folder.") from None
    return Synthetic(str(made.data), made.rows, seed, mark, (), (), WORDS)


def _time(profile: Mapping[str, Any]) -> tuple[date, int]:
    try:
        months = sorted(date.fromisoformat(f"{month}-01") for month, _ in profile.get("months", ()))
    except (TypeError, ValueError):
        raise SyntheticError("The months of the profile cannot be read. Import the dataset again.") from None
    if not months:
        return DEFAULT_START, DEFAULT_DAYS
    end = (months[-1] + timedelta(days=32)).replace(day=1)
    return months[0], max(31, min((end - months[0]).days, 3653))
