"""Files of registers: bytes to rows of one standard, and documents of it to bytes."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from minga.tools.intake import csv_safe, strict_json
from minga.tools.registers.standards import Standard, standards
from minga.tools.registers.unusable import Unreadable, UnusableFile

CELL_LIMIT = 1_000_000
AROUND = ("currentPage", "translationsOnResult")  # what a file of saved answers has beside them
Row = dict[str, Any]


def decode(content: bytes, encodings: Sequence[str]) -> str:
    """The text of a file. Raises IntakeError with the line where no encoding fits."""
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            fault = error
            continue
        if "\0" in text:
            break
        return text
    else:
        line = content.count(b"\n", 0, fault.start) + 1
        byte, named = f"{content[fault.start]:#04x}", " / ".join(encodings)
        raise UnusableFile("encoding", at=line, line=line, encodings=named, byte=byte)
    raise UnusableFile("zero_bytes")


def rows(content: bytes, standard: Standard) -> Iterator[tuple[int, Row | Unreadable]]:
    """The rows of a file with the line, or number of the record, where each stands (from 1).

    Raises IntakeError where the file as a whole is not one of this standard.
    """
    if standard.kind == "csv":
        yield from _csv_rows(decode(content, standard.encodings), standard)
    elif standard.kind == "fields" and content.lstrip()[:1] not in (b"{", b"["):
        yield 1, _table(decode(content, standard.encodings), standard)
    else:
        for number, document in enumerate(_documents(strict_json(content), standard), start=1):
            yield number, flat(document, standard)


def _documents(found: Any, standard: Standard) -> list[Any]:
    if standard.wrap and isinstance(found, dict):
        found = found.get(standard.wrap)
    if isinstance(found, dict):
        return [found]
    if isinstance(found, list):
        return found
    raise UnusableFile("no_records", title=standard.title["en"])


def flat(document: Any, standard: Standard) -> Row | Unreadable:
    """A document's fields by name, as the lines of its standard call them."""
    if not isinstance(document, dict):
        return Unreadable("no_record", type(document).__name__)
    if standard.kind == "answers":
        data = document.get("data", document.get("answers"))
        if not isinstance(data, dict):
            return Unreadable("no_answers")
        version = document.get("version", document.get("questionnaire_version"))
        around = {f"/{name}": document[name] for name in AROUND if name in document}
        return {**({"version": version} if version is not None else {}), **around, **data}
    if standard.kind == "fields":
        return _from_list(document.get("fields", document))
    return document


def _from_list(found: Any) -> Row | Unreadable:
    if isinstance(found, dict):
        return found
    if not isinstance(found, list):
        return Unreadable("no_fields")
    row: Row = {}
    for each in found:
        if not isinstance(each, dict) or not isinstance(each.get("ref"), str):
            return Unreadable("no_reference")
        if each["ref"] in row:
            return Unreadable("field_twice", each["ref"])
        row[each["ref"]] = each.get("value")
    return row


def _table(text: str, standard: Standard) -> Row | Unreadable:
    """A table of two or more columns, the first a reference and the last a value: CSV or Markdown."""
    if text.lstrip().startswith(("|", "#")):
        lines = [line for line in text.splitlines() if line.lstrip().startswith("|")]
        cells = [[_plain(cell) for cell in _split_row(line)] for line in lines]
    else:
        cells = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    if not cells:
        return Unreadable("no_table")
    head = [cell.strip().casefold() for cell in cells[0]]
    at = next((head.index(name) for name in ("value", "response", "answer") if name in head), len(head) - 1)
    made = {row[0].strip(): row[at] for row in cells[1:] if len(row) == len(head) and not _is_rule(row)}
    if not made.keys() & standard.by_name.keys():
        return Unreadable("no_known_field")
    return {ref: value for ref, value in made.items() if value}


