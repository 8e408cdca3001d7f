"""Reading registers as they are published. Every row ends as a row to use, rejected with a reason, or failed."""

import ast
import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.inventory.models import Stage
from minga.ledger.refusals import Invalid
from minga.tools.intake import IntakeError, Limits, open_source, strict_json

LIMITS = Limits(compressed_bytes=32 * 2**20, bytes=64 * 2**20)
CELL_LIMIT = 1_000_000

REASONS = {
    "no_name": gettext_lazy("It has no name."),
    "no_id": gettext_lazy("It has no id."),
    "repeated": gettext_lazy("The same as row %(what)s."),
    "cells": gettext_lazy("It has %(what)s cells, not as many as the first line."),
    "list": gettext_lazy("The list in “%(what)s” cannot be read."),
    "no_record": gettext_lazy("It is not a record but %(what)s."),
    "no_text": gettext_lazy("Not a text: %(what)s."),
}


def reason(why: str, what: str) -> str:
    """Why a row is not used, in the language of the reader."""
    return str(REASONS[why]) % {"what": what}


@dataclass(frozen=True, slots=True)
class Row:
    """One system as read. ``line`` is where it stands: the line of a CSV, the number of a JSON record, from 1."""

    line: int
    external_id: str
    name: str
    body: str
    purpose: str
    stage: str
    url: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not used: ``rejected`` cannot serve (no name, given twice), ``failed`` cannot be read.

    ``why`` names one of REASONS and ``what`` fills it, so that each reader sees it in their language.
    """

    line: int
    kind: str
    why: str
    what: str = ""

    @property
    def reason(self) -> str:
        return reason(self.why, self.what)


@dataclass(frozen=True, slots=True)
class Register:
    """What a file is the list of. Systems are kept apart per ``key``; country and language are two letters."""

    key: str
    name: str
    country: str
    language: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file. ``repr`` names it by its hash only, so that it can be an action's argument."""

    register: Register
    sha256: str
    file_name: str = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    problems: tuple[Problem, ...] = field(repr=False)

    @property
    def rows_in(self) -> int:
        return len(self.rows) + len(self.problems)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: the register that has it, and how its bytes become rows and problems."""

    register: Register
    read: Callable[[bytes], Iterator[Row | Problem]]


def read(path: Path, format: str = "", register: Register | None = None) -> Reading:
    """Read the file at ``path``. Raises Invalid where the file as a whole cannot be used.

    ``register`` names another body's list in a known format; by default it is the one the format comes from.
    """
    try:
        with open_source(path, limits=LIMITS) as stream:
            content = stream.read()
    except IntakeError as error:
        raise _unreadable(str(error)) from None
    return read_bytes(content, path.name, format, register)


def read_bytes(content: bytes, file_name: str, format: str = "", register: Register | None = None) -> Reading:
    """Read a file's content. Without ``format`` it is told from the first bytes."""
    if not content.strip():
        raise _unreadable(_("%(file)s is empty. The export or download probably failed.") % {"file": file_name})
    key = format or guess(content)
    if key not in FORMATS:
        raise Invalid(
            _("There is no inventory format “%(format)s”.") % {"format": key},
            do=_("Use one of: %(formats)s.") % {"formats": ", ".join(FORMATS)},
        )
    try:
        found = list(FORMATS[key].read(content))
    except IntakeError as error:
        raise _unreadable(str(error)) from None
    rows, problems = _without_repeats(found)
    about = register or FORMATS[key].register
    return Reading(about, hashlib.sha256(content).hexdigest(), file_name[:200], tuple(rows), tuple(problems))


def guess(content: bytes) -> str:
    """JSON is taken for the Dutch listing, everything else for the inventory of the United States."""
    return "nl" if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else "us2025"


def _unreadable(cause: str) -> Invalid:
    return Invalid(
        _("This file cannot be read, so nothing was imported."),
        cause=cause,
        do=_("Get the file again from its source, and import that one."),
        fields={"file": cause},
    )


def _without_repeats(found: list[Row | Problem]) -> tuple[list[Row], list[Problem]]:
    """Give every row an id of its own; a row that repeats an earlier one word for word is rejected."""
    rows: dict[str, Row] = {}
    problems: list[Problem] = []
    for item in found:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        key, number = item.external_id, 1
        while key in rows and rows[key].raw != item.raw:
            number += 1
            key = f"{item.external_id}#{number}"
        if key in rows:
            problems.append(Problem(item.line, "rejected", "repeated", str(rows[key].line)))
        else:
            rows[key] = Row(item.line, key, item.name, item.body, item.purpose, item.stage, item.url, item.raw)
    return list(rows.values()), sorted(problems, key=lambda problem: problem.line)


# The inventory of the United States, 2025: one CSV, lists written as Python lists

