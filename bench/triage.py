"""Triage: the bars on real texts, what a text costs, and the waits that routing and order give in Boston's 311 cases.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python bench/triage.py

Data beside the checkout (MINGA_SHARED names another place). Times are CPU seconds with one BLAS thread. Bars: macro-F1
with a route forced at least .92 on BANKING77 (official split) and .70 on Raddialog (level 1, 75/25, seed 0), both above
a plain LinearSVC run beside them; at most 1 ms a text. Boston: titles are routed to queues (trained on the older
three quarters, measured on the newest), then the newest cases are served by as many desks per queue as suffice for the
waits allowed, in the order of ``minga.tools.triage.queue``; a case that the tool leaves to a person first waits for
one reader, and one on a wrong route is found there after a wait and starts again on the right one.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from minga.tools.triage import Model, Settings, measure, read, tool
from minga.tools.triage.advising import forced
from minga.tools.triage.columns import Columns
from minga.tools.triage.queue import by_group, enough_servers, waits
from minga.tools.triage.running import evaluation
from minga.tools.triage.training import fit

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("MINGA_SHARED", REPOSITORY.parent / "shared")) / "data"
KEPT = ("macro_f1", "accuracy", "coverage", "accuracy_proposed", "brier", "ece", "training_cpu_seconds",
        "cpu_ms_per_text", "peak_memory_mib", "baseline")  # fmt: skip
WORK_HOURS, READING_HOURS, LONGEST_HOURS = 0.5, 0.05, 48.0


def told(name: str, found: dict[str, Any]) -> None:
    print(json.dumps({"name": name, **found}, indent=1), flush=True)


def banking() -> bool:
    """The bar, and CPU milliseconds for full advice with reasons: on a whole file, and one text at a time."""
    folder = SHARED / "consultation" / "banking77_en"
    settings = Settings(columns=Columns(label="category"))
    table = read(folder / "train.csv", settings.columns)
    start = time.process_time()
    model = Model(settings, fit(table, 0, settings))
    seconds = time.process_time() - start
    found = evaluation(str(folder / "test.csv"), settings, 0, model, folder / "train.csv", None)
    told("banking77", {**{key: found[key] for key in KEPT}, "training_cpu_seconds": round(seconds, 1)})
    start = time.process_time()
    count = len(tool.advise_all(model, folder / "test.csv"))
    together = 1000 * (time.process_time() - start) / count
    start = time.process_time()
    for text in table.texts[:500]:
        tool.advise(model, {"text": text})
    alone = 1000 * (time.process_time() - start) / 500
    told("costs", {"advise_all_ms_per_text": round(together, 4), "advise_ms": round(alone, 4)})
    good = found["macro_f1"] >= 0.92 and found["macro_f1"] > found["baseline"]["linear_svc"]["macro_f1"]
    return bool(good and together <= 1.0)


def raddialog() -> bool:
    settings = Settings(columns=Columns(text="title+text", label="main_category_level1"))
    path = SHARED / "consultation" / "raddialog_de" / "raddialog.csv"
    found = evaluation(str(path), settings, 0, None, None, 0.25)
    told("raddialog", {key: found[key] for key in KEPT})
    return bool(found["macro_f1"] >= 0.70 and found["macro_f1"] > found["baseline"]["linear_svc"]["macro_f1"])


def boston() -> None:
    rows = cases()
    cut = len(rows) * 3 // 4
    with tempfile.TemporaryDirectory() as folder:
        older, newer = (Path(folder) / f"{name}.csv" for name in ("older", "newer"))
        write(older, rows[:cut])
        write(newer, rows[cut:])
        settings = Settings(columns=Columns(text="case_title", label="queue", groups=("neighborhood", "source")))
        train, test = read(older, settings.columns), read(newer, settings.columns)
        start = time.process_time()
        model = Model(settings, fit(train, 0, settings))
        seconds = time.process_time() - start
        found = measure(model, test)
        best, chance, _, _ = forced(model, test.texts)
    told("boston routing", {"trained_on": len(train.texts), "cases": len(test.texts), "routes": len(set(train.labels)),
        "training_cpu_seconds": round(seconds, 1), "out_of_scope": found["out_of_scope"],
        **{key: found[key] for key in ("macro_f1", "accuracy", "coverage", "accuracy_proposed")}})  # fmt: skip
    used = rows[cut:]
    assert [row["queue"] for row in used] == list(test.labels)
    simulate(used, best, chance >= model.settings.threshold)


def cases() -> list[dict[str, str]]:
    """Cases with a title and a queue, the oldest first."""
    path = SHARED / "oversight" / "boston_311_2015_casework.csv.gz"
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["case_title"].strip() and row["queue"].strip()]
    return sorted(rows, key=lambda row: (row["open_dt"], row["case_enquiry_id"]))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def simulate(rows: list[dict[str, str]], best: list[str], proposed: np.ndarray[Any, Any]) -> None:
    opened = [datetime.fromisoformat(row["open_dt"]) for row in rows]
    arrived = np.array([(moment - opened[0]) / timedelta(hours=1) for moment in opened])
    first = arrived.copy()
    unsure = np.flatnonzero(~proposed)
    readers = enough_servers(arrived[unsure], READING_HOURS, 4.0)
    if len(unsure):
        first[unsure] += waits(arrived[unsure], np.full(len(unsure), READING_HOURS), readers) + READING_HOURS
    right = np.array([row["queue"] == route for row, route in zip(rows, best, strict=True)]) | ~proposed
    started = first.copy()
    desks = 0
    for queue in sorted({row["queue"] for row in rows}):
        members = np.flatnonzero([row["queue"] == queue for row in rows])
        # A wrong route costs a working day until it is seen and passed on.
        comes = np.where(right[members], first[members], first[members] + 24.0)
        order = np.argsort(comes, kind="stable")
        servers = enough_servers(comes[order], WORK_HOURS, LONGEST_HOURS)
        started[members[order]] = comes[order] + waits(comes[order], np.full(len(order), WORK_HOURS), servers)
        desks += servers
    waited = started - arrived
    told("boston waits", {"desks": desks, "readers": readers, "left_to_a_person": len(unsure),
        "wrong_route": int((~right).sum()), "longest_hours": float(waited.max())})  # fmt: skip
    closed = [row["closed_dt"] for row in rows]
    real = np.array([(datetime.fromisoformat(end) - begin) / timedelta(hours=1) if end else np.nan
                     for end, begin in zip(closed, opened, strict=True)])  # fmt: skip
    for column in ("neighborhood", "source"):
        groups = np.array([row[column] or "(not given)" for row in rows], dtype=object)
        shown(f"simulated wait until taken, hours, by {column}", waited, groups)
        shown(f"real time from opened to closed, hours, by {column}", real[~np.isnan(real)], groups[~np.isnan(real)])
        left = {name: round(float((~proposed)[groups == name].mean()), 4) for name in sorted(set(groups))}
        told(f"share left to a person by {column}", left)


def shown(title: str, waited: np.ndarray[Any, Any], groups: np.ndarray[Any, Any]) -> None:
    print(title)
    print(f"{'group':<46}{'cases':>7}{'median':>9}{'p90':>9}{'gap':>9}  95 % interval")
    for row in by_group(waited, groups.tolist()):
        gap = "" if row.gap is None else f"{row.gap:9.2f}  {row.gap_low:.2f} to {row.gap_high:.2f}"
        print(f"{row.group:<46}{row.size:>7}{row.median:>9.2f}{row.p90:>9.2f}{gap}")
    print(flush=True)


if __name__ == "__main__":
    passed = [banking(), raddialog()]
    boston()
    sys.exit(0 if all(passed) else 1)
