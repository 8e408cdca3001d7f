"""What an operator writes down about a provider: where it runs, what it may see, how open it is, what it costs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Self

from minga.tools.base import ToolError

KINDS = ("entry_point", "command", "http", "openai", "gguf")
NETWORK_KINDS = ("http", "openai")
OPENNESS = ("open", "restricted", "closed", "none")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_KEY_NAME = re.compile(r"MINGA_PROVIDER_KEY_[A-Z0-9_]{1,60}")
KEY_PREFIX = "MINGA_PROVIDER_KEY_"
TEXT, WORDS, NUMBER = "a text", "a list of texts", "a number above 0"
WHOLE, COUNT = "a whole number above 0", "a whole number of 0 or more"
NEEDED: Mapping[str, tuple[str, ...]] = {
    "entry_point": (),
    "command": ("program", "command"),
    "http": ("url",),
    "openai": ("url", "model", "template"),
    "gguf": ("model", "template"),
}
_SANDBOX = {
    "seconds_per_case": NUMBER, "total_seconds": NUMBER, "memory_mib": WHOLE, "processes": WHOLE,
    "restarts": COUNT, "line_kib": WHOLE,
}  # fmt: skip
_REMOTE = {"key_env": TEXT, "seconds": NUMBER, "retries": COUNT, "backoff_seconds": NUMBER, "answer_kib": WHOLE}
_CHAT = {"template": TEXT, "system": TEXT, "max_tokens": WHOLE, "seed": COUNT, "reasons": COUNT}
KNOWN: Mapping[str, Mapping[str, str]] = {
    "entry_point": {"tool": TEXT, "settings": TEXT, "data": TEXT, "seed": COUNT},
    "command": {"program": TEXT, "command": WORDS, **_SANDBOX},
    "http": {"url": TEXT, "batch": WHOLE, **_REMOTE},
    "openai": {"url": TEXT, "model": TEXT, **_CHAT, **_REMOTE},
    "gguf": {"model": TEXT, "context": WHOLE, "threads": WHOLE, **_CHAT, **_SANDBOX},
}
MOST: Mapping[str, int] = {
    "seconds_per_case": 600, "total_seconds": 6 * 3600, "memory_mib": 64 * 1024, "processes": 512, "restarts": 100,
    "line_kib": 16 * 1024, "seconds": 600, "retries": 10, "backoff_seconds": 60, "answer_kib": 64 * 1024,
    "batch": 1000, "context": 1 << 20, "threads": 256, "max_tokens": 1 << 17, "reasons": 100,
}  # fmt: skip
"""A supplier writes these limits itself: none may be so large that it is none."""
_DECIDE = ("kind", "name", "version", "fields", "labels", "id_field")
_FITS: Mapping[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str) and bool(value.strip()),
    WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1e9,
    COUNT: lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1e9,
    NUMBER: lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9,
    WORDS: lambda value: (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(each, str) for each in value)
    ),
}


@dataclass(frozen=True, slots=True)
class Openness:
    """How open each part is: "open", "restricted" (on conditions), "closed", or "none" where there is no such part."""

    weights: str
    code: str
    data: str
    documentation: str

    def __post_init__(self) -> None:
        for part in fields(self):
            if getattr(self, part.name) not in OPENNESS:
                raise ToolError(
                    f"The openness of {part.name} is {getattr(self, part.name)!r}, which is not a level. "
                    f"Write one of: {', '.join(OPENNESS)} (none = there is no such part)."
                )


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in ``currency`` (ISO 4217); None where a thing has no price of its own or it is not known."""

    currency: str = "EUR"
    per_cpu_second: Decimal | None = None
    per_1000_tokens_in: Decimal | None = None
    per_1000_tokens_out: Decimal | None = None

    def __post_init__(self) -> None:
        if not _CURRENCY.fullmatch(self.currency):
            raise ToolError(f"{self.currency!r} is not a currency. Write its three capital letters, such as EUR.")
        for name in ("per_cpu_second", "per_1000_tokens_in", "per_1000_tokens_out"):
            price = getattr(self, name)
            if price is not None and not (price.is_finite() and price >= 0):
                raise ToolError(f"The price {name} is {price}. A price is a number of 0 or more; correct it.")


