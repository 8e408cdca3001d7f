"""``minga redflags evaluate``: how often each indicator fires, and what share of known cases the flags find."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from minga.tools.base import Figure, Report
from minga.tools.spent import Clock

FORMATS = ("text", "json")


def main(argv: Sequence[str]) -> int:
    """Run the command; returns 0. Raises ToolError where data, labels or settings cannot be read."""
    arguments = _parser().parse_args(argv)
    clock = Clock()
    report = _report(arguments)
    if arguments.format == "json":
        import orjson

        content = orjson.dumps(as_json(report) | clock.read(), option=orjson.OPT_INDENT_2).decode() + "\n"
    else:
        content = as_text(report)
    sys.stdout.write(content)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga redflags evaluate", description="Measure the flags; one JSON object with --format json."
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="OCDS releases, records or packages")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="JSON object: ocid to kind of case")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="Cardinal's INI file, or TOML")
    parser.add_argument("--format", choices=FORMATS, default="text", help="output (default: text)")
    return parser


def _report(arguments: argparse.Namespace) -> Report:
    from minga.tools.redflags.evaluate import evaluate
    from minga.tools.redflags.generate import read_labels
    from minga.tools.redflags.settings import Settings

    settings = Settings.load(arguments.settings) if arguments.settings else Settings()
    return evaluate(settings, arguments.data, read_labels(arguments.labels) if arguments.labels else None)


def as_json(report: Report) -> dict[str, Any]:
    """{baseline, flag_share, recall, recall_by_kind, group_sizes, figures, rows, notes, seed, ...}, shares in 0..1.

    ``flag_share``: by indicator, over all methods. ``recall``: share of the labelled cases that an indicator meant
    for their kind found; None without labels or with fewer than 30. ``group_sizes``: by metric and group. ``seed`` is
    None because nothing is drawn.
    """
    whole = {row.group: row.value for row in report.figures if row.metric == "flag_share" and "|" not in row.group}
    found = {row.group: row.value for row in report.figures if row.metric == "planted_found"}
    sizes: dict[str, dict[str, int]] = {}
    for row in report.figures:
        sizes.setdefault(row.metric, {})[row.group or "all"] = row.of
    return {
        "baseline": {"sentence": report.baseline_sentence, "figures": [asdict(row) for row in report.baseline]},
        "flag_share": whole,
        "recall": found.pop("", None),
        "recall_by_kind": found,
        "group_sizes": sizes,
        "figures": [asdict(row) for row in report.figures],
        "rows": {
            "in": report.rows_in, "used": report.rows_used, "rejected": report.rows_rejected,
            "failed": report.rows_failed,
        },
        "notes": list(report.notes),
        "version": report.version,
        "seed": None,
    }  # fmt: skip


def as_text(report: Report) -> str:
    """The report for a terminal: the baseline first."""
    rows = (report.rows_in, report.rows_used, report.rows_rejected, report.rows_failed)
    account = "{:,} rows in: {:,} used, {:,} rejected, {:,} failed.".format(*rows)
    lines = [report.baseline_sentence, account, *map(_line, report.figures), *report.notes]
    return "\n".join(lines) + "\n"


def _line(row: Figure) -> str:
    name = f"{row.metric} {row.group}".strip()
    if row.value is None:
        return f"  {name}: {row.count:,} of {row.of:,}, too few to judge"
    return f"  {name}: {row.value:.3f} ({row.low:.3f} to {row.high:.3f}), {row.count:,} of {row.of:,}"
