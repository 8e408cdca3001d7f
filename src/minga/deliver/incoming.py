"""Cases as they come: one, the rows of a table, or the messages of a mailbox. Nothing is written here.

Rows in = usable + rejected + failed: a rejected row was read and cannot be used, a failed one could not be read.
"""

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.deliver.models import Service

MOST_ROWS = 10_000
PART = 200
"""So many rows are taken over in one transaction, and so many within a request."""
CONTACT = ("name", "email", "address", "language")
YES = {"1", "true", "yes", "y", "sí", "si", "on"}
Faults = Callable[[Service, "Incoming"], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One case as it came. ``source`` has the service's fields; ``contact`` name, email, address, language.

    ``row`` is where it stands in its file; 0 where it came by itself.
    """

    source: Mapping[str, Any]
    outside_id: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    consent: bool = False
    received: datetime | None = None
    row: int = 0


@dataclass(slots=True)
class Rows:
    """What a file holds. ``rejected`` and ``failed`` are (row, why); ``unknown`` are columns that are not kept.

    Of a file that is taken over in parts these are the rows behind the first ``after``.
    """

    usable: list[Incoming] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    after: int = 0

    @property
    def total(self) -> int:
        return len(self.usable) + len(self.rejected) + len(self.failed)

    def __repr__(self) -> str:
        """Short, because the idempotency digest of an import is made from it."""
        return f"Rows({len(self.usable)}, {len(self.rejected)}, {len(self.failed)}, {hash_of(self.usable)})"


def hash_of(rows: list[Incoming]) -> str:
    """A hash over all rows, in hexadecimal figures."""
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()


Raw = tuple[int, Mapping[str, Any] | None, str]
"""(row, its cells or None, why it could not be read)"""


def read_rows(service: Service, rows: Iterator[Raw], faults: Faults) -> Rows:
    """Sort rows into usable, rejected and failed. An id that comes twice counts once, as in the database."""
    return next(parts(service, rows, faults, size=None), Rows())


def parts(
    service: Service, rows: Iterator[Raw], faults: Faults, after: int = 0, size: int | None = PART
) -> Iterator[Rows]:
    """The same in parts of ``size`` rows, without the first ``after`` rows, which were taken over before."""
    found, seen, names = Rows(after=after), set[str](), known_names(service)
    for place, row in enumerate(rows):
        if place < after:
            continue
        if found.total == size:
            yield found
            found = Rows(after=place)
        if row[1]:
            found.unknown += [name for name in row[1] if name and name not in names and name not in found.unknown]
        _sort(service, row, faults, found, seen, place)
    if found.total:
        yield found


def known_names(service: Service) -> frozenset[str]:
    """The names of cells that are kept."""
    return frozenset(
        {each["name"] for each in service.fields}
        | {"id", "received", "consent"}
        | {f"contact_{part}" for part in CONTACT}
    )


def _sort(service: Service, row: Raw, faults: Faults, found: Rows, seen: set[str], place: int) -> None:
    number, cells, problem = row
    if place >= MOST_ROWS:
        found.rejected.append((number, _("beyond the %(most)d rows that one file may have") % {"most": MOST_ROWS}))
        return
    if cells is None:
        found.failed.append((number, problem))
        return
    try:
        given = replace(from_cells(service, cells), row=number)
    except ValueError as error:
        found.rejected.append((number, str(error)))
        return
    wrong = faults(service, given)
    if wrong:
        found.rejected.append((number, "; ".join(f"{name}: {text}" for name, text in wrong.items())))
    elif given.outside_id and given.outside_id in seen:
        found.rejected.append((number, _("the same id stands in an earlier row")))
    else:
        seen.add(given.outside_id)
        found.usable.append(given)


def from_cells(service: Service, cells: Mapping[str, Any]) -> Incoming:
    """A case of named cells: the service's fields, "id", "received", "consent" and "contact_…"."""
    contact = {part: _line(cells.get(f"contact_{part}")) for part in CONTACT if cells.get(f"contact_{part}")}
    return Incoming(
        source={each["name"]: kept(cells.get(each["name"])) for each in service.fields},
        outside_id=_line(cells.get("id")),
        contact=contact,
        consent=_line(cells.get("consent")).casefold() in YES,
        received=moment(_line(cells.get("received"))),
    )


def kept(value: Any) -> Any:
    """A text, a number, yes or no, or a list of such; ValueError for anything deeper, which no field is made for."""
    if isinstance(value, list) and not any(isinstance(inner, list) for inner in value):
        return [kept(inner) for inner in value]
    if isinstance(value, dict | list):
        raise ValueError(_("a field holds several values, where one is needed"))  # noqa: TRY004
    return "" if value is None else clean(value) if isinstance(value, str) else value


def clean(text: str) -> str:
    """``text`` without what a database cannot keep: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _line(value: Any) -> str:
    return "" if value is None else clean(str(value)).strip()


def moment(text: str) -> datetime | None:
    """A day or time (ISO 8601), in the body's time zone where it names none; None where empty.

    Raises ValueError where it is neither.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(_("“%(text)s” is no date such as 2026-03-31") % {"text": text[:40]}) from None
    return found if found.tzinfo else timezone.make_aware(found)


def table(data: bytes) -> Iterator[Raw]:
    """The rows of a CSV with a header; comma, semicolon or tab. A row of another width has failed."""
    text = _decoded(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(lines, [])]
    except csv.Error as error:
        yield 1, None, _("the header cannot be read: %(error)s") % {"error": error}
        return
    twice = sorted({name for name in names if name and names.count(name) > 1})
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.line_num, None, str(error)
            continue
        if not cells:
            continue
        if twice:
            yield lines.line_num, None, _("the header has a column twice: %(names)s") % {"names": ", ".join(twice)}
        elif len(cells) != len(names):
            why = _("%(found)d cells where the header has %(wanted)d") % {"found": len(cells), "wanted": len(names)}
            yield lines.line_num, None, why
        else:
            yield lines.line_num, dict(zip(names, cells, strict=True)), ""


def json_lines(data: bytes) -> Iterator[Raw]:
    """One JSON object a line; any other line has failed."""
    for number, line in enumerate(_decoded(data).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            yield number, None, str(error)
            continue
        good = isinstance(cells, dict)
        yield number, cells if good else None, "" if good else _("not an object of names and values")


def _no_number(written: str) -> Any:
    raise ValueError(_("%(written)s is no number") % {"written": written})


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
