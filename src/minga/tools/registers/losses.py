"""What a conversion loses, as data; ``say`` puts it in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from minga.tools.registers.canonical import fields, part_words
from minga.tools.registers.codes import lists

WORDS: dict[str, dict[str, str]] = {
    "no_place": {
        "en": "{what}: the standard has no place for it.",
        "es": "{what}: el estándar no tiene lugar para ello.",
    },
    "not_applicable": {
        "en": "{what}: no field that applies to this system carries it.",
        "es": "{what}: ningún campo que se aplique a este sistema lo lleva.",
    },
    "part_no_place": {
        "en": "{what}: the standard has no place for {parts}.",
        "es": "{what}: el estándar no tiene lugar para {parts}.",
    },
    "flattened": {
        "en": "{what}: {parts} is told only in part, or in words that cannot be read back.",
        "es": "{what}: {parts} se cuenta solo en parte, o con palabras que no se pueden recuperar.",
    },
    "coarser": {
        "en": "{what}: “{code}” goes out as “{value}”, which is read back as “{back}”.",
        "es": "{what}: «{code}» sale como «{value}», que se lee de vuelta como «{back}».",
    },
    "unclear": {
        "en": "{what}: “{code}” goes out as “{value}”, which stands for other things too.",
        "es": "{what}: «{code}» sale como «{value}», que vale también para otras cosas.",
    },
    "no_code": {
        "en": "{what}: the standard has no value for “{code}”.",
        "es": "{what}: el estándar no tiene valor para «{code}».",
    },
    "shortened": {
        "en": "{what}: shortened from {had} to {kept} characters, as the standard allows {most} in {target}.",
        "es": "{what}: acortado de {had} a {kept} caracteres, porque el estándar admite {most} en {target}.",
    },
    "too_long": {
        "en": "{what}: left out of {target}, because it has {had} characters and {most} are allowed.",
        "es": "{what}: no figura en {target}, porque tiene {had} caracteres y se admiten {most}.",
    },
    "precision": {
        "en": "{what}: {day} goes out as {value}.",
        "es": "{what}: {day} sale como {value}.",
    },
    "language": {
        "en": "{what}: only in {languages}; the standard wants {wanted}.",
        "es": "{what}: solo en {languages}; el estándar pide {wanted}.",
    },
    "other_languages": {
        "en": "{what}: the text in {languages} is not carried.",
        "es": "{what}: no se lleva el texto en {languages}.",
    },
    "one_only": {
        "en": "{what}: the first of {count} is carried.",
        "es": "{what}: se lleva el primero de {count}.",
    },
    "left_out": {
        "en": "{what}: data of persons are left out.",
        "es": "{what}: se dejan fuera los datos de personas.",
    },
    "kept_apart": {
        "en": "{target}: kept as it was written, the record has no place for it.",
        "es": "{target}: se conserva tal como estaba escrito; el registro no tiene lugar para ello.",
    },
    "foreign": {
        "en": "{target}: read from another register and no part of the record.",
        "es": "{target}: se leyó de otro registro y no forma parte de este.",
    },
    "claims_more": {
        "en": "{what}: “{value}” also stands for {codes}.",
        "es": "{what}: «{value}» también vale para {codes}.",
    },
    "outdated": {
        "en": "{target}: what was read here is out of date, the record says something else now.",
        "es": "{target}: lo que se leyó aquí ya no está al día; el registro dice ahora otra cosa.",
    },
    "missing": {
        "en": "{target}: required by the standard, and not stated.",
        "es": "{target}: el estándar lo exige y no consta.",
    },
}


# The languages that texts of records are in, named in the languages of the interface.
LANGUAGES: dict[str, dict[str, str]] = {
    "ca": {"en": "Catalan", "es": "catalán"},
    "de": {"en": "German", "es": "alemán"},
    "en": {"en": "English", "es": "inglés"},
    "es": {"en": "Spanish", "es": "español"},
    "fr": {"en": "French", "es": "francés"},
    "it": {"en": "Italian", "es": "italiano"},
    "nl": {"en": "Dutch", "es": "neerlandés"},
    "pt": {"en": "Portuguese", "es": "portugués"},
}


def named(code: str, language: str) -> str:
    """The name of a language in English or Spanish; the code itself where it has none here."""
    words = LANGUAGES.get(code, {})
    return words.get(language) or words.get("en") or code


@dataclass(frozen=True, slots=True)
class Loss:
    """``kind``: a key of WORDS. ``field``: the canonical field, "" where it is about the standard's ``target``."""

    kind: str
    field: str = ""
    target: str = ""
    figures: Mapping[str, Any] = default(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "field": self.field, "target": self.target, **self.figures}

    def say(self, language: str = "en", what: str = "") -> str:
        """The loss in one sentence, in English or Spanish. ``what``: another name for the field than the list has."""
        what = what or self.name(language)
        figures = {name: self._figure(name, value, language) for name, value in self.figures.items()}
        words = WORDS["unclear" if self.figures.get("back") == "" else self.kind]
        return words.get(language, words["en"]).format(what=what, target=self.target, **figures)

    def name(self, language: str) -> str:
        """What the field is called, or the field of the standard where it is about none of ours."""
        known = fields().get(self.field)
        return known.label.get(language, known.label["en"]) if known else self.target

    def parts(self, language: str) -> str:
        """The sides that it is about, in words; "" where it is about the whole."""
        return self._figure("parts", self.figures.get("parts", ()), language)

    def _figure(self, name: str, value: Any, language: str) -> str:
        codes = lists().get(str(self.figures.get("list", "")))
        if name == "parts":
            words = part_words()
            return ", ".join(words.get(each, {}).get(language, each) for each in value)
        if name in {"languages", "wanted"}:
            each = value if isinstance(value, list | tuple) else [value]
            return ", ".join(named(str(code), language) for code in each)
        if name in {"code", "back"} and codes:
            return codes.say(str(value), language)
        if name == "codes" and codes:
            return ", ".join(codes.say(each, language) for each in value)
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
