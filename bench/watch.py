"""A watch over 1,000,000 pieces of advice against scipy, scikit-learn and fairlearn; false alarms and power.

    .venv/bin/python bench/watch.py [FOLDER]

Prints one JSON object. Each timed run is a process of its own; CPU is its user and system time, imports included.
The peer computes from the same two files what it can: Kolmogorov-Smirnov, chi-square and PSI by column, shares by
month and group, Brier and calibration by month; it gives no intervals, no verdicts and names no cases. Bars: the
watch takes at most 10 CPU-s for the window and a reference of as many rows together; false alarms in at most 2 % of
windows without drift (1 % for all comparisons, 1 % for Page-Hinkley).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROWS, SEED, PAIRS = 1_000_000, 11, 3
BAR, FALSE_BAR = 10.0, 0.02
REFERENCE, WINDOWS, TRIES = 2_000, (50, 200, 1_000, 5_000), 500
SHIFTS, POWER_TRIES = (0.1, 0.25, 0.5, 1.0), 100
REPOSITORY = Path(__file__).resolve().parent.parent
CLASSES, AREAS = ["parks", "roads", "waste", "water"], ["north", "south", "east", "west", "centre"]
AGES, CHANNELS = ["under 30", "30 to 59", "60 and over"], ["web", "phone", "post"]


def advice(rows: int, seed: int, start: str, shift: float = 0.0) -> Any:
    """An Arrow table of invented advice with eight numbers and two categories; ``shift`` moves x0, in its sd."""
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    day = (np.sort(rng.integers(0, 180, rows)) + np.datetime64(start)).astype("datetime64[D]")
    probability, abstained = rng.beta(6, 2, rows), rng.random(rows) < 0.1
    proposal = rng.integers(0, 4, rows)
    truth = np.where(rng.random(rows) < probability, proposal, (proposal + 1) % 4)

    def words(names: list[str], codes: Any, absent: Any = None) -> Any:
        coded = pa.array(codes.astype(np.int32), mask=absent)
        return pa.DictionaryArray.from_arrays(coded, pa.array(names)).dictionary_decode()

    columns = {
        "case": pa.array([f"c{number}" for number in range(rows)]),
        "at": pa.array(day),
        "proposal": words(CLASSES, proposal, abstained),
        "probability": pa.array(probability, mask=abstained),
        "truth": words(CLASSES, truth, rng.random(rows) > 0.3),
        "determination": words(["accept", "edit", "reject"], rng.choice(3, rows, p=[0.8, 0.12, 0.08])),
        "appealed": pa.array(rng.random(rows) < 0.03),
        "group_area": words(AREAS, rng.integers(0, 5, rows)),
        "group_age": words(AGES, rng.integers(0, 3, rows)),
        "kind": words([f"k{number}" for number in range(20)], rng.integers(0, 20, rows)),
        "channel": words(CHANNELS, rng.choice(3, rows, p=[0.6, 0.3, 0.1])),
    }
    for number in range(8):
        drawn = rng.normal(0, 1, rows) if number % 2 == 0 else rng.lognormal(0, 1, rows)
        columns[f"x{number}"] = pa.array(drawn + (shift if number == 0 else 0.0))
    return pa.table(columns)


def ours(reference: Path, window: Path) -> dict[str, Any]:
    from minga.tools.drift import watch

    found = watch(reference, window)
    rows = found.rows["window"]
    return {
        "verdict": found.verdict,
        "alerts": [alert.about for alert in found.alerts],
        "rows_in": rows["in"],
        "rows_used": rows["used"],
        "rows_rejected": rows["rejected"],
        "rows_failed": rows["failed"],
        "ks": {each.name: each.ks.d for each in found.series if each.ks},
        "brier": [month.calibration.brier for month in found.months],
        "override": [month.shares["override"].value for month in found.months],
    }


def shares_by_group(now: Any) -> list[float]:
    """All shares by month and group through fairlearn; gives those overruled by month."""
    import numpy as np
    from fairlearn.metrics import MetricFrame

    now["month"] = now["at"].astype("str").str[:7]
    now["overridden"] = (now["determination"] != "accept").astype(int)
    now["abstained"] = now["proposal"].isna().astype(int)

    def mean(_: Any, values: Any) -> float:
        return float(np.mean(values))

    for rate in ("overridden", "abstained", "appealed"):
        for attribute in ("group_area", "group_age"):
            frame = MetricFrame(
                metrics=mean, y_true=now[rate], y_pred=now[rate].astype(int),
                sensitive_features=now[attribute], control_features=now["month"],
            )  # fmt: skip
            frame.difference()
    return [float(value) for value in now.groupby("month")["overridden"].mean()]


def peer(reference: Path, window: Path) -> dict[str, Any]:
    """The same figures, as far as they go, as a data scientist would get them from the libraries."""
    import numpy as np
    import pyarrow.parquet as pq
    from scipy.stats import chi2_contingency, ks_2samp
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    before, now = (pq.read_table(path).to_pandas() for path in (reference, window))
    numbers = ["probability", *(f"x{number}" for number in range(8))]
    tests = {name: ks_2samp(before[name].dropna(), now[name].dropna(), method="asymp") for name in numbers}
    for name in numbers:
        ends = np.nanquantile(before[name], np.linspace(0, 1, 11)[1:-1])
        shares = [np.bincount(np.searchsorted(ends, side[name].dropna())) / len(side) for side in (before, now)]
        float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    for name in ("proposal", "kind", "channel", "group_area", "group_age"):
        chi2_contingency(np.vstack([side[name].value_counts().sort_index() for side in (before, now)]))
    override = shares_by_group(now)
    brier = []
    for _, part in now[now["truth"].notna() & now["proposal"].notna()].groupby("month"):
        right = (part["truth"] == part["proposal"]).astype(int)
        brier.append(float(brier_score_loss(right, part["probability"])))
        calibration_curve(right, part["probability"], n_bins=10)
    return {"ks": {name: float(test.statistic) for name, test in tests.items()}, "brier": brier, "override": override}


def measured(way: str, reference: Path, window: Path) -> dict[str, Any]:
    """Run one way in a process of its own; ``cpu`` in seconds, ``peak`` in MiB."""
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src"), "PYTHONWARNINGS": "ignore"}
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [sys.executable, __file__, "--run", way, str(reference), str(window)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_one(way: str, reference: Path, window: Path) -> None:
    found = (ours if way == "minga" else peer)(reference, window)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    print(json.dumps(found | {"cpu": usage.ru_utime + usage.ru_stime, "peak": peak}))


def prepared(folder: Path) -> tuple[Path, Path]:
    import pyarrow.parquet as pq

    paths = folder / f"advice-{ROWS}-{SEED}.parquet", folder / f"advice-{ROWS}-{SEED + 1}.parquet"
    for path, seed, start, shift in zip(paths, (SEED, SEED + 1), ("2025-07-01", "2026-01-01"), (0.0, 0.5), strict=True):
        if not path.exists():
            pq.write_table(advice(ROWS, seed, start, shift), path)
    return paths


def timed(folder: Path) -> dict[str, Any]:
    paths = prepared(folder)
    pairs = [(measured("minga", *paths), measured("peer", *paths)) for _ in range(PAIRS)]
    mine, theirs = pairs[-1]
    worst = max(abs(mine["ks"][name] - theirs["ks"][name]) for name in theirs["ks"])
    same = max(abs(a - b) for key in ("brier", "override") for a, b in zip(mine[key], theirs[key], strict=True))
    cpu = statistics.median(minga["cpu"] for minga, _ in pairs)
    return {
        "rows_in": mine["rows_in"],
        "rows_used": mine["rows_used"],
        "rows_rejected": mine["rows_rejected"],
        "rows_failed": mine["rows_failed"],
        "reference_rows": ROWS,
        "alerts": mine["alerts"],
        "cpu_seconds": cpu,
        "cpu_seconds_peer": statistics.median(other["cpu"] for _, other in pairs),
        "ratio": statistics.median(other["cpu"] / minga["cpu"] for minga, other in pairs),
        "peak_memory_mib": max(minga["peak"] for minga, _ in pairs),
        "peak_memory_mib_peer": max(other["peak"] for _, other in pairs),
        "largest_difference_ks": worst,
        "largest_difference_brier_and_shares": same,
        "bar_cpu_seconds": BAR,
    }


def rang(found: Any, column: str | None = None) -> bool:
    """Whether anything, or the one column, is to be watched."""
    if column is None:
        return bool(found.verdict in ("watch", "alert"))
    return any(each.name == column and each.verdict in ("watch", "alert") for each in found.series)


def simulated() -> dict[str, Any]:
    """Share of windows in which something is said: nothing moved, then x0 moved by so many standard deviations."""
    from minga.tools.drift import watch

    def one(size: int, seed: int, shift: float) -> Any:
        reference = advice(REFERENCE, 2 * seed, "2025-07-01")
        return watch(reference, advice(size, 2 * seed + 1, "2026-01-01", shift))

    false = {}
    for size in WINDOWS:
        found = [one(size, seed, 0.0) for seed in range(TRIES)]
        exceeded = [any(each.psi and each.psi.value >= 0.1 for each in each_found.series) for each_found in found]
        false[str(size)] = {
            "any_word": sum(rang(each) for each in found) / TRIES,
            "by_psi_alone": sum(exceeded) / TRIES,
            "comparisons": found[0].compared,
        }
    power = {
        str(size): {
            str(shift): sum(rang(one(size, 10_000 + seed, shift), "x0") for seed in range(POWER_TRIES)) / POWER_TRIES
            for shift in SHIFTS
        }
        for size in WINDOWS
    }
    return {"reference_rows": REFERENCE, "windows": TRIES, "false_alarms": false, "power": power, "seed": 0}


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "minga-bench"
    folder.mkdir(parents=True, exist_ok=True)
    found = {"watch": timed(folder), "simulation": simulated(), "seed": SEED}
    worst = max(each["any_word"] for each in found["simulation"]["false_alarms"].values())
    met = found["watch"]["cpu_seconds"] <= BAR and worst <= FALSE_BAR
    print(json.dumps(found | {"met": met}, indent=2))
    return 0 if met else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        sys.exit(main())
