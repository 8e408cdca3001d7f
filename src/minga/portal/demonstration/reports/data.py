"""Step 3: old reports, of which the desk that mended them is known."""

import csv
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from minga.design import actions as design
from minga.design.models import Dataset
from minga.portal.demonstration.reports.telling import Story
from minga.portal.demonstration.reports.texts import old
from minga.portal.demonstration.teller import LAW


@dataclass(frozen=True, slots=True)
class Data:
    """What the first version learns from, what the second does, and reports that neither has seen."""

    english: Dataset
    both: Dataset
    fresh: Dataset


def data(story: Story) -> Data:
    story.at(21)
    rows = old(story.cases)
    learned, unseen = [row for row in rows if row["fold"]], [row for row in rows if not row["fold"]]
    found = Data(
        _import(story, "english", [row for row in learned if row["language"] == "en"]),
        _import(story, "both", learned),
        _import(story, "fresh", unseen),
    )
    story.at(26)
    words, t = story.words["data"], story.t
    design.assess_dataset(
        t.by("dario"), story.project, found.both, steward=words["steward"], lawful_basis=LAW,
        recipients=[{"name": words["recipient"], "purpose": words["recipient_purpose"]}],
        answers={**t.answers["data"], "updated": t.moment.date().isoformat()},
    )  # fmt: skip
    story.at(32)
    t.gate(3)
    return found


def _import(story: Story, name: str, rows: list[dict[str, Any]]) -> Dataset:
    columns = {"id": "id", "truth": "desk", "groups": ["language"]}
    words = story.words["data"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reports.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, ["id", "text", "desk", "language"], extrasaction="ignore")
            out.writeheader()
            out.writerows(rows)
        return design.import_dataset(
            story.t.by("dario"), story.project, path, name=words[name], purpose=words["purpose"],
            steward=words["steward"], lawful_basis=LAW, background=False, columns=columns,
        )  # fmt: skip
