"""``minga provider``: what a supplier runs to see its tool as Minga will run it."""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from minga.tools.base import ToolError
from minga.tools.intake.errors import IntakeError
from minga.tools.intake.strict import strict_json
from minga.tools.providers.answers import Answer, Provider, cost_per_1000
from minga.tools.providers.connecting import connect
from minga.tools.providers.spec import Spec
from minga.tools.spent import Clock

SHOWN = 10
SEEDED = ("entry_point", "openai", "gguf")
"""Kinds of provider that are told a seed; a command or a service has one of its own, if any."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 all cases answered, 1 could not or some failed, 2 wrong usage)."""
    chosen = _parser().parse_args(argv)
    try:
        spec = Spec.read(chosen.provider)
        folder = chosen.provider.resolve().parent
        with _open(spec, folder, chosen) as provider:
            started, clock = time.perf_counter(), Clock()
            settings = chosen.settings.read_text(encoding="utf-8") if chosen.settings else ""
            answers = provider.advise_many(read_cases(chosen.cases), settings)
            seconds, memory = time.perf_counter() - started, clock.read()["peak_memory_mib"]
            told = summary(provider, answers, settings, seconds, memory)
    except (ToolError, OSError, UnicodeDecodeError) as error:
        print(f"minga provider: {error}", file=sys.stderr)
        return 1
    if chosen.output:
        chosen.output.write_bytes(b"".join(_line(answer) for answer in answers))
    sys.stdout.write(_as_json(told) if chosen.format == "json" else _as_text(told))
    return 0 if not told["failed"] else 1


def summary(
    provider: Provider, answers: Sequence[Answer], model_settings: str, seconds: float, peak_memory_mib: float
) -> dict[str, Any]:
    """What came of a run: rows_in = answered + abstained + failed; seconds on the wall and of CPU, tokens, cost.

    ``peak_memory_mib`` is that of the process that asked. ``seed`` is the one that the provider was given, None where
    its kind takes none.
    """
    advice = [answer.advice for answer in answers if answer.advice]
    failures = Counter(answer.failure for answer in answers if answer.failure)
    cost = cost_per_1000(answers, provider.spec.prices)
    return {
        "tool": provider.card.name, "version": provider.card.version, "content_hash": provider.hash_of(model_settings),
        "content_note": provider.content_note, "rows_in": len(answers),
        "answered": sum(1 for each in advice if each.proposal is not None),
        "abstained": sum(1 for each in advice if each.proposal is None), "failed": failures.total(),
        "proposals": dict(Counter(each.proposal for each in advice if each.proposal is not None).most_common()),
        "failures": [{"times": times, "why": why} for why, times in failures.most_common(SHOWN)],
        "seed": _seed(provider.spec), "peak_memory_mib": peak_memory_mib,
        "seconds": round(seconds, 3), "cpu_seconds": round(sum(answer.cpu_seconds for answer in answers), 4),
        "tokens_in": sum(answer.tokens_in for answer in answers),
        "tokens_out": sum(answer.tokens_out for answer in answers),
        "cost_per_1000": None if cost is None else str(cost), "currency": provider.spec.prices.currency,
    }  # fmt: skip


def _seed(spec: Spec) -> int | None:
    return int(spec.settings.get("seed", 1)) if spec.kind in SEEDED else None


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a CSV file (one a row) or JSON Lines (one object a line); raises ToolError with the line."""
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as opened:
            return [dict(row) for row in csv.DictReader(opened)]
    with path.open("rb") as lines:
        return [_case(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _case(line: bytes, number: int) -> dict[str, Any]:
    case = strict_json(line.rstrip(b"\r\n"), first_line=number)
    if not isinstance(case, dict):
        raise IntakeError(f"Line {number} is not a case: a case is a JSON object. Correct that line.", line=number)
    return case


@contextmanager
def _open(spec: Spec, folder: Path, chosen: argparse.Namespace) -> Iterator[Provider]:
    provider = connect(
        spec, allow_network=chosen.allow_network, allow_hosts=chosen.allow_host, allow_tools=chosen.allow_tool,
        programs=folder,
    )  # fmt: skip
    try:
        yield provider
    finally:
        provider.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga provider", description="Ask a provider about every case of a file.")
    parser.add_argument("provider", type=Path, help="its provider.toml; programs and models lie beside it")
    parser.add_argument("cases", type=Path, help="JSON Lines, or CSV with a header")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="text that the tool is set with")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write every answer there, one JSON object a line")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--allow-network", action="store_true", help="a service may be asked: cases leave this machine")
    parser.add_argument("--allow-host", action="append", default=[], metavar="HOST", help="a host of your own")
    parser.add_argument("--allow-tool", action="append", default=[], metavar="NAME", help="another package's tool")
    return parser


def _line(answer: Answer) -> bytes:
    told = {
        "case": answer.case, "advice": answer.advice.as_json() if answer.advice else None, "failure": answer.failure,
        "cpu_seconds": answer.cpu_seconds, "wall_seconds": answer.wall_seconds, "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
    }  # fmt: skip
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _as_json(told: dict[str, Any]) -> str:
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _as_text(told: dict[str, Any]) -> str:
    lines = [f"{key.replace('_', ' ')}: {value}" for key, value in told.items() if not isinstance(value, dict | list)]
    lines += [f"  proposed {times} times: {label}" for label, times in told["proposals"].items()]
    lines += [f"  failed {each['times']} times: {each['why']}" for each in told["failures"]]
    return "\n".join(lines) + "\n"
