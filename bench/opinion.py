"""Opinion maps: real conversations against red-dwarf 0.4.0, and what 1M to 20M votes cost.

    .venv/bin/python bench/opinion.py [FOLDER]

All times are CPU seconds of one thread (user and system), with one BLAS thread, each way in a process of its own.
Reading files is left out on both sides. The real conversations are the four Polis exports beside the checkout
(MINGA_SHARED names another place): one run to warm up, then the median of ``RUNS``; uncertainty is left out, as the
peer has none. red-dwarf gets its own environment in FOLDER (var/bench by default). The large conversations are made up,
with planted groups; their times include groups, 20 resamples and the test whether the groups are real, and the peak
memory is that of the whole process. Bars: at least 15 times less CPU than red-dwarf on biodiversity, vtaiwan and
bowling-green; 5M votes in 4 CPU-s and 700 MiB, 20M in 8 CPU-s and 1.5 GiB.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("MINGA_SHARED", REPOSITORY.parent / "shared")) / "data" / "deliberation"
PEER, RUNS, TIMES, RESAMPLES, SEED = "red-dwarf==0.4.0", 15, 15.0, 20, 3
CONVERSATIONS = {
    "london": ("london.youth.policing", False),
    "biodiversity": ("scoop-hivemind.biodiversity", True),
    "vtaiwan": ("vtaiwan.uberx", True),
    "bowling-green": ("american-assembly.bowling-green", True),
}
STATEMENTS, EACH = 500, 50
LARGE = {1_000_000: (None, None), 5_000_000: (4.0, 700), 10_000_000: (None, None), 20_000_000: (8.0, 1536)}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def cast_votes(folder: Path) -> tuple[list[tuple[int, int, int]], dict[int, int]]:
    """(participant, statement, vote) rows, the last vote of each pair, and the moderation of each statement."""
    csv.field_size_limit(1 << 30)
    with (folder / "comments.csv").open(newline="", encoding="utf-8") as file:
        moderated = {int(row["comment-id"]): int(row["moderated"]) for row in csv.DictReader(file)}
    with (folder / "participants-votes.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        first = header.index("n-disagree") + 1
        ids = [int(name) for name in header[first:]]
        votes = [
            (int(row[0]), id, int(cell)) for row in rows for id, cell in zip(ids, row[first:], strict=True) if cell
        ]
    return votes, moderated


def ours(folder: Path, mode: str) -> Callable[[], Any]:
    from minga.tools.opinion import Settings, Statement, Votes, map_opinions

    rows, moderated = cast_votes(folder)
    votes = Votes.from_rows(rows)
    statements = [Statement(id, moderated=state) for id, state in moderated.items()]
    settings = Settings(mode="polis" if mode == "polis" else "minga")
    return lambda: map_opinions(votes, statements, settings)


def theirs(folder: Path, _: str) -> Callable[[], Any]:
    run_pipeline = import_module("reddwarf.implementations.polis").run_pipeline
    rows, moderated = cast_votes(folder)
    votes = [{"participant_id": person, "statement_id": id, "vote": vote} for person, id, vote in rows]
    rejected = [id for id, state in moderated.items() if state == -1]
    return lambda: run_pipeline(votes=votes, mod_out_statement_ids=rejected, random_state=0)


def warm_median(call: Callable[[], Any]) -> dict[str, Any]:
    call()
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return {"cpu": statistics.median(taken), "low": min(taken), "high": max(taken)}


def made_up(path: Path, votes: int) -> None:
    """Votes of votes / 50 people in three planted groups on 500 statements, drawn with replacement (so some are
    changed later), in random order of arrival."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    people = votes // EACH
    person = rng.permutation(np.repeat(np.arange(people, dtype=np.int32), EACH))
    statement = rng.integers(0, STATEMENTS, votes, dtype=np.int32)
    group = rng.choice(3, people, p=[0.5, 0.3, 0.2]).astype(np.int8)
    agree = rng.beta(0.8, 0.8, (3, STATEMENTS)).astype(np.float32)
    passes = np.float32(0.15)
    value = np.empty(votes, np.int8)
    for low in range(0, votes, 1_000_000):
        part = slice(low, low + 1_000_000)
        share = agree[group[person[part]], statement[part]]
        drawn = rng.random(len(share), dtype=np.float32)
        value[part] = np.where(drawn < passes, 0, np.where(drawn < passes + (1 - passes) * share, 1, -1))
    np.savez(path, person=person, statement=statement, value=value, people=people, group=group)


