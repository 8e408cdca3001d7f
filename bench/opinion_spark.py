"""The SQL of the opinion map on DuckDB and, unchanged, on local Spark: CPU seconds of each, and equal results.

    .venv/bin/python bench/opinion_spark.py [VOTES [PEOPLE [STATEMENTS]]]

PySpark is an extra, so this builds an environment of its own under var/bench/spark. Where Java or PySpark cannot be
had it says so and ends well, having measured nothing. Bar: tallies and sums the same to the last digit, places to 1e-9.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
ENVIRONMENT = REPOSITORY / "var" / "bench" / "spark"
NEEDED = ("pyspark>=4", "duckdb>=1.5", "pyarrow>=22", "numpy>=2.2", "scipy>=1.15")
VOTES, PEOPLE, STATEMENTS, GROUPS, SEED = 1_000_000, 20_000, 500, 3, 7
TOLERANCE = 1e-9
PASSES = ("tallies", "sums", "projections", "group tallies")


def missing() -> str:
    """Why Spark cannot run here, in one sentence; empty where it can."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Java is not installed, and Spark needs version 17 or newer"
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", "import pyspark, duckdb, scipy"], check=False).returncode == 0:
        return ""
    print(f"building {ENVIRONMENT.relative_to(REPOSITORY)} with {NEEDED[0]} ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *NEEDED],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    lines = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else f"PySpark cannot be installed ({lines[-1] if lines else 'no reason given'})"


# --- inside the environment ----------------------------------------------------------------------------------------


def generate(file: Path, votes: int, people: int, statements: int) -> None:
    """A log with re-votes in Parquet: three camps, and statements of different reach."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rng = np.random.default_rng(SEED)
    person = rng.integers(0, people, votes).astype(np.int32)
    statement = rng.integers(0, statements, votes).astype(np.int32)
    lean = rng.normal(0, 1, (GROUPS, statements))[person % GROUPS, statement] + rng.normal(0, 1, votes)
    vote = np.where(lean > 0.4, 1, np.where(lean < -0.4, -1, 0)).astype(np.int8)
    table = pa.table({"participant": person, "statement": statement, "vote": vote, "cast_at": np.arange(votes)})
    parquet.write_table(table, file)


def duckdb_engine(file: Path) -> tuple[Any, Callable[[], float]]:
    import duckdb

    from minga.tools.opinion import sql

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(f"CREATE VIEW vote_log AS SELECT * FROM read_parquet('{file}')")
    connection.execute(f"CREATE TABLE votes AS {sql.LATEST}")
    return sql.DuckEngine(connection), time.process_time


def spark_engine(file: Path) -> tuple[Any, Callable[[], float]]:
    """The engine, and its clock: CPU of this process and of the Java machine, where the system tells it."""
    from pyspark.sql import SparkSession

    from minga.tools.opinion import sql

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "3g")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.local.dir", str(file.parent))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    session.read.parquet(str(file)).createOrReplaceTempView("vote_log")
    session.sql(sql.LATEST).cache().createOrReplaceTempView("votes")
    session.sql("SELECT count(*) FROM votes").collect()
    java = Path(f"/proc/{session.sparkContext._gateway.proc.pid}/stat")

    def clock() -> float:
        if not java.exists():
            return time.perf_counter()
        fields = java.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + time.process_time()

    return sql.SparkEngine(session), clock


ENGINES = {"duckdb": duckdb_engine, "spark": spark_engine}


class Timed:
    """An engine that notes the CPU and wall seconds of each query."""

    def __init__(self, engine: Any, clock: Callable[[], float]) -> None:
        self.engine, self.clock = engine, clock
        self.cpu: list[float] = []
        self.wall: list[float] = []

    def query(self, sql: str) -> Any:
        cpu, wall = self.clock(), time.perf_counter()
        found = self.engine.query(sql)
        self.cpu.append(self.clock() - cpu)
        self.wall.append(time.perf_counter() - wall)
        return found

    def register(self, name: str, table: Any) -> None:
        self.engine.register(name, table)


def run_one(way: str, file: Path, out: Path) -> None:
    """The measured process: every pass on one engine, its results and its times into files."""
    import numpy as np

    from minga.tools.opinion import sql

    wall = time.perf_counter()
    made, clock = ENGINES[way](file)
    engine = Timed(made, clock)
    loaded = (clock() if way == "spark" else time.process_time(), time.perf_counter() - wall)
    found = sql.mapped(engine)
    groups = {participant: int(participant) % GROUPS for participant in found.participants}
    by_group = sql.group_tallies(engine, groups)
    rows = np.array([[*key, *counts] for key, counts in sorted(by_group.items())])
    np.savez(out, tallies=found.tallies, centre=found.centre, places=found.places, seen=found.seen, by_group=rows)
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"cpu": engine.cpu, "wall": engine.wall, "loaded": loaded, "peak": own.ru_maxrss / 1024}))


# --- outside -------------------------------------------------------------------------------------------------------


def inside(*arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src"), "OPENBLAS_NUM_THREADS": "1"}
    command = [ENVIRONMENT / "bin" / "python", __file__, *arguments]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def told(way: str, found: dict[str, Any]) -> None:
    seconds = ", ".join(f"{name} {cpu:.2f}" for name, cpu in zip(PASSES, found["cpu"], strict=True))
    cpu, wall = found["loaded"]
    print(
        f"{way:7} CPU-s: {seconds}; together {sum(found['cpu']):.2f} ({sum(found['wall']):.1f} s wall); start and "
        f"newest votes {cpu:.2f} ({wall:.1f} s wall)",
        flush=True,
    )


COMPARE = """
import sys, numpy as np
one, other = (np.load(file) for file in sys.argv[1:])
exact = all(np.array_equal(one[name], other[name]) for name in ("tallies", "seen", "by_group"))
print(int(exact), max(float(np.abs(one[name] - other[name]).max()) for name in ("centre", "places")))
"""


def main() -> int:
    if why := missing():
        print(f"NOT MEASURED: {why}. The same SQL is tested on DuckDB by the ordinary tests.")
        return 0
    given = [int(text) for text in sys.argv[1:]]
    votes, people, statements = [*given, *(VOTES, PEOPLE, STATEMENTS)[len(given) :]]
    file = ENVIRONMENT.parent / f"votes-{votes}-{people}-{statements}.parquet"
    if not file.exists():
        inside("--generate", str(file), str(votes), str(people), str(statements))
    print(f"{votes:,} votes of {people:,} people on {statements} statements, {file.stat().st_size / 1e6:.0f} MB")
    results = [str(ENVIRONMENT.parent / f"{way}.npz") for way in ENGINES]
    for way, out in zip(ENGINES, results, strict=True):
        told(way, json.loads(inside("--run", way, str(file), out).splitlines()[-1]))
    command = [ENVIRONMENT / "bin" / "python", "-c", COMPARE, *results]
    exact, difference = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    met = exact == "1" and float(difference) <= TOLERANCE
    print(
        f"tallies {'identical' if exact == '1' else 'DIFFER'}, centre and places within {float(difference):.1e}: ",
        end="",
    )
    print("met" if met else "NOT met")
    return 0 if met else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    elif sys.argv[1:2] == ["--generate"]:
        generate(Path(sys.argv[2]), *(int(text) for text in sys.argv[3:]))
    else:
        sys.exit(main())
