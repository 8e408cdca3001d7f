"""Why a file, or a row of it, cannot be used."""

from collections.abc import Mapping

from minga.tools.base import Phrase
from minga.tools.intake import IntakeError

FILE: Mapping[str, Phrase] = {
    "empty": {
        "en": "The file is empty: the export or download probably failed. Get it again.",
        "es": "El archivo está vacío: probablemente falló la exportación o la descarga. Consígalo de nuevo.",
    },
    "no_standard": {
        "en": "The file is of no standard that is known here: none of them has its names. Say which one it is: {keys}.",
        "es": "El archivo no sigue ningún estándar conocido aquí: ninguno tiene sus nombres. Diga cuál es: {keys}.",
    },
    "encoding": {
        "en": "Line {line} is not {encodings} (byte {byte}). It was probably saved in another encoding: save it as "
        "UTF-8 and try again.",
        "es": "La línea {line} no está en {encodings} (byte {byte}). Probablemente se guardó con otra codificación: "
        "guárdelo como UTF-8 e inténtelo de nuevo.",
    },
    "zero_bytes": {
        "en": "It holds zero bytes: it is probably UTF-16 or no text at all. Save it as UTF-8.",
        "es": "Contiene bytes nulos: probablemente es UTF-16 o no es texto. Guárdelo como UTF-8.",
    },
    "no_records": {
        "en": "It holds no list of records of “{title}”; it is probably another file.",
        "es": "No contiene una lista de fichas de «{title}»; probablemente es otro archivo.",
    },
    "columns": {
        "en": "The first line lacks the columns {columns}; it is probably another file or another year.",
        "es": "A la primera línea le faltan las columnas {columns}; probablemente es otro archivo u otro año.",
    },
    "breaks_off": {
        "en": "Near line {line} the CSV breaks off or is not closed ({error}). Get the file again.",
        "es": "Cerca de la línea {line} el CSV se corta o no se cierra ({error}). Consiga el archivo de nuevo.",
    },
}
ROW: Mapping[str, str] = {
    "no_record": "not a record but {what}",
    "no_answers": "no answers in it",
    "no_fields": "no list of fields",
    "no_reference": "a field without its reference",
    "field_twice": "field {what} given twice",
    "no_table": "no table in it",
    "no_known_field": "a table of which no line is a field of this standard",
    "cells": "{what} cells, not as many as the first line",
}


class UnusableFile(IntakeError):
    """A file that cannot be used as a whole. ``kind`` is a key of FILE; the message is in English."""

    def __init__(self, kind: str, *, at: int | None = None, **told: object) -> None:
        super().__init__(FILE[kind]["en"].format(**told), line=at)
        self.kind, self.told = kind, told

    def say(self, language: str) -> str:
        words = FILE[self.kind]
        return words.get(language, words["en"]).format(**self.told)


class Unreadable(ValueError):
    """A row that is none. ``kind`` is a key of ROW and ``what`` fills it; its text, English, says why."""

    def __init__(self, kind: str, what: object = "") -> None:
        super().__init__(ROW[kind].format(what=what))
        self.kind, self.what = kind, str(what)
