"""The part of a Cardinal settings file (INI) that ``prepare`` reads."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from minga.tools.intake import IntakeError

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class PrepareSettings:
    """What to fill in, redact, re-map and change; everything is off where the file says nothing.

    ``notes`` names values of the file that had to be passed over.
    """

    currency: str | None = None
    item_classification_scheme: str | None = None
    bid_status: str | None = None
    award_status: str | None = None
    party_roles: bool = False
    redact_amounts: frozenset[float] = frozenset()
    redact_organization_ids: frozenset[str] = frozenset()
    award_status_by_contract_status: bool = False
    move_auctions: bool = False
    prefix_buyer_or_procuring_entity_id: str = ""
    prefix_tenderer_or_supplier_id: str = ""
    split_procurement_method_details: str | None = None
    bid_status_codes: Mapping[str, str] = field(default_factory=dict)
    award_status_codes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read an INI file; raises IntakeError naming the line or the value that is wrong."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise IntakeError(f"The settings {path} cannot be read: {error}. Save them as UTF-8 text.") from None
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, name: str = "settings") -> Self:
        """Settings from the text of an INI file; sections that ``prepare`` does not know are left alone."""
        ini = _Ini(text, name)
        defaults, redactions = ini("defaults"), ini("redactions")
        corrections, modifications = ini("corrections"), ini("modifications")
        amounts, notes = _amounts(redactions.get("amount", ""))
        return cls(
            currency=defaults.get("currency"),
            item_classification_scheme=defaults.get("item_classification_scheme"),
            bid_status=defaults.get("bid_status"),
            award_status=defaults.get("award_status"),
            party_roles=_boolean(defaults, "party_roles"),
            redact_amounts=amounts,
            redact_organization_ids=frozenset(_piped(redactions.get("organization_id", ""))),
            award_status_by_contract_status=_boolean(corrections, "award_status_by_contract_status"),
            move_auctions=_boolean(modifications, "move_auctions"),
            prefix_buyer_or_procuring_entity_id=modifications.get("prefix_buyer_or_procuring_entity_id", ""),
            prefix_tenderer_or_supplier_id=modifications.get("prefix_tenderer_or_supplier_id", ""),
            split_procurement_method_details=modifications.get("split_procurement_method_details"),
            bid_status_codes=ini("codelists.bid_status") or ini("codelists.bidStatus"),
            award_status_codes=ini("codelists.award_status") or ini("codelists.awardStatus"),
            notes=notes,
        )


class _Ini:
    """Sections by name; a section that is absent is empty. Names keep their case."""

    def __init__(self, text: str, name: str) -> None:
        self._parser = configparser.ConfigParser(interpolation=None, strict=False, default_section="\0")
        self._parser.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            self._parser.read_string("[\1]\n" + text, name)
        except configparser.Error as error:
            message = str(error).replace("\n", " ")
            raise IntakeError(
                f"The settings {name} are not a valid INI file: {message} (counting one line more). "
                "Each line must be a [section], a name = value or a ; comment."
            ) from None

    def __call__(self, section: str) -> dict[str, str]:
        return dict(self._parser[section]) if self._parser.has_section(section) else {}


def _piped(text: str) -> list[str]:
    parts = text.split("|")
    return parts[:-1] if parts[-1] == "" else parts


def _amounts(text: str) -> tuple[frozenset[float], tuple[str, ...]]:
    amounts, notes = set(), []
    for part in _piped(text):
        try:
            amounts.add(float(part))
        except ValueError:
            notes.append(f"[redactions] amount: {part!r} is not a number and is passed over.")
    return frozenset(amounts), tuple(notes)


def _boolean(section: Mapping[str, str], key: str) -> bool:
    text = section.get(key, "").strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise IntakeError(f"The setting {key} = {text!r} is neither true nor false. Correct it.")
