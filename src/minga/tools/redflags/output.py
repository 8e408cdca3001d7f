"""A result as text: Cardinal's JSON, our JSON with evidence, a table, CSV, and the explanation of one release."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Iterable, Iterator

import orjson

from minga.tools.base import Advice
from minga.tools.intake import csv_safe
from minga.tools.redflags.result import Result
from minga.tools.redflags.sentences import WORDINGS

CSV_HEADER = ("ocid", "indicator", "path", "value", "read_as")


def as_cardinal(result: Result) -> Iterator[str]:
    """The results object of Cardinal's ``indicators`` command (without Meta and Maps), on one line."""
    yield orjson.dumps(result.cardinal()).decode() + "\n"


def as_json(result: Result) -> Iterator[str]:
    """One object: ``summary``, ``problems``, and ``releases`` with flags, evidence and what was not computed."""
    problems = [
        {"source": p.source, "row": p.row, "state": p.state, "reason": p.reason} for p in result.account.problems
    ]
    yield f'{{"summary": {orjson.dumps(result.summary()).decode()},\n'
    yield f'"problems": {orjson.dumps(problems).decode()},\n"releases": ['
    separator = "\n"
    for advice in result.advice():
        yield separator + orjson.dumps(advice.as_json()).decode()
        separator = ",\n"
    yield "\n]}\n"


def as_csv(result: Result) -> Iterator[str]:
    """One row per piece of evidence; cells that a spreadsheet would run as a formula are made harmless."""
    yield _csv_line(CSV_HEADER)
    for row in result.evidence():
        yield _csv_line((row.ocid, row.indicator, row.path, row.value, row.read_as))


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([csv_safe(cell) for cell in cells])
    return line.getvalue()


def as_table(result: Result) -> Iterator[str]:
    """A table for people: flags, tested and untested releases per indicator, warnings, rows."""
    fired = result.counts()
    untested = result.not_computed_counts()
    used = result.account.used
    yield f"{'code':<5} {'indicator':<38} {'flagged':>9} {'tested':>9} {'not computed':>13}\n"
    for code in result.settings.enabled:
        missing = sum(untested[code].values())
        yield f"{code:<5} {WORDINGS[code].title:<38} {fired[code]:>9,} {used - missing:>9,} {missing:>13,}\n"
    yield "\nNot computed, most frequent reasons\n"
    for code, reasons in untested.items():
        for why, count in sorted(reasons.items(), key=lambda pair: -pair[1])[:2]:
            yield f"  {code} on {count:,}: {why}\n"
    if warnings := result.warnings():
        yield "\nWarnings\n"
        yield from (
            textwrap.fill(warning, 100, initial_indent="  ", subsequent_indent="    ") + "\n" for warning in warnings
        )


def explanation(result: Result, advice: Advice) -> Iterator[str]:
    """Everything about one release, for people."""
    yield f"{advice.case}: {advice.proposal or 'no advice: ' + str(advice.abstained_because)}\n"
    for reason in advice.reasons:
        yield f"\n{reason.code} {WORDINGS[reason.code].title}\n  {reason.sentence}\n"
        if reason.law:
            yield f"  Law: {reason.law}\n"
        for name, value in reason.figures.items():
            if isinstance(value, float):
                yield f"  {name} = {value:.6g}\n"
        for evidence in reason.evidence:
            yield f"  {evidence.path} = {evidence.value}  ({evidence.read_as})\n"
        yield from _wrapped("Exclusions tested: " + "; ".join(reason.figures["exclusions_tested"]))
    for title, entries in (("Tested, not fired", advice.tested), ("Not computed", advice.not_computed)):
        if entries:
            yield f"\n{title}\n"
            yield from (f"  {code}: {why}\n" for code, why in entries.items())
    for problem in result.account.problems:
        if problem.state != "repaired" and advice.case in problem.reason:
            yield f"\n{problem.source}, row {problem.row}: {problem.reason}\n"


def _wrapped(text: str) -> Iterator[str]:
    yield textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="    ") + "\n"