def large(path: Path) -> dict[str, Any]:
    """Map a made-up conversation; peak memory is of the whole process, the votes and imports included."""
    import numpy as np

    from minga.tools.opinion import Settings, Votes, map_opinions
    from minga.tools.opinion.clusters import adjusted_rand

    held = np.load(path)
    votes = Votes(range(int(held["people"])), range(STATEMENTS), held["person"], held["statement"], held["value"])
    start = time.process_time()
    found = map_opinions(votes, (), Settings(resamples=RESAMPLES))
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    grouping = found.grouping
    planted = held["group"].astype(np.int64)[found.ground.included]
    return {
        "cpu": cpu,
        "peak": peak,
        "k": grouping.k if grouping else 0,
        "planted": adjusted_rand(planted, grouping.label) if grouping else 0.0,
        "real": found.reality.real,
    }


def in_own_process(python: Path, *arguments: str) -> dict[str, Any]:
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(REPOSITORY / "src"), "PYTHONWARNINGS": "ignore"}
    command = [str(python), __file__, "--run", *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def peer(folder: Path) -> Path | None:
    """red-dwarf's own Python, installed where it is not yet there; None, with a word why, where that fails."""
    python = folder / "red-dwarf" / "bin" / "python"
    uv = Path(sys.executable).parent / "uv"
    if not python.exists():
        steps = [
            [str(uv), "venv", "-q", "--python", sys.executable, str(folder / "red-dwarf")],
            [str(uv), "pip", "install", "-q", "--python", str(python), PEER],
        ]
        try:
            for step in steps:
                subprocess.run(step, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"SKIPPED: {PEER} could not be installed, so there is nothing to compare with: {error}")
            return None
    command = [str(python), "-W", "ignore", "-c", "import reddwarf"]
    works = subprocess.run(command, check=False, capture_output=True, text=True)
    if works.returncode:
        print(f"SKIPPED: {PEER} is installed but does not start: {works.stderr.strip()[-300:]}")
        return None
    return python


def compare(folder: Path) -> bool:
    if not SHARED.is_dir():
        print(f"SKIPPED: the real conversations are not here ({SHARED}): put the shared data beside the checkout.")
        return True
    python = peer(folder)
    met = True
    for name, (export, bar) in CONVERSATIONS.items():
        path = str(SHARED / export)
        minga = in_own_process(Path(sys.executable), "minga", path)
        polis = in_own_process(Path(sys.executable), "polis", path)
        line = f"{name:14} minga {minga['cpu'] * 1e3:6.1f} ms, polis mode {polis['cpu'] * 1e3:6.1f} ms"
        if python is not None:
            dwarf = in_own_process(python, "red-dwarf", path)
            ratio = dwarf["cpu"] / minga["cpu"]
            verdict = "" if not bar else " met" if ratio >= TIMES else " NOT met"
            met &= not bar or ratio >= TIMES
            line += f", red-dwarf {dwarf['cpu'] * 1e3:6.1f} ms: {ratio:.1f} times less"
            line += f" ({dwarf['cpu'] / polis['cpu']:.1f} in polis mode){f' (bar {TIMES:.0f})' if bar else ''}{verdict}"
        print(line, flush=True)
    return met


def grow(folder: Path) -> bool:
    met = True
    taken: dict[int, float] = {}
    for votes, (seconds, memory) in LARGE.items():
        path = folder / f"opinion-{votes}-{SEED}.npz"
        if not path.exists():
            made_up(path, votes)
        found = in_own_process(Path(sys.executable), "large", str(path))
        taken[votes] = found["cpu"]
        line = f"{votes:>10,} votes of {votes // EACH:,}: {found['cpu']:5.2f} CPU-s, peak {found['peak']:5.0f} MiB, "
        line += f"{found['cpu'] / votes * 1e9:.0f} ns a vote, k {found['k']}, real {found['real']}, "
        line += f"ARI with the planted groups {found['planted']:.3f}"
        if seconds is not None and memory is not None:
            good = found["cpu"] <= seconds and found["peak"] <= memory
            met &= good
            line += f" (bars {seconds:.0f} CPU-s, {memory} MiB) {'met' if good else 'NOT met'}"
        print(line, flush=True)
    sizes = list(taken)
    steps = [(taken[b] - taken[a]) / (b - a) * 1e9 for a, b in pairwise(sizes)]
    print(f"each further vote costs {', '.join(f'{step:.0f}' for step in steps)} ns from one size to the next")
    return met


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    compared = compare(folder)
    return 0 if grow(folder) and compared else 1


def run_one(way: str, path: Path) -> None:
    found = large(path) if way == "large" else warm_median((theirs if way == "red-dwarf" else ours)(path, way))
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_one(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main())
