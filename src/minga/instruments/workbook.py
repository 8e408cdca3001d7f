"""Opens a workbook that came from anywhere: what could harm or cannot be read is refused before it is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

ANSWERS, LISTS, ABOUT = "answers", "lists", "minga"
COLUMNS = ("id", "section", "question", "help", "kind", "asked", "answer", "evidence", "url")
ANSWER, EVIDENCE, URL = (COLUMNS.index(name) for name in ("answer", "evidence", "url"))
LAST_ROW = 1_048_576
LARGEST, LARGEST_UNPACKED, MOST_PARTS, MOST_ROWS = 10_000_000, 30_000_000, 500, 20_000
_ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Unreadable(ValueError):
    """A file of answers that cannot be read at all: what is wrong with it, and what to do."""


def opened(content: bytes) -> Any:
    """The workbook, in openpyxl's read-only mode; Unreadable with a sentence where it is none or not safe."""
    if len(content) > LARGEST:
        raise Unreadable(
            _(
                "The file has %(size)s megabytes; at most %(most)s are read. Send the sheet that was given out, "
                "without pictures or other sheets."
            )
            % {"size": len(content) // 1_000_000, "most": LARGEST // 1_000_000}
        )
    _look_inside(content)
    try:
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, SyntaxError,
            IndexError, EOFError, OSError) as error:  # fmt: skip
        raise Unreadable(_damaged(error)) from error


def rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows of ``sheet`` that have something in them, with their numbers. Unreadable after MOST_ROWS of them."""
    found = 0
    try:
        for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW, max_col=len(COLUMNS)), 1):
            if all(cell.value is None for cell in row):
                continue
            found += 1
            if found > MOST_ROWS:
                raise Unreadable(_("The sheet has far too many rows. Send the sheet that was given out."))
            yield number, row
    except (
        zipfile.BadZipFile,
        KeyError,
        TypeError,
        AttributeError,
        SyntaxError,
        IndexError,
        EOFError,
        OSError,
    ) as error:
        raise Unreadable(_damaged(error)) from error
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_damaged(error)) from error


def escaped(text: str) -> str:
    """``text`` as a cell can hold it: characters that XML forbids as ``_x0007_``, as spreadsheets write them."""
    return _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def plain(text: str) -> str:
    """What ``escaped`` wrote; half a character or NUL, which can be kept nowhere, stays written out."""
    return _ESCAPED.sub(lambda found: _one(found[0], int(found[1], 16)), text)


def _one(written: str, code: int) -> str:
    return written if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def _look_inside(content: bytes) -> None:
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(_("This is an old or a locked Excel file. Save it as .xlsx without a password and send that."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            if "xl/workbook.xml" not in names:
                raise Unreadable(
                    _("This is no .xlsx workbook. Save the sheet as .xlsx (not .ods or .csv) and send that.")
                )
            if any("vbaproject" in name or "/macrosheets/" in name for name in names):
                raise Unreadable(
                    _("This workbook carries a macro, so it was not opened. Save it as .xlsx and send that.")
                )
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise Unreadable(_("Unpacked this workbook would be far larger than a sheet of answers, so it was not "
                                 "opened. Send the sheet that was given out."))  # fmt: skip
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable(_("This workbook is locked with a password. Save it without one and send that."))
            _refuse_entities(archive, parts)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable(
            _("This is no .xlsx workbook, or it did not arrive whole. Save it as .xlsx and send it again.")
        ) from error


def _refuse_entities(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """No spreadsheet declares entities; a file that does wants its reader to unfold them."""
    for part in parts:
        with archive.open(part) as file:
            if b"<!DOCTYPE" in (start := file.read(4096)) or b"<!ENTITY" in start:
                raise Unreadable(_("This workbook holds declarations that no spreadsheet writes, so it was not opened. "
                                 "Save it anew in a spreadsheet program."))  # fmt: skip


def _damaged(error: Exception) -> str:
    return _(
        "The workbook cannot be read (%(error)s). It may be damaged: open it in a spreadsheet program, save it as "
        ".xlsx and send it again."
    ) % {"error": type(error).__name__}
