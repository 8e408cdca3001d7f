"""What the parts of a canonical record are made of: texts by language, codes, and days."""

import re
from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.translation import override

from minga.register.plain import shown
from minga.register.rows import Known
from minga.tools.registers import lists
from minga.tools.registers.canonical import part_words
from minga.tools.registers.parts import Text

_PIECES = re.compile(r"[,;\n]")


def value[T](known: Known[T] | None) -> T | None:
    """What is known, or None; a text without what no file can hold."""
    found = known.value if known else None
    return shown(found) if isinstance(found, str) else found  # type: ignore[return-value]


def language() -> str:
    """The language that people of this installation write in."""
    return str(settings.LANGUAGE_CODE)[:2]


def own(text: str | None) -> Text | None:
    """The project's own words, which nobody has translated."""
    told = shown(text or "").strip()
    return {language(): told} if told else None


def said(make: Callable[[], str]) -> Text:
    """What ``make`` writes, in every language of the installation."""
    told: Text = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            told[code[:2]] = str(make())
    return told


def join(parts: Iterable[str | None], between: str = " ") -> str:
    return between.join(part.strip() for part in parts if part and part.strip())


def split(text: str | None) -> list[str]:
    """A list that somebody typed with commas, semicolons or line ends."""
    return [piece.strip() for piece in _PIECES.split(text or "") if piece.strip()]


def lines(text: str | None) -> list[Text]:
    """One text per line."""
    return [told for line in (text or "").splitlines() if (told := own(line))]


def code_of(name: str, text: str) -> str | None:
    """The code of list ``name`` that ``text`` is, or says in the words of any language; None where it is neither."""
    wanted = text.strip().casefold()
    for code, words in lists()[name].words.items():
        if wanted in {code.casefold(), *(word.casefold() for word in words.values())}:
            return code
    return None


def leading_code(name: str, text: str | None) -> str | None:
    """The code that a text begins with ("No, nothing about persons."), the longest that fits; what stands in brackets
    in the words of a list need not be written."""
    found, longest = None, 0
    told = (text or "").strip().casefold()
    for code, words in lists()[name].words.items():
        phrases = {code, *words.values(), *(word.partition(" (")[0] for word in words.values())}
        for phrase in map(str.casefold, phrases):
            ends = not told[len(phrase) : len(phrase) + 1].isalnum()
            if told.startswith(phrase) and ends and len(phrase) > longest:
                found, longest = code, len(phrase)
    return found


def codes_in(name: str, text: str | None) -> tuple[list[str], list[str]]:
    """(codes of list ``name``, what is none) among the pieces of a typed list."""
    whole = code_of(name, text) if text else None
    if whole:
        return [whole], []
    found = [(code_of(name, piece), piece) for piece in split(text)]
    return list(dict.fromkeys(code for code, _ in found if code)), [piece for code, piece in found if not code]


def sides(text: str | None, names: tuple[str, ...], rest: str) -> dict[str, Text]:
    """A typed text by sides: a line that begins with the name of one in any language, and a colon, opens it.

    What stands before the first of them is ``rest``.
    """
    found: dict[str, list[str]] = {}
    now = rest
    for line in (text or "").splitlines():
        head, colon, told = line.partition(":")
        opened = next((name for name in names if head.strip().casefold() in part_words()[name].values()), "")
        now = opened if colon and opened else now
        found.setdefault(now, []).append(told if colon and opened else line)
    return {name: made for name, kept in found.items() if (made := own("\n".join(kept)))}
