"""Settings of the red flags: Cardinal's own INI file, or TOML with a limit and its law for each method."""

from __future__ import annotations

import configparser
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from minga.tools.base import ToolError

VERSION = "1.0.0"
INDICATORS = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058")
PREPARE_SECTIONS = ("defaults", "redactions", "corrections", "modifications", "codelists")
COMMON = ("enabled", "exclude_method_details")
OPTIONS: dict[str, dict[str, Any]] = {
    "R003": {"threshold": 15, "procurement_methods": (), "procurement_method_details": {}},
    "R018": {"procurement_methods": ("open", "selective")},
    "R024": {"threshold": None},
    "R025": {"percentile": 75, "threshold": None},
    "R028": {},
    "R030": {},
    "R035": {"threshold": 1},
    "R036": {},
    "R038": {"threshold": None, "minimum_submitted_bids": 2, "minimum_contracting_processes": 2},
    "R048": {"digits": 2, "threshold": None, "minimum_contracting_processes": 20},
    "R058": {"threshold": None},
}
"""Options of each indicator with Cardinal's defaults; a threshold of None means "from the quartiles"."""
WHOLE_NUMBERS = {("R003", "threshold"), ("R035", "threshold"), ("R048", "threshold")}


@dataclass(frozen=True, slots=True)
class Limit:
    """The shortest tender period allowed, in whole days of 24 hours, and the provision of law it comes from."""

    days: int
    law: str = ""


