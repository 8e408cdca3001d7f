"""``minga redflags prepare``: repair releases as Cardinal's ``prepare`` does, and list what was repaired.

What the repairs mean is documented by the Open Contracting Partnership's Cardinal; the code is our own.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

import orjson

from minga.tools.base import ToolError
from minga.tools.intake import IntakeError, csv_safe, iter_json_lines, open_source, strict_json
from minga.tools.redflags.prepare_repairs import Finding, Repairer
from minga.tools.redflags.prepare_settings import PrepareSettings

REPAIRS_HEADER = (
    "line",
    "ocid",
    "path",
    "array indexes",
    "incorrect value",
    "error description",
    "repair",
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One row after the repairs; ``release`` is None where it was ``rejected``, which holds the reason."""

    line: int
    release: dict[str, Any] | None
    findings: tuple[Finding, ...] = ()
    rejected: str = ""

    @property
    def ocid(self) -> object:
        return self.release.get("ocid") if self.release else None


@dataclass(slots=True)
class Tally:
    """Rows in = written + rejected; ``repaired`` and ``left`` count findings."""

    rows: int = 0
    written: int = 0
    rejected: int = 0
    repaired: int = 0
    left: int = 0

    def sentence(self) -> str:
        return (
            f"{self.rows} rows in = {self.written} written + {self.rejected} rejected; "
            f"{self.repaired} repairs, {self.left} issues left."
        )


def prepare(stream: BinaryIO, settings: PrepareSettings) -> Iterator[Prepared]:
    """Every row of JSON Lines or of a document, repaired, or rejected with the reason; none is left out."""
    for line, data in iter_json_lines(stream, strict=False):
        try:
            release = strict_json(data, first_line=line)
        except IntakeError as error:
            yield Prepared(line, None, rejected=str(error))
            continue
        if isinstance(release, dict):
            yield Prepared(line, release, tuple(Repairer(settings).repair(release)))
        else:
            yield Prepared(line, None, rejected=f"Line {line} is not a JSON object. Export one process a line.")


def dump(release: dict[str, Any]) -> bytes:
    """Compact JSON; integers of any size are kept."""
    try:
        return orjson.dumps(release)
    except orjson.JSONEncodeError:
        return json.dumps(release, ensure_ascii=False, separators=(",", ":")).encode()


def run(
    stream: BinaryIO,
    settings: PrepareSettings,
    output: IO[bytes],
    issues: IO[str],
    repairs: IO[str] | None = None,
) -> Tally:
    """Write repaired releases to ``output``, what is left or rejected to ``issues``, repairs to ``repairs``.

    ``issues`` has the six columns of Cardinal's report and no header; ``repairs`` has a header and a seventh.
    """
    tally = Tally()
    left = csv.writer(issues, lineterminator="\n")
    done = csv.writer(repairs, lineterminator="\n") if repairs else None
    if done:
        done.writerow(REPAIRS_HEADER)
    for row in prepare(stream, settings):
        tally.rows += 1
        if row.release is None:
            tally.rejected += 1
            left.writerow([row.line, "", "", "", "", csv_safe(f"rejected: {row.rejected}")])
            continue
        output.write(dump(row.release) + b"\n")
        tally.written += 1
        for finding in row.findings:
            cells = [row.line, *(csv_safe(_cell(value)) for value in (row.ocid, *finding))]
            if finding.repair:
                tally.repaired += 1
                if done:
                    done.writerow(cells)
            else:
                tally.left += 1
                left.writerow(cells[:-1])
    return tally


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


@contextmanager
def _writing(path: str | None, standard: IO[Any], mode: str) -> Iterator[IO[Any]]:
    """A file that appears under its name only when it is complete; ``standard`` for None and "-"."""
    if path is None or path == "-":
        yield standard
        standard.flush()
        return
    target = Path(path)
    if target.exists() and not target.is_file():
        raise ToolError(f"{target} is a folder or a device. Name a file.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    options: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        with part.open(mode, **options) as file:
            yield file
        part.replace(target)
    except OSError as error:
        raise ToolError(f"{target} cannot be written: {error.strerror}. Check the folder and the space.") from None
    finally:
        part.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga redflags prepare",
        description="Repair contracting releases and list what was repaired and what is left.",
    )
    parser.add_argument("file", metavar="FILE", help='path or URL of the releases, "-" for standard input')
    parser.add_argument("--settings", type=Path, metavar="INI", help="Cardinal settings file")
    parser.add_argument("--output", metavar="FILE", help="repaired releases (default: standard output)")
    parser.add_argument("--errors", metavar="FILE", help="issues left and rows rejected, CSV (default: standard error)")
    parser.add_argument("--repairs", metavar="FILE", help="list of what was repaired, CSV with a header")
    parser.add_argument("--allow-host", action="append", default=[], metavar="HOST", help="host that may be private")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """0 when every row was written, 1 when some were rejected, 2 when the file cannot be read at all."""
    args = _parser().parse_args(argv)
    try:
        settings = PrepareSettings.read(args.settings) if args.settings else PrepareSettings()
        with (
            open_source(args.file, allow_hosts=args.allow_host) as stream,
            _writing(args.output, sys.stdout.buffer, "wb") as output,
            _writing(args.errors, sys.stdout if args.errors == "-" else sys.stderr, "w") as issues,
            _writing(args.repairs, sys.stdout, "w") if args.repairs else nullcontext() as repairs,
        ):
            tally = run(stream, settings, output, issues, repairs)
    except ToolError as error:
        print(error, file=sys.stderr)
        return 2
    for note in settings.notes:
        print(note, file=sys.stderr)
    print(tally.sentence(), file=sys.stderr)
    return 1 if tally.rejected else 0


if __name__ == "__main__":
    sys.exit(main())
