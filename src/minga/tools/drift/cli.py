"""``minga drift``: hold a window of advice against a reference on the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minga.tools.base import ToolError
from minga.tools.spent import Clock


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, whatever was found; 1 could not, 2 wrong usage, 3 an alert
    where --fail was given, 130 Ctrl-C, 141 closed pipe)."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        return _watch(arguments)
    except ToolError as error:
        print(f"minga drift: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("minga drift: stopped by Ctrl-C; nothing was changed.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone; keep the interpreter from flushing into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga drift",
        description="Say whether advice, and what it is given on, is still what it was.",
        epilog="Tables have a row per piece of advice: CSV (UTF-8, gzip or not) or Parquet. Columns with a role: case, "
        "at (or month), proposal, probability, abstained, truth, determination, appealed, low, high; those that begin "
        "with group_ are groups; all others are features.",
    )
    parser.add_argument("reference", type=Path, metavar="REFERENCE", help="advice from when all was well")
    parser.add_argument("window", type=Path, metavar="WINDOW", help="the newest advice")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.add_argument(
        "--column", action="append", default=[], type=_pair, metavar="ROLE=NAME", help="a role under another name"
    )
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help="a column of groups; repeatable")
    parser.add_argument("--feature", action="append", default=[], metavar="NAME", help="watch only these; repeatable")
    parser.add_argument("--category", action="append", default=[], metavar="NAME", help="a code, not a number")
    parser.add_argument("--significance", type=float, default=0.01, metavar="P", help="default: 0.01")
    parser.add_argument("--bins", type=int, default=10, metavar="N", help="bins of PSI (default: 10)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the cases that alerts name (default: 0)")
    parser.add_argument("--fail", action="store_true", help="exit with 3 where there is an alert")
    return parser


def _pair(text: str) -> tuple[str, str]:
    from minga.tools.drift.settings import ROLES

    role, equals, name = text.partition("=")
    if role not in ROLES or not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not ROLE=NAME with a role of {', '.join(ROLES)}")
    return role, name


def _watch(arguments: argparse.Namespace) -> int:
    from minga.tools.drift import Columns, Settings, watch
    from minga.tools.drift.text import as_text

    clock = Clock()
    columns = Columns(
        **dict(arguments.column),
        groups=tuple(arguments.group),
        features=tuple(arguments.feature),
        categories=tuple(arguments.category),
    )
    settings = Settings(bins=arguments.bins, significance=arguments.significance, seed=arguments.seed, columns=columns)
    found = watch(arguments.reference, arguments.window, settings)
    if arguments.format == "json":
        sys.stdout.write(_json(found.as_json() | {"seed": arguments.seed, **clock.read()}))
    else:
        sys.stdout.write(as_text(found))
    sys.stdout.flush()
    return 3 if arguments.fail and found.verdict == "alert" else 0


def _json(found: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode() + "\n"


if __name__ == "__main__":
    sys.exit(main())
