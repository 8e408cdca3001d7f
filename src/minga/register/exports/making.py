"""One record under one standard: the document, its file, what it loses and what is wrong with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext

from minga.ledger.refusals import Invalid
from minga.projects.models import Project
from minga.register import wording
from minga.register.canonical import NO_FIELD, of_project
from minga.register.canonical.texts import join, leading_code, said
from minga.register.document import Record, as_json, from_json
from minga.register.models import RecordVersion
from minga.tools import registers
from minga.tools.registers import Canonical, Exported, Fault, Loss, lists
from minga.tools.registers.parts import Text

# Those that are offered, in the order of the page. "minga" is another name of our own form.
KEYS = ("json", "atrs", "nl", "us", "eu", "ca", "oecd", "cl", "atrs_4")
ALIASES = {"minga": "json"}
OWN = "json"
LANGUAGES = ("en", "es")
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Standard:
    """``fields``: how many it has; None where it takes the whole record. ``page``: it can also be told as a page."""

    key: str
    fields: int | None
    draft: bool
    suffix: str
    page: bool
    language: str
    of: registers.Standard

    @property
    def title(self) -> str:
        return _phrase(self.of.title)

    @property
    def note(self) -> str:
        return _phrase(self.of.note) if self.of.note else ""

    @property
    def source(self) -> str:
        """Which text of which day the fields are from."""
        return f"{self.of.source} ({self.of.date})" if self.of.source else ""


def _phrase(words: Any) -> str:
    return str(words.get((get_language() or "en")[:2]) or words["en"])


def standards() -> dict[str, Standard]:
    """Every standard that a record can be exported to, by key."""
    return {key: _standard(key) for key in KEYS}


def _standard(key: str) -> Standard:
    found = registers.standard(key)
    whole, told = found.kind == "canonical", found.kind == "fields"
    return Standard(
        key=key,
        fields=None if whole else len(found.lines),
        draft=found.draft,
        suffix="csv" if found.kind == "csv" else "json",
        page=told,
        language=found.language,
        of=found,
    )


def standard(name: str) -> Standard:
    """The standard of this name. Raises Invalid where there is none."""
    key = ALIASES.get(name, name)
    if key not in KEYS:
        raise Invalid(
            gettext("There is no export called “%(name)s”.") % {"name": name},
            do=gettext("Use one of: %(names)s.") % {"names": ", ".join(KEYS)},
            fields={"standard": ", ".join(KEYS)},
        )
    return _standard(key)


@dataclass(frozen=True, slots=True)
class Made:
    """``document`` as the standard exchanges it; ``losses`` without what is ``missing``; ``faults`` beyond those."""

    standard: Standard
    exported: Exported
    record: Record
    address: str
    version: int | None

    @property
    def document(self) -> dict[str, Any]:
        """Our own form carries the record as it is published beside its canonical fields, so it loses nothing."""
        found = self.exported.document
        return {**found, "record": as_json(self.record)} if self.standard.key == OWN else found

    @property
    def filled(self) -> int:
        return sum(value not in (None, "", []) for value in self.exported.fields.values())

    @property
    def losses(self) -> list[Loss]:
        """What the standard does not say, with what only our own form has a place for."""
        if self.standard.key == OWN:
            return []
        found = [loss for loss in self.exported.losses if loss.kind != "missing"]
        known = [name for name in NO_FIELD if getattr(self.record, name) is not None]
        return [*found, *(Loss("no_place", name, wording.label(name)) for name in known)]

    @property
    def missing(self) -> list[Loss]:
        return [loss for loss in self.exported.losses if loss.kind == "missing"]

    @property
    def faults(self) -> list[Fault]:
        """What is wrong by the standard's own table, missing fields apart."""
        found = registers.validate(self.exported.document, self.standard.key)
        return [fault for fault in found if fault.kind != "missing"]

    def file(self) -> bytes:
        """The file to hand in: CSV or JSON as the standard has it."""
        if self.standard.key == OWN:
            return json.dumps(self.document, ensure_ascii=False, indent=1).encode()
        return self.exported.write()

    def losses_as_json(self) -> dict[str, Any]:
        """{standard, record, version, losses, missing, faults}, each with its sentences in English and Spanish."""
        return {
            "standard": self.standard.key,
            "record": self.address,
            "version": self.version,
            "losses": [{**loss.as_json(), **_said(loss)} for loss in self.losses],
            "missing": [{**loss.as_json(), **_said(loss)} for loss in self.missing],
            "faults": [{"kind": fault.kind, "field": fault.field, **_said(fault)} for fault in self.faults],
        }


def _said(told: Loss | Fault) -> dict[str, str]:
    """Its sentence in each language; a loss is named as on the page of the record."""
    if isinstance(told, Fault):
        return {language: told.say(language) for language in LANGUAGES}
    return {language: told.say(language, wording.named(told, language)) for language in LANGUAGES}


def make(
    project: Project, version: RecordVersion | None, key: str, language: str = "", draft: Record | None = None
) -> Made:
    """The record's ``version``, or the ``draft`` of today, under the standard ``key``.

    ``language`` of its texts, by default that of the standard. Raises Invalid where there is no such standard.
    """
    chosen = standard(key)
    record = from_json(version.document) if version else draft
    if record is None:
        raise ValueError("There is neither a version nor a draft to export.")
    laid = of_project(project, version, record)
    prepared = PREPARE.get(chosen.key, _as_it_is)(laid)
    exported = registers.export(prepared, chosen.key, language)
    return Made(chosen, exported, record, record.public_url.value, version.number if version else None)


def _as_it_is(record: Canonical) -> Canonical:
    return record


def _for_atrs(record: Canonical) -> Canonical:
    """ATRS asks for an identifier and a task in words; until its register gives a number, ours stands there."""
    own = (record.record_id or {}).get("own", "")
    record.record_id = {**(record.record_id or {}), "atrs": own}
    if record.decision_supported is None and record.capability:
        words = lists()["task"]
        record.decision_supported = dict(words.words[record.capability[0]])
    return record


def _for_netherlands(record: Canonical) -> Canonical:
    """Its category of publication is the class where the Dutch list has it, else what another line of the text says."""
    risk, allowed = record.eu_risk_class, lists()["eu_risk"].maps["nl"].to
    if risk is not None and risk.risk_class not in allowed:
        told = (line for text in (risk.text or {}).values() for line in text.splitlines())
        codes = (leading_code("eu_risk", line) for line in told)
        risk.risk_class = next((code for code in codes if code in allowed), risk.risk_class)
    return record


def _with_address(record: Canonical) -> Canonical:
    """Standards without a place for the record's address carry it at the end of the description."""
    url = next((link.url for link in record.public_url or () if link.kind == "record"), None)
    if url is None:
        return record
    before: Text = record.description or {}

    def told(language: str, line: str) -> str:
        return join([_in(before, language), line], "\n")

    lines = said(lambda: gettext("Public record: %(address)s") % {"address": url})
    record.description = {language: told(language, line) for language, line in lines.items()}
    return record


def _in(text: Text, language: str) -> str:
    """The text in a language, else in the first that there is."""
    return text.get(language) or next(iter(text.values()), "")


PREPARE: dict[str, Callable[[Canonical], Canonical]] = {
    "atrs": _for_atrs,
    "atrs_4": _for_atrs,
    "nl": _for_netherlands,
    "us": _with_address,
    "ca": _with_address,
}
