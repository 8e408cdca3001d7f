"""The bars on real data; docs/triage.md says on which parts of them the settings were chosen."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from minga.tools.triage import Settings, measure, read
from minga.tools.triage.columns import Columns
from minga.tools.triage.measuring import plain_svc
from minga.tools.triage.model import Model
from minga.tools.triage.running import evaluation
from minga.tools.triage.training import fit
from tests.shared import shared

BANKING = Columns(text="text", label="category")


@pytest.fixture(scope="module")
def banking() -> tuple[Path, Model]:
    folder = shared("data/consultation/banking77_en")
    settings = Settings(columns=BANKING)
    return folder, Model(settings, fit(read(folder / "train.csv", BANKING), 0, settings))


def test_banking77(banking: tuple[Path, Model]) -> None:
    folder, model = banking
    test = read(folder / "test.csv", BANKING)
    found = measure(model, test)
    plain = plain_svc(read(folder / "train.csv", BANKING), test, 0)
    assert found["macro_f1"] >= 0.92
    assert found["macro_f1"] > plain["macro_f1"]
    assert found["ece"] < 0.04
    assert found["accuracy_proposed"] > 0.97


def test_raddialog() -> None:
    path = shared("data/consultation/raddialog_de/raddialog.csv")
    settings = Settings(columns=Columns(text="title+text", label="main_category_level1"))
    found: dict[str, Any] = evaluation(str(path), settings, 0, None, None, 0.25)
    assert found["rows_in"] == 3139 == found["rows_used"] + found["rows_rejected"] + found["rows_failed"]
    assert found["macro_f1"] >= 0.70
    assert found["macro_f1"] > found["baseline"]["linear_svc"]["macro_f1"]


def test_other_languages_and_domains_are_left_to_a_person(banking: tuple[Path, Model], tmp_path: Path) -> None:
    folder, model = banking
    path = tmp_path / "mixed.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "category"])
        rows.writerows(some(folder / "test.csv", "text", 1000, "category"))
        rows.writerows(some(shared("data/consultation/decide_madrid_es/comments.csv"), "text", 300))
        rows.writerows(some(shared("data/consultation/raddialog_de/raddialog.csv"), "text", 300))
        rows.writerows(some(shared("data/consultation/nhs_fft_en/nhs_fft_v6.csv"), "text", 300))
    found = measure(model, read(path, BANKING))
    assert found["out_of_scope"]["auroc"] >= 0.97
    assert found["out_of_scope"]["proposed"] <= 0.02 * found["out_of_scope"]["cases"]
    assert found["accuracy_proposed"] > 0.97


def test_whole_routes_never_seen(tmp_path: Path) -> None:
    """Every sixth intent is kept from training: near to what is known, and the hardest to tell."""
    folder = shared("data/consultation/banking77_en")
    train = read(folder / "train.csv", BANKING)
    hidden = set(sorted(set(train.labels))[::6])
    kept = train.rows([place for place, label in enumerate(train.labels) if label not in hidden])
    settings = Settings(columns=BANKING, out_of_scope_share=0.15)
    found = measure(Model(settings, fit(replace(kept), 1, settings)), read(folder / "test.csv", BANKING))
    assert found["out_of_scope"]["cases"] == 40 * len(hidden)
    assert found["out_of_scope"]["auroc"] > 0.83
    assert found["confidence_ece"] < 0.06
    assert found["accuracy_proposed"] > 0.93


def some(path: Path, text: str, most: int, label: str = "") -> list[list[str]]:
    """The first rows with a text, spread over the file; without ``label`` they belong to no route."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if len(row[text].split()) > 2]
    return [[row[text], row[label] if label else "none of the routes"] for row in rows[:: max(1, len(rows) // most)]]