@dataclass(frozen=True)
class Settings:
    """What is tested and against which limits. Immutable; ``content_hash`` names it with the tool's version.

    ``options`` maps each enabled indicator to its options (see ``OPTIONS``). ``lots``: "report" leaves out the
    comparison of bids where a tender has several lots and says so; "ignore" compares them all, as Cardinal does.
    ``warn_share`` (0..1): warn where an indicator fires on more than this share of a procurement method.
    """

    currency: str | None = None
    no_price_comparison: frozenset[str] = frozenset()
    price_comparison: frozenset[str] = frozenset()
    excluded_details: frozenset[str] = frozenset()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {c: {} for c in INDICATORS})
    lots: str = "report"
    warn_share: float = 0.2
    note: str = ""

    def get(self, indicator: str, option: str) -> Any:
        """The option of an indicator, or Cardinal's default."""
        return self.options.get(indicator, {}).get(option, OPTIONS[indicator].get(option))

    @property
    def enabled(self) -> tuple[str, ...]:
        return tuple(code for code in INDICATORS if code in self.options)

    def limits(self) -> Mapping[str, Limit]:
        """R003's limit of each procurement method (``procurementMethodDetails``)."""
        found: Mapping[str, Limit] = self.get("R003", "procurement_method_details")
        return found

    def excluded_for(self, indicator: str) -> frozenset[str]:
        """Procurement methods (details) for which the indicator is switched off."""
        return frozenset(self.options.get(indicator, {}).get("exclude_method_details", ()))

    def only(self, indicators: Iterable[str]) -> Self:
        """The same settings with only these indicators; raises ToolError on an unknown code."""
        wanted = list(indicators)
        for code in wanted:
            if code not in INDICATORS:
                raise ToolError(f"There is no indicator {code!r}. Known: {', '.join(INDICATORS)}.")
        return replace(self, options={code: self.options.get(code, {}) for code in wanted})

    @property
    def content_hash(self) -> str:
        """SHA-256 over the settings and the version of the tool."""
        text = json.dumps([VERSION, as_data(self)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def read(cls, text: str, name: str = "The settings") -> Self:
        """Settings from INI (Cardinal's format) or TOML text; raises ToolError naming what is unknown."""
        try:
            raw, from_ini = tomllib.loads(text), False
        except tomllib.TOMLDecodeError as not_toml:
            try:
                raw, from_ini = _read_ini(text), True
            except configparser.Error as not_ini:
                raise ToolError(
                    f"{name} is neither TOML ({not_toml}) nor Cardinal's INI ({not_ini}). Correct the line named."
                ) from None
        return cls(**_parse(raw, name, from_ini))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Settings from a file; raises ToolError where it cannot be read."""
        try:
            return cls.read(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ToolError(f"{path} cannot be read as settings: {error}. Give a UTF-8 text file.") from None

    def as_toml(self) -> str:
        """The settings as TOML that ``read`` reads back to an equal object."""
        return _write(self)


def as_data(settings: Settings) -> dict[str, Any]:
    """The settings as JSON types, sets sorted."""
    no_effect = ("procurement_method_details", "exclude_method_details")
    options = {
        code: {key: _plain(value) for key, value in chosen.items() if value or key not in no_effect}
        for code, chosen in settings.options.items()
    }
    return {
        "currency": settings.currency,
        "no_price_comparison_procurement_methods": sorted(settings.no_price_comparison),
        "price_comparison_procurement_methods": sorted(settings.price_comparison),
        "exclusions": {"procurement_method_details": sorted(settings.excluded_details)},
        "lots": settings.lots,
        "warn_share": settings.warn_share,
        "options": options,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: {"days": v.days, "law": v.law} for k, v in value.items()}
    return sorted(value) if isinstance(value, (tuple, list, frozenset)) else value


def _read_ini(text: str) -> dict[str, Any]:
    parser = configparser.ConfigParser(
        interpolation=None, delimiters=("=",), comment_prefixes=(";", "#"), default_section="\0"
    )
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string("[\1]\n" + text)
    raw: dict[str, Any] = dict(parser["\1"])
    for section in parser.sections()[1:]:
        parent, _, child = section.partition(".")
        place = raw.setdefault(parent, {})
        (place.setdefault(child, {}) if child else place).update(parser[section])
    return raw


def _parse(raw: dict[str, Any], name: str, from_ini: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"options": {}}
    for key, value in raw.items():
        if key in INDICATORS:
            if (options := _options(key, value, name)) is not None:
                found["options"][key] = options
        elif key == "exclusions":
            _known(value, ("procurement_method_details",), f"{name}: [exclusions]")
            found["excluded_details"] = frozenset(_names(value.get("procurement_method_details", "")))
        elif key in ("no_price_comparison_procurement_methods", "price_comparison_procurement_methods"):
            found[key.removesuffix("_procurement_methods")] = frozenset(_names(value))
        elif key in ("currency", "lots", "note"):
            found[key] = str(value)
        elif key == "warn_share":
            found[key] = _number(value, float, f"{name}: warn_share")
        elif key not in PREPARE_SECTIONS:
            raise ToolError(f"{name} has an unknown setting {key!r}. Is it misspelt? Remove or correct it.")
    if found.get("lots", "report") not in ("report", "ignore"):
        raise ToolError(f'{name}: lots = {found["lots"]!r} is unknown. Write "report" or "ignore".')
    if not any(key in INDICATORS for key in raw):
        if from_ini:
            raise ToolError(f"{name} enables no indicator. Add a section such as [R024] for each one wanted.")
        del found["options"]
    return found


def _options(code: str, section: Any, name: str) -> dict[str, Any] | None:
    where = f"{name}: [{code}]"
    if not isinstance(section, dict):
        raise ToolError(f"{where} must be a section. Write [{code}] on a line of its own.")
    _known(section, (*OPTIONS[code], *COMMON), where)
    if str(section.get("enabled", True)).lower() in ("false", "0", "no"):
        return None
    return {key: _option(code, key, value, f"{where} {key}") for key, value in section.items() if key != "enabled"}


def _option(code: str, key: str, value: Any, where: str) -> Any:
    if key == "procurement_method_details":
        return {method: _limit(chosen, f"{where} {method!r}") for method, chosen in value.items()}
    if key in ("procurement_methods", "exclude_method_details"):
        return tuple(_names(value))
    if key == "threshold" and (code, key) not in WHOLE_NUMBERS:
        return _number(value, float, where)
    return _number(value, int, where)


def _limit(value: Any, where: str) -> Limit:
    if isinstance(value, dict):
        _known(value, ("days", "law"), where)
        return Limit(_number(value.get("days"), int, where), str(value.get("law", "")))
    return Limit(_number(value, int, where))


def _known(section: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
    if unknown := sorted(set(section) - set(keys)):
        raise ToolError(f"{where} has an unknown option {unknown[0]!r}. Known: {', '.join(keys) or 'none'}.")


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part for part in value.split("|") if part]
    return [str(part) for part in value]


def _number[N: (int, float)](value: Any, kind: type[N], where: str) -> N:
    text = str(value).split(" #")[0].split(" ;")[0].strip()
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise ToolError(f"{where} is {value!r}, which is not {what}. Write for example 15.") from None


def _write(settings: Settings) -> str:
    data = as_data(settings)
    lines = [f"# {line}" for line in settings.note.splitlines()]
    if settings.currency:
        lines.append(f"currency = {_text(settings.currency)}")
    for key in ("no_price_comparison_procurement_methods", "price_comparison_procurement_methods"):
        if data[key]:
            lines.append(f"{key} = {_text(data[key])}")
    lines += [f"lots = {_text(settings.lots)}", f"warn_share = {settings.warn_share}"]
    if settings.note:
        lines.append(f"note = {_text(settings.note)}")
    if settings.excluded_details:
        lines += ["", "[exclusions]", f"procurement_method_details = {_text(sorted(settings.excluded_details))}"]
    for code in settings.enabled:
        options = dict(data["options"][code])
        limits = options.pop("procurement_method_details", {})
        lines += ["", f"[{code}]", *(f"{key} = {_text(value)}" for key, value in options.items())]
        for method, limit in limits.items():
            lines += ["", f"[{code}.procurement_method_details.{_text(method)}]"]
            lines += [f"days = {limit['days']}", f"law = {_text(limit['law'])}"]
    return "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
