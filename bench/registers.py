"""Reading the published registers into canonical records: 1,530 Dutch rows, 3,611 and 2,133 of the United States.

    .venv/bin/python bench/registers.py [FOLDER]

FOLDER holds the files as their bodies publish them (by default ../shared/data/registers beside the checkout). CPU is
user and system time of the reading alone. Bars: at most 20 CPU-seconds for the three files together, every row used,
rejected or failed, and every row used going out again as it came in, but for fields about persons.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

FILES = {
    "nl-register/algoritmes_listing_2026-08.json": 1530,
    "us-inventory/2025_individually_reported_AI_use_cases.csv": 3611,
    "us-inventory/2024_consolidated_ai_inventory_raw_v2.csv": 2133,
}
BAR = 20.0
REPOSITORY = Path(__file__).resolve().parent.parent


def measure(path: Path) -> dict[str, Any]:
    from minga.tools.registers import export, files, read

    start = time.process_time()
    found = read(path)
    seconds = time.process_time() - start
    raw = dict(files.rows(path.read_bytes(), found.standard))
    said = kept = changed = 0
    start = time.process_time()
    for number, (record, line) in enumerate(zip(found.records, found.lines, strict=True)):
        row, back = raw[line], export(record, found.standard.key).fields
        left_out = set(found.left_out[number])
        changed += {k: v for k, v in row.items() if k not in left_out} != {
            k: v for k, v in back.items() if k not in left_out
        }
        filled = {name for name, value in row.items() if value not in ("", "[]", None)} - left_out
        said += len(filled)
        kept += len(filled & set(record.foreign.get(found.standard.key, {})))
    return {
        "file": path.name, "rows": found.rows_in, "used": found.used, "rejected": len(found.rejected),
        "failed": len(found.failed), "cpu": seconds, "export_cpu": time.process_time() - start, "changed": changed,
        "in_record": 1 - kept / max(said, 1),
    }  # fmt: skip


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY.parent / "shared/data/registers"
    if not all((folder / name).exists() for name in FILES):
        print(f"The registers are not in {folder}: get them from their bodies, or name their folder.")
        return 0
    made = [measure(folder / name) for name in FILES]
    print(f"{'file':46} {'rows':>5} {'used':>5} {'rej':>4} {'fail':>4} {'read s':>7} {'export s':>8} {'in record':>9}")
    for row in made:
        print(
            f"{row['file'][:46]:46} {row['rows']:5} {row['used']:5} {row['rejected']:4} {row['failed']:4} "
            f"{row['cpu']:7.2f} {row['export_cpu']:8.2f} {row['in_record']:9.1%}"
        )
    total = sum(row["cpu"] for row in made)
    whole = all(
        row["rows"] == rows and row["used"] + row["rejected"] + row["failed"] == rows and not row["changed"]
        for row, rows in zip(made, FILES.values(), strict=True)
    )
    met = total <= BAR and whole
    print(f"read: {total:.2f} CPU-s (bar {BAR:.0f}); every row accounted for and unchanged: {whole}; met: {met}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
