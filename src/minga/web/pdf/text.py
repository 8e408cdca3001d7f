"""Text on its way into a document: literal, printable, and broken where a line could not hold it."""

import datetime as dt
import re
import unicodedata

from django.utils.translation import pgettext

from minga.web.pdf.compiler import code_point

LONG_WORD = re.compile(r"[^\s\u200b]{41,}")
PIECE = 24
ZERO_WIDTH_SPACE = "\u200b"
# Marks that turn the direction of the text after them: they could turn round what is printed beside a statement.
DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
NOT_PRINTED = ("qr",)  # drawings, which are not text


def _char(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc":
        return char if char == "\n" else " "
    return code_point(char) if category in ("Cs", "Co", "Cn") else char


def _broken(match: re.Match[str]) -> str:
    word = match.group()
    return ZERO_WIDTH_SPACE.join(word[at : at + PIECE] for at in range(0, len(word), PIECE))


def printable(text: str) -> str:
    """The same words without what a page cannot hold: control characters become spaces, surrogates and unassigned or
    private characters their number; words over 40 characters may break every 24."""
    plain = text if text.isascii() and text.isprintable() else "".join(map(_char, text)).translate(DIRECTION_MARKS)
    return LONG_WORD.sub(_broken, plain)


def all_printable(found: object) -> object:
    """``printable`` on every text inside lists and dicts, drawings excepted."""
    if isinstance(found, str):
        return printable(found)
    if isinstance(found, dict):
        return {key: part if key in NOT_PRINTED else all_printable(part) for key, part in found.items()}
    return [all_printable(part) for part in found] if isinstance(found, list) else found


def language_code(language: str, otherwise: str) -> str:
    """ISO 639 code of a language tag ("es-PY" gives "es"), or ``otherwise`` where it is none."""
    code = language.replace("_", "-").partition("-")[0].lower()
    return code if re.fullmatch(r"[a-z]{2,3}", code) else otherwise


def quoted(text: str) -> str:
    """A person's words in the quotation marks of the document's language; plain text, nothing escaped."""
    before, _sep, after = pgettext("quotation marks", "“%s”").partition("%s")
    return f"{before}{text.strip()}{after}"


def in_fours(code: str) -> str:
    """ "K7M2 9QXA": a code in groups of four, whatever separators it came with."""
    plain = re.sub(r"[\s-]", "", code)
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def date_parts(day: dt.date) -> list[int]:
    return [day.year, day.month, day.day]
