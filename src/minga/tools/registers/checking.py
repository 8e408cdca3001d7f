"""Whether a document is what its standard asks for: by our own table of fields, and by an official schema if given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

import msgspec

from minga.tools.registers import schema as schemas
from minga.tools.registers import texts
from minga.tools.registers.canonical import from_json
from minga.tools.registers.convert import missing
from minga.tools.registers.files import flat
from minga.tools.registers.lens import ACode, Codes
from minga.tools.registers.standards import Line, Standard
from minga.tools.registers.standards import standard as by_key
from minga.tools.registers.unusable import Unreadable

HTML = {"div", "br", "p", "ul", "ol", "li"}
WORDS: dict[str, dict[str, str]] = {
    "missing": {"en": "{field} is required and empty.", "es": "{field} es obligatorio y está vacío."},
    "unknown": {"en": "{field} is no field of this standard.", "es": "{field} no es un campo de este estándar."},
    "order": {
        "en": "The columns are not in the order of the standard.",
        "es": "Las columnas no están en el orden del estándar.",
    },
    "too_long": {
        "en": "{field} has {had} characters; {most} are allowed.",
        "es": "{field} tiene {had} caracteres; se admiten {most}.",
    },
    "not_allowed": {
        "en": "{field}: “{value}” is not one of the values allowed.",
        "es": "{field}: «{value}» no es uno de los valores admitidos.",
    },
    "not_a_list": {"en": "{field} is not a list.", "es": "{field} no es una lista."},
    "not_a_text": {"en": "{field} is not a text.", "es": "{field} no es un texto."},
    "html": {
        "en": "{field} has HTML that is not allowed: {found}.",
        "es": "{field} tiene HTML no admitido: {found}.",
    },
    "shape": {"en": "This is not a document: {found}.", "es": "Esto no es un documento: {found}."},
    "schema": {"en": "{field}: by the schema, it {found}.", "es": "{field}: según el esquema: {found}."},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What a document gets wrong. ``kind``: a key of WORDS; ``field``: the standard's own."""

    kind: str
    field: str = ""
    figures: Mapping[str, Any] = default(default_factory=dict)

    def say(self, language: str = "en") -> str:
        words = WORDS[self.kind]
        return words.get(language, words["en"]).format(field=self.field, **self.figures)


def validate(document: Any, standard: str, schema: Mapping[str, Any] | None = None) -> list[Fault]:
    """Everything that is wrong with a document (as ``export`` makes it, or as read from a file); empty if it is right.

    ``schema``: the official one, where the user has its file; the words it uses that are not checked here are named
    by ``minga.tools.registers.schema.unchecked``. Raises ToolError where there is no such standard.
    """
    by = by_key(standard)
    found = list(_canonical(document) if by.kind == "canonical" else _faults(document, by))
    if schema is not None:
        found += [Fault("schema", place, {"found": what}) for place, what in schemas.faults(document, schema)]
    return found


def _canonical(document: Any) -> Iterator[Fault]:
    try:
        from_json(document)
    except msgspec.ValidationError as error:
        yield Fault("shape", "", {"found": str(error)})


def _faults(document: Any, standard: Standard) -> Iterator[Fault]:
    row = flat(document, standard)
    if isinstance(row, Unreadable):
        yield Fault("shape", "", {"found": str(row)})
        return
    for name in missing(row, standard):
        yield Fault("missing", name)
    for name, value in row.items():
        line = standard.by_name.get(name)
        if line is not None:
            yield from _of_line(line, value)
        elif standard.rest is None:
            yield Fault("unknown", name)
    if standard.kind == "csv" and [name for name in row if name in standard.by_name] != list(standard.by_name):
        yield Fault("order")


def _of_line(line: Line, value: Any) -> Iterator[Fault]:
    if value is None or value == "":
        return
    if line.array != isinstance(value, list):
        yield Fault("not_a_list" if line.array else "not_a_text", line.name)
        return
    yield from _values(line, value)
    if isinstance(value, str):
        length = len(texts.without_html(value) if line.html else value)
        if line.max and length > line.max:
            yield Fault("too_long", line.name, {"had": length, "most": line.max})
        strange = texts.tags(value) - HTML if line.html else set()
        if strange:
            yield Fault("html", line.name, {"found": ", ".join(sorted(strange))})


def _values(line: Line, value: Any) -> Iterator[Fault]:
    if not line.values:
        return
    lens = line.lens
    told = lens.values(value) if isinstance(lens, Codes) else [value]
    allows = lens.codes.allows if isinstance(lens, ACode | Codes) else line.values.__contains__
    for each in told or ():
        if not (isinstance(each, str) and allows(each)):
            yield Fault("not_allowed", line.name, {"value": each})
