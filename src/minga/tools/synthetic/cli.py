"""``minga synthetic``: profile a table, invent rows from the profile, measure what they give away."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minga.tools.base import ToolError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, 1 could not, 2 wrong usage, 3 the check did not pass)."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        found: int = arguments.run(arguments)
    except (ToolError, OSError) as error:
        print(f"minga synthetic: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("minga synthetic: stopped by Ctrl-C.", file=sys.stderr)
        return 130
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga synthetic", description="Invented rows on request, from a profile of the data and never its rows."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("profile", help="read a CSV file and write its profile, in which nothing rare is left")
    one.add_argument("data", type=Path, metavar="DATA.csv")
    one.add_argument("--out", type=Path, metavar="FILE", help="write here instead of to standard output")
    one.add_argument("--minimum", type=int, default=10, metavar="N", help="rows that must share a value (default: 10)")
    one.add_argument(
        "--pair", action="append", default=[], type=_pair, metavar="A,B", help="keep how B goes with A; repeatable"
    )
    one.set_defaults(run=_profile)
    make = commands.add_parser("make", help="write invented rows as CSV (or contracting releases)")
    make.add_argument("profile", type=Path, metavar="PROFILE.json")
    make.add_argument("--rows", type=int, required=True, metavar="N")
    make.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed gives the same rows (default: 0)")
    make.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="default: here")
    make.set_defaults(run=_make)
    test = commands.add_parser("check", help="measure what invented rows give away; prints one JSON object")
    test.add_argument("profile", type=Path, metavar="PROFILE.json")
    test.add_argument("invented", type=Path, metavar="SYNTHETIC.csv")
    test.add_argument("data", type=Path, metavar="DATA.csv")
    test.add_argument("--holdout", type=Path, metavar="FILE.csv", help="rows alike that the profile did not see")
    test.add_argument("--seed", type=int, default=0, metavar="N", help="of the rows drawn for distances (default: 0)")
    test.set_defaults(run=_check)
    return parser


def _pair(text: str) -> tuple[str, str]:
    parent, comma, child = text.partition(",")
    if not (parent and comma and child):
        raise argparse.ArgumentTypeError(f"{text!r} is not two columns with a comma between")
    return parent, child


def _profile(arguments: argparse.Namespace) -> int:
    from minga.tools.synthetic.profiling import profile
    from minga.tools.synthetic.reading import read_csv

    found = profile(read_csv(arguments.data), arguments.minimum, pairs=arguments.pair)
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n"
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    print(
        f"{found.rows_in:,} rows in: {found.rows:,} used ({found.read:,} of them read for the figures), 0 rejected, "
        f"{found.failed:,} failed.",
        file=sys.stderr,
    )
    return 0


def _make(arguments: argparse.Namespace) -> int:
    from minga.tools.synthetic import is_contracting, synthesise, synthesise_releases

    try:
        data: Any = json.loads(arguments.profile.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ToolError(f"{arguments.profile} is not JSON: {error}. Give the profile, not the data.") from None
    if not isinstance(data, dict):
        raise ToolError(f"{arguments.profile} is not a profile: it must be one JSON object.")
    how = synthesise_releases if is_contracting(data) else synthesise
    print(json.dumps(how(data, arguments.rows, arguments.seed, arguments.out).as_json(), ensure_ascii=False, indent=2))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from minga.tools.synthetic import Profile, check
    from minga.tools.synthetic.reading import read_csv

    sides = [
        [row for row in read_csv(path) if row is not None] if path else None
        for path in (arguments.invented, arguments.data, arguments.holdout)
    ]
    found = check(Profile.read_file(arguments.profile), sides[0] or [], sides[1] or [], sides[2], arguments.seed)
    print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    return 3 if found.passed is False else 0


if __name__ == "__main__":
    sys.exit(main())
