"""Registers as their bodies publish them, read by ``minga.tools.registers`` and made ready to be kept and searched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from minga.inventory import facts
from minga.inventory.models import Stage
from minga.inventory.registers import ALIASES, REGISTERS, Register, external_id
from minga.inventory.stems import stems
from minga.inventory.texts import pick, purpose
from minga.ledger.refusals import Invalid
from minga.tools.base import ToolError
from minga.tools.intake import IntakeError, Limits, open_source
from minga.tools.registers import Canonical, Imported, Standard, UnusableFile, as_json, files
from minga.tools.registers import read as read_register

__all__ = ["LIMITS", "Problem", "Reading", "Register", "Row", "read", "read_bytes", "reason", "unreadable"]

LIMITS = Limits(compressed_bytes=32 * 2**20, bytes=64 * 2**20)
STAGES = {
    "idea": Stage.DEVELOPMENT,
    "design": Stage.DEVELOPMENT,
    "prototype": Stage.DEVELOPMENT,
    "private_pilot": Stage.PILOT,
    "public_pilot": Stage.PILOT,
    "in_use": Stage.IN_USE,
    "suspended": Stage.RETIRED,
    "retired": Stage.RETIRED,
}
# "list", "no_id", "no_text" and "not_a_record" stand in imports of earlier versions.
REASONS = {
    "no_name": gettext_lazy("It has no name."),
    "no_id": gettext_lazy("It has no id."),
    "repeated": gettext_lazy("The same as row %(what)s."),
    "cells": gettext_lazy("It has %(what)s cells, not as many as the first line."),
    "list": gettext_lazy("The list in “%(what)s” cannot be read."),
    "no_record": gettext_lazy("It is not a record but %(what)s."),
    "no_text": gettext_lazy("Not a text: %(what)s."),
    "no_answers": gettext_lazy("It holds no answers."),
    "no_fields": gettext_lazy("It holds no list of fields."),
    "no_reference": gettext_lazy("One of its fields has no reference."),
    "field_twice": gettext_lazy("The field %(what)s is given twice."),
    "no_table": gettext_lazy("It holds no table."),
    "no_known_field": gettext_lazy("It holds a table of which no line is a field of this standard."),
    "not_a_record": gettext_lazy("It is not a record (%(what)s)."),
    "wrong_type": gettext_lazy("A value is of the wrong kind (%(what)s)."),
}
KINDS = {
    "list": gettext_lazy("a list"),
    "str": gettext_lazy("a text"),
    "int": gettext_lazy("a number"),
    "float": gettext_lazy("a number"),
    "bool": gettext_lazy("yes or no"),
    "NoneType": gettext_lazy("empty"),
}


def reason(why: str, what: str) -> str:
    """Why a row is not used, in the language of the reader."""
    return str(REASONS[why]) % {"what": KINDS.get(what, what) if why == "no_record" else what}


@dataclass(frozen=True, slots=True)
class Row:
    """One system as read. ``line`` is where it stands: the line of a CSV, the number of a JSON record, from 1."""

    line: int
    external_id: str
    name: str
    body: str
    unit: str
    purpose: str
    stage: str
    url: str
    raw: Mapping[str, Any]
    canonical: Mapping[str, Any]
    left_out: tuple[str, ...]
    facets: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """A hash of all that is kept of it."""
        kept = json.dumps([self.raw, self.canonical, self.left_out, self.facets], sort_keys=True)
        return hashlib.blake2s(kept.encode(), digest_size=16).hexdigest()


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
class Reading:
    """A whole file. ``repr`` names it by its hash only, so that it can be an action's argument.

    ``losses``: (kind of loss, field of the register, in how many systems).
    """

    register: Register
    sha256: str
    standard: str = field(repr=False)
    file_name: str = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    problems: tuple[Problem, ...] = field(repr=False)
    losses: tuple[tuple[str, str, int], ...] = field(repr=False, default=())

    @property
    def rows_in(self) -> int:
        return len(self.rows) + len(self.problems)


def read(source: str | Path, format: str = "", register: Register | None = None, whole: bool | None = None) -> Reading:
    """Read a file or address. Raises Invalid where it as a whole cannot be used.

    ``format`` is a standard of tools.registers, told from the content where it is not given. ``register`` names
    another body's list in that format; by default it is the one the format comes from.
    """
    try:
        with open_source(source, limits=LIMITS) as stream:
            content = stream.read()
    except IntakeError as error:
        raise unreadable(error) from None
    return read_bytes(content, Path(str(source)).name, format, register, whole)


def read_bytes(
    content: bytes, file_name: str, format: str = "", register: Register | None = None, whole: bool | None = None
) -> Reading:
    """Read a file's content. ``whole`` overrules whether it lists every system of its register."""
    if not content.strip():
        raise unreadable(UnusableFile("empty"))
    standard = _version(ALIASES.get(format, format), content)
    if standard and standard not in REGISTERS:
        raise Invalid(
            _("There is no inventory format “%(format)s”.") % {"format": format},
            do=_("Use one of: %(formats)s.") % {"formats": ", ".join(REGISTERS)},
        )
    if b"\0" in content[:4096] or b"\\u0000" in content:
        raise unreadable(UnusableFile("zero_bytes"))
    try:
        found = read_register(content, standard, register.language if register else "")
        raw = dict(files.rows(content, found.standard))
    except (IntakeError, ToolError) as error:
        raise unreadable(error) from None
    about = register or REGISTERS[found.standard.key]
    if whole is not None:
        about = replace(about, whole=whole)
    rows = tuple(_rows(found, raw, about.language))
    losses = tuple((kind, target, count) for (kind, target), count in sorted(found.losses.items()))
    sha256 = hashlib.sha256(content).hexdigest()
    return Reading(about, sha256, found.standard.key, file_name[:200], rows, tuple(_problems(found)), losses)