US_STAGES = {
    "pre-deployment": Stage.DEVELOPMENT,
    "pilot": Stage.PILOT,
    "deployed": Stage.IN_USE,
    "retired": Stage.RETIRED,
}
US_NEEDED = ("agency", "agency_name", "id", "use_case_name", "development_stage", "problem_solved")
US_LISTS = ("demographic_features", "hi_public_consultation")
# The address of a person; whoever needs it finds it in the register itself.
US_LEFT_OUT = ("contact_email",)


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(
            _("Line %(line)s is not UTF-8 (byte %(byte)s). It was probably saved in another encoding.")
            % {"line": line, "byte": f"{content[error.start]:#04x}"}
        ) from None
    if "\0" in text:
        raise _unreadable(_("It holds zero bytes: it is probably UTF-16 or no text at all."))
    return text


def read_us(content: bytes) -> Iterator[Row | Problem]:
    """Rows of the 2025 inventory (CSV, UTF-8 with byte order mark)."""
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    head = _next(reader) or []
    missing = [name for name in US_NEEDED if name not in head]
    if missing:
        raise _unreadable(
            _("The first line lacks the columns %(columns)s; it is probably another file or another year.")
            % {"columns": ", ".join(missing)}
        )
    while True:
        start = reader.line_num + 1
        cells = _next(reader)
        if cells is None:
            return
        if cells:
            yield _us_row(start, head, cells)


def _next(reader: Any) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise _unreadable(
            _("Near line %(line)s the CSV breaks off or is not closed (%(error)s).")
            % {"line": reader.line_num, "error": error}
        ) from None


def _us_row(line: int, head: list[str], cells: list[str]) -> Row | Problem:
    if len(cells) != len(head):
        return Problem(line, "failed", "cells", str(len(cells)))
    raw: dict[str, Any] = {
        name: cell.strip() for name, cell in zip(head, cells, strict=True) if name not in US_LEFT_OUT
    }
    for name in US_LISTS:
        if name in raw:
            items = _python_list(raw[name])
            if items is None:
                return Problem(line, "failed", "list", name)
            raw[name] = items
    if not raw["use_case_name"]:
        return Problem(line, "rejected", "no_name")
    purpose = "\n".join(filter(None, (raw["problem_solved"], raw.get("benefits"), raw.get("system_outputs"))))
    body, bureau = raw["agency_name"] or raw["agency"], raw.get("agency_bureau", "")
    body = bureau if bureau.startswith(body) else ", ".join(filter(None, (body, bureau)))
    stage = US_STAGES.get(raw["development_stage"].casefold(), Stage.UNKNOWN)
    return Row(line, _us_id(raw), raw["use_case_name"][:300], body[:200], purpose, stage, "", raw)


def _us_id(raw: Mapping[str, Any]) -> str:
    """Agency and its id; where it gave none (704 rows of 2025), a hash of bureau and name."""
    if raw["id"]:
        return f"{raw['agency']}/{raw['id']}"[:100]
    named = f"{raw.get('agency_bureau')}\0{raw['use_case_name']}"
    return f"{raw['agency']}/~{hashlib.sha256(named.encode()).hexdigest()[:16]}"


def _python_list(text: str) -> list[str] | None:
    if not text:
        return []
    try:
        items = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return [str(item) for item in items] if isinstance(items, list) else None


# The listing of the Dutch register: JSON, {"algoritmes": [record, ...]}

NL_STAGES = {
    "in_gebruik": Stage.IN_USE,
    "ontwikkeling": Stage.DEVELOPMENT,
    "in_ontwikkeling": Stage.DEVELOPMENT,
    "buiten_gebruik": Stage.RETIRED,
}


def read_nl(content: bytes) -> Iterator[Row | Problem]:
    """Records of the listing, numbered from 1."""
    document = strict_json(content)
    records = document.get("algoritmes") if isinstance(document, dict) else document
    if not isinstance(records, list):
        raise _unreadable(_("It has no list “algoritmes”; it is probably another file."))
    for number, record in enumerate(records, start=1):
        yield _nl_row(number, record)


def _nl_row(number: int, record: object) -> Row | Problem:
    if not isinstance(record, dict):
        return Problem(number, "failed", "no_record", type(record).__name__)
    wrong = [key for key in ("id", "title", "organisatie", "doel", "status", "url") if _not_text(record.get(key))]
    if wrong:
        return Problem(number, "failed", "no_text", ", ".join(wrong))
    told = {key: str(record.get(key) or "").strip() for key in ("id", "title", "organisatie", "doel", "status", "url")}
    if not told["title"] or not told["id"]:
        return Problem(number, "rejected", "no_name" if told["id"] else "no_id")
    url = told["url"] if told["url"].startswith(("https://", "http://")) else ""
    stage = NL_STAGES.get(told["status"], Stage.UNKNOWN)
    return Row(
        number,
        told["id"][:100],
        told["title"][:300],
        told["organisatie"][:200],
        told["doel"],
        stage,
        url[:500],
        record,
    )


def _not_text(value: object) -> bool:
    return value is not None and not isinstance(value, str | int)


FORMATS = {
    "us2025": Format(
        Register("us2025", "AI use cases of the United States federal government, 2025", "US", "en"), read_us
    ),
    "nl": Format(Register("nl", "Algoritmeregister (Netherlands)", "NL", "nl"), read_nl),
}