@dataclass(frozen=True, slots=True)
class Spec:
    """One provider as the operator describes it.

    ``fields`` names the fields of a case that the provider is sent, besides an identifier; a service over the network
    is sent nothing else and must name at least one. ``id_field`` is where a case keeps its identifier; a service sees
    it only if ``fields`` names it too. ``labels`` are the proposals that are allowed; empty means any.
    ``settings`` depend on the kind: see ``docs/providers.md``.
    """

    kind: str
    name: str
    version: str
    settings: Mapping[str, Any]
    licence: str
    openness: Openness
    fields: tuple[str, ...] = ()
    data_needed: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    id_field: str = "id"
    title: str = ""
    summary: str = ""
    prices: Prices = field(default_factory=Prices)

    def __post_init__(self) -> None:
        _check_words(self)
        _check_settings(self.kind, self.settings)
        if self.kind in NETWORK_KINDS and not self.fields:
            raise ToolError(
                f"The provider {self.name!r} is a service over the network and names no fields. It would be sent whole "
                'cases. List what it needs, such as fields = ["title", "text"].'
            )

    def as_json(self) -> dict[str, Any]:
        """All of it in plain JSON types, prices as decimal text; ``from_json`` reads it back."""
        prices = {name: _plain_price(value) for name, value in asdict(self.prices).items()}
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        lists = {name: list(plain[name]) for name in ("fields", "data_needed", "labels")}
        return {
            **plain, **lists, "settings": _plain(self.settings),
            "openness": asdict(self.openness), "prices": prices,
        }  # fmt: skip

    def identity(self) -> dict[str, Any]:
        """What decides how it answers: part of its content hash. Not its price, its words, or where its files lie."""
        places = {"command": {"program"}, "gguf": {"model"}}.get(self.kind, set())
        told = self.as_json()
        settings = {key: value for key, value in told["settings"].items() if key not in places}
        return {key: told[key] for key in _DECIDE} | {"settings": settings}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The spec that ``as_json`` wrote; raises ToolError naming the key that is missing, unknown or wrong."""
        known = {each.name for each in fields(cls)}
        _only(data, known, {"kind", "name", "version", "licence", "openness"}, "the provider")
        raw = {**data, "settings": _plain(data.get("settings", {}))}
        for name in ("fields", "data_needed", "labels"):
            raw[name] = _texts(raw.get(name, ()), name)
        raw["openness"] = _openness(raw["openness"])
        raw["prices"] = _prices(raw.get("prices", {}))
        return cls(**raw)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """The spec in a ``provider.toml``; raises ToolError with the line where it is not TOML."""
        try:
            return cls.from_json(tomllib.loads(text, parse_float=Decimal))
        except tomllib.TOMLDecodeError as error:
            raise ToolError(f"The provider's description is not TOML: {error}. Correct that place.") from None

    @classmethod
    def read(cls, path: Path) -> Self:
        """The spec in the file ``path``."""
        try:
            return cls.from_toml(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ToolError(f"{path} cannot be read ({error}). Give a provider.toml in UTF-8.") from None


def _check_words(spec: Spec) -> None:
    if spec.kind not in KINDS:
        raise ToolError(f"{spec.kind!r} is not a kind of provider. Write one of: {', '.join(KINDS)}.")
    if not isinstance(spec.name, str) or not _NAME.fullmatch(spec.name):
        raise ToolError(f"The name {spec.name!r} cannot be used. Write small letters, digits, - and _, up to 60.")
    if not isinstance(spec.version, str) or not _VERSION.fullmatch(spec.version):
        raise ToolError(f'The version {spec.version!r} cannot be used. Write it in quotes, such as "1.0".')
    for name in ("licence", "id_field"):
        if not isinstance(getattr(spec, name), str) or not getattr(spec, name).strip():
            raise ToolError(f'The provider {spec.name!r} has no {name}. Write it, such as licence = "EUPL-1.2".')
    for name in ("title", "summary"):
        if not isinstance(getattr(spec, name), str):
            raise ToolError(f"The {name} of the provider {spec.name!r} is not a text. Put it in quotes.")
    if len(set(spec.labels)) != len(spec.labels):
        raise ToolError(f"The provider {spec.name!r} names the same label twice. Name each once.")


def _check_settings(kind: str, settings: Mapping[str, Any]) -> None:
    where = f"the settings of a provider of kind {kind}"
    if not isinstance(settings, Mapping):
        raise ToolError(f"{where.capitalize()} are not a table. Write [settings] and its keys below.")
    known = KNOWN[kind]
    _only(settings, set(known), set(NEEDED[kind]), where)
    for key, value in settings.items():
        if not _FITS[known[key]](value):
            raise ToolError(f"{key} in {where} is {value!r}; it must be {known[key]}. Correct it.")
        if key in MOST and value > MOST[key]:
            raise ToolError(f"{key} in {where} is {value}; it may be {MOST[key]} at most. Ask for less.")
    key_env = settings.get("key_env", KEY_PREFIX + "X")
    if not _KEY_NAME.fullmatch(key_env):
        raise ToolError(
            f"key_env is {key_env!r}. So that no other secret of this machine can be sent to a service, the variable "
            f"that holds its key must be called {KEY_PREFIX}SOMETHING. Rename it."
        )


def _only(data: Any, known: set[str], needed: set[str], where: str) -> None:
    if not isinstance(data, Mapping):
        raise ToolError(f"The description of {where} is not a table of keys and values. Compare it with an example.")
    missing, unknown = sorted(needed - set(data)), sorted(set(data) - known)
    if missing or unknown:
        told = [f"lacks {', '.join(missing)}"] if missing else []
        told += [f"has unknown keys: {', '.join(map(str, unknown))}"] if unknown else []
        raise ToolError(
            f"The description of {where} {' and '.join(told)}. It may be misspelt or in the wrong place. "
            f"Known: {', '.join(sorted(known))}."
        )


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ToolError(f"{name} is {value!r}; it must be a list of texts, none of them empty.")
    return tuple(value)


def _openness(raw: Any) -> Openness:
    parts = {each.name for each in fields(Openness)}
    _only(raw, parts, parts, "openness")
    return Openness(**raw)


def _prices(raw: Any) -> Prices:
    _only(raw, {each.name for each in fields(Prices)}, set(), "prices")
    amounts = {name: _price(name, value) for name, value in raw.items() if name != "currency"}
    return Prices(str(raw.get("currency", "EUR")), **amounts)


def _price(name: str, value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal("bool" if isinstance(value, bool) else str(value))
    except InvalidOperation:
        raise ToolError(f"The price {name} is {value!r}, which is not a number. Write it as 0.002.") from None


def _plain_price(value: Any) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value
