"""``minga panel``: select a panel by quotas on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minga.tools.base import ToolError

if TYPE_CHECKING:
    from minga.tools.panel.read import Pool
    from minga.tools.panel.selection import Panel

SHOWN_PROBLEMS = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, 1 could not, 2 wrong usage)."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        return _select(arguments)
    except (ToolError, OSError) as error:
        if arguments.format == "json" and hasattr(error, "as_json"):
            print(json.dumps(error.as_json(), ensure_ascii=False, indent=2))
        print(f"minga panel: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga panel",
        description="Select a panel by quotas from a pool, with chances as even as the quotas allow.",
        epilog="Publish the lottery first (--lottery FILE without --seed), then draw with a seed known only later.",
    )
    parser.add_argument("pool", type=Path, metavar="POOL.csv", help="one row per person: id, features, [household]")
    parser.add_argument("quotas", type=Path, metavar="QUOTAS.csv", help="columns feature, value, low, high")
    parser.add_argument("--size", type=int, required=True, help="how many people the panel has")
    parser.add_argument("--seed", help="what the draw is made with; the same seed gives the same panel")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.add_argument("--alternates", type=int, default=0, metavar="N", help="people in reserve (default: 0)")
    parser.add_argument("--one-per-household", action="store_true", help="at most one person of each household")
    parser.add_argument("--id", default="id", metavar="COLUMN", help="column of the ids (default: id)")
    parser.add_argument("--household", default="household", metavar="COLUMN", help="column of the households")
    parser.add_argument("--lottery", type=Path, metavar="FILE", help="write the lottery to publish here (JSON)")
    return parser


def _select(arguments: argparse.Namespace) -> int:
    from minga.tools.panel.lotteries import lottery
    from minga.tools.panel.read import read_pool, read_quotas
    from minga.tools.panel.selection import draw

    if arguments.seed is None and arguments.lottery is None:
        print("minga panel: give --seed to draw, or --lottery FILE to write the lottery first.", file=sys.stderr)
        return 2
    quotas = read_quotas(arguments.quotas)
    pool = read_pool(arguments.pool, quotas, id_column=arguments.id, household_column=arguments.household)
    _tell(pool)
    found = lottery(pool.members, quotas, arguments.size, one_per_household=arguments.one_per_household)
    if arguments.lottery:
        document = {"hash": found.hash, **found.published()}
        arguments.lottery.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    if arguments.seed is None:
        print(f"Lottery of {len(found.entries)} panels written to {arguments.lottery}. SHA-256: {found.hash}")
        return 0
    panel = draw(found, pool.members, arguments.seed, alternates=arguments.alternates)
    print(_as_json(panel, pool) if arguments.format == "json" else _as_text(panel))
    return 0


def _tell(pool: Pool) -> None:
    used, rejected = len(pool.members), len(pool.problems)
    print(f"{pool.rows_in:,} rows in: {used:,} used, {rejected:,} rejected.", file=sys.stderr)
    for problem in pool.problems[:SHOWN_PROBLEMS]:
        print(f"row {problem.row}, rejected: {problem.reason}", file=sys.stderr)
    if rejected > SHOWN_PROBLEMS:
        print(f"... and {rejected - SHOWN_PROBLEMS:,} more.", file=sys.stderr)


def _as_json(panel: Panel, pool: Pool) -> str:
    rows: dict[str, Any] = {
        "rows": {"in": pool.rows_in, "used": len(pool.members), "rejected": len(pool.problems)},
        "problems": [{"row": problem.row, "reason": problem.reason} for problem in pool.problems],
    }
    return json.dumps({**rows, **panel.as_json()}, ensure_ascii=False, indent=2)


def _as_text(panel: Panel) -> str:
    figures = panel.fairness
    lines = [
        f"Panel of {len(panel.members)} from a pool of {figures.people}",
        *(f"  {who}" for who in panel.members),
        *(["Alternates, first to ask first", *(f"  {who}" for who in panel.alternates)] if panel.alternates else []),
        "Quotas (selected, wanted)",
    ]
    for feature, values in panel.lottery.quotas.items():
        for value, (low, high) in values.items():
            lines.append(f"  {feature}: {value}  {panel.counts[feature][value]}  ({low} to {high})")
    lines += [
        "Chance of being selected",
        f"  lowest {figures.lowest:.2%}, highest {figures.highest:.2%}, equal shares would be {figures.equal:.2%}",
        f"  Gini {figures.gini:.3f}, geometric mean {figures.geometric_mean:.2%}, without a chance {figures.never}",
        "Draw",
        f"  seed {panel.seed!r}, ticket {panel.ticket:,}, panel {panel.drawn} of {len(panel.lottery.entries)}",
        f"  lottery SHA-256 {panel.lottery.hash}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