def _version(standard: str, content: bytes) -> str:
    """The Dutch register has six forms under one name; which of them a file has stands in the file."""
    if standard != "nl":
        return standard
    try:
        told = files.guess(content)
    except IntakeError as error:
        raise unreadable(error) from None
    return told if told.startswith("nl") else standard


def unreadable(cause: Exception) -> Invalid:
    """The refusal of a whole file; ``cause`` in the language of the reader as far as it has one."""
    return Invalid(
        _("This file cannot be read, so nothing was imported."),
        cause=_cause(cause),
        do=_what_to_do(cause),
    )


def _what_to_do(error: Exception) -> str:
    kind = error.kind if isinstance(error, UnusableFile) else ""
    if kind in ("no_standard", "no_records", "columns"):
        return _("Check that it is the right file, or name the form that it has.")
    if kind in ("encoding", "zero_bytes"):
        return _("Save it again as UTF-8, and import that one.")
    return _("Get the file again from its source, and import that one.")


def _cause(error: Exception) -> str:
    language = (get_language() or "en")[:2]
    if isinstance(error, UnusableFile):
        return error.say(language)
    if language == "en" or not isinstance(error, IntakeError) or error.line is None:
        return str(error)
    if error.column is None:
        return _("It breaks off or is not well formed in line %(line)s.") % {"line": error.line}
    where = {"line": error.line, "column": error.column}
    return _("It breaks off or is not well formed in line %(line)s, column %(column)s.") % where


def _problems(found: Imported) -> list[Problem]:
    kinds = (("rejected", found.rejected), ("failed", found.failed))
    problems = [Problem(each.line, kind, each.why, each.what) for kind, all_ in kinds for each in all_]
    return sorted(problems, key=lambda problem: problem.line)


def _rows(found: Imported, raw: Mapping[int, Any], language: str) -> list[Row]:
    """The systems, each under an id of its own: two under one id are told apart by a number."""
    rows: dict[str, Row] = {}
    for record, line, left_out in zip(found.records, found.lines, found.left_out, strict=True):
        name = pick(record.name, language)
        first = key = external_id(record, name)
        number = 1
        while key in rows:
            number += 1
            key = f"{first}#{number}"
        kept = {column: value for column, value in raw[line].items() if column not in left_out}
        rows[key] = _row(line, key, name or _unnamed(record, found.standard), record, kept, left_out, language)
    return list(rows.values())


def _unnamed(record: Canonical, standard: Standard) -> str:
    """A system without a name goes by its id or the kind of its entry: assessments are saved before they are named."""
    return next(iter((record.record_id or {}).values()), "") or standard.title["en"]


def _row(
    line: int, key: str, name: str, record: Canonical, raw: dict[str, Any], left_out: tuple[str, ...], language: str
) -> Row:
    body, aim = record.deploying_org, purpose(record, language)
    told = stems(f"{name}\n{aim}", language)
    return Row(
        line=line,
        external_id=key,
        name=name[:300],
        body=((body.name or body.identifier or "") if body else "")[:200],
        unit=(record.org_unit or "")[:200],
        purpose=aim,
        stage=str(STAGES.get(record.phase or "", Stage.UNKNOWN)),
        url=_address(record),
        raw=raw,
        canonical=as_json(record),
        left_out=left_out,
        facets=facts.facets(record, told, language),
    )


def _address(record: Canonical) -> str:
    """Where the register itself shows it, else a page about it."""
    links = sorted(record.public_url or (), key=lambda link: link.kind != "record")
    found = [link.url for link in links if link.url] + [record.service_process_url or ""]
    return next((url for url in found if url.startswith(("https://", "http://")) and len(url) <= 500), "")