def _split_row(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").replace("\\|", "\0").split("|")


def _plain(cell: str) -> str:
    return cell.strip().replace("\0", "|").replace("<br>", "\n")


def _is_rule(row: Sequence[str]) -> bool:
    return all(set(cell.strip()) <= set("-: ") for cell in row) and any("-" in cell for cell in row)


def _csv_rows(text: str, standard: Standard) -> Iterator[tuple[int, Row | Unreadable]]:
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head = numbered(_next(reader) or [])
    missing = [name for name in standard.guess if name not in head]
    if missing:
        raise UnusableFile("columns", columns=", ".join(missing))
    while True:
        start = reader.line_num + 1
        cells = _next(reader)
        if cells is None:
            return
        if len(cells) == len(head):
            yield start, {name: _unsafe(cell) for name, cell in zip(head, cells, strict=True)}
        elif cells:
            yield start, Unreadable("cells", len(cells))


def _unsafe(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and csv_safe(cell[1:]) == cell else cell


def numbered(head: Iterable[str]) -> list[str]:
    """Column names that tell columns of one name apart: the second is "name [2]"."""
    seen: dict[str, int] = {}
    named = []
    for name in head:
        seen[name] = seen.get(name, 0) + 1
        named.append(name if seen[name] == 1 else f"{name} [{seen[name]}]")
    return named


def _next(reader: Any) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise UnusableFile("breaks_off", at=reader.line_num, line=reader.line_num, error=error) from None


def guess(content: bytes) -> str:
    """The standard that a file is of, by the names in it; "" where none fits."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return _guess_json(strict_json(content))
    head = content[:65536].decode("utf-8", errors="replace")
    if head.lstrip().startswith(("|", "#")) or "reference number" in head[:4000].casefold():
        return "atrs"
    columns = set(next(csv.reader(io.StringIO(head, newline="")), []))
    return _best(columns, "csv")


def _guess_json(found: Any) -> str:
    named = str(found.get("standard", "")) if isinstance(found, dict) else ""
    wrapped = [key for key, each in standards().items() if each.wrap and isinstance(found, dict) and each.wrap in found]
    if named in standards() or wrapped:
        return named if named in standards() else wrapped[0]
    first = found[0] if isinstance(found, list) and found else found
    if not isinstance(first, dict):
        return ""
    if str(first.get("format", "")).startswith("minga-canonical-"):
        return "json"
    if isinstance(first.get("data", first.get("answers")), dict):
        return "ca"
    return _by_version(str(first.get("standard_version", ""))) or _best(set(first), "json")


def _by_version(version: str) -> str:
    """The Dutch register's standard of a version, which its records name."""
    fitting = (key for key, each in standards().items() if key.startswith("nl") and each.version == version)
    return next(fitting, "")


def _best(names: set[str], kind: str) -> str:
    fitting = [each for each in standards().values() if each.kind == kind and each.guess and names >= set(each.guess)]
    return max(fitting, key=lambda each: len(each.guess)).key if fitting else ""


def document(row: Row, standard: Standard, address: str = "") -> dict[str, Any]:
    """The fields of one record in the shape that its standard is exchanged in."""
    if standard.kind == "answers":
        data = {name: value for name, value in row.items() if name != "version" and name[1:] not in AROUND}
        around = {name: row[f"/{name}"] for name in AROUND if f"/{name}" in row}
        return {"version": row.get("version", standard.version), "currentPage": 0, **around, "data": data}
    if standard.kind != "fields":
        return row
    lines = standard.by_name
    told = [
        {"ref": name, "attribute": lines[name].attribute if name in lines else "", "value": value}
        for name, value in row.items()
    ]
    return {"standard": standard.key, "version": standard.version, "canonical_url": address, "fields": told}


def write(documents: Sequence[Mapping[str, Any]], standard: Standard) -> bytes:
    """Documents as the file that is handed in: CSV for rows, JSON for the others (a list where there are several)."""
    if standard.kind == "csv":
        return _write_csv(documents, standard)
    found: Any = {standard.wrap: list(documents)} if standard.wrap else list(documents)
    if not standard.wrap and len(documents) == 1:
        found = documents[0]
    return json.dumps(found, ensure_ascii=False, indent=2).encode()


def _write_csv(documents: Sequence[Mapping[str, Any]], standard: Standard) -> bytes:
    """Cells that a spreadsheet would run as a formula get an apostrophe, which reading takes off again."""
    names = [line.name for line in standard.lines]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name.rpartition(" [")[0] if _is_numbered(name) else name for name in names])
    for each in documents:
        writer.writerow([csv_safe(each.get(name, "")) for name in names])
    return out.getvalue().encode("utf-8-sig")


def _is_numbered(name: str) -> bool:
    return name.endswith("]") and name.rpartition(" [")[2][:-1].isdigit()


def markdown(found: Mapping[str, Any], standard: Standard) -> str:
    """A document of a standard of fields as the table that it is published as: reference, attribute, value."""
    lines = ["| reference number | attribute | value |", "| --- | --- | --- |"]
    for row in found["fields"]:
        value = str(row["value"]).replace("|", "\\|").replace("\n", "<br>")
        lines.append(f"| {row['ref']} | {row['attribute']} | {value} |")
    return "\n".join([f"# {standard.title['en']}", "", *lines, ""])
