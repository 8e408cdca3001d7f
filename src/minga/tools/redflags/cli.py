"""``minga redflags``: flags, explanations and repairs on the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from minga.tools.base import ToolError

if TYPE_CHECKING:
    from minga.tools.redflags.result import Result
    from minga.tools.redflags.settings import Settings

FORMATS = ("table", "cardinal", "json", "csv")
SHOWN_PROBLEMS = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, 1 could not, 2 wrong usage, 130 Ctrl-C, 141 closed pipe)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
    except ToolError as error:
        print(f"minga redflags: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("minga redflags: stopped by Ctrl-C; nothing was changed.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone; keep the interpreter from flushing into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    return status


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["prepare"]:
        from minga.tools.redflags.prepare import main as prepare

        return prepare(arguments[1:])
    if arguments[:1] == ["evaluate"]:
        from minga.tools.redflags.evaluating import main as evaluate

        return evaluate(arguments[1:])
    if arguments[:1] == ["explain"]:
        return _explain(_explain_parser().parse_args(arguments[1:]))
    return _flag(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga redflags",
        description="Compute red flags over OCDS releases, records or packages (JSON or JSON Lines, gzip or not).",
        epilog="Also: minga redflags explain FILE OCID (one release), minga redflags evaluate FILE (measure them), "
        "minga redflags prepare (repair data).",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="path or URL, or - for standard input")
    parser.add_argument("--format", choices=FORMATS, default="table", help="output (default: table)")
    parser.add_argument(
        "--indicator", action="append", metavar="CODE", help="only this indicator, such as R024; may be repeated"
    )
    _settings_options(parser)
    return parser


def _explain_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga redflags explain", description="Say everything about one release among the others in the file."
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("ocid", metavar="OCID")
    _settings_options(parser)
    return parser


def _settings_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--settings", type=Path, metavar="FILE", help="Cardinal's INI file, or TOML")
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="HOST", help="a private host that a URL may name"
    )


def _settings(arguments: argparse.Namespace) -> Settings:
    from minga.tools.redflags.settings import Settings

    settings = Settings.load(arguments.settings) if arguments.settings else Settings()
    wanted: list[str] | None = getattr(arguments, "indicator", None)
    return settings.only(code.upper() for code in wanted) if wanted else settings


def _flag(arguments: argparse.Namespace) -> int:
    from minga.tools.redflags import output
    from minga.tools.redflags.engine import flag

    settings = _settings(arguments)
    with progress_bar(arguments.files) as progress:
        result = flag(arguments.files, settings, progress=progress, allow_hosts=arguments.allow_host)
    write: Callable[[Result], Iterator[str]] = getattr(output, f"as_{arguments.format}")
    for text in write(result):
        sys.stdout.write(text)
    _tell_problems(result)
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from minga.tools.redflags import output
    from minga.tools.redflags.engine import flag

    with progress_bar([arguments.file]) as progress:
        result = flag(arguments.file, _settings(arguments), progress=progress, allow_hosts=arguments.allow_host)
    for text in output.explanation(result, result.explain(arguments.ocid)):
        sys.stdout.write(text)
    return 0


@contextmanager
def progress_bar(files: Sequence[str]) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal, counting bytes; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    sizes = [Path(file).stat().st_size for file in files if Path(file).is_file() and not file.endswith(".gz")]
    total = sum(sizes) if len(sizes) == len(files) else None
    with tqdm(total=total, unit="B", unit_scale=True, desc="reading", leave=False, file=sys.stderr) as bar:
        yield bar.update


def _tell_problems(result: Result) -> None:
    account = result.account
    print(
        f"{account.rows_in:,} rows in: {account.used:,} used ({account.repaired:,} of them repaired), "
        f"{account.rejected:,} rejected, {account.failed:,} failed.",
        file=sys.stderr,
    )
    for problem in account.problems[:SHOWN_PROBLEMS]:
        print(f"{problem.source}, row {problem.row}, {problem.state}: {problem.reason}", file=sys.stderr)
    if len(account.problems) > SHOWN_PROBLEMS:
        print(f"... and {len(account.problems) - SHOWN_PROBLEMS:,} more.", file=sys.stderr)
