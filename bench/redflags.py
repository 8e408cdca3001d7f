"""Red flags over 200,000 generated releases, 2 % of them broken, against parsing the same file with orjson alone.

    .venv/bin/python bench/redflags.py [FOLDER]

Each run is a process of its own; CPU is its user and system time, imports included. The data are generated into
FOLDER (a temporary one by default) where they are not there yet. Bars: median CPU ratio at most 1.5 over five
pairs, peak memory under 500 MiB, every broken row accounted for.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS, SEED, BROKEN, PAIRS = 200_000, 7, 0.02, 5
BAR, MEMORY_BAR = 1.5, 500
REPOSITORY = Path(__file__).resolve().parent.parent


def parse_alone(data: Path) -> dict[str, Any]:
    """The yardstick: every line through ``orjson.loads``."""
    import orjson

    rows = broken = 0
    with data.open("rb") as file:
        for line in file:
            rows += 1
            try:
                orjson.loads(line)
            except orjson.JSONDecodeError:
                broken += 1
    return {"rows": rows, "not_json": broken}


def all_flags(data: Path) -> dict[str, Any]:
    """All eleven indicators, and every evidence row read from beginning to end."""
    from minga.tools.redflags import flag

    result = flag(data)
    evidence = sum(batch.num_rows for batch in result.evidence_batches())
    account = result.account
    return {
        "rows": account.rows_in,
        "used": account.used,
        "rejected": account.rejected,
        "failed": account.failed,
        "repaired": account.repaired,
        "flags": sum(result.counts().values()),
        "evidence": evidence,
    }


def read_json(data: Path) -> dict[str, Any]:
    """DuckDB's own JSON reader with R018, R036 and the ratios of R024: fast, and silent about what it cannot read."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    columns = (
        "{ocid: 'VARCHAR', tender: 'STRUCT(status VARCHAR, procurementMethod VARCHAR, numberOfTenderers DOUBLE)', "
        "bids: 'STRUCT(details STRUCT(status VARCHAR, tenderers STRUCT(id VARCHAR)[], "
        '"value" STRUCT(amount DOUBLE, currency VARCHAR))[])\', '
        "awards: 'STRUCT(status VARCHAR, suppliers STRUCT(id VARCHAR)[])[]'}"
    )
    connection.execute(
        f"CREATE TABLE l AS SELECT * FROM read_json(?, format = 'newline_delimited', columns = {columns}, "
        "ignore_errors = true)",
        [str(data)],
    )
    connection.execute(
        "CREATE VIEW bid AS SELECT ocid, b.status AS status, b.value.amount AS amount, b.tenderers[1].id AS tenderer, "
        "awards[1].suppliers[1].id AS supplier FROM (SELECT ocid, awards, unnest(bids.details) AS b FROM l "
        "WHERE tender.status <> 'cancelled')"
    )
    queries = (
        "SELECT count(*) FROM l WHERE tender.numberOfTenderers = 1 "
        "AND tender.procurementMethod IN ('open', 'selective')",
        "SELECT count(*) FROM (SELECT ocid, arg_min(status, amount) AS lowest FROM bid GROUP BY ocid) "
        "WHERE lowest = 'disqualified'",
        "SELECT quantile_cont((second - winning) / winning, [0.25, 0.75]) FROM (SELECT ocid, "
        "min(amount) FILTER (tenderer = supplier) AS winning, min(amount) FILTER (tenderer <> supplier) AS second "
        "FROM bid WHERE status = 'valid' GROUP BY ocid) WHERE second >= winning",
    )
    found = [connection.execute(query).fetchone() for query in queries]
    row = connection.execute("SELECT count(*), count(ocid) FROM l").fetchone()
    return {"rows": row and row[0], "with_ocid": row and row[1], "found": str(found)}


WAYS = {"orjson": parse_alone, "redflags": all_flags, "read_json": read_json}


def measured(way: str, data: Path, cache: Path) -> dict[str, Any]:
    """Run one way in a process of its own; ``cpu`` in seconds, ``peak`` in MiB."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(cache), "PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run(
        [sys.executable, __file__, "--run", way, str(data)], env=environment, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run_one(way: str, data: Path) -> None:
    """The measured process: prints its findings with its own CPU and peak memory."""
    found = WAYS[way](data)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(found | {"cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024}))


def prepared(folder: Path) -> Path:
    data = folder / f"redflags-{ROWS}-{SEED}.jsonl"
    if not data.exists():
        from minga.tools.redflags.generate import write

        began = time.perf_counter()
        fresh = write(folder / "fresh.jsonl", ROWS, SEED, broken=BROKEN)
        fresh.data.rename(data)
        print(f"generated {ROWS:,} releases, {fresh.broken:,} broken, in {time.perf_counter() - began:.0f} s")
    print(f"{data.name}: {data.stat().st_size / 1e6:.0f} MB")
    return data


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "minga-bench"
    folder.mkdir(parents=True, exist_ok=True)
    data = prepared(folder)
    measured("redflags", data, folder / "bytecode")  # compile the modules and warm the page cache
    pairs = []
    for number in range(1, PAIRS + 1):
        alone = measured("orjson", data, folder / "bytecode")
        flags = measured("redflags", data, folder / "bytecode")
        pairs.append((alone, flags))
        print(f"pair {number}: orjson {alone['cpu']:.2f} CPU-s, red flags {flags['cpu']:.2f} CPU-s, ", end="")
        print(f"ratio {flags['cpu'] / alone['cpu']:.2f}, peak {flags['peak']:.0f} MiB", flush=True)
    return report(pairs, measured("read_json", data, folder / "bytecode"))


def report(pairs: list[tuple[dict[str, Any], dict[str, Any]]], silent: dict[str, Any]) -> int:
    ratio = statistics.median(flags["cpu"] / alone["cpu"] for alone, flags in pairs)
    peak = max(flags["peak"] for _, flags in pairs)
    alone, flags = pairs[-1]
    adds_up = flags["rows"] == alone["rows"] == flags["used"] + flags["rejected"] + flags["failed"]
    print(
        f"rows {flags['rows']:,} = used {flags['used']:,} (repaired {flags['repaired']:,}) + rejected "
        f"{flags['rejected']:,} + failed {flags['failed']:,}: {'adds up' if adds_up else 'DOES NOT ADD UP'}"
    )
    print(f"{flags['flags']:,} flagged releases by indicator, {flags['evidence']:,} evidence rows")
    cpu = statistics.median(alone["cpu"] for alone, _ in pairs)
    print(
        f"DuckDB read_json, three indicators, no evidence: {silent['cpu']:.2f} CPU-s ({silent['cpu'] / cpu:.2f} of "
        f"orjson), peak {silent['peak']:.0f} MiB; {silent['with_ocid']:,} of {silent['rows']:,} rows with an ocid, "
        "the others NULL without a word"
    )
    met = ratio <= BAR and peak < MEMORY_BAR and adds_up
    print(f"median CPU ratio {ratio:.2f} (bar {BAR}), peak {peak:.0f} MiB (bar {MEMORY_BAR}): ", end="")
    print("met" if met else "NOT met")
    return 0 if met else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_one(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main())
