"""``minga measure``: metrics of any tool's answers, from a CSV file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minga.tools.base import ToolError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, 1 could not, 2 wrong usage)."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        found = _found(arguments)
    except (ToolError, OSError) as error:
        print(f"minga measure: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found, ensure_ascii=False, indent=2) if arguments.format == "json" else as_text(found))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga measure",
        description="Measure a tool's answers: the baseline first, then each metric, by group, with intervals.",
    )
    parser.add_argument("answers", type=Path, metavar="ANSWERS.csv", help="one row per case")
    parser.add_argument("--truth", default="truth", metavar="COLUMN", help="the known truth (default: truth)")
    parser.add_argument("--proposal", default="proposal", metavar="COLUMN", help="the answer; empty: abstained")
    parser.add_argument("--case", default="", metavar="COLUMN", help="ids of the cases (default: row numbers)")
    parser.add_argument("--probability", default="", metavar="COLUMN", help="probability, 0 to 1")
    parser.add_argument("--probability-of", choices=("proposal", "positive"), default="proposal", help="of what")
    parser.add_argument("--seconds", default="", metavar="COLUMN", help="time taken, in seconds")
    parser.add_argument("--cost", default="", metavar="COLUMN", help="cost of the case")
    parser.add_argument("--by", action="append", default=[], metavar="COLUMN", help="groups; may be repeated")
    parser.add_argument("--positive", metavar="LABEL", help="the label that recall, precision and others are about")
    parser.add_argument("--metric", action="append", default=[], help="only these (default: all that are possible)")
    parser.add_argument("--baseline", choices=("majority", "prior", "constant"), default="majority")
    parser.add_argument("--constant", metavar="LABEL", help="what the constant baseline always answers")
    parser.add_argument("--minimum-group", type=int, default=30, metavar="N", help="cases needed (default: 30)")
    parser.add_argument("--minimum-events", type=int, default=10, metavar="N", help="events needed (default: 10)")
    parser.add_argument("--seed", type=int, default=1, help="of the bootstrap (default: 1)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    return parser


def _found(arguments: argparse.Namespace) -> dict[str, Any]:
    from minga.tools.measure.reading import ColumnNames, read_answers
    from minga.tools.measure.report import report

    names = ColumnNames(
        arguments.truth, arguments.proposal, arguments.case, arguments.probability, arguments.seconds,
        arguments.cost, tuple(arguments.by),
    )  # fmt: skip
    return report(
        read_answers(arguments.answers, names, arguments.probability_of),
        metrics=arguments.metric,
        by=arguments.by,
        positive=arguments.positive,
        baseline=arguments.baseline,
        constant=arguments.constant,
        minimum_group=arguments.minimum_group,
        minimum_events=arguments.minimum_events,
        seed=arguments.seed,
    )


def as_text(found: dict[str, Any]) -> str:
    """The report for a terminal."""
    rows = found["rows"]
    lines = [
        found["baseline"]["sentence"]["en"],
        f"{rows['in']:,} rows in: {rows['used']:,} used, {rows['rejected']:,} rejected, {rows['failed']:,} failed.",
    ]
    for metric in found["figures"]:
        lines.append(f"{metric['title']['en']} ({metric['metric']})")
        lines += [_line(row) for row in metric["figures"]]
    for gap in found["gaps"]:
        if gap["kind"] == "difference":
            lines.append(f"largest gap in {gap['metric']} by {' and '.join(gap['by'])}: {_gap(gap)}")
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    name = row["group"] or "all"
    if row["value"] is None:
        return f"  {name}: {row['why']}"
    interval = "" if row["low"] is None else f" ({row['low']:.3f} to {row['high']:.3f})"
    return f"  {name}: {row['value']:.3f}{interval}, {row['of']:,} cases"


def _gap(gap: dict[str, Any]) -> str:
    if gap["value"] is None:
        return gap["why"]
    interval = "" if gap["low"] is None else f" ({gap['low']:.3f} to {gap['high']:.3f})"
    return f"{gap['value']:.3f}{interval}, {gap['highest']} above {gap['lowest']}"


if __name__ == "__main__":
    sys.exit(main())
